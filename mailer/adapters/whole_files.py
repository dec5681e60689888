"""Files and folders that are written whole or not at all: a full disk or a crash leaves what was there before."""

from __future__ import annotations

import contextlib
import os
import secrets
import shutil
import stat
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import IO


def write_file(path: Path, data: bytes, mode: int = 0o666, new: bool = False) -> None:
    """Write ``data``. ``mode`` is limited by the umask; with ``new`` an existing file raises FileExistsError."""
    with writing(path, mode, new) as file:
        file.write(data)


@contextmanager
def writing(path: Path, mode: int = 0o666, new: bool = False) -> Iterator[IO[bytes]]:
    """A file to write into, which appears at ``path`` when the block ends, and disappears if it raises.

    A pipe or a device, such as /dev/stdout, is written to directly.
    """
    if path.exists() and not stat.S_ISREG(path.stat().st_mode):
        with path.open("wb") as stream:
            yield stream
        return
    place = path.resolve()  # a link stays a link
    unfinished = _beside(place)
    try:
        descriptor = os.open(unfinished, os.O_RDWR | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, mode)
        with os.fdopen(descriptor, "w+b") as file:
            yield file
            file.flush()
            os.fsync(file.fileno())
        if new:
            os.link(unfinished, place)
        else:
            unfinished.replace(place)
        sync_folder(place.parent)
    except OSError as fault:
        if fault.filename is None or str(fault.filename) == str(unfinished):
            fault.filename = str(path)
        raise
    finally:
        with contextlib.suppress(OSError):
            unfinished.unlink()


def write_folder(folder: Path, files: Mapping[str, bytes]) -> None:
    """Make a new folder with these files, which may be in folders below it. Raises FileExistsError if there is one."""
    if folder.exists():
        raise FileExistsError(17, "File exists", str(folder))
    folder.parent.mkdir(parents=True, exist_ok=True)
    unfinished = _beside(folder)
    try:
        unfinished.mkdir()
        for name, data in files.items():
            (unfinished / name).parent.mkdir(parents=True, exist_ok=True)
            write_file(unfinished / name, data)
        unfinished.rename(folder)
    except OSError as fault:
        if fault.filename is None or str(fault.filename).startswith(str(unfinished)):
            fault.filename = str(folder)
        raise
    finally:
        shutil.rmtree(unfinished, ignore_errors=True)
    sync_folder(folder.parent)


def sync_folder(folder: Path) -> None:
    """Make the names in a folder survive a power cut."""
    opened = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        os.fsync(opened)
    finally:
        os.close(opened)


def _beside(path: Path) -> Path:
    return path.with_name(f".{path.name[:200]}.{secrets.token_hex(4)}.part")
