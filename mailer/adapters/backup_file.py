"""The file of a backup: a tar archive with a manifest at its end, so that a file that is cut short is known as such.

It begins with a member that names the format. The manifest has the size and the SHA-256 of each member, and the last
member has that of the manifest. Only ordinary files with names of our own are read, so nothing is written elsewhere.
"""

from __future__ import annotations

import hashlib
import io
import json
import re
import tarfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import IO, Any, Protocol

from mailer.adapters.whole_files import writing
from mailer.errors import Refused

FORMAT, FORMAT_VERSION = "mailer backup", 1

HEAD, STORE, CONFIGURATION, MANIFEST, SEAL = "format", "store.db", "mailer.toml", "manifest.json", "manifest.sha256"

LARGEST_SOURCE = 100_000_000
"""Octets of a file of an issue, which is read into memory."""

_CHUNK = 1 << 20
_NAME = re.compile(r"store\.db|mailer\.toml|issues/[a-z0-9-]{1,40}/[0-9]{1,9}/(?!\.{1,2}\Z)[^/\0]{1,255}")


@dataclass(frozen=True, slots=True)
class Facts:
    """What a backup says of itself."""

    made_at: datetime
    office: str
    """Its address."""
    schema: str
    version: str
    """Of mailer."""

    def as_json(self) -> dict[str, Any]:
        return {
            "made": self.made_at.isoformat(),
            "office": self.office,
            "schema": self.schema,
            "mailer": self.version,
        }


class Archive(Protocol):
    """A backup that is being written."""

    def add(self, name: str, content: bytes) -> None: ...
    def add_file(self, name: str, path: Path) -> None: ...


class _Writer:
    def __init__(self, stream: IO[bytes]) -> None:
        self._tar = tarfile.TarFile(fileobj=stream, mode="w", format=tarfile.PAX_FORMAT)
        self._members: dict[str, dict[str, object]] = {}
        self._put(HEAD, f"{FORMAT} {FORMAT_VERSION}\n".encode())

    def add(self, name: str, content: bytes) -> None:
        if len(content) > LARGEST_SOURCE or not _NAME.fullmatch(name):
            raise Refused(
                f"{name} could not be restored from a backup, because its name is strange or it has more than "
                f"{LARGEST_SOURCE // 1_000_000} MB: move it out of the folder of its issue."
            )
        self._put(name, content)
        self._members[name] = {"size": len(content), "sha256": hashlib.sha256(content).hexdigest()}

    def add_file(self, name: str, path: Path) -> None:
        size = path.stat().st_size
        with path.open("rb") as file:
            hashed = _Hashing(file)
            self._tar.addfile(_member(name, size), hashed)  # type: ignore[arg-type]
        self._members[name] = {"size": size, "sha256": hashed.digest.hexdigest()}

    def seal(self, facts: Facts) -> None:
        manifest = json.dumps({**facts.as_json(), "members": self._members}, indent=2).encode()
        self._put(MANIFEST, manifest)
        self._put(SEAL, f"{hashlib.sha256(manifest).hexdigest()}\n".encode())
        self._tar.close()

    def _put(self, name: str, content: bytes) -> None:
        self._tar.addfile(_member(name, len(content)), io.BytesIO(content))


class _Hashing:
    """A file that is hashed while it is read."""

    def __init__(self, file: IO[bytes]) -> None:
        self._file = file
        self.digest = hashlib.sha256()

    def read(self, size: int) -> bytes:
        found = self._file.read(size)
        self.digest.update(found)
        return found


def _member(name: str, size: int) -> tarfile.TarInfo:
    made = tarfile.TarInfo(name)
    made.size, made.mode = size, 0o600
    return made


@contextmanager
def write_backup(path: Path, facts: Facts) -> Iterator[Archive]:
    """A backup to add members to. It is at ``path``, whole and with mode 0600, when the block ends."""
    with writing(path, mode=0o600) as stream:
        writer = _Writer(stream)
        yield writer
        writer.seal(facts)


@dataclass(frozen=True, slots=True)
class Backup:
    """A backup that was read whole, and is what its manifest says."""

    facts: Facts
    store: Path
    """Where its store was copied to."""
    issues: Mapping[tuple[str, int], Mapping[str, bytes]]
    """The files of each issue's folder, by publication and number."""


def read_backup(path: Path, folder: Path) -> Backup:
    """Read and verify a backup, and copy its store into ``folder``.

    Raises Refused, and says why, unless every octet is as it was written.
    """
    try:
        with tarfile.open(path, "r:") as tar:
            return _read(path, tar, folder)
    except (tarfile.TarError, EOFError, ValueError, KeyError, TypeError, RecursionError) as fault:
        raise Refused(f"{path} is not a whole backup: {fault or type(fault).__name__}. Take another one.") from None


def _read(path: Path, tar: tarfile.TarFile, folder: Path) -> Backup:
    _require_format(path, tar)
    members: dict[str, dict[str, object]] = {}
    issues: dict[tuple[str, int], dict[str, bytes]] = {}
    while (member := tar.next()) is not None and member.name != MANIFEST:
        if not (member.isreg() and _NAME.fullmatch(member.name)) or member.name in members:
            raise ValueError(f"{member.name} does not belong there")
        if member.name == STORE:
            members[STORE] = _copied(tar, member, folder / STORE)
            continue
        content = _content(tar, member)
        members[member.name] = {"size": len(content), "sha256": hashlib.sha256(content).hexdigest()}
        if member.name != CONFIGURATION:
            _, publication, number, name = member.name.split("/")
            issues.setdefault((publication, int(number)), {})[name] = content
    return Backup(_facts(tar, member, members), folder / STORE, issues)


def _require_format(path: Path, tar: tarfile.TarFile) -> None:
    first = tar.next()
    head = _content(tar, first) if first is not None and first.name == HEAD else b""
    kind, _, version = head.decode("ascii", "replace").strip().rpartition(" ")
    if kind != FORMAT:
        raise Refused(f"{path} is not a backup that `mailer backup` has made.")
    if version != str(FORMAT_VERSION):
        raise Refused(f"{path} has format {version}, made by a newer mailer; this one reads format {FORMAT_VERSION}.")


def _facts(tar: tarfile.TarFile, member: tarfile.TarInfo | None, found: Mapping[str, object]) -> Facts:
    """What the manifest says, if it is whole and says of each member what was found."""
    last = tar.next()
    if member is None or last is None or last.name != SEAL or tar.next() is not None:
        raise ValueError("its end is missing or damaged")
    manifest = _content(tar, member)
    if _content(tar, last).strip().decode("ascii", "replace") != hashlib.sha256(manifest).hexdigest():
        raise ValueError("its end is missing or damaged")
    told = json.loads(manifest)
    members: Mapping[str, object] = told["members"]
    if wrong := sorted(name for name in {*members, *found} if members.get(name) != found.get(name)):
        raise ValueError(f"{', '.join(wrong[:5])}: not as it was written (SHA-256)")
    if STORE not in found:
        raise ValueError("it has no store")
    made_at = datetime.fromisoformat(told["made"])
    if made_at.tzinfo is None:
        raise ValueError("it does not say in which time zone it was made")
    return Facts(made_at, told["office"], told["schema"], told["mailer"])


def _content(tar: tarfile.TarFile, member: tarfile.TarInfo) -> bytes:
    if member.size > LARGEST_SOURCE:
        raise ValueError(f"{member.name} is too large")
    opened = tar.extractfile(member)
    content = opened.read() if opened else b""
    if len(content) != member.size:
        raise ValueError(f"{member.name} is cut short")
    return content


def _copied(tar: tarfile.TarFile, member: tarfile.TarInfo, target: Path) -> dict[str, object]:
    """Copy a large member, and return its size and digest."""
    digest, size = hashlib.sha256(), 0
    opened = tar.extractfile(member)
    assert opened is not None
    with target.open("xb") as file:
        while chunk := opened.read(_CHUNK):
            file.write(chunk)
            digest.update(chunk)
            size += len(chunk)
    return {"size": size, "sha256": digest.hexdigest()}
