"""How mail to an address fares: what counts, what follows, and how it is forgotten."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mailer.message import Address
from mailer.model.bounces import (
    DAY,
    FORGOTTEN_BELOW,
    TRANSITIONS,
    AddressState,
    BouncePolicy,
    Bouncing,
    Event,
    Sign,
    decayed,
    forgotten_after,
    is_about_us,
    refused,
    sign_of,
    step,
    suppression_of,
)
from mailer.model.outbox import Fate
from mailer.model.reports import Reported, Why
from mailer.model.suppressions import Cause

NOON = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)
POLICY = BouncePolicy()
GONE = Sign(Event.GONE, 0.0, Why.USER_UNKNOWN, "5.1.1", "550 5.1.1 nobody")
FULL = Sign(Event.SOFT, 1.0, Why.MAILBOX_FULL, "4.2.2", "452 4.2.2 full")
SIGNS = {
    Event.GONE: GONE,
    Event.SOFT: FULL,
    Event.TOO_MANY: FULL,
    **{event: Sign(event) for event in (Event.ARRIVED, Event.HEARD, Event.DUE, Event.NOT_NEEDED, Event.REVIVED)},
}
S = AddressState
EXPECTED: dict[AddressState, dict[Event, AddressState]] = {
    S.OK: {Event.GONE: S.SUSPENDED, Event.SOFT: S.TROUBLED, Event.TOO_MANY: S.HELD},
    S.TROUBLED: {Event.GONE: S.SUSPENDED, Event.SOFT: S.TROUBLED, Event.TOO_MANY: S.HELD},
    S.HELD: {Event.GONE: S.SUSPENDED, Event.SOFT: S.HELD, Event.TOO_MANY: S.HELD, Event.DUE: S.TROUBLED},
    S.SUSPENDED: {
        Event.GONE: S.SUSPENDED,
        Event.SOFT: S.SUSPENDED,
        Event.TOO_MANY: S.SUSPENDED,
        Event.ARRIVED: S.SUSPENDED,
        Event.DUE: S.RETRIED,
    },
    S.RETRIED: {Event.GONE: S.REMOVED, Event.SOFT: S.SUSPENDED, Event.TOO_MANY: S.SUSPENDED, Event.DUE: S.TROUBLED},
    S.REMOVED: {event: S.REMOVED for event in Event if event not in (Event.HEARD, Event.REVIVED)},
}
"""Every pair that is not here leads to OK."""


def in_state(state: AddressState, score: float = 1.0) -> Bouncing | None:
    known = Bouncing(state, score, NOON, NOON, NOON, NOON, 1, NOON, Why.OTHER, "", "before")
    return None if state is S.OK else known


@pytest.mark.parametrize(("state", "event"), list(product(S, Event)))
def test_every_state_and_event_has_its_next_state(state: AddressState, event: Event) -> None:
    expected = EXPECTED[state].get(event, S.OK)
    assert TRANSITIONS[state][event] is expected
    score = POLICY.hold_at if event is Event.TOO_MANY else 0.0
    later = NOON + 2 * DAY
    before = in_state(state)
    sign = SIGNS[event]._replace(weight=score) if event is Event.TOO_MANY else SIGNS[event]
    after = step(before, sign, later, POLICY)
    assert (after.state if after else S.OK) is expected


@pytest.mark.parametrize("state", S)
def test_B10_no_soft_failure_removes_anybody(state: AddressState) -> None:
    after = in_state(state)
    for day in range(100):
        after = step(after, FULL._replace(weight=100.0), NOON + day * DAY, POLICY)
    assert (after is not None and after.state is S.REMOVED) == (state is S.REMOVED)


def test_an_address_that_does_not_exist_is_suspended_tried_again_and_removed() -> None:
    suspended = step(None, GONE, NOON, POLICY)
    assert suspended is not None
    assert (suspended.state, suspended.next_at) == (S.SUSPENDED, NOON + timedelta(days=7))
    assert step(suspended, GONE, NOON + DAY, POLICY) == suspended
    week = NOON + timedelta(days=7)
    retried = step(suspended, Sign(Event.DUE), week, POLICY)
    assert retried is not None
    assert (retried.state, retried.next_at, retried.tries) == (S.RETRIED, week + timedelta(days=5), 1)
    late = GONE._replace(written_at=NOON)
    assert step(retried, late, week + DAY, POLICY) == retried  # about a mail from before the try
    removed = step(retried, GONE._replace(written_at=week), week + DAY, POLICY)
    assert removed is not None
    assert (removed.state, removed.next_at, removed.reply) == (S.REMOVED, None, GONE.reply)


def test_an_address_from_which_nothing_comes_back_gets_mail_again_and_is_watched() -> None:
    after = step(in_state(S.RETRIED, 0.0), Sign(Event.DUE), NOON + 5 * DAY, POLICY)
    assert after is not None
    assert (after.state, after.score, after.next_at) == (S.TROUBLED, 1.0, NOON + 5 * DAY + POLICY.half_life)
    assert step(after, Sign(Event.DUE), NOON + 40 * DAY, POLICY) is None


def test_a_try_that_shows_nothing_is_repeated_later_each_time() -> None:
    after, waits = in_state(S.RETRIED, 0.0), []
    now = NOON
    for _ in range(6):
        after = step(after, FULL, now, POLICY)
        assert after is not None
        assert after.next_at is not None
        waits.append((after.next_at - now).days)
        now = after.next_at
        after = step(after, Sign(Event.DUE), now, POLICY)
    assert waits == [14, 28, 56, 90, 90, 90]


def test_failures_of_one_day_count_once_and_more_of_them_hold_an_address_for_a_time() -> None:
    after = step(None, FULL, NOON, POLICY)
    for hour in range(1, 24):
        after = step(after, FULL, NOON + timedelta(hours=hour), POLICY)
    assert after is not None
    assert (after.state, after.score) == (S.TROUBLED, 1.0)
    states = []
    for day in range(1, 7):
        after = step(after, FULL, NOON + day * DAY, POLICY)
        assert after is not None
        states.append(after.state)
    assert states == [S.TROUBLED] * 3 + [S.HELD] * 3
    assert after.next_at == NOON + 4 * DAY + POLICY.hold_for
    never = replace(POLICY, hold_at=0)
    assert step(after and replace(after, state=S.TROUBLED), FULL, NOON + 9 * DAY, never).state is S.TROUBLED  # type: ignore[union-attr]


@pytest.mark.parametrize(
    ("fate", "why", "event", "weight"),
    [
        (Fate.REFUSED, Why.USER_UNKNOWN, Event.GONE, 0.0),
        (Fate.REFUSED, Why.HOST_UNKNOWN, Event.GONE, 0.0),
        (Fate.REFUSED, Why.OTHER, Event.SOFT, 2.0),
        (Fate.RETURNED, Why.USER_UNKNOWN, Event.SOFT, 1.0),
        (Fate.RETURNED, Why.MAILBOX_FULL, Event.SOFT, 1.0),
        (Fate.RETURNED, Why.EXPIRED, Event.SOFT, 1.0),
        (Fate.ARRIVED, Why.OTHER, Event.ARRIVED, 0.0),
    ],
)
def test_what_a_report_says_of_a_reader(fate: Fate, why: Why, event: Event, weight: float) -> None:
    sign = sign_of(Reported("a@x.example", fate, "words", "", why))
    assert sign is not None
    assert (sign.event, sign.weight) == (event, weight)


@pytest.mark.parametrize("why", [Why.BLOCKED, Why.SPAM, Why.POLICY, Why.SENDER_REJECTED, Why.RELAYING])
@pytest.mark.parametrize("fate", [Fate.REFUSED, Fate.RETURNED, Fate.DELAYED])
def test_what_is_about_us_says_nothing_of_a_reader(fate: Fate, why: Why) -> None:
    report = Reported("a@x.example", fate, "words", "", why)
    assert (sign_of(report), is_about_us(report)) == (None, fate is not Fate.DELAYED)


def test_a_warning_says_nothing() -> None:
    assert sign_of(Reported("a@x.example", Fate.DELAYED, "still trying", "4.4.1", Why.EXPIRED)) is None


@pytest.mark.parametrize(
    ("reply", "fate", "status", "why"),
    [
        ("550 5.1.1 <a@x.example>: Recipient address rejected: User unknown", Fate.REFUSED, "5.1.1", Why.USER_UNKNOWN),
        ("550 no such user here", Fate.REFUSED, "", Why.USER_UNKNOWN),
        ("552 5.2.2 mailbox full", Fate.RETURNED, "5.2.2", Why.MAILBOX_FULL),
        ("given up: 451 4.3.0 try later", Fate.RETURNED, "4.3.0", Why.OTHER),
        ("554 5.7.1 blocked by our block list", Fate.RETURNED, "5.7.1", Why.BLOCKED),
        ("550 4.2.0 odd", Fate.RETURNED, "4.2.0", Why.OTHER),
        ("no connection", Fate.RETURNED, "", Why.OTHER),
    ],
)
def test_a_refusal_by_smtp_is_read_in_the_same_terms(reply: str, fate: Fate, status: str, why: Why) -> None:
    assert refused("a@x.example", reply) == Reported("a@x.example", fate, reply, status, why)


@pytest.mark.parametrize(
    ("state", "cause"),
    [
        (S.OK, None),
        (S.TROUBLED, None),
        (S.HELD, Cause.HELD),
        (S.SUSPENDED, Cause.SUSPENDED),
        (S.RETRIED, Cause.SUSPENDED),
        (S.REMOVED, Cause.BOUNCED),
    ],
)
def test_what_stops_mailings(state: AddressState, cause: Cause | None) -> None:
    found = suppression_of(Address.parse("a@x.example"), in_state(state), NOON)
    assert (found.cause if found else None, state.stops_mailings) == (cause, cause is not None)


# --- decay ---

SCORES = st.floats(0.0, 1_000.0)
SPANS = st.timedeltas(timedelta(), timedelta(days=3650))
HALF_LIVES = st.timedeltas(timedelta(days=1), timedelta(days=365))


@given(SCORES, SPANS, SPANS, HALF_LIVES)
def test_a_score_decays_by_the_time_alone(score: float, one: timedelta, two: timedelta, half_life: timedelta) -> None:
    parts = decayed(decayed(score, one, half_life), two, half_life)
    assert parts == pytest.approx(decayed(score, one + two, half_life), rel=1e-9, abs=1e-300)
    assert 0.0 <= parts <= score


@given(SCORES, HALF_LIVES)
def test_a_score_halves_in_its_half_life_and_a_clock_set_back_changes_nothing(score: float, life: timedelta) -> None:
    assert decayed(score, life, life) == score / 2
    assert decayed(score, -life, life) == score


@given(st.floats(FORGOTTEN_BELOW, 1_000.0), HALF_LIVES)
def test_a_score_is_forgotten_when_it_is_small(score: float, life: timedelta) -> None:
    assert decayed(score, forgotten_after(score, life), life) == pytest.approx(FORGOTTEN_BELOW, rel=1e-6)


@given(st.lists(st.tuples(st.timedeltas(timedelta(), timedelta(days=60)), st.sampled_from([1.0, 2.0])), max_size=30))
def test_failures_never_count_more_than_they_are(failures: list[tuple[timedelta, float]]) -> None:
    after, now = None, NOON
    for pause, weight in failures:
        now += pause
        after = step(after, FULL._replace(weight=weight), now, POLICY)
    if after is not None:
        assert after.score_at(now, POLICY.half_life) <= sum(weight for _, weight in failures)
        assert after.state in (S.TROUBLED, S.HELD)
