"""How long mails in flight may take after somebody has asked to stop (E16)."""

from __future__ import annotations

import time

from mailer.stop import StopFlag

GRACE = 15.0
"""Seconds. With the farewell to the relay and the last commit the process ends within 30 seconds."""


class Deadline:
    """Tells when to break off what is in flight."""

    def __init__(self, stop: StopFlag, grace: float = GRACE) -> None:
        self._stop = stop
        self._grace = grace
        self._over_at: float | None = None  # on the monotonic clock, once a stop has been noticed

    @property
    def is_over(self) -> bool:
        """Ask often: the time begins when this first notices the stop."""
        if not self._stop():
            return False
        now = time.monotonic()
        if self._over_at is None:
            self._over_at = now + self._grace
        return self._stop.at_once or now >= self._over_at
