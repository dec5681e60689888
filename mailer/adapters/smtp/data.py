"""Messages as DATA carries them, dot-stuffed. What the copies of a template share is prepared only once."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import NamedTuple

from mailer.message import MailTemplate, Outgoing, Piece

_TEMPLATES = 64
"""Prepared templates that are cached: an issue has three, each service mail has its own."""


class Data(NamedTuple):
    """What is sent after 354, the final dot included, and what MAIL must declare about it."""

    pieces: list[bytes]
    size: int
    """Octets of the message itself (RFC 1870)."""
    ascii_header: bool
    ascii_body: bool


@dataclass(frozen=True, slots=True)
class _Wire:
    """A template prepared for sending, for values that are plain: see ``_are_plain``."""

    stuffed: MailTemplate
    added: int
    """Octets that are not part of the message: stuffed dots and the end mark."""
    header_placeholders: frozenset[int]
    body_placeholders: frozenset[int]
    ascii_header: bool
    ascii_body: bool


def data_of(mail: Outgoing) -> Data:
    """Raises ValueError for a message that SMTP cannot carry (RFC 5321 2.3.8, 4.5.2)."""
    values = mail.values
    delimited = b"\0%b\0" % b"\0".join(values) if values else b""
    if not _are_plain(delimited):
        return data_of(mail._replace(template=MailTemplate(b"".join(mail.parts)), values=()))
    wire = _wire(mail.template)
    pieces = wire.stuffed.fill(values)
    header, body = wire.ascii_header, wire.ascii_body
    if not delimited.isascii():
        header = header and all(values[placeholder].isascii() for placeholder in wire.header_placeholders)
        body = body and all(values[placeholder].isascii() for placeholder in wire.body_placeholders)
    return Data(pieces, sum(map(len, pieces)) - wire.added, header, body)


def _are_plain(delimited: bytes) -> bool:
    """Whether values, separated by NULs, fit any placeholder: not empty, no bare CR or LF, no dot to be stuffed."""
    line_ends = delimited.count(b"\n")
    return (
        b"\0\0" not in delimited
        and b"\0." not in delimited
        and (not line_ends or (b"\n." not in delimited and b"\n\0" not in delimited))
        and delimited.count(b"\r") == line_ends == delimited.count(b"\r\n")
    )


@lru_cache(maxsize=_TEMPLATES)
def _wire(template: MailTemplate) -> _Wire:
    """Raises ValueError for a bare CR or LF. Each piece is checked alone, as no plain value begins or ends with one."""
    stuffed: list[Piece] = list(_stuffed(template.pieces))
    last = template.pieces[-1] if template.pieces else b"\n"
    at_line_start = isinstance(last, bytes) and last.endswith(b"\n")
    stuffed.append(b".\r\n" if at_line_start else b"\r\n.\r\n")
    header, body = _header_and_body(template.pieces)
    return _Wire(
        stuffed=MailTemplate(*stuffed),
        added=_octets(stuffed) - _octets(template.pieces),
        header_placeholders=frozenset(piece for piece in header if isinstance(piece, int)),
        body_placeholders=frozenset(piece for piece in body if isinstance(piece, int)),
        ascii_header=all(piece.isascii() for piece in header if isinstance(piece, bytes)),
        ascii_body=all(piece.isascii() for piece in body if isinstance(piece, bytes)),
    )


def _stuffed(pieces: Sequence[Piece]) -> Iterator[Piece]:
    for number, piece in enumerate(pieces):
        if isinstance(piece, int):
            yield piece
            continue
        line_ends = piece.count(b"\r\n")
        if not piece.count(b"\r") == line_ends == piece.count(b"\n"):
            raise ValueError("the message contains a bare CR or LF (RFC 5321 2.3.8)")
        if number == 0 and piece.startswith(b"."):
            yield b"."
        yield piece.replace(b"\r\n.", b"\r\n..")


def _octets(pieces: Sequence[Piece]) -> int:
    return sum(len(piece) for piece in pieces if isinstance(piece, bytes))


def _header_and_body(pieces: Sequence[Piece]) -> tuple[list[Piece], list[Piece]]:
    """The pieces before the first empty line, and those after it."""
    for number, piece in enumerate(pieces):
        if isinstance(piece, bytes) and b"\r\n\r\n" in piece:
            before, _, after = piece.partition(b"\r\n\r\n")
            return [*pieces[:number], before], [after, *pieces[number + 1 :]]
    return list(pieces), []
