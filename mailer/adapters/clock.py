"""The machine's clock."""

from __future__ import annotations

import time
from datetime import UTC, datetime, timedelta
from pathlib import Path

from mailer.adapters.waker import Waker
from mailer.adapters.whole_files import write_file


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


class AheadClock(SystemClock):
    """A clock for trials, which runs ahead, so that weeks pass at once for all processes that read the same file."""

    def __init__(self, file: Path) -> None:
        """``file`` has the seconds by which it runs ahead; without the file it is the machine's own time."""
        super().__init__()
        self.file = file

    def now(self) -> datetime:
        return super().now() + self._ahead

    def pass_by(self, span: timedelta) -> None:
        """Let time pass for everybody with this clock."""
        seconds = (self._ahead + span).total_seconds()
        write_file(self.file, f"{seconds:.0f}\n".encode())

    @property
    def _ahead(self) -> timedelta:
        try:
            return timedelta(seconds=int(self.file.read_text("ascii")))
        except FileNotFoundError:
            return timedelta()
