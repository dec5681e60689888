"""What kinds of mail come in."""

from __future__ import annotations

from enum import StrEnum


class MailKind(StrEnum):
    """What a mail was, in a word, for reports and metrics."""

    BOUNCE = "bounce"
    COMPLAINT = "complaint"
    AUTO_REPLY = "auto-reply"
    LOOP = "loop"
    REPLY = "reply"
    COMMAND = "command"
    FEEDBACK = "feedback"
    REFUSED = "refused"
    QUARANTINE = "quarantine"
