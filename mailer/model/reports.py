"""What a delivery report says about a recipient."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from mailer.model.outbox import Fate


class Why(StrEnum):
    """Why a mail was not delivered, as far as the server's code and words tell."""

    USER_UNKNOWN = "user-unknown"
    MAILBOX_FULL = "mailbox-full"
    BLOCKED = "blocked"
    SPAM = "spam"
    TOO_LARGE = "too-large"
    EXPIRED = "expired"
    HOST_UNKNOWN = "host-unknown"
    POLICY = "policy"
    SENDER_REJECTED = "sender-rejected"
    RELAYING = "relaying"
    OTHER = "other"


SEVERITY = (Fate.ARRIVED, Fate.DELAYED, Fate.RETURNED, Fate.REFUSED)
"""What can be said of a mail, the worst last."""


@dataclass(frozen=True, slots=True)
class Reported:
    """What a report says about one recipient."""

    recipient: str
    """As we wrote the address if the report has that, else as the last server wrote it; may be empty."""
    fate: Fate
    diagnostic: str
    status: str = ""
    """The status code that counts (RFC 3463), or empty."""
    why: Why = Why.OTHER

    @property
    def permanent(self) -> bool:
        """Whether the address itself, or its host, takes no mail for good."""
        return self.fate is Fate.REFUSED
