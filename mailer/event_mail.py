"""What the office writes about an event: to its host, to the secretary, and as an entry of a calendar."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import timedelta

from mailer.compose.notices import Attachment
from mailer.message import Address
from mailer.model.event_lines import EVENT, changed, revised, values_of, with_values
from mailer.model.events import PUBLIC, Event, Participant, Role, State, Step, advance, doubles
from mailer.model.lists import Standing
from mailer.model.questionnaires import shown
from mailer.model.questions import Question
from mailer.model.submissions import State as SubmissionState
from mailer.office import Office
from mailer.phrases import Days, Phrase
from mailer.ports.icalendar import Method
from mailer.questions import ask
from mailer.staff import write_to_staff
from mailer.submissions import decide

HOST = "event"
"""The kind of questions to the host of an event."""

DECISION = "event"
"""The kind of notices by which staff decide on an event, or on a change of one."""

SHOWN_DOUBLES = 5


def find(office: Office, event_id: int) -> Event | None:
    return office.work.events.by_id(event_id)


def stands(event: Event) -> str:
    """The state of an event as far as an answer to a mail about it depends on it: any change makes it another."""
    return f"{event.state} {event.sequence} {event.changed_at.isoformat()}"


def new_uid(office: Office, what: str) -> str:
    """The name of calendar entries that nobody else can make."""
    made = hashlib.sha256(office.key.secret + f"event {what} {office.now.isoformat()}".encode()).hexdigest()
    return f"event-{made[:24]}@{office.rules.address.domain}"


def facts(event: Event) -> dict[str, object]:
    """What every notice says of an event."""
    days = f"{event.starts.isoformat()}/{event.ends.isoformat()}"
    return {"number": event.id, "title": event.title, "days": Days(days), "place": event.place}


def calendar_file(office: Office, event: Event, method: Method, attendee: Address | None = None) -> Attachment:
    """The event as a file that calendars take."""
    data = office.resources.calendars.entry(
        event, method, now=office.now, organiser=office.rules.sender, attendee=attendee
    )
    return Attachment(f"event-{event.id}.ics", f"text/calendar; method={method.value}; charset=utf-8", data)


def comparison(old: Event, new: Event) -> list[tuple[Phrase, object, object]]:
    """Label, old value and new value of each line that differs."""
    keys = changed(old, new)
    before, after = (shown(EVENT, values_of(one)) for one in (old, new))
    return [(one.label, one.value, two.value) for one, two in zip(before, after, strict=True) if one.key in keys]


# --- doubles ---


def likely_doubles(office: Office, event: Event) -> list[Event]:
    """Events that are likely the same one, of those that are not over and were not refused."""
    found = office.work.events.between(
        event.starts - timedelta(days=31), event.ends + timedelta(days=31), internal=None
    )
    usable = (one for one in found if one.state not in (State.DECLINED, State.CANCELLED))
    return doubles(event, usable)[:SHOWN_DOUBLES]


def nameable(found: Iterable[Event], to: Address) -> list[Event]:
    """Those of them that this person may hear of: what everybody may see, and their own."""
    return [one for one in found if one.is_public or (one.host and Address.parse(one.host).base_key == to.base_key)]


# --- those who were asked to an internal event ---


def is_member(office: Office, contact: int | None) -> bool:
    """Whether somebody is one of the group's members now."""
    key = office.rules.events.members
    return contact is not None and office.work.lists.standing(key, contact) is Standing.ACTIVE


def present(office: Office, event: Event) -> list[Participant]:
    """Its speakers, and the guests who are members still: nobody else hears more of it."""
    return [one for one in everybody(office, event) if one.role is Role.SPEAKER or is_member(office, one.contact)]


def everybody(office: Office, event: Event) -> list[Participant]:
    """All who were asked to it, at the addresses that they have now."""
    return [_now(office, one) for one in office.work.events.participants(event.id)]


def _now(office: Office, one: Participant) -> Participant:
    contact = office.work.lists.contact(one.contact) if one.contact else None
    return replace(one, address=contact.address) if contact else one


# --- the host ---


def tell_host(
    office: Office, event: Event, notice: str, values: Mapping[str, object], *, attached: bool = False
) -> Question | None:
    """Write to the host of an event, who can answer with other lines, or with a no that cancels it.

    ``attached``: whether the mail has the event for their calendar.
    """
    if not event.host:
        return None
    return ask(
        office,
        Address.parse(event.host, event.host_name),
        notice,
        {**facts(event), **values},
        kind=HOST,
        subject=event.id,
        state=stands(event),
        about=event.name,
        questionnaire=EVENT,
        offered=offered(event),
        valid=max(event.ends - office.now.date(), timedelta()) + timedelta(days=31),
        language=event.host_language,
        attachments=[calendar_file(office, event, Method.PUBLISH)] if attached else [],
    )


def offered(event: Event) -> dict[str, str]:
    """The lines as the host sent them last."""
    return {key: value for key, value in event.pending.items() if value} if event.pending else values_of(event)


# --- what staff decide ---


def ask_staff(office: Office, event: Event, notice: str, values: Mapping[str, object]) -> None:
    """Ask the secretary to decide on an event, or on a change of one."""
    write_to_staff(
        office,
        office.rules.secretary,
        notice,
        {**facts(event), "host": office.called(event.host), **values},
        kind=DECISION,
        subject=event.id,
        state=stands(event),
        about=event.name,
        prepared={"yes_reply": "YES", "no_reply": "NO"},
        valid=timedelta(days=120),
    )


def save(office: Office, event: Event, **values: object) -> Event:
    """Keep a changed event."""
    made: Event = replace(event, changed_at=office.now, **values)  # type: ignore[arg-type]
    office.work.events.save(made)
    return made


def accept(office: Office, event: Event, corrected: Event | None = None) -> Event:
    """Accept an event, or a change of one; ``corrected`` is the event as the secretary corrected it.

    Raises Refused if the table of states has no such step.
    """
    state = advance(event.state, Step.ACCEPT)
    before = event
    wanted = corrected or (with_values(event, event.pending) if event.pending else event)
    was_shown = event.state in (State.CHANGED, State.CANCELLED)
    made = revised(before, wanted) if was_shown else wanted
    if event.state is State.CANCELLED:
        made = replace(made, sequence=before.sequence + 1)
    made = save(office, made, state=state, pending={})
    office.record("event accepted", made.name, was=before.state.value, sequence=made.sequence)
    _decide_submission(office, made, SubmissionState.ACCEPTED)
    if before.state is State.CHANGED:
        tell_host(office, made, "event-changed", {"changed": comparison(before, made)}, attached=True)
    else:
        tell_host(office, made, "event-accepted", {"wants_presenter": made.wants_presenter}, attached=True)
    return made


def decline(office: Office, event: Event, word: str = "") -> Event:
    """Decline an event, or a change of one, with a word to its host. Raises Refused as ``accept``."""
    state = advance(event.state, Step.DECLINE)
    made = save(office, event, state=state, pending={})
    office.record("event declined", made.name, was=event.state.value)
    if event.state is State.CHANGED:
        tell_host(office, made, "event-unchanged", {"word": word})
    elif event.host:
        to = Address.parse(event.host, event.host_name)
        office.write(to, "event-declined", {**facts(event), "word": word}, language=event.host_language)
    _decide_submission(office, made, SubmissionState.DECLINED)
    return made


def cancel(office: Office, event: Event, *, by_host: bool = False, word: str = "") -> Event:
    """Cancel an event, and tell those concerned. Raises Refused as ``accept``."""
    state = advance(event.state, Step.CANCEL)
    sent = event.state is not State.CONFIRMED
    made = save(office, event, state=state, pending={}, sequence=event.sequence + sent)
    office.record("event cancelled", made.name, was=event.state.value, by_host=by_host)
    _decide_submission(office, made, SubmissionState.WITHDRAWN)
    if sent and made.host:
        to, attached = Address.parse(made.host, made.host_name), calendar_file(office, made, Method.CANCEL)
        values = {**facts(made), "by_host": by_host, "word": word}
        office.write(to, "event-cancelled", values, language=made.host_language, attachments=[attached])
    if by_host:
        office.tell_secretary("event-cancelled-note", {**facts(made), "host": office.called(made.host)})
    for one in everybody(office, made):
        to = Address.parse(one.address, one.name)
        attached = calendar_file(office, made, Method.CANCEL, to)
        office.write(to, "event-off", facts(made), attachments=[attached], once=f"event-off {made.id} {made.sequence}")
    return made


def change(office: Office, event: Event, wanted: Event) -> Event:
    """Change an event by a command. It takes effect at once, and those concerned are told."""
    made = save(office, revised(event, wanted))
    office.record("event changed", made.name, what=sorted(changed(event, made)), sequence=made.sequence)
    if made.state in PUBLIC and changed(event, made):
        tell_host(office, made, "event-changed", {"changed": comparison(event, made)}, attached=True)
        for one in present(office, made):
            to = Address.parse(one.address, one.name)
            attached = calendar_file(office, made, Method.REQUEST, to)
            values = {**facts(made), "changed": comparison(event, made)}
            office.write(to, "event-moved", values, attachments=[attached])
    return made


def _decide_submission(office: Office, event: Event, state: SubmissionState) -> None:
    submission = office.work.submissions.by_id(event.submission) if event.submission else None
    if submission is not None and submission.may_be(state):
        decide(office, submission, state)
