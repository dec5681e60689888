"""The relaxed canonical form of a mail (RFC 6376 3.4). What the copies of a template share is done once for all.

The relaxed form changes only runs of white space and line ends. If no value of a copy begins or ends with one, the text
around the values is the same in each copy, and one operation fills them in. Line ends are CRLF.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Sequence

from mailer.message import MailTemplate, Piece

CRLF = b"\r\n"

_WSP = re.compile(rb"[ \t]+")
_FOLDS = re.compile(rb"[ \t\r\n]+")


def relaxed(text: bytes) -> bytes:
    """Each run of white space becomes one space; at the end of a line it is removed."""
    return _WSP.sub(b" ", text).replace(b" \r\n", CRLF)


def relaxed_value(value: bytes) -> bytes:
    """A header field's value, unfolded."""
    return _FOLDS.sub(b" ", value).strip(b" ")


def relaxed_body(body: bytes) -> bytes:
    """A body without empty lines at its end; unless it is empty, it ends with CRLF."""
    text = relaxed(body).rstrip(b" \r\n")
    return text + CRLF if text else b""


def are_plain(values: Sequence[bytes]) -> tuple[bool, bool]:
    """Whether values are canonical anywhere in a body, and anywhere in a header field."""
    delimited = b"\0%b\0" % b"\0".join(values) if values else b""
    if b"\t" in delimited or b"\0\0" in delimited.replace(b" ", b"\0"):  # two spaces, one at an end, or an empty value
        return False, False
    if b"\r" not in delimited:
        return True, True
    return not (b" \r" in delimited or b"\0\r" in delimited or b"\n\0" in delimited), False


class BodyHash:
    """SHA-256 of bodies made from one template. What comes before the first value is hashed once."""

    def __init__(self, pieces: Sequence[Piece]) -> None:
        self._body = MailTemplate(*pieces)
        first, *rest = self._canonical() or [b""]
        self._prefix = hashlib.sha256(first if isinstance(first, bytes) else b"")
        self._rest = MailTemplate(*rest) if isinstance(first, bytes) else MailTemplate(first, *rest)

    def _canonical(self) -> list[Piece]:
        """The canonical pieces, for plain values."""
        *pieces, last = self._body.pieces or (b"",)
        made: list[Piece] = [piece if isinstance(piece, int) else relaxed(piece) for piece in pieces]
        if isinstance(last, int):
            return [*made, last, CRLF]
        end = relaxed_body(last)
        return [*made, end or CRLF] if made else [end]

    def of(self, values: Sequence[bytes], plain: bool) -> bytes:
        """The hash of one body. If its values are not ``plain``, the whole body is made canonical."""
        if not plain:
            return hashlib.sha256(relaxed_body(b"".join(self._body.fill(values)))).digest()
        digest = self._prefix.copy()
        for part in self._rest.fill(values):
            digest.update(part)
        return digest.digest()
