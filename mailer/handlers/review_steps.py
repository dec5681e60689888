"""The steps of reviews: they start on their days, remind, ask second contacts and the secretary, and end."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from datetime import date, datetime
from functools import partial
from itertools import islice

from mailer.contacts import day_of
from mailer.directory import country_of, maintainers
from mailer.errors import Refused
from mailer.message import Address
from mailer.model import review_lines
from mailer.model.lists import Contact
from mailer.model.mailings import MailingKind
from mailer.model.reviews import (
    ASKS_SECOND,
    NOTICE,
    UNANSWERED,
    VALID,
    WITHOUT_END,
    EntryEvent,
    EntryState,
    Round,
    RoundState,
    Stage,
    Start,
    latest_day,
    next_day,
    next_step,
    start_of,
    total,
)
from mailer.office import Decision, Office
from mailer.questions import ask
from mailer.reviewing.entries import asking, decide, happen, title, values_of
from mailer.reviewing.secretary import conclude, propose, state_of
from mailer.reviewing.starting import CHUNK, planned, start, take_stock, write_copies
from mailer.staff import write_to_staff
from mailer.tokens import Purpose

SLICE = 200
"""Entries that one decision writes a mail to, so that other mail is not held up."""


def due(office: Office, now: datetime) -> list[Decision]:
    """Start the rounds whose day has come, and go on with those that are running."""
    if office.work.restorations.open():
        return []
    return [*_starts(office, now), *_steps(office, now)]


def _starts(office: Office, now: datetime) -> Iterator[Decision]:
    """What the days of review ask for: an announcement, a start, or a word that it was missed."""
    today = day_of(office, now)
    for key, rules in office.rules.lists.items():
        if not rules.review:
            continue
        coming = next_day(rules.review, today)
        if coming - today <= office.rules.reviews.announce and office.work.reviews.of_day(key, coming) is None:
            yield Decision(f"announcing the review of {key}", partial(_announce, key=key, day=coming))
        past = latest_day(rules.review, today)
        found = office.work.reviews.of_day(key, past)
        is_due = found is None or found.state is RoundState.PLANNED
        if is_due and (past == today or _was_there(office, key, past)):
            yield Decision(f"starting the review of {key}", partial(_start_by_itself, key=key, day=past))


def _was_there(office: Office, key: str, day: date) -> bool:
    """Whether anybody was on the list before that day; a new list has missed nothing."""
    return any(day_of(office, member.since) < day for member in islice(office.work.lists.each_member(key), CHUNK))


def _announce(office: Office, key: str, day: date) -> None:
    """Tell the secretary what begins by itself; they can prevent it by reply."""
    if office.work.reviews.of_day(key, day) is not None:
        return
    try:
        entries = planned(office, key)
    except Refused:
        return  # it is told again when the day has come
    made = office.work.reviews.add(_noted(office, key, day, RoundState.PLANNED))
    values: dict[str, object] = {"title": title(office, made), "key": key, "day": day, "entries": entries}
    write_to_staff(
        office,
        office.rules.secretary,
        "review-planned",
        values,
        kind=NOTICE,
        subject=made.id,
        state=state_of(office, made),
        about=title(office, made),
        once=f"review-planned {made.id}",
        prepared={"no_reply": "NO"},
        regardless=True,
    )
    office.record("review planned", made.name, day=day.isoformat())


def _start_by_itself(office: Office, key: str, day: date) -> None:
    """Start the round of a day of review; if that is long over, or another one runs, tell the secretary instead."""
    found, today = office.work.reviews.of_day(key, day), day_of(office, office.now)
    if found is not None and found.state is not RoundState.PLANNED:
        return
    asked = start_of(day, today, office.rules.reviews.late)
    reason = ""
    if asked is not Start.MISSED:
        try:
            begun = start(office, key, day=day)
        except Refused as fault:
            reason = str(fault)
        else:
            _tell_start(office, begun, day, asked is Start.LATE, "")
            return
    noted = replace(found or _noted(office, key, day, RoundState.PLANNED), state=RoundState.CANCELLED)
    noted = noted if found is None else replace(noted, ended_at=office.now)
    if found is None:
        noted = office.work.reviews.add(noted)
    else:
        office.work.reviews.save(noted)
    _tell_start(office, noted, day, True, reason or "missed")
    office.record("review not started", noted.name, day=day.isoformat(), reason=reason or "its day was missed")


def _noted(office: Office, key: str, day: date, state: RoundState) -> Round:
    """A round that has not begun."""
    ours = office.rules.reviews
    return Round(
        id=0,
        list=key,
        planned_for=day,
        state=state,
        stage=Stage.ASKED,
        stage_at=office.now,
        started_at=office.now,
        started_by=office.actor,
        ends_at=office.now + ours.decide,
        policy=office.rules.lists[key].unanswered or ours.unanswered,
        publish=ours.publish,
    )


def _tell_start(office: Office, a_round: Round, day: date, is_late: bool, reason: str) -> None:
    """Tell the secretary that a round has begun by itself, or why it has not."""
    tally = total(list(office.work.reviews.tallies(a_round.id).values()))
    office.tell_secretary(
        "review-started",
        {
            "title": title(office, a_round),
            "key": a_round.list,
            "day": day,
            "is_late": is_late,
            "missed": reason == "missed",
            "reason": "" if reason == "missed" else reason,
            "entries": tally.entries,
            "ends": day_of(office, a_round.ends_at),
        },
        once=f"review-started {a_round.id}",
    )


def _steps(office: Office, now: datetime) -> Iterator[Decision]:
    for one in office.work.reviews.unfinished():
        if one.cursor is not None:
            yield Decision(f"{one.name}: {one.stage}", partial(_go_on, round_id=one.id))
        elif one.is_running and not office.work.reviews.has(one.id, WITHOUT_END):
            yield Decision(f"{one.name}: every entry has an end", partial(_end_early, round_id=one.id))
        elif stage := next_step(one, office.rules.reviews, now):
            yield Decision(f"{one.name}: {stage}", partial(_enter_stage, round_id=one.id, stage=stage))


def _end_early(office: Office, round_id: int) -> None:
    """End a round in which nothing is left to ask or to decide, unless that has changed since it was found."""
    one = office.work.reviews.by_id(round_id)
    if one is not None and one.is_running and one.cursor is None and not office.work.reviews.has(one.id, WITHOUT_END):
        conclude(office, one)


def _enter_stage(office: Office, round_id: int, stage: Stage) -> None:
    """Take the next step, unless something has changed since it was found due."""
    one = office.work.reviews.by_id(round_id)
    if one is None or next_step(one, office.rules.reviews, office.now) is not stage:
        return
    take_stock(office, one)
    if not office.work.reviews.has(one.id, WITHOUT_END):
        conclude(office, one)
        return
    moved = one.at(stage, office.now)
    office.work.reviews.save(moved)
    _STEPS[stage](office, moved)
    office.record("review went on", one.name, stage=stage.value)


def _remind(office: Office, a_round: Round) -> None:
    if office.work.reviews.move(a_round.id, EntryEvent.REMIND, office.now):
        write_copies(office, a_round, MailingKind.REVIEW_REMINDER, (EntryState.REMINDED,))


def _begin_slices(office: Office, a_round: Round) -> None:
    office.work.reviews.save(replace(a_round, cursor=0))


def _propose(office: Office, a_round: Round) -> None:
    office.work.reviews.move(a_round.id, EntryEvent.LAPSE, office.now)
    propose(office, a_round)


_STEPS: Mapping[Stage, Callable[[Office, Round], None]] = {
    Stage.REMINDED: _remind,
    Stage.SECOND: _begin_slices,
    Stage.PROPOSED: _propose,
}


def _go_on(office: Office, round_id: int) -> None:
    """The next slice of a stage that writes mails one by one."""
    one = office.work.reviews.by_id(round_id)
    if one is None or not one.is_running or one.cursor is None:
        return
    last = _SLICES[one.stage](office, one, one.cursor)
    office.work.reviews.save(replace(one, cursor=last))
    if last is None and one.stage is Stage.DECIDED:
        conclude(office, replace(one, cursor=None))


def _ask_suspended(office: Office, a_round: Round, after: int) -> int | None:
    """Ask those whom no mailing reaches because they have not answered an earlier review."""
    page = office.work.reviews.suspended(a_round, after, SLICE)
    for seen in page:
        question = office.work.reviews.question(a_round.id, seen.contact)
        contact = office.work.lists.contact(seen.contact)
        if question is None or contact is None:
            continue
        token = office.token(Purpose.ANSWER, question.id)
        values = asking(office, a_round, question, contact.greeting)
        to = Address.parse(contact.address, contact.details.name)
        office.write(to, "review", values, token=token, once=f"review {question.id}", regardless=True)
    return page[-1].number if len(page) == SLICE else None


def _ask_second(office: Office, a_round: Round, after: int) -> int | None:
    """Ask the second contacts of organisations whose first ones did not answer, or whom no mail reaches.

    Without one, a member of the list that maintains the entries of its country is asked (``maintained_by``).
    """
    states = (EntryState.ASKED, EntryState.REMINDED, EntryState.BOUNCED)
    page = office.work.reviews.page(a_round.id, states, after, SLICE)
    organisations = office.work.organisations.of_contacts([seen.contact for seen in page])
    for seen in page:
        organisation = organisations.get(seen.contact)
        others = office.work.organisations.contacts(organisation.id) if organisation else []
        entry = office.work.reviews.entry_of(a_round.id, seen.contact)
        first = office.work.lists.contact(seen.contact)
        if organisation is None or first is None or entry is None:
            continue
        maintaining = maintainers(office, a_round.list, country_of(office, first))
        mine = [one for one, _ in others]
        second = next((one for one in (*mine, *maintaining) if one.id != first.id and _is_reached(office, one)), None)
        if second is None:
            continue
        happen(office, entry, EntryEvent.ASK_SECOND)
        ask(
            office,
            Address.parse(second.address, second.details.name),
            "review-second",
            {
                "greeting": second.greeting,
                "title": title(office, a_round),
                "organisation": organisation.name,
                "colleague": first.details.name,
                "maintains": second not in mine,
                "ends": day_of(office, a_round.ends_at),
            },
            kind=ASKS_SECOND,
            subject=entry.id,
            about=title(office, a_round),
            contact=second.id,
            questionnaire=review_lines.SECOND,
            offered=review_lines.of_organisation(values_of(office, first)),
            valid=VALID,
            once=f"review-second {entry.id}",
        )
    return page[-1].number if len(page) == SLICE else None


def _is_reached(office: Office, contact: Contact) -> bool:
    return office.work.lists.suppressed(contact.address) is None


def _carry_out(office: Office, a_round: Round, after: int) -> int | None:
    """Do what the secretary agreed to with those who did not answer."""
    page = office.work.reviews.page(a_round.id, UNANSWERED, after, SLICE)
    for entry in office.work.reviews.numbered(a_round.id, [seen.number for seen in page]):
        decide(office, a_round, entry, a_round.policy.event)
    if len(page) == SLICE:
        return page[-1].number
    office.work.reviews.move(a_round.id, EntryEvent.FLAG, office.now, (EntryState.UNCLEAR,))
    return None


_SLICES: Mapping[Stage, Callable[[Office, Round, int], int | None]] = {
    Stage.ASKED: _ask_suspended,
    Stage.SECOND: _ask_second,
    Stage.DECIDED: _carry_out,
}
