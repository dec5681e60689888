"""Events for the group's own members: who is asked to come or to speak, and what they answer (action plan 2.5).

Nothing of such an event goes to anybody but the members of one list and the speakers whom a person names.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from functools import partial

from mailer.errors import Refused
from mailer.event_mail import calendar_file, facts, find, is_member, present
from mailer.message import Address, Inbound
from mailer.model.event_lines import SPEAKER
from mailer.model.events import COMING, Coming, Event, Participant, Role
from mailer.model.inbound import Done, Result
from mailer.model.questions import Choice, Question, Reply
from mailer.office import Decision, Office
from mailer.ports.icalendar import Method
from mailer.questions import ask

GUEST, TALK = "event guest", "event speaker"
"""Kinds of questions to those who are asked to an internal event."""

ANSWERS = {Choice.YES: Coming.YES, Choice.OK: Coming.YES, Choice.NO: Coming.NO, Choice.LATER: Coming.LATER}

REMIND = timedelta(days=3)
"""How long before an internal event those who come are reminded, and those who have not answered are asked again."""


def _open(event: Event) -> Event:
    """Raises Refused unless people can be asked to it."""
    if not event.internal:
        raise Refused(
            f"Event {event.id} is not internal: only members are invited by mail, and only to their own events."
        )
    if event.state not in COMING:
        raise Refused(f"Event {event.id} is {event.state}: nobody is invited to it now.")
    return event


def _days_left(office: Office, event: Event) -> timedelta:
    return max(event.ends - office.now.date(), timedelta()) + timedelta(days=1)


def invite(office: Office, event: Event) -> int:
    """Ask each member of the group's list once whether they come; returns how many were asked now."""
    _open(event)
    key = office.rules.events.members
    if not key:
        raise Refused("No list has the members who are invited: name it in the configuration, [events] members.")
    asked = 0
    for member in office.work.lists.members(key):
        to = Address.parse(member.contact.address, member.contact.details.name)
        if office.work.events.participant(event.id, Role.GUEST, str(to)) is None:
            office.work.events.put(
                Participant(event.id, Role.GUEST, str(to), to.name, member.contact.id, Coming.ASKED, office.now)
            )
            asked += _ask_guest(office, event, to, member.contact.id, f"event-invitation {event.id}")
    office.record("event invitations", event.name, list=key, asked=asked)
    return asked


def _ask_guest(office: Office, event: Event, to: Address, contact: int | None, once: str) -> bool:
    question = ask(
        office,
        to,
        "event-invitation",
        {**facts(event), "programme": event.programme, "speakers": speakers(office, event)},
        kind=GUEST,
        subject=event.id,
        about=event.title,
        contact=contact,
        valid=_days_left(office, event),
        prepared={"yes_reply": "yes", "no_reply": "no"},
        once=once,
    )
    return question is not None


def speakers(office: Office, event: Event) -> list[tuple[str, str]]:
    """Name and title of the talk of each who has said yes."""
    found = office.work.events.participants(event.id)
    return [(one.name, one.talk) for one in found if one.role is Role.SPEAKER and one.coming is Coming.YES]


def ask_speaker(office: Office, event: Event, to: Address) -> None:
    """Ask somebody whether they speak, and about what. Raises Refused if they were asked before."""
    _open(event)
    known = office.work.events.participant(event.id, Role.SPEAKER, str(to))
    if known is not None and known.coming is not Coming.LATER:
        raise Refused(f"{to} was asked before: {known.coming}.")
    contact = office.work.lists.contact_at(str(to))
    name = to.name or (contact.details.name if contact else "")
    number = contact.id if contact else None
    office.work.events.put(Participant(event.id, Role.SPEAKER, str(to), name, number, Coming.ASKED, office.now))
    ask(
        office,
        to,
        "event-speaker",
        {**facts(event), "programme": event.programme},
        kind=TALK,
        subject=event.id,
        about=event.title,
        contact=number,
        questionnaire=SPEAKER,
        valid=_days_left(office, event),
    )
    office.record("event speaker asked", event.name, address=str(to))


# --- what they answer ---


def state(office: Office, question: Question) -> str:
    """Empty while the event is to come, and those who are asked are members or speak: all their answers count."""
    event = find(office, question.subject)
    is_asked = question.kind == TALK or is_member(office, question.contact)
    return "" if is_asked and event is not None and event.state in COMING else "over"


def answer_guest(office: Office, mail: Inbound, reply: Reply, question: Question) -> Result:
    """Note whether they come; who does gets the entry for their calendar, and can answer again."""
    event, said = find(office, question.subject), ANSWERS[reply.choice or Choice.LATER]
    assert event is not None
    _note(office, event, Role.GUEST, question, said)
    if said is Coming.YES:
        _give_seat(office, event, question, mail)
    return Result(Done.EVENT_ANSWERED, {"event": event.name, "word": f"{question.addressee}: {said}"})


def answer_speaker(office: Office, mail: Inbound, reply: Reply, question: Question) -> Result:
    """Note whether they speak, and about what; the secretary is told."""
    event = find(office, question.subject)
    assert event is not None
    talk = reply.filled.values.get("talk", "") if reply.filled else ""
    said = Coming.YES if reply.choice is None and talk else ANSWERS[reply.choice or Choice.LATER]
    who = _note(office, event, Role.SPEAKER, question, said, talk)
    values = {**facts(event), "speaker": who.name or who.address, "comes": said is Coming.YES, "talk": talk}
    office.tell_secretary("event-speaker-answer", values)
    if said is Coming.YES:
        _give_seat(office, event, question, mail)
    return Result(Done.EVENT_ANSWERED, {"event": event.name, "word": f"{question.addressee}: {said}"})


def _give_seat(office: Office, event: Event, question: Question, mail: Inbound) -> None:
    """Send the entry for their calendar, with a question of the same kind."""
    ask(
        office,
        question.to,
        "event-seat",
        facts(event),
        kind=question.kind,
        subject=event.id,
        about=event.name,
        contact=question.contact,
        valid=_days_left(office, event),
        attachments=[calendar_file(office, event, Method.REQUEST, question.to)],
        in_reply_to=mail.message_id,
        language=question.language,
    )


def _note(office: Office, event: Event, role: Role, question: Question, said: Coming, talk: str = "") -> Participant:
    known = office.work.events.participant(event.id, role, question.addressee)
    before = known or Participant(event.id, role, question.addressee, "", question.contact, said, office.now)
    made = replace(before, coming=said, at=office.now, talk=talk[:300] or before.talk)
    office.work.events.put(made)
    office.record("event answer", event.name, role=role.value, address=question.addressee, said=said.value)
    return made


# --- what time does ---


def due(office: Office, now: datetime) -> list[Decision]:
    """Remind those who come to an internal event, and ask once more those who have not said."""
    today = now.astimezone(office.rules.timezone).date()
    found = office.work.events.between(today, today + REMIND, states=COMING, internal=True)
    return [
        Decision(f"reminding of {event.name}", partial(_remind, event_id=event.id))
        for event in found
        if event.reminded_at is None and event.starts > today
    ]


def _remind(office: Office, event_id: int) -> None:
    event = find(office, event_id)
    if event is None or event.state not in COMING or event.reminded_at is not None:
        return
    event = replace(event, reminded_at=office.now)
    office.work.events.save(event)
    for one in present(office, event):
        to = Address.parse(one.address, one.name)
        if one.coming is Coming.YES:
            values = {**facts(event), "programme": event.programme, "speakers": speakers(office, event)}
            office.write(to, "event-soon", values, once=f"event-soon {event.id}")
        elif one.role is Role.GUEST and one.coming in (Coming.ASKED, Coming.LATER):
            _ask_guest(office, event, to, one.contact, f"event-invitation-again {event.id}")
