"""From a row to a mail in somebody's mailbox: delivery states, retry, throttle, composition, sending."""
