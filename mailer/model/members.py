"""One person as the secretary sees them: lists, wishes and history."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from mailer.model.lists import Contact, Standing

_WAYS = {"mail": "mail", "page": "one click", "command": "secretary"}
"""What begins a cause, and how people call it."""


@dataclass(frozen=True, slots=True)
class MembershipChange:
    """A change of somebody's standing on a list."""

    list: str
    version: int
    standing: Standing
    at: datetime
    cause: str
    """The mail, page or command, as in the audit trail."""

    @property
    def way(self) -> str:
        """How it was caused, in a word or two."""
        return _WAYS.get(self.cause.partition(" ")[0], self.cause)


@dataclass(frozen=True, slots=True)
class Leaver:
    """Somebody who has left a list."""

    contact: Contact
    change: MembershipChange


@dataclass(frozen=True, slots=True)
class FormerAddress:
    """An address that somebody had."""

    address: str
    until: datetime
