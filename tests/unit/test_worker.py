"""A worker among others: dead workers, their rows, and stopping."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import timedelta

import pytest

from mailer.model.outbox import Batch, Delivery, Draft
from mailer.sending.limiter import Limiter
from mailer.sending.sender import Sender
from mailer.throttle.limits import SECOND, Limit
from mailer.throttle.policy import Policy
from mailer.worker import FORGET_AFTER, Lane, Worker, holder
from tests.fakes import FakeTransport
from tests.unit.harness import Harness

STALLED = timedelta(seconds=60)
READERS = tuple(f"m{number}@nmb.example" for number in range(4))
Make = Callable[[str], Worker]


@dataclass
class Setup:
    harness: Harness
    relay: FakeTransport = field(default_factory=FakeTransport)

    def worker(self, name: str) -> Worker:
        runtime = self.harness.environment.runtime(rules=self.harness.process.rules)
        limiter = Limiter(runtime.store, runtime.clock, Policy("relay.example", (Limit(SECOND, 1_000_000),)))
        senders = {lane: Sender(runtime, self.relay, limiter, holder=holder(name, lane)) for lane in Lane}
        return Worker(runtime, name, self.harness.process.daemon, senders, STALLED, 0.0)

    def passes(self, span: timedelta) -> None:
        self.harness.environment.clock.pass_by(span)

    @property
    def workers(self) -> list[str]:
        with self.harness.environment.store.snapshot() as work:
            return [seen.name for seen in work.workers.all()]

    def claimed(self, *names: str) -> None:
        """Let each holder claim a copy."""
        with self.harness.environment.store.transaction() as work:
            rows = [row.id for row in work.outbox.due(self.harness.now, 1, 9) if row.mailing]
            for name, row in zip(names, rows, strict=False):
                work.outbox.record([row], [], self.harness.now, name)

    def holders(self) -> set[str]:
        with self.harness.environment.store.snapshot() as work:
            return work.outbox.holders()


@pytest.fixture
def setup(harness: Harness) -> Setup:
    harness.approved()
    harness.import_list("nmb", READERS)
    harness.start()
    return Setup(harness)


def test_E1_only_mails_that_dead_workers_were_sending_are_in_doubt(setup: Setup) -> None:
    one, two = setup.worker("one"), setup.worker("two")
    one.beat([])
    two.beat(["copies"])
    setup.claimed(holder("one", Lane.COPIES), holder("two", Lane.COPIES), "", "never seen/copies")
    setup.passes(STALLED / 2)
    two.beat([])
    assert setup.holders() == {holder("one", Lane.COPIES), holder("two", Lane.COPIES)}
    setup.passes(STALLED / 2 + timedelta(seconds=1))
    two.beat([])
    assert setup.holders() == {holder("two", Lane.COPIES)}
    assert setup.workers == ["one", "two"]
    setup.passes(FORGET_AFTER)
    two.beat([])
    assert setup.workers == ["two"]


def test_a_batch_and_service_mail_are_sent_separately(setup: Setup) -> None:
    worker = setup.worker("one")
    worker.beat([])
    with setup.harness.environment.store.transaction() as work:
        work.outbox.add(
            Draft("test", "anna@x.example", "<1@x>", b"From: tg2@iso-sr.example\r\n\r\n"), setup.harness.now
        )
    worker.deliver(Batch(1, range(1, 10_000)))
    assert {copy.mailing for copy in setup.relay.sent} == {1}
    assert len(setup.relay.sent) == len(READERS)
    worker.send_service_mail()
    assert {copy.mailing for copy in setup.relay.sent[len(READERS) :]} == {None}
    with setup.harness.environment.store.snapshot() as work:
        assert work.outbox.counts(1)[Delivery.SENT] == len(READERS)


def test_E16_a_stopping_worker_takes_no_more_mail_and_leaves(setup: Setup) -> None:
    worker = setup.worker("one")
    worker.beat([])
    setup.claimed(holder("one", Lane.COPIES), holder("two", Lane.COPIES))
    worker._stop.ask()
    worker.deliver(Batch(1, range(1, 10_000)))
    worker.send_service_mail()
    worker.receive()
    worker.leave()
    assert (setup.relay.sent, setup.workers) == ([], [])
    assert setup.holders() == {holder("two", Lane.COPIES)}
