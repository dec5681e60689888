"""Who was given which version of a document to work with, such as the presentation kit."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class Holder:
    """Somebody who was given a version of a document."""

    version: int
    """Its id."""
    contact: int
    given_at: datetime
    mails: int
    """In how many mails it came."""
    cause: str
    """Of these mails in the outbox."""
    left: tuple[str, ...] = ()
    """The files that were too large for a mail."""
    address: str = ""
    """The contact's present one."""
    name: str = ""
