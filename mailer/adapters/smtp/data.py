"""A message as DATA carries it: dots stuffed; what copies share is examined once and never again."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import NamedTuple

from mailer.message import MailTemplate, Outgoing, Piece

_FORMS = 64
"""Forms that are remembered: an issue has three, a service mail one of its own."""


class Data(NamedTuple):
    """What goes over the wire after 354, the final dot included, and what MAIL has to say of it."""

    pieces: list[bytes]
    size: int
    """Octets of the message itself (RFC 1870)."""
    ascii_header: bool
    ascii_body: bool


@dataclass(frozen=True, slots=True)
class _Wire:
    """A form made ready for the wire, for values that are plain: see ``_are_plain``."""

    stuffed: MailTemplate
    added: int
    """Octets that are not the message's own: doubled dots, and the end."""
    header_gaps: frozenset[int]
    body_gaps: frozenset[int]
    ascii_header: bool
    ascii_body: bool


def data_of(mail: Outgoing) -> Data:
    """Raises ValueError for what SMTP cannot carry (RFC 5321 2.3.8, 4.5.2)."""
    values = mail.values
    marked = b"\0%b\0" % b"\0".join(values) if values else b""
    if not _are_plain(marked):
        return data_of(mail._replace(template=MailTemplate(b"".join(mail.parts)), values=()))
    wire = _wire(mail.template)
    pieces = wire.stuffed.fill(values)
    header, body = wire.ascii_header, wire.ascii_body
    if not marked.isascii():
        header = header and all(values[placeholder].isascii() for placeholder in wire.header_gaps)
        body = body and all(values[placeholder].isascii() for placeholder in wire.body_gaps)
    return Data(pieces, sum(map(len, pieces)) - wire.added, header, body)


def _are_plain(marked: bytes) -> bool:
    """Whether values, each between NULs, can stand in any gap: not empty, no bare CR or LF, no dot that is doubled."""
    line_ends = marked.count(b"\n")
    return (
        b"\0\0" not in marked
        and b"\0." not in marked
        and (not line_ends or (b"\n." not in marked and b"\n\0" not in marked))
        and marked.count(b"\r") == line_ends == marked.count(b"\r\n")
    )


@lru_cache(maxsize=_FORMS)
def _wire(template: MailTemplate) -> _Wire:
    """Raises ValueError for a bare CR or LF. A form's pieces are parted by gaps, which hold neither at their edges."""
    stuffed: list[Piece] = list(_stuffed(template.pieces))
    last = template.pieces[-1] if template.pieces else b"\n"
    at_line_start = isinstance(last, bytes) and last.endswith(b"\n")
    stuffed.append(b".\r\n" if at_line_start else b"\r\n.\r\n")
    header, body = _halves(template.pieces)
    return _Wire(
        stuffed=MailTemplate(*stuffed),
        added=_octets(stuffed) - _octets(template.pieces),
        header_gaps=frozenset(piece for piece in header if isinstance(piece, int)),
        body_gaps=frozenset(piece for piece in body if isinstance(piece, int)),
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
            raise ValueError("the message holds a bare CR or LF (RFC 5321 2.3.8)")
        if number == 0 and piece.startswith(b"."):
            yield b"."
        yield piece.replace(b"\r\n.", b"\r\n..")


def _octets(pieces: Sequence[Piece]) -> int:
    return sum(len(piece) for piece in pieces if isinstance(piece, bytes))


def _halves(pieces: Sequence[Piece]) -> tuple[list[Piece], list[Piece]]:
    """What stands before the first empty line, and what stands after it."""
    for number, piece in enumerate(pieces):
        if isinstance(piece, bytes) and b"\r\n\r\n" in piece:
            before, _, after = piece.partition(b"\r\n\r\n")
            return [*pieces[:number], before], [after, *pieces[number + 1 :]]
    return list(pieces), []
