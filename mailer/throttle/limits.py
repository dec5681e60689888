"""Rate limits: how many mails may go, and when, as pure functions of a stored state.

The period of a limit decides its kind. A limit per second or minute *paces*: its slots are evenly spaced, by the
generic cell rate algorithm without bursts. A limit per hour or day *counts*: mails go at the paced rate until its count
is used up. Neither exceeds its count in any window of its period, and both reach 99 per cent of it if there is enough
to send.

Times are whole microseconds, so sums are exact and the store needs one column.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace

from mailer.model.throttle import Marks, Used

SECOND = 1_000_000
MINUTE, HOUR, DAY = 60 * SECOND, 3600 * SECOND, 86_400 * SECOND

_NAMES = {SECOND: "second", MINUTE: "minute", HOUR: "hour", DAY: "day"}

HORIZON = SECOND // 2
"""How far ahead slots are reserved. Slots that a crash leaves unused are lost."""

MAX_TOLERANCE = 3 * SECOND // 10
"""A slot may be used this late, or by a hundredth of the period if that is less; windows are longer by as much."""

SKEW = 10 * SECOND
"""How much the clocks of machines that share a store may differ. A clock set back by less is waited for."""

PARTS = 250
"""Number of parts of a period in which mails are counted."""


@dataclass(frozen=True, slots=True, order=True)
class Limit:
    """At most ``count`` mails in any window of ``period`` microseconds."""

    period: int
    count: int

    @property
    def name(self) -> str:
        """The period's name."""
        return _NAMES[self.period]

    def __str__(self) -> str:
        return f"{self.count} {'an' if self.name == 'hour' else 'a'} {self.name}"

    @property
    def paces(self) -> bool:
        return self.period <= MINUTE

    @property
    def rate(self) -> float:
        """Mails per microsecond."""
        return self.count / self.period

    @property
    def tolerance(self) -> int:
        """How long a slot may be used after its time."""
        return min(self.period // 100, MAX_TOLERANCE)

    @property
    def window(self) -> int:
        """A span with at most ``count`` slots; longer than the period, so that late use crowds no period."""
        return self.period + self.tolerance

    @property
    def interval(self) -> int:
        """The distance of slots. It is rounded up: otherwise one mail too many would fit into a window."""
        return -(-self.window // self.count)


@dataclass(frozen=True, slots=True)
class Slots:
    """Evenly spaced times at which one mail each may go. If ``count`` is 0, ``first`` is when to ask again."""

    first: int
    interval: int
    count: int

    @property
    def end(self) -> int:
        """The time of the slot after the last."""
        return self.first + self.count * self.interval

    def ready(self, now: int) -> int:
        """How many are due."""
        return min(self.count, (now - self.first) // self.interval + 1) if now >= self.first else 0

    def without(self, count: int) -> Slots:
        """The slots after the first ``count``."""
        return replace(self, first=self.first + count * self.interval, count=self.count - count)

    def since(self, time: int) -> Slots:
        """The slots from ``time`` on."""
        return self.without(min(self.count, max(0, -(-(time - self.first) // self.interval))))

    def shifted(self, by: int) -> Slots:
        """The same slots on another clock."""
        return replace(self, first=self.first + by)


def reserve(limits: Sequence[Limit], used: Used, now: int, most: int, factor: float = 1.0) -> tuple[Slots, Used]:
    """Up to ``most`` slots between ``now`` and the horizon, and the state after them.

    ``factor``: the part of the usual rate, above 0.
    """
    pacing, counting = _kinds(limits)
    interval = round(pacing.interval / factor) if pacing else 1
    used = _up_to_date(used, counting, interval, now)
    first = max(used.next_at, now, *(_free_at(limit, used.marks[limit.period], now) for limit in counting))
    room = min((limit.count - _count(limit, used.marks[limit.period], first) for limit in counting), default=most)
    count = max(0, min(most, room, (now + HORIZON - first) // interval + 1))
    slots = Slots(first, interval, count)
    return slots, _after(used, counting, slots) if count else used


def _kinds(limits: Sequence[Limit]) -> tuple[Limit | None, Sequence[Limit]]:
    """The limit that paces, if any, and those that count: only the shortest one paces."""
    ordered = sorted(limits)
    return (ordered[0], ordered[1:]) if ordered and ordered[0].paces else (None, ordered)


def _up_to_date(used: Used, counting: Sequence[Limit], interval: int, now: int) -> Used:
    """The state without old marks and without impossible times.

    A time that is too far ahead, by more than ``SKEW``, was written before the clock was set back. It counts as now, so
    that sending does not stall until the clock has caught up (E14).
    """
    latest = now + HORIZON
    set_back = used.next_at > latest + SKEW + interval
    marks = {
        limit.period: tuple(
            (min(last, latest) if set_back else last, count)
            for last, count in used.marks.get(limit.period, ())
            if last > now - limit.window
        )
        for limit in counting
    }
    return replace(used, next_at=latest + interval if set_back else used.next_at, marks=marks)


def _count(limit: Limit, marks: Marks, at: int) -> int:
    """How many mails are in a window that ends at ``at``; may include up to one part of the period more."""
    return sum(count for last, count in marks if last > at - limit.window)


def _free_at(limit: Limit, marks: Marks, now: int) -> int:
    """The first time from ``now`` on at which a window contains fewer mails than the limit."""
    left, at = _count(limit, marks, now), now
    for last, count in marks:
        if left < limit.count:
            break
        if last > now - limit.window:
            left, at = left - count, last + limit.window
    return at


def _after(used: Used, counting: Sequence[Limit], slots: Slots) -> Used:
    marks = {limit.period: _marked(limit, used.marks[limit.period], slots) for limit in counting}
    return Used(slots.first if used.since is None else used.since, slots.end, marks)


def _marked(limit: Limit, marks: Marks, slots: Slots) -> Marks:
    """The marks with ``slots`` added, each in its part of the period."""
    part = -(-limit.period // PARTS)
    made = list(marks)
    while slots.count:
        number = slots.first // part
        here = slots.ready((number + 1) * part - 1)
        last = slots.first + (here - 1) * slots.interval
        before = made.pop()[1] if made and made[-1][0] // part == number else 0
        made.append((last, before + here))
        slots = slots.without(here)
    return tuple(made)


def give_back(used: Used, lost: Sequence[Slots]) -> Used:
    """The state without the unused slots ``lost``. Only counts are given back; paced slots are gone."""
    if not used.marks or not lost:
        return used
    times = [slots.first + number * slots.interval for slots in lost for number in range(slots.count)]
    return replace(used, marks={period: _unmarked(period, marks, times) for period, marks in used.marks.items()})


def _unmarked(period: int, marks: Marks, times: Sequence[int]) -> Marks:
    part = -(-period // PARTS)
    unused = Counter(time // part for time in times)
    left = ((last, count - unused[last // part]) for last, count in marks)
    return tuple((last, count) for last, count in left if count > 0)


def sent(limit: Limit, used: Used, now: int) -> int:
    """How many mails a counting limit has counted within its period; may include up to one part more."""
    return _count(limit, used.marks.get(limit.period, ()), now)


def duration(limits: Sequence[Limit], mails: int) -> int:
    """About how long ``mails`` take if nothing was sent before."""
    pacing, counting = _kinds(limits)
    waits = [(mails - 1) // limit.count * limit.window for limit in counting]
    return max([mails * pacing.interval if pacing else 0, *waits]) if mails else 0


def warm_up(days: Sequence[int], used: Used, now: int) -> Limit | None:
    """Today's limit for a new sender, or None after the warm-up; ``days`` has the limit of each day."""
    day = 0 if used.since is None else max(0, now - used.since) // DAY
    return Limit(DAY, days[day]) if day < len(days) else None


def warm_up_wait(days: Sequence[int], used: Used, now: int, mails: int) -> tuple[int, int]:
    """How many of ``mails`` are left after each warm-up day is used up, and the wait until then."""
    since = now if used.since is None else used.since
    marks, at = used.marks.get(DAY, ()), now
    while limit := warm_up(days, replace(used, since=since), at):
        room = max(0, limit.count - _count(limit, marks, at))
        if mails <= room:
            break
        mails -= room
        marks = (*marks, (at, room))
        at = min(_free_at(limit, marks, at), at + DAY - (at - since) % DAY)
    return mails, at - now
