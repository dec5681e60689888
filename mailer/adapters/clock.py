"""The machine's own clock."""

from __future__ import annotations

import time
from datetime import UTC, datetime

from mailer.adapters.waker import Waker


class SystemClock:
    """ports.Clock, whose ``sleep`` ends early after ``wake``."""

    def __init__(self) -> None:
        self.waker = Waker()
        """What ends a sleep; the mailbox's wait ends by it, too."""

    def now(self) -> datetime:
        """Aware, UTC."""
        return datetime.now(UTC)

    def monotonic(self) -> float:
        """Seconds that never jump."""
        return time.monotonic()

    def sleep(self, seconds: float) -> None:
        """Wait; returns early when woken."""
        self.waker.wait(seconds)

    def wake(self) -> None:
        """End the present sleep, or the next one. Safe in a signal handler."""
        self.waker.wake()
