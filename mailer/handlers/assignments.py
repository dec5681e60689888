"""A presenter for an event: recommended to the secretary, asked, and named to the host once they have said yes.

Before that yes neither side learns the other's address.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime, time, timedelta
from functools import partial

from mailer.assigning import TAKEN, ask_next, asked_before, assign, end, save, today_of, withdraw
from mailer.assignment_mail import (
    CHOICE,
    ask_presenter,
    standing,
    state_of,
    tell_both_sides,
    tell_changed,
    tell_lost,
    tell_unwanted,
    wanted_besides,
)
from mailer.errors import Refused
from mailer.event_mail import facts
from mailer.inbound.choices import read_reply
from mailer.inbound.intents import StaffReply
from mailer.message import Inbound
from mailer.model.assignments import (
    BRIEFED_BEFORE,
    ENGAGED,
    Assignment,
    State,
    Step,
    wait_for,
)
from mailer.model.events import COMING, Event
from mailer.model.inbound import Done, Result
from mailer.model.lists import Contact
from mailer.model.personal_data import Held
from mailer.model.presenters import Presenter
from mailer.model.presenters import State as Registration
from mailer.model.questions import Choice, Question, Reply
from mailer.model.staff import StaffNotice
from mailer.office import Decision, Office
from mailer.phrases import Phrase, phrase
from mailer.recommendations import Recommendation, recommend
from mailer.staff import answer_unclear, write_to_staff

RECOMMENDED = 5
"""How many presenters the secretary can choose from."""


# --- recommending ---


def due(office: Office, now: datetime) -> list[Decision]:
    """Recommend presenters, remind, end what got no answer, and tell presenters what has changed."""
    decisions = []
    today = now.astimezone(office.rules.timezone).date()
    for one in office.work.assignments.left(ENGAGED):
        decisions.append(Decision(f"ending {one.name}", partial(_end, number=one.id)))
    for event_id in office.work.assignments.lacking(TAKEN, today):
        if not _was_recommended(office, event_id):
            decisions.append(Decision(f"recommending for event {event_id}", partial(propose, event_id=event_id)))
    for one in office.work.assignments.overtaken(ENGAGED):
        decisions.append(Decision(f"telling of a change: {one.name}", partial(_follow, number=one.id)))
    for one in office.work.assignments.due(now):
        if one.state in ENGAGED:
            decisions.append(Decision(f"next step of {one.name}", partial(_step, number=one.id)))
    return decisions


def _was_recommended(office: Office, event_id: int) -> bool:
    """Whether the secretary has had the list as it would be now, or an empty one to which nobody was added."""
    event = office.work.events.by_id(event_id)
    assert event is not None
    now = _situation(office, event)
    made = [one for one in office.work.staff.about(CHOICE, event_id) if one.state.partition(":")[0] == now]
    had_nobody = [one for one in made if not one.state.partition(":")[2]]
    if len(had_nobody) < len(made) or not had_nobody:
        return bool(made)
    written = max(one.created_at for one in had_nobody)
    bank = office.work.presenters.each([Registration.APPROVED])
    is_larger = any(one.approved_at and one.approved_at > written for one in bank)
    return not (is_larger and _not_asked_yet(office, recommend(office, event_id)))


def _situation(office: Office, event: Event) -> str:
    """As far as a recommendation depends on it: the event as it is, and who was asked so far."""
    return f"{event.sequence}.{len(office.work.assignments.of_event(event.id))}.{int(event.state in COMING)}"


def propose(office: Office, event_id: int) -> None:
    """Ask the secretary which presenter to ask, or say that nobody suits."""
    found = recommend(office, event_id)
    best = _not_asked_yet(office, found)[:RECOMMENDED]
    state = f"{_situation(office, found.event)}:{','.join(map(str, best))}"
    rows = {one.candidate.presenter: one for one in found.ranking.suited}
    values = {
        **facts(found.event),
        "wanted": wanted_besides(found.event),
        "ranked": [
            {
                "number": number,
                "name": found.presenters[one].label,
                "organisation": found.presenters[one].organisation,
                "points": rows[one].points,
                "reasons": [(reason.points, reason.words) for reason in rows[one].reasons],
            }
            for number, one in enumerate(best, 1)
        ],
        "others": max(len(found.ranking.suited) - len(best), 0),
        "unsuited": len(found.ranking.unsuited),
        "asked": [
            (presenter.label, standing(one))
            for one in office.work.assignments.of_event(event_id)
            if (presenter := office.work.presenters.by_id(one.presenter))
        ],
    }
    write_to_staff(
        office,
        office.rules.secretary,
        "presenter-choice",
        values,
        kind=CHOICE,
        subject=event_id,
        state=state,
        about=found.event.name,
        once=f"presenter-choice {event_id} {state}"[:200],
        prepared={**{f"reply_{number}": str(number) for number in range(1, RECOMMENDED + 1)}, "no_reply": "NO"},
    )


def _not_asked_yet(office: Office, found: Recommendation) -> list[int]:
    """The presenters who suit, without those who were asked to this event before."""
    before = asked_before(office, found.event.id)
    ranked = (one.candidate.presenter for one in found.ranking.suited)
    return [one for one in ranked if one not in before]


def state_of_choice(office: Office, notice: StaffNotice) -> str:
    """The notice's own state while the event and those who were asked are the same."""
    event = office.work.events.by_id(notice.subject)
    now = _situation(office, event) if event else ""
    return notice.state if notice.state.partition(":")[0] == now else now


def choose(office: Office, mail: Inbound, reply: StaffReply, notice: StaffNotice) -> Result:
    """Ask the presenter whose number the secretary answers with; with several, one after the other."""
    event = office.work.events.by_id(notice.subject)
    assert event is not None
    offered = [int(one) for one in notice.state.partition(":")[2].split(",") if one]
    read = read_reply(mail, {Choice.NO}, None, {}, office.renderer.wordings, office.rules.name)
    if read.choice is Choice.NO:
        office.record("no presenter wanted", event.name)
        return Result(Done.PRESENTER_CHOSEN, {"event": event.name, "word": "nobody is asked"})
    numbers = _numbers(reply.text)
    if not numbers or not all(0 < number <= len(offered) for number in numbers):
        return answer_unclear(office, notice, mail, phrase("it has no number of the list, and no NO"))
    first, *following = [offered[number - 1] for number in numbers]
    try:
        assign(office, event.id, first, following)
    except Refused as fault:
        return answer_unclear(office, notice, mail, phrase("%(fault)s", fault=str(fault).rstrip(".")))
    return Result(Done.PRESENTER_CHOSEN, {"event": event.name, "word": "the presenter is asked"})


def _numbers(text: str) -> list[int]:
    """The numbers of a first line that has nothing else: “2”, “2, 1, 3”."""
    first = next((line for line in text.split("\n") if line.strip()), "")
    words = first.replace(",", " ").replace(";", " ").split()
    numbers = [word.strip("#.)") for word in words]
    if not numbers or not all(number.isascii() and number.isdecimal() and len(number) < 4 for number in numbers):
        return []
    return list(dict.fromkeys(map(int, numbers)))


# --- asking ---


def state_of_question(office: Office, question: Question) -> str:
    found = office.work.assignments.by_id(question.subject)
    return state_of(found) if found else ""


def answered(office: Office, mail: Inbound, reply: Reply, question: Question) -> Result:
    """The presenter says yes or no to an event; later they can still say that they cannot come."""
    found = office.work.assignments.by_id(question.subject)
    assert found is not None
    if found.state is State.AGREED:
        return _answered_again(office, found, reply)
    if reply.choice is Choice.YES:
        agreed = save(office, found, Step.AGREE, due_at=_briefing(office, found), reminders=0, following=())
        tell_both_sides(office, agreed)
        return Result(Done.PRESENTER_ANSWERED, {"assignment": found.name, "word": "agreed"})
    declined = save(office, found, Step.DECLINE, due_at=None)
    ask_next(office, declined)
    return Result(Done.PRESENTER_ANSWERED, {"assignment": found.name, "word": "said no"})


def _answered_again(office: Office, found: Assignment, reply: Reply) -> Result:
    """A no after a yes: host and secretary are told, and somebody else is recommended."""
    if reply.choice is not Choice.NO:
        return Result(Done.PRESENTER_ANSWERED, {"assignment": found.name, "word": "comes, as was agreed"})
    cancelled = save(office, found, Step.CANCEL, due_at=None)
    tell_lost(office, cancelled, reply.words)
    return Result(Done.PRESENTER_ANSWERED, {"assignment": found.name, "word": "cannot come after all"})


# --- what time does ---


def _morning(office: Office, day: date) -> datetime:
    """Eight o'clock of a day by the office's clock."""
    return datetime.combine(day, time(8), office.rules.timezone)


def _briefing(office: Office, assignment: Assignment) -> datetime:
    """When the presenter is reminded of the event; at once if it is near."""
    event = office.work.events.by_id(assignment.event)
    assert event is not None
    return _morning(office, event.starts - BRIEFED_BEFORE)


def _step(office: Office, number: int) -> None:
    """Do what is due for an assignment."""
    found = office.work.assignments.by_id(number)
    event = office.work.events.by_id(found.event) if found else None
    presenter = office.work.presenters.by_id(found.presenter) if found else None
    if found is None or event is None or presenter is None or found.due_at is None or found.due_at > office.now:
        return
    if found.state is State.ASKED:
        _remind_or_lapse(office, found, event, presenter)
    elif found.state is State.AGREED:
        _brief_or_hold(office, found, event)


def _remind_or_lapse(office: Office, found: Assignment, event: Event, presenter: Presenter) -> None:
    wait = wait_for(event.starts, found.asked_at.astimezone(office.rules.timezone).date())
    if found.reminders:
        lapsed = save(office, found, Step.LAPSE, due_at=None)
        ask_next(office, lapsed)
        return
    made = replace(found, reminders=1, due_at=found.asked_at + wait)
    office.work.assignments.save(made)
    ask_presenter(office, made, event, presenter, wait / 2, again=True)


def _brief_or_hold(office: Office, found: Assignment, event: Event) -> None:
    over = _morning(office, event.ends + timedelta(days=1))
    if found.reminders == 0 and event.ends >= today_of(office):
        made = replace(found, reminders=1, due_at=over)
        office.work.assignments.save(made)
        was_told_today = found.changed_at > office.now - timedelta(days=2)
        if not was_told_today:
            tell_changed(office, made, "presenter-brief", {})
        return
    if event.ends < today_of(office):
        save(office, found, Step.HOLD, due_at=office.now, reminders=0)


def _end(office: Office, number: int) -> None:
    """End an assignment of somebody who is in the bank no longer."""
    found = office.work.assignments.by_id(number)
    presenter = office.work.presenters.by_id(found.presenter) if found else None
    if found is not None and presenter is not None and not presenter.is_available:
        end(office, found)


def _follow(office: Office, number: int) -> None:
    """Tell a presenter what has become of an event that has changed or does not take place."""
    found = office.work.assignments.by_id(number)
    event = office.work.events.by_id(found.event) if found else None
    if found is None or event is None or found.state not in ENGAGED:
        return
    if event.state not in COMING or not event.wants_presenter:
        if event.ends >= today_of(office) or found.state is State.ASKED:
            withdraw(office, found)
        else:
            save(office, found, Step.HOLD, due_at=office.now, reminders=0)
        return
    due_at = _briefing(office, found) if found.state is State.AGREED else found.due_at
    made = replace(found, sequence=event.sequence, due_at=due_at, reminders=0, changed_at=office.now)
    office.work.assignments.save(made)
    tell_changed(office, made, "presenter-moved", {"agreed": made.state is State.AGREED})


def state_of_hosted(office: Office, question: Question) -> str:
    found = office.work.assignments.by_id(question.subject)
    return found.state.value if found else ""


def answer_hosted(office: Office, mail: Inbound, reply: Reply, question: Question) -> Result:
    """The host needs no presenter any more: presenter and secretary are told, and nobody else is looked for."""
    found = office.work.assignments.by_id(question.subject)
    assert found is not None
    event, presenter = office.work.events.by_id(found.event), office.work.presenters.by_id(found.presenter)
    assert event is not None and presenter is not None
    if reply.choice is not Choice.NO:
        return Result(Done.PRESENTER_ANSWERED, {"assignment": found.name, "word": "welcome, as the host says"})
    pending = {**event.pending, "presenter": "no"} if event.pending else event.pending
    office.work.events.save(replace(event, wants_presenter=False, pending=pending))
    withdraw(office, found, reply.words)
    tell_unwanted(office, event, presenter, reply.words)
    return Result(Done.PRESENTER_ANSWERED, {"assignment": found.name, "word": "not needed any more"})


# --- personal data ---


def held(office: Office, contact: Contact) -> list[Held]:
    """What “status” shows of the events to which a presenter was asked, and of their reports."""
    presenter = office.work.presenters.of_contact(contact.id)
    made = office.work.assignments.of_presenter(presenter.id) if presenter else []
    mine = {one.id for one in made}
    asked = [(standing(one), _named(office, one.event)) for one in made]
    reports = [
        (_named(office, one.event), one.received_at.astimezone(office.rules.timezone).date())
        for event in dict.fromkeys(one.event for one in made)
        for one in office.work.assignments.reports(event)
        if one.assignment in mine
    ]
    shown = (
        Held(phrase("Events to which you were asked as a presenter"), asked, "presenters"),
        Held(phrase("Your reports on events"), reports, "reports"),
    )
    return [one for one in shown if one.rows]


def _named(office: Office, event_id: int) -> Phrase:
    event = office.work.events.by_id(event_id)
    assert event is not None
    return phrase("%(title)s, %(day)s", title=event.title, day=event.starts)
