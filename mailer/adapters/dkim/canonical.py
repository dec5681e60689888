"""The relaxed form of a mail (RFC 6376 3.4), piece by piece: what many mails share is made canonical once.

Nothing but a run of blanks and line ends can change where two pieces meet. So each piece is cut into the gap that it
begins with, what stands between, and the gap that it ends with; only gaps are looked at again. Line ends are CRLF.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Sequence
from dataclasses import dataclass

from mailer.message import Piece

CRLF = b"\r\n"

_BLANKS = re.compile(rb"[ \t]+")
_FOLDS = re.compile(rb"[ \t\r\n]+")
_GAP = b" \t\r\n"


def relaxed(text: bytes) -> bytes:
    """Runs of blanks as one, and none at the end of a line."""
    return _BLANKS.sub(b" ", text).replace(b" \r\n", CRLF)


def relaxed_value(value: bytes) -> bytes:
    """A header field's value, unfolded."""
    return _FOLDS.sub(b" ", value).strip(b" ")


@dataclass(frozen=True, slots=True)
class _Cut:
    """A piece of a body; a gap is everything up to the first octet that is neither blank nor a line end."""

    lead: bytes
    core: bytes
    """In relaxed form; empty where the piece is one gap."""
    trail: bytes

    @classmethod
    def of(cls, piece: bytes) -> _Cut:
        core = piece.strip(_GAP)
        if not core:
            return cls(piece, b"", b"")
        return cls(piece[: -len(piece.lstrip(_GAP))], relaxed(core), piece[len(piece.rstrip(_GAP)) :])


class _Digest:
    """SHA-256 of a body that comes cut by cut."""

    def __init__(self) -> None:
        self._hash = hashlib.sha256()
        self._gap = b""
        self._empty = True

    def copy(self) -> _Digest:
        made = _Digest.__new__(_Digest)
        made._hash, made._gap, made._empty = self._hash.copy(), self._gap, self._empty
        return made

    def add(self, cut: _Cut) -> None:
        gap = self._gap + cut.lead
        if not cut.core:
            self._gap = gap
            return
        self._hash.update((gap if gap == CRLF else relaxed(gap)) + cut.core)
        self._gap, self._empty = cut.trail, False

    def digest(self) -> bytes:
        """Empty lines at the end do not count; what is not empty ends with a line end."""
        if not self._empty:
            self._hash.update(CRLF)
        return self._hash.digest()


class BodyHash:
    """The body hash of mails that share all but some pieces; what comes before the first of those is hashed once."""

    def __init__(self, pieces: Sequence[Piece]) -> None:
        self._shared = _Digest()
        self._rest: list[_Cut | int] = []
        for piece in pieces:
            cut = piece if isinstance(piece, int) else _Cut.of(piece)
            if isinstance(cut, int) or self._rest:
                self._rest.append(cut)
            else:
                self._shared.add(cut)

    def of(self, values: Sequence[bytes]) -> bytes:
        """SHA-256 of the body of a mail with these values in its gaps."""
        digest = self._shared.copy()
        for cut in self._rest:
            digest.add(_Cut.of(values[cut]) if isinstance(cut, int) else cut)
        return digest.digest()
