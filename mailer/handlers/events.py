"""Events that are announced by mail: the lines and calendar files of their hosts, and what staff and hosts answer."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from functools import partial

from mailer import submissions
from mailer.assigning import called_off
from mailer.event_mail import (
    DECISION,
    HOST,
    accept,
    ask_staff,
    cancel,
    comparison,
    decline,
    facts,
    find,
    likely_doubles,
    nameable,
    new_uid,
    save,
    stands,
    tell_host,
)
from mailer.inbound.attachments import contents
from mailer.inbound.choices import read_reply
from mailer.inbound.filled import read_filled
from mailer.inbound.intents import Intent, StaffReply, Verdict
from mailer.message import Address, Attachment, Inbound
from mailer.model.event_lines import EVENT, MEMBER_EVENT, read_hours, values_of, with_values
from mailer.model.events import COMING, Event, State, Step, advance
from mailer.model.inbound import Done, Result
from mailer.model.lists import Contact
from mailer.model.personal_data import Held
from mailer.model.questionnaires import Filled, Problem, shown
from mailer.model.questions import Choice, Question, Reply
from mailer.model.staff import StaffNotice
from mailer.model.submissions import Submission
from mailer.office import Decision, Office
from mailer.phrases import Phrase, phrase
from mailer.ports.icalendar import CalendarEvent, Unreadable
from mailer.staff import answer_unclear

__all__ = ["DECISION", "HOST"]

KIND, MEMBER_KIND = "event", "member event"
"""Kinds of submissions: what anybody announces, and what members of the group do, who have a line more."""

UID = "uid"
"""Among the values of a submission: the name that the sender's calendar file has for the event."""

UNPRINTABLE = 10
"""How many characters that cannot be printed a notice names."""

REMIND = timedelta(days=14)
"""How long before an event its host is asked whether it takes place."""


# --- what is announced ---


def announce(office: Office, mail: Inbound, intent: Intent, verdict: Verdict) -> Result:
    """Keep what the mail announces, in lines or in a calendar file, until its address confirms it (B11)."""
    is_member = office.is_on_any([office.rules.events.members], mail.author)
    kind, form = (MEMBER_KIND, MEMBER_EVENT) if is_member else (KIND, EVENT)
    filled = read_filled(mail, form, {}, office.renderer.wordings)
    return submissions.begin(office, mail, kind, form, _checked(_with_calendar(office, filled, mail)), verdict)


def filled_in(office: Office, to: Address, values: Mapping[str, str]) -> Result:
    """Keep what was filled in on a page until its address confirms it (B11)."""
    return submissions.begin_on_page(office, to, KIND, EVENT, values)


def _with_calendar(office: Office, filled: Filled, mail: Inbound) -> Filled:
    """The lines with what a calendar file says where they say nothing. No word of it is an instruction."""
    files = [one for one in mail.attachments if _is_calendar(one)]
    if not files:
        return filled
    if len(files) > 1:
        reason = phrase("Your mail has several calendar files; send one mail for each event.")
        return replace(filled, problems=(*filled.problems, Problem("", "", reason)))
    (data,) = (octets for one, octets in contents(mail) if one.number == files[0].number)
    try:
        found = office.resources.calendars.read(data)
    except Unreadable as fault:
        reason = phrase("Your calendar file was not read: %(reason)s.", reason=fault.reason)
        return replace(filled, problems=(*filled.problems, Problem("", "", reason)))
    return _joined(filled, found)


def _is_calendar(attachment: Attachment) -> bool:
    return attachment.media_type == "text/calendar" or attachment.name.lower().endswith(".ics")


def _joined(filled: Filled, found: CalendarEvent) -> Filled:
    own = {key: value for key, value in filled.values.items() if value}
    values = {**found.values, **own, **({UID: found.uid} if found.uid else {})}
    asked_back = [one for one in filled.problems if one.written or one.key not in found.values]
    noted = [Problem("", "", note) for note in found.notes if not own.get("dates")]
    beside = "\n\n".join(part for part in (filled.beside, found.description) if part)
    changed = filled.changed | found.values.keys()
    return replace(filled, values=values, problems=(*asked_back, *noted), beside=beside, changed=changed)


def _checked(filled: Filled) -> Filled:
    """The lines, with a question about hours that are none."""
    written = filled.values.get("hours", "")
    if not written or read_hours(written) is not None:
        return filled
    values = {key: value for key, value in filled.values.items() if key != "hours"}
    problem = Problem("hours", written, phrase("Hours: write them as 09:00-17:30."))
    return replace(filled, values=values, problems=(*filled.problems, problem))


# --- what its sender has confirmed ---


def confirmed(office: Office, submission: Submission) -> None:
    """Ask the secretary about an event that its sender has confirmed or corrected, and name likely doubles."""
    known = office.work.events.of_submission(submission.id)
    draft = known or Event(
        uid=new_uid(office, f"submission {submission.id}"),
        title="",
        starts=office.now.date(),
        ends=office.now.date(),
        submission=submission.id,
        host=submission.address,
        host_name=submission.name,
        host_language=submission.language,
        source_uid=submission.values.get(UID, "")[:300],
        created_at=office.now,
        changed_at=office.now,
    )
    draft = replace(
        with_values(draft, submission.values),
        internal=submission.kind == MEMBER_KIND and submission.values.get("internal") == "yes",
        programme=submission.values.get("programme", "")[:5000],
    )
    event = save(office, draft) if known else office.work.events.add(draft)
    office.record("event confirmed", event.name, host=event.host, internal=event.internal)
    found = likely_doubles(office, event)
    if told := nameable(found, submission.to):
        once = f"event-doubles {event.id} {office.today}"
        values = {**facts(event), "doubles": [facts(one) for one in told]}
        office.write(submission.to, "event-doubles", values, language=submission.language, once=once)
    form = MEMBER_EVENT if submission.kind == MEMBER_KIND else EVENT
    values = {
        "fields": shown(form, submission.values),
        "doubles": [facts(one) for one in found],
        "beside": submission.beside,
        "internal": event.internal,
        "corrected": known is not None,
        "unprintable": "" if event.internal else _unprintable(office, event),
    }
    ask_staff(office, event, "event-proposed", values)


def _unprintable(office: Office, event: Event) -> str:
    """Some of the characters that its hosts wrote and no font has; empty if the PDFs can print all of it (D8)."""
    words = " ".join((event.title, event.organiser, event.place, event.website))
    return "".join(office.renderer.unprintable(words)[:UNPRINTABLE])


def withdrawn(office: Office, submission: Submission) -> None:
    """Its sender has taken back what nobody has decided on yet."""
    event = office.work.events.of_submission(submission.id)
    if event is not None and event.takes(Step.CANCEL):
        made = save(office, event, state=advance(event.state, Step.CANCEL))
        office.record("event taken back", made.name)


# --- what staff answer ---


def state_of_decision(office: Office, notice: StaffNotice) -> str:
    event = find(office, notice.subject)
    return stands(event) if event else ""


def answer_decision(office: Office, mail: Inbound, reply: StaffReply, notice: StaffNotice) -> Result:
    """Accept or decline the event, or the change of it: YES, NO with a word, or the lines corrected."""
    event = find(office, notice.subject)
    assert event is not None
    before = values_of(with_values(event, event.pending) if event.pending else event)
    read = read_reply(mail, {Choice.YES, Choice.NO}, EVENT, before, office.renderer.wordings, office.rules.name)
    filled = _checked(read.filled or Filled(before))
    if read.choice is Choice.NO:
        decline(office, event, read.words)
        return Result(Done.EVENT_DECIDED, {"event": event.name, "word": "declined"})
    if filled.problems:
        return answer_unclear(office, notice, mail, filled.problems[0].reason)
    if read.choice is not Choice.YES and not filled.changed:
        return answer_unclear(office, notice, mail, phrase("it says neither YES nor NO"))
    accept(office, event, with_values(event, filled.values))
    return Result(Done.EVENT_DECIDED, {"event": event.name, "word": "accepted"})


# --- what hosts answer ---


def state_of_host(office: Office, question: Question) -> str:
    event = find(office, question.subject)
    return stands(event) if event else ""


def answer_host(office: Office, mail: Inbound, reply: Reply, question: Question) -> Result:
    """Cancel the event, keep other lines until a person has decided on them, or note that it takes place.

    A cancellation takes effect at once; what its host changes of an accepted event waits for the secretary's yes.
    """
    event = find(office, question.subject)
    assert event is not None
    if reply.choice is Choice.NO:
        cancel(office, event, by_host=True)
        called_off(office, event.id, reply.words)
        return Result(Done.EVENT_ANSWERED, {"event": event.name, "word": "cancelled by its host"})
    filled = reply.filled or Filled(question.offered)
    if not filled.changed:
        office.record("event stands", event.name, host=event.host)
        return Result(Done.EVENT_ANSWERED, {"event": event.name, "word": "it takes place, as its host says"})
    wanted = with_values(event, filled.values)
    made = save(office, event, state=advance(event.state, Step.CHANGE), pending=dict(filled.values))
    office.record("event change asked for", made.name, what=sorted(filled.changed))
    rows = comparison(event, wanted)
    ask_staff(office, made, "event-change", {"changed": rows, "fields": list(shown(EVENT, filled.values))})
    tell_host(office, made, "event-change-asked", {"changed": rows})
    return Result(Done.EVENT_ANSWERED, {"event": event.name, "word": "a change waits for the secretary"})


# --- what time does ---


def due(office: Office, now: datetime) -> list[Decision]:
    """Note which events are over, and ask hosts shortly before whether theirs takes place."""
    today = now.astimezone(office.rules.timezone).date()
    decisions = []
    for event in office.work.events.between(None, today + REMIND, states=COMING, internal=None):
        if event.ends < today:
            decisions.append(Decision(f"{event.name} is over", partial(_hold, event_id=event.id)))
        elif _to_be_asked(event, now) and event.starts > today:
            decisions.append(Decision(f"asking about {event.name}", partial(_remind, event_id=event.id)))
    return decisions


def _to_be_asked(event: Event, now: datetime) -> bool:
    """Not those whose host has written, or heard of it, a few days ago."""
    quiet = now - event.changed_at > timedelta(days=3)
    return bool(event.host) and event.reminded_at is None and quiet and event.state is State.ACCEPTED


def _hold(office: Office, event_id: int) -> None:
    event = find(office, event_id)
    if event is not None and event.takes(Step.HOLD):
        made = save(office, event, state=advance(event.state, Step.HOLD), pending={})
        office.record("event held", made.name)


def _remind(office: Office, event_id: int) -> None:
    event = find(office, event_id)
    if event is not None and event.state is State.ACCEPTED and event.reminded_at is None:
        made = replace(event, reminded_at=office.now)
        office.work.events.save(made)
        tell_host(office, made, "event-reminder", {})


# --- personal data ---


def held(office: Office, contact: Contact) -> list[Held]:
    """The events of which somebody is the host, and those that they were asked to."""
    rows: list[tuple[Phrase | str, object]] = [
        (phrase("You are its contact"), _named(one)) for one in office.work.events.of_host(contact.address)
    ]
    for event, one in office.work.events.of_participant(contact.address):
        rows.append((_COMING[one.coming.value], _named(event)))
    return [Held(phrase("Events"), rows, "events")] if rows else []


def _named(event: Event) -> Phrase:
    return phrase("%(title)s, %(day)s", title=event.title, day=event.starts)


_COMING: Mapping[str, Phrase] = {
    "asked": phrase("You were asked to come"),
    "yes": phrase("You come"),
    "no": phrase("You do not come"),
    "later": phrase("You did not know yet"),
}
