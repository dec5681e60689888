"""A wait that another thread or a signal handler can end."""

from __future__ import annotations

import contextlib
import os
import select
import weakref


class Waker:
    """``wait`` returns early after ``wake``; a pipe, because a signal handler may not take a lock."""

    def __init__(self) -> None:
        self._reader, self._writer = os.pipe2(os.O_NONBLOCK | os.O_CLOEXEC)
        weakref.finalize(self, _close, self._reader, self._writer)

    def wake(self) -> None:
        """End the present wait, or the next one. Safe in a signal handler."""
        with contextlib.suppress(BlockingIOError):  # full: it will wake in any case
            os.write(self._writer, b"\0")

    def fileno(self) -> int:
        """What can be read once it was woken."""
        return self._reader

    def wait(self, seconds: float, other: int | None = None) -> bool:
        """Wait for ``wake``, or until the descriptor ``other`` can be read, or for ``seconds``, which gives False."""
        poll = select.poll()
        poll.register(self._reader, select.POLLIN)
        if other is not None:
            poll.register(other, select.POLLIN)
        ready = poll.poll(max(0.0, seconds) * 1000)
        with contextlib.suppress(BlockingIOError):
            os.read(self._reader, 4096)
        return bool(ready)


def _close(*descriptors: int) -> None:
    for descriptor in descriptors:
        os.close(descriptor)
