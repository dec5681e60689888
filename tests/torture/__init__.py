"""Kills ``mailer send`` again and again, and checks its ledger against the relay's log.

``make torture`` kills it at 2,000 random moments, half of them with SIGKILL alone and half with a disk that also loses
what was not synced; ``test_campaign.py`` does a few of the same. After every kill:

- nobody is lost: what the relay never took is not *sent*;
- nobody is mailed twice, except those who were shown as *in doubt* and mailed again on request;
- each open connection leaves at most one mail newly in doubt (with all who share it).

``relay.py`` takes every mail and logs it before it replies; ``disk.py`` knows what was synced; ``ledger_check.py`` has
the invariants; ``campaign.py`` starts and kills the sender.

``test_faults.py`` kills nothing, but breaks the world around the sender: a relay with any of the behaviours of
``behaviours.py``, a store that cannot be written, a clock set back, members who leave. The same must hold.
"""
