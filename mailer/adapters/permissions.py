"""Who may use the office's files: their owner and, if the office has one, a group; never anybody else."""

from __future__ import annotations

import contextlib
import grp
import os
import pwd
import shlex
import stat
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

from mailer.errors import ConfigError

OTHERS = 0o007
EVERYBODY_ELSE = 0o077


@dataclass(frozen=True, slots=True)
class Openness:
    """A file or folder with a mode or a group that it should not have, and the cure."""

    path: Path
    what: str
    cure: str

    def __str__(self) -> str:
        return f"{self.path} {self.what}; run: {self.cure}"


@dataclass(frozen=True, slots=True)
class Permissions:
    """Modes of the office's files: 0600 and 0700, or 0660 and 2770 of a group."""

    group: str = ""
    gid: int | None = None

    @classmethod
    def of(cls, group: str) -> Permissions:
        """Those of a group of this machine; without one, the owner's alone. Raises ConfigError if there is none."""
        if not group:
            return cls()
        try:
            return cls(group, grp.getgrnam(group).gr_gid)
        except KeyError:
            raise ConfigError(
                [f"[office] group: this machine has no group {group}; make it with: groupadd {shlex.quote(group)}"]
            ) from None

    @property
    def folder_mode(self) -> int:
        return 0o700 if self.gid is None else 0o2770

    @property
    def file_mode(self) -> int:
        return 0o600 if self.gid is None else 0o660

    @property
    def umask(self) -> int:
        return EVERYBODY_ELSE if self.gid is None else OTHERS

    def hold(self) -> None:
        """From now on, this process makes files with these modes."""
        os.umask(self.umask)

    def make_folder(self, folder: Path) -> None:
        """Make a folder, and those above it that are missing; those have the modes of the process."""
        if not folder.is_dir():
            folder.mkdir(parents=True)
            self.mend([folder])

    def make_file(self, file: Path) -> None:
        """Make an empty file, for a library that would choose another mode."""
        with contextlib.suppress(FileExistsError):
            os.close(os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, self.file_mode))
        self.mend([file])

    def mend(self, paths: Iterable[Path]) -> list[Openness]:
        """Give ``paths`` these modes, and return those that need somebody else to do it. Missing ones are ignored.

        A folder comes before what is in it, so that nobody can put a link there meanwhile.
        """
        found = [fault for path in paths if (fault := self.fault(path))]
        return [fault for fault in found if not self._mended(fault.path)]

    def fault(self, path: Path) -> Openness | None:
        """What is wrong with the mode or group of a file or folder of the office; None if it is right or missing."""
        try:
            found = path.lstat()
        except (FileNotFoundError, NotADirectoryError):
            return None
        if stat.S_ISLNK(found.st_mode):
            return None
        mode = stat.S_IMODE(found.st_mode)
        quoted = shlex.quote(str(path))
        if mode & self.umask:
            wanted = self._mode(found.st_mode)
            return Openness(path, f"is open to others ({mode:04o})", f"chmod {wanted:o} {quoted}")
        if self.gid is None:
            return None
        if found.st_gid != self.gid:
            wanted = self._mode(found.st_mode)
            cure = f"chgrp {shlex.quote(self.group)} {quoted} && chmod {wanted:o} {quoted}"
            return Openness(path, f"is not of the group {self.group}", cure)
        if mode & self._mode(found.st_mode) != self._mode(found.st_mode):
            what = f"cannot be used by the group {self.group} ({mode:04o})"
            return Openness(path, what, f"chmod {self._mode(found.st_mode):o} {quoted}")
        return None

    def _mode(self, mode: int) -> int:
        return self.folder_mode if stat.S_ISDIR(mode) else self.file_mode

    def _mended(self, path: Path) -> bool:
        """Change the group, if there is one, and the mode.

        It opens no file: to close one again would end the locks that SQLite has on it in this process.
        """
        try:
            if self.gid is not None and path.lstat().st_gid != self.gid:
                os.chown(path, -1, self.gid, follow_symlinks=False)  # first, as it clears the set-group-ID bit
            path.chmod(self._mode(path.lstat().st_mode))
        except OSError:
            return False
        return True


def give_to_owner(opened: int, folder: Path) -> None:
    """Give a file that root has opened to its folder's owner, as SQLite does; else the daemon could not use it."""
    if os.geteuid() == 0:
        owner = folder.stat()
        if owner.st_uid and os.fstat(opened).st_uid == 0:
            os.fchown(opened, owner.st_uid, owner.st_gid)


def secret_fault(path: Path) -> str:
    """What is wrong with the mode of a file with a secret, and the cure; empty if nothing is, or it is missing.

    systemd gives a service its credentials in a folder of its own; an access list there shows as a group's mode.
    """
    try:
        shared = path.stat().st_mode & EVERYBODY_ELSE
    except OSError:
        return ""
    credentials = os.environ.get("CREDENTIALS_DIRECTORY")
    if not shared or (credentials and path.parent == Path(credentials)):
        return ""
    return f"others can read {path}; run: chmod 600 {path}"


# --- what another user could do ---


class Access(NamedTuple):
    """What a user has to be able to do with a path."""

    path: Path
    bits: int
    """As in a mode: 4 to read, 2 to write, 1 to enter a folder."""


@dataclass(frozen=True, slots=True)
class User:
    """A user of this machine with all of their groups."""

    name: str
    uid: int
    gids: frozenset[int]

    @classmethod
    def of(cls, uid: int) -> User:
        try:
            known = pwd.getpwuid(uid)
        except KeyError:
            return cls(str(uid), uid, frozenset())
        return cls(known.pw_name, uid, frozenset(os.getgrouplist(known.pw_name, known.pw_gid)))

    def missing(self, wanted: Access) -> tuple[str, Path] | None:
        """Why the user cannot do that, by modes alone, and the path that shuts them out; None if they can.

        A missing file is nobody's fault.
        """
        path = wanted.path
        for step in (*_above(path), path):
            bits = wanted.bits if step == path else 1
            try:
                found = step.stat()
            except OSError:
                return None
            if not self._may(found, bits):
                return f"{self.name} cannot {_VERBS[bits]} {step} ({stat.S_IMODE(found.st_mode):04o})", step
        return None

    def _may(self, found: os.stat_result, bits: int) -> bool:
        if self.uid == 0:
            return True
        shift = 6 if found.st_uid == self.uid else 3 if found.st_gid in self.gids else 0
        return (found.st_mode >> shift) & bits == bits


_VERBS = {1: "enter", 4: "read", 5: "read", 6: "write", 7: "write"}


def _above(path: Path) -> Iterator[Path]:
    yield from reversed(path.absolute().parents)
