"""One tick after another: what fails is left alone, the rest goes on, and nothing is decided blindly."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass, field, replace
from datetime import timedelta
from typing import Any

import pytest

from mailer.adapters.lock import ProcessLock
from mailer.daemon import FIRST_PAUSE, LONGEST_PAUSE, SENDING_SLICE, Daemon, Patience
from mailer.errors import MailerError, Permanent, Refused, Temporary
from mailer.inbound.receive import Reception
from mailer.issues import handlers as issues
from mailer.issues.model import Issue, State
from mailer.outbox.brakes import Brake
from mailer.outbox.gate import Gate
from mailer.outbox.limits import MINUTE, Limit
from mailer.outbox.model import Delivery, Outcome
from mailer.outbox.pace import Pace
from mailer.outbox.send import Sender
from mailer.ports import Fetched, Folder, Ledger, Ref, Taken
from mailer.stop import Stop
from tests.fakes import FakeClock, FakeMailbox, FakeMetrics, FakeTransport, FakeVerifier
from tests.flows.world import EDITION, configured, signed
from tests.unit.scene import ANA, BO, DAY, NMB, SECRETARY, Scene, signup

HOUR = timedelta(hours=1)
ULLA = "ulla@union.example"


# --- patience ---


def tried(patience: Patience, fault: MailerError | None) -> float:
    """One try; for how long the server is left alone after it."""
    with patience.guard():
        if fault:
            raise fault
    return max(patience.until - patience.clock.monotonic(), 0.0)


def test_F11_patience_doubles_to_the_cap_and_starts_again_after_a_success() -> None:
    clock = FakeClock()
    patience = Patience(clock, "relay")
    expected = FIRST_PAUSE
    for _ in range(12):
        pause = tried(patience, Temporary("down"))
        assert expected * 0.75 <= pause <= expected * 1.25
        assert not patience.over
        clock.pass_by(timedelta(seconds=pause + 0.001))
        assert patience.over
        expected = min(expected * 2, LONGEST_PAUSE)
    assert tried(patience, None) == 0
    assert tried(patience, Temporary("down")) <= FIRST_PAUSE * 1.25


@pytest.mark.parametrize("fault", [Permanent("login refused"), Refused("no such publication")])
def test_F11_what_a_person_must_mend_is_left_alone_for_longest(fault: MailerError) -> None:
    assert tried(Patience(FakeClock(), "relay"), fault) >= LONGEST_PAUSE * 0.75


def test_a_mistake_of_ours_is_not_hidden() -> None:
    with pytest.raises(ZeroDivisionError), Patience(FakeClock(), "relay").guard():
        raise ZeroDivisionError


# --- an office whose servers fail ---


@dataclass
class MoodyMailbox(FakeMailbox):
    """An inbox that may be down, and where something may happen while it is read."""

    down: MailerError | None = None
    looks: int = 0
    while_reading: list[Any] = field(default_factory=list)
    while_waiting: list[Any] = field(default_factory=list)

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

    def wait(self, seconds: float) -> None:
        super().wait(seconds)
        for event in self.while_waiting:
            event()


@dataclass
class WatchedLedger:
    """Something may happen after each outcome."""

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
    """Something may happen after each outcome."""

    after_each: Callable[[], None] = lambda: None

    def deliver(self, ledger: Ledger) -> None:
        super().deliver(WatchedLedger(ledger, self.after_each))


@dataclass
class Office:
    """The daemon on fakes that fail when told to."""

    scene: Scene
    mailbox: MoodyMailbox
    transport: WatchedTransport
    stop: Stop
    daemon: Daemon
    edited: set[int]
    metrics: FakeMetrics


@pytest.fixture
def office(scene: Scene) -> Office:
    world, mailbox, transport, stop = scene.world, MoodyMailbox(), WatchedTransport(), Stop()
    edited: set[int] = set()
    world.mailbox = mailbox
    scene.restart()
    rules, key, metrics = scene.process.rules, world.store.key, FakeMetrics()
    reception = Reception(
        mailbox, world.store, FakeVerifier(rule=signed), scene.process.desk, key, configured().office, None, (), metrics
    )
    gate = Gate(world.store, world.clock, Pace("relay.example", (Limit(MINUTE, 60),)))
    sender = Sender(world.store, transport, world.clock, rules, key, gate, stop, metrics)

    def is_edited(issue: Issue) -> bool:
        return issue.id in edited

    daemon = Daemon(
        mailbox, world.store, world.clock, scene.process.desk, reception, sender, is_edited, 60, stop, metrics
    )
    return Office(scene, mailbox, transport, stop, daemon, edited, metrics)


def recipients(transport: FakeTransport) -> list[str]:
    return [to for copy in transport.sent for to in copy.envelope.recipients]


def test_F3_a_mailbox_that_is_down_does_not_stop_sending(office: Office) -> None:
    office.scene.approved()
    office.scene.start()
    office.mailbox.down = Temporary("imap: connection lost")
    office.daemon.tick()
    assert sorted(recipients(office.transport)) == sorted(NMB)
    assert office.scene.issue.state is State.SENT


def test_a_relay_that_is_down_does_not_stop_receiving(office: Office) -> None:
    office.transport.unreachable = Temporary("smtp: connection refused")
    for sender in (ULLA, "umar@union.example"):
        office.mailbox.arrive(signup(sender), office.scene.now)
        office.daemon.tick()
    assert (office.mailbox.inbox, len(office.scene.trail("sign-up requested"))) == ({}, 2)
    office.transport.unreachable = None
    office.scene.pass_by(HOUR)
    office.daemon.tick()
    assert recipients(office.transport) == [ULLA, "umar@union.example"]


@pytest.mark.parametrize("fault", [Temporary("imap: no route"), Permanent("imap: login refused")])
def test_F11_a_server_that_fails_is_not_asked_in_a_tight_loop(office: Office, fault: MailerError) -> None:
    office.mailbox.down = office.transport.unreachable = fault
    clock = office.scene.world.clock
    end, turns = clock.monotonic() + HOUR.total_seconds(), 0
    while clock.monotonic() < end:
        office.daemon.tick()
        office.daemon._wait()
        turns += 1
    assert (turns <= 70, 10 <= office.mailbox.looks <= 25) == (True, True)


def test_a_deadline_is_not_decided_while_the_inbox_cannot_be_read(office: Office) -> None:
    office.scene.asked()
    office.mailbox.down = Temporary("imap: connection lost")
    office.scene.pass_by(8 * DAY)
    office.daemon.tick()
    assert office.scene.issue.state is State.SUBMITTED
    office.mailbox.down = None
    office.scene.pass_by(HOUR)
    office.daemon.tick()
    assert office.scene.issue.state is State.REJECTED


def test_A27_a_vote_that_comes_in_time_while_older_mail_is_read_still_counts(office: Office) -> None:
    scene = office.scene
    scene.asked()
    scene.answer(ANA, "APPROVE")
    request, deadline = scene.request(BO), scene.ballot.deadline

    def meanwhile() -> None:
        scene.world.reply(BO, request, "APPROVE")
        scene.pass_by(timedelta(seconds=2))

    scene.pass_by(deadline - scene.now - timedelta(seconds=1))
    office.mailbox.arrive(signup(ULLA), scene.now)
    office.mailbox.while_reading.append(meanwhile)
    office.daemon.tick()
    assert scene.issue.state is State.SUBMITTED
    office.daemon.tick()
    assert scene.issue.state is State.APPROVED


def test_E16_a_stop_in_mid_inbox_decides_nothing(office: Office) -> None:
    scene = office.scene
    scene.asked()
    scene.answer(ANA, "APPROVE")
    office.mailbox.arrive(signup(ULLA), scene.now)
    scene.world.reply(BO, scene.request(BO), "APPROVE")
    scene.pass_by(8 * DAY)
    office.mailbox.while_reading.append(office.stop.ask)
    office.daemon.tick()
    assert (scene.issue.state, len(office.mailbox.inbox)) == (State.SUBMITTED, 1)


def test_E14_a_scheduled_issue_starts_when_due_and_not_before(office: Office) -> None:
    office.scene.approved()
    office.scene.schedule(office.scene.now + HOUR)
    for wait, state in ((HOUR - timedelta(seconds=1), State.SCHEDULED), (timedelta(seconds=1), State.SENT)):
        office.scene.pass_by(wait)
        office.daemon.tick()
        assert office.scene.issue.state is state
    assert sorted(recipients(office.transport)) == sorted(NMB)
    office.scene.world.clock.time -= 2 * HOUR  # the clock is set back: nothing is repeated
    office.daemon.tick()
    office.scene.pass_by(3 * HOUR)
    office.daemon.tick()
    assert [to for to in recipients(office.transport) if to in NMB] == sorted(NMB)


GRACE = timedelta(minutes=60)
SECOND = timedelta(seconds=1)


@pytest.mark.parametrize(("late", "state"), [(GRACE, State.SENT), (GRACE + SECOND, State.APPROVED)])
def test_E14_an_issue_whose_time_passed_unseen_asks_first(office: Office, late: timedelta, state: State) -> None:
    scene = office.scene
    scene.approved()
    scene.schedule(scene.now + HOUR)
    scene.pass_by(HOUR + late)
    for _ in range(3):
        office.daemon.tick()
        scene.pass_by(HOUR)
    assert (scene.issue.state, scene.issue.missed) == (state, state is State.APPROVED)
    told = recipients(office.transport).count(SECRETARY)
    assert (told, len(scene.trail("missed"))) == (1, int(scene.issue.missed))  # once: the summary, or the question


def test_E14_a_clock_that_jumps_ahead_sends_nothing(office: Office) -> None:
    scene = office.scene
    scene.approved()
    scene.schedule(scene.now + DAY)
    scene.world.clock.time += 30 * DAY
    office.daemon.tick()
    assert (recipients(office.transport), scene.issue.missed) == ([SECRETARY], True)
    scene.world.clock.time -= 30 * DAY
    scene.pass_by(DAY)
    office.daemon.tick()
    assert (recipients(office.transport), scene.issue.missed) == ([SECRETARY], True)


def test_E14_what_was_missed_can_be_sent_or_scheduled_anew(office: Office) -> None:
    scene = office.scene
    scene.approved()
    scene.schedule(scene.now + HOUR)
    scene.pass_by(DAY)
    office.daemon.tick()
    scene.schedule(scene.now + HOUR)
    assert (scene.issue.state, scene.issue.missed) == (State.SCHEDULED, False)
    scene.pass_by(HOUR)
    office.daemon.tick()
    assert (scene.issue.state, sorted(set(recipients(office.transport)) & set(NMB))) == (State.SENT, sorted(NMB))


def test_E14_what_is_approved_anew_has_missed_nothing(office: Office) -> None:
    scene = office.scene
    scene.approved()
    scene.schedule(scene.now + HOUR)
    scene.pass_by(DAY)
    office.daemon.tick()
    scene.build(replace(EDITION, text="⟦greeting⟧ Other news."))
    scene.submit()
    for member in (ANA, BO):
        scene.answer(member, "APPROVE")
    assert (scene.issue.state, scene.issue.missed) == (State.APPROVED, False)


def test_A19_a_scheduled_issue_that_was_edited_goes_back_to_draft(office: Office) -> None:
    office.scene.approved()
    office.scene.schedule(office.scene.now)
    office.edited.add(office.scene.issue.id)
    office.daemon.tick()
    assert office.scene.issue.state is State.DRAFT
    assert recipients(office.transport) == [SECRETARY]
    with office.scene.world.store.snapshot() as work:
        assert work.approvals.grant(office.scene.issue.id) is None


def test_an_issue_put_off_while_the_daemon_looked_is_not_started(office: Office) -> None:
    scene = office.scene
    scene.approved()
    scene.schedule(scene.now)
    stale = scene.issue
    scene.schedule(scene.now + HOUR)
    scene.do(lambda desk: issues.release(desk, stale, edited=False))
    scene.do(lambda desk: issues.release(desk, stale, edited=True))
    assert scene.issue.state is State.SCHEDULED


def test_a_list_that_was_added_after_the_grant_is_left_out(office: Office) -> None:
    scene = office.scene
    scene.approved()
    scene.import_list("wg-member", ["mia@wg.example"])
    scene.schedule(scene.now)
    update = scene.process.rules.publications["update"]
    more = {"update": replace(update, lists=(*update.lists, "wg-member"))}
    scene.process.rules = replace(scene.process.rules, publications=more)
    office.daemon.tick()
    assert sorted(recipients(office.transport)) == sorted(NMB)
    assert scene.issue.lists == ("d-liaison", "nmb", "subscriber")


def test_a_publication_that_left_the_configuration_holds_up_nothing_else(office: Office) -> None:
    scene = office.scene
    scene.approved()
    scene.schedule(scene.now)
    scene.process.rules = replace(scene.process.rules, publications={})
    office.mailbox.arrive(signup(ULLA), scene.now)
    office.daemon.tick()
    office.mailbox.arrive(signup(NMB[0]), scene.now)
    office.daemon.tick()
    assert (scene.issue.state, recipients(office.transport)) == (State.SCHEDULED, [ULLA, NMB[0]])


def test_E15_a_store_that_is_locked_for_a_while_ends_nothing(office: Office) -> None:
    scene = office.scene
    office.mailbox.arrive(signup(ULLA), scene.now)
    with locked(office):
        office.daemon.tick()
        office.daemon._wait()
    assert (len(office.mailbox.inbox), recipients(office.transport)) == (1, [])
    scene.pass_by(HOUR)
    office.daemon.tick()
    assert (len(office.mailbox.inbox), recipients(office.transport)) == (0, [ULLA])


@contextmanager
def locked(office: Office) -> Iterator[None]:
    """Another process writes and does not come to an end."""
    engine = office.scene.world.store._engine
    with engine.connect() as connection:
        connection.exec_driver_sql("PRAGMA busy_timeout = 10")
    with closing(sqlite3.connect(office.scene.folder / "mailer.db", isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        yield
        other.execute("ROLLBACK")


def test_E16_a_stop_ends_a_long_drain_within_one_mail(office: Office) -> None:
    scene = office.scene
    scene.asked()
    people = [f"m{number:03}@nmb.example" for number in range(100)]
    scene.import_list("nmb", people)
    for member in (ANA, BO):
        scene.answer(member, "APPROVE")
    scene.start()

    def enough() -> None:
        if len(office.transport.sent) == 3:
            office.daemon.stop()

    office.transport.after_each = enough
    office.daemon.run()
    assert recipients(office.transport) == people[:3]
    assert scene.issue.state is State.SENDING


def test_a_long_issue_does_not_keep_the_inbox_waiting(office: Office) -> None:
    scene = office.scene
    scene.asked()
    scene.import_list("nmb", [f"m{number:03}@nmb.example" for number in range(100)])
    for member in (ANA, BO):
        scene.answer(member, "APPROVE")
    scene.start()
    before = scene.world.clock.monotonic()
    office.daemon.tick()
    spent = scene.world.clock.monotonic() - before
    assert (spent <= SENDING_SLICE + 1, len(office.transport.sent)) == (True, SENDING_SLICE)  # one a second


def test_a_deferred_mail_is_waited_for_and_no_longer(office: Office) -> None:
    office.transport.script[ULLA] = [Delivery.DEFERRED]
    office.mailbox.arrive(signup(ULLA), office.scene.now)
    office.daemon.once()
    assert recipients(office.transport) == []
    office.scene.pass_by(timedelta(seconds=50))
    office.daemon._wait()
    assert office.mailbox.waits == [10.0]
    office.scene.pass_by(timedelta(seconds=10))
    office.daemon.tick()
    assert recipients(office.transport) == [ULLA]


def test_E10_mail_to_a_domain_that_refuses_us_is_waited_for_without_turning_round(office: Office) -> None:
    refuses = Brake(0.0, 1, office.scene.now + timedelta(seconds=40), "550 5.7.26 unauthenticated")
    with office.scene.world.store.transaction() as work:
        work.pace.set_brake(f"@{ULLA.partition('@')[2]}", refuses)
    office.mailbox.arrive(signup(ULLA), office.scene.now)
    office.daemon.once()
    assert recipients(office.transport) == []
    office.daemon._wait()
    assert [round(seconds) for seconds in office.mailbox.waits] == [40]
    office.scene.pass_by(timedelta(seconds=41))
    office.daemon.tick()
    assert recipients(office.transport) == [ULLA]


def test_E13_a_second_daemon_refuses_while_the_first_is_at_work(office: Office) -> None:
    lock = office.scene.folder / "mailer.lock"
    with ProcessLock(lock), pytest.raises(Refused, match="Another mailer is at work here"), ProcessLock(lock):
        pytest.fail("two at work")
    with ProcessLock(lock):
        office.daemon.once()


def test_E16_run_ends_when_it_is_told_to_while_it_waits(office: Office, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level("INFO", "mailer.daemon")
    office.mailbox.while_waiting.append(office.daemon.stop)
    office.mailbox.arrive(signup(ULLA), office.scene.now)
    office.daemon.run()
    assert (recipients(office.transport), office.mailbox.folders[Folder.PROCESSED] != []) == ([ULLA], True)
    assert caplog.messages == ["at work, until Ctrl-C or SIGTERM", "ended in good order"]


# --- what is counted ---


def test_a_day_is_counted(office: Office) -> None:
    office.mailbox.arrive(signup(ULLA), office.scene.now)
    office.mailbox.while_waiting.append(office.stop.ask)
    office.daemon.run()
    assert office.metrics.diary == ["command", "handling done", "reading done", "ledger", "tick done"]


def test_failures_are_counted_by_part(office: Office) -> None:
    office.scene.asked()
    office.mailbox.down = Temporary("imap: connection lost")
    office.daemon.tick()
    office.scene.pass_by(HOUR)
    office.mailbox.down = None
    office.mailbox.arrive(signup(ULLA), office.scene.now)
    office.transport.unreachable = Temporary("smtp: connection refused")
    office.daemon.tick()
    assert office.metrics.diary == [
        "reading broken off",
        "mailbox failed",
        "command",
        "handling done",
        "reading done",
        "ledger",
        "relay failed",
    ]
