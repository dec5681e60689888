"""How fast mail may go at one moment, what holds it back, and how long a mailing will take."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from mailer.model.throttle import TOTAL, Breaker, Used, microseconds
from mailer.throttle.limits import Limit, sent, warm_up
from mailer.throttle.policy import KeyState, Policy


@dataclass(frozen=True, slots=True)
class LimitUse:
    """A limit in force, and how much of it is used up."""

    limit: Limit
    used: int | None
    """None for a limit that spaces mails and does not count them."""

    @property
    def is_used_up(self) -> bool:
        return self.used is not None and self.used >= self.limit.count


@dataclass(frozen=True, slots=True)
class HeldBack:
    """A domain or a relay that gets less mail, or none, because of what it replied."""

    key: str
    breaker: Breaker
    over: bool
    """Whether the pause is over, so that a mail may be tried."""


@dataclass(frozen=True, slots=True)
class ThrottleState:
    """The limits and breakers in force."""

    limits: Mapping[str, Sequence[LimitUse]]
    """By key, the shortest period first: all mail, the relay, and each configured domain that was sent to."""
    held_back: Sequence[HeldBack]
    rate: int | None
    """Mails a minute, if set while running."""
    configured: Sequence[Limit]
    """The configured limits of all mail."""
    relay: str
    """The relay's key."""

    @property
    def refuses(self) -> bool:
        """Whether the relay refuses all our mail."""
        return any(held.breaker.is_open and held.key == self.relay for held in self.held_back)

    @property
    def obstacle(self) -> LimitUse | HeldBack | None:
        """Why no mail goes out now, or None. A limit per second or minute is not one: it delays mail only briefly."""
        for key in (TOTAL, self.relay):
            for use in self.limits.get(key, ()):
                if not use.limit.paces and use.is_used_up:
                    return use
        refusals = (held for held in self.held_back if held.breaker.is_open and held.key in (TOTAL, self.relay))
        return next(refusals, None)


@dataclass(frozen=True, slots=True)
class Forecast:
    """How long so many mails will take, and because of which limits."""

    limits: Sequence[Limit]
    warm_up: Limit | None
    """Today's limit while the relay is new to us."""
    time: timedelta


def state_of(
    policy: Policy,
    used: Mapping[str, Used],
    breakers: Mapping[str, Breaker],
    rates: Mapping[str, int],
    now: datetime,
) -> ThrottleState:
    """``used``, ``breakers`` and ``rates``: the contents of the store, by key."""
    time = microseconds(now)
    known = {
        key: KeyState(given, breakers.get(key), rates.get(key))
        for key, given in used.items()
        if key in (TOTAL, policy.relay_key) or key.removeprefix("@") in policy.domains
    }
    return ThrottleState(
        limits={
            key: [_use(limit, state, time) for limit in sorted(policy.limits(key, state, time))]
            for key, state in known.items()
        },
        held_back=[HeldBack(key, breaker, breaker.until <= now) for key, breaker in breakers.items()],
        rate=rates.get(TOTAL),
        configured=policy.total,
        relay=policy.relay_key,
    )


def _use(limit: Limit, state: KeyState, now: int) -> LimitUse:
    counted = limit.period in state.used.marks
    return LimitUse(limit, sent(limit, state.used, now) if counted else None)


def forecast(policy: Policy, used: Mapping[str, Used], rates: Mapping[str, int], mails: int, now: datetime) -> Forecast:
    """How long ``mails`` take from ``now`` on, the days of a warm-up included."""
    at_rate, time = policy.at(rates.get(TOTAL)), microseconds(now)
    relay = used.get(at_rate.relay_key, Used())
    limits = at_rate.office_limits
    return Forecast(limits, warm_up(at_rate.warm_up, relay, time), at_rate.time_for(mails, relay, time))
