"""A wait that another thread, a signal handler or another process can end."""

from __future__ import annotations

import contextlib
import os
import select
import stat
import weakref
from pathlib import Path


class Waker:
    """``wait`` returns early after ``wake``; a pipe, because a signal handler may not take a lock."""

    def __init__(self) -> None:
        self._reader, self._writer = os.pipe2(os.O_NONBLOCK | os.O_CLOEXEC)
        self._close = weakref.finalize(self, _close, self._reader, self._writer)

    def listen(self, bell: Path) -> None:
        """From here on, ``ring`` of the same file wakes, too: a named pipe, which is there for us to read from now."""
        if bell.exists() and not stat.S_ISFIFO(bell.stat().st_mode):
            bell.unlink()
        with contextlib.suppress(FileExistsError):
            os.mkfifo(bell, 0o600)
        self._close()
        self._reader = self._writer = os.open(bell, os.O_RDWR | os.O_NONBLOCK | os.O_CLOEXEC)
        self._close = weakref.finalize(self, _close, self._reader)

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


def ring(bell: Path) -> bool:
    """Wake who listens at ``bell``; False where nobody does."""
    try:
        pipe = os.open(bell, os.O_WRONLY | os.O_NONBLOCK | os.O_CLOEXEC)
    except OSError:  # no such file, or no reader (ENXIO)
        return False
    with contextlib.suppress(BlockingIOError):
        os.write(pipe, b"\0")
    os.close(pipe)
    return True


def _close(*descriptors: int) -> None:
    for descriptor in descriptors:
        os.close(descriptor)
