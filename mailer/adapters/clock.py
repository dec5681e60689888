"""The machine's clock."""

from __future__ import annotations

import time
from datetime import UTC, datetime

from mailer.adapters.waker import Waker


class SystemClock:
    """ports.Clock; ``wake`` ends a ``sleep`` early."""

    def __init__(self) -> None:
        self.waker = Waker()
        """Ends a sleep. The mailbox shares it, so that it also ends a wait for mail."""

    def now(self) -> datetime:
        """Aware, UTC."""
        return datetime.now(UTC)

    def monotonic(self) -> float:
        """Seconds from a clock that is never set."""
        return time.monotonic()

    def sleep(self, seconds: float) -> None:
        """Wait; returns early when woken."""
        self.waker.wait(seconds)

    def wake(self) -> None:
        """End the current sleep, or else the next one. Safe in a signal handler."""
        self.waker.wake()
