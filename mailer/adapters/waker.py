"""A wait that a signal handler, another thread or another process can end (a wake pipe)."""

from __future__ import annotations

import contextlib
import os
import select
import stat
import weakref
from pathlib import Path

from mailer.adapters.permissions import give_to_owner


class Waker:
    """``wake`` ends a ``wait`` early. It uses a pipe, as a signal handler must not take a lock."""

    def __init__(self) -> None:
        self._reader, self._writer = os.pipe2(os.O_NONBLOCK | os.O_CLOEXEC)
        self._close = weakref.finalize(self, _close, self._reader, self._writer)

    def listen(self, pipe_path: Path) -> None:
        """Create a named pipe, so that ``wake_listener`` in another process can wake this one too."""
        if pipe_path.exists() and not stat.S_ISFIFO(pipe_path.stat().st_mode):
            pipe_path.unlink()
        with contextlib.suppress(FileExistsError):
            os.mkfifo(pipe_path, 0o660)  # limited by the umask
        self._close()
        self._reader = self._writer = os.open(pipe_path, os.O_RDWR | os.O_NONBLOCK | os.O_CLOEXEC)
        give_to_owner(self._reader, pipe_path.parent)
        self._close = weakref.finalize(self, _close, self._reader)

    def wake(self) -> None:
        """End the current wait, or else the next one. Safe in a signal handler."""
        with contextlib.suppress(BlockingIOError):  # the pipe is full: the wait ends anyway
            os.write(self._writer, b"\0")

    def fileno(self) -> int:
        """The descriptor that is readable after ``wake``."""
        return self._reader

    def wait(self, seconds: float, other: int | None = None) -> bool:
        """Wait for ``wake`` or until ``other`` is readable; False if ``seconds`` pass first."""
        poll = select.poll()
        poll.register(self._reader, select.POLLIN)
        if other is not None:
            poll.register(other, select.POLLIN)
        ready = poll.poll(max(0.0, seconds) * 1000)
        with contextlib.suppress(BlockingIOError):
            os.read(self._reader, 4096)
        return bool(ready)


def wake_listener(pipe_path: Path) -> bool:
    """Wake the process that listens at ``pipe_path``; False if none does."""
    try:
        pipe = os.open(pipe_path, os.O_WRONLY | os.O_NONBLOCK | os.O_CLOEXEC)
    except OSError:  # no such file, or no reader (ENXIO)
        return False
    with contextlib.suppress(BlockingIOError):
        os.write(pipe, b"\0")
    os.close(pipe)
    return True


def _close(*descriptors: int) -> None:
    for descriptor in descriptors:
        os.close(descriptor)
