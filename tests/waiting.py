"""Waiting for another thread or process, also on a busy machine."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

TIMEOUT = 120.0
"""Seconds after which a wait fails: many times what anything takes on a slow and busy machine."""


@contextmanager
def without_waiting() -> Iterator[float]:
    """Yield a timeout in seconds for the block; fails if the block waits for half of it."""
    began = time.monotonic()
    yield TIMEOUT
    assert time.monotonic() - began < TIMEOUT / 2, "it waited"


def wait_until(condition: Callable[[], object], what: str = "") -> None:
    """Return as soon as ``condition`` holds; raises AssertionError with ``what`` after TIMEOUT."""
    deadline = time.monotonic() + TIMEOUT
    while not condition():
        assert time.monotonic() < deadline, what or f"still not so after {TIMEOUT:.0f} seconds"
        time.sleep(0.01)
