"""No window of a period exceeds its limit, and with enough mail none falls much below it, even after clock changes."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from mailer.model.throttle import Used
from mailer.throttle.limits import (
    DAY,
    HORIZON,
    HOUR,
    MINUTE,
    PARTS,
    SECOND,
    SKEW,
    Limit,
    Slots,
    give_back,
    reserve,
    sent,
    warm_up,
    warm_up_wait,
)

START = 1_800_000_000 * SECOND
LIMITS = st.lists(
    st.builds(Limit, st.sampled_from((SECOND, MINUTE, HOUR, DAY)), st.integers(1, 60)),
    min_size=1,
    max_size=4,
    unique_by=lambda limit: limit.period,
)


def times(slots: Slots) -> list[int]:
    return [slots.first + number * slots.interval for number in range(slots.count)]


def saturated(limits: Sequence[Limit], until: int, most: int = 10_000) -> list[int]:
    """All slots for a caller that asks whenever there may be one."""
    now, used, got = 0, Used(), []
    while now < until:
        slots, used = reserve(limits, used, START + now, most)
        got += times(slots)
        now = max(now + 1, slots.end - START) if slots.count else slots.first - START
    return got


def crowded(limits: Sequence[Limit], got: Sequence[int]) -> list[Limit]:
    """Limits that some window exceeds; checks every window that begins with a slot."""
    return [
        limit
        for limit in limits
        if any(later - first < limit.period for first, later in zip(got, got[limit.count :], strict=False))
    ]


@given(LIMITS, st.lists(st.tuples(st.integers(0, 2 * MINUTE) | st.integers(0, DAY), st.integers(1, 500)), max_size=60))
@settings(deadline=None)
def test_never_more_than_the_count_in_any_window(limits: list[Limit], asked: list[tuple[int, int]]) -> None:
    now, used, got = START, Used(), []
    for pause, most in asked:
        now += pause
        slots, used = reserve(limits, used, now, most)
        assert slots.count <= most
        assert all(now <= time <= now + HORIZON for time in times(slots))
        got += times(slots)
    assert crowded(limits, got) == []
    assert all(first < later for first, later in pairwise(got))


@pytest.mark.parametrize(
    "limits",
    [
        [Limit(MINUTE, 1)],
        [Limit(MINUTE, 7)],
        [Limit(SECOND, 3)],
        [Limit(MINUTE, 60), Limit(HOUR, 100)],
        [Limit(SECOND, 2), Limit(MINUTE, 60)],
        [Limit(SECOND, 5), Limit(MINUTE, 100), Limit(HOUR, 1000), Limit(DAY, 5000)],
        [Limit(HOUR, 30)],
        [Limit(MINUTE, 30), Limit(DAY, 2000)],
    ],
    ids=str,
)
def test_a_limit_is_nearly_reached_and_never_exceeded_in_any_window(limits: list[Limit]) -> None:
    longest = max(limits)
    periods = 12 if longest.period < DAY else 4
    got = saturated(limits, periods * longest.period)
    assert crowded(limits, got) == []
    expected = min(limit.count * (periods * longest.period // limit.period) for limit in limits)
    assert len(got) >= 0.99 * expected


def test_a_limit_a_minute_holds_in_any_minute_exactly() -> None:
    got = saturated([Limit(MINUTE, 10)], 5 * MINUTE)
    most = max(sum(first <= time < first + MINUTE for time in got) for first in got)
    assert most == 10


def test_an_hourly_limit_follows_the_minutes_rate_until_it_is_used_up() -> None:
    got = saturated([Limit(MINUTE, 60), Limit(HOUR, 100)], 3 * MINUTE)
    assert len(got) == 100
    assert got[-1] - got[0] < 101 * SECOND


def test_a_daily_limit_alone_does_not_pace() -> None:
    slots, _ = reserve([Limit(DAY, 500)], Used(), START, 400)
    assert (slots.first, slots.count, slots.end - slots.first) == (START, 400, 400)


def test_unused_slots_are_not_counted_and_the_pace_goes_on() -> None:
    limits = [Limit(SECOND, 10), Limit(HOUR, 100)]
    slots, used = reserve(limits, Used(), START, 5)
    left = give_back(used, [slots.without(2)])
    assert (sent(limits[1], used, START), sent(limits[1], left, START), left.next_at) == (5, 2, used.next_at)
    assert sent(limits[1], give_back(left, [slots]), START) == 0


def test_no_slot_is_reserved_far_ahead() -> None:
    _, used = reserve([Limit(MINUTE, 6)], Used(), START, 1)
    slots, again = reserve([Limit(MINUTE, 6)], used, START + SECOND, 1)
    assert (slots.count, slots.first, again.next_at) == (0, START + 10 * SECOND + 50_000, used.next_at)


@given(LIMITS, st.integers(1, 400 * DAY))
@settings(deadline=None)
def test_E14_a_clock_set_back_stalls_for_one_period_at_most(limits: list[Limit], back: int) -> None:
    _, used = reserve(limits, Used(), START, 10_000)
    now = START - back
    slots, used = reserve(limits, used, now, 1)
    if not slots.count:
        wait = slots.first - now
        slots, used = reserve(limits, used, now + wait // 2, 1)
        assert slots.count or slots.first == now + wait  # asking again does not delay it
        assert wait <= max(limits).window + HORIZON + SKEW + max(limit.interval for limit in limits)
        slots = slots if slots.count else reserve(limits, used, slots.first, 1)[0]
    assert slots.count == 1


def test_E14_a_clock_set_back_does_not_raise_the_rate() -> None:
    limits = [Limit(MINUTE, 60), Limit(HOUR, 60)]
    _, used = reserve(limits, Used(), START, 1)
    for number in range(1, 60):
        _, used = reserve(limits, used, START + number * 1_005_000, 1)
    slots, _ = reserve(limits, used, START - HOUR, 1)
    assert (slots.count, slots.first) == (0, START - HOUR + HORIZON + max(limits).window)


def test_a_part_of_the_usual_rate() -> None:
    slots, _ = reserve([Limit(SECOND, 100), Limit(DAY, 500)], Used(), START, 10_000, 1 / 4)
    assert (slots.interval, slots.count) == (40_400, 13)


@pytest.mark.parametrize(("day", "limit"), [(None, 50), (0, 50), (0.99, 50), (1, 100), (2.5, 500), (3, None)], ids=str)
def test_warm_up(day: float | None, limit: int | None) -> None:
    used = Used(None if day is None else START)
    now = START + round((day or 0) * DAY)
    assert warm_up((50, 100, 500), used, now) == (limit and Limit(DAY, limit))


@given(
    st.lists(st.integers(1, 20), max_size=4),
    st.lists(st.tuples(st.integers(1, DAY), st.integers(1, 5)), max_size=4),
    st.integers(1, 120),
)
@example([2, 6], [(1, 1)], 7)
@settings(deadline=None)
def test_how_long_a_warm_up_makes_mails_wait(days: list[int], before: list[tuple[int, int]], mails: int) -> None:
    now, used = START, Used()
    for later, wanted in before:
        limit = warm_up(days, used, now)
        _, used = reserve([limit] if limit else [], used, now, wanted)
        now += later
    begun, state, left = now, used, mails
    since = now if used.since is None else used.since
    while limit := warm_up(days, used, now):  # as the sender does
        slots, used = reserve([limit], used, now, left)
        if slots.count == left:
            break
        left -= slots.count
        now = min(now + 1 if slots.count else slots.first, now + DAY - (now - since) % DAY)
    last, wait = warm_up_wait(days, state, begun, mails)
    assert 0 < last <= mails
    assert abs(wait - (now - begun)) <= -(-DAY // PARTS) + SECOND  # mails are counted in parts of the period


@pytest.mark.parametrize(
    ("now", "ready", "fresh"), [(99, 0, 5), (100, 1, 5), (109, 1, 4), (110, 2, 4), (140, 5, 1), (150, 5, 0)]
)
def test_slots_become_due_and_expire(now: int, ready: int, fresh: int) -> None:
    slots = Slots(100, 10, 5)
    assert (slots.ready(now), slots.since(now).count) == (ready, fresh)
