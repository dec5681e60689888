"""What is counted and timed for monitoring."""

from __future__ import annotations

from contextlib import AbstractContextManager, nullcontext
from enum import StrEnum
from typing import Protocol

from mailer.ports import Ledger


class Step(StrEnum):
    """A recurring step of the daemon that is timed."""

    TICK = "tick"  # one round: receive, decide, send, settle
    READING = "reading"  # the whole inbox
    HANDLING = "handling"  # one mail


class Metrics(Protocol):
    """Counts and times. No method raises or waits, and each costs microseconds at the most."""

    def watched(self, ledger: Ledger) -> Ledger:
        """``ledger``, wrapped so that what is taken from it and recorded in it is counted and timed."""

    def timed(self, step: Step) -> AbstractContextManager[None]:
        """Measure how long the block takes, and note when it last succeeded."""

    def handled(self, kind: str) -> None:
        """A mail of this kind was handled."""

    def failed(self, part: str) -> None:
        """A part failed: the mailbox, the relay or the store, which is tried again later, or a handler."""

    def connected(self) -> None:
        """A connection to the relay was opened."""

    def lost(self) -> None:
        """A connection to the relay ended, and not by us."""


class NoMetrics:
    """Counts nothing: metrics are off."""

    def watched(self, ledger: Ledger) -> Ledger:
        return ledger

    def timed(self, step: Step) -> AbstractContextManager[None]:
        return nullcontext()

    def handled(self, kind: str) -> None: ...
    def failed(self, part: str) -> None: ...
    def connected(self) -> None: ...
    def lost(self) -> None: ...


NO_METRICS: Metrics = NoMetrics()
