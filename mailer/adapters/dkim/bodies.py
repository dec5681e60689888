"""The hash of a received body (RFC 6376 3.4.3, 3.4.4), computed piece by piece: a copy of a large body costs memory."""

from __future__ import annotations

import hashlib
import re

from mailer.adapters.dkim.canonical import CRLF

_PIECE = 1_000_000
"""Octets of a piece, which ends with a line; so it is also the longest line."""
_BLANK_LINES = re.compile(rb"(?:\n\r)*")
"""At the end of a piece, read backwards."""


def body_hash(raw: bytes, start: int, *, relaxed: bool) -> bytes:
    """SHA-256 of the canonical body, which begins at ``start``; line ends are CRLF or LF.

    Raises ValueError if a line is too long.
    """
    hashed = hashlib.sha256()
    blank_lines, empty = 0, True
    while start < len(raw):
        end = _end_of_piece(raw, start)
        piece = raw[start:end].replace(CRLF, b"\n").replace(b"\n", CRLF)
        if relaxed:
            piece = _relaxed(piece)
        blank = _BLANK_LINES.match(piece[::-1])
        size = len(piece) - (blank.end() if blank else 0)
        if size:
            hashed.update(CRLF * blank_lines)
            hashed.update(piece[:size])
            blank_lines, empty = 0, False
        blank_lines += (len(piece) - size) // 2
        start = end
    if not (relaxed and empty):
        hashed.update(CRLF)
    return hashed.digest()


def _end_of_piece(raw: bytes, start: int) -> int:
    """After the last line end within a piece, or at the end."""
    if start + _PIECE >= len(raw):
        return len(raw)
    end = raw.rfind(b"\n", start, start + _PIECE) + 1
    if not end:
        raise ValueError(f"a line has more than {_PIECE} octets")
    return end


def _relaxed(piece: bytes) -> bytes:
    """As ``canonical.relaxed``, in time that does not depend on how many runs of white space there are."""
    piece = piece.replace(b"\t", b" ")
    while b"  " in piece:
        piece = piece.replace(b"  ", b" ")
    return piece.replace(b" \r\n", CRLF)
