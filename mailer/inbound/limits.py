"""Limits on the mails that are parsed, checked before and while parsing (C3, C4). Ordinary mail is far below them."""

from __future__ import annotations

import re
from email.message import Message
from email.policy import Policy

from mailer.errors import Malformed
from mailer.phrases import phrase

HEADER_BYTES = 256 * 1024
HEADER_FIELDS = 1_000
LINE_BYTES = 1024 * 1024
LINES = 1_000_000
CONTAINERS = 100
"""Multiparts and attached messages. This bounds the depth of nesting, too."""
PARTS = 500
WORK = 8_000_000
"""Lines times containers: the parser asks each enclosing container about each line."""
COMMENT_DEPTH = 16
CONTENT_TYPE = 2_048
"""Octets of a Content-Type field: the parser's time grows with their square."""
TEXT_BYTES = 1024 * 1024
"""Of one text part; a longer one is cut, and is no vote."""
TEXT_PASSED_ON = 50_000
"""Characters of a text that a person gets; the mail itself is kept whole."""

_CONTAINER = re.compile(rb"^content-type[ \t]*:[\x00-\x20]*(?:multipart|message)/", re.IGNORECASE | re.MULTILINE)
_LONG_TYPE = re.compile(rb"^content-type[ \t]*:(?:[^\n]|\n[ \t]){%d}" % CONTENT_TYPE, re.IGNORECASE | re.MULTILINE)


def check(head: bytes, whole: bytes) -> None:
    """Raise Malformed if a mail exceeds the limits. ``head`` is its header block; both have LF line ends."""
    lines = whole.count(b"\n") + 1
    containers = sum(1 for _ in _CONTAINER.finditer(whole)) + 1
    faults = (
        (len(head) > HEADER_BYTES, phrase("its header block is too large")),
        (head.count(b"\n") >= HEADER_FIELDS and _fields(head) > HEADER_FIELDS, phrase("it has too many header fields")),
        (_LONG_TYPE.search(whole) is not None, phrase("one of its Content-Type fields is too long")),
        (lines > LINES, phrase("it has too many lines")),
        (containers > CONTAINERS, phrase("its parts are nested too deeply")),
        (lines * containers > WORK, phrase("it has too many lines in too many parts")),
    )
    for beyond, reason in faults:
        if beyond:
            raise Malformed(reason)
    if len(whole) > LINE_BYTES and max(map(len, whole.split(b"\n"))) > LINE_BYTES:
        raise Malformed(phrase("one of its lines is too long"))


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
