"""Every state of a breaker, and every signal in it."""

from __future__ import annotations

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mailer.model.outbox import Delivery, Outcome
from mailer.model.throttle import Breaker
from mailer.throttle.breaker import FACTOR_STEP, MIN_FACTOR, Signal, next_breaker, signal_of
from tests.fakes import NOON

MINUTE = timedelta(minutes=1)
REPLY = "421 4.7.0 try again later"


@pytest.mark.parametrize(
    ("state", "reply", "signal"),
    [
        (Delivery.SENT, "250 ok", Signal.ACCEPTED),
        (Delivery.DEFERRED, "421 too many connections", Signal.THROTTLED),
        (Delivery.DEFERRED, "421 4.7.0 [TSS04] temporarily deferred", Signal.THROTTLED),
        (Delivery.DEFERRED, "451 4.7.500 server busy", Signal.THROTTLED),
        (Delivery.DEFERRED, "451 4.7.650 temporarily rate limited", Signal.THROTTLED),
        (Delivery.DEFERRED, "432 4.3.2 concurrent connection limit exceeded", Signal.THROTTLED),
        (Delivery.DEFERRED, "450 4.2.1 receiving mail at a rate that", None),
        (Delivery.DEFERRED, "452 4.2.2 mailbox full", None),
        (Delivery.DEFERRED, "451 greylisted for 421 seconds", None),
        (Delivery.DEFERRED, "connection lost before the message was complete: reset", None),
        (Delivery.DEFERRED, "421 4.7.28 unusual rate", Signal.REFUSED),
        (Delivery.DEFERRED, "550 5.7.26 unauthenticated", Signal.REFUSED),
        (Delivery.DEFERRED, "550 5.7.515 access denied", Signal.REFUSED),
        (Delivery.FAILED, "550 5.1.1 no such user", None),
        (Delivery.FAILED, "550 5.7.1 not allowed", None),
        (Delivery.DOUBTFUL, "connection lost after the final dot", None),
    ],
    ids=str,
)
def test_what_an_outcome_says_about_us(state: Delivery, reply: str, signal: Signal | None) -> None:
    assert signal_of(Outcome(1, state, reply)) is signal


def slowed(factor: float, strikes: int, minutes: float) -> Breaker:
    return Breaker(factor, strikes, NOON + minutes * MINUTE, REPLY)


def opened(strikes: int, minutes: float, trying: bool = False) -> Breaker:
    return Breaker(0.0, strikes, NOON + minutes * MINUTE, REPLY, trying)


@pytest.mark.parametrize(
    ("before", "signal", "expected"),
    [
        (None, Signal.ACCEPTED, None),
        (None, Signal.THROTTLED, slowed(1 / 2, 1, 1)),
        (slowed(1 / 2, 1, 0), Signal.THROTTLED, slowed(1 / 4, 2, 2)),
        (slowed(1 / 2, 1, 0.5), Signal.THROTTLED, slowed(1 / 2, 1, 0.5)),
        (slowed(MIN_FACTOR, 6, 0), Signal.THROTTLED, slowed(MIN_FACTOR, 7, 60)),
        (slowed(MIN_FACTOR, 99, 0), Signal.THROTTLED, slowed(MIN_FACTOR, 100, 60)),
        (slowed(1 / 2, 1, 0), Signal.ACCEPTED, slowed(1 / 2 + FACTOR_STEP, 1, 0)),
        (slowed(1 - FACTOR_STEP, 3, 0), Signal.ACCEPTED, None),
        (slowed(1 / 2, 1, 0), Signal.REFUSED, opened(1, 15)),
    ],
    ids=str,
)
def test_a_domain_is_slowed_and_gets_faster_again(
    before: Breaker | None, signal: Signal, expected: Breaker | None
) -> None:
    assert next_breaker(before, signal, NOON, REPLY) == expected


@pytest.mark.parametrize(
    ("before", "signal", "expected"),
    [
        (None, Signal.REFUSED, opened(1, 15)),
        (opened(1, 5), Signal.REFUSED, opened(1, 5)),
        (opened(1, 5), Signal.THROTTLED, opened(1, 5)),
        (opened(1, 5), Signal.ACCEPTED, None),
        (opened(1, 10, trying=True), Signal.REFUSED, opened(2, 30)),
        (opened(1, 10, trying=True), Signal.THROTTLED, opened(1, 10, trying=True)),
        (opened(1, 10, trying=True), Signal.ACCEPTED, None),
        (opened(9, 10, trying=True), Signal.REFUSED, opened(10, 240)),
    ],
    ids=str,
)
def test_E10_the_breaker_opens_tries_and_closes(
    before: Breaker | None, signal: Signal, expected: Breaker | None
) -> None:
    assert next_breaker(before, signal, NOON, REPLY) == expected


def test_E10_while_one_mail_is_tried_no_other_goes() -> None:
    assert opened(3, 0).tried(NOON) == opened(3, 10, trying=True)


@given(st.lists(st.tuples(st.sampled_from(Signal), st.integers(0, 90)), max_size=300))
def test_accepted_mails_always_close_a_breaker(signals: list[tuple[Signal, int]]) -> None:
    now, breaker = NOON, None
    for signal, minutes in signals:
        now += minutes * MINUTE
        breaker = next_breaker(breaker, signal, now, REPLY)
        assert breaker is None or 0 <= breaker.factor < 1
        assert breaker is None or breaker.until <= now + timedelta(hours=4)
    for _ in range(round(1 / FACTOR_STEP)):
        breaker = next_breaker(breaker, Signal.ACCEPTED, now, REPLY)
    assert breaker is None
