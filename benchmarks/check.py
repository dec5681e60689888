"""Checks before the measurements: the messages of each sender are read back from the sink."""

from __future__ import annotations

import re
import tempfile
from collections.abc import Sequence
from pathlib import Path

from measure import Failed, Sender, Sink, run

COPIES = 20
TOLERANCE = 0.03
"""Permitted relative deviation of a letter's size."""

_OF_THE_SINK = re.compile(rb"(?:X-[^\n]*\n)+Received:[^\n]*\n(?:[ \t][^\n]*\n)*")
_PERSONAL = {
    "envelope sender": re.compile(rb"^X-Mail-Args: <([^>]*)>", re.MULTILINE),
    "recipient": re.compile(rb"^X-Rcpt-Args: <([^>]*)>", re.MULTILINE),
    "To": re.compile(rb"^To: ([^\n]*)", re.MULTILINE | re.IGNORECASE),
    "Message-ID": re.compile(rb"^Message-ID: ([^\n]*)", re.MULTILINE | re.IGNORECASE),
    "List-Unsubscribe": re.compile(rb"^List-Unsubscribe:\s+([^\n]*)", re.MULTILINE | re.IGNORECASE),
}


def check(sender: Sender, folder: Path, size: int) -> None:
    """Raises Failed unless all copies have the right size and, if the sender is ``personal``, are personalised."""
    copies = received(sender, folder, connections=4, messages=COPIES)
    problems = [*_wrong_size(copies, size), *(_shared(copies) if sender.personal else ())]
    if problems:
        raise Failed(f"{sender.name} does not send what the others send: {'; '.join(problems)}")


def received(sender: Sender, folder: Path, connections: int, messages: int) -> list[bytes]:
    """Each message as the sink stores it: with the envelope at the top, and LF line ends."""
    with tempfile.TemporaryDirectory(prefix="mailer-bench-") as made:
        dump = Path(made) / "dump"
        dump.mkdir()
        for place in (dump, dump.parent):
            place.chmod(0o777)  # the sink writes as nobody
        run(sender, folder, connections, messages, sink=Sink("-d", f"{dump}/mail."))
        return [path.read_bytes() for path in dump.iterdir()]


def letter_of(copy: bytes) -> bytes:
    """A message without what the sink has added at the top."""
    return _OF_THE_SINK.sub(b"", copy, count=1)


def _wrong_size(copies: Sequence[bytes], size: int) -> list[str]:
    letters = [letter_of(copy) for copy in copies]
    sizes = [len(letter) + letter.count(b"\n") for letter in letters]  # the sink writes LF for CRLF
    return [f"{found} octets instead of {size}" for found in sorted(set(sizes)) if abs(found / size - 1) > TOLERANCE]


def _shared(copies: Sequence[bytes]) -> list[str]:
    differ = {
        name: len({m.group(1) for copy in copies if (m := pattern.search(copy))}) for name, pattern in _PERSONAL.items()
    }
    return [f"{count} different {name} in {COPIES} copies" for name, count in differ.items() if count != COPIES]
