"""What the secretary does with reviews, and how they stand."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime

from mailer.contacts import contact_of, day_of
from mailer.errors import Refused
from mailer.model.lists import Contact
from mailer.model.outbox import Counts, Delivery
from mailer.model.personal_data import Held
from mailer.model.reviews import (
    STAGES,
    STATE_NAMES,
    Entry,
    EntryEvent,
    EntryState,
    Round,
    RoundEvent,
    RoundState,
    Seen,
    Stage,
    Tally,
    due_at,
    total,
)
from mailer.office import Office
from mailer.phrases import phrase
from mailer.reviewing.entries import mailings_of, title
from mailer.reviewing.starting import each, take_stock


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
    return each(office, newest, states)


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
