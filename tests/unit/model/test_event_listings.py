"""Which events a block of an issue shows, and what is kept of them."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, time

import pytest

from mailer.model.event_listings import (
    Listing,
    Span,
    Wanted,
    chosen,
    differences,
    later,
    listed,
    needed,
    read,
    written,
)
from mailer.model.events import Event, EventKind, Hours, State
from tests.fakes import NOON

DAY = date(2027, 5, 3)
SEMINAR = Listing(
    1,
    "Séminaire",
    EventKind.SEMINAR,
    "AFNOR",
    "Paris",
    "FR",
    date(2027, 5, 3),
    date(2027, 5, 5),
    Hours(time(9), time(17, 30), "Europe/Paris"),
    ("fr",),
    "https://afnor.example/",
)


def listing(number: int, starts: date, ends: date | None = None, **values: object) -> Listing:
    return replace(SEMINAR, id=number, starts=starts, ends=ends or starts, **values)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("day", "span", "direction", "found"),
    [
        (date(2027, 1, 31), Span(months=1), 1, date(2027, 2, 28)),
        (date(2027, 11, 30), Span(months=3), 1, date(2028, 2, 29)),
        (date(2027, 1, 31), Span(months=2), -1, date(2026, 11, 30)),
        (date(2027, 1, 1), Span(days=7), -1, date(2026, 12, 25)),
        (date(2027, 1, 1), Span(months=12), 1, date(2028, 1, 1)),
    ],
)
def test_days_later_and_earlier(day: date, span: Span, direction: int, found: date) -> None:
    assert later(day, span, direction) == found


UNDER_WAY = listing(1, date(2027, 5, 1), date(2027, 5, 3))
OVER = listing(2, date(2027, 5, 1), date(2027, 5, 2))
SOON = listing(3, date(2027, 5, 4), country="KE")
LATE = listing(4, date(2027, 11, 3), kind=EventKind.WORKSHOP)
TOO_LATE = listing(5, date(2027, 11, 4))
LONG_AGO = listing(6, date(2027, 2, 2))
ALL = (TOO_LATE, LATE, SOON, OVER, UNDER_WAY, LONG_AGO)


@pytest.mark.parametrize(
    ("wanted", "coming", "past"),
    [
        (Wanted(), (UNDER_WAY, SOON, LATE), ()),
        (Wanted(coming=None, past=Span(months=3)), (), (OVER,)),
        (Wanted(past=Span(months=4)), (UNDER_WAY, SOON, LATE), (OVER, LONG_AGO)),
        (Wanted(past=Span(months=4), most=1), (UNDER_WAY,), (OVER,)),
        (Wanted(country="KE"), (SOON,), ()),
        (Wanted(kind=EventKind.WORKSHOP), (LATE,), ()),
        (Wanted(coming=Span(days=1)), (UNDER_WAY, SOON), ()),
    ],
)
def test_what_a_block_shows(wanted: Wanted, coming: tuple[Listing, ...], past: tuple[Listing, ...]) -> None:
    assert chosen(ALL, wanted, DAY) == (coming, past)
    kept = needed(ALL, [wanted, Wanted(coming=Span(days=1))], DAY)
    assert chosen(kept, wanted, DAY) == (coming, past)  # what a build keeps shows the same


def test_law_4_only_accepted_events_that_are_not_internal_are_listed() -> None:
    event = Event(title="x", starts=DAY, ends=DAY, created_at=NOON, changed_at=NOON)
    events = [replace(event, id=at, state=state) for at, state in enumerate(State)]
    events += [replace(event, id=10 + at, state=state, internal=True) for at, state in enumerate(State)]
    assert [events[one.id].state for one in listed(events)] == [State.ACCEPTED, State.CHANGED, State.HELD]


def test_what_a_build_keeps_is_read_back() -> None:
    kept = (SEMINAR, replace(SEMINAR, id=2, title='"\n⟩', hours=None, languages=(), country=""))
    assert read(written(kept)) == kept
    assert read(written(())) == ()


@pytest.mark.parametrize("content", [b"", b"{}x", b"[1]", b"[{}]", b"\xff", b'[{"id": "x"}]', b"[" * 100_000])
def test_anything_else_is_refused(content: bytes) -> None:
    with pytest.raises(ValueError, match="not as a build has written it"):
        read(content)


def test_differences_are_named() -> None:
    then = (SEMINAR, replace(SEMINAR, id=2), replace(SEMINAR, id=3))
    now = (replace(SEMINAR, place="Lyon", starts=DAY.replace(day=4)), replace(SEMINAR, id=3), replace(SEMINAR, id=4))
    assert differences(then, now) == [
        "event 1, Séminaire: other place, starts",
        "event 2, Séminaire: would not be shown any more",
        "event 4, Séminaire: would be shown, too",
    ]
