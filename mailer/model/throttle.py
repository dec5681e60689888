"""What the store keeps of how fast mail went."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from typing import TypeAlias

Marks: TypeAlias = tuple[tuple[int, int], ...]
"""What was sent, the oldest first: the time of the last slot in each part of the period, and how many there were."""


@dataclass(frozen=True, slots=True)
class Used:
    """What was given out under one key: all that the store has to keep."""

    since: int | None = None
    """The very first slot; warm-up counts its days from there."""
    next_at: int = 0
    """The earliest time of the next one, as far as the pace goes."""
    marks: Mapping[int, Marks] = field(default_factory=dict)
    """For each limit that counts, by its period."""


TOTAL = "total"
"""The key of everything together; a relay's is ``relay HOST``, a domain's ``@DOMAIN``."""


_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


_MICROSECOND = timedelta(microseconds=1)


def microseconds(time: datetime) -> int:
    """Since the epoch."""
    return (time - _EPOCH) // _MICROSECOND


def moment(time: int) -> datetime:
    """The same as an aware time."""
    return _EPOCH + time * _MICROSECOND


_TRIAL = timedelta(minutes=10)
"""For so long the answer to a trial is waited for before another one goes."""


@dataclass(frozen=True, slots=True)
class Breaker:
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

    def tried(self, now: datetime) -> Breaker:
        """One mail goes, and no other before it has been answered."""
        return replace(self, until=now + _TRIAL, trying=True)
