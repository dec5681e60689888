"""Rounds of reviews: they start, remind, ask second contacts and the secretary, and end."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from functools import partial
from itertools import islice

from mailer.contacts import contact_of, day_of
from mailer.errors import Refused
from mailer.message import Address
from mailer.model import review_lines
from mailer.model.lists import Contact, ListKind, ListRules, Membership
from mailer.model.mailings import MailingKind
from mailer.model.outbox import Counts, Delivery
from mailer.model.personal_data import Held
from mailer.model.restorations import require_resumed
from mailer.model.reviews import (
    ASKS_SECOND,
    NOTICE,
    STAGES,
    STATE_NAMES,
    UNANSWERED,
    VALID,
    Entry,
    EntryEvent,
    EntryState,
    Round,
    RoundEvent,
    RoundState,
    Seen,
    Stage,
    Start,
    Tally,
    due_at,
    latest_day,
    next_day,
    next_step,
    start_of,
    total,
)
from mailer.office import Decision, Office
from mailer.phrases import Country, phrase
from mailer.questions import ask
from mailer.reviewing import (
    asking,
    conclude,
    decide,
    happen,
    mailings_of,
    propose,
    question_to,
    state_of,
    title,
    values_of,
)
from mailer.staff import write_to_staff
from mailer.tokens import Purpose

CHUNK = 500
"""Entries that are read and written at once, so that memory does not grow with the list."""

SLICE = 200
"""Entries that one decision writes a mail to, so that other mail is not held up."""


@dataclass(frozen=True, slots=True)
class Standing:
    """How a round stands."""

    a_round: Round
    countries: Mapping[str, Tally]
    mails: Counts
    """The mails that asked and reminded."""
    due: datetime | None
    """When its next step is due."""

    @property
    def total(self) -> Tally:
        return total(list(self.countries.values()))


# --- the start ---


def planned(office: Office, key: str) -> int:
    """How many entries a review of the list would ask. Raises Refused if it cannot start."""
    rules = office.rules.list_rules(key)
    require_resumed(office.work.restorations.open())
    newest = office.work.reviews.newest(key)
    if newest is not None and newest.is_running:
        raise Refused(
            f"A review of “{key}” is running since {newest.started_at:%Y-%m-%d}: `mailer review status {key}`."
        )
    entries = sum(1 for _ in _asked(office, rules))
    if not entries:
        raise Refused(f"Nobody is on the list “{key}”, so there is nothing to review.")
    return entries


def start(
    office: Office,
    key: str,
    *,
    day: date | None = None,
    deadline: datetime | None = None,
    publish: bool | None = None,
) -> Round:
    """Ask all entries of a list, as one set operation. The mails are composed when each is sent.

    Raises Refused if a review of it is running, if it has no members, or if the deadline is not a day ahead.
    """
    planned(office, key)
    rules, ours = office.rules.list_rules(key), office.rules.reviews
    ends_at = deadline or office.now + ours.decide
    if ends_at < office.now + timedelta(days=1):
        raise Refused("The deadline has to be at least a day from now.")
    begun = Round(
        id=0,
        list=key,
        planned_for=day,
        state=RoundState.RUNNING,
        stage=Stage.ASKED,
        stage_at=office.now,
        started_at=office.now,
        started_by=office.actor,
        ends_at=ends_at,
        policy=rules.unanswered or ours.unanswered,
        publish=ours.publish if publish is None else publish,
        cursor=0,
    )
    announced = office.work.reviews.newest(key)
    if announced is not None and announced.state is RoundState.PLANNED:
        begun = replace(begun, id=announced.id, planned_for=announced.planned_for)
        office.work.reviews.save(begun)
    else:
        begun = office.work.reviews.add(begun)
    _ask_all(office, rules, begun)
    return begun


def _ask_all(office: Office, rules: ListRules, begun: Round) -> None:
    question, entries = question_to(office, begun), 0
    readers = _asked(office, rules)
    while members := list(islice(readers, CHUNK)):
        organisations = office.work.organisations.of_contacts([member.contact.id for member in members])
        asked = [
            (one.contact, review_lines.asked(one.contact.details, organisations.get(one.contact.id))) for one in members
        ]
        entries += office.work.reviews.enter(begun, asked, question)
    _write(office, begun, MailingKind.REVIEW, (EntryState.ASKED,))
    if rules.by_country:
        _tell_co_members(office, begun)
    office.record("review started", begun.name, entries=entries, until=begun.ends_at.isoformat())


def _asked(office: Office, rules: ListRules) -> Iterator[Membership]:
    """Those who answer for the entries: all members; of each country one, if co-members share its entry."""
    if rules.kind is ListKind.EVENTS:
        raise Refused(f"“{rules.key}” is a list of events, which their organisers correct with `event` by mail.")
    members = office.work.lists.each_member(rules.key)
    if not rules.by_country:
        yield from members
        return
    first: dict[str, Membership] = {}
    for member in members:
        country = member.contact.details.country or f"contact {member.contact.id}"
        there = first.get(country)
        if there is None or (_rank(office, member.contact), member.since) < (_rank(office, there.contact), there.since):
            first[country] = member
    yield from first.values()


def _tell_co_members(office: Office, a_round: Round) -> None:
    """Tell those who share an entry who is asked about it."""
    asked = {seen.country: seen for seen in _each(office, a_round)}
    for member in office.work.lists.each_member(a_round.list):
        contact = member.contact
        first = asked.get(contact.details.country)
        if first is not None and first.contact != contact.id:
            office.write(
                Address.parse(contact.address, contact.details.name),
                "review-co-member",
                {"greeting": contact.greeting, "title": title(office, a_round), "country": Country(first.country)},
                once=f"review-co-member {a_round.id}",
            )


def _each(office: Office, a_round: Round, states: Collection[EntryState] = ()) -> Iterator[Seen]:
    """The entries of a round, or those in these states, read a part at a time."""
    after = 0
    while page := office.work.reviews.page(a_round.id, states, after, CHUNK):
        yield from page
        after = page[-1].number


def _rank(office: Office, contact: Contact) -> int:
    """1 for the first contact of an organisation; those without one come last."""
    organisation = office.work.organisations.of_contact(contact.id)
    ranks = office.work.organisations.contacts(organisation.id) if organisation else []
    return next((rank for one, rank in ranks if one.id == contact.id), 100)


def _write(office: Office, a_round: Round, kind: MailingKind, states: Sequence[EntryState]) -> None:
    """Queue a copy for each entry in one of these states. Its Message-ID has the token that its answer bears."""
    mailing = office.work.mailings.add(kind, a_round.id, "", [a_round.list], office.now)
    token = office.key.writer(Purpose.ANSWER)
    right = f".{mailing.id}@{office.rules.address.domain}>"
    office.work.reviews.write_copies(a_round.id, mailing.id, states, lambda question: f"<{token(question)}{right}")
    office.hand_out()


# --- the steps of a round ---


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
        elif stage := next_step(one, office.rules.reviews, now):
            yield Decision(f"{one.name}: {stage}", partial(_enter_stage, round_id=one.id, stage=stage))


def _enter_stage(office: Office, round_id: int, stage: Stage) -> None:
    """Take the next step, unless something has changed since it was found due."""
    one = office.work.reviews.by_id(round_id)
    if one is None or next_step(one, office.rules.reviews, office.now) is not stage:
        return
    take_stock(office, one)
    moved = one.at(stage, office.now)
    office.work.reviews.save(moved)
    _STEPS[stage](office, moved)
    office.record("review went on", one.name, stage=stage.value)


def take_stock(office: Office, a_round: Round) -> None:
    """Note whom no mail has reached, and who is not on the list any more."""
    office.work.reviews.note_departed(a_round, office.now)
    mailings = [mailing.id for mailing in mailings_of(office, a_round)]
    office.work.reviews.note_bounced(a_round.id, mailings, office.now)


def _remind(office: Office, a_round: Round) -> None:
    if office.work.reviews.move(a_round.id, EntryEvent.REMIND, office.now):
        _write(office, a_round, MailingKind.REVIEW_REMINDER, (EntryState.REMINDED,))


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
    """Ask the second contacts of organisations whose first ones did not answer, or whom no mail reaches."""
    states = (EntryState.ASKED, EntryState.REMINDED, EntryState.BOUNCED)
    page = office.work.reviews.page(a_round.id, states, after, SLICE)
    organisations = office.work.organisations.of_contacts([seen.contact for seen in page])
    for seen in page:
        organisation = organisations.get(seen.contact)
        others = office.work.organisations.contacts(organisation.id) if organisation else []
        second = next((one for one, _ in others if one.id != seen.contact and _is_reached(office, one)), None)
        entry = office.work.reviews.entry_of(a_round.id, seen.contact)
        if organisation is None or second is None or entry is None:
            continue
        first = office.work.lists.contact(seen.contact)
        assert first is not None
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
                "ends": day_of(office, a_round.ends_at),
            },
            kind=ASKS_SECOND,
            subject=entry.id,
            about=title(office, a_round),
            contact=second.id,
            questionnaire=review_lines.SECOND,
            offered=review_lines.of_organisation(values_of(office, first)),
            valid=VALID,
            prepared={"ok_reply": "OK"},
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


# --- what the secretary does ---


def running(office: Office, key: str) -> Round:
    """The running review of a list. Raises Refused if there is none."""
    office.rules.list_rules(key)
    newest = office.work.reviews.newest(key)
    if newest is None or not newest.is_running:
        raise Refused(f"No review of “{key}” is running: start one with `mailer review start {key}`.")
    return newest


def to_decide(office: Office, key: str) -> tuple[Round, Tally]:
    """The running review, and how its entries stand if it ends now."""
    one = running(office, key)
    return one, total(list(office.work.reviews.tallies(one.id).values()))


def end(office: Office, key: str, *, publish: bool = False) -> Round:
    """End a running review before its time: its policy is carried out on those who have not answered."""
    one = running(office, key)
    take_stock(office, one)
    office.work.reviews.move(one.id, EntryEvent.LAPSE, office.now)
    moved = replace(one, stage=Stage.DECIDED, stage_at=office.now, cursor=0, publish=publish or one.publish)
    office.work.reviews.save(moved)
    _close_mailings(office, moved)
    office.record("review ends", moved.name, policy=moved.policy.value)
    return moved


def cancel(office: Office, key: str) -> Round:
    """Ask nobody else, and decide about nobody. Answers that come still count."""
    newest = office.work.reviews.newest(key)
    if newest is None or newest.state not in (RoundState.PLANNED, RoundState.RUNNING):
        return running(office, key)
    over = newest.ended(RoundEvent.CANCEL, office.now)
    office.work.reviews.save(over)
    _close_mailings(office, over)
    office.record("review cancelled", over.name)
    return over


def _close_mailings(office: Office, a_round: Round) -> None:
    for mailing in mailings_of(office, a_round):
        if mailing.finished_at is None and mailing.cancelled_at is None:
            office.work.mailings.save(replace(mailing, cancelled_at=office.now, paused_at=None, suspension=None))


def resume(office: Office, key: str) -> bool:
    """Go on with the mails of a review whose sending is suspended; False if nothing was."""
    paused = [one for one in mailings_of(office, running(office, key)) if one.paused_at is not None]
    for one in paused:
        office.work.mailings.save(replace(one, paused_at=None, suspension=None))
    if paused:
        office.hand_out()
        office.record("review resumed", running(office, key).name)
    return bool(paused)


# --- how it stands ---


def standing(office: Office, key: str = "") -> list[Standing]:
    """How the newest round of a list stands, or those of all lists."""
    if key:
        office.rules.list_rules(key)
    found = (office.work.reviews.newest(one) for one in ([key] if key else office.rules.lists))
    return [_standing(office, one) for one in found if one is not None]


def _standing(office: Office, a_round: Round) -> Standing:
    counts: Counter[Delivery] = Counter()
    for mailing in mailings_of(office, a_round):
        counts.update(office.work.outbox.counts(mailing.id).by_state)
    due = None
    if a_round.is_running and a_round.stage in STAGES[:3]:
        due = due_at(STAGES[STAGES.index(a_round.stage) + 1], a_round, office.rules.reviews)
    return Standing(a_round, office.work.reviews.tallies(a_round.id), Counts(counts), due)


def entries(office: Office, key: str, states: Collection[EntryState] = ()) -> Iterator[Seen]:
    """The entries of the newest round, or those in these states, read a part at a time. Raises Refused without one."""
    office.rules.list_rules(key)
    newest = office.work.reviews.newest(key)
    if newest is None:
        raise Refused(f"“{key}” was never reviewed: `mailer review start {key}`.")
    return _each(office, newest, states)


def show(office: Office, key: str, spec: str) -> list[tuple[Round, Entry]]:
    """What became of somebody in each review of the list, the newest first. Raises Refused for a stranger."""
    contact = contact_of(office, spec)
    office.rules.list_rules(key)
    found = [(a_round, entry) for a_round, entry in office.work.reviews.entries_of(contact.id) if a_round.list == key]
    if not found:
        raise Refused(f"No review of “{key}” has asked {contact.address}.")
    return found


def held(office: Office, contact: Contact) -> list[Held]:
    """The newest reviews that have asked somebody, as “status” shows them."""
    rows = [
        (title(office, one), phrase("%(day)s: %(state)s", day=_day(office, one), state=STATE_NAMES[entry.state]))
        for one, entry in office.work.reviews.entries_of(contact.id)[:5]
    ]
    return [Held(phrase("Whether your entries were still right"), rows, "reviews")] if rows else []


def _day(office: Office, a_round: Round) -> date:
    return day_of(office, a_round.started_at)
