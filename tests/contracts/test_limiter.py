"""No slot is reserved twice, even by several processes at the same time."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from itertools import pairwise

import pytest

from mailer.model.throttle import TOTAL, Breaker, microseconds
from mailer.store.database import SqlStore
from mailer.throttle.limits import HOUR, SECOND, Limit
from mailer.throttle.policy import KeyState, Policy
from tests.contracts.stores import STORES, new_store
from tests.fakes import NOON

SHARED = Policy("relay.example", (Limit(SECOND, 20), Limit(HOUR, 100)))
START = microseconds(NOON)


@pytest.fixture(params=[made for made in STORES if "sqlite memory" not in made.values])
def url(request: pytest.FixtureRequest) -> str:
    with closing(new_store(request, request.param)) as store:
        return store.url


def together(url: str, ask: Callable[[SqlStore, int], list[int]]) -> list[int]:
    """The slots of four threads that each ask ten times at the same time."""

    def one(number: int) -> list[int]:
        with closing(SqlStore(url)) as store:
            return [slot for turn in range(10) for slot in ask(store, turn)]

    with ThreadPoolExecutor(4) as pool:
        return sorted(slot for got in pool.map(one, range(4)) for slot in got)


def slots(store: SqlStore, key: str, now: int) -> list[int]:
    with store.transaction(alone=False) as work:
        state = KeyState(work.throttle.locked([key])[key], work.throttle.breakers().get(key))
        reservation = SHARED.reserve(key, state, now, 3)
        work.throttle.give_out({key: reservation.state.used})
        if reservation.state.breaker != state.breaker:
            work.throttle.set_breaker(key, reservation.state.breaker)
    return [reservation.slots.first + number * reservation.slots.interval for number in range(reservation.slots.count)]


def test_no_slot_is_reserved_twice_or_too_early(url: str) -> None:
    got = together(url, lambda store, turn: slots(store, TOTAL, START + turn * SECOND // 2))
    assert len(got) > 20
    assert [b - a for a, b in pairwise(got) if b - a < 50_500] == []
    assert [a for a, b in zip(got, got[100:], strict=False) if b - a < HOUR] == []


def test_E10_only_one_process_tries_an_open_breaker(url: str) -> None:
    key = SHARED.relay_key
    with closing(SqlStore(url)) as store, store.transaction() as work:
        work.throttle.set_breaker(key, Breaker(0.0, 1, NOON, "550 5.7.26 unauthenticated"))
    assert together(url, lambda store, turn: slots(store, key, START + turn)) == [pytest.approx(START, abs=9)]
