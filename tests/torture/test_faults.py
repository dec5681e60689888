"""A relay with any behaviour, a store that may fail, members who leave: nobody is lost or mailed twice.

Hypothesis draws scenarios with 20 recipients each; ``make torture`` sends to 10,000 recipients in all.
"""

from __future__ import annotations

import re
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory
from unittest.mock import patch

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mailer.adapters.smtp import SmtpTransport, Timeouts
from mailer.errors import MailerError, Temporary
from mailer.handlers import mailings
from mailer.model.lists import Standing
from mailer.model.outbox import Delivery, DeliveryRow, Doubts
from mailer.model.rules import Rules
from mailer.ports import Work
from mailer.store.database import SqlStore
from mailer.tokens import Purpose
from tests.fakes import FakeClock
from tests.flows.environment import EDITION, Environment, configured
from tests.relay import Action, Relay
from tests.settings import smtp_settings
from tests.tls import self_signed, server_context
from tests.torture.behaviours import completed, scripts
from tests.unit.harness import BOARD, Harness

RECIPIENTS = 20
PEOPLE = tuple(f"m{number}@nmb.example" for number in range(RECIPIENTS))
SHORT = Timeouts(connect=1, command=0.2, data=0.2, block=0.2, final=0.2, quit=0.1)
WAITING = (Delivery.QUEUED, Delivery.DEFERRED)
DRAINS = 80
"""More than the faults of any script can require."""
assert settings.default is not None
EXAMPLES = settings.default.max_examples // 4
WITH_DOTS = replace(EDITION, text=f"{EDITION.text}.\n..\n.hidden\n")


def rules(personal: bool) -> Rules:
    """The office's rules; the publication is personal or the same for all."""
    usual = configured().rules
    update = replace(usual.publications["update"], personal=personal)
    return replace(usual, publications={**usual.publications, "update": update})


@cache
def started(personal: bool) -> bytes:
    """A store whose issue is being sent to PEOPLE, some of them on two lists (E17)."""
    with TemporaryDirectory() as folder:
        harness = Harness(Path(folder))
        harness.restart(publications=rules(personal).publications)
        harness.import_list("cag", BOARD)
        harness.build(WITH_DOTS)
        harness.submit()
        harness.import_list("nmb", PEOPLE)
        harness.import_list("d-liaison", PEOPLE[:3])
        for member in BOARD[:2]:
            harness.answer(member, "APPROVE")
        harness.start()
        with harness.environment.store.transaction() as work:  # the mail to the board is not tested here
            waiting = [row.id for row in work.outbox.due(harness.now, most=100) if row.payload]
            work.outbox.suppress(dict.fromkeys(waiting, "test"), harness.now)
        harness.close()
        return (Path(folder) / "mailer.db").read_bytes()


@cache
def certificate() -> Path:
    folder = TemporaryDirectory()
    certificates.append(folder)
    return self_signed(Path(folder.name))


certificates: list[TemporaryDirectory[str]] = []


@dataclass
class SkippingClock(FakeClock):
    """The machine's clock, set forward by a test that waits longer than a send takes."""

    skipped: float = 0.0

    def now(self) -> datetime:
        return self.time + timedelta(seconds=time.monotonic())

    def monotonic(self) -> float:
        return time.monotonic() + self.skipped

    def pass_by(self, span: timedelta) -> None:
        self.time += span
        self.skipped += span.total_seconds()


@dataclass
class FailingStore:
    """The real store, whose transactions with these numbers fail (E15)."""

    real: SqlStore
    failing: frozenset[int]
    count: int = 0

    @contextmanager
    def transaction(self, alone: bool = True) -> Iterator[Work]:
        self._count()
        with self.real.transaction(alone) as work:
            yield work

    @contextmanager
    def statement(self) -> Iterator[Work]:
        self._count()
        with self.real.statement() as work:
            yield work

    def _count(self) -> None:
        self.count += 1
        if self.count in self.failing:
            raise Temporary("the disk is full")

    @contextmanager
    def snapshot(self) -> Iterator[Work]:
        with self.real.snapshot() as work:
            yield work


@dataclass(frozen=True)
class Scenario:
    """What happens during one send."""

    script: dict[str, list[Action]]
    connections: int
    sharing: int
    """How many recipients may share a mail; with more than one, the publication is not personal."""
    secure: bool
    failing: frozenset[int]
    leaves: Sequence[tuple[int, int]]
    """After which drain which member leaves."""
    clock_set_back: frozenset[int]
    """After which drains (E14)."""
    resends: frozenset[int]
    """After which drains the secretary sends again what is in doubt."""


scenarios = st.builds(
    Scenario,
    script=scripts,
    connections=st.sampled_from([1, 1, 2, 4]),
    sharing=st.sampled_from([1, 1, 1, 4]),
    secure=st.sampled_from([False, False, False, True]),
    failing=st.frozensets(st.integers(1, 40), max_size=3),
    leaves=st.lists(st.tuples(st.integers(0, 4), st.integers(0, RECIPIENTS - 1)), max_size=3),
    clock_set_back=st.frozensets(st.integers(0, 6), max_size=2),
    resends=st.frozensets(st.integers(0, 12), max_size=6),
)


@dataclass
class ScenarioRun:
    """One send, from queued rows until no row waits or is in doubt."""

    scenario: Scenario
    environment: Environment
    relay: Relay
    resent: Counter[str] = field(default_factory=Counter)
    """How often a mail in doubt was sent again on request, by recipient."""
    left: set[str] = field(default_factory=set)
    """Members who left while their mail was waiting."""

    def __call__(self) -> None:
        self._process = self.environment.process()
        store = FailingStore(self.environment.store, self.scenario.failing)
        runtime = self.environment.runtime(store, rules(self.scenario.sharing == 1))
        sender = self.environment.sender(runtime, self._transport, self.scenario.sharing)
        for drain in range(DRAINS):
            with suppress(MailerError):  # as if a person had looked, or the relay were back, the next drain goes on
                sender.drain()
            self._between_drains(drain)
            states = Counter(row.state for row in self.rows())
            most = self.scenario.connections * self.scenario.sharing if self.scenario.failing else 0
            assert states[Delivery.SENDING] <= most
            if not states.keys() & {*WAITING, Delivery.SENDING, Delivery.DOUBTFUL}:
                return
        raise AssertionError(f"not finished after {DRAINS} drains: {states}")

    @property
    def _transport(self) -> SmtpTransport:
        security = "starttls" if self.scenario.secure else "none"
        return SmtpTransport(
            smtp_settings(
                "localhost",
                self.relay.port,
                security,  # type: ignore[arg-type]
                "office",
                "s3cret",
                ca_file=str(certificate()),
                connections=self.scenario.connections,
                timeouts=SHORT,
            )
        )

    def rows(self) -> list[DeliveryRow]:
        with self.environment.store.snapshot() as work:
            return work.outbox.page(1, 0, 1000)

    def _between_drains(self, drain: int) -> None:
        for after, number in self.scenario.leaves:
            if after == drain:
                self._leave(PEOPLE[number])
        if drain in self.scenario.resends or drain > 12:
            self._resend_doubts()
        back = drain in self.scenario.clock_set_back
        self.environment.clock.pass_by(timedelta(hours=8))
        if back:
            self.environment.clock.time -= timedelta(hours=5)

    def _leave(self, address: str) -> None:
        if any(row.recipient == address and row.state in WAITING for row in self.rows()):
            self.left.add(address)
        with self.environment.store.transaction() as work:
            contact = work.lists.contact_at(address)
            assert contact is not None
            for key in ("nmb", "d-liaison"):
                if work.lists.standing(key, contact.id):
                    work.lists.set_standing(key, contact.id, Standing.LEFT, self.environment.clock.now(), "a test")

    def _resend_doubts(self) -> None:
        self.resent.update(row.recipient for row in self.rows() if row.state is Delivery.DOUBTFUL)
        with self.environment.store.transaction() as work:
            office = self._process.office(work, "secretary", "send --resend-doubtful")
            mailings.resolve_doubts(office, work.issues.issue_by_id(1), Doubts.RESEND)


def without_date(raw: bytes) -> bytes:
    """A mail without its Date field, which is that of the attempt (E19)."""
    return re.sub(rb"\r\nDate: [^\r]+", b"", raw, count=1)


def run_scenario(scenario: Scenario, folder: Path) -> tuple[ScenarioRun, list[DeliveryRow]]:
    environment = Environment(folder)
    environment.clock = SkippingClock()
    (folder / "mailer.db").write_bytes(started(scenario.sharing == 1))
    relay = Relay(completed(scenario.script), tls=server_context(certificate()))
    try:
        with relay, patch("mailer.adapters.smtp.delivery_loop.time", environment.clock):  # as the limiter waits
            run = ScenarioRun(scenario, environment, relay)
            run()
            rows = run.rows()
    finally:
        environment.close()
    return run, rows


@pytest.mark.torture
@settings(max_examples=EXAMPLES)
@given(scenarios)
def test_E1_to_E17_nobody_is_lost_and_none_mailed_twice_unless_shown_as_in_doubt(scenario: Scenario) -> None:
    with TemporaryDirectory() as folder:
        run, rows = run_scenario(scenario, Path(folder))
    key = run.environment.store.key
    read = [mail for mail in run.relay.read if mail.recipient]  # without a recipient: cancelled after a refusal
    received = Counter(mail.recipient for mail in read)
    taken = Counter(mail.recipient for mail in run.relay.taken)
    refused = Counter(mail.recipient for mail in run.relay.refused)
    assert sorted(row.recipient for row in rows) == sorted(PEOPLE)
    assert set(received) <= set(PEOPLE)
    for row in rows:
        reader = row.recipient
        token = key.token(Purpose.BOUNCE, row.id) if scenario.sharing == 1 else key.token(Purpose.SHARED, 1)
        named = reader in row.reply or str(configured().rules.to(token)) in row.reply
        assert received[reader] - refused[reader] <= 1 + run.resent[reader], f"{reader} may have it too often: {row}"
        match row.state:
            case Delivery.SENT:
                assert taken[reader] and named, row
            case Delivery.FAILED:
                assert named or row.reply.startswith(("not sent: ", "given up: ")), row
            case Delivery.SUPPRESSED:
                assert reader in {PEOPLE[number] for _, number in scenario.leaves}
            case _:
                raise AssertionError(f"not settled: {row}")
    for reader in run.left:
        assert [row.state for row in rows if row.recipient == reader] == [Delivery.SUPPRESSED]
        assert received[reader] - refused[reader] <= run.resent[reader]
    assert len({(mail.recipient, mail.sender, without_date(mail.raw)) for mail in read}) == len(received)
    assert [mail for mail in read if b"\r\n.\r\n..\r\n.hidden\r\n" not in mail.raw] == []
