"""A journal beside the store: what a backup that is older does not know. It is bounded, and outlives the store."""

from __future__ import annotations

import fcntl
import json
import logging
import os
from collections.abc import Collection, Iterable, Iterator, Mapping
from datetime import datetime
from pathlib import Path
from typing import Any

from mailer.adapters.permissions import give_to_owner
from mailer.errors import ConfigError
from mailer.model.restorations import Entry

log = logging.getLogger("mailer.journal")

NAME = "mailer.journal"
LARGEST = 8_000_000
"""Octets of a file. Then it is kept under another name, in place of the one that was kept before."""

BEGAN = "journal began"
"""The action of its first line."""


class JournalFile:
    """ports.Journal in the data folder."""

    def __init__(self, folder: Path, largest: int = LARGEST) -> None:
        self._path = folder / NAME
        self._largest = largest

    def note(self, now: datetime, action: str, subject: str, detail: Mapping[str, Any]) -> None:
        """As ports.Journal. A fault is logged: who leaves has left, whether or not this can be written."""
        try:
            self._append(Entry(now, action, subject, detail))
        except OSError as fault:
            log.warning("%s: cannot be written: %s", self._path, fault.strerror or fault)

    def erase(self, keys: Collection[str]) -> None:
        """As ports.Journal. A fault is logged, with what to do about it."""
        for path in (kept(self._path), self._path):
            try:
                if path.exists():
                    _rewrite(path, keys)
            except OSError as fault:
                log.error(
                    "%s: cannot be written (%s); delete it after the next backup, because it names somebody who asked "
                    "to be forgotten",
                    path,
                    fault.strerror or fault,
                )

    def _append(self, entry: Entry) -> None:
        opened = self._opened()
        try:
            if os.fstat(opened).st_size == 0:
                give_to_owner(opened, self._path.parent)
                os.write(opened, _line(Entry(entry.at, BEGAN, "", {})))
            os.write(opened, _line(entry))  # whole lines, as the file is opened for appending
            if entry.detail:
                os.fsync(opened)
        finally:
            os.close(opened)

    def _opened(self) -> int:
        """The file, locked until it is closed. A full one is put aside first."""
        while True:
            opened = os.open(self._path, os.O_RDWR | os.O_CREAT | os.O_APPEND | os.O_NOFOLLOW | os.O_CLOEXEC, 0o660)
            fcntl.flock(opened, fcntl.LOCK_EX)
            found = os.fstat(opened)
            if found.st_nlink and found.st_size < self._largest:
                return opened
            if found.st_nlink and self._path.exists() and os.path.samestat(found, self._path.stat()):
                self._path.rename(kept(self._path))
            os.close(opened)


def _rewrite(path: Path, keys: Collection[str]) -> None:
    """Replace a journal by one without the lines that name these addresses. Lines that cannot be read stay."""
    opened = os.open(path, os.O_RDWR | os.O_NOFOLLOW | os.O_CLOEXEC)
    try:
        fcntl.flock(opened, fcntl.LOCK_EX)
        content = path.read_bytes()
        left = b"".join(line + b"\n" for line in content.split(b"\n")[:-1] if not _names(line, keys))
        if left == content:
            return
        new = path.with_name(f"{path.name}.new")
        written = os.open(new, os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_NOFOLLOW | os.O_CLOEXEC, 0o660)
        try:
            give_to_owner(written, path.parent)
            os.write(written, left)
            os.fsync(written)
        finally:
            os.close(written)
        new.replace(path)  # who waits for the lock of the old file sees that it has no name any more
    finally:
        os.close(opened)


def _names(line: bytes, keys: Collection[str]) -> bool:
    try:
        return Entry.from_json(json.loads(line)).names(keys)
    except (ValueError, KeyError, TypeError):
        return False


def kept(path: Path) -> Path:
    """Where a full journal is kept."""
    return path.with_name(f"{path.name}.1")


def of_folder(folder: Path) -> list[Path]:
    """The journals of a data folder, the older first."""
    return [path for path in (kept(folder / NAME), folder / NAME) if path.exists()]


def read(paths: Iterable[Path]) -> list[Entry]:
    """The entries of journals in the order of their times. Raises ConfigError that names each line that is none.

    A last line without an end is left out: the machine stopped while it was written.
    """
    entries: list[Entry] = []
    faults: list[str] = []
    for path in paths:
        try:
            content = path.read_bytes()
        except OSError as fault:
            faults.append(f"{path}: cannot be read: {fault.strerror}")
            continue
        for number, line in _lines(content):
            try:
                entries.append(Entry.from_json(json.loads(line)))
            except (ValueError, KeyError, TypeError):
                faults.append(f"{path}:{number}: is not a line of a journal")
    if faults:
        raise ConfigError(faults[:20])
    return sorted(entries, key=lambda entry: entry.at)


def _lines(content: bytes) -> Iterator[tuple[int, bytes]]:
    lines = content.split(b"\n")[:-1]
    return ((number, line) for number, line in enumerate(lines, 1) if line.strip(b"\0 "))


def _line(entry: Entry) -> bytes:
    return json.dumps(entry.as_json(), ensure_ascii=False, default=str).encode() + b"\n"
