"""Which rows may go, which are held and which wait, with a real store and a fake clock."""

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
from mailer.model.refusals import Refusal
from mailer.model.throttle import TOTAL, Breaker
from mailer.ports import Work
from mailer.sending.limiter import Limiter
from mailer.store.database import SqlStore
from mailer.throttle.limits import DAY, HOUR, MINUTE, SECOND, Limit
from mailer.throttle.policy import DomainPolicy, KeyState, Policy
from mailer.throttle.quiet_hours import QuietHours
from tests.fakes import NOON, FakeClock
from tests.new_store import make
from tests.waiting import TIMEOUT

FAST = Limit(SECOND, 1_000_000)
RELAY = "relay.example"


def row(number: int, domain: str = "x.example") -> Due:
    return Due(number, f"r{number}@{domain}", domain, f"<{number}@x>", 1, None, 1, None, "", "", None, "", "", "")


@dataclass
class Process:
    """A process that sends, as the limiter sees it."""

    store: SqlStore
    clock: FakeClock
    policy: Policy
    opened: list[str] = field(default_factory=list)
    suspensions: list[tuple[int, Refusal]] = field(default_factory=list)
    sent: list[tuple[float, int]] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.start()

    def start(self) -> None:
        """Start a new process: slots that the last one had reserved are gone."""
        self.limiter = Limiter(
            self.store,
            self.clock,
            self.policy,
            lambda work, key, breaker: self.opened.append(key),
            on_suspend=lambda work, row, why: self.suspensions.append((row.id, why.refusal)),
        )
        self.limiter.begin()

    def send(self, rows: Sequence[Due], seconds: float, most: int = 20) -> list[int]:
        """Admit rows for ``seconds``, as a transport and its ledger do."""
        until, waiting = self.clock.monotonic() + seconds, list(rows)
        before = len(self.sent)
        while waiting and self.clock.monotonic() < until:
            held = self.limiter.held()
            read = deque(row for row in waiting if row.domain not in held)
            admitted = [row.id for row in self.limiter.admit(read, most)] if read else []
            self.sent += [(self.clock.monotonic(), number) for number in admitted]
            waiting = [row for row in waiting if row.id not in admitted]
            if not admitted:
                wait = self.limiter.wait(read)
                self.clock.sleep(1.0 if wait is None else min(max(wait, 1e-5), 0.25))
        return [number for _, number in self.sent[before:]]

    def record(self, row: Due, state: Delivery, reply: str, refusal: Refusal | None = None) -> Outcome:
        outcome = Outcome(row.id, state, reply, refusal)
        if state is Delivery.SENT:
            self.limiter.refusals.accepted()
        else:
            outcome = self.limiter.refusals.judge(row, outcome)
        observations = self.limiter.observe([(row, outcome)])
        with self.store.transaction() as work:
            self.limiter.apply(work, observations, self.clock.now())
        return outcome

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


def process_with(store: SqlStore, *total: Limit, **rest: object) -> Process:
    return Process(store, FakeClock(), Policy(RELAY, total or (FAST,), **rest))  # type: ignore[arg-type]


def test_a_minute_is_evenly_spaced(store: SqlStore) -> None:
    process = process_with(store, Limit(MINUTE, 6))
    process.send([row(number) for number in range(10)], 60)
    times = [round(time - process.sent[0][0], 3) for time, _ in process.sent]
    assert times == pytest.approx([0, 10.05, 20.1, 30.15, 40.2, 50.25])


def test_several_processes_share_a_limit_over_restarts(store: SqlStore) -> None:
    first = process_with(store, Limit(MINUTE, 60), Limit(HOUR, 100))
    clock = first.clock
    times: list[float] = []
    for number in range(200):
        for process in (first, Process(store, clock, first.policy)):  # the second one is always new
            process.send([row(number)], 0.9, most=1)
        first.start()
        clock.pass_by(timedelta(seconds=0.1))
    times = sorted(time for time, _ in first.sent)
    assert [a for a, b in zip(times, times[60:], strict=False) if b - a < 60] == []


def test_a_domain_that_has_to_wait_delays_no_other(store: SqlStore) -> None:
    process = process_with(store, domains={"slow.example": DomainPolicy((Limit(MINUTE, 1),))})
    rows = [row(1, "slow.example"), row(2, "slow.example"), row(3), row(4, "slow.example"), row(5)]
    assert process.send(rows, 1) == [1, 3, 5]
    assert process.send([rows[1], rows[3]], 130) == [2, 4]


def test_domains_of_one_provider_are_counted_together(store: SqlStore) -> None:
    process = process_with(store, domains={"gmail.com": DomainPolicy((Limit(MINUTE, 1),))})
    assert process.send([row(1, "googlemail.com"), row(2, "gmail.com"), row(3)], 1) == [1, 3]
    assert set(process.limiter.held()) == {"gmail.com", "googlemail.com"}


def test_the_default_limit_holds_for_each_domain_by_itself(store: SqlStore) -> None:
    process = process_with(store, default=DomainPolicy((Limit(MINUTE, 2),)), domains={"free.example": DomainPolicy()})
    rows = [row(number, f"d{number % 2}.example") for number in range(8)] + [
        row(9, "free.example"),
        row(10, "free.example"),
    ]
    assert sorted(process.send(rows, 1)) == [0, 1, 9, 10]
    assert sorted(process.send(rows[2:8], 31)) == [2, 3]


def test_a_domain_gets_no_more_mails_at_once_than_its_connections(store: SqlStore) -> None:
    process = process_with(store, domains={"x.example": DomainPolicy(connections=2)})
    rows = [row(number) for number in range(4)]
    assert process.send(rows, 1) == [0, 1]
    process.record(rows[0], Delivery.SENT, "250 ok")
    assert process.send(rows[2:], 1) == [2]
    process.limiter.begin()
    assert process.send(rows[3:], 1) == [3]


def test_an_hourly_limit_that_is_used_up_ends_the_delivery(store: SqlStore) -> None:
    process = process_with(store, FAST, Limit(HOUR, 3))
    rows = [row(number) for number in range(5)]
    assert process.send(rows, 10) == [0, 1, 2]
    assert (process.limiter.wait(rows[3:]), process.limiter.is_stopped) == (None, True)
    process.clock.pass_by(timedelta(hours=1.01))
    assert process.send(rows[3:], 1) == [3, 4]


def test_a_preset_holds_beside_the_limits(store: SqlStore) -> None:
    assert process_with(store, preset=(Limit(DAY, 2),)).send([row(number) for number in range(5)], 60) == [0, 1]


def test_warm_up_counts_its_days_from_the_first_mail(store: SqlStore) -> None:
    process = process_with(store, warm_up=(1, 2))
    rows = [row(number) for number in range(9)]
    sent = []
    for _ in range(3):
        sent.append(process.send(rows, 60))
        rows = [row for row in rows if row.id not in sent[-1]]
        process.clock.pass_by(timedelta(days=1, minutes=20))
        process.start()
    assert sent == [[0], [1, 2], [3, 4, 5, 6, 7, 8]]


def test_a_rate_that_is_set_while_running_holds_within_a_second(store: SqlStore) -> None:
    process = process_with(store, Limit(SECOND, 10))
    rows = [row(number) for number in range(200)]
    assert len(process.send(rows, 5)) == 50
    with store.transaction() as work:
        work.throttle.set_rate("total", 60)
    assert 9 <= len(process.send(rows, 10)) <= 15
    with store.transaction() as work:
        work.throttle.set_rate("total", None)
    assert len(process.send(rows, 5)) > 35


def test_a_domain_that_throttles_us_is_slowed_and_gets_faster_again(store: SqlStore) -> None:
    process = process_with(store)
    rows = [row(number, "slow.example") for number in range(40)]
    process.record(rows[0], Delivery.DEFERRED, "421 4.7.0 too fast")
    assert process.send([rows[1], row(99)], 30) == [99]
    process.start()  # the store remembers it
    assert process.send([rows[1], row(98)], 29) == [98]
    assert process.send(rows[1:], 20) == list(range(1, 11))  # 30 a minute: half the rate for a domain without a limit
    for number in range(31):
        process.record(rows[number], Delivery.SENT, "250 ok")
    assert process.breakers["@slow.example"].factor == 1 / 2 + 31 / 64
    process.record(rows[31], Delivery.SENT, "250 ok")
    assert (process.breakers, process.opened) == ({}, [])


def test_E10_one_domain_refuses_us_and_the_others_go_on(store: SqlStore) -> None:
    process = process_with(store)
    bad = [row(number, "strict.example") for number in range(3)]
    process.record(bad[0], Delivery.DEFERRED, "550 5.7.26 unauthenticated")
    assert (process.opened, process.limiter.only_domains_refuse, process.limiter.refusal) == (
        ["@strict.example"],
        True,
        None,
    )
    assert process.send([*bad, row(9)], 14 * 60) == [9]
    process.clock.pass_by(timedelta(minutes=2))
    assert process.send(bad, 60) == [0]  # one is tried, and no other until it is answered
    process.record(bad[0], Delivery.DEFERRED, "550 5.7.26 unauthenticated")
    assert process.send(bad, 29 * 60) == []
    process.clock.pass_by(timedelta(minutes=2))
    assert process.send(bad, 60) == [0]
    process.record(bad[0], Delivery.SENT, "250 ok")
    assert process.send(bad[1:], 1) == [1, 2]
    assert process.opened == ["@strict.example"]


def test_E10_two_domains_in_a_row_are_a_refusal_by_the_relay(store: SqlStore) -> None:
    process = process_with(store)
    process.record(row(1, "a.example"), Delivery.DEFERRED, "550 5.7.26 unauthenticated")
    process.record(row(2, "b.example"), Delivery.SENT, "250 ok")
    process.record(row(3, "c.example"), Delivery.DEFERRED, "550 5.7.26 unauthenticated")
    assert process.limiter.refusal is None
    process.record(row(4, "d.example"), Delivery.DEFERRED, "550 5.7.26 unauthenticated")
    assert process.limiter.refusal is not None
    assert process.opened == ["@a.example", "@c.example", "@d.example", f"relay {RELAY}"]
    other = Process(store, process.clock, process.policy)  # another process, or the next one
    assert other.send([row(5)], 60) == []
    process.clock.pass_by(timedelta(minutes=15))
    other.limiter.begin()
    assert other.send([row(5), row(6)], 60) == [5]
    other.record(row(5), Delivery.SENT, "250 ok")
    assert other.send([row(6)], 1) == [6]


@pytest.mark.parametrize("refusal", [Refusal.QUOTA, Refusal.SENDER, Refusal.LOGIN, Refusal.RELAYING, Refusal.PROGRAM])
def test_E18_one_refusal_of_us_is_a_refusal_by_the_relay(store: SqlStore, refusal: Refusal) -> None:
    process = process_with(store)
    outcome = process.record(row(1), Delivery.DEFERRED, "550 no more", refusal)
    assert (outcome.counted, process.opened) == (False, [f"relay {RELAY}"])
    assert process.limiter.refusal == Breaker(0.0, 1, NOON + timedelta(minutes=15), "550 no more", refusal=refusal)
    assert process.send([row(2)], 60) == []


def unclear(process: Process, *rows: Due, reply: str = "554 rejected (id 7)") -> list[Delivery]:
    return [process.record(one, Delivery.FAILED, reply, Refusal.UNCLEAR).state for one in rows]


def test_E18_the_third_reader_in_a_row_suspends_the_mailing_and_spares_the_others(store: SqlStore) -> None:
    process, rows = process_with(store), [row(number, f"d{number}.example") for number in range(5)]
    assert unclear(process, *rows) == [Delivery.FAILED] * 3 + [Delivery.DEFERRED] * 2
    assert process.suspensions == [(2, Refusal.UNCLEAR)]
    assert process.limiter.refusals.suspended[1].refusal == Refusal.UNCLEAR
    assert (process.opened, process.limiter.refusal) == ([], None)


def test_E18_what_is_under_way_after_the_third_reader_is_spared_though_another_connection_succeeds(
    store: SqlStore,
) -> None:
    process, rows = process_with(store), [row(number, f"d{number}.example") for number in range(7)]
    unclear(process, *rows[:3])
    process.record(rows[3], Delivery.SENT, "250 ok")
    assert unclear(process, *rows[4:]) == [Delivery.DEFERRED] * 3


def test_E18_service_mail_that_is_refused_in_the_same_words_waits_for_the_relay(store: SqlStore) -> None:
    process, notice = process_with(store), row(9, "e.example")._replace(mailing=None)
    unclear(process, *(row(number, f"d{number}.example") for number in range(3)))
    assert unclear(process, notice) == [Delivery.DEFERRED]
    assert process.opened == [f"relay {RELAY}"]


@pytest.mark.parametrize(
    ("domains", "suspends"),
    [(("a", "a", "b"), True), (("a",) * 9, False), (("a",) * 10, True), (("gmail.com", "googlemail.com"), False)],
)
def test_E18_readers_of_one_domain_may_be_refused_by_their_domain(
    store: SqlStore, domains: Sequence[str], suspends: bool
) -> None:
    process = process_with(store)
    unclear(process, *(row(number, domain) for number, domain in enumerate(domains)))
    assert bool(process.suspensions) is suspends


def test_E18_an_accepted_mail_or_other_words_begin_anew(store: SqlStore) -> None:
    process, rows = process_with(store), [row(number, f"d{number}.example") for number in range(9)]
    unclear(process, *rows[:2])
    process.record(rows[2], Delivery.SENT, "250 ok")
    unclear(process, *rows[3:5])
    unclear(process, *rows[5:7], reply="550 go away")
    assert process.suspensions == []


def test_E18_a_mail_that_is_too_large_suspends_its_mailing_alone(store: SqlStore) -> None:
    process, service = process_with(store), row(3)._replace(mailing=None)
    first = process.record(row(1), Delivery.DEFERRED, "552 too big", Refusal.SIZE)
    second = process.record(row(2), Delivery.DEFERRED, "552 too big", Refusal.SIZE)
    third = process.record(service, Delivery.DEFERRED, "552 too big", Refusal.SIZE)
    assert (first.counted, second.counted, third.counted) == (False, False, True)
    assert (process.suspensions, process.opened) == ([(1, Refusal.SIZE), (3, Refusal.SIZE)], [])


def test_with_a_high_limit_slots_are_rarely_reserved(store: SqlStore, monkeypatch: pytest.MonkeyPatch) -> None:
    process = process_with(store, Limit(MINUTE, 60_000_000))
    asked: list[object] = []
    reserve = Policy.reserve
    monkeypatch.setattr(Policy, "reserve", lambda *given: asked.append(given) or reserve(*given))  # type: ignore[func-returns-value]
    sent = 0
    for _ in range(1000):
        rows = deque(row(number) for number in range(200))
        while rows:
            sent += len(process.limiter.admit(rows, 20))
            process.clock.pass_by(timedelta(milliseconds=1))
    assert (sent, len(asked) < 40) == (200_000, True)


def test_slots_that_nobody_used_in_time_cost_no_quota(store: SqlStore) -> None:
    process = process_with(store, Limit(SECOND, 20), Limit(HOUR, 30))
    rows = [row(number) for number in range(40)]
    for _ in range(10):  # a process that misses most of its slots
        process.send(rows[:4], 0.01)
        process.clock.pass_by(timedelta(seconds=0.7))
    assert len(process.send(rows, 60)) == 20


def test_copies_wait_for_the_end_of_quiet_hours(store: SqlStore) -> None:
    night = QuietHours(time(22), time(7), {"kr": ZoneInfo("Asia/Seoul"), "se": ZoneInfo("Europe/Stockholm")}, UTC)
    limiter = Limiter(store, FakeClock(NOON + timedelta(hours=1)), Policy(RELAY, (FAST,)), quiet_hours=night)
    rows = [row(1)._replace(country="KR"), row(2)._replace(country="SE"), row(3)._replace(country="KR", mailing=None)]
    assert limiter.quiet_until(rows) == {1: NOON + timedelta(hours=10)}


# --- several processes at once ---

SHARED = Policy(
    RELAY,
    (Limit(SECOND, 200), Limit(MINUTE, 600)),
    domains={"x.example": DomainPolicy((Limit(SECOND, 50),))},
)


def reserve(url: str, wanted: Mapping[str, int], results: multiprocessing.Queue[list[tuple[str, int]]]) -> None:
    """Reserve at least the ``wanted`` number of slots of each key as fast as possible, and report all of them."""
    store, clock = SqlStore(url), SystemClock()
    got: list[tuple[str, int]] = []
    while missing := [key for key, count in wanted.items() if [name for name, _ in got].count(key) < count]:
        for key in missing:
            with store.transaction() as work:
                used = work.throttle.locked([key])
                now = int(clock.now().timestamp() * SECOND)
                reservation = SHARED.reserve(key, KeyState(used[key]), now, 7)
                work.throttle.give_out({key: reservation.state.used})
            got += [
                (key, reservation.slots.first + n * reservation.slots.interval) for n in range(reservation.slots.count)
            ]
        clock.sleep(0.01)
    store.close()
    results.put(got)


def test_four_processes_and_a_restart_stay_within_the_limits_exactly(store: SqlStore) -> None:
    wanted = {"total": 60, "@x.example": 15}  # what each limit gives four processes in 1.2 seconds
    fresh = multiprocessing.get_context("forkserver")
    fresh.set_forkserver_preload([__name__])
    got: list[tuple[str, int]] = []
    for _ in range(2):
        slots: multiprocessing.Queue[list[tuple[str, int]]] = fresh.Queue()
        processes = [fresh.Process(target=reserve, args=(store.url, wanted, slots)) for _ in range(4)]
        for process in processes:
            process.start()
        got += [slot for _ in processes for slot in slots.get(timeout=TIMEOUT)]
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
def test_a_rate_set_by_another_process_holds_within_a_second(store: SqlStore, before: int, after: int) -> None:
    process = Process(store, FakeClock(), Policy(RELAY, (Limit(MINUTE, before),)))
    rows = [row(number) for number in range(1000)]
    admitted = len(process.send(rows, 10))
    with store.transaction() as work:
        work.throttle.set_rate(TOTAL, after)
    process.send(rows[admitted:], 1.3)
    admitted = len(process.sent)
    process.send(rows[admitted:], 60)
    assert after - 2 <= len(process.sent) - admitted <= after + 1


def test_a_rate_set_while_no_mail_may_go_ends_the_wait(store: SqlStore) -> None:
    process = Process(store, FakeClock(), Policy(RELAY, (Limit(MINUTE, 1),)))
    rows = [row(number) for number in range(100)]
    admitted = len(process.send(rows, 2))
    with store.transaction() as work:
        work.throttle.set_rate(TOTAL, 600)
    process.limiter.begin()
    assert not process.limiter.is_stopped
    assert len(process.send(rows[admitted:], 2)) >= 10
    with store.transaction() as work:
        work.throttle.set_rate(TOTAL, None)
        assert work.throttle.rates() == {}
