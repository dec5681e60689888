"""Waiting for what another thread or process does, however busy the machine is."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

TIMEOUT = 120.0
"""Seconds after which something is taken to be broken: many times what it takes on a slow and busy machine."""


@contextmanager
def without_waiting() -> Iterator[float]:
    """Yields the seconds for which something inside is told to wait at the most, and fails where it waited for long."""
    began = time.monotonic()
    yield TIMEOUT
    assert time.monotonic() - began < TIMEOUT / 2, "it waited"


def wait_until(condition: Callable[[], object], what: str = "") -> None:
    """Return as soon as ``condition`` holds; raises AssertionError with ``what`` after PATIENCE."""
    deadline = time.monotonic() + TIMEOUT
    while not condition():
        assert time.monotonic() < deadline, what or f"still not so after {TIMEOUT:.0f} seconds"
        time.sleep(0.01)
