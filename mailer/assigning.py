"""Who is asked to present at an event: asked, asked next, let go, and every change of an assignment."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date

from mailer.assignment_mail import ask_presenter, tell_lost, tell_off
from mailer.errors import Refused
from mailer.model.assignments import ENGAGED, PRESENTED, Assignment, State, Step, advance, wait_for
from mailer.model.events import COMING, Event
from mailer.model.presenters import Presenter
from mailer.office import Office
from mailer.recommendations import recommend

TAKEN = (*ENGAGED, *PRESENTED)
"""States in which an event needs nobody else."""


def assign(office: Office, event_id: int, presenter_id: int, following: Sequence[int] = ()) -> Assignment:
    """Ask a presenter to an event; if they do not come, those ``following`` are asked one after the other.

    Raises Refused if either is not there, or if the event has somebody.
    """
    event, presenter = check(office, event_id, presenter_id)
    points = {one.candidate.presenter: one.points for one in recommend(office, event_id).ranking.suited}
    wait = wait_for(event.starts, today_of(office))
    draft = Assignment(
        event=event_id,
        presenter=presenter_id,
        points=points.get(presenter_id, 0),
        following=tuple(following),
        sequence=event.sequence,
        asked_at=office.now,
        due_at=office.now + wait / 2,
        changed_at=office.now,
    )
    made = office.work.assignments.add(draft)
    office.record("presenter asked", event.name, assignment=made.id, presenter=presenter.address, points=made.points)
    ask_presenter(office, made, event, presenter, wait)
    return made


def check(office: Office, event_id: int, presenter_id: int) -> tuple[Event, Presenter]:
    """Raises Refused unless this presenter can be asked to this event now."""
    event, presenter = _event(office, event_id), _presenter(office, presenter_id)
    taken = [one for one in office.work.assignments.of_event(event_id) if one.state in TAKEN]
    if taken:
        raise Refused(f"Somebody is asked to {event.name} already: `mailer events show {event_id}` says who.")
    if presenter_id in asked_before(office, event_id):
        raise Refused(f"{presenter.label} was asked to {event.name} before.")
    return event, presenter


def _event(office: Office, event_id: int) -> Event:
    event = office.work.events.by_id(event_id)
    if event is None:
        raise Refused(f"There is no event {event_id}: `mailer events ls` shows those that there are.")
    if event.state not in COMING:
        raise Refused(f"{event.name} is “{event.state}”: only an accepted event can have a presenter.")
    if event.starts < today_of(office):
        raise Refused(f"{event.name} has begun, or is over.")
    if event.internal:
        raise Refused(
            f"{event.name} is for members alone: ask a speaker with `mailer events speaker {event_id} ADDRESS`."
        )
    if not event.wants_presenter:
        raise Refused(
            f"{event.name} wishes for no presenter: `mailer events edit {event_id} --presenter` changes that."
        )
    return event


def _presenter(office: Office, presenter_id: int) -> Presenter:
    presenter = office.work.presenters.by_id(presenter_id)
    if presenter is None or not presenter.is_available:
        raise Refused(f"Presenter {presenter_id} is not in the bank: `mailer presenters ls` shows who is.")
    return presenter


def asked_before(office: Office, event_id: int) -> set[int]:
    """The presenters who were asked to the event, and may not be asked again: all but those who were let go."""
    made = office.work.assignments.of_event(event_id)
    return {one.presenter for one in made if one.state is not State.WITHDRAWN}


def today_of(office: Office) -> date:
    return office.now.astimezone(office.rules.timezone).date()


def save(office: Office, assignment: Assignment, step: Step, **values: object) -> Assignment:
    made: Assignment = replace(
        assignment,
        state=advance(assignment.state, step),
        changed_at=office.now,
        **values,  # type: ignore[arg-type]
    )
    office.work.assignments.save(made)
    office.record(f"presenter: {made.state}", f"event {made.event}", assignment=made.id)
    return made


def ask_next(office: Office, ended: Assignment) -> None:
    """Ask the next one whom the secretary has agreed to; without one the agenda recommends others."""
    for number, presenter in enumerate(ended.following, 1):
        try:
            assign(office, ended.event, presenter, ended.following[number:])
        except Refused as fault:
            office.record("presenter not asked", f"event {ended.event}", presenter=presenter, reason=str(fault))
        else:
            return


def withdraw(office: Office, found: Assignment, word: str = "") -> Assignment:
    """The event needs the presenter no more. Raises Refused as ``advance``."""
    event = office.work.events.by_id(found.event)
    assert event is not None
    was = found.state
    made = save(office, found, Step.WITHDRAW, due_at=None, sequence=event.sequence)
    tell_off(office, made, was, word)
    return made


def called_off(office: Office, event_id: int, word: str = "") -> None:
    """The event does not take place: who was asked to it is told at once, with a word of those who called it off."""
    for one in office.work.assignments.of_event(event_id):
        if one.state in ENGAGED:
            withdraw(office, one, word)


def end(office: Office, found: Assignment) -> None:
    """The presenter is in the bank no longer: host and secretary are told, or the next one is asked."""
    if found.state is State.AGREED:
        tell_lost(office, save(office, found, Step.CANCEL, due_at=None), "")
    elif found.state is State.ASKED:
        ask_next(office, save(office, found, Step.WITHDRAW, due_at=None))
