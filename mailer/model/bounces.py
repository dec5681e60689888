"""How mail to an address fares: what counts against it, when mail to it rests, and when it is given up.

Only what is about the reader counts. What is about us (blocked, spam, policy, sender, relaying) is the breaker's.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum
from typing import NamedTuple

from mailer.message import Address
from mailer.model.diagnoses import diagnose
from mailer.model.failures import bounce_of
from mailer.model.outbox import Fate
from mailer.model.reports import Reported, Why
from mailer.model.suppressions import Cause, Suppression

DAY = timedelta(days=1)

FORGOTTEN_BELOW = 0.5
"""The score below which an address is no longer in trouble."""

LONGEST_REST = timedelta(days=90)
"""The longest time before an address that could not be tried is tried again."""


@dataclass(frozen=True, slots=True)
class BouncePolicy:
    """What the office does about mail that does not arrive."""

    try_again_after: timedelta = timedelta(days=7)
    """How long after its suspension an address is tried once more."""
    answer_within: timedelta = timedelta(days=5)
    """How long a report may take; without one, the address gets mail again."""
    half_life: timedelta = timedelta(days=30)
    """The time after which a failure counts half."""
    hold_at: float = 4.0
    """The score at which mailings to the address rest for a time; 0 is never."""
    hold_for: timedelta = timedelta(days=14)
    tries_per_day: int = 100
    """How many addresses are tried again in a day."""
    tells_contacts: bool = True
    """Whether an organisation's second contact is told when an address of theirs fails."""


class AddressState(StrEnum):
    """How mail to an address fares."""

    OK = "ok"
    TROUBLED = "in trouble"  # some mail did not arrive; all mail is sent
    HELD = "held"  # too much did not arrive; mailings rest for a time
    SUSPENDED = "suspended"  # it is said not to exist; it is tried once more
    RETRIED = "tried again"  # the last try is on its way
    REMOVED = "removed"  # said twice not to exist; it gets no more mail

    @property
    def stops_mailings(self) -> bool:
        return self not in (AddressState.OK, AddressState.TROUBLED)


class Event(StrEnum):
    """What becomes known of an address."""

    GONE = "gone"  # said for good not to exist
    SOFT = "soft"  # did not arrive, for another reason
    TOO_MANY = "too many"  # as SOFT, and the score reaches the policy's limit
    ARRIVED = "arrived"  # a report says that a mail arrived
    HEARD = "heard"  # an authentic mail from the address
    DUE = "due"  # the time of the next step has come
    NOT_NEEDED = "not needed"  # nobody on a list has the address any more, or it is suppressed for another reason
    REVIVED = "revived"  # a person says that it works


_S, _E = AddressState, Event

TRANSITIONS: Mapping[AddressState, Mapping[Event, AddressState]] = {
    _S.OK: {
        **dict.fromkeys(Event, _S.OK),
        _E.GONE: _S.SUSPENDED,
        _E.SOFT: _S.TROUBLED,
        _E.TOO_MANY: _S.HELD,
    },
    _S.TROUBLED: {
        **dict.fromkeys(Event, _S.OK),
        _E.GONE: _S.SUSPENDED,
        _E.SOFT: _S.TROUBLED,
        _E.TOO_MANY: _S.HELD,
    },
    _S.HELD: {
        **dict.fromkeys(Event, _S.OK),
        _E.GONE: _S.SUSPENDED,
        _E.SOFT: _S.HELD,
        _E.TOO_MANY: _S.HELD,
        _E.DUE: _S.TROUBLED,
    },
    _S.SUSPENDED: {
        **dict.fromkeys(Event, _S.OK),
        _E.GONE: _S.SUSPENDED,
        _E.SOFT: _S.SUSPENDED,
        _E.TOO_MANY: _S.SUSPENDED,
        _E.ARRIVED: _S.SUSPENDED,  # an earlier mail did
        _E.DUE: _S.RETRIED,
    },
    _S.RETRIED: {
        **dict.fromkeys(Event, _S.OK),
        _E.GONE: _S.REMOVED,
        _E.SOFT: _S.SUSPENDED,  # the try has shown nothing: another one follows
        _E.TOO_MANY: _S.SUSPENDED,
        _E.DUE: _S.TROUBLED,  # nothing came back
    },
    _S.REMOVED: {
        **dict.fromkeys(Event, _S.REMOVED),
        _E.HEARD: _S.OK,
        _E.REVIVED: _S.OK,
    },
}
"""The next state for every state and event."""


class Sign(NamedTuple):
    """An event, with what a server said."""

    event: Event
    weight: float = 0.0
    """What it adds to the score."""
    why: Why = Why.OTHER
    status: str = ""
    reply: str = ""
    """The server's own words."""
    written_at: datetime | None = None
    """When the mail was written that it is about, if it is about one."""


ABOUT_US = frozenset({Why.BLOCKED, Why.SPAM, Why.POLICY, Why.SENDER_REJECTED, Why.RELAYING})
"""Reasons for which a server refuses us, whoever the reader is."""

_NO_SUCH = frozenset({Why.USER_UNKNOWN, Why.HOST_UNKNOWN})


def is_about_us(reported: Reported) -> bool:
    """Whether the mail was refused because of us."""
    return reported.why in ABOUT_US and reported.fate in (Fate.REFUSED, Fate.RETURNED)


def sign_of(reported: Reported, written_at: datetime | None = None) -> Sign | None:
    """What a report says of the reader's address; None if nothing: it is about us, or only a warning.

    ``written_at`` is when the mail was written that it is about.
    """
    said = (reported.why, reported.status, reported.diagnostic, written_at)
    if reported.fate is Fate.ARRIVED:
        return Sign(Event.ARRIVED, 0.0, *said)
    if reported.fate is Fate.DELAYED or is_about_us(reported):
        return None
    if reported.permanent and reported.why in _NO_SUCH:
        return Sign(Event.GONE, 0.0, *said)
    return Sign(Event.SOFT, 2.0 if reported.permanent else 1.0, *said)


@dataclass(frozen=True, slots=True)
class Bouncing:
    """How mail to one address fares, if it is not all well."""

    state: AddressState
    score: float
    """As of ``scored_at``."""
    scored_at: datetime
    since: datetime
    """When the trouble began."""
    changed_at: datetime
    """When the state began."""
    next_at: datetime | None
    """When the next step is due; None if there is none."""
    tries: int
    """How often it was tried again."""
    tried_at: datetime | None
    """The last time of these."""
    why: Why
    status: str
    reply: str
    """The server's words the last time."""

    def score_at(self, now: datetime, half_life: timedelta) -> float:
        """The score, which halves in every ``half_life``."""
        return decayed(self.score, now - self.scored_at, half_life)


_GIVEN_UP = "given up: "
"""How the reply of a mail begins that the relay deferred until it expired."""


def refused(recipient: str, reply: str) -> Reported:
    """What a relay's reply says of a recipient whom it refused, in the terms of a report."""
    found = diagnose("", reply.removeprefix(_GIVEN_UP))
    for_good = found.permanent and not reply.startswith(_GIVEN_UP)
    return Reported(recipient, Fate.REFUSED if for_good else Fate.RETURNED, reply, found.status, found.why)


class Heard(NamedTuple):
    """What a server has said of one mail to an address."""

    at: datetime
    fate: Fate
    why: Why
    status: str
    reply: str


class RefusedMail(NamedTuple):
    """A mail whose recipient the relay refused, or which it deferred until it expired."""

    id: int
    recipient: str
    written_at: datetime
    reply: str
    at: datetime


def decayed(score: float, span: timedelta, half_life: timedelta) -> float:
    """``score`` after a time; a clock that was set back changes nothing (E14)."""
    return score * math.pow(0.5, max(span, timedelta()) / half_life)


def forgotten_after(score: float, half_life: timedelta) -> timedelta:
    """The time after which a score is below ``FORGOTTEN_BELOW``."""
    return half_life * max(math.log2(score / FORGOTTEN_BELOW), 0.0) if score > 0 else timedelta()


def step(before: Bouncing | None, sign: Sign, now: datetime, policy: BouncePolicy) -> Bouncing | None:
    """How mail to an address fares after a sign; None is well.

    Failures of one day count once, as the heaviest of them, because they have one reason. What comes late about a mail
    from before the last try says nothing of it.
    """
    old = before.state if before else AddressState.OK
    if before and old is AddressState.RETRIED and sign.written_at and sign.written_at < before.changed_at:
        return before
    score, scored_at = _counted(before, sign, now, policy)
    new = TRANSITIONS[old][_event(sign, decayed(score, now - scored_at, policy.half_life), policy)]
    if new is AddressState.OK:
        return None
    after = replace(before or _begun(now), state=new, score=score, scored_at=scored_at)
    if sign.event in (Event.GONE, Event.SOFT):
        after = replace(after, why=sign.why, status=sign.status, reply=sign.reply)
    if old is AddressState.RETRIED and new is AddressState.TROUBLED:
        after = replace(after, score=max(score, 1.0), scored_at=now)  # it is watched for a while
    if new is not old:
        after = replace(after, changed_at=now)
    if new is not old and new is AddressState.RETRIED:
        after = replace(after, tries=after.tries + 1, tried_at=now)
    if new is not old or new is AddressState.TROUBLED:
        after = replace(after, next_at=_next_at(after, now, policy))
    return after


def _begun(now: datetime) -> Bouncing:
    return Bouncing(AddressState.OK, 0.0, now, now, now, None, 0, None, Why.OTHER, "", "")


def _counted(before: Bouncing | None, sign: Sign, now: datetime, policy: BouncePolicy) -> tuple[float, datetime]:
    """The score with the sign's weight, and as of when."""
    if before is None:
        return sign.weight, now
    if not sign.weight:
        return before.score, before.scored_at
    if now - before.scored_at < DAY:
        return max(before.score, sign.weight), before.scored_at
    return before.score_at(now, policy.half_life) + sign.weight, now


def _event(sign: Sign, score: float, policy: BouncePolicy) -> Event:
    too_many = sign.event is Event.SOFT and 0 < policy.hold_at <= score
    return Event.TOO_MANY if too_many else sign.event


def _next_at(after: Bouncing, now: datetime, policy: BouncePolicy) -> datetime | None:
    match after.state:
        case AddressState.TROUBLED:
            return now + forgotten_after(after.score_at(now, policy.half_life), policy.half_life)
        case AddressState.HELD:
            return now + policy.hold_for
        case AddressState.SUSPENDED:
            rest: timedelta = policy.try_again_after * 2 ** min(after.tries, 10)
            return now + min(rest, max(LONGEST_REST, policy.try_again_after))
        case AddressState.RETRIED:
            return now + policy.answer_within
    return None


LISTED = (
    AddressState.REMOVED,
    AddressState.RETRIED,
    AddressState.SUSPENDED,
    AddressState.HELD,
    AddressState.TROUBLED,
)
"""The states in which not all is well, the gravest first."""

_CAUSES: Mapping[AddressState, Cause] = {
    AddressState.HELD: Cause.HELD,
    AddressState.SUSPENDED: Cause.SUSPENDED,
    AddressState.RETRIED: Cause.SUSPENDED,
    AddressState.REMOVED: Cause.BOUNCED,
}


def suppression_of(address: Address, bouncing: Bouncing | None, now: datetime) -> Suppression | None:
    """The suppression that follows from how mail to an address fares; None if it gets mailings."""
    cause = _CAUSES.get(bouncing.state) if bouncing else None
    if bouncing is None or cause is None:
        return None
    return Suppression(bounce_of(bouncing.reply or bouncing.why.value), now, cause, str(address))
