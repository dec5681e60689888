"""Which rows go, which are put aside and which wait, over a real store and with a clock in hand."""

from __future__ import annotations

import multiprocessing
from collections import deque
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, time, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from mailer.adapters.clock import SystemClock
from mailer.model.outbox import Delivery, Due, Outcome
from mailer.model.throttle import TOTAL, Breaker
from mailer.ports import Work
from mailer.sending.limiter import Limiter
from mailer.store.database import SqlStore
from mailer.throttle.limits import DAY, HOUR, MINUTE, SECOND, Limit
from mailer.throttle.policy import DomainPolicy, Policy, Stored
from mailer.throttle.quiet_hours import Quiet
from tests.fakes import NOON, FakeClock
from tests.new_store import make
from tests.waiting import PATIENCE

FAST = Limit(SECOND, 1_000_000)
RELAY = "relay.example"


def row(number: int, domain: str = "x.example") -> Due:
    return Due(number, f"r{number}@{domain}", domain, f"<{number}@x>", 1, None, 1, None, "", "", None, "", "")


@dataclass
class Post:
    """A process that sends, as far as the gate sees it."""

    store: SqlStore
    clock: FakeClock
    pace: Policy
    told: list[str] = field(default_factory=list)
    sent: list[tuple[float, int]] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.start()

    def start(self) -> None:
        """A process of its own: what the last one had at hand is gone."""
        self.limiter = Limiter(self.store, self.clock, self.pace, lambda work, key, breaker: self.told.append(key))
        self.limiter.begin()

    def send(self, rows: Sequence[Due], seconds: float, most: int = 20) -> list[int]:
        """Admit what may go for so long, as a transport and its ledger would."""
        until, waiting = self.clock.monotonic() + seconds, list(rows)
        before = len(self.sent)
        while waiting and self.clock.monotonic() < until:
            held = self.limiter.held()
            read = deque(row for row in waiting if row.domain not in held)
            gone = [row.id for row in self.limiter.admit(read, most)] if read else []
            self.sent += [(self.clock.monotonic(), number) for number in gone]
            waiting = [row for row in waiting if row.id not in gone]
            if not gone:
                wait = self.limiter.wait(read)
                self.clock.sleep(1.0 if wait is None else min(max(wait, 1e-5), 0.25))
        return [number for _, number in self.sent[before:]]

    def hears(self, row: Due, state: Delivery, reply: str) -> None:
        said = self.limiter.hear([(row, Outcome(row.id, state, reply))])
        with self.store.transaction() as work:
            self.limiter.note(work, said, self.clock.now())

    @property
    def breakers(self) -> dict[str, Breaker]:
        with self.store.snapshot() as work:
            return work.throttle.breakers()


@pytest.fixture
def store(tmp_path: Path) -> Iterator[SqlStore]:
    made = SqlStore(f"sqlite:///{tmp_path / 'mailer.db'}")
    make(made)
    yield made
    made.close()


def post(store: SqlStore, *total: Limit, **rest: object) -> Post:
    return Post(store, FakeClock(), Policy(RELAY, total or (FAST,), **rest))  # type: ignore[arg-type]


def test_a_minute_is_evenly_spaced(store: SqlStore) -> None:
    office = post(store, Limit(MINUTE, 6))
    office.send([row(number) for number in range(10)], 60)
    times = [round(time - office.sent[0][0], 3) for time, _ in office.sent]
    assert times == pytest.approx([0, 10.05, 20.1, 30.15, 40.2, 50.25])


def test_restarts_and_several_processes_share_one_pace(store: SqlStore) -> None:
    first = post(store, Limit(MINUTE, 60), Limit(HOUR, 100))
    clock = first.clock
    times: list[float] = []
    for number in range(200):
        for office in (first, Post(store, clock, first.pace)):  # the second is new every time
            office.send([row(number)], 0.9, most=1)
        first.start()
        clock.pass_by(timedelta(seconds=0.1))
    times = sorted(time for time, _ in first.sent)
    assert [a for a, b in zip(times, times[60:], strict=False) if b - a < 60] == []


def test_a_domain_that_has_to_wait_holds_up_no_other(store: SqlStore) -> None:
    office = post(store, domains={"slow.example": DomainPolicy((Limit(MINUTE, 1),))})
    rows = [row(1, "slow.example"), row(2, "slow.example"), row(3), row(4, "slow.example"), row(5)]
    assert office.send(rows, 1) == [1, 3, 5]
    assert office.send([rows[1], rows[3]], 130) == [2, 4]


def test_domains_of_one_provider_are_counted_together(store: SqlStore) -> None:
    office = post(store, domains={"gmail.com": DomainPolicy((Limit(MINUTE, 1),))})
    assert office.send([row(1, "googlemail.com"), row(2, "gmail.com"), row(3)], 1) == [1, 3]
    assert set(office.limiter.held()) == {"gmail.com", "googlemail.com"}


def test_other_domains_each_have_a_pace_of_their_own(store: SqlStore) -> None:
    office = post(store, default=DomainPolicy((Limit(MINUTE, 2),)), domains={"free.example": DomainPolicy()})
    rows = [row(number, f"d{number % 2}.example") for number in range(8)] + [
        row(9, "free.example"),
        row(10, "free.example"),
    ]
    assert sorted(office.send(rows, 1)) == [0, 1, 9, 10]
    assert sorted(office.send(rows[2:8], 31)) == [2, 3]


def test_only_so_many_are_under_way_to_a_domain(store: SqlStore) -> None:
    office = post(store, domains={"x.example": DomainPolicy(connections=2)})
    rows = [row(number) for number in range(4)]
    assert office.send(rows, 1) == [0, 1]
    office.hears(rows[0], Delivery.SENT, "250 ok")
    assert office.send(rows[2:], 1) == [2]
    office.limiter.begin()
    assert office.send(rows[3:], 1) == [3]


def test_an_hour_that_is_used_up_is_not_waited_for(store: SqlStore) -> None:
    office = post(store, FAST, Limit(HOUR, 3))
    rows = [row(number) for number in range(5)]
    assert office.send(rows, 10) == [0, 1, 2]
    assert (office.limiter.wait(rows[3:]), office.limiter.is_shut) == (None, True)
    office.clock.pass_by(timedelta(hours=1.01))
    assert office.send(rows[3:], 1) == [3, 4]


def test_a_preset_holds_beside_the_limits(store: SqlStore) -> None:
    assert post(store, preset=(Limit(DAY, 2),)).send([row(number) for number in range(5)], 60) == [0, 1]


def test_warm_up_counts_its_days_from_the_first_mail(store: SqlStore) -> None:
    office = post(store, warm_up=(1, 2))
    rows = [row(number) for number in range(9)]
    sent = []
    for _ in range(3):
        sent.append(office.send(rows, 60))
        rows = [row for row in rows if row.id not in sent[-1]]
        office.clock.pass_by(timedelta(days=1, minutes=20))
        office.start()
    assert sent == [[0], [1, 2], [3, 4, 5, 6, 7, 8]]


def test_a_rate_that_is_set_while_running_holds_within_a_second(store: SqlStore) -> None:
    office = post(store, Limit(SECOND, 10))
    rows = [row(number) for number in range(200)]
    assert len(office.send(rows, 5)) == 50
    with store.transaction() as work:
        work.throttle.set_rate("total", 60)
    assert 9 <= len(office.send(rows, 10)) <= 15
    with store.transaction() as work:
        work.throttle.set_rate("total", None)
    assert len(office.send(rows, 5)) > 35


def test_a_domain_that_has_enough_of_us_is_slowed_and_let_go_again(store: SqlStore) -> None:
    office = post(store)
    rows = [row(number, "slow.example") for number in range(40)]
    office.hears(rows[0], Delivery.DEFERRED, "421 4.7.0 too fast")
    assert office.send([rows[1], row(99)], 30) == [99]
    office.start()  # it is remembered
    assert office.send([rows[1], row(98)], 29) == [98]
    assert office.send(rows[1:], 20) == list(range(1, 11))  # 30 a minute: half of what a domain is slowed from
    for number in range(31):
        office.hears(rows[number], Delivery.SENT, "250 ok")
    assert office.breakers["@slow.example"].factor == 1 / 2 + 31 / 64
    office.hears(rows[31], Delivery.SENT, "250 ok")
    assert (office.breakers, office.told) == ({}, [])


def test_E10_one_domain_refuses_us_and_the_others_go_on(store: SqlStore) -> None:
    office = post(store)
    bad = [row(number, "strict.example") for number in range(3)]
    office.hears(bad[0], Delivery.DEFERRED, "550 5.7.26 unauthenticated")
    assert (office.told, office.limiter.confined, office.limiter.refusal) == (["@strict.example"], True, None)
    assert office.send([*bad, row(9)], 14 * 60) == [9]
    office.clock.pass_by(timedelta(minutes=2))
    assert office.send(bad, 60) == [0]  # one to try, and no other before it is answered
    office.hears(bad[0], Delivery.DEFERRED, "550 5.7.26 unauthenticated")
    assert office.send(bad, 29 * 60) == []
    office.clock.pass_by(timedelta(minutes=2))
    assert office.send(bad, 60) == [0]
    office.hears(bad[0], Delivery.SENT, "250 ok")
    assert office.send(bad[1:], 1) == [1, 2]
    assert office.told == ["@strict.example"]


def test_E10_two_domains_in_a_row_are_a_refusal_by_the_relay(store: SqlStore) -> None:
    office = post(store)
    office.hears(row(1, "a.example"), Delivery.DEFERRED, "550 5.7.26 unauthenticated")
    office.hears(row(2, "b.example"), Delivery.SENT, "250 ok")
    office.hears(row(3, "c.example"), Delivery.DEFERRED, "550 5.7.26 unauthenticated")
    assert office.limiter.refusal is None
    office.hears(row(4, "d.example"), Delivery.DEFERRED, "550 5.7.26 unauthenticated")
    assert office.limiter.refusal is not None
    assert office.told == ["@a.example", "@c.example", "@d.example", f"relay {RELAY}"]
    other = Post(store, office.clock, office.pace)  # another process, or the next
    assert other.send([row(5)], 60) == []
    office.clock.pass_by(timedelta(minutes=15))
    other.limiter.begin()
    assert other.send([row(5), row(6)], 60) == [5]
    other.hears(row(5), Delivery.SENT, "250 ok")
    assert other.send([row(6)], 1) == [6]


def test_the_unthrottled_way_asks_the_store_seldom(store: SqlStore, monkeypatch: pytest.MonkeyPatch) -> None:
    office = post(store, Limit(MINUTE, 60_000_000))
    asked: list[object] = []
    grant = Policy.grant
    monkeypatch.setattr(Policy, "grant", lambda *given: asked.append(given) or grant(*given))  # type: ignore[func-returns-value]
    sent = 0
    for _ in range(1000):
        rows = deque(row(number) for number in range(200))
        while rows:
            sent += len(office.limiter.admit(rows, 20))
            office.clock.pass_by(timedelta(milliseconds=1))
    assert (sent, len(asked) < 40) == (200_000, True)


def test_slots_that_came_too_soon_for_anybody_cost_no_quota(store: SqlStore) -> None:
    office = post(store, Limit(SECOND, 20), Limit(HOUR, 30))
    rows = [row(number) for number in range(40)]
    for _ in range(10):  # a process that is late for most of its slots
        office.send(rows[:4], 0.01)
        office.clock.pass_by(timedelta(seconds=0.7))
    assert len(office.send(rows, 60)) == 20


def test_who_is_asleep(store: SqlStore) -> None:
    night = Quiet(time(22), time(7), {"kr": ZoneInfo("Asia/Seoul"), "se": ZoneInfo("Europe/Stockholm")}, UTC)
    limiter = Limiter(store, FakeClock(NOON + timedelta(hours=1)), Policy(RELAY, (FAST,)), quiet=night)
    rows = [row(1)._replace(country="KR"), row(2)._replace(country="SE"), row(3)._replace(country="KR", mailing=None)]
    assert limiter.asleep(rows) == {1: NOON + timedelta(hours=10)}


# --- several processes at once ---

SHARED = Policy(
    RELAY,
    (Limit(SECOND, 200), Limit(MINUTE, 600)),
    domains={"x.example": DomainPolicy((Limit(SECOND, 50),))},
)


def reserve(url: str, wanted: Mapping[str, int], slots: multiprocessing.Queue[list[tuple[str, int]]]) -> None:
    """Take so many slots of each key or a few more, as fast as they can be had, and tell of each of them."""
    store, clock = SqlStore(url), SystemClock()
    got: list[tuple[str, int]] = []
    while missing := [key for key, count in wanted.items() if [name for name, _ in got].count(key) < count]:
        for key in missing:
            with store.transaction() as work:
                used = work.throttle.locked([key])
                now = int(clock.now().timestamp() * SECOND)
                grant = SHARED.grant(key, Stored(used[key]), now, 7)
                work.throttle.give_out({key: grant.stored.used})
            got += [(key, grant.slots.first + n * grant.slots.interval) for n in range(grant.slots.count)]
        clock.sleep(0.01)
    store.close()
    slots.put(got)


def test_four_processes_and_a_restart_stay_within_the_limits_exactly(store: SqlStore) -> None:
    wanted = {"total": 60, "@x.example": 15}  # what either limit gives four processes in 1.2 seconds
    fresh = multiprocessing.get_context("forkserver")
    fresh.set_forkserver_preload([__name__])
    got: list[tuple[str, int]] = []
    for _ in range(2):
        slots: multiprocessing.Queue[list[tuple[str, int]]] = fresh.Queue()
        processes = [fresh.Process(target=reserve, args=(store.url, wanted, slots)) for _ in range(4)]
        for process in processes:
            process.start()
        got += [slot for _ in processes for slot in slots.get(timeout=PATIENCE)]
        for process in processes:
            process.join()
        slots.close()
        slots.join_thread()
    for key, limits in (("total", SHARED.total), ("@x.example", SHARED.domains["x.example"].limits)):
        times = sorted(time for name, time in got if name == key)
        assert len(times) > 60
        assert len(set(times)) == len(times)
        for limit in limits:
            assert [a for a, b in zip(times, times[limit.count :], strict=False) if b - a < limit.period] == []


def test_work_is_a_port(store: SqlStore) -> None:
    with store.snapshot() as work:
        port: Work = work
        assert port.throttle.used() == {}


@pytest.mark.parametrize(("before", "after"), [(1, 600), (600, 2)])
def test_a_rate_that_is_set_elsewhere_is_heard_within_a_second(store: SqlStore, before: int, after: int) -> None:
    post = Post(store, FakeClock(), Policy(RELAY, (Limit(MINUTE, before),)))
    rows = [row(number) for number in range(1000)]
    gone = len(post.send(rows, 10))
    with store.transaction() as work:
        work.throttle.set_rate(TOTAL, after)
    post.send(rows[gone:], 1.3)
    gone = len(post.sent)
    post.send(rows[gone:], 60)
    assert after - 2 <= len(post.sent) - gone <= after + 1


def test_a_rate_that_is_set_while_nothing_may_go_ends_the_wait(store: SqlStore) -> None:
    post = Post(store, FakeClock(), Policy(RELAY, (Limit(MINUTE, 1),)))
    rows = [row(number) for number in range(100)]
    gone = len(post.send(rows, 2))
    with store.transaction() as work:
        work.throttle.set_rate(TOTAL, 600)
    post.limiter.begin()
    assert not post.limiter.is_shut
    assert len(post.send(rows[gone:], 2)) >= 10
    with store.transaction() as work:
        work.throttle.set_rate(TOTAL, None)
        assert work.throttle.rates() == {}
