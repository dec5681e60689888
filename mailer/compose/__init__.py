"""How a mail is put together, from values to bytes."""
