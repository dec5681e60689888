"""What the office writes about presenters at events: to the presenter, to the host, to the secretary."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import timedelta
from typing import Any

from mailer.compose.notices import Attachment
from mailer.event_mail import calendar_file, facts
from mailer.feedback_mail import plain_media_type
from mailer.inbound.attachments import contents
from mailer.message import Address, Inbound
from mailer.model.assignments import STATE_NAMES, Assignment, State
from mailer.model.event_lines import EVENT, values_of
from mailer.model.event_reports import REPORT, EventReport, file_name
from mailer.model.events import Event
from mailer.model.library import FAQ, KIT
from mailer.model.presenters import Presenter
from mailer.model.questionnaires import Shown, shown
from mailer.office import Office
from mailer.phrases import Phrase, phrase
from mailer.ports.icalendar import Method
from mailer.presenters import documents_of, papers
from mailer.questions import ask

CHOICE = "presenter choice"
"""The kind of notices by which the secretary chooses a presenter."""

ASKED = "assignment"
"""The kind of questions to a presenter about one event."""

HOSTED = "event presenter"
"""The kind of questions to a host who has been told of a presenter."""

ENGAGEMENT: Mapping[str, Phrase] = {
    "title": phrase("Event"),
    "kind": phrase("Kind of event"),
    "organiser": phrase("Organiser"),
    "place": phrase("Place"),
    "country": phrase("Country"),
    "dates": phrase("Dates"),
    "hours": phrase("Hours"),
    "languages": phrase("Languages"),
    "audience": phrase("Audience"),
    "topics": phrase("Topics"),
    "costs": phrase("The host covers"),
}
"""What a presenter is told of an event before they say yes, by the keys of its lines, and what they call each.

Its web page and its host come with the yes.
"""

REPORT_ON = "event report"
"""The kind of questions that ask a presenter for a report."""

REPORT_COUNTS = timedelta(days=365)
"""How long a report can be answered or corrected by mail."""

AFTER = timedelta(days=31)
"""How long after an event a presenter's answer still has a reader."""


def engagement(event: Event) -> list[Shown]:
    """The lines of an event that say what is wanted, without its host."""
    lines = (one for one in shown(EVENT, values_of(event)) if one.key in ENGAGEMENT and one.value)
    return [one._replace(label=ENGAGEMENT[one.key]) for one in lines]


def wanted_besides(event: Event) -> list[Shown]:
    """The same without title and days, where a sentence says these."""
    return [one for one in engagement(event) if one.key not in ("title", "dates")]


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
    _write(office, assignment, event, presenter, "presenter-asked", values, buttons=True)


def tell_both_sides(office: Office, assignment: Assignment) -> None:
    """Name each side to the other once the presenter has said yes.

    The presenter gets the event for their calendar, and the kit and the questions as they are published.
    """
    event, presenter = _of(office, assignment)
    host = {"host": event.host, "host_name": event.host_name, "website": event.website}
    documents = papers(office, (KIT, FAQ))
    values = {"wanted": engagement(event), "programme": event.programme, **host, **documents_of(documents)}
    attachments = documents.attachments
    _write(office, assignment, event, presenter, "presenter-agreed", values, Method.REQUEST, attachments=attachments)
    about = {
        "presenter": presenter.label,
        "presenter_address": presenter.address,
        "organisation": presenter.organisation,
        "experience": presenter.experience,
    }
    told = _name_to_host(office, assignment, event, about)
    office.tell_secretary(
        "presenter-settled", {**facts(event), **about, "host": office.called(event.host), "told": told}
    )


def _name_to_host(office: Office, assignment: Assignment, event: Event, about: Mapping[str, object]) -> bool:
    """Tell the host who comes; they can answer that they need no presenter any more."""
    if not event.host:
        return False
    asked = ask(
        office,
        Address.parse(event.host, event.host_name),
        "presenter-found",
        {**facts(event), **about, "covered": next((one.value for one in engagement(event) if one.key == "costs"), "")},
        kind=HOSTED,
        subject=assignment.id,
        state=assignment.state.value,
        about=event.name,
        valid=max(event.ends - office.now.date(), timedelta()),
        language=event.host_language,
        once=f"presenter-found {assignment.id}",
    )
    return asked is not None


def tell_changed(office: Office, assignment: Assignment, notice: str, values: Mapping[str, object]) -> None:
    """Remind a presenter of an event, or tell them that it has changed; they can still say no."""
    event, presenter = _of(office, assignment)
    agreed = assignment.state is State.AGREED
    own = {"wanted": engagement(event), "programme": event.programme, **values}
    if agreed:
        own |= {"host": event.host, "host_name": event.host_name, "website": event.website}
    _write(office, assignment, event, presenter, notice, own, Method.REQUEST if agreed else None)


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
    values = {"presenter": presenter.label if presenter.name else phrase("The presenter"), "word": word}
    if event.host:
        to, once = Address.parse(event.host, event.host_name), f"presenter-lost {assignment.id}"
        office.write(to, "presenter-lost", {**facts(event), **values}, language=event.host_language, once=once)
    office.tell_secretary(
        "presenter-lost-note", {**facts(event), **values}, once=f"presenter-lost-note {assignment.id}"
    )


# --- reports ---


def ask_for_report(office: Office, assignment: Assignment, *, again: bool) -> None:
    """Ask a presenter for a report on an event that is over."""
    event, presenter = _of(office, assignment)
    once = f"report-asked {assignment.id} {assignment.reminders}"
    _ask_report(office, assignment, event, presenter, "report-asked", {"again": again}, {}, once=once)


def confirm_report(office: Office, assignment: Assignment, report: EventReport, mail: Inbound) -> None:
    """Show a presenter what was understood of a report. Their reply to it corrects it."""
    event, presenter = _of(office, assignment)
    files = [one.name or one.media_type for one in mail.attachments]
    values = {"report": report.id, "files": files, "words": bool(report.words)}
    _ask_report(
        office, assignment, event, presenter, "report-receipt", values, report.values, in_reply_to=mail.message_id
    )


def _ask_report(
    office: Office,
    assignment: Assignment,
    event: Event,
    presenter: Presenter,
    notice: str,
    values: Mapping[str, object],
    offered: Mapping[str, str],
    **options: Any,
) -> None:
    ask(
        office,
        Address.parse(presenter.address, presenter.name),
        notice,
        {**facts(event), **values},
        kind=REPORT_ON,
        subject=assignment.id,
        about=event.title,
        contact=presenter.contact,
        questionnaire=REPORT,
        offered=offered,
        valid=REPORT_COUNTS,
        **options,
    )


def pass_report_on(
    office: Office, report: EventReport, event: Event, presenter: Presenter, mail: Inbound, *, corrected: bool
) -> None:
    """Give the editors a report with its files, as far as one mail takes them; all of them stay with the report."""
    enclosed, named = _enclosed(office, report, mail)
    values = {
        **facts(event),
        "report": report.id,
        "presenter": presenter.label,
        "corrected": corrected,
        "lines": [one for one in shown(REPORT, report.values) if one.value],
        "words": report.words,
        "files": named,
    }
    for editor in _editors(office):
        once = f"report-filed {report.id} {office.cause}"
        office.write(editor, "report-filed", values, language=office.rules.language, attachments=enclosed, once=once)


def _enclosed(office: Office, report: EventReport, mail: Inbound) -> tuple[list[Attachment], list[tuple[str, str]]]:
    """What is attached, under names of ours (C6), and each file's own name with that name or nothing."""
    room = office.rules.feedback.attach_bytes
    attached, named = [], []
    for found, data in contents(mail):
        given = file_name(report.id, found.number, found.name) if len(data) <= room else ""
        if given:
            room -= len(data)
            attached.append(Attachment(given, plain_media_type(found.media_type), data))
        named.append((found.name or found.media_type, given))
    return attached, named


def _editors(office: Office) -> list[Address]:
    """The editors of the office's first publication, or else the secretary."""
    first = next(iter(office.rules.publications.values()), None)
    editors = [Address.parse(one) for one in first.editors] if first else []
    return editors or [office.rules.secretary]


def tell_unreported(office: Office, assignment: Assignment) -> None:
    """Tell the secretary that no report came."""
    event, presenter = _of(office, assignment)
    values = {**facts(event), "presenter": presenter.label, "presenter_address": presenter.address}
    office.tell_secretary("report-missing", values, once=f"report-missing {assignment.id}")


# --- both ---


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
    method: Method | None = None,
    *,
    buttons: bool = False,
    attachments: Sequence[Attachment] = (),
) -> None:
    """Write to the presenter, who can answer with a yes or a no."""
    to = Address.parse(presenter.address, presenter.name)
    calendar = [calendar_file(office, event, method, to)] if method else []
    ask(
        office,
        to,
        notice,
        {**facts(event), **values},
        kind=ASKED,
        subject=assignment.id,
        state=state_of(assignment),
        about=event.title,
        contact=presenter.contact,
        prepared={"yes_reply": "yes", "no_reply": "no"} if buttons else {},
        valid=max(event.ends - office.now.date(), timedelta()) + AFTER,
        once=f"{notice} {assignment.id} {state_of(assignment)} {assignment.reminders}",
        attachments=[*calendar, *attachments],
    )


def tell_unwanted(office: Office, event: Event, presenter: Presenter, word: str) -> None:
    """Tell the secretary that a host needs no presenter any more."""
    office.tell_secretary("presenter-unwanted", {**facts(event), "presenter": presenter.label, "word": word})
