"""Which events a block of an issue shows, and what it shows of each: only accepted ones that are for everybody (law 4).

A build keeps what its blocks show in ``FILE``, beside the articles. So the digest of the source covers it, and a later
change of an event changes no issue.
"""

from __future__ import annotations

import calendar
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, time, timedelta
from typing import Any, NamedTuple, Self

from mailer.model.events import Event, EventKind, Hours

FILE = "events.json"
"""What the blocks of an issue show, as of its last build; the build writes it into the issue's folder."""

MOST = 30
"""The most events of a kind, coming or past, in one block."""


@dataclass(frozen=True, slots=True)
class Listing:
    """What an issue shows of an event."""

    id: int
    title: str
    kind: EventKind
    organiser: str
    place: str
    country: str
    starts: date
    ends: date
    hours: Hours | None
    languages: tuple[str, ...]
    website: str

    @property
    def words(self) -> str:
        """What is printed as its host wrote it."""
        return "\n".join(filter(None, (self.title, self.organiser, self.place, self.website)))

    def stored(self) -> dict[str, Any]:
        """In JSON's types."""
        hours = [f"{self.hours.opens:%H:%M}", f"{self.hours.closes:%H:%M}", self.hours.zone] if self.hours else None
        return {
            "id": self.id,
            "title": self.title,
            "kind": self.kind.value,
            "organiser": self.organiser,
            "place": self.place,
            "country": self.country,
            "starts": self.starts.isoformat(),
            "ends": self.ends.isoformat(),
            "hours": hours,
            "languages": list(self.languages),
            "website": self.website,
        }

    @classmethod
    def restored(cls, stored: Mapping[str, Any]) -> Self:
        """Raises LookupError, TypeError or ValueError for anything that ``stored`` has not made."""
        hours = stored["hours"]
        return cls(
            id=int(stored["id"]),
            title=str(stored["title"]),
            kind=EventKind(stored["kind"]),
            organiser=str(stored["organiser"]),
            place=str(stored["place"]),
            country=str(stored["country"]),
            starts=date.fromisoformat(stored["starts"]),
            ends=date.fromisoformat(stored["ends"]),
            hours=Hours(time.fromisoformat(hours[0]), time.fromisoformat(hours[1]), str(hours[2])) if hours else None,
            languages=tuple(map(str, stored["languages"])),
            website=str(stored["website"]),
        )


def listed(events: Iterable[Event]) -> tuple[Listing, ...]:
    """What may be shown of these events: those that are not public are left out (law 4)."""
    return tuple(
        Listing(
            id=event.id,
            title=event.title,
            kind=event.kind,
            organiser=event.organiser,
            place=event.place,
            country=event.country,
            starts=event.starts,
            ends=event.ends,
            hours=event.hours,
            languages=event.languages,
            website=event.website,
        )
        for event in events
        if event.is_public
    )


class Span(NamedTuple):
    """A length of time as it was written."""

    days: int = 0
    months: int = 0


SIX_MONTHS = Span(months=6)


@dataclass(frozen=True, slots=True)
class Wanted:
    """What a block asks for."""

    coming: Span | None = SIX_MONTHS
    past: Span | None = None
    country: str = ""
    """ISO 3166-1 alpha-2."""
    kind: EventKind | None = None
    most: int = 10

    def until(self, day: date) -> date:
        """The last day that a coming event may begin on."""
        return later(day, self.coming, 1) if self.coming else day

    def since(self, day: date) -> date:
        """The first day that a past event may end on."""
        return later(day, self.past, -1) if self.past else day


class Chosen(NamedTuple):
    """What a block shows."""

    coming: tuple[Listing, ...] = ()
    """The next one first."""
    past: tuple[Listing, ...] = ()
    """The last one first."""

    @property
    def all(self) -> tuple[Listing, ...]:
        return (*self.coming, *self.past)


def later(day: date, span: Span, direction: int) -> date:
    """The day so much later, or earlier if ``direction`` is -1. Of a month that is too short, its last day."""
    months = day.year * 12 + day.month - 1 + direction * span.months
    year, month = divmod(months, 12)
    last = calendar.monthrange(year, month + 1)[1]
    return date(year, month + 1, min(day.day, last)) + timedelta(days=direction * span.days)


def chosen(listings: Iterable[Listing], wanted: Wanted, day: date) -> Chosen:
    """What a block shows in an issue of this day. An event that is under way is coming."""
    fitting = [
        one
        for one in listings
        if wanted.country in ("", one.country) and (wanted.kind is None or wanted.kind is one.kind)
    ]
    coming = [one for one in fitting if wanted.coming and one.ends >= day and one.starts <= wanted.until(day)]
    past = [one for one in fitting if wanted.past and wanted.since(day) <= one.ends < day]
    return Chosen(
        tuple(sorted(coming, key=lambda one: (one.starts, one.ends, one.id))[: wanted.most]),
        tuple(sorted(past, key=lambda one: (one.ends, one.starts, one.id), reverse=True)[: wanted.most]),
    )


def needed(listings: Iterable[Listing], wanted: Iterable[Wanted], day: date) -> tuple[Listing, ...]:
    """What all blocks of an issue show together, each event once."""
    known = tuple(listings)
    found = {one.id: one for block in wanted for one in chosen(known, block, day).all}
    return tuple(one for _, one in sorted(found.items()))


def written(listings: Sequence[Listing]) -> bytes:
    """The content of ``FILE``."""
    rows = ",\n".join(json.dumps(one.stored(), ensure_ascii=False, sort_keys=True) for one in listings)
    return f"[\n{rows}\n]\n".encode()


def read(content: bytes) -> tuple[Listing, ...]:
    """What ``written`` has written. Raises ValueError for anything else."""
    try:
        return tuple(map(Listing.restored, json.loads(content)))
    except (LookupError, TypeError, AttributeError, ValueError, RecursionError) as fault:
        raise ValueError("it is not as a build has written it") from fault


def differences(then: Iterable[Listing], now: Iterable[Listing]) -> list[str]:
    """What is other now than an issue shows it, in a line for each event."""
    before, after = {one.id: one for one in then}, {one.id: one for one in now}
    found = []
    for number in sorted({*before, *after}):
        old, new = before.get(number), after.get(number)
        if new is None and old is not None:
            found.append(f"event {number}, {old.title}: would not be shown any more")
        elif old is None and new is not None:
            found.append(f"event {number}, {new.title}: would be shown, too")
        elif old is not None and new is not None and old != new:
            was, has = old.stored(), new.stored()
            names = ", ".join(name for name in was if was[name] != has[name])
            found.append(f"event {number}, {new.title}: other {names}")
    return found
