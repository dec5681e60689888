"""Limits on the mails that are parsed, checked before and while parsing (C3, C4). Ordinary mail is far below them."""

from __future__ import annotations

import re
from collections.abc import Iterator
from email.message import Message
from email.policy import Policy

from mailer.errors import Malformed
from mailer.phrases import phrase

HEADER_BYTES = 256 * 1024
HEADER_FIELDS = 1_000
LINE_BYTES = 1024 * 1024
STRETCH_BYTES, STRETCH_LINES = 3 * 1024 * 1024, 40_000
"""What is parsed of a stretch without a line that could be a boundary. It is more than enough for the longest text that
is read, in any transfer encoding."""
FILE_BYTES = 16 * 1024
"""What is parsed of a stretch whose header says that it is a file in base64."""
MOST_LINES = 1_000_000
BODY_BYTES, LINES = 4 * 1024 * 1024, 100_000
"""What is parsed of a body. The parser's memory grows with the lines, to several times their octets."""
FROM_CHARACTERS = 10_000
REPORT_BYTES = 128 * 1024
"""Of the machine-readable part of a report: some hundred recipients."""
CONTAINERS = 100
"""Multiparts and attached messages. This bounds the depth of nesting, too."""
PARTS = 500
WORK = 2_000_000
"""Lines times containers: the parser asks each enclosing container about each line."""
COMMENT_DEPTH = 16
CONTENT_TYPE = 2_048
"""Octets of a Content-Type field: the parser's time grows with their square."""
TEXT_BYTES = 1024 * 1024
"""Of one text part; a longer one is cut, and is no vote."""
TEXT_PASSED_ON = 50_000
"""Characters of a text that a person gets; the mail itself is kept whole."""

_CONTAINER = re.compile(rb"^content-type[ \t]*:[\x00-\x20]*(?:multipart|message)/", re.IGNORECASE | re.MULTILINE)
_FILE_HEAD = 4 * 1024
_FILE = re.compile(
    rb"^content-type[ \t]*:\s*+(?!text/|message/|multipart/|application/xhtml)[a-z]", re.IGNORECASE | re.MULTILINE
)
_BASE64 = re.compile(rb"^content-transfer-encoding[ \t]*:\s*+base64", re.IGNORECASE | re.MULTILINE)
_LONG_TYPE = re.compile(rb"^content-type[ \t]*:(?:[^\n]|\n[ \t]){%d}" % CONTENT_TYPE, re.IGNORECASE | re.MULTILINE)


CUT = re.compile(r"\n?\[mailer has (?:cut (\d{1,10}) to (\d{1,10})|stopped) in ([0-9a-f]{64})\]\n?")
"""Stands in place of the octets that are not parsed: from where to where, in the mail with that digest. A mail cannot
hold its own digest, so a mark that its writer made only makes the text around it uncertain."""

_BOUNDARY = b"\n--"


def check_head(head: bytes) -> None:
    """Raise Malformed if a header block exceeds the limits."""
    if len(head) > HEADER_BYTES:
        raise Malformed(phrase("its header block is too large"))
    if head.count(b"\n") >= HEADER_FIELDS and _fields(head) > HEADER_FIELDS:
        raise Malformed(phrase("it has too many header fields"))


def is_ordinary(raw: bytes, start: int) -> bool:
    """Whether a body, which begins at ``start``, may be parsed whole."""
    return len(raw) - start <= STRETCH_BYTES and _lines(raw, start) <= STRETCH_LINES


def _lines(raw: bytes, start: int) -> int:
    return max(raw.count(b"\n", start), raw.count(b"\r", start))


def shortened(raw: bytes, start: int, digest: str) -> tuple[bytes, bool]:
    """The body, which begins at ``start``, with marks in place of most of large attachments and very long texts.

    False means that it stops before the end of the mail. Raises Malformed if it has too many lines even for its size.
    """
    if is_ordinary(raw, start):
        return _without_files(raw, start, digest), True
    if _lines(raw, start) > MOST_LINES:
        raise Malformed(phrase("it has too many lines"))
    kept: list[bytes] = []
    size = lines = 0
    for begin, end in _stretches(raw, start):
        cut = _cut(raw, begin, end)
        piece = (
            raw[begin:end] if cut == end else raw[begin:cut] + _mark(b"cut %d to %d" % (cut, _last(raw, end)), digest)
        )
        size, lines = size + len(piece), lines + piece.count(b"\n")
        if size > BODY_BYTES or lines > LINES:
            return b"".join((*kept, _mark(b"stopped", digest))), False
        kept.append(piece)
    return b"".join(kept), True


def _without_files(raw: bytes, start: int, digest: str) -> bytes:
    """The body of ordinary size with marks in place of most of its files, because the parser reads line by line.

    What stands before the first boundary is no part, and in a file with bare CRs the parser may see more boundaries.
    """
    if len(raw) - start <= FILE_BYTES:
        return raw[start:]
    kept: list[bytes] = []
    at = start
    for begin, end in _stretches(raw, start):
        cut = begin + FILE_BYTES
        if begin == start or end <= cut or not _is_file(raw[begin : begin + _FILE_HEAD]):
            continue
        if raw.count(b"\r", cut, end) not in (0, raw.count(b"\r\n", cut, end)):
            continue
        kept += raw[at:cut], _mark(b"cut %d to %d" % (cut, _last(raw, end)), digest)
        at = end
    return b"".join((*kept, raw[at:])) if kept else raw[start:]


def _stretches(raw: bytes, start: int) -> Iterator[tuple[int, int]]:
    """From each line that could be a boundary to the next. A boundary after a bare CR is cut like any other line."""
    while (found := raw.find(_BOUNDARY, start)) >= 0:
        yield start, found + 1
        start = found + 1
    yield start, len(raw)


def _cut(raw: bytes, begin: int, end: int) -> int:
    """Where the rest of a stretch is cut off: at its ``end``, or at a limit before it."""
    limit = FILE_BYTES if end - begin > FILE_BYTES and _is_file(raw[begin : begin + _FILE_HEAD]) else STRETCH_BYTES
    cut = min(end, begin + limit)
    if raw.count(b"\n", begin, cut) > STRETCH_LINES:
        cut = begin
        for _ in range(STRETCH_LINES):
            cut = raw.index(b"\n", cut) + 1
    return cut


def _last(raw: bytes, end: int) -> int:
    """Where the content of a stretch ends: the line end before a boundary belongs to the boundary (RFC 2046 5.1.1)."""
    if end == len(raw):
        return end
    return end - 2 if raw[end - 2 : end] == b"\r\n" else end - 1


def _is_file(beginning: bytes) -> bool:
    """Whether a part that begins so is a file in base64, of which the structure of the mail needs only the header."""
    head = beginning.replace(b"\r\n", b"\n").partition(b"\n\n")[0]
    return _FILE.search(head) is not None and _BASE64.search(head) is not None


def _mark(what: bytes, digest: str) -> bytes:
    return b"\n[mailer has %b in %b]\n" % (what, digest.encode())


def check(whole: bytes) -> None:
    """Raise Malformed if a mail exceeds the limits. It has LF line ends."""
    if len(whole) > LINE_BYTES and max(map(len, whole.split(b"\n"))) > LINE_BYTES:
        raise Malformed(phrase("one of its lines is too long"))
    if _LONG_TYPE.search(whole):
        raise Malformed(phrase("one of its Content-Type fields is too long"))
    containers = len(_CONTAINER.findall(whole)) + 1
    if containers > CONTAINERS:
        raise Malformed(phrase("its parts are nested too deeply"))
    if (whole.count(b"\n") + 1) * containers > WORK:
        raise Malformed(phrase("it has too many lines in too many parts"))


def _fields(head: bytes) -> int:
    return sum(1 for line in head.split(b"\n") if line[:1] not in b" \t")


class PartCounter:
    """Makes the message objects of the parser, and raises Malformed at one too many."""

    def __init__(self) -> None:
        self.made = 0

    def __call__(self, policy: Policy | None = None) -> Message:
        self.made += 1
        if self.made > PARTS:
            raise Malformed(phrase("it has too many parts"))
        return Message() if policy is None else Message(policy)
