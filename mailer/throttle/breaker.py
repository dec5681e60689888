"""Circuit breakers: we slow down for domains that throttle us, and stop for those that refuse us.

One state machine serves a recipient's domain, or the relay as a whole. *Slowed*: a pause that doubles with each
throttling reply, then a part of the usual rate, which each such reply halves and each accepted mail raises a little.
*Open*: only one mail is tried now and then; the first that is accepted closes the breaker (E10).
"""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import datetime, timedelta
from enum import StrEnum

from mailer.model.outbox import Delivery, Outcome
from mailer.model.refusals import POLICY, Refusal
from mailer.model.throttle import Breaker

_THROTTLED = re.compile(r"^421\b|\b4\.7\.\d+\b|\b4\.3\.2\b")
"""We send too much or too fast: 421, security and policy (RFC 3463 3.8), and Microsoft's “not accepting messages”.

Not 4.2.1: Google uses it for a mailbox that gets too much mail from all senders together.
"""

_FIRST_PAUSE, _MAX_PAUSE = timedelta(minutes=1), timedelta(hours=1)
_FIRST_OPEN, _MAX_OPEN = timedelta(minutes=15), timedelta(hours=4)

MIN_FACTOR = 1 / 64
"""The smallest part of the usual rate."""

FACTOR_STEP = 1 / 64
"""By how much each accepted mail raises that part."""


class Signal(StrEnum):
    """What an outcome says about us, not about the recipient."""

    ACCEPTED = "accepted"
    THROTTLED = "throttled"
    REFUSED = "refused"


def signal_of(outcome: Outcome) -> Signal | None:
    """None for an outcome that says nothing about us."""
    if outcome.state is Delivery.SENT:
        return Signal.ACCEPTED
    if outcome.state is not Delivery.DEFERRED:
        return None
    if (outcome.refusal and outcome.refusal.stops_mail) or POLICY.search(outcome.reply):
        return Signal.REFUSED
    return Signal.THROTTLED if _THROTTLED.search(outcome.reply) else None


def next_breaker(
    breaker: Breaker | None, signal: Signal, now: datetime, reply: str, refusal: Refusal | None = None
) -> Breaker | None:
    """The breaker after a signal; None is the usual rate. ``refusal``: what is refused, for Signal.REFUSED."""
    match signal:
        case Signal.ACCEPTED:
            return _eased(breaker)
        case Signal.THROTTLED:
            return _slowed(breaker, now, reply)
        case Signal.REFUSED:
            return _opened(breaker, now, reply, refusal)


def _eased(breaker: Breaker | None) -> Breaker | None:
    if breaker is None or breaker.is_open or breaker.factor + FACTOR_STEP >= 1:
        return None
    return replace(breaker, factor=breaker.factor + FACTOR_STEP)


def _slowed(breaker: Breaker | None, now: datetime, reply: str) -> Breaker:
    if breaker is None:
        return Breaker(1 / 2, 1, now + _FIRST_PAUSE, reply)
    if breaker.is_open or now < breaker.until:
        return breaker  # the mail was under way when the pause began
    return Breaker(
        max(breaker.factor / 2, MIN_FACTOR),
        breaker.strikes + 1,
        now + _lengthened(_FIRST_PAUSE, _MAX_PAUSE, breaker),
        reply,
    )


def _opened(breaker: Breaker | None, now: datetime, reply: str, refusal: Refusal | None) -> Breaker:
    if breaker is None or not breaker.is_open:
        return Breaker(0.0, 1, now + _FIRST_OPEN, reply, refusal=refusal)
    if now < breaker.until and not breaker.trying:
        return breaker
    until = now + _lengthened(_FIRST_OPEN, _MAX_OPEN, breaker)
    return Breaker(0.0, breaker.strikes + 1, until, reply, refusal=refusal)


def _lengthened(first: timedelta, longest: timedelta, breaker: Breaker) -> timedelta:
    """A time that doubles with every strike."""
    return min(first * (1 << min(breaker.strikes, 10)), longest)
