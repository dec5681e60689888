"""The folder of the site: the next one is made beside it, and takes its place in one step."""

from __future__ import annotations

import contextlib
import ctypes
import errno
import fcntl
import json
import os
import shutil
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, NamedTuple

from mailer.errors import Permanent, Refused

MANIFEST = ".mailer-site.json"
"""What the folder has, and from what it was made."""

VERSION = 1

_AT_FDCWD, _EXCHANGE = -100, 2
_UNSUPPORTED = (errno.ENOSYS, errno.EINVAL, errno.ENOTSUP)
FILE_MODE, FOLDER_MODE = 0o644, 0o755
"""Everybody may read it: it is published."""


class Output(NamedTuple):
    """What is made in one go, as the manifest has it."""

    print: str
    """A digest of all that decides its bytes."""
    files: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Manifest:
    """What a folder has, by the names of its outputs, and the facts of the issues whose grants were checked."""

    outputs: Mapping[str, Output] = field(default_factory=dict)
    facts: Mapping[str, Any] = field(default_factory=dict)

    @property
    def files(self) -> set[str]:
        return {name for output in self.outputs.values() for name in output.files}


class SiteFolder:
    """The folder at one place, and the next one that is made beside it."""

    def __init__(self, place: Path, *, afresh: bool = False) -> None:
        """``afresh``: nothing of what is there is taken over."""
        self._afresh = afresh
        self.place = place.parent.resolve() / place.name  # a link stays a link
        self._next = self.place.with_name(f".{self.place.name}.next")
        self._lock: int | None = None
        self._folders: set[Path] = set()
        """Those of the next folder that are there."""
        self._staged: set[str] = set()

    def take(self) -> None:
        """Keep others from building here until ``release``. Raises Refused if somebody does, or if it is not ours."""
        if self._lock is not None:
            return
        self._require_ours()
        with self._reaching():
            self.place.parent.mkdir(parents=True, exist_ok=True)
            path = self.place.with_name(f".{self.place.name}.lock")
            lock = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            os.close(lock)
            raise Refused(f"Another mailer builds the site in {self.place} now: try again when it is done.") from None
        self._lock = lock

    def release(self) -> None:
        """Let others build here."""
        if self._lock is not None:
            os.close(self._lock)
            self._lock = None

    def _require_ours(self) -> None:
        """Raises Refused if the folder has something else than a site of ours."""
        if self.place.is_symlink() or (self.place.exists() and not self.place.is_dir()):
            raise Refused(f"{self.place} is no folder: name one that is empty, or that has a site of ours.")
        if self.place.is_dir() and any(self.place.iterdir()) and not (self.place / MANIFEST).is_file():
            raise Refused(f"{self.place} has files that are no site of ours: name an empty folder, or a new one.")

    def read(self) -> Manifest:
        """What the folder has; nothing if there is none, or one of another version."""
        if self._afresh:
            return Manifest()
        try:
            found = json.loads((self.place / MANIFEST).read_text("utf-8"))
            if found["version"] != VERSION:
                return Manifest()
            outputs = {name: Output(made, tuple(files)) for name, (made, files) in found["outputs"].items()}
            return Manifest(outputs, found["facts"])
        except (OSError, ValueError, KeyError, TypeError):
            return Manifest()

    # --- the next one ---

    def begin(self) -> None:
        """Make the next folder anew."""
        with self._reaching():
            shutil.rmtree(self._next, ignore_errors=True)
            self._folders, self._staged = set(), set()
            self._next.mkdir(FOLDER_MODE)
            self._next.chmod(FOLDER_MODE)

    def keep(self, files: Iterable[str]) -> bool:
        """Take over files of the present folder, without a copy where that is possible; False if one is missing."""
        with self._reaching():
            for name in files:
                target = self._room_for(name)
                try:
                    os.link(self.place / name, target)
                except FileExistsError:
                    continue
                except FileNotFoundError:
                    return False
                except OSError:
                    shutil.copy2(self.place / name, target)
        return True

    def write(self, name: str, data: bytes) -> None:
        with self._reaching():
            target = self._room_for(name)
            with contextlib.suppress(FileNotFoundError):
                target.unlink()  # it may be the present folder's, too
            target.write_bytes(data)
            target.chmod(FILE_MODE)

    def drop(self, files: Iterable[str]) -> None:
        for name in files:
            self._staged.discard(name)
            with contextlib.suppress(FileNotFoundError):
                (self._next / name).unlink()

    def staged(self) -> set[str]:
        """The files of the next folder."""
        return self._staged - {MANIFEST}

    @property
    def next(self) -> Path:
        """The folder that is being made."""
        return self._next

    def finish(self, manifest: Manifest) -> None:
        """Put the next folder in the place of the present one."""
        made = {
            "version": VERSION,
            "outputs": {name: [output.print, list(output.files)] for name, output in manifest.outputs.items()},
            "facts": dict(manifest.facts),
        }
        self.write(MANIFEST, json.dumps(made, ensure_ascii=False, separators=(",", ":"), sort_keys=True).encode())
        with self._reaching():
            _prune(self._next)
            if not self.place.exists():
                self._next.rename(self.place)
            elif not _exchange(self._next, self.place):
                aside = self.place.with_name(f".{self.place.name}.old")
                shutil.rmtree(aside, ignore_errors=True)
                self.place.rename(aside)
                self._next.rename(self.place)
                self._next = aside
        shutil.rmtree(self._next, ignore_errors=True)
        self._next = self.place.with_name(f".{self.place.name}.next")

    def give_up(self) -> None:
        """Remove what was made of the next folder."""
        shutil.rmtree(self._next, ignore_errors=True)

    def _room_for(self, name: str) -> Path:
        target = self._next / name
        if name.startswith("/") or ".." in target.relative_to(self._next).parts:
            raise ValueError(f"{name} is outside of the site")
        folder = target.parent
        missing = []
        while folder not in self._folders and not folder.is_dir():
            missing.append(folder)
            folder = folder.parent
        for one in reversed(missing):
            one.mkdir()
            one.chmod(FOLDER_MODE)
        self._folders.add(target.parent)
        self._staged.add(name)
        return target

    @contextmanager
    def _reaching(self) -> Iterator[None]:
        try:
            yield
        except OSError as fault:
            raise Permanent(f"The site cannot be written at {self.place}: {fault.strerror}.") from fault


def _prune(folder: Path) -> None:
    """Remove folders that have nothing left in them."""
    for path, _, _ in os.walk(folder, topdown=False):
        if Path(path) != folder:
            with contextlib.suppress(OSError):
                Path(path).rmdir()


def _exchange(one: Path, other: Path) -> bool:
    """Exchange two folders in one step (Linux, renameat2); False where that is not possible."""
    try:
        call = ctypes.CDLL(None, use_errno=True).renameat2
    except (AttributeError, OSError):
        return False
    if call(_AT_FDCWD, os.fsencode(one), _AT_FDCWD, os.fsencode(other), _EXCHANGE) == 0:
        return True
    fault = ctypes.get_errno()
    if fault in _UNSUPPORTED:
        return False
    raise OSError(fault, os.strerror(fault))
