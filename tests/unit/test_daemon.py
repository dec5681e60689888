"""Ticks of the daemon: a failing server is left alone, the rest goes on, and no decision ignores unread mail."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass, field, replace
from datetime import timedelta
from itertools import count
from typing import Any

import pytest

from mailer.adapters.lock import ProcessLock
from mailer.daemon import FIRST_PAUSE, LONGEST_PAUSE, READING_SLICE, SENDING_SLICE, BackOff, Daemon
from mailer.errors import MailerError, Permanent, Refused, Temporary
from mailer.handlers import issues, mailings
from mailer.model.issues import Issue, State
from mailer.model.outbox import Delivery, Outcome
from mailer.model.throttle import Breaker
from mailer.ports import Fetched, Folder, Ledger, Ref, Taken
from mailer.receive import GROUP, Reception
from mailer.sending.limiter import Limiter
from mailer.sending.sender import Sender
from mailer.stop import StopFlag
from mailer.throttle.limits import MINUTE, Limit
from mailer.throttle.policy import Policy
from tests.fakes import FakeClock, FakeMailbox, FakeMetrics, FakeTransport, FakeVerifier
from tests.flows.environment import EDITION, configured, signed
from tests.unit.harness import ANA, BO, DAY, NMB, SECRETARY, Harness, signup

HOUR = timedelta(hours=1)
ULLA = "ulla@union.example"


# --- back-off ---


def tried(back_off: BackOff, fault: MailerError | None) -> float:
    """Try once; returns the seconds until the next try."""
    with back_off.guard():
        if fault:
            raise fault
    return max(back_off.until - back_off.clock.monotonic(), 0.0)


def test_F11_the_back_off_doubles_to_its_cap_and_ends_after_a_success() -> None:
    clock = FakeClock()
    back_off = BackOff(clock, "relay")
    expected = FIRST_PAUSE
    for _ in range(12):
        pause = tried(back_off, Temporary("down"))
        assert expected * 0.75 <= pause <= expected * 1.25
        assert not back_off.over
        clock.pass_by(timedelta(seconds=pause + 0.001))
        assert back_off.over
        expected = min(expected * 2, LONGEST_PAUSE)
    assert tried(back_off, None) == 0
    assert tried(back_off, Temporary("down")) <= FIRST_PAUSE * 1.25


@pytest.mark.parametrize("fault", [Permanent("login refused"), Refused("no such publication")])
def test_F11_a_permanent_fault_is_retried_after_the_longest_pause(fault: MailerError) -> None:
    assert tried(BackOff(FakeClock(), "relay"), fault) >= LONGEST_PAUSE * 0.75


def test_a_programming_error_is_raised() -> None:
    with pytest.raises(ZeroDivisionError), BackOff(FakeClock(), "relay").guard():
        raise ZeroDivisionError


# --- servers that fail ---


@dataclass
class UnreliableMailbox(FakeMailbox):
    """An inbox that can be down, and that runs functions while it is read or waits."""

    down: MailerError | None = None
    looks: int = 0
    while_reading: list[Any] = field(default_factory=list)
    while_waiting: list[Any] = field(default_factory=list)
    after_each: Callable[[], None] = lambda: None

    def pending(self) -> list[Ref]:
        self.looks += 1
        if self.down:
            raise self.down
        return super().pending()

    def fetch(self, refs: Sequence[Ref]) -> Iterator[Fetched]:
        for message in super().fetch(refs):
            yield message
            while self.while_reading:
                self.while_reading.pop()()
            self.after_each()

    def wait(self, seconds: float) -> None:
        super().wait(seconds)
        for event in self.while_waiting:
            event()


@dataclass
class WatchedLedger:
    """A ledger that calls ``after_each`` after each outcome."""

    real: Ledger
    after_each: Callable[[], None]

    def take(self, most: int) -> Taken:
        return self.real.take(most)

    def record(self, settled: Sequence[Outcome], starting: Sequence[int]) -> None:
        self.real.record(settled, starting)
        for _ in settled:
            self.after_each()

    def pause(self, seconds: float) -> None:
        self.real.pause(seconds)


@dataclass
class WatchedTransport(FakeTransport):
    """A transport that calls ``after_each`` after each outcome."""

    after_each: Callable[[], None] = lambda: None

    def deliver(self, ledger: Ledger) -> None:
        super().deliver(WatchedLedger(ledger, self.after_each))


@dataclass
class Setup:
    """The daemon with fakes that fail on demand."""

    harness: Harness
    mailbox: UnreliableMailbox = field(default_factory=UnreliableMailbox)
    transport: WatchedTransport = field(default_factory=WatchedTransport)
    stop: StopFlag = field(default_factory=StopFlag)
    metrics: FakeMetrics = field(default_factory=FakeMetrics)
    daemon: Daemon = field(init=False)

    def __post_init__(self) -> None:
        self.harness.environment.mailbox = self.mailbox
        self.restart()

    def restart(self, **rules: Any) -> None:
        """Start another daemon on the same store; ``rules`` replace those of the configuration."""
        self.harness.restart(**rules)
        environment = self.harness.environment
        runtime = replace(self.harness.process.runtime, store=environment.store, metrics=self.metrics, stop=self.stop)
        reception = Reception(runtime, self.mailbox, FakeVerifier(rule=signed), configured().reading_rules)
        limiter = Limiter(environment.store, environment.clock, Policy("relay.example", (Limit(MINUTE, 60),)))
        self.daemon = Daemon(runtime, [reception], Sender(runtime, self.transport, limiter), 60)

    @property
    def edited(self) -> set[int]:
        return self.harness.process.sources.touched


@pytest.fixture
def setup(harness: Harness) -> Setup:
    return Setup(harness)


def recipients(transport: FakeTransport) -> list[str]:
    return [to for copy in transport.sent for to in copy.envelope.recipients]


def test_F3_a_mailbox_that_is_down_does_not_stop_sending(setup: Setup) -> None:
    setup.harness.approved()
    setup.harness.start()
    setup.mailbox.down = Temporary("imap: connection lost")
    setup.daemon.tick()
    assert sorted(recipients(setup.transport)) == sorted(NMB)
    assert setup.harness.issue.state is State.SENT


def test_a_relay_that_is_down_does_not_stop_receiving(setup: Setup) -> None:
    setup.transport.unreachable = Temporary("smtp: connection refused")
    for sender in (ULLA, "umar@union.example"):
        setup.mailbox.arrive(signup(sender), setup.harness.now)
        setup.daemon.tick()
    assert (setup.mailbox.inbox, len(setup.harness.trail("sign-up requested"))) == ({}, 2)
    setup.transport.unreachable = None
    setup.harness.pass_by(HOUR)
    setup.daemon.tick()
    assert recipients(setup.transport) == [ULLA, "umar@union.example"]


@pytest.mark.parametrize("fault", [Temporary("imap: no route"), Permanent("imap: login refused")])
def test_F11_a_server_that_fails_is_not_asked_in_a_tight_loop(setup: Setup, fault: MailerError) -> None:
    setup.mailbox.down = setup.transport.unreachable = fault
    clock = setup.harness.environment.clock
    end, turns = clock.monotonic() + HOUR.total_seconds(), 0
    while clock.monotonic() < end:
        setup.daemon.tick()
        setup.daemon._wait()
        turns += 1
    polls = 1 + HOUR // timedelta(minutes=1)
    assert (turns <= polls + setup.mailbox.looks, 10 <= setup.mailbox.looks <= 25) == (True, True)


def test_F11_the_next_try_comes_when_the_log_says(setup: Setup, caplog: pytest.LogCaptureFixture) -> None:
    setup.mailbox.down = Temporary("imap: connection lost")
    clock = setup.harness.environment.clock
    began = clock.monotonic()
    setup.daemon.tick()
    while setup.mailbox.looks == 1:
        setup.daemon._wait()
        setup.daemon.tick()
    waited = clock.monotonic() - began
    assert caplog.messages[0] == f"mailbox: imap: connection lost (next try in {waited:.0f} s)"
    assert waited <= FIRST_PAUSE * 1.25 + 0.1


def test_a_deadline_is_not_decided_while_the_inbox_cannot_be_read(setup: Setup) -> None:
    setup.harness.asked()
    setup.mailbox.down = Temporary("imap: connection lost")
    setup.harness.pass_by(8 * DAY)
    setup.daemon.tick()
    assert setup.harness.issue.state is State.SUBMITTED
    setup.mailbox.down = None
    setup.harness.pass_by(HOUR)
    setup.daemon.tick()
    assert setup.harness.issue.state is State.REJECTED


def test_A27_a_vote_that_comes_in_time_while_older_mail_is_read_still_counts(setup: Setup) -> None:
    harness = setup.harness
    harness.asked()
    harness.answer(ANA, "APPROVE")
    request, deadline = harness.request(BO), harness.ballot.deadline

    def meanwhile() -> None:
        harness.environment.reply(BO, request, "APPROVE")
        harness.pass_by(timedelta(seconds=2))

    harness.pass_by(deadline - harness.now - timedelta(seconds=1))
    setup.mailbox.arrive(signup(ULLA), harness.now)
    setup.mailbox.while_reading.append(meanwhile)
    setup.daemon.tick()
    assert harness.issue.state is State.SUBMITTED
    setup.daemon.tick()
    assert harness.issue.state is State.APPROVED


def test_E16_a_stop_in_mid_inbox_decides_nothing(setup: Setup) -> None:
    harness = setup.harness
    harness.asked()
    harness.answer(ANA, "APPROVE")
    setup.mailbox.arrive(signup(ULLA), harness.now)
    harness.environment.reply(BO, harness.request(BO), "APPROVE")
    harness.pass_by(8 * DAY)
    setup.mailbox.while_reading.append(setup.stop.ask)
    setup.daemon.tick()
    assert (harness.issue.state, len(setup.mailbox.inbox)) == (State.SUBMITTED, 2)


def test_mail_goes_out_while_a_full_inbox_is_read(setup: Setup) -> None:
    """Reading is divided into slices, and decisions wait until all is read that was there when reading began."""
    harness = setup.harness
    harness.asked()
    harness.answer(ANA, "APPROVE")
    request = harness.request(BO)
    harness.pass_by(harness.ballot.deadline - harness.now - timedelta(seconds=30))
    for number in range(3 * GROUP):
        setup.mailbox.arrive(signup(f"ulla{number}@union.example"), harness.now)
    harness.environment.reply(BO, request, "APPROVE")
    setup.mailbox.after_each = lambda: harness.pass_by(timedelta(seconds=1.1 * READING_SLICE / (GROUP - 1)))
    seen = []
    while not seen or setup.daemon._has_more:
        setup.daemon.tick()
        seen.append((len(setup.mailbox.inbox), len(setup.transport.sent) > 0, harness.issue.state))
    assert [left for left, _, _ in seen] == [41, 21, 1, 0]
    assert [has_sent for _, has_sent, _ in seen] == [True] * 4
    assert [state for _, _, state in seen] == [State.SUBMITTED] * 3 + [State.APPROVED]


def test_A27_mail_that_keeps_coming_does_not_put_off_decisions_for_ever(setup: Setup) -> None:
    harness = setup.harness
    harness.asked()
    harness.pass_by(harness.ballot.deadline - harness.now + timedelta(seconds=1))
    numbers = count()

    def two_more() -> None:
        harness.pass_by(timedelta(seconds=1.1 * READING_SLICE / (GROUP - 1)))
        for _ in range(2):
            setup.mailbox.arrive(signup(f"ulla{next(numbers)}@union.example"), harness.now)

    setup.mailbox.after_each = two_more
    for _ in range(2 * GROUP):
        two_more()
    for _ in range(5):
        setup.daemon.tick()
    assert (setup.daemon._has_more, harness.issue.state) == (True, State.REJECTED)


def test_E14_a_scheduled_issue_starts_when_due_and_not_before(setup: Setup) -> None:
    setup.harness.approved()
    setup.harness.schedule(setup.harness.now + HOUR)
    for wait, state in ((HOUR - timedelta(seconds=1), State.SCHEDULED), (timedelta(seconds=1), State.SENT)):
        setup.harness.pass_by(wait)
        setup.daemon.tick()
        assert setup.harness.issue.state is state
    assert sorted(recipients(setup.transport)) == sorted(NMB)
    setup.harness.environment.clock.time -= 2 * HOUR  # the clock is set back: no mail is repeated
    setup.daemon.tick()
    setup.harness.pass_by(3 * HOUR)
    setup.daemon.tick()
    assert [to for to in recipients(setup.transport) if to in NMB] == sorted(NMB)


GRACE = timedelta(minutes=60)
SECOND = timedelta(seconds=1)


@pytest.mark.parametrize(("late", "state"), [(GRACE, State.SENT), (GRACE + SECOND, State.APPROVED)])
def test_E14_an_issue_that_missed_its_time_asks_the_secretary(setup: Setup, late: timedelta, state: State) -> None:
    harness = setup.harness
    harness.approved()
    harness.schedule(harness.now + HOUR)
    harness.pass_by(HOUR + late)
    for _ in range(3):
        setup.daemon.tick()
        harness.pass_by(HOUR)
    assert (harness.issue.state, harness.issue.missed) == (state, state is State.APPROVED)
    sent = recipients(setup.transport).count(SECRETARY)
    assert (sent, len(harness.trail("missed"))) == (
        1,
        int(harness.issue.missed),
    )  # the summary or the question


def test_E14_nothing_is_sent_after_the_clock_jumps_forward(setup: Setup) -> None:
    harness = setup.harness
    harness.approved()
    harness.schedule(harness.now + DAY)
    harness.environment.clock.time += 30 * DAY
    setup.daemon.tick()
    assert (recipients(setup.transport), harness.issue.missed) == ([SECRETARY], True)
    harness.environment.clock.time -= 30 * DAY
    harness.pass_by(DAY)
    setup.daemon.tick()
    assert (recipients(setup.transport), harness.issue.missed) == ([SECRETARY], True)


def test_E14_an_issue_that_missed_its_time_can_be_sent_or_rescheduled(setup: Setup) -> None:
    harness = setup.harness
    harness.approved()
    harness.schedule(harness.now + HOUR)
    harness.pass_by(DAY)
    setup.daemon.tick()
    harness.schedule(harness.now + HOUR)
    assert (harness.issue.state, harness.issue.missed) == (State.SCHEDULED, False)
    harness.pass_by(HOUR)
    setup.daemon.tick()
    assert (harness.issue.state, sorted(set(recipients(setup.transport)) & set(NMB))) == (State.SENT, sorted(NMB))


def test_E14_an_issue_that_is_approved_again_has_not_missed_its_time(setup: Setup) -> None:
    harness = setup.harness
    harness.approved()
    harness.schedule(harness.now + HOUR)
    harness.pass_by(DAY)
    setup.daemon.tick()
    harness.build(replace(EDITION, text="⟦greeting⟧ Other news."))
    harness.submit()
    for member in (ANA, BO):
        harness.answer(member, "APPROVE")
    assert (harness.issue.state, harness.issue.missed) == (State.APPROVED, False)


def test_A19_a_scheduled_issue_that_was_edited_goes_back_to_draft(setup: Setup) -> None:
    setup.harness.approved()
    setup.harness.schedule(setup.harness.now)
    setup.edited.add(setup.harness.issue.id)
    setup.daemon.tick()
    assert setup.harness.issue.state is State.DRAFT
    assert recipients(setup.transport) == [SECRETARY]
    with setup.harness.environment.store.snapshot() as work:
        assert work.approvals.grant(Issue.KIND, setup.harness.issue.id) is None


def test_an_issue_that_is_rescheduled_during_a_tick_is_not_started(setup: Setup) -> None:
    harness = setup.harness
    harness.approved()
    harness.schedule(harness.now)
    with harness.office() as office:
        decisions = mailings.due(office, harness.now)
        setup.edited.add(harness.issue.id)
        decisions += issues.due(office, harness.now)
    setup.edited.clear()
    harness.schedule(harness.now + HOUR)
    for decision in decisions:
        harness.do(decision.act)
    assert (len(decisions), harness.issue.state) == (2, State.SCHEDULED)


def test_a_list_that_was_added_after_the_grant_is_left_out(setup: Setup) -> None:
    harness = setup.harness
    harness.approved()
    harness.import_list("wg-member", ["mia@wg.example"])
    harness.schedule(harness.now)
    update = harness.process.rules.publications["update"]
    more = {"update": replace(update, lists=(*update.lists, "wg-member"))}
    setup.restart(publications=more)
    setup.daemon.tick()
    assert sorted(recipients(setup.transport)) == sorted(NMB)
    assert harness.mailing.lists == ("d-liaison", "nmb", "subscriber")


def test_a_publication_removed_from_the_configuration_does_not_stop_others(setup: Setup) -> None:
    harness = setup.harness
    harness.approved()
    harness.schedule(harness.now)
    setup.restart(publications={})
    setup.mailbox.arrive(signup(ULLA), harness.now)
    setup.daemon.tick()
    setup.mailbox.arrive(signup(NMB[0]), harness.now)
    setup.daemon.tick()
    assert (harness.issue.state, recipients(setup.transport)) == (State.SCHEDULED, [ULLA, NMB[0]])


def test_E15_the_daemon_survives_a_locked_store(setup: Setup) -> None:
    harness = setup.harness
    setup.mailbox.arrive(signup(ULLA), harness.now)
    with locked(setup):
        setup.daemon.tick()
        setup.daemon._wait()
    assert (len(setup.mailbox.inbox), recipients(setup.transport)) == (1, [])
    harness.pass_by(HOUR)
    setup.daemon.tick()
    assert (len(setup.mailbox.inbox), recipients(setup.transport)) == (0, [ULLA])


@contextmanager
def locked(setup: Setup) -> Iterator[None]:
    """Another process holds the write lock."""
    setup.harness.environment.shorten_lock_wait()
    with closing(sqlite3.connect(setup.harness.folder / "mailer.db", isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        yield
        other.execute("ROLLBACK")


def test_E16_a_stop_ends_a_long_drain_within_one_mail(setup: Setup) -> None:
    harness = setup.harness
    harness.asked()
    people = [f"m{number:03}@nmb.example" for number in range(100)]
    harness.import_list("nmb", people)
    for member in (ANA, BO):
        harness.answer(member, "APPROVE")
    harness.start()

    def enough() -> None:
        if len(setup.transport.sent) == 3:
            setup.daemon.stop()

    setup.transport.after_each = enough
    setup.daemon.run()
    assert recipients(setup.transport) == people[:3]
    assert harness.issue.state is State.SENDING


def test_a_long_send_does_not_delay_the_inbox(setup: Setup) -> None:
    harness = setup.harness
    harness.asked()
    harness.import_list("nmb", [f"m{number:03}@nmb.example" for number in range(100)])
    for member in (ANA, BO):
        harness.answer(member, "APPROVE")
    harness.start()
    before = harness.environment.clock.monotonic()
    setup.daemon.tick()
    spent = harness.environment.clock.monotonic() - before
    assert (spent <= SENDING_SLICE + 1, len(setup.transport.sent)) == (True, SENDING_SLICE)  # one a second


def test_the_daemon_wakes_up_for_a_deferred_mail(setup: Setup) -> None:
    setup.transport.script[ULLA] = [Delivery.DEFERRED]
    setup.mailbox.arrive(signup(ULLA), setup.harness.now)
    setup.daemon.once()
    assert recipients(setup.transport) == []
    setup.harness.pass_by(timedelta(seconds=50))
    setup.daemon._wait()
    assert setup.mailbox.waits == [10.0]
    setup.harness.pass_by(timedelta(seconds=10))
    setup.daemon.tick()
    assert recipients(setup.transport) == [ULLA]


def test_E10_the_daemon_does_not_spin_while_a_domain_refuses_us(setup: Setup) -> None:
    refuses = Breaker(0.0, 1, setup.harness.now + timedelta(seconds=40), "550 5.7.26 unauthenticated")
    with setup.harness.environment.store.transaction() as work:
        work.throttle.set_breaker(f"@{ULLA.partition('@')[2]}", refuses)
    setup.mailbox.arrive(signup(ULLA), setup.harness.now)
    setup.daemon.once()
    assert recipients(setup.transport) == []
    setup.daemon._wait()
    assert [round(seconds) for seconds in setup.mailbox.waits] == [40]
    setup.harness.pass_by(timedelta(seconds=41))
    setup.daemon.tick()
    assert recipients(setup.transport) == [ULLA]


def test_E13_a_second_daemon_refuses_while_the_first_is_at_work(setup: Setup) -> None:
    lock = setup.harness.folder / "mailer.lock"
    with ProcessLock(lock), pytest.raises(Refused, match="Another mailer is at work here"), ProcessLock(lock):
        pytest.fail("two at work")
    with ProcessLock(lock):
        setup.daemon.once()


def test_E16_a_stop_ends_the_wait_of_run(setup: Setup, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level("INFO", "mailer.daemon")
    setup.mailbox.while_waiting.append(setup.daemon.stop)
    setup.mailbox.arrive(signup(ULLA), setup.harness.now)
    setup.daemon.run()
    assert (recipients(setup.transport), setup.mailbox.folders[Folder.PROCESSED] != []) == ([ULLA], True)
    assert caplog.messages == ["running until Ctrl-C or SIGTERM", "stopped cleanly"]


# --- metrics ---


def test_the_steps_of_a_run_are_counted(setup: Setup) -> None:
    setup.mailbox.arrive(signup(ULLA), setup.harness.now)
    setup.mailbox.while_waiting.append(setup.stop.ask)
    setup.daemon.run()
    assert setup.metrics.events == ["handling done", "command", "reading done", "ledger", "tick done"]


def test_failures_are_counted_by_part(setup: Setup) -> None:
    setup.harness.asked()
    setup.mailbox.down = Temporary("imap: connection lost")
    setup.daemon.tick()
    setup.harness.pass_by(HOUR)
    setup.mailbox.down = None
    setup.mailbox.arrive(signup(ULLA), setup.harness.now)
    setup.transport.unreachable = Temporary("smtp: connection refused")
    setup.daemon.tick()
    assert setup.metrics.events == [
        "reading broken off",
        "mailbox failed",
        "handling done",
        "command",
        "reading done",
        "ledger",
        "relay failed",
    ]


def test_F6_mail_that_cannot_be_moved_out_of_attention_holds_up_no_other_way_in(harness: Harness) -> None:
    """A mailbox that refuses it is the mailbox's fault, and not that of the store, from which other mail is read."""
    setup = Setup(harness)
    runtime = replace(harness.process.runtime, store=harness.environment.store)
    ways = setup.mailbox, FakeMailbox()
    rules = configured().reading_rules
    receptions = [Reception(runtime, way, FakeVerifier(rule=signed), rules) for way in ways]
    asked: list[int] = []

    def refuse() -> None:
        asked.append(1)
        raise Temporary("imap: cannot move messages")

    limiter = Limiter(runtime.store, runtime.clock, Policy("relay.example", (Limit(MINUTE, 60),)))
    daemon = Daemon(runtime, receptions, Sender(runtime, setup.transport, limiter), 60, file_decided=refuse)
    for _ in range(2):
        ways[1].arrive(signup(ULLA), harness.now)
        daemon.tick()
    assert (ways[1].inbox, len(asked)) == ({}, 1)
