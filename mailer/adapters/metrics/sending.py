"""Metrics of sending, taken by a ledger that wraps the real one, unnoticed by the transport."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Sequence

from prometheus_client import CollectorRegistry, Gauge

from mailer.adapters.metrics.counters import MILLISECONDS, ROWS, SECONDS, Count, Histogram
from mailer.model.outbox import Delivery, Outcome
from mailer.ports import Ledger, Taken

CONVERSATION, ISSUE = LANES = ("conversation", "issue")

REPLY_CLASSES = {Delivery.SENT: "2xx", Delivery.DEFERRED: "4xx", Delivery.FAILED: "5xx", Delivery.DOUBTFUL: "none"}
"""The usual reply class of each outcome (RFC 5321 4.2.1); “none” is no reply."""


class SendingInstruments:
    """The metrics that ``WatchedLedger`` updates."""

    def __init__(self, registry: CollectorRegistry) -> None:
        self.attempts = Count(
            registry,
            "mailer_attempts_total",
            "Mails passed to the relay, by outcome and class of its reply.",
            ("lane", "outcome", "reply"),
            ((lane, outcome.value, reply) for lane in LANES for outcome, reply in REPLY_CLASSES.items()),
        )
        self.attempt = Histogram(
            registry,
            "mailer_attempt_seconds",
            "From taking a mail from the outbox until its outcome was durable.",
            SECONDS,
        )
        self.take = Histogram(
            registry,
            "mailer_take_seconds",
            "Taking one or more mails from the outbox: reading rows, composing, signing.",
            MILLISECONDS,
        )
        self.commit = Histogram(
            registry, "mailer_commit_seconds", "Making a group of starts and outcomes durable.", MILLISECONDS
        )
        self.rows = Histogram(registry, "mailer_commit_rows", "Starts and outcomes in one such group.", ROWS)
        self.last_sent = Gauge(
            "mailer_last_sent_timestamp_seconds", "When the relay last took a mail; 0: not yet.", registry=registry
        )


class WatchedLedger:
    """ports.Ledger that counts and times what passes through it: once for a group, not for each mail."""

    def __init__(self, real: Ledger, instruments: SendingInstruments) -> None:
        self._real = real
        self._instruments = instruments
        self._taken: dict[int, tuple[float, str]] = {}
        """When each row was taken, and its lane."""

    def take(self, most: int) -> Taken:
        began = time.monotonic()
        taken = self._real.take(most)
        now = time.monotonic()
        if taken.mails:
            self._instruments.take.add(now - began)
        for mail in taken.mails:
            note = now, CONVERSATION if mail.mailing is None else ISSUE
            for row in mail.rows:
                self._taken[row] = note
        return taken

    def record(self, settled: Sequence[Outcome], starting: Sequence[int]) -> None:
        began = time.monotonic()
        try:
            self._real.record(settled, starting)
        finally:  # the relay's replies count even if the store failed to record them
            now = time.monotonic()
            self._instruments.commit.add(now - began)
            self._instruments.rows.add(len(settled) + len(starting))
            self._note(settled, now)

    def pause(self, seconds: float) -> None:
        self._real.pause(seconds)

    def _note(self, settled: Sequence[Outcome], now: float) -> None:
        taken = [self._taken.pop(outcome.row) for outcome in settled]
        self._instruments.attempt.add(*[now - taken_at for taken_at, _ in taken])
        attempts = Counter(
            [(lane, outcome.state, outcome.reply[:3]) for (_, lane), outcome in zip(taken, settled, strict=True)]
        )
        for (lane, state, code), mails in attempts.items():
            self._instruments.attempts.add(lane, state.value, reply_class(code), by=mails)
            if state is Delivery.SENT:
                self._instruments.last_sent.set_to_current_time()


def reply_class(code: str) -> str:
    """``2xx``, ``4xx``, ``5xx``; ``none`` for text that does not begin with a reply code."""
    return f"{code[0]}xx" if code.isdecimal() and code[0] in "245" else "none"
