"""The instruments by name. No label has more values than stand here."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager

from prometheus_client import CollectorRegistry, Gauge

from mailer.adapters.metrics.sending import SendingInstruments, WatchedLedger
from mailer.adapters.metrics.tallies import SECONDS, Count, Histogram
from mailer.model.inbound import MailKind
from mailer.ports import Ledger
from mailer.ports.metrics import Step

PARTS = ("mailbox", "relay", "store", "handler")

STEPS = {
    Step.TICK: "Once around: receive, decide, send, settle.",
    Step.READING: "Reading the inbox to its end.",
    Step.HANDLING: "Handling one mail that came in.",
}


class PrometheusMetrics:
    """metrics.Metrics, in a registry of Prometheus."""

    def __init__(self, registry: CollectorRegistry) -> None:
        self._sending = SendingInstruments(registry)
        self._opened = Count(registry, "mailer_connections_opened_total", "Connections to the relay that were opened.")
        self._lost = Count(registry, "mailer_connections_lost_total", "Connections to the relay that it ended, not we.")
        self._handled = Count(
            registry,
            "mailer_inbound_mails_total",
            "Mails that came in and were handled, by kind.",
            ("kind",),
            ((kind.value,) for kind in MailKind),
        )
        self._failures = Count(
            registry,
            "mailer_failures_total",
            "Failures of a server, which is then left alone for a while, and of handlers of mail.",
            ("part",),
            ((part,) for part in PARTS),
        )
        self._seconds = {step: Histogram(registry, f"mailer_{step}_seconds", STEPS[step], SECONDS) for step in Step}
        self._ended = {
            step: Gauge(
                f"mailer_last_{step}_timestamp_seconds",
                f"When this last ended well; 0: not yet. {STEPS[step]}",
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
