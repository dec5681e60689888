"""A disk under SQLite that loses what was not synced.

``record`` is called in the process that will be killed. From then on each write, truncation, removal and sync of SQLite
is journaled before it happens (ctypes puts a layer under SQLite's VFS). ``cut`` is called after the kill. It changes
the files to what a power cut would have left: what was written before a file's last sync is there; of what was written
since, each 512-byte sector is there or not, at random.

Not simulated: a drive that lies about a sync, and a directory that loses a file whose creation was synced. The
shared-memory file is removed, as after a power cut.
"""

from __future__ import annotations

import _sqlite3
import ctypes
import os
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from random import Random
from struct import Struct
from typing import Any

FILES = ("mailer.db", "mailer.db-wal", "mailer.db-journal")
SECTOR = 512
WRITE, TRUNCATE, REMOVE, SYNC = "WTRS"

_HEAD = Struct("<cHqI")  # operation, length of the name, offset or size, octets of data after the name

# --- in the process that will be killed: SQLite's C structures, sqlite3.h “OS Interface Object” ---

_OK = 0
_KEPT_FILES = 0x100 | 0x800 | 0x80000
"""SQLITE_OPEN_MAIN_DB, _MAIN_JOURNAL, _WAL."""

_pointer = ctypes.c_void_p
_OPEN = ctypes.CFUNCTYPE(ctypes.c_int, _pointer, _pointer, _pointer, ctypes.c_int, _pointer)
_DELETE = ctypes.CFUNCTYPE(ctypes.c_int, _pointer, _pointer, ctypes.c_int)
_WRITE = ctypes.CFUNCTYPE(ctypes.c_int, _pointer, _pointer, ctypes.c_int, ctypes.c_int64)
_TRUNCATE = ctypes.CFUNCTYPE(ctypes.c_int, _pointer, ctypes.c_int64)
_SYNC = ctypes.CFUNCTYPE(ctypes.c_int, _pointer, ctypes.c_int)


class _Vfs(ctypes.Structure):
    _fields_ = (
        ("version", ctypes.c_int),
        ("file_size", ctypes.c_int),
        ("longest_path", ctypes.c_int),
        ("next", _pointer),
        ("name", ctypes.c_char_p),
        ("data", _pointer),
        ("open", _OPEN),
        ("delete", _DELETE),
    )


class _Methods(ctypes.Structure):
    _fields_ = (
        ("version", ctypes.c_int),
        ("close", _pointer),
        ("read", _pointer),
        ("write", _WRITE),
        ("truncate", _TRUNCATE),
        ("sync", _SYNC),
        ("others", _pointer * 13),
    )


class _File(ctypes.Structure):
    _fields_ = (("methods", ctypes.POINTER(_Methods)),)


class _Layer:
    """Replaces methods of SQLite's default VFS for the rest of the process."""

    def __init__(self, journal: Path) -> None:
        self._journal = os.open(journal, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
        self._names: dict[int, str] = {}
        self._kept: list[Any] = []  # referenced from C
        library = ctypes.CDLL(getattr(_sqlite3, "__file__", None))  # None: SQLite is part of the interpreter
        library.sqlite3_vfs_find.restype = ctypes.POINTER(_Vfs)
        vfs = library.sqlite3_vfs_find(None).contents
        self._real_open, self._real_delete = _OPEN.from_buffer_copy(vfs.open), _DELETE.from_buffer_copy(vfs.delete)
        vfs.open, vfs.delete = self._keep(_OPEN(self._open)), self._keep(_DELETE(self._delete))

    def _keep(self, made: Any) -> Any:
        self._kept.append(made)
        return made

    def _note(self, what: str, name: str, number: int = 0, data: bytes = b"") -> None:
        head = _HEAD.pack(what.encode(), len(name), number, len(data))
        os.write(self._journal, head + name.encode() + data)

    def _open(self, vfs: int, path: int | None, file: int, flags: int, out: int) -> int:
        code = self._real_open(vfs, path, file, flags, out)
        if code == _OK and path is not None and flags & _KEPT_FILES:
            self._names[file] = _name(path)
            self._cover(ctypes.cast(file, ctypes.POINTER(_File)).contents)
        return int(code)

    def _cover(self, file: _File) -> None:
        """Wrap three of the file's methods."""
        real = file.methods.contents
        ours = _Methods.from_buffer_copy(real)

        def write(at: int, data: int, octets: int, offset: int) -> int:
            self._note(WRITE, self._names[at], offset, ctypes.string_at(data, octets))
            return int(real.write(at, data, octets, offset))

        def truncate(at: int, size: int) -> int:
            self._note(TRUNCATE, self._names[at], size)
            return int(real.truncate(at, size))

        def sync(at: int, flags: int) -> int:
            code = int(real.sync(at, flags))
            self._note(SYNC, self._names[at])
            return code

        ours.write, ours.truncate = self._keep(_WRITE(write)), self._keep(_TRUNCATE(truncate))
        ours.sync = self._keep(_SYNC(sync))
        file.methods = ctypes.pointer(self._keep(ours))

    def _delete(self, vfs: int, path: int, sync: int) -> int:
        name = _name(path)
        self._note(REMOVE, name)
        code = int(self._real_delete(vfs, path, sync))
        if sync:
            self._note(SYNC, name)
        return code


def _name(path: int) -> str:
    """The file name. Paths are passed on as pointers, as SQLite stores data behind the name."""
    return Path(os.fsdecode(ctypes.string_at(path))).name


_layers: list[_Layer] = []


def record(journal: Path) -> None:
    """From now on, journal what SQLite writes in this process."""
    _layers.append(_Layer(journal))


# --- after the kill ---


@dataclass
class _Cached:
    """A file's content on the disk, and its changes that are not synced."""

    content: bytearray | None
    unsynced: list[tuple[str, int, bytes]] = field(default_factory=list)

    def sync(self) -> None:
        for change in self.unsynced:
            self._apply(*change)
        self.unsynced = []

    def lose(self, random: Random) -> None:
        """A power cut: some, none or all of the unsynced changes have reached the disk."""
        kept = random.choice((0.0, 0.5, 1.0))
        for what, number, data in self.unsynced:
            if what == WRITE:
                for start in range(0, len(data), SECTOR):
                    if random.random() < kept:
                        self._apply(WRITE, number + start, data[start : start + SECTOR])
            elif random.random() < kept:
                self._apply(what, number, data)

    def _apply(self, what: str, number: int, data: bytes) -> None:
        if what == REMOVE:
            self.content = None
            return
        content = self.content = self.content if self.content is not None else bytearray()
        if what == TRUNCATE:
            del content[number:]
        else:
            content.extend(bytes(max(0, number - len(content))))
            content[number : number + len(data)] = data


def contents(folder: Path) -> dict[str, bytes | None]:
    """The store's files before the process starts, for ``cut``."""
    return {name: (folder / name).read_bytes() if (folder / name).exists() else None for name in FILES}


def cut(folder: Path, before: dict[str, bytes | None], journal: Path, random: Random) -> None:
    """Change the store's files to what a power cut leaves. ``before`` was on the disk; the journal has the changes."""
    files = {name: _Cached(bytearray(data) if data is not None else None) for name, data in before.items()}
    for what, name, number, data in _changes(journal):
        if what == SYNC:
            files[name].sync()
        else:
            files[name].unsynced.append((what, number, data))
    for name, file in files.items():
        file.lose(random)
        if file.content is None:
            (folder / name).unlink(missing_ok=True)
        else:
            (folder / name).write_bytes(file.content)
    (folder / "mailer.db-shm").unlink(missing_ok=True)


def _changes(journal: Path) -> Iterator[tuple[str, str, int, bytes]]:
    read = journal.read_bytes() if journal.exists() else b""
    at = 0
    while len(read) - at >= _HEAD.size:
        what, length, number, octets = _HEAD.unpack_from(read, at)
        at += _HEAD.size
        name, data = read[at : at + length].decode(), read[at + length : at + length + octets]
        if len(data) < octets:
            return  # killed while it journaled this, before it did it
        at += length + octets
        yield what.decode(), name, number, data
