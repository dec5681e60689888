"""Reviews: a round asks each entry of a list whether it is still right, and an entry answers, or does not."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import NamedTuple

from mailer.errors import Refused
from mailer.phrases import Phrase, phrase


class RoundState(StrEnum):
    """Where a round stands."""

    PLANNED = "planned"  # its day is near, and the secretary was told
    RUNNING = "running"
    ENDED = "ended"
    CANCELLED = "cancelled"


class RoundEvent(StrEnum):
    """What happens to a round."""

    START = "start"
    END = "end"
    CANCEL = "cancel"


ROUNDS: Mapping[tuple[RoundState, RoundEvent], RoundState] = {
    (RoundState.PLANNED, RoundEvent.START): RoundState.RUNNING,
    (RoundState.PLANNED, RoundEvent.CANCEL): RoundState.CANCELLED,
    (RoundState.RUNNING, RoundEvent.END): RoundState.ENDED,
    (RoundState.RUNNING, RoundEvent.CANCEL): RoundState.CANCELLED,
}

ASKS, ASKS_SECOND, ASKS_OTHER, RECEIPT = "review", "review second", "review other", "review receipt"
"""Kinds of questions: to an entry, to its second contact, to whom they named; and a receipt that a reply corrects."""

NOTICE = "review"
"""The kind of notice that the secretary answers with what becomes of entries."""

VALID = timedelta(days=180)
"""How long an entry can be answered: an answer that comes after the end counts, too."""

UNCONFIRMED = "waits for an answer to a review"
"""Why the address of a suspended entry gets no mailings."""

SETTLED = "was answered in the meantime"
"""Why a copy of a review is not sent any more."""

OPEN_ROUNDS = (RoundState.PLANNED, RoundState.RUNNING)


class Stage(StrEnum):
    """How far a running round has come."""

    ASKED = "asked"
    REMINDED = "reminded"
    SECOND = "second contacts asked"
    PROPOSED = "proposed"  # the secretary was told what would become of those who did not answer
    DECIDED = "decided"  # the secretary said yes; what follows is carried out


STAGES = tuple(Stage)


class EntryState(StrEnum):
    """Where an entry stands in a round."""

    ASKED = "asked"
    REMINDED = "reminded"
    SECOND = "second contact asked"
    NAMED = "another named"  # who is asked now
    OK = "ok"
    CHANGED = "changed"
    LEFT = "left"
    PASSED_ON = "passed on"  # to whom they named, who said yes
    UNCLEAR = "unclear"  # an answer that a person has to read
    SILENT = "silent"
    BOUNCED = "bounced"
    FLAGGED = "flagged"
    SUSPENDED = "suspended"  # gets no mailings until an answer
    REMOVED = "removed"
    KEPT = "kept"  # the secretary decided that it stays as it is


class EntryEvent(StrEnum):
    """What happens to an entry."""

    REMIND = "remind"
    ASK_SECOND = "ask the second contact"
    BOUNCE = "bounce"
    LAPSE = "lapse"  # the time to answer is over
    CONFIRM = "confirm"
    CHANGE = "change"
    LEAVE = "leave"
    NAME = "name another"
    AGREED = "the other agreed"
    DECLINED = "the other declined"
    UNCLEAR = "unclear"
    FLAG = "flag"
    SUSPEND = "suspend"
    REMOVE = "remove"
    KEEP = "keep"


WAITING = (EntryState.ASKED, EntryState.REMINDED, EntryState.SECOND, EntryState.NAMED)
"""States of entries that may still be answered before anybody decides."""

UNANSWERED = (EntryState.SILENT, EntryState.BOUNCED)
"""States of entries about which the policy decides."""

TO_DECIDE = (*UNANSWERED, EntryState.UNCLEAR)
"""States of entries about which the secretary decides."""

WITHOUT_END = (*WAITING, *TO_DECIDE)
"""States of entries that a round goes on for; it ends as soon as there is none."""

DECIDED = (EntryState.FLAGGED, EntryState.SUSPENDED, EntryState.REMOVED, EntryState.KEPT)
"""States that the policy or the secretary has led to."""

ANSWERED = (
    *(EntryState.OK, EntryState.CHANGED, EntryState.LEFT, EntryState.PASSED_ON),
    *(EntryState.NAMED, EntryState.UNCLEAR),
)
"""States that an answer of theirs has led to."""

_ON_THE_LIST = tuple(state for state in EntryState if state not in (EntryState.LEFT, EntryState.PASSED_ON))
"""An entry in one of these states can be answered, however late."""

_DECIDABLE = (*TO_DECIDE, EntryState.FLAGGED, EntryState.SUSPENDED)

ENTRIES: Mapping[tuple[EntryState, EntryEvent], EntryState] = {
    (EntryState.ASKED, EntryEvent.REMIND): EntryState.REMINDED,
    **{
        (state, EntryEvent.ASK_SECOND): EntryState.SECOND
        for state in (EntryState.ASKED, EntryState.REMINDED, EntryState.BOUNCED)
    },
    **{(state, EntryEvent.BOUNCE): EntryState.BOUNCED for state in WAITING if state is not EntryState.NAMED},
    **{(state, EntryEvent.LAPSE): EntryState.SILENT for state in WAITING},
    **{(state, EntryEvent.CONFIRM): EntryState.OK for state in _ON_THE_LIST},
    (EntryState.CHANGED, EntryEvent.CONFIRM): EntryState.CHANGED,
    **{(state, EntryEvent.CHANGE): EntryState.CHANGED for state in _ON_THE_LIST},
    **{(state, EntryEvent.LEAVE): EntryState.LEFT for state in _ON_THE_LIST if state is not EntryState.REMOVED},
    **{(state, EntryEvent.NAME): EntryState.NAMED for state in _ON_THE_LIST if state is not EntryState.REMOVED},
    (EntryState.NAMED, EntryEvent.AGREED): EntryState.PASSED_ON,
    (EntryState.SILENT, EntryEvent.AGREED): EntryState.PASSED_ON,
    (EntryState.FLAGGED, EntryEvent.AGREED): EntryState.PASSED_ON,
    (EntryState.NAMED, EntryEvent.DECLINED): EntryState.UNCLEAR,
    **{(state, EntryEvent.UNCLEAR): EntryState.UNCLEAR for state in (*WAITING, *UNANSWERED)},
    **{(state, EntryEvent.FLAG): EntryState.FLAGGED for state in _DECIDABLE},
    **{(state, EntryEvent.SUSPEND): EntryState.SUSPENDED for state in _DECIDABLE},
    **{(state, EntryEvent.REMOVE): EntryState.REMOVED for state in _DECIDABLE},
    **{(state, EntryEvent.KEEP): EntryState.KEPT for state in _DECIDABLE},
}
"""What becomes of an entry. An answer is taken in every state in which the entry is on the list, or was removed."""


def advance_round(state: RoundState, event: RoundEvent) -> RoundState:
    """Raises Refused if a round in this state cannot do so."""
    try:
        return ROUNDS[state, event]
    except KeyError:
        raise Refused(f"The review is {state}, so there is nothing to {event}.") from None


def advance_entry(state: EntryState, event: EntryEvent) -> EntryState | None:
    """The state after the event; None if the event means nothing in this state."""
    return ENTRIES.get((state, event))


def before(event: EntryEvent) -> tuple[EntryState, ...]:
    """The states that the event leads on from."""
    return tuple(state for state, one in ENTRIES if one is event)


class ReviewPolicy(StrEnum):
    """What becomes of entries that nobody has answered for, once the secretary says yes."""

    FLAG = "flag"
    ASK = "ask a person"
    SUSPEND = "suspend"
    REMOVE = "remove with a word"

    @property
    def event(self) -> EntryEvent:
        return _EVENTS[self]


_EVENTS: Mapping[ReviewPolicy, EntryEvent] = {
    ReviewPolicy.FLAG: EntryEvent.FLAG,
    ReviewPolicy.ASK: EntryEvent.FLAG,
    ReviewPolicy.SUSPEND: EntryEvent.SUSPEND,
    ReviewPolicy.REMOVE: EntryEvent.REMOVE,
}

POLICY_NAMES: Mapping[ReviewPolicy, Phrase] = {
    ReviewPolicy.FLAG: phrase("marks them as unconfirmed"),
    ReviewPolicy.ASK: phrase("has you ask them in person, and marks them until then"),
    ReviewPolicy.SUSPEND: phrase("sends them no mailings until they answer"),
    ReviewPolicy.REMOVE: phrase("takes them off the list, and tells them so"),
}
"""What each policy does, after “The policy …”."""

STATE_NAMES: Mapping[EntryState, Phrase] = {
    EntryState.ASKED: phrase("asked"),
    EntryState.REMINDED: phrase("reminded"),
    EntryState.SECOND: phrase("second contact asked"),
    EntryState.NAMED: phrase("named somebody else, who is asked"),
    EntryState.OK: phrase("confirmed"),
    EntryState.CHANGED: phrase("corrected"),
    EntryState.LEFT: phrase("left"),
    EntryState.PASSED_ON: phrase("passed on"),
    EntryState.UNCLEAR: phrase("answered in words of their own"),
    EntryState.SILENT: phrase("silent"),
    EntryState.BOUNCED: phrase("mail came back"),
    EntryState.FLAGGED: phrase("unconfirmed"),
    EntryState.SUSPENDED: phrase("gets no mailings until an answer"),
    EntryState.REMOVED: phrase("removed"),
    EntryState.KEPT: phrase("kept"),
}
"""What people read for each state."""


@dataclass(frozen=True, slots=True)
class ReviewRules:
    """How reviews go, unless a list says otherwise."""

    remind: timedelta = timedelta(days=10)
    """From the start to the reminder, as the next two."""
    second: timedelta = timedelta(days=20)
    """Until the second contact is asked."""
    decide: timedelta = timedelta(days=30)
    """Until the secretary is asked what becomes of the rest."""
    unanswered: ReviewPolicy = ReviewPolicy.FLAG
    announce: timedelta = timedelta(days=7)
    """How long before its day the secretary hears of a round that starts by itself."""
    late: timedelta = timedelta(days=7)
    """How long after its day a round still starts by itself."""
    publish: bool = False
    """Whether a new version of the list is published when a round ends."""


@dataclass(frozen=True, slots=True)
class Round:
    """One review of one list."""

    id: int
    list: str
    planned_for: date | None
    """The day of the year by which it started by itself; None if a person started it."""
    state: RoundState
    stage: Stage
    stage_at: datetime
    """When it came to that stage."""
    started_at: datetime
    started_by: str
    ends_at: datetime
    """When those who have not answered are put to the secretary."""
    policy: ReviewPolicy
    publish: bool
    cursor: int | None = None
    """The number of the last entry that the stage has dealt with, one slice after another; None: it is done."""
    ended_at: datetime | None = None
    version: str = ""
    """The version of the list that was published at its end."""

    @property
    def name(self) -> str:
        """What logs and the audit trail call it."""
        return f"review {self.id} of {self.list}"

    @property
    def is_running(self) -> bool:
        return self.state is RoundState.RUNNING

    def at(self, stage: Stage, now: datetime) -> Round:
        """The round at a later stage. Raises Refused if it is there already, or further."""
        if STAGES.index(stage) <= STAGES.index(self.stage):
            raise Refused(f"The review of “{self.list}” has come further: {self.stage}.")
        return replace(self, stage=stage, stage_at=now)

    def ended(self, event: RoundEvent, now: datetime) -> Round:
        """The round after its end, or cancelled. Raises Refused if it is over."""
        return replace(self, state=advance_round(self.state, event), ended_at=now, cursor=None)


class Entry(NamedTuple):
    """An entry in a round."""

    id: int
    round: int
    number: int
    """Within its round; what the secretary answers with."""
    contact: int
    state: EntryState
    bounced: bool
    """Whether a mail of this round did not reach them."""
    changed_at: datetime


class Seen(NamedTuple):
    """An entry as the secretary reads it."""

    number: int
    state: EntryState
    contact: int
    address: str
    name: str
    organisation: str
    country: str
    changed_at: datetime


# --- when ---

REST = timedelta(days=3)
"""Between two steps of a round that come late, so that nobody gets two mails at once after the office was down."""


def _share(stage: Stage, rules: ReviewRules) -> float:
    """How much of a round's time is over when it comes to the stage."""
    after = {Stage.REMINDED: rules.remind, Stage.SECOND: rules.second, Stage.PROPOSED: rules.decide}
    return after.get(stage, timedelta()) / rules.decide


def due_at(stage: Stage, a_round: Round, rules: ReviewRules) -> datetime:
    """When the round comes to ``stage``, which follows on its present one.

    If a person has set its end, the steps before it share the time in the same proportion.
    """
    span = a_round.ends_at - a_round.started_at
    planned = a_round.started_at + span * _share(stage, rules)
    between = span * (_share(stage, rules) - _share(a_round.stage, rules))
    return max(planned, a_round.stage_at + min(between, REST))


def next_step(a_round: Round, rules: ReviewRules, now: datetime) -> Stage | None:
    """The next stage, if its time has come; one at a time, whatever the office has slept through."""
    if not a_round.is_running or a_round.cursor is not None or a_round.stage in (Stage.PROPOSED, Stage.DECIDED):
        return None
    following = STAGES[STAGES.index(a_round.stage) + 1]
    return following if due_at(following, a_round, rules) <= now else None


class Start(StrEnum):
    """What a day of review asks for."""

    NOW = "now"
    LATE = "late"  # its day is over, but not long
    MISSED = "missed"


def latest_day(days: Sequence[tuple[int, int]], today: date) -> date:
    """The latest of these days of the year (month, day) that is not after ``today``."""
    return max(day for day in _days(days, today) if day <= today)


def next_day(days: Sequence[tuple[int, int]], today: date) -> date:
    """The first of these days of the year (month, day) after ``today``."""
    return min(day for day in _days(days, today) if day > today)


def _days(days: Sequence[tuple[int, int]], today: date) -> list[date]:
    return [date(year, month, day) for year in range(today.year - 1, today.year + 2) for month, day in days]


def start_of(day: date, today: date, late: timedelta) -> Start:
    """What the day asks for, if no round was started for it."""
    if day == today:
        return Start.NOW
    return Start.LATE if today - day <= late else Start.MISSED


# --- the figures ---


class Tally(NamedTuple):
    """How a round stands, or the part of it that is in one country."""

    by_state: Mapping[EntryState, int]
    came_back: int = 0
    """Entries about which the secretary has decided since, as no mail reached them."""

    def of(self, *states: EntryState) -> int:
        return sum(self.by_state.get(state, 0) for state in states)

    @property
    def entries(self) -> int:
        return sum(self.by_state.values())

    @property
    def answered(self) -> int:
        return self.of(*ANSWERED)

    @property
    def changed(self) -> int:
        """Answers that changed something."""
        return self.of(EntryState.CHANGED, EntryState.LEFT, EntryState.PASSED_ON)

    @property
    def bounced(self) -> int:
        """Those whom no mail reached, whatever was decided about them."""
        return self.of(EntryState.BOUNCED) + self.came_back

    @property
    def waiting(self) -> int:
        """Those who have not answered, and still may before anybody decides."""
        return self.of(EntryState.ASKED, EntryState.REMINDED, EntryState.SECOND)

    @property
    def silent(self) -> int:
        """Those who got their mail and never answered, whatever was decided about them."""
        return self.of(EntryState.SILENT, *DECIDED) - self.came_back


def total(parts: Collection[Tally]) -> Tally:
    """All countries together."""
    by_state = {state: count for state in EntryState if (count := sum(part.of(state) for part in parts))}
    return Tally(by_state, sum(part.came_back for part in parts))
