"""How many mails may go, and when: counts per period, as pure functions over a stored state.

Two kinds of limit, told apart by their period. One a second or a minute *paces*: slots are evenly spaced, by the
generic cell rate algorithm without bursts. One an hour or a day *counts*: it lets go whatever the pace lets go, until
its own count is used up. Neither ever has more than its count in any window of its period, and both keep within one
per cent of it while there is enough to send.

Times are whole microseconds: the sums are exact, and a store keeps them in one column.
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
"""How far ahead slots are given out: what a crash leaves unused is lost."""

LATE = 3 * SECOND // 10
"""A slot is used at most so late, or by a hundredth of its period; a window is counted by so much longer."""

SKEW = 10 * SECOND
"""By how much the clocks of machines that share a store may differ; a clock that is set back by less is waited for."""

PARTS = 250
"""What was sent is counted in so many parts of a period."""


@dataclass(frozen=True, slots=True, order=True)
class Limit:
    """At most ``count`` mails in any window of ``period`` microseconds."""

    period: int
    count: int

    @property
    def name(self) -> str:
        """The period's."""
        return _NAMES[self.period]

    def __str__(self) -> str:
        return f"{self.count} {'an' if self.name == 'hour' else 'a'} {self.name}"

    @property
    def paces(self) -> bool:
        return self.period <= MINUTE

    @property
    def rate(self) -> float:
        """Mails a microsecond."""
        return self.count / self.period

    @property
    def patience(self) -> int:
        """For how long a slot that came is still good."""
        return min(self.period // 100, LATE)

    @property
    def window(self) -> int:
        """Within which no more than ``count`` slots are given out, so that those used late crowd no period."""
        return self.period + self.patience

    @property
    def interval(self) -> int:
        """Rounded up: rounded down, one mail too many would fit into a window."""
        return -(-self.window // self.count)


@dataclass(frozen=True, slots=True)
class Slots:
    """Times at which one mail each may go, evenly spaced; where ``count`` is 0, ``first`` is when to ask again."""

    first: int
    interval: int
    count: int

    @property
    def end(self) -> int:
        """Where the next one would be."""
        return self.first + self.count * self.interval

    def ready(self, now: int) -> int:
        """How many have come."""
        return min(self.count, (now - self.first) // self.interval + 1) if now >= self.first else 0

    def without(self, count: int) -> Slots:
        """What is left when the first ``count`` are gone."""
        return replace(self, first=self.first + count * self.interval, count=self.count - count)

    def since(self, time: int) -> Slots:
        """Those that are not before ``time``."""
        return self.without(min(self.count, max(0, -(-(time - self.first) // self.interval))))

    def shifted(self, by: int) -> Slots:
        """The same on another clock."""
        return replace(self, first=self.first + by)


def reserve(limits: Sequence[Limit], used: Used, now: int, most: int, factor: float = 1.0) -> tuple[Slots, Used]:
    """Up to ``most`` slots between ``now`` and the horizon, and what is used then.

    ``factor``: the part of the pace that is left, above 0.
    """
    pace, counting = _kinds(limits)
    interval = round(pace.interval / factor) if pace else 1
    used = _believed(used, counting, interval, now)
    first = max(used.next_at, now, *(_free_at(limit, used.marks[limit.period], now) for limit in counting))
    room = min((limit.count - _count(limit, used.marks[limit.period], first) for limit in counting), default=most)
    count = max(0, min(most, room, (now + HORIZON - first) // interval + 1))
    slots = Slots(first, interval, count)
    return slots, _after(used, counting, slots) if count else used


def _kinds(limits: Sequence[Limit]) -> tuple[Limit | None, Sequence[Limit]]:
    """The limit that paces, if there is one, and those that count: a minute beside a second counts too."""
    ordered = sorted(limits)
    return (ordered[0], ordered[1:]) if ordered and ordered[0].paces else (None, ordered)


def _believed(used: Used, counting: Sequence[Limit], interval: int, now: int) -> Used:
    """Without what is out of date; and nothing is further ahead than it can be.

    What is, by more than ``SKEW``, was written before the clock was set back. It counts as of this moment, so that we
    do not stall until the clock has caught up (E14).
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
    """What a window that ends at ``at`` holds, and at most a part of it more."""
    return sum(count for last, count in marks if last > at - limit.window)


def _free_at(limit: Limit, marks: Marks, now: int) -> int:
    """The first time, from ``now`` on, at which a window holds less than the limit."""
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
    """With ``slots`` entered, each in its part of the period."""
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


def returned(used: Used, lost: Sequence[Slots]) -> Used:
    """What was given out when it turns out that nobody used ``lost``. A pace does not turn back, what counts does."""
    if not used.marks or not lost:
        return used
    times = [slots.first + number * slots.interval for slots in lost for number in range(slots.count)]
    return replace(used, marks={period: _unmarked(period, marks, times) for period, marks in used.marks.items()})


def _unmarked(period: int, marks: Marks, times: Sequence[int]) -> Marks:
    part = -(-period // PARTS)
    gone = Counter(time // part for time in times)
    left = ((last, count - gone[last // part]) for last, count in marks)
    return tuple((last, count) for last, count in left if count > 0)


def sent(limit: Limit, used: Used, now: int) -> int:
    """What a limit that counts has counted within its period, and at most a part of it more."""
    return _count(limit, used.marks.get(limit.period, ()), now)


def duration(limits: Sequence[Limit], mails: int) -> int:
    """About how long ``mails`` take, where nothing was sent before."""
    pace, counting = _kinds(limits)
    waits = [(mails - 1) // limit.count * limit.window for limit in counting]
    return max([mails * pace.interval if pace else 0, *waits]) if mails else 0


def warm_up(days: Sequence[int], used: Used, now: int) -> Limit | None:
    """The day's limit for a sender that is new, or None once it is known: ``days`` says how many on each day."""
    day = 0 if used.since is None else max(0, now - used.since) // DAY
    return Limit(DAY, days[day]) if day < len(days) else None


def warming(days: Sequence[int], used: Used, now: int, mails: int) -> tuple[int, int]:
    """Of so many mails, those whose turn is last if the days' limits are used up, and how long until it comes."""
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
