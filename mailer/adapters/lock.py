"""A lock that lets only one daemon use a store (E13)."""

from __future__ import annotations

import fcntl
import os
import time
from pathlib import Path

from mailer.adapters.permissions import give_to_owner
from mailer.errors import Refused

RETRY_AFTER = 0.02
"""Seconds after which ``held`` in another process has certainly released the lock again."""


class ProcessLock:
    """A lock on a file, held during the context. The kernel releases it when the process dies.

    Raises Refused with the holder's process id if another process has it.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        self._file: int | None = None

    @classmethod
    def of(cls, folder: Path) -> ProcessLock:
        """The lock of the office whose data folder this is."""
        return cls(folder / "mailer.lock")

    def held(self) -> bool:
        """Whether any process holds the lock now."""
        try:
            file = os.open(self._path, os.O_RDONLY | os.O_CLOEXEC)
        except FileNotFoundError:
            return False
        try:
            return not _locked(file, fcntl.LOCK_SH)
        finally:
            os.close(file)

    def __enter__(self) -> ProcessLock:
        file = os.open(self._path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o660)  # limited by the umask
        give_to_owner(file, self._path.parent)
        if not (_locked(file, fcntl.LOCK_EX) or _locked(file, fcntl.LOCK_EX, after=RETRY_AFTER)):
            holder = os.read(file, 20).decode("ascii", "replace").strip() or "unknown"
            os.close(file)
            raise Refused(
                f"Another mailer is at work here: process {holder} holds {self._path}. Stop it first, or let it finish."
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
