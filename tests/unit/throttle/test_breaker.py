"""Every state of a brake, and everything that can be heard in it."""

from __future__ import annotations

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mailer.model.outbox import Delivery, Outcome
from mailer.model.throttle import Breaker
from mailer.throttle.breaker import LEAST, REGAINED, Heard, after, heard
from tests.fakes import NOON

MINUTE = timedelta(minutes=1)
WORDS = "421 4.7.0 try again later"


@pytest.mark.parametrize(
    ("state", "reply", "what"),
    [
        (Delivery.SENT, "250 ok", Heard.TAKEN),
        (Delivery.DEFERRED, "421 too many connections", Heard.ENOUGH),
        (Delivery.DEFERRED, "421 4.7.0 [TSS04] temporarily deferred", Heard.ENOUGH),
        (Delivery.DEFERRED, "451 4.7.500 server busy", Heard.ENOUGH),
        (Delivery.DEFERRED, "451 4.7.650 temporarily rate limited", Heard.ENOUGH),
        (Delivery.DEFERRED, "432 4.3.2 concurrent connection limit exceeded", Heard.ENOUGH),
        (Delivery.DEFERRED, "450 4.2.1 receiving mail at a rate that", None),
        (Delivery.DEFERRED, "452 4.2.2 mailbox full", None),
        (Delivery.DEFERRED, "451 greylisted for 421 seconds", None),
        (Delivery.DEFERRED, "connection lost before the message was complete: reset", None),
        (Delivery.DEFERRED, "421 4.7.28 unusual rate", Heard.REFUSED),
        (Delivery.DEFERRED, "550 5.7.26 unauthenticated", Heard.REFUSED),
        (Delivery.DEFERRED, "550 5.7.515 access denied", Heard.REFUSED),
        (Delivery.FAILED, "550 5.1.1 no such user", None),
        (Delivery.FAILED, "550 5.7.1 not allowed", None),
        (Delivery.DOUBTFUL, "connection lost after the final dot", None),
    ],
    ids=str,
)
def test_what_a_reply_says_of_us(state: Delivery, reply: str, what: Heard | None) -> None:
    assert heard(Outcome(1, state, reply)) is what


def slowed(factor: float, strikes: int, minutes: float) -> Breaker:
    return Breaker(factor, strikes, NOON + minutes * MINUTE, WORDS)


def opened(strikes: int, minutes: float, trying: bool = False) -> Breaker:
    return Breaker(0.0, strikes, NOON + minutes * MINUTE, WORDS, trying)


@pytest.mark.parametrize(
    ("before", "what", "then"),
    [
        (None, Heard.TAKEN, None),
        (None, Heard.ENOUGH, slowed(1 / 2, 1, 1)),
        (slowed(1 / 2, 1, 0), Heard.ENOUGH, slowed(1 / 4, 2, 2)),
        (slowed(1 / 2, 1, 0.5), Heard.ENOUGH, slowed(1 / 2, 1, 0.5)),
        (slowed(LEAST, 6, 0), Heard.ENOUGH, slowed(LEAST, 7, 60)),
        (slowed(LEAST, 99, 0), Heard.ENOUGH, slowed(LEAST, 100, 60)),
        (slowed(1 / 2, 1, 0), Heard.TAKEN, slowed(1 / 2 + REGAINED, 1, 0)),
        (slowed(1 - REGAINED, 3, 0), Heard.TAKEN, None),
        (slowed(1 / 2, 1, 0), Heard.REFUSED, opened(1, 15)),
    ],
    ids=str,
)
def test_slower_and_faster_again(before: Breaker | None, what: Heard, then: Breaker | None) -> None:
    assert after(before, what, NOON, WORDS) == then


@pytest.mark.parametrize(
    ("before", "what", "then"),
    [
        (None, Heard.REFUSED, opened(1, 15)),
        (opened(1, 5), Heard.REFUSED, opened(1, 5)),
        (opened(1, 5), Heard.ENOUGH, opened(1, 5)),
        (opened(1, 5), Heard.TAKEN, None),
        (opened(1, 10, trying=True), Heard.REFUSED, opened(2, 30)),
        (opened(1, 10, trying=True), Heard.ENOUGH, opened(1, 10, trying=True)),
        (opened(1, 10, trying=True), Heard.TAKEN, None),
        (opened(9, 10, trying=True), Heard.REFUSED, opened(10, 240)),
    ],
    ids=str,
)
def test_E10_the_breaker_opens_tries_and_closes(before: Breaker | None, what: Heard, then: Breaker | None) -> None:
    assert after(before, what, NOON, WORDS) == then


def test_E10_a_trial_lets_nothing_else_go_before_it_is_answered() -> None:
    assert opened(3, 0).tried(NOON) == opened(3, 10, trying=True)


@given(st.lists(st.tuples(st.sampled_from(Heard), st.integers(0, 90)), max_size=300))
def test_a_brake_always_comes_off_again(said: list[tuple[Heard, int]]) -> None:
    now, breaker = NOON, None
    for what, minutes in said:
        now += minutes * MINUTE
        breaker = after(breaker, what, now, WORDS)
        assert breaker is None or 0 <= breaker.factor < 1
        assert breaker is None or breaker.until <= now + timedelta(hours=4)
    for _ in range(round(1 / REGAINED)):
        breaker = after(breaker, Heard.TAKEN, now, WORDS)
    assert breaker is None
