"""Calendar files (iCalendar, RFC 5545): an event that somebody attached, and events for calendars of others."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Protocol

from mailer.message import Address
from mailer.model.events import Event
from mailer.phrases import Phrase


class Unreadable(Exception):
    """The file is not read. The phrase says why, to its sender."""

    def __init__(self, reason: Phrase) -> None:
        super().__init__(str(reason))
        self.reason = reason


class Method(StrEnum):
    """What a calendar is to do with an entry (RFC 5546)."""

    PUBLISH = "PUBLISH"  # take note; also of a change
    REQUEST = "REQUEST"  # its recipient takes part
    CANCEL = "CANCEL"


@dataclass(frozen=True, slots=True)
class CalendarEvent:
    """What a calendar file says of its event, as values of the lines to fill in. It is data of a stranger."""

    values: Mapping[str, str]
    uid: str = ""
    description: str = ""
    notes: tuple[Phrase, ...] = field(default=())
    """What was not taken over, and why."""


class Calendars(Protocol):
    """Reads and writes calendar files. Nothing that they refer to is loaded."""

    def read(self, data: bytes) -> CalendarEvent:
        """The only event of a file. Raises Unreadable beyond the limits, or if it has none or several."""

    def entry(
        self, event: Event, method: Method, *, now: datetime, organiser: Address, attendee: Address | None = None
    ) -> bytes:
        """The event as a file for one recipient. The same arguments give the same bytes.

        ``organiser`` is who sends it: the office. A request and its cancellation name the ``attendee``.
        """

    def feed(self, events: Sequence[Event], *, name: str, now: datetime) -> bytes:
        """Events as one calendar to subscribe to."""
