"""How fast we may go: the generic cell rate algorithm without bursts, over one stored time."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta


@dataclass(frozen=True, slots=True)
class Rate:
    """``count`` mails in any window of ``period``, evenly spaced."""

    count: int
    period: timedelta

    @property
    def interval(self) -> timedelta:
        """Rounded up to a whole microsecond: rounded down, one mail too many would fit into a period."""
        return -(-self.period // self.count)


def earliest(rate: Rate, next_at: datetime | None, now: datetime) -> datetime:
    """When one more may go; ``next_at`` is what the last one left behind.

    That is never later than one interval from now: what is, was written before the clock was set back, and whoever
    asks writes the answer down in its place, so that we do not stall until the clock has caught up (E14).
    """
    return now if next_at is None else min(max(next_at, now), now + rate.interval)


def after_one(rate: Rate, now: datetime) -> datetime:
    """What to store when one goes at ``now``: the earliest time of the next."""
    return now + rate.interval
