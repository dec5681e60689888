"""Gauges of the store, read when Prometheus asks for them."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator

from prometheus_client.core import GaugeMetricFamily
from prometheus_client.registry import Collector

from mailer.adapters.metrics.sending import CONVERSATION, ISSUE
from mailer.errors import MailerError
from mailer.model.figures import Figures
from mailer.model.outbox import Delivery

FRESH = 10.0
"""Seconds for which figures are shown again: counting a million rows takes a tenth of a second."""


class StoreCollector(Collector):
    """Gauges of the store. If it cannot be read, they are missing and ``mailer_store_up`` is 0."""

    def __init__(self, figures: Callable[[], Figures]) -> None:
        self._figures = figures
        self._lock = threading.Lock()
        self._read: Figures | None = None
        self._stale_at = 0.0

    def collect(self) -> Iterator[GaugeMetricFamily]:
        with self._lock:
            if time.monotonic() >= self._stale_at:
                self._refresh()
            found = self._read
        yield GaugeMetricFamily("mailer_store_up", "Whether the store could be read.", float(found is not None))
        if found is not None:
            yield from _families(found)

    def _refresh(self) -> None:
        try:
            self._read = self._figures()
        except MailerError:
            self._read = None
        self._stale_at = time.monotonic() + FRESH


def _families(found: Figures) -> Iterator[GaugeMetricFamily]:
    copies = GaugeMetricFamily(
        "mailer_copies",
        "Copies of issues that are being sent or were sent recently, by state.",
        labels=("publication", "issue", "state"),
    )
    for (publication, number), counts in found.issues.items():
        for state in Delivery:
            copies.add_metric((publication, str(number), state.value), counts[state])
    service = GaugeMetricFamily(
        "mailer_service_mails", "Confirmations, ballots, receipts and other answers, by state.", labels=("state",)
    )
    for state in Delivery:
        service.add_metric((state.value,), found.service_mail[state])
    yield copies
    yield service
    oldest = GaugeMetricFamily(
        "mailer_oldest_waiting_seconds",
        "How long the oldest waiting mail has been due; 0: none is due.",
        labels=("lane",),
    )
    oldest.add_metric((CONVERSATION,), found.oldest_service_mail.total_seconds())
    oldest.add_metric((ISSUE,), found.oldest_copy.total_seconds())
    yield oldest
    yield GaugeMetricFamily("mailer_attention_mails", "Mails set aside for a person, in total.", found.attention)
