"""A newsletter office in one mailbox: sign-up, board approval and distribution by email."""

__version__ = "0.1.0"
