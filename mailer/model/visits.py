"""What visitors of the web pages ask for, and the links by which people reach their own preferences."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

VALID = timedelta(hours=1)
"""How long a link is good for, until it is opened; and how long the session lasts that it opens."""

KEPT = timedelta(days=1)
"""How long a link is kept after that, so that its page can say what became of it."""

MOST_WAITING = 2_000
"""Visits that wait to be handled; more of them are turned away."""


class Wanted(StrEnum):
    """What a visitor asks for. What becomes of it reaches the address that they name, by mail."""

    SUBSCRIBE = "subscribe"
    PREFERENCES = "preferences"  # a link to them
    PRESENTER = "presenter"  # to be one
    EVENT = "event"  # announces one


@dataclass(frozen=True, slots=True)
class Visit:
    """What somebody has asked for on a page. Its address may be anybody's: nobody has proven anything."""

    wanted: Wanted
    address: str
    language: str
    """Of the page (BCP 47)."""
    at: datetime
    name: str = ""
    values: Mapping[str, str] | None = None
    """What they filled in, by the keys of the form."""
    id: int = 0


@dataclass(frozen=True, slots=True)
class PageLink:
    """A link that was mailed to a contact, which opens their preferences once."""

    id: int
    contact: int
    asked_at: datetime
    opened_at: datetime | None = None
    session: str = ""
    """A keyed hash of the secret of the session that it opened."""
    ended_at: datetime | None = None

    def may_be_opened(self, now: datetime) -> bool:
        return self.opened_at is None and now - self.asked_at <= VALID

    def is_open(self, now: datetime) -> bool:
        """Whether its session goes on."""
        return self.opened_at is not None and self.ended_at is None and now - self.opened_at <= VALID
