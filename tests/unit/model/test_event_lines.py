"""The lines that announce an event, and the event that they make."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, time

import pytest

from mailer.model.event_lines import EVENT, changed, read_hours, revised, values_of, with_values, written_hours
from mailer.model.events import Event, EventKind, Hours
from tests.fakes import NOON

BLANK = Event(title="", starts=date.min, ends=date.min, created_at=NOON, changed_at=NOON)
VALUES = {
    "title": "Standards in daily work",
    "kind": "workshop",
    "organiser": "KEBS",
    "place": "Nairobi",
    "country": "KE",
    "dates": "2027-05-03/2027-05-05",
    "hours": "09:00-17:30 Africa/Nairobi",
    "languages": "en,sw",
    "audience": "fifty unions",
    "website": "https://kebs.example/",
    "topics": "labour, small enterprises",
    "presenter": "yes",
    "costs": "travel,meals",
}


def test_the_lines_make_an_event_and_the_event_the_lines() -> None:
    event = with_values(BLANK, VALUES)
    assert (event.kind, event.starts, event.ends) == (EventKind.WORKSHOP, date(2027, 5, 3), date(2027, 5, 5))
    assert (event.hours, event.topics) == (
        Hours(time(9), time(17, 30), "Africa/Nairobi"),
        ("labour", "small enterprises"),
    )
    assert values_of(event) == VALUES
    assert {field.key for field in EVENT.fields} == VALUES.keys()


def test_what_is_not_said_is_nothing() -> None:
    event = with_values(BLANK, {"title": "x", "organiser": "y", "country": "FR", "dates": "2027-05-03"})
    assert (event.kind, event.hours, event.languages, event.topics, event.ends) == (
        EventKind.OTHER,
        None,
        (),
        (),
        date(2027, 5, 3),
    )
    assert not event.wants_presenter


@pytest.mark.parametrize("dates", ["", "2027", "2027-05-03/x"])
def test_an_event_needs_its_days(dates: str) -> None:
    with pytest.raises(ValueError, match="isoformat"):
        with_values(BLANK, {**VALUES, "dates": dates})


def test_signs_that_are_reserved_or_turn_letters_around_are_left_out() -> None:
    assert with_values(BLANK, {**VALUES, "title": "a⟦greeting⟧\u202eb\nc"}).title == "agreetingb c"


@pytest.mark.parametrize(
    ("written", "hours"),
    [
        ("09:00-17:30", Hours(time(9), time(17, 30), "")),
        ("9.00 – 17.30", Hours(time(9), time(17, 30), "")),
        ("9h–17h30", Hours(time(9), time(17, 30), "")),
        ("9 to 17", Hours(time(9), time(17), "")),
        ("9 bis 17 Uhr", Hours(time(9), time(17), "")),
        ("09:00-24:00 Europe/Paris", Hours(time(9), time(0), "Europe/Paris")),
        ("09:00-17:00 UTC", Hours(time(9), time(17), "UTC")),
        ("in the morning", None),
        ("9:75-10:00", None),
        ("", None),
    ],
)
def test_hours_as_people_write_them(written: str, hours: Hours | None) -> None:
    assert read_hours(written) == hours
    assert read_hours(written_hours(hours)) == hours


def test_calendars_follow_only_what_stands_in_them() -> None:
    event = with_values(BLANK, VALUES)
    assert revised(event, replace(event, audience="others")).sequence == 0
    moved = with_values(event, {**VALUES, "dates": "2027-05-04/2027-05-05", "costs": "none"})
    assert (revised(event, moved).sequence, changed(event, moved)) == (1, {"dates", "costs"})
