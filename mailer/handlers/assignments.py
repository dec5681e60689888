"""A presenter for an event: recommended to the secretary, asked, and named to the host once they have said yes.

Before that yes neither side learns the other's address.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, datetime, time, timedelta
from functools import partial

from mailer.assignment_mail import (
    CHOICE,
    ask_presenter,
    engagement,
    standing,
    state_of,
    tell_both_sides,
    tell_changed,
    tell_lost,
    tell_off,
)
from mailer.errors import Refused
from mailer.event_mail import facts
from mailer.inbound.choices import read_reply
from mailer.inbound.intents import StaffReply
from mailer.message import Inbound
from mailer.model.assignments import (
    BRIEFED_BEFORE,
    ENGAGED,
    PRESENTED,
    Assignment,
    State,
    Step,
    advance,
    wait_for,
)
from mailer.model.events import COMING, Event
from mailer.model.inbound import Done, Result
from mailer.model.presenters import Presenter
from mailer.model.questions import Choice, Question, Reply
from mailer.model.staff import StaffNotice
from mailer.office import Decision, Office
from mailer.phrases import phrase
from mailer.recommendations import Recommendation, recommend
from mailer.staff import answer_unclear, write_to_staff

RECOMMENDED = 5
"""How many presenters the secretary can choose from."""

TAKEN = (*ENGAGED, *PRESENTED)
"""States in which an event needs nobody else."""


# --- recommending ---


def due(office: Office, now: datetime) -> list[Decision]:
    """Recommend presenters, remind, end what got no answer, and tell presenters what has changed."""
    decisions = []
    today = now.astimezone(office.rules.timezone).date()
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
    event = office.work.events.by_id(event_id)
    assert event is not None
    now = _situation(office, event)
    return any(notice.state.partition(":")[0] == now for notice in office.work.staff.about(CHOICE, event_id))


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
        "wanted": engagement(found.event),
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
        prepared={"first_reply": "1", "no_reply": "NO"} if best else {},
    )


def _not_asked_yet(office: Office, found: Recommendation) -> list[int]:
    """The presenters who suit, without those who were asked to this event before."""
    before = {one.presenter for one in office.work.assignments.of_event(found.event.id)}
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


def assign(office: Office, event_id: int, presenter_id: int, following: Sequence[int] = ()) -> Assignment:
    """Ask a presenter to an event; if they do not come, those ``following`` are asked one after the other.

    Raises Refused if either is not there, or if the event has somebody.
    """
    event, presenter = _event(office, event_id), _presenter(office, presenter_id)
    taken = [one for one in office.work.assignments.of_event(event_id) if one.state in TAKEN]
    if taken:
        raise Refused(f"Somebody is asked to {event.name} already: `mailer events show {event_id}` says who.")
    if any(one.presenter == presenter_id for one in office.work.assignments.of_event(event_id)):
        raise Refused(f"{presenter.label} was asked to {event.name} before.")
    points = {one.candidate.presenter: one.points for one in recommend(office, event_id).ranking.suited}
    wait = wait_for(event.starts, _today(office))
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


def _event(office: Office, event_id: int) -> Event:
    event = office.work.events.by_id(event_id)
    if event is None:
        raise Refused(f"There is no event {event_id}: `mailer events ls` shows those that there are.")
    if event.state not in COMING:
        raise Refused(f"{event.name} is “{event.state}”: only an accepted event can have a presenter.")
    if event.starts < _today(office):
        raise Refused(f"{event.name} has begun, or is over.")
    return event


def _presenter(office: Office, presenter_id: int) -> Presenter:
    presenter = office.work.presenters.by_id(presenter_id)
    if presenter is None or not presenter.is_available:
        raise Refused(f"Presenter {presenter_id} is not in the bank: `mailer presenters ls` shows who is.")
    return presenter


def _today(office: Office) -> date:
    return office.now.astimezone(office.rules.timezone).date()


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
        agreed = _save(office, found, Step.AGREE, due_at=_briefing(office, found), reminders=0, following=())
        tell_both_sides(office, agreed)
        return Result(Done.PRESENTER_ANSWERED, {"assignment": found.name, "word": "agreed"})
    declined = _save(office, found, Step.DECLINE, due_at=None)
    _ask_next(office, declined)
    return Result(Done.PRESENTER_ANSWERED, {"assignment": found.name, "word": "said no"})


def _answered_again(office: Office, found: Assignment, reply: Reply) -> Result:
    """A no after a yes: host and secretary are told, and somebody else is recommended."""
    if reply.choice is not Choice.NO:
        return Result(Done.PRESENTER_ANSWERED, {"assignment": found.name, "word": "comes, as was agreed"})
    cancelled = _save(office, found, Step.CANCEL, due_at=None)
    tell_lost(office, cancelled, reply.words)
    return Result(Done.PRESENTER_ANSWERED, {"assignment": found.name, "word": "cannot come after all"})


def _save(office: Office, assignment: Assignment, step: Step, **values: object) -> Assignment:
    made: Assignment = replace(
        assignment,
        state=advance(assignment.state, step),
        changed_at=office.now,
        **values,  # type: ignore[arg-type]
    )
    office.work.assignments.save(made)
    office.record(f"presenter: {made.state}", f"event {made.event}", assignment=made.id)
    return made


def _ask_next(office: Office, ended: Assignment) -> None:
    """Ask the next one whom the secretary has agreed to; without one the agenda recommends others."""
    for number, presenter in enumerate(ended.following, 1):
        try:
            assign(office, ended.event, presenter, ended.following[number:])
        except Refused as fault:
            office.record("presenter not asked", f"event {ended.event}", presenter=presenter, reason=str(fault))
        else:
            return


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
        lapsed = _save(office, found, Step.LAPSE, due_at=None)
        _ask_next(office, lapsed)
        return
    made = replace(found, reminders=1, due_at=found.asked_at + wait)
    office.work.assignments.save(made)
    ask_presenter(office, made, event, presenter, wait / 2, again=True)


def _brief_or_hold(office: Office, found: Assignment, event: Event) -> None:
    over = _morning(office, event.ends + timedelta(days=1))
    if found.reminders == 0 and event.ends >= _today(office):
        made = replace(found, reminders=1, due_at=over)
        office.work.assignments.save(made)
        was_told_today = found.changed_at > office.now - timedelta(days=2)
        if not was_told_today:
            tell_changed(office, made, "presenter-brief", {})
        return
    if event.ends < _today(office):
        _save(office, found, Step.HOLD, due_at=office.now, reminders=0)


def _follow(office: Office, number: int) -> None:
    """Tell a presenter what has become of an event that has changed or does not take place."""
    found = office.work.assignments.by_id(number)
    event = office.work.events.by_id(found.event) if found else None
    if found is None or event is None or found.state not in ENGAGED:
        return
    if event.state not in COMING:
        if event.ends >= _today(office) or found.state is State.ASKED:
            withdraw(office, found)
        else:
            _save(office, found, Step.HOLD, due_at=office.now, reminders=0)
        return
    due_at = _briefing(office, found) if found.state is State.AGREED else found.due_at
    made = replace(found, sequence=event.sequence, due_at=due_at, reminders=0, changed_at=office.now)
    office.work.assignments.save(made)
    tell_changed(office, made, "presenter-moved", {"agreed": made.state is State.AGREED})


def withdraw(office: Office, found: Assignment, word: str = "") -> Assignment:
    """The event needs the presenter no more. Raises Refused as ``advance``."""
    event = office.work.events.by_id(found.event)
    assert event is not None
    was = found.state
    made = _save(office, found, Step.WITHDRAW, due_at=None, sequence=event.sequence)
    tell_off(office, made, was, word)
    return made


def ended_for(office: Office, presenter: Presenter) -> None:
    """A presenter is in the bank no more: their open assignments end, and those concerned are told."""
    for one in office.work.assignments.of_presenter(presenter.id):
        if one.state is State.AGREED:
            tell_lost(office, _save(office, one, Step.CANCEL, due_at=None), "")
        elif one.state is State.ASKED:
            _ask_next(office, _save(office, one, Step.WITHDRAW, due_at=None))
