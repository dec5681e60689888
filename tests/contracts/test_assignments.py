"""Presenters at events and their reports, on every store."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

from mailer.model.assignments import ENGAGED, Assignment, State
from mailer.model.event_reports import EventReport
from mailer.model.events import State as EventState
from mailer.model.presenters import Period
from mailer.model.presenters import State as Registration
from mailer.ports import Work
from tests.contracts.stores import MINUTE
from tests.contracts.test_events import EVENT
from tests.contracts.test_presenters import registered
from tests.fakes import NOON

ASKED = Assignment(
    event=1, presenter=1, points=70, following=(7, 3), asked_at=NOON, due_at=NOON + MINUTE, changed_at=NOON
)
REPORT = EventReport(event=1, assignment=1, values={"people": "40"}, words="It was fine.", received_at=NOON + MINUTE)


def asked(work: Work, name: str = "Amina") -> Assignment:
    event, presenter = work.events.add(replace(EVENT, uid=f"{name}@x")), registered(work, name)
    return work.assignments.add(replace(ASKED, event=event.id, presenter=presenter.id))


def test_an_assignment_is_kept_changed_and_found(work: Work) -> None:
    made = asked(work)
    agreed = replace(made, state=State.AGREED, due_at=None, reminders=1, changed_at=NOON + MINUTE)
    work.assignments.save(agreed)
    assert work.assignments.by_id(made.id) == agreed
    assert work.assignments.of_event(made.event) == work.assignments.of_presenter(made.presenter) == [agreed]
    assert (work.assignments.by_id(99), work.assignments.of_event(99)) == (None, [])


def test_what_is_due_is_found(work: Work) -> None:
    made = asked(work)
    assert (work.assignments.due(NOON), work.assignments.due(NOON + MINUTE)) == ([], [made])


def test_when_presenters_were_asked_and_are_engaged(work: Work) -> None:
    made = asked(work)
    assert work.assignments.asked_since(NOON) == {made.presenter: [NOON.date()]}
    assert work.assignments.asked_since(NOON + MINUTE) == {}
    days = {made.presenter: [Period(EVENT.starts, EVENT.ends)]}
    assert work.assignments.engaged(ENGAGED, EVENT.ends) == days
    assert work.assignments.engaged(ENGAGED, date.max) == {}
    work.assignments.save(replace(made, state=State.DECLINED))
    assert work.assignments.engaged(ENGAGED, EVENT.ends) == {}


def test_a_later_report_replaces_the_earlier_one(work: Work) -> None:
    made = asked(work)
    first = work.assignments.add_report(replace(REPORT, event=made.event, assignment=made.id), b"first")
    other = work.assignments.add_report(replace(first, values={"people": "41"}), b"\0\xff")
    assert (first.id, work.assignments.report(first.id), work.assignments.report(99)) == (other.id, other, None)
    assert work.assignments.report_mail(other.id) == b"\0\xff"
    assert list(work.assignments.reports()) == list(work.assignments.reports(made.event)) == [other]
    assert list(work.assignments.reports(99)) == []


def test_an_event_without_a_presenter_is_found_once_it_is_accepted(work: Work) -> None:
    made = asked(work)
    event = work.events.by_id(made.event)
    assert event is not None
    assert work.assignments.lacking((), event.starts) == []
    work.events.save(replace(event, state=EventState.ACCEPTED, wants_presenter=True))
    assert work.assignments.lacking((State.AGREED,), event.starts) == [event.id]
    assert work.assignments.lacking((State.ASKED,), event.starts) == []
    assert work.assignments.lacking((State.AGREED,), date.max) == []


def test_an_event_that_has_changed_overtakes_its_assignments(work: Work) -> None:
    made = asked(work)
    event = work.events.by_id(made.event)
    assert event is not None
    work.events.save(replace(event, state=EventState.ACCEPTED, sequence=made.sequence))
    assert work.assignments.overtaken(ENGAGED) == []
    work.events.save(replace(event, state=EventState.ACCEPTED, sequence=made.sequence + 1))
    assert work.assignments.overtaken(ENGAGED) == [made]
    work.events.save(replace(event, state=EventState.CANCELLED, sequence=made.sequence))
    assert (work.assignments.overtaken(ENGAGED), work.assignments.overtaken((State.AGREED,))) == ([made], [])


def test_assignments_of_those_who_left_the_bank_are_found(work: Work) -> None:
    made = asked(work)
    presenter = work.presenters.by_id(made.presenter)
    assert presenter is not None
    work.presenters.save(replace(presenter, state=Registration.APPROVED))
    assert work.assignments.left(ENGAGED) == []
    work.presenters.save(replace(presenter, state=Registration.RETIRED))
    assert (work.assignments.left(ENGAGED), work.assignments.left([State.AGREED])) == ([made], [])
