"""What the office writes about presenters at events: to the presenter, to the host, to the secretary."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta

from mailer.event_mail import calendar_file, facts
from mailer.message import Address
from mailer.model.assignments import STATE_NAMES, Assignment, State
from mailer.model.event_lines import EVENT, values_of
from mailer.model.events import Event
from mailer.model.presenters import Presenter
from mailer.model.questionnaires import Shown, shown
from mailer.office import Office
from mailer.phrases import Phrase
from mailer.ports.icalendar import Method
from mailer.questions import ask

CHOICE = "presenter choice"
"""The kind of notices by which the secretary chooses a presenter."""

ASKED = "assignment"
"""The kind of questions to a presenter about one event."""

ENGAGEMENT = frozenset(
    {"title", "kind", "organiser", "place", "country", "dates", "hours", "languages", "audience", "topics", "costs"}
)
"""What a presenter is told of an event before they say yes. Its web page and its host come with the yes."""

AFTER = timedelta(days=31)
"""How long after an event a presenter's answer still has a reader."""


def engagement(event: Event) -> list[Shown]:
    """The lines of an event that say what is wanted, without its host."""
    return [one for one in shown(EVENT, values_of(event)) if one.key in ENGAGEMENT and one.value]


def standing(assignment: Assignment) -> Phrase:
    return STATE_NAMES[assignment.state]


def state_of(assignment: Assignment) -> str:
    """The state of an assignment as far as the answers of its presenter depend on it."""
    return f"{assignment.state} {assignment.sequence}"


def ask_presenter(
    office: Office, assignment: Assignment, event: Event, presenter: Presenter, wait: timedelta, *, again: bool = False
) -> None:
    """Ask a presenter whether they come, or remind them of the question."""
    values = {"wanted": engagement(event), "days_left": max(wait.days, 1), "again": again, "scope": presenter.scope}
    _write(office, assignment, event, presenter, "presenter-asked", values, buttons=("yes_reply", "no_reply"))


def tell_both_sides(office: Office, assignment: Assignment) -> None:
    """Name each side to the other once the presenter has said yes, with the event for their calendars."""
    event, presenter = _of(office, assignment)
    host = {"host": event.host, "host_name": event.host_name, "website": event.website}
    values = {"wanted": engagement(event), "programme": event.programme, **host}
    _write(office, assignment, event, presenter, "presenter-agreed", values, method=Method.REQUEST)
    about = {
        "presenter": presenter.label,
        "presenter_address": presenter.address,
        "organisation": presenter.organisation,
        "experience": presenter.experience,
    }
    told = _tell_host(office, assignment, event, "presenter-found", about)
    office.tell_secretary("presenter-settled", {**facts(event), **about, **host, "told": told})


def tell_changed(office: Office, assignment: Assignment, notice: str, values: Mapping[str, object]) -> None:
    """Remind a presenter of an event, or tell them that it has changed; they can still say no."""
    event, presenter = _of(office, assignment)
    agreed = assignment.state is State.AGREED
    own = {"wanted": engagement(event), "programme": event.programme, **values}
    if agreed:
        own |= {"host": event.host, "host_name": event.host_name, "website": event.website}
    method = Method.REQUEST if agreed else None
    _write(office, assignment, event, presenter, notice, own, method=method, buttons=() if agreed else _BOTH)


_BOTH = ("yes_reply", "no_reply")


def tell_off(office: Office, assignment: Assignment, was: State, word: str) -> None:
    """Tell a presenter that they are not needed any more."""
    event, presenter = _of(office, assignment)
    to = Address.parse(presenter.address, presenter.name)
    attached = [calendar_file(office, event, Method.CANCEL, to)] if was is State.AGREED else []
    values = {**facts(event), "agreed": was is State.AGREED, "word": word}
    office.write(to, "presenter-off", values, attachments=attached, once=f"presenter-off {assignment.id}")


def tell_lost(office: Office, assignment: Assignment, word: str) -> None:
    """Tell host and secretary that a presenter who had agreed does not come."""
    event, presenter = _of(office, assignment)
    values = {"presenter": presenter.label, "word": word}
    _tell_host(office, assignment, event, "presenter-lost", values)
    office.tell_secretary("presenter-lost-note", {**facts(event), **values}, once=f"presenter-lost {assignment.id}")


def _of(office: Office, assignment: Assignment) -> tuple[Event, Presenter]:
    event = office.work.events.by_id(assignment.event)
    presenter = office.work.presenters.by_id(assignment.presenter)
    assert event is not None and presenter is not None
    return event, presenter


def _write(
    office: Office,
    assignment: Assignment,
    event: Event,
    presenter: Presenter,
    notice: str,
    values: Mapping[str, object],
    *,
    method: Method | None = None,
    buttons: tuple[str, ...] = (),
) -> None:
    """Write to the presenter, who can answer with a yes or a no."""
    to = Address.parse(presenter.address, presenter.name)
    words = {"yes_reply": "yes", "no_reply": "no"}
    ask(
        office,
        to,
        notice,
        {**facts(event), **values},
        kind=ASKED,
        subject=assignment.id,
        state=state_of(assignment),
        about=event.name,
        contact=presenter.contact,
        prepared={name: words[name] for name in buttons},
        valid=max(event.ends - office.now.date(), timedelta()) + AFTER,
        once=f"{notice} {assignment.id} {state_of(assignment)} {assignment.reminders}",
        attachments=[calendar_file(office, event, method, to)] if method else [],
    )


def _tell_host(
    office: Office, assignment: Assignment, event: Event, notice: str, values: Mapping[str, object]
) -> bool:
    """Write to the host of an event, if it has one."""
    if not event.host:
        return False
    to = Address.parse(event.host, event.host_name)
    own = {**facts(event), **values}
    once = f"{notice} {assignment.id}"
    return office.write(to, notice, own, language=event.host_language, once=once)
