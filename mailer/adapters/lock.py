"""One daemon to a store (E13)."""

from __future__ import annotations

import fcntl
import os
from pathlib import Path

from mailer.errors import Refused


class ProcessLock:
    """A lock on a file, held while the context lasts. The kernel lets go of it when the process dies, however it dies.

    Raises Refused with the holder's process id where another process has it.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        self._file: int | None = None

    def __enter__(self) -> ProcessLock:
        file = os.open(self._path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            holder = os.read(file, 20).decode("ascii", "replace").strip() or "unknown"
            os.close(file)
            raise Refused(
                f"Another mailer is at work here: process {holder} holds {self._path}. Stop it first, or let it work."
            ) from None
        os.ftruncate(file, 0)
        os.write(file, f"{os.getpid()}\n".encode())
        self._file = file
        return self

    def __exit__(self, *_: object) -> None:
        if self._file is not None:
            os.close(self._file)
            self._file = None
