"""How fast an office wants to send, and what that allows under one key at one moment."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import timedelta

from mailer.model.throttle import _MICROSECOND, TOTAL, Breaker, Used, microseconds, moment
from mailer.throttle.limits import HORIZON, MINUTE, Limit, Slots, duration, reserve, warm_up, warming
from mailer.throttle.providers import ALL, counted_as

CAUTIOUS = Limit(MINUTE, 60)
"""From where a domain is slowed that had no pace of its own."""


@dataclass(frozen=True, slots=True)
class DomainPolicy:
    """What one recipients' domain gets at the most."""

    limits: tuple[Limit, ...] = ()
    connections: int | None = None
    """Mails that one process may have under way to it."""


@dataclass(frozen=True, slots=True)
class Stored:
    """What the store knows of one key."""

    used: Used
    breaker: Breaker | None = None
    rate: int | None = None
    """Mails a minute, set while running in place of what is configured."""


@dataclass(frozen=True, slots=True)
class Grant:
    """What somebody gets who asks for slots under a key."""

    slots: Slots
    patience: int
    """For how long each is good."""
    stored: Stored
    """What the store is to know from here on."""


@dataclass(frozen=True, slots=True)
class Policy:
    """The limits that are configured."""

    relay: str
    """The relay's host."""
    total: tuple[Limit, ...]
    preset: tuple[Limit, ...] = ()
    """What the relay's provider allows."""
    warm_up: tuple[int, ...] = ()
    """Mails on each of the first days through this relay."""
    domains: Mapping[str, DomainPolicy] = field(default_factory=dict)
    """By the domain that each is counted as."""
    default: DomainPolicy | None = None
    """For every domain that is not named."""

    @property
    def relay_key(self) -> str:
        return f"relay {self.relay}"

    @property
    def limits_relay(self) -> bool:
        return bool(self.preset or self.warm_up)

    @property
    def office_limits(self) -> Sequence[Limit]:
        """What holds for all mail together, but for the first days."""
        return sorted({*self.total, *self.preset})

    def at(self, per_minute: int | None) -> Policy:
        """The same at the rate that was set while running, if one was; limits that only count stay."""
        if per_minute is None:
            return self
        return replace(self, total=(Limit(MINUTE, per_minute), *(limit for limit in self.total if not limit.paces)))

    def takes(self, mails: int, used: Used, now: int) -> timedelta:
        """About how long so many take from ``now`` on; ``used`` is what the relay was given before, by its key."""
        last, wait = warming(self.warm_up, used, now, mails)
        limits = self.office_limits
        return max(duration(limits, mails), wait + duration(limits, last)) * _MICROSECOND

    def of_domain(self, domain: str) -> DomainPolicy | None:
        """``domain`` is one that others are counted as."""
        return self.domains.get(domain, self.default)

    def limits(self, key: str, stored: Stored, now: int) -> Sequence[Limit]:
        """What holds under a key now."""
        limits = self._configured(key, stored.used, now)
        if stored.rate is not None:
            limits = [Limit(MINUTE, stored.rate), *(limit for limit in limits if not limit.paces)]
        if stored.breaker is not None and not any(limit.paces for limit in limits):
            limits = [
                min(CAUTIOUS, *(limit for limit in self.total if limit.paces), key=lambda limit: limit.rate),
                *limits,
            ]
        return limits

    def _configured(self, key: str, used: Used, now: int) -> list[Limit]:
        if key == TOTAL:
            return list(self.total)
        if key == self.relay_key:
            warming = warm_up(self.warm_up, used, now)
            return [*self.preset, *([warming] if warming else [])]
        own = self.of_domain(key.removeprefix("@"))
        return list(own.limits) if own else []

    def grant(self, key: str, stored: Stored, now: int, wanted: int, welcome: int = 0) -> Grant:
        """Slots under a key: ``wanted``, or even as many as are ``welcome`` where those not used cost no quota."""
        breaker = stored.breaker
        if breaker is not None and now < (until := microseconds(breaker.until)):
            return Grant(Slots(until, 1, 0), HORIZON, stored)
        if breaker is not None and breaker.is_open:
            return Grant(Slots(now, 1, 1), HORIZON, replace(stored, breaker=breaker.tried(moment(now))))
        limits = self.limits(key, stored, now)
        most = max(wanted, welcome) if all(limit.paces for limit in limits) else wanted
        slots, used = reserve(limits, stored.used, now, most, breaker.factor if breaker else 1.0)
        patience = min((limit.patience for limit in limits), default=HORIZON)
        return Grant(slots, patience, replace(stored, used=used))


def key_of(domain: str) -> str:
    """The key under which mail to a domain is counted."""
    return f"@{counted_as(domain)}"


def domains_of(key: str) -> Sequence[str]:
    """All domains that are counted under a key."""
    first = key.removeprefix("@")
    return ALL.get(first, (first,))
