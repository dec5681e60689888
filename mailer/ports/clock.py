"""The time, and waiting for it."""

from __future__ import annotations

from datetime import datetime
from typing import Protocol


class Clock(Protocol):
    """The time, and waiting for it."""

    def now(self) -> datetime:
        """The time, aware and in UTC."""

    def monotonic(self) -> float:
        """Seconds since some moment; unlike ``now``, they never jump."""

    def sleep(self, seconds: float) -> None:
        """Wait; may return early when the process is asked to stop."""
