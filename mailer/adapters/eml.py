"""Mail in files: a transport that writes .eml files, and a reader for .eml files, mboxes and folders."""

from __future__ import annotations

import urllib.parse
from collections.abc import Iterable, Iterator, Sequence
from io import BufferedReader
from pathlib import Path

from mailer.adapters import disk
from mailer.adapters.whole_files import write_file
from mailer.errors import ConfigError, Temporary
from mailer.model.outbox import Delivery, Outcome
from mailer.ports import Ledger


class EmlTransport:
    """ports.Transport that only writes files, one ``ROW-RECIPIENT.eml`` for each copy. No file is ever incomplete."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def deliver(self, ledger: Ledger) -> None:
        """As ports.Transport. Raises Temporary if the folder cannot be written."""
        try:
            self._folder.mkdir(parents=True, exist_ok=True)
        except OSError as fault:
            raise self._unwritable(fault) from None
        while (taken := ledger.take(1)).mails or taken.wait is not None:
            for mail in taken.mails:
                for row, recipient in zip(mail.rows, mail.envelope.recipients, strict=True):
                    self._deliver_one(ledger, row, recipient, mail.parts)
            if not taken.mails and taken.wait is not None:
                ledger.pause(taken.wait)

    def describe(self) -> Sequence[tuple[str, str]]:
        """As ports.Transport."""
        try:
            self._folder.mkdir(parents=True, exist_ok=True)
        except OSError as fault:
            raise self._unwritable(fault) from None
        return [("relay", f"mail becomes files in {self._folder}, and goes no further")]

    def close(self) -> None:
        """Nothing is open."""

    def _deliver_one(self, ledger: Ledger, row: int, recipient: str, parts: Sequence[bytes]) -> None:
        ledger.record([], [row])
        try:
            name = self._write(row, recipient, parts)
        except OSError as fault:
            ledger.record([Outcome(row, Delivery.DEFERRED, str(fault))], [])
            raise self._unwritable(fault) from None
        ledger.record([Outcome(row, Delivery.SENT, f"written to {name}")], [])

    def _write(self, row: int, recipient: str, parts: Sequence[bytes]) -> str:
        name = f"{row:06}-{urllib.parse.quote(recipient, safe='@+')}.eml"
        write_file(self._folder / name, b"".join(parts))
        return name

    def _unwritable(self, fault: OSError) -> Temporary:
        if full := disk.explained(fault, self._folder):
            return full
        return Temporary(f"{self._folder}: mail cannot be written there: {fault.strerror or fault}")


def read_messages(paths: Iterable[Path]) -> Iterator[tuple[str, bytes]]:
    """Messages as ``(name, raw)`` from .eml files, mbox files (RFC 4155) and folders of both, sorted by name.

    Raises ConfigError before the first message, naming every path that is missing or cannot be read.
    """
    files: list[Path] = []
    faults: list[str] = []
    for path in paths:
        found = _files_in(path) if path.is_dir() else [path]
        if not found:
            faults.append(f"{path}: contains no files. Name a folder of .eml files, an .eml file or an mbox.")
        files += found
    faults += [f"{file}: cannot be read: {why}" for file in files if (why := _unreadable(file))]
    if faults:
        raise ConfigError(faults)
    for file in files:
        with file.open("rb") as stream:
            yield from _messages_of(str(file), stream)


def _files_in(folder: Path) -> list[Path]:
    return sorted(path for path in folder.rglob("*") if path.is_file() and not path.name.startswith("."))


def _unreadable(file: Path) -> str | None:
    try:
        with file.open("rb"):
            return None
    except OSError as fault:
        return fault.strerror or str(fault)


def _messages_of(name: str, stream: BufferedReader) -> Iterator[tuple[str, bytes]]:
    if not stream.peek(5).startswith(b"From "):
        yield name, stream.read()
        return
    for number, raw in enumerate(_mbox(stream), start=1):
        yield f"{name}:{number}", raw


def _mbox(stream: BufferedReader) -> Iterator[bytes]:
    """Split at “From ” lines that follow a blank line, and remove one “>” from “>From ” lines (mboxrd)."""
    lines: list[bytes] = []
    after_blank = True
    started = False
    for line in stream:
        if after_blank and line.startswith(b"From "):
            if started:
                yield b"".join(lines[:-1])
            lines, started = [], True
        else:
            lines.append(line[1:] if line.startswith(b">") and line.lstrip(b">").startswith(b"From ") else line)
        after_blank = line in (b"\n", b"\r\n")
    yield b"".join(lines[:-1] if after_blank else lines)
