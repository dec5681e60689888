"""The rate holds in every window, over restarts, and whatever the clock does."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mailer.outbox.throttle import Rate, after_one, earliest
from tests.fakes import NOON

RATES = st.builds(Rate, st.integers(1, 500), st.timedeltas(timedelta(seconds=1), timedelta(hours=1)))


def send_as_fast_as_allowed(rate: Rate, idle: list[timedelta]) -> list[datetime]:
    """When each mail went, where the sender asks again at once or after a while, as after a restart."""
    now, stored, sent = NOON, None, []
    for pause in idle:
        now = earliest(rate, stored, now + pause)
        sent.append(now)
        stored = after_one(rate, now)
    return sent


@given(RATES, st.lists(st.just(timedelta()) | st.timedeltas(timedelta(), timedelta(minutes=5)), max_size=600))
def test_never_more_than_the_rate_in_any_window(rate: Rate, idle: list[timedelta]) -> None:
    sent = send_as_fast_as_allowed(rate, idle)
    assert [b - a for a, b in zip(sent, sent[rate.count :], strict=False) if b - a < rate.period] == []


def test_a_rate_that_does_not_divide_its_period_is_rounded_down() -> None:
    rate = Rate(7, timedelta(seconds=100))
    sent = send_as_fast_as_allowed(rate, [timedelta()] * 8)
    assert sent[-1] - sent[0] >= rate.period


@pytest.mark.parametrize(
    ("stored", "wait"),
    [
        (None, 0),
        (timedelta(seconds=-5), 0),
        (timedelta(0), 0),
        (timedelta(seconds=4), 4),
        (timedelta(seconds=10), 10),
        (timedelta(days=1), 10),
    ],
    ids=str,
)
def test_E14_how_long_to_wait(stored: timedelta | None, wait: int) -> None:
    next_at = None if stored is None else NOON + stored
    assert earliest(Rate(6, timedelta(minutes=1)), next_at, NOON) == NOON + timedelta(seconds=wait)


@given(RATES, st.timedeltas(timedelta(), timedelta(days=400)))
def test_E14_a_clock_set_back_stalls_for_one_interval_at_most(rate: Rate, back: timedelta) -> None:
    now = NOON - back
    stored = earliest(rate, after_one(rate, NOON), now)
    assert earliest(rate, stored, now + rate.interval) == now + rate.interval
