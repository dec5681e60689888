"""A part that fails for an hour is told once, by a way that works, and its end is told once."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import timedelta

import pytest

from mailer.errors import DiskFull, MailerError, Permanent, StoreUnusable, Temporary
from mailer.model.health import Health, Part, PartHealth
from mailer.watch import Watch
from tests.fakes import NOON, FakeClock

MINUTE, HOUR = timedelta(minutes=1), timedelta(hours=1)
DOWN = Temporary("imap.example: no connection")


@dataclass
class FakeRecord:
    """A record in memory, which outlives the process."""

    kept: Health | None = None
    theirs: Sequence[Health] = ()
    urgent: int = 0

    def last(self) -> Health | None:
        return self.kept

    def write(self, health: Health, urgent: bool) -> None:
        self.kept = health
        self.urgent += urgent

    def others(self) -> Sequence[Health]:
        return self.theirs


@dataclass
class FakeWay:
    """A way to the secretary, which can be broken."""

    broken: MailerError | None = None
    told: list[tuple[str, str]] = field(default_factory=list)

    def __call__(self, notice: str, values: Mapping[str, object]) -> None:
        if self.broken:
            raise self.broken
        self.told.append((notice, str(values["part"])))


@dataclass
class Setup:
    clock: FakeClock = field(default_factory=FakeClock)
    record: FakeRecord = field(default_factory=FakeRecord)
    mail: FakeWay = field(default_factory=FakeWay)
    note: FakeWay = field(default_factory=FakeWay)
    full: MailerError | None = None

    def starts(self, name: str = "daemon here:1") -> Watch:
        ways = {Part.MAILBOX: [self.mail], Part.RELAY: [self.note], Part.STORE: [self.mail, self.note]}
        return Watch(name, self.clock, [self.record], ways, [self.mail], prove_store=self.write)

    def write(self) -> None:
        """A write into the store."""
        if self.full:
            raise self.full

    def fails(self, watch: Watch, part: Part, fault: MailerError, span: timedelta) -> None:
        """The part fails for ``span``, every ten minutes."""
        end = self.clock.now() + span
        while True:
            watch.failed(part, fault)
            watch.tick()
            if self.clock.now() >= end:
                return
            self.clock.pass_by(10 * MINUTE)


@pytest.fixture
def setup() -> Setup:
    return Setup()


@pytest.mark.parametrize(("part", "way"), [(Part.MAILBOX, "mail"), (Part.RELAY, "note"), (Part.STORE, "mail")])
def test_F11_an_outage_of_an_hour_is_told_once_and_so_is_its_end(setup: Setup, part: Part, way: str) -> None:
    watch, used = setup.starts(), getattr(setup, way)
    setup.fails(watch, part, DOWN, 50 * MINUTE)
    assert used.told == []
    setup.fails(watch, part, DOWN, 5 * HOUR)
    assert used.told == [("outage", part.value)]
    watch.worked(part)
    watch.tick()
    assert setup.mail.told[-1] == ("back", part.value)
    assert len(setup.mail.told) + len(setup.note.told) == 2
    watch.worked(part)
    setup.fails(watch, part, DOWN, HOUR)
    assert used.told[-1] == ("outage", part.value)


def test_a_short_outage_is_told_to_nobody(setup: Setup) -> None:
    watch = setup.starts()
    for _ in range(5):
        setup.fails(watch, Part.RELAY, DOWN, 50 * MINUTE)
        watch.worked(Part.RELAY)
    assert (setup.mail.told, setup.note.told) == ([], [])


def test_another_way_is_taken_if_the_first_does_not_work_and_tried_until_one_does(setup: Setup) -> None:
    watch = setup.starts()
    setup.mail.broken = setup.note.broken = Temporary("down")
    setup.fails(watch, Part.STORE, DOWN, 2 * HOUR)
    assert watch.health.part(Part.STORE).told_at is None
    setup.note.broken = None
    watch.tick()
    watch.tick()
    assert setup.note.told == [("outage", "store")]


def test_an_outage_goes_on_over_a_restart(setup: Setup) -> None:
    setup.fails(setup.starts(), Part.STORE, DOWN, 40 * MINUTE)
    setup.fails(setup.starts("daemon here:2"), Part.STORE, DOWN, 20 * MINUTE)
    assert setup.mail.told == [("outage", "store")]
    setup.fails(setup.starts("daemon here:3"), Part.STORE, DOWN, 20 * MINUTE)
    assert setup.mail.told == [("outage", "store")]


@pytest.mark.parametrize("fault", [DiskFull("the disk of /x is full"), StoreUnusable("locked")])
def test_E15_a_fault_of_the_store_is_not_blamed_on_the_mailbox(setup: Setup, fault: MailerError) -> None:
    watch = setup.starts()
    watch.failed(Part.MAILBOX, fault)
    assert list(watch.health.failing) == [Part.STORE]


def test_E15_a_store_that_can_only_be_read_still_fails_and_is_told_after_an_hour(setup: Setup) -> None:
    watch = setup.starts()
    setup.full = DiskFull("the disk of /x is full")
    watch.failed(Part.MAILBOX, setup.full)
    for _ in range(70):
        watch.worked(Part.STORE)
        watch.tick()
        setup.clock.pass_by(MINUTE)
    assert watch.health.part(Part.STORE).failing_since == NOON
    assert setup.mail.told == [("outage", "store")]
    watch.worked(Part.MAILBOX)
    setup.full = None
    watch.worked(Part.STORE)
    watch.tick()
    assert (watch.health.failing, setup.mail.told[1:]) == ({}, [("back", "store")])


@pytest.mark.parametrize("user", [Part.MAILBOX, Part.RELAY])
def test_E15_a_small_write_is_not_enough_while_a_larger_one_fails(setup: Setup, user: Part) -> None:
    watch = setup.starts()
    watch.failed(user, DiskFull("no room for us"))
    watch.worked(Part.STORE)
    watch.tick()
    assert list(watch.health.failing) == [Part.STORE]
    watch.recorded(user)
    watch.tick()
    assert watch.health.failing == {}


def test_what_failed_last_is_known_after_it_has_passed(setup: Setup) -> None:
    watch = setup.starts()
    watch.failed(Part.MAILBOX, DOWN)
    setup.clock.pass_by(MINUTE)
    watch.failed(Part.RELAY, Permanent("refused the login"))
    watch.worked(Part.RELAY)
    watch.worked(Part.MAILBOX)
    assert watch.health.failing == {}
    last = watch.health.last_fault
    assert last is not None
    assert (last[0], last[1].fault, last[1].failed_at) == (Part.RELAY, "refused the login", NOON + MINUTE)


def worker(name: str, **how: PartHealth) -> Health:
    return Health(name, NOON, NOON, parts={Part(part): health for part, health in how.items()})


def test_what_another_worker_can_use_is_no_outage(setup: Setup) -> None:
    watch = setup.starts("here:1:ab")
    setup.record.theirs = [worker("there:2:cd", relay=PartHealth(worked_at=NOON + 30 * MINUTE))]
    setup.fails(watch, Part.RELAY, DOWN, 2 * HOUR)
    assert setup.note.told == []


def test_of_several_workers_one_tells(setup: Setup) -> None:
    watch = setup.starts("here:1:ab")
    setup.record.theirs = [worker("there:2:cd", relay=PartHealth(failing_since=NOON, told_at=NOON + HOUR))]
    setup.fails(watch, Part.RELAY, DOWN, 2 * HOUR)
    assert setup.note.told == []
    assert watch.health.part(Part.RELAY).told_at is not None


def test_D6_what_a_server_says_is_redacted() -> None:
    clock, record = FakeClock(), FakeRecord()
    watch = Watch("daemon", clock, [record], {}, [], lambda text: text.replace("hunter2", "…"))
    watch.failed(Part.RELAY, Permanent("535 hunter2 is wrong"))
    assert watch.health.part(Part.RELAY).fault == "535 … is wrong"


def test_changes_are_urgent_and_signs_of_life_are_not(setup: Setup) -> None:
    watch = setup.starts()
    watch.begin()
    watch.worked(Part.MAILBOX)
    watch.tick()
    assert setup.record.urgent == 1
    watch.failed(Part.MAILBOX, DOWN)
    watch.failed(Part.MAILBOX, DOWN)
    watch.worked(Part.MAILBOX)
    watch.end()
    assert setup.record.urgent == 4
    assert setup.record.kept is not None and setup.record.kept.stopped_at == NOON


def test_health_is_the_same_as_json() -> None:
    how = PartHealth(NOON, NOON + MINUTE, NOON + HOUR, "down", NOON + HOUR)
    health = replace(worker("one", mailbox=how, store=PartHealth()), stopped_at=NOON + HOUR)
    assert Health.from_json(health.as_json()) == health
