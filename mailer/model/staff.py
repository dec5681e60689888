"""Notices to staff that a reply can act on: each is for one person, about one thing in one state, and good once."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from mailer.message import Address

VALID = timedelta(days=30)
"""How long a notice can be answered, unless its kind says otherwise."""


@dataclass(frozen=True, slots=True)
class StaffNotice:
    """A notice that was sent, and whose token its addressee may use once."""

    id: int
    addressee: str
    staff: bool
    """Whether it was sent to them as secretary or editor, so that they have to be one still."""
    kind: str
    """Which handler gets the answer."""
    subject: int
    """The id of what it is about; each kind has its own ids."""
    state: str
    """Of the subject when the notice was written. An answer has no effect once the state is another."""
    about: str
    """What people call the subject; may be empty."""
    created_at: datetime
    expires_at: datetime
    spent_at: datetime | None = None

    @property
    def to(self) -> Address:
        return Address.parse(self.addressee)
