"""What the store keeps about how fast mail goes: reservations and breakers."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from typing import TypeAlias

from mailer.model.refusals import Refusal

Marks: TypeAlias = tuple[tuple[int, int], ...]
"""What was reserved, the oldest first: for each part of the period, the time of its last slot and its count."""


@dataclass(frozen=True, slots=True)
class Used:
    """What was reserved under one key. Times and periods are microseconds, times since the epoch."""

    since: int | None = None
    """The first slot ever; the days of a warm-up count from it."""
    next_at: int = 0
    """The earliest next slot, by the limits that pace."""
    marks: Mapping[int, Marks] = field(default_factory=dict)
    """By period, for each limit that counts."""


TOTAL = "total"
"""The key of everything together; a relay's is ``relay HOST``, a domain's ``@DOMAIN``."""


_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


_MICROSECOND = timedelta(microseconds=1)


def microseconds(time: datetime) -> int:
    """Microseconds since the epoch."""
    return (time - _EPOCH) // _MICROSECOND


def moment(time: int) -> datetime:
    """The aware time, so many microseconds after the epoch."""
    return _EPOCH + time * _MICROSECOND


_TRIAL = timedelta(minutes=10)
"""How long a trial may take before another mail is tried."""


@dataclass(frozen=True, slots=True)
class Breaker:
    """Slows or stops the mail of one key after replies that ask for it."""

    factor: float
    """The fraction of the usual rate that is left; 0 means that the breaker is open."""
    strikes: int
    """How many such replies came since all mail was last accepted."""
    until: datetime
    """No mail is sent before this."""
    reply: str
    """The relay's words."""
    trying: bool = False
    """Whether a mail is under way to try an open breaker."""
    refusal: Refusal | None = None
    """What the relay refuses, if the breaker is open; None is POLICY."""

    @property
    def is_open(self) -> bool:
        return self.factor == 0

    def tried(self, now: datetime) -> Breaker:
        """The breaker while one mail is tried: no other is sent before its outcome."""
        return replace(self, until=now + _TRIAL, trying=True)
