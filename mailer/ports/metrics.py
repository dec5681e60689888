"""What is counted and timed for whoever watches over the daemon."""

from __future__ import annotations

from contextlib import AbstractContextManager, nullcontext
from enum import StrEnum
from typing import Protocol

from mailer.ports import Ledger


class Step(StrEnum):
    """What the daemon does over and over, and how long it takes."""

    TICK = "tick"  # once around: receive, decide, send, settle
    READING = "reading"  # the inbox, to its end
    HANDLING = "handling"  # one mail of it


class Metrics(Protocol):
    """Counts and times. No method raises or waits, and each costs microseconds at the most."""

    def watched(self, ledger: Ledger) -> Ledger:
        """The same ledger; what is taken from it and written into it is counted and timed."""

    def timed(self, step: Step) -> AbstractContextManager[None]:
        """How long the block takes, and when it last ended well."""

    def handled(self, kind: str) -> None:
        """A mail of this kind came in, and what it wanted was done."""

    def failed(self, part: str) -> None:
        """The mailbox, the relay or the store failed, and is left alone for a while; or a handler did."""

    def connected(self) -> None:
        """A connection to the relay was opened."""

    def lost(self) -> None:
        """One was ended, and not by us."""


class NoMetrics:
    """Nobody watches."""

    def watched(self, ledger: Ledger) -> Ledger:
        return ledger

    def timed(self, step: Step) -> AbstractContextManager[None]:
        return nullcontext()

    def handled(self, kind: str) -> None: ...
    def failed(self, part: str) -> None: ...
    def connected(self) -> None: ...
    def lost(self) -> None: ...


NO_METRICS: Metrics = NoMetrics()
