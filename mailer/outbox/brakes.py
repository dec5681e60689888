"""What a relay's complaints do to the pace: who has enough of us is slowed, who refuses us is left alone.

One state machine, for a recipient's domain or for the relay as a whole. *Slowed*: a pause that doubles with each
complaint, then a part of the usual pace, halved with each complaint and restored a little by each mail that is taken.
*Open*, as a circuit breaker is: nothing but one mail now and then, to try; the first that is taken closes it (E10).
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum

from mailer.outbox.model import Delivery, Outcome

POLICY = re.compile(r"\b[45]\.7\.(2\d|3[0-2]|515)\b")
"""Enhanced status codes that judge the sender and not the recipient: RFC 7372, Google's and Microsoft's own (E10)."""

_ENOUGH = re.compile(r"^421\b|\b4\.7\.\d+\b|\b4\.3\.2\b")
"""Too much, too fast: 421, security and policy (RFC 3463 3.8), and “not accepting messages”, as Microsoft has it. Not
4.2.1, which Google says of a mailbox that gets too much from whomever."""

_FIRST_PAUSE, _LONGEST_PAUSE = timedelta(minutes=1), timedelta(hours=1)
_FIRST_OPEN, _LONGEST_OPEN = timedelta(minutes=15), timedelta(hours=4)
_TRIAL = timedelta(minutes=10)
"""For so long the answer to a trial is waited for before another one goes."""

LEAST = 1 / 64
"""The smallest part of the usual pace."""

REGAINED = 1 / 64
"""How much of it each mail that is taken restores."""


class Heard(StrEnum):
    """What an outcome says of us, rather than of a recipient."""

    TAKEN = "taken"
    ENOUGH = "enough"
    REFUSED = "refused"


def heard(outcome: Outcome) -> Heard | None:
    """None where it says nothing of us."""
    if outcome.state is Delivery.SENT:
        return Heard.TAKEN
    if outcome.state is not Delivery.DEFERRED:
        return None
    if POLICY.search(outcome.reply):
        return Heard.REFUSED
    return Heard.ENOUGH if _ENOUGH.search(outcome.reply) else None


@dataclass(frozen=True, slots=True)
class Brake:
    """What holds mail back, beside the limits."""

    factor: float
    """The part of the usual pace that is left; 0 is an open breaker."""
    strikes: int
    """Complaints since it all went well."""
    until: datetime
    """Before that, nothing goes."""
    reply: str
    """The relay's words."""
    trying: bool = False
    """Whether a mail is under way to try an open breaker."""

    @property
    def is_open(self) -> bool:
        return self.factor == 0

    def tried(self, now: datetime) -> Brake:
        """One mail goes, and no other before it has been answered."""
        return replace(self, until=now + _TRIAL, trying=True)


def after(brake: Brake | None, what: Heard, now: datetime, reply: str) -> Brake | None:
    """The brake once ``what`` was heard; None is a free run."""
    match what:
        case Heard.TAKEN:
            return _eased(brake)
        case Heard.ENOUGH:
            return _slowed(brake, now, reply)
        case Heard.REFUSED:
            return _opened(brake, now, reply)


def _eased(brake: Brake | None) -> Brake | None:
    if brake is None or brake.is_open or brake.factor + REGAINED >= 1:
        return None
    return replace(brake, factor=brake.factor + REGAINED)


def _slowed(brake: Brake | None, now: datetime, reply: str) -> Brake:
    if brake is None:
        return Brake(1 / 2, 1, now + _FIRST_PAUSE, reply)
    if brake.is_open or now < brake.until:
        return brake  # it was under way when the pause began, and says nothing new
    return Brake(
        max(brake.factor / 2, LEAST), brake.strikes + 1, now + _grown(_FIRST_PAUSE, _LONGEST_PAUSE, brake), reply
    )


def _opened(brake: Brake | None, now: datetime, reply: str) -> Brake:
    if brake is None or not brake.is_open:
        return Brake(0.0, 1, now + _FIRST_OPEN, reply)
    if now < brake.until and not brake.trying:
        return brake
    return Brake(0.0, brake.strikes + 1, now + _grown(_FIRST_OPEN, _LONGEST_OPEN, brake), reply)


def _grown(first: timedelta, longest: timedelta, brake: Brake) -> timedelta:
    """Twice as long with every strike."""
    return min(first * (1 << min(brake.strikes, 10)), longest)
