"""The metrics as Prometheus reads them over a real socket: names, types and figures."""

from __future__ import annotations

import re
import socket
import urllib.request
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from socketserver import BaseServer

import pytest
from prometheus_client.parser import text_string_to_metric_families

from mailer.adapters import metrics
from mailer.adapters.metrics import store as metrics_store
from mailer.adapters.metrics.sending import reply_class
from mailer.errors import MailerError, Permanent, Temporary
from mailer.message import Envelope, MailTemplate, Outgoing
from mailer.model.figures import Figures
from mailer.model.outbox import Counts, Delivery, Outcome
from mailer.ports.metrics import Metrics, Step
from tests.fakes import FakeLedger
from tests.ports import free_port
from tests.waiting import TIMEOUT

FIGURES = Figures(
    service_mail=Counts({Delivery.SENT: 12, Delivery.QUEUED: 1}),
    issues={("update", 1): Counts({Delivery.SENT: 900, Delivery.FAILED: 3}), ("update", 2): Counts({})},
    oldest_service_mail=timedelta(minutes=2),
    oldest_copy=timedelta(0),
    inbound={"bounce": 3},
    attention=2,
)

NAMES = {
    "mailer_attempt_seconds": "histogram",
    "mailer_attempts_total": "counter",
    "mailer_attention_mails": "gauge",
    "mailer_build_info": "gauge",
    "mailer_commit_rows": "histogram",
    "mailer_commit_seconds": "histogram",
    "mailer_connections_lost_total": "counter",
    "mailer_connections_opened_total": "counter",
    "mailer_copies": "gauge",
    "mailer_failures_total": "counter",
    "mailer_handling_seconds": "histogram",
    "mailer_inbound_mails_total": "counter",
    "mailer_last_handling_timestamp_seconds": "gauge",
    "mailer_last_reading_timestamp_seconds": "gauge",
    "mailer_last_sent_timestamp_seconds": "gauge",
    "mailer_last_tick_timestamp_seconds": "gauge",
    "mailer_oldest_waiting_seconds": "gauge",
    "mailer_reading_seconds": "histogram",
    "mailer_service_mails": "gauge",
    "mailer_store_up": "gauge",
    "mailer_take_seconds": "histogram",
    "mailer_tick_seconds": "histogram",
}


@dataclass
class Store:
    """Gives the figures, and counts how often it is asked."""

    figures: Figures = FIGURES
    trouble: MailerError | None = None
    reads: int = 0

    def __call__(self) -> Figures:
        self.reads += 1
        if self.trouble:
            raise self.trouble
        return self.figures


@dataclass
class Endpoint:
    """A running endpoint, as Prometheus sees it."""

    metrics: Metrics
    url: str
    store: Store = field(default_factory=Store)

    def text(self) -> str:
        with urllib.request.urlopen(self.url, timeout=TIMEOUT) as answer:
            return answer.read().decode()

    def value(self, name: str, **labels: str) -> float | None:
        """One sample, or None."""
        for family in text_string_to_metric_families(self.text()):
            for sample in family.samples:
                if (sample.name, sample.labels) == (name, labels):
                    return sample.value
        return None


@pytest.fixture
def endpoint(monkeypatch: pytest.MonkeyPatch) -> Iterator[Endpoint]:
    monkeypatch.setattr(metrics_store, "FRESH", 0.0)
    monkeypatch.setattr(BaseServer.serve_forever, "__defaults__", (0.01,))  # seconds between its checks for the end
    store, port = Store(), free_port()
    with metrics.serve("127.0.0.1", port, store) as measured:
        yield Endpoint(measured, f"http://127.0.0.1:{port}/metrics", store)


def mail(row: int, mailing: int | None) -> Outgoing:
    return Outgoing((row,), Envelope("office@x.example", (f"r{row}@x.example",)), MailTemplate(b"x"), mailing=mailing)


# --- the metrics ---


def test_every_metric_has_a_type_and_a_help_text(endpoint: Endpoint) -> None:
    text = endpoint.text()
    types = dict(re.findall(r"^# TYPE (mailer_\S+) (\w+)$", text, re.MULTILINE))
    helps = dict(re.findall(r"^# HELP (mailer_\S+) (.+)$", text, re.MULTILINE))
    assert types == NAMES
    assert sorted(helps) == sorted(NAMES)
    assert "process_resident_memory_bytes" in text


def test_the_manual_names_exactly_the_metrics_that_exist() -> None:
    manual = (Path(__file__).parents[3] / "docs" / "metrics.md").read_text("utf-8")
    named = {name.removesuffix("_bucket") for name in re.findall(r"\bmailer_\w+", manual)}
    assert sorted(named - {"mailer_"}) == sorted(NAMES)


def test_every_counter_starts_at_0(endpoint: Endpoint) -> None:
    shown = {
        (sample.name, *sample.labels.values()): sample.value
        for family in text_string_to_metric_families(endpoint.text())
        if family.type == "counter" and family.name.startswith("mailer_")
        for sample in family.samples
    }
    assert set(shown.values()) == {0.0}
    assert len([name for name, *_ in shown if name == "mailer_attempts_total"]) == 8
    assert ("mailer_failures_total", "mailbox") in shown
    assert ("mailer_inbound_mails_total", "auto-reply") in shown


def test_attempts_by_lane_outcome_and_reply(endpoint: Endpoint) -> None:
    outcomes = [
        Outcome(1, Delivery.SENT, "250 2.0.0 taken"),
        Outcome(2, Delivery.SENT, "250 2.0.0 taken"),
        Outcome(3, Delivery.FAILED, "550 5.1.1 no such user"),
        Outcome(4, Delivery.DEFERRED, "the relay closed the connection"),
    ]
    ledger = endpoint.metrics.watched(FakeLedger([mail(1, 7), mail(2, 7), mail(3, 7), mail(4, None)]))
    rows = [taken.rows[0] for taken in ledger.take(9).mails]
    ledger.record([], rows)
    ledger.record(outcomes, [])
    assert {
        tuple(sample.labels.values()): sample.value
        for family in text_string_to_metric_families(endpoint.text())
        for sample in family.samples
        if sample.name == "mailer_attempts_total" and sample.value
    } == {
        ("issue", "sent", "2xx"): 2,
        ("issue", "failed", "5xx"): 1,
        ("conversation", "deferred", "none"): 1,
    }
    assert endpoint.value("mailer_attempt_seconds_count") == 4
    assert endpoint.value("mailer_take_seconds_count") == 1
    assert endpoint.value("mailer_commit_seconds_count") == 2
    assert (endpoint.value("mailer_commit_rows_count"), endpoint.value("mailer_commit_rows_sum")) == (2, 8)
    assert [endpoint.value("mailer_commit_rows_bucket", le=le) for le in ("2.0", "5.0", "+Inf")] == [0, 2, 2]
    assert (endpoint.value("mailer_last_sent_timestamp_seconds") or 0) > 0


def test_an_attempt_counts_even_if_the_store_fails(endpoint: Endpoint) -> None:
    ledger = endpoint.metrics.watched(FakeLedger([mail(1, 7)], broken=Temporary("full")))
    ledger.take(1)
    with pytest.raises(Temporary):
        ledger.record([Outcome(1, Delivery.SENT, "250 ok")], [])
    assert endpoint.value("mailer_attempts_total", lane="issue", outcome="sent", reply="2xx") == 1


def test_events_are_counted(endpoint: Endpoint) -> None:
    measured = endpoint.metrics
    for _ in range(3):
        measured.connected()
    measured.lost()
    measured.handled("bounce")
    measured.failed("relay")
    assert endpoint.value("mailer_connections_opened_total") == 3
    assert endpoint.value("mailer_connections_lost_total") == 1
    assert endpoint.value("mailer_inbound_mails_total", kind="bounce") == 1
    assert endpoint.value("mailer_failures_total", part="relay") == 1


@pytest.mark.parametrize("step", Step)
def test_a_failed_step_is_timed_but_is_no_success(endpoint: Endpoint, step: Step) -> None:
    with pytest.raises(Temporary), endpoint.metrics.timed(step):
        raise Temporary("down")
    assert endpoint.value(f"mailer_{step}_seconds_count") == 1
    assert endpoint.value(f"mailer_last_{step}_timestamp_seconds") == 0
    with endpoint.metrics.timed(step):
        pass
    assert endpoint.value(f"mailer_{step}_seconds_count") == 2
    assert (endpoint.value(f"mailer_last_{step}_timestamp_seconds") or 0) > 0


def test_gauges_of_the_store(endpoint: Endpoint) -> None:
    shown = endpoint.value
    assert shown("mailer_copies", publication="update", issue="1", state="sent") == 900
    assert shown("mailer_copies", publication="update", issue="1", state="in doubt") == 0
    assert shown("mailer_copies", publication="update", issue="2", state="queued") == 0
    assert shown("mailer_service_mails", state="queued") == 1
    assert shown("mailer_oldest_waiting_seconds", lane="conversation") == 120
    assert shown("mailer_oldest_waiting_seconds", lane="issue") == 0
    assert (shown("mailer_attention_mails"), shown("mailer_store_up")) == (2, 1)


def test_a_store_that_is_down_shows_and_the_other_metrics_go_on(endpoint: Endpoint) -> None:
    endpoint.store.trouble = Temporary("locked")
    endpoint.metrics.connected()
    assert endpoint.value("mailer_store_up") == 0
    assert endpoint.value("mailer_service_mails", state="queued") is None
    assert endpoint.value("mailer_connections_opened_total") == 1
    endpoint.store.trouble = None
    assert endpoint.value("mailer_store_up") == 1


def test_the_store_is_not_read_again_at_once() -> None:
    store = Store()
    collector = metrics_store.StoreCollector(store)
    for _ in range(3):
        assert len(list(collector.collect())) == 5
    assert store.reads == 1


def test_no_personal_data_is_shown(endpoint: Endpoint) -> None:
    ledger = endpoint.metrics.watched(FakeLedger([mail(1, None), mail(2, 7)]))
    for taken in ledger.take(2).mails:
        ledger.record([Outcome(taken.rows[0], Delivery.FAILED, f"550 {taken.envelope.recipients[0]} is unknown")], [])
    assert re.findall(r".*@.*", endpoint.text()) == []


@pytest.mark.parametrize(
    ("reply", "expected"),
    [
        ("250 2.0.0 ok", "2xx"),
        ("421-4.7.0 slow down", "4xx"),
        ("550", "5xx"),
        ("354 go on", "none"),
        ("2 connections were lost", "none"),
        ("given up: 450 later", "none"),
        ("", "none"),
    ],
)
def test_the_class_of_a_reply(reply: str, expected: str) -> None:
    assert reply_class(reply[:3]) == expected


# --- the port ---


def test_a_port_in_use_is_named() -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        with (
            pytest.raises(Permanent, match=rf"^\[metrics\] listen: cannot listen on 127.0.0.1:{port}: Addr"),
            metrics.serve("127.0.0.1", port, Store()),
        ):
            pass


def test_an_address_of_another_machine_is_named() -> None:
    with (
        pytest.raises(Permanent, match=r"^\[metrics\] listen: cannot listen on 192.0.2.1:9108: "),
        metrics.serve("192.0.2.1", 9108, Store()),
    ):
        pass


def test_the_port_is_closed_after_the_block() -> None:
    port = free_port()
    for _ in range(2):  # the second time over the same port
        with metrics.serve("127.0.0.1", port, Store()):
            socket.create_connection(("127.0.0.1", port), timeout=TIMEOUT).close()
        with pytest.raises(ConnectionRefusedError):
            socket.create_connection(("127.0.0.1", port), timeout=TIMEOUT)
