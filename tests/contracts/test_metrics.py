"""The contract of Metrics: none, the fake, and Prometheus."""

from __future__ import annotations

from collections.abc import Callable, Mapping

import pytest
from prometheus_client import CollectorRegistry

from mailer.adapters.metrics.instruments import PrometheusMetrics
from mailer.errors import Temporary
from mailer.message import Envelope, MailTemplate, Outgoing
from mailer.model.outbox import Delivery, Outcome
from mailer.ports import Taken
from mailer.ports.metrics import NO_METRICS, Metrics, Step
from tests.fakes import FakeLedger, FakeMetrics, FakeTransport

MAKERS: Mapping[str, Callable[[], Metrics]] = {
    "nobody": lambda: NO_METRICS,
    "fake": FakeMetrics,
    "prometheus": lambda: PrometheusMetrics(CollectorRegistry()),
}


@pytest.fixture(params=MAKERS)
def metrics(request: pytest.FixtureRequest) -> Metrics:
    return MAKERS[request.param]()


def mail(row: int, mailing: int | None = None) -> Outgoing:
    envelope = Envelope("office@x.example", (f"r{row}@x.example",))
    return Outgoing((row,), envelope, MailTemplate(b"Subject: x\r\n\r\nx\r\n"), mailing=mailing)


def test_no_metric_call_fails(metrics: Metrics) -> None:
    """Every call may be made at any time and repeatedly."""
    for _ in range(2):
        for kind in ("bounce", "a kind of tomorrow"):
            metrics.handled(kind)
        for part in ("mailbox", "relay", "store", "handler", "a part of tomorrow"):
            metrics.failed(part)
        metrics.lost()
        metrics.connected()


@pytest.mark.parametrize("step", Step)
def test_a_timed_block_keeps_its_result_and_exception(metrics: Metrics, step: Step) -> None:
    with metrics.timed(step), metrics.timed(step):
        pass
    with pytest.raises(ZeroDivisionError), metrics.timed(step):
        raise ZeroDivisionError
    with pytest.raises(Temporary, match="later"), metrics.timed(step):
        raise Temporary("later")


def test_a_watched_ledger_is_the_same_ledger(metrics: Metrics) -> None:
    """A transport sees no difference in mails, records or exceptions."""
    seen: dict[str, list[str]] = {}
    for name in ("alone", "watched"):
        real = FakeLedger([mail(1), mail(2, 7), mail(3, 7)])
        ledger = real if name == "alone" else metrics.watched(real)
        FakeTransport({"r2@x.example": [Delivery.DEFERRED]}).deliver(ledger)
        assert ledger.take(1) == Taken([])
        seen[name] = real.events
    assert seen["watched"] == seen["alone"]
    assert len(seen["alone"]) == 9


def test_E15_a_fault_of_the_ledger_is_raised(metrics: Metrics) -> None:
    ledger = metrics.watched(FakeLedger([mail(1)], broken=Temporary("the disk is full")))
    (taken,) = ledger.take(1).mails
    with pytest.raises(Temporary, match="the disk is full"):
        ledger.record([Outcome(taken.rows[0], Delivery.FAILED, "550 no")], [])
