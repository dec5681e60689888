"""The metrics by name. Every label has a fixed set of values."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager

from prometheus_client import CollectorRegistry, Gauge

from mailer.adapters.metrics.counters import SECONDS, Count, Histogram
from mailer.adapters.metrics.sending import SendingInstruments, WatchedLedger
from mailer.model.inbound import MailKind
from mailer.ports import Ledger
from mailer.ports.metrics import Step

PARTS = ("mailbox", "relay", "store", "handler")

STEPS = {
    Step.TICK: "One round of the daemon: receive, decide, send, settle.",
    Step.READING: "Reading the inbox to its end.",
    Step.HANDLING: "Handling one incoming mail.",
}


class PrometheusMetrics:
    """ports.metrics.Metrics in a registry of Prometheus."""

    def __init__(self, registry: CollectorRegistry) -> None:
        self._sending = SendingInstruments(registry)
        self._opened = Count(registry, "mailer_connections_opened_total", "Connections to the relay that were opened.")
        self._lost = Count(
            registry, "mailer_connections_lost_total", "Connections to the relay that it closed or broke."
        )
        self._handled = Count(
            registry,
            "mailer_inbound_mails_total",
            "Incoming mails that were handled, by kind.",
            ("kind",),
            ((kind.value,) for kind in MailKind),
        )
        self._failures = Count(
            registry,
            "mailer_failures_total",
            "Failures of a server, which is then left alone for a while, and of mail handlers.",
            ("part",),
            ((part,) for part in PARTS),
        )
        self._seconds = {step: Histogram(registry, f"mailer_{step}_seconds", STEPS[step], SECONDS) for step in Step}
        self._ended = {
            step: Gauge(
                f"mailer_last_{step}_timestamp_seconds",
                f"When this last succeeded; 0: not yet. {STEPS[step]}",
                registry=registry,
            )
            for step in Step
        }

    def watched(self, ledger: Ledger) -> Ledger:
        return WatchedLedger(ledger, self._sending)

    @contextmanager
    def timed(self, step: Step) -> Iterator[None]:
        began = time.monotonic()
        try:
            yield
            self._ended[step].set_to_current_time()
        finally:
            self._seconds[step].add(time.monotonic() - began)

    def handled(self, kind: str) -> None:
        self._handled.add(kind)

    def failed(self, part: str) -> None:
        self._failures.add(part)

    def connected(self) -> None:
        self._opened.add()

    def lost(self) -> None:
        self._lost.add()
