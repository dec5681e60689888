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
        return self.period / self.count


def wait_for(rate: Rate, next_at: datetime | None, now: datetime) -> timedelta:
    """How long until one more may go; ``next_at`` is what the last one left behind.

    A clock set back must not stall us: no wait is longer than one interval (E14).
    """
    if next_at is None or next_at <= now:
        return timedelta(0)
    return min(next_at - now, rate.interval)


def after_one(rate: Rate, now: datetime) -> datetime:
    """What to store when one goes at ``now``: the earliest time of the next."""
    return now + rate.interval
