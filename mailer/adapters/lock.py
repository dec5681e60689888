"""One daemon to a store (E13)."""

from __future__ import annotations

import fcntl
import os
import time
from pathlib import Path

from mailer.errors import Refused

LOOKING = 0.02
"""Seconds in which whoever only looks whether the lock is held has let go of it again."""


class ProcessLock:
    """A lock on a file, held while the context lasts. The kernel lets go of it when the process dies, however it dies.

    Raises Refused with the holder's process id where another process has it.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        self._file: int | None = None

    @classmethod
    def of(cls, folder: Path) -> ProcessLock:
        """Of the office that keeps its data there."""
        return cls(folder / "mailer.lock")

    def held(self) -> bool:
        """Whether some process has it now."""
        try:
            file = os.open(self._path, os.O_RDONLY | os.O_CLOEXEC)
        except FileNotFoundError:
            return False
        try:
            return not _locked(file, fcntl.LOCK_SH)
        finally:
            os.close(file)

    def __enter__(self) -> ProcessLock:
        file = os.open(self._path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        if not (_locked(file, fcntl.LOCK_EX) or _locked(file, fcntl.LOCK_EX, after=LOOKING)):
            holder = os.read(file, 20).decode("ascii", "replace").strip() or "unknown"
            os.close(file)
            raise Refused(
                f"Another mailer is at work here: process {holder} holds {self._path}. Stop it first, or let it work."
            )
        os.ftruncate(file, 0)
        os.write(file, f"{os.getpid()}\n".encode())
        self._file = file
        return self

    def __exit__(self, *_: object) -> None:
        if self._file is not None:
            os.close(self._file)
            self._file = None


def _locked(file: int, how: int, after: float = 0.0) -> bool:
    time.sleep(after)
    try:
        fcntl.flock(file, how | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True
