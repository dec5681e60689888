"""The relaxed form of a mail (RFC 6376 3.4): what many mails share is made canonical, and hashed, once.

Only runs of blanks and line ends change. So where the values of a copy neither begin nor end with one, what stands
around them is the same in each copy, and putting them in is one operation. Line ends are CRLF.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Sequence

from mailer.message import MailTemplate, Piece

CRLF = b"\r\n"

_BLANKS = re.compile(rb"[ \t]+")
_FOLDS = re.compile(rb"[ \t\r\n]+")


def relaxed(text: bytes) -> bytes:
    """Runs of blanks as one, and none at the end of a line."""
    return _BLANKS.sub(b" ", text).replace(b" \r\n", CRLF)


def relaxed_value(value: bytes) -> bytes:
    """A header field's value, unfolded."""
    return _FOLDS.sub(b" ", value).strip(b" ")


def relaxed_body(body: bytes) -> bytes:
    """Empty lines at the end do not count; what is not empty ends with a line end."""
    text = relaxed(body).rstrip(b" \r\n")
    return text + CRLF if text else b""


def are_plain(values: Sequence[bytes]) -> tuple[bool, bool]:
    """Whether values are canonical wherever they stand in a body, and in a header."""
    marked = b"\0%b\0" % b"\0".join(values) if values else b""
    if b"\t" in marked or b"\0\0" in marked.replace(b" ", b"\0"):  # two blanks, one at an edge, or nothing
        return False, False
    if b"\r" not in marked:
        return True, True
    return not (b" \r" in marked or b"\0\r" in marked or b"\n\0" in marked), False


class BodyHash:
    """SHA-256 of bodies that share all but some values; what comes before the first of those is hashed once."""

    def __init__(self, pieces: Sequence[Piece]) -> None:
        self._body = MailTemplate(*pieces)
        first, *rest = self._canonical() or [b""]
        self._begun = hashlib.sha256(first if isinstance(first, bytes) else b"")
        self._rest = MailTemplate(*rest) if isinstance(first, bytes) else MailTemplate(first, *rest)

    def _canonical(self) -> list[Piece]:
        """The pieces as they are around plain values."""
        *pieces, last = self._body.pieces or (b"",)
        made: list[Piece] = [piece if isinstance(piece, int) else relaxed(piece) for piece in pieces]
        if isinstance(last, int):
            return [*made, last, CRLF]
        end = relaxed_body(last)
        return [*made, end or CRLF] if made else [end]

    def of(self, values: Sequence[bytes], plain: bool) -> bytes:
        """Of one of them; without ``plain``, all of it is made canonical anew."""
        if not plain:
            return hashlib.sha256(relaxed_body(b"".join(self._body.fill(values)))).digest()
        digest = self._begun.copy()
        for part in self._rest.fill(values):
            digest.update(part)
        return digest.digest()
