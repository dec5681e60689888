"""Waits in the foreground until the process is told to end."""

from __future__ import annotations

import signal
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from types import FrameType

SIGNALS = (signal.SIGINT, signal.SIGTERM)


def wait_to_end() -> None:
    """Wait for Ctrl-C or SIGTERM."""
    told = threading.Event()
    with _handled(lambda *_: told.set()):
        while not told.wait(3600):
            pass


@contextmanager
def interruptible() -> Iterator[None]:
    """While the context lasts, SIGTERM raises KeyboardInterrupt as Ctrl-C does, so that contexts are closed."""
    with _handled(_interrupt):
        yield


def _interrupt(number: int, frame: FrameType | None) -> None:
    raise KeyboardInterrupt


@contextmanager
def _handled(handler: Callable[[int, FrameType | None], None]) -> Iterator[None]:
    before = {number: signal.signal(number, handler) for number in SIGNALS}
    try:
        yield
    finally:
        for number, old in before.items():
            signal.signal(number, old)
