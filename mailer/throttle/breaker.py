"""What a relay's complaints do to the pace: who has enough of us is slowed, who refuses us is left alone.

One state machine, for a recipient's domain or for the relay as a whole. *Slowed*: a pause that doubles with each
complaint, then a part of the usual pace, halved with each complaint and restored a little by each mail that is taken.
*Open*, as a circuit breaker is: nothing but one mail now and then, to try; the first that is taken closes it (E10).
"""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import datetime, timedelta
from enum import StrEnum

from mailer.model.outbox import Delivery, Outcome
from mailer.model.throttle import Breaker

POLICY = re.compile(r"\b[45]\.7\.(2\d|3[0-2]|515)\b")
"""Enhanced status codes that judge the sender and not the recipient: RFC 7372, Google's and Microsoft's own (E10)."""

_ENOUGH = re.compile(r"^421\b|\b4\.7\.\d+\b|\b4\.3\.2\b")
"""Too much, too fast: 421, security and policy (RFC 3463 3.8), and “not accepting messages”, as Microsoft has it. Not
4.2.1, which Google says of a mailbox that gets too much from whomever."""

_FIRST_PAUSE, _LONGEST_PAUSE = timedelta(minutes=1), timedelta(hours=1)
_FIRST_OPEN, _LONGEST_OPEN = timedelta(minutes=15), timedelta(hours=4)

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


def after(breaker: Breaker | None, what: Heard, now: datetime, reply: str) -> Breaker | None:
    """The brake once ``what`` was heard; None is a free run."""
    match what:
        case Heard.TAKEN:
            return _eased(breaker)
        case Heard.ENOUGH:
            return _slowed(breaker, now, reply)
        case Heard.REFUSED:
            return _opened(breaker, now, reply)


def _eased(breaker: Breaker | None) -> Breaker | None:
    if breaker is None or breaker.is_open or breaker.factor + REGAINED >= 1:
        return None
    return replace(breaker, factor=breaker.factor + REGAINED)


def _slowed(breaker: Breaker | None, now: datetime, reply: str) -> Breaker:
    if breaker is None:
        return Breaker(1 / 2, 1, now + _FIRST_PAUSE, reply)
    if breaker.is_open or now < breaker.until:
        return breaker  # it was under way when the pause began, and says nothing new
    return Breaker(
        max(breaker.factor / 2, LEAST), breaker.strikes + 1, now + _grown(_FIRST_PAUSE, _LONGEST_PAUSE, breaker), reply
    )


def _opened(breaker: Breaker | None, now: datetime, reply: str) -> Breaker:
    if breaker is None or not breaker.is_open:
        return Breaker(0.0, 1, now + _FIRST_OPEN, reply)
    if now < breaker.until and not breaker.trying:
        return breaker
    return Breaker(0.0, breaker.strikes + 1, now + _grown(_FIRST_OPEN, _LONGEST_OPEN, breaker), reply)


def _grown(first: timedelta, longest: timedelta, breaker: Breaker) -> timedelta:
    """Twice as long with every strike."""
    return min(first * (1 << min(breaker.strikes, 10)), longest)
