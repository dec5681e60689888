"""Events and who was asked to them, on every store."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, time, timedelta

from mailer.model.events import Coming, Event, EventKind, Hours, Participant, Role, State
from mailer.ports import Work
from tests.contracts.stores import contact
from tests.fakes import NOON

EVENT = Event(
    uid="event-1@office",
    title="Standards in daily work",
    kind=EventKind.SEMINAR,
    organiser="KEBS",
    place="Nairobi",
    country="KE",
    starts=date(2027, 5, 3),
    ends=date(2027, 5, 5),
    hours=Hours(time(9), time(17, 30), "Africa/Nairobi"),
    languages=("en", "sw"),
    topics=("labour",),
    wants_presenter=True,
    host="Host+x@nmb.example",
    host_name="Wanjiru",
    pending={"place": "Mombasa"},
    created_at=NOON,
    changed_at=NOON,
)
GUEST = Participant(1, Role.GUEST, "Bo+x@x.example", "Bo", None, Coming.ASKED, NOON)


def added(work: Work, number: int, **values: object) -> Event:
    return work.events.add(replace(EVENT, uid=f"event-{number}@office", **values))  # type: ignore[arg-type]


def test_an_event_is_kept_whole(work: Work) -> None:
    made = work.events.add(EVENT)
    assert made == replace(EVENT, id=made.id)
    changed = replace(made, hours=None, state=State.ACCEPTED, sequence=2, submission=7, pending={})
    work.events.save(changed)
    assert (work.events.by_id(made.id), work.events.of_submission(7)) == (changed, changed)
    assert (work.events.by_id(99), work.events.of_submission(8)) == (None, None)


def test_a_host_s_events_are_found_by_any_alias(work: Work) -> None:
    first, second = added(work, 1), added(work, 2)
    added(work, 3, host="other@nmb.example")
    assert work.events.of_host("host@nmb.example") == [second, first]


def test_events_are_found_by_days_states_country_and_audience(work: Work) -> None:
    kenya = added(work, 1)
    later = added(work, 2, starts=date(2027, 9, 1), ends=date(2027, 9, 1), state=State.ACCEPTED)
    brazil = added(work, 3, country="BR")
    inside = added(work, 4, internal=True)
    assert work.events.between() == [kenya, brazil, later]
    assert work.events.between(date(2027, 5, 5), date(2027, 8, 31)) == [kenya, brazil]
    assert work.events.between(date(2027, 5, 6)) == [later]
    assert work.events.between(ends=date(2027, 5, 2)) == []
    assert work.events.between(states=[State.ACCEPTED]) == [later]
    assert work.events.between(country="BR") == [brazil]
    assert work.events.between(internal=True) == [inside]
    assert work.events.between(internal=None) == [kenya, brazil, inside, later]


def test_who_was_asked_has_one_answer_for_each_part(work: Work) -> None:
    event = work.events.add(EVENT)
    guest = replace(GUEST, event=event.id, contact=contact(work).id)
    speaker = replace(guest, role=Role.SPEAKER, address="z@x.example", contact=None, talk="Why")
    for one in (guest, speaker):
        work.events.put(one)
    later = replace(guest, address="bo@x.example", coming=Coming.YES, at=NOON + timedelta(hours=1))
    work.events.put(later)
    assert work.events.participants(event.id) == [speaker, later]
    assert work.events.participant(event.id, Role.GUEST, "BO+y@x.example") == later
    assert work.events.participant(event.id, Role.SPEAKER, "bo@x.example") is None
