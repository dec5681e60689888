"""What presenters report after an event: asked for by mail, filed under the event, and passed to the editors."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import datetime
from functools import partial
from typing import NamedTuple

from mailer import feedback_mail
from mailer.assignment_mail import ask_for_report, confirm_report, pass_report_on, tell_unreported
from mailer.errors import Refused
from mailer.inbound.attachments import contents
from mailer.inbound.parse import parse
from mailer.message import Address, Inbound
from mailer.model.assignments import REPORT_WAITS, Assignment, State, Step, advance
from mailer.model.event_reports import EventReport, file_name, questions_in
from mailer.model.events import Event
from mailer.model.faq import TAG as FAQ
from mailer.model.inbound import Done, Result
from mailer.model.presenters import Presenter
from mailer.model.questionnaires import Filled
from mailer.model.questions import Question, Reply
from mailer.office import Decision, Office


def due(office: Office, now: datetime) -> list[Decision]:
    """Ask for reports, remind of them, and tell the secretary that none came."""
    return [
        Decision(f"report of {one.name}", partial(_step, number=one.id))
        for one in office.work.assignments.due(now)
        if one.state is State.PRESENTED
    ]


def _step(office: Office, number: int) -> None:
    found = office.work.assignments.by_id(number)
    if found is None or found.state is not State.PRESENTED or found.due_at is None or found.due_at > office.now:
        return
    presenter = office.work.presenters.by_id(found.presenter)
    is_forgotten = presenter is None or not presenter.name
    if is_forgotten or found.reminders == len(REPORT_WAITS):
        ended = _advance(office, found, Step.LAPSE)
        if not is_forgotten:
            tell_unreported(office, ended)
        return
    next_at = office.now + REPORT_WAITS[found.reminders]
    made = replace(found, reminders=found.reminders + 1, due_at=next_at)
    office.work.assignments.save(made)
    ask_for_report(office, made, again=found.reminders > 0)


def _advance(office: Office, assignment: Assignment, step: Step) -> Assignment:
    made = replace(assignment, state=advance(assignment.state, step), due_at=None, reminders=0, changed_at=office.now)
    office.work.assignments.save(made)
    office.record(f"presenter: {made.state}", f"event {made.event}", assignment=made.id)
    return made


def state_of_report(office: Office, question: Question) -> str:
    """A report counts whenever it comes, once the event is over; another one replaces it."""
    found = office.work.assignments.by_id(question.subject)
    return question.state if found and found.takes(Step.REPORT) else ""


def reported(office: Office, mail: Inbound, reply: Reply, question: Question) -> Result:
    """File a report, pass it to the editors, and keep what the audience asked as items of feedback."""
    found = office.work.assignments.by_id(question.subject)
    event = office.work.events.by_id(found.event) if found else None
    presenter = office.work.presenters.by_id(found.presenter) if found else None
    assert found is not None and event is not None and presenter is not None
    filled = reply.filled or Filled(question.offered)
    draft = EventReport(
        event=event.id, assignment=found.id, values=filled.values, words=reply.words, received_at=mail.received_at
    )
    is_new = found.state is not State.REPORTED
    before = _asked_before(office, found)
    report = office.work.assignments.add_report(draft, mail.raw)
    _advance(office, found, Step.REPORT)
    office.record("event reported", event.name, report=report.id, presenter=presenter.address)
    for asked in questions_in(filled.values.get("questions", "")):
        if asked not in before:
            _keep_question(office, event, presenter, asked)
    pass_report_on(office, report, event, presenter, mail, corrected=not is_new)
    confirm_report(office, found, report, mail)
    return Result(Done.EVENT_REPORTED, {"event": event.name, "report": report.id})


def _asked_before(office: Office, assignment: Assignment) -> set[str]:
    """The questions of an earlier report by the same presenter; they are items already."""
    earlier = (one for one in office.work.assignments.reports(assignment.event) if one.assignment == assignment.id)
    return {asked for one in earlier for asked in questions_in(one.values.get("questions", ""))}


def _keep_question(office: Office, event: Event, presenter: Presenter, asked: str) -> None:
    """An item with one question of the audience. Its answer goes to the presenter, who may pass it on."""
    asker = Address.parse(presenter.address, presenter.name)
    feedback_mail.begin(office, asker, asked, asked, (FAQ, f"event-{event.id}"))


# --- what is filed ---


class FiledAttachment(NamedTuple):
    """A file of a report."""

    given: str
    """The name under which it is written or passed on: ours (C6)."""
    name: str
    """As its sender called it."""
    media_type: str
    size: int


class Filed(NamedTuple):
    """A report with what it is about."""

    report: EventReport
    event: Event
    presenter: str
    may_name: bool
    """Whether they let their name be published."""
    raw: bytes
    """The original mail; empty if it was erased."""
    files: Sequence[FiledAttachment]


def require(office: Office, number: int) -> Filed:
    """A report by its number. Raises Refused if there is none."""
    report = office.work.assignments.report(number)
    if report is None:
        raise Refused(f"There is no report {number}: `mailer events reports` shows those that there are.")
    return _filed(office, report)


def filed(office: Office, event_id: int | None = None) -> list[Filed]:
    """The reports on one event, or all. Raises Refused if there is no such event."""
    if event_id is not None and office.work.events.by_id(event_id) is None:
        raise Refused(f"There is no event {event_id}: `mailer events ls` shows those that there are.")
    return [_filed(office, report) for report in office.work.assignments.reports(event_id)]


def attached(one: Filed) -> Iterator[tuple[FiledAttachment, bytes]]:
    """Each file of a report with its content, one after the other."""
    if not one.raw:
        return
    for file, (_, data) in zip(one.files, contents(parse(one.raw, one.report.received_at)), strict=True):
        yield file, data


def _filed(office: Office, report: EventReport) -> Filed:
    event = office.work.events.by_id(report.event)
    assignment = office.work.assignments.by_id(report.assignment)
    presenter = office.work.presenters.by_id(assignment.presenter) if assignment else None
    assert event is not None and presenter is not None
    raw = office.work.assignments.report_mail(report.id)
    files = [
        FiledAttachment(file_name(report.id, one.number, one.name), one.name, one.media_type, one.size)
        for one in (parse(raw, report.received_at).attachments if raw else ())
    ]
    name = presenter.label if presenter.name else "somebody who was forgotten"
    return Filed(report, event, name, bool(presenter.name) and presenter.may_publish, raw, files)
