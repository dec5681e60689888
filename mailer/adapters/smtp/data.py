"""A message as DATA carries it: dots stuffed, large parts examined once and never copied."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache

LARGE = 4_096
"""Octets from which on a part is worth being examined once; smaller ones are joined."""

_SHARED = 64
"""Large parts that are remembered: an issue has a few between its blanks, in each of three formats."""


@dataclass(frozen=True, slots=True)
class Data:
    """What goes over the wire after 354, the final dot included, and what MAIL has to say of it."""

    pieces: tuple[bytes, ...]
    size: int
    """Octets of the message itself (RFC 1870)."""
    ascii_header: bool
    ascii_body: bool


@dataclass(frozen=True, slots=True)
class _Chunk:
    stuffed: bytes
    sound: bool
    """Whether every CR and LF in it is part of a CRLF."""
    ascii: bool


def data_of(parts: Sequence[bytes]) -> Data:
    """Raises ValueError for what SMTP cannot carry (RFC 5321 2.3.8, 4.5.2)."""
    chunks = list(_chunks(parts))
    if any(chunk.endswith(b"\r") for chunk in chunks):  # one that is cut between CR and LF is whole when joined
        chunks = [b"".join(parts)]
    pieces: list[bytes] = []
    ascii_only, at_line_start = True, True
    for chunk in chunks:
        known = _examined_once(chunk) if len(chunk) >= LARGE else _examined(chunk)
        if not known.sound:
            raise ValueError("the message holds a bare CR or LF (RFC 5321 2.3.8)")
        if at_line_start and chunk.startswith(b"."):
            pieces.append(b".")
        pieces.append(known.stuffed)
        ascii_only = ascii_only and known.ascii
        at_line_start = chunk.endswith(b"\n")
    pieces.append(b".\r\n" if at_line_start else b"\r\n.\r\n")
    ascii_header, ascii_body = (True, True) if ascii_only else _ascii(b"".join(parts))
    return Data(tuple(pieces), sum(map(len, chunks)), ascii_header, ascii_body)


def _chunks(parts: Sequence[bytes]) -> Iterator[bytes]:
    """Large parts as they are, and what is between them in one piece each."""
    small: list[bytes] = []
    for part in parts:
        if len(part) < LARGE:
            small.append(part)
            continue
        if any(small):
            yield b"".join(small)
        small = []
        yield part
    if any(small):
        yield b"".join(small)


def _examined(chunk: bytes) -> _Chunk:
    line_ends = chunk.count(b"\r\n")
    sound = chunk.count(b"\r") == line_ends == chunk.count(b"\n")
    return _Chunk(chunk.replace(b"\r\n.", b"\r\n.."), sound, chunk.isascii())


_examined_once = lru_cache(maxsize=_SHARED)(_examined)
"""An octet string knows its hash and equals itself at once, so that finding it again costs nothing."""


def _ascii(message: bytes) -> tuple[bool, bool]:
    header, _, body = message.partition(b"\r\n\r\n")
    return header.isascii(), body.isascii()
