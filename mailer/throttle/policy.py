"""The configured rate policy, and what it allows under one key at one moment."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import timedelta

from mailer.model.throttle import _MICROSECOND, TOTAL, Breaker, Used, microseconds, moment
from mailer.throttle.limits import HORIZON, MINUTE, Limit, Slots, duration, reserve, warm_up, warm_up_wait
from mailer.throttle.providers import ALL, counted_as

CAUTIOUS = Limit(MINUTE, 60)
"""The rate that a breaker reduces for a domain without a limit of its own."""


@dataclass(frozen=True, slots=True)
class DomainPolicy:
    """The limits for one recipients' domain."""

    limits: tuple[Limit, ...] = ()
    connections: int | None = None
    """How many mails one process may have under way to it."""


@dataclass(frozen=True, slots=True)
class KeyState:
    """What the store has under one key."""

    used: Used
    breaker: Breaker | None = None
    rate: int | None = None
    """Mails a minute, set while running; it replaces the configured rate."""


@dataclass(frozen=True, slots=True)
class Reservation:
    """The result of asking for slots under a key."""

    slots: Slots
    tolerance: int
    """How long each may be used after its time."""
    state: KeyState
    """The state to store."""


@dataclass(frozen=True, slots=True)
class Policy:
    """The configured limits."""

    relay: str
    """The relay's host."""
    total: tuple[Limit, ...]
    preset: tuple[Limit, ...] = ()
    """The limits of the relay's provider."""
    warm_up: tuple[int, ...] = ()
    """The limit on each of the first days with this relay."""
    domains: Mapping[str, DomainPolicy] = field(default_factory=dict)
    """By domain, where the first domain of a provider stands for all of them."""
    default: DomainPolicy | None = None
    """For all other domains."""

    @property
    def relay_key(self) -> str:
        return f"relay {self.relay}"

    @property
    def limits_relay(self) -> bool:
        return bool(self.preset or self.warm_up)

    @property
    def office_limits(self) -> Sequence[Limit]:
        """The limits for all mail together, apart from the warm-up."""
        return sorted({*self.total, *self.preset})

    def at(self, per_minute: int | None) -> Policy:
        """The policy with the rate that was set while running, if any; limits that only count stay."""
        if per_minute is None:
            return self
        return replace(self, total=(Limit(MINUTE, per_minute), *(limit for limit in self.total if not limit.paces)))

    def time_for(self, mails: int, used: Used, now: int) -> timedelta:
        """About how long ``mails`` take from ``now`` on; ``used`` is the state under the relay's key."""
        last, wait = warm_up_wait(self.warm_up, used, now, mails)
        limits = self.office_limits
        return max(duration(limits, mails), wait + duration(limits, last)) * _MICROSECOND

    def of_domain(self, domain: str) -> DomainPolicy | None:
        """``domain`` is a result of ``counted_as``."""
        return self.domains.get(domain, self.default)

    def limits(self, key: str, state: KeyState, now: int) -> Sequence[Limit]:
        """The limits under a key now."""
        limits = self._configured(key, state.used, now)
        if state.rate is not None:
            limits = [Limit(MINUTE, state.rate), *(limit for limit in limits if not limit.paces)]
        if state.breaker is not None and not any(limit.paces for limit in limits):
            limits = [
                min(CAUTIOUS, *(limit for limit in self.total if limit.paces), key=lambda limit: limit.rate),
                *limits,
            ]
        return limits

    def _configured(self, key: str, used: Used, now: int) -> list[Limit]:
        if key == TOTAL:
            return list(self.total)
        if key == self.relay_key:
            today = warm_up(self.warm_up, used, now)
            return [*self.preset, *([today] if today else [])]
        own = self.of_domain(key.removeprefix("@"))
        return list(own.limits) if own else []

    def reserve(self, key: str, state: KeyState, now: int, wanted: int, welcome: int = 0) -> Reservation:
        """Reserve ``wanted`` slots under a key, or up to ``welcome`` if unused ones cost no quota."""
        breaker = state.breaker
        if breaker is not None and now < (until := microseconds(breaker.until)):
            return Reservation(Slots(until, 1, 0), HORIZON, state)
        if breaker is not None and breaker.is_open:
            return Reservation(Slots(now, 1, 1), HORIZON, replace(state, breaker=breaker.tried(moment(now))))
        limits = self.limits(key, state, now)
        most = max(wanted, welcome) if all(limit.paces for limit in limits) else wanted
        slots, used = reserve(limits, state.used, now, most, breaker.factor if breaker else 1.0)
        tolerance = min((limit.tolerance for limit in limits), default=HORIZON)
        return Reservation(slots, tolerance, replace(state, used=used))


def key_of(domain: str) -> str:
    """The key of a domain."""
    return f"@{counted_as(domain)}"


def domains_of(key: str) -> Sequence[str]:
    """All domains with this key."""
    first = key.removeprefix("@")
    return ALL.get(first, (first,))
