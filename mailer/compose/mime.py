"""MIME by hand: parts whose bodies are bits, some of them blanks that each recipient fills differently.

The standard library composes one message in a millisecond; filling in what is already encoded takes a microsecond, and
an attachment is never copied. Everything is CRLF, ASCII, and within 76 columns.
"""

from __future__ import annotations

import base64
import hashlib
import html
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from email.header import Header
from email.quoprimime import body_encode
from email.utils import quote

from mailer.message import Address, MailTemplate

CRLF = b"\r\n"

_LITERAL = re.compile(r"(?!\.)[ !#$%(-;?-~]{0,74}[!#$%(-;?-~]")
"""What neither HTML nor quoted-printable changes, and fits into one line. No full stop at its beginning: see below."""
_PLAIN_NAME = re.compile(r"[A-Za-z0-9 ,.'@&;:()-]*")


@dataclass(frozen=True, slots=True)
class Placeholder:
    """A place that is filled for each recipient; ``markup`` says that it stands in HTML."""

    name: str
    markup: bool = False
    encoded: bool = True
    """Whether it stands in a quoted-printable body (and not in a header)."""

    def fill(self, value: str) -> bytes:
        """In a body, lines of its own between soft line breaks; none begins with a full stop, which SMTP doubles."""
        if not self.encoded:
            return value.encode()
        filled = quoted_printable(html.escape(value) if self.markup else value)
        return b"=2E" + filled[1:] if filled.startswith(b".") else filled


Piece = bytes | Placeholder
SOFT_BREAK = b"=\r\n"


@dataclass(frozen=True, slots=True)
class Part:
    """A MIME entity: its own header fields, and a body in pieces."""

    fields: tuple[str, ...]
    body: tuple[Piece, ...]

    def pieces(self) -> list[Piece]:
        return ["".join(f"{field}\r\n" for field in self.fields).encode("ascii") + CRLF, *self.body]


def quoted_printable(text: str) -> bytes:
    """RFC 2045 6.7, for UTF-8 text, whatever ends its lines."""
    octets = text.replace("\r\n", "\n").replace("\r", "\n").encode()
    return body_encode(octets.decode("latin-1"), eol="\r\n").encode("ascii") if octets else b""


def text_part(text: str, subtype: str, placeholders: Sequence[str] = ()) -> Part:
    """A text body; each of ``placeholders`` found in it becomes a Blank of that name."""
    body: list[Piece] = []
    for piece in _split(text, placeholders):
        if piece in placeholders:
            body += [SOFT_BREAK, Placeholder(piece, markup=subtype == "html"), SOFT_BREAK]
        else:
            body.append(quoted_printable(piece))
    fields = (f'Content-Type: text/{subtype}; charset="utf-8"', "Content-Transfer-Encoding: quoted-printable")
    return Part(fields, tuple(body))


def _split(text: str, marks: Sequence[str]) -> list[str]:
    """``text`` cut before and after each of ``marks``."""
    pieces = [text]
    for mark in marks:
        pieces = [bit for piece in pieces for bit in _around(piece, mark)]
    return [piece for piece in pieces if piece]


def _around(piece: str, mark: str) -> list[str]:
    first, *rest = piece.split(mark)
    return [first, *(bit for after in rest for bit in (mark, after))]


def binary_part(data: bytes, media_type: str, *, filename: str = "", cid: str = "") -> Part:
    """A base64 body: an attachment with ``filename``, or something that HTML shows by its ``cid``."""
    fields = [f"Content-Type: {media_type}", "Content-Transfer-Encoding: base64"]
    if cid:
        fields += ["Content-Disposition: inline", f"Content-ID: <{cid}>"]
    else:
        fields += [f'Content-Disposition: attachment; filename="{quote(filename)}"']
    return Part(tuple(fields), (base64.encodebytes(data).replace(b"\n", CRLF),))


def multipart(subtype: str, parts: Sequence[Part], boundary: str, parameters: str = "") -> Part:
    """Several entities in one; a single one stays as it is. ``boundary`` must not occur in them."""
    if len(parts) == 1:
        return parts[0]
    body: list[Piece] = []
    for part in parts:
        body += [f"\r\n--{boundary}\r\n".encode("ascii"), *part.pieces()]
    body.append(f"\r\n--{boundary}--\r\n".encode("ascii"))
    return Part((f'Content-Type: multipart/{subtype};\r\n boundary="{boundary}"{parameters}',), tuple(body))


def boundary_of(seed: str) -> str:
    """A boundary that is the same for the same mail, and too long to occur in a body by chance."""
    return hashlib.sha256(seed.encode()).hexdigest()[:32]


class NamedTemplate:
    """A message composed once; what differs between recipients are its blanks.

    ``template`` has the same blanks as numbered gaps: those of the header, and then those of the body.
    """

    def __init__(self, pieces: Sequence[Piece]) -> None:
        placeholders = list(dict.fromkeys(bit for bit in pieces if isinstance(bit, Placeholder)))
        self._of_header = [placeholder for placeholder in placeholders if not placeholder.encoded]
        self._of_body = [placeholder for placeholder in placeholders if placeholder.encoded]
        self._in_body = list(dict.fromkeys(placeholder.name for placeholder in self._of_body))
        numbers = {placeholder: number for number, placeholder in enumerate([*self._of_header, *self._of_body])}
        self.template = MailTemplate(*(numbers[bit] if isinstance(bit, Placeholder) else bit for bit in pieces))

    def values(self, values: Mapping[str, str]) -> tuple[bytes, ...]:
        """One recipient's, by the blanks' names, as what goes into the form's gaps."""
        header = [values[placeholder.name].encode() for placeholder in self._of_header]
        if all(map(_LITERAL.fullmatch, [values[name] for name in self._in_body])):
            return (*header, *[values[placeholder.name].encode() for placeholder in self._of_body])
        return (*header, *[placeholder.fill(values[placeholder.name]) for placeholder in self._of_body])


def header_text(name: str, value: str) -> str:
    """``Name: value``, folded, with encoded-words where needed (RFC 2047)."""
    charset = None if _is_plain(value) else "utf-8"
    return f"{name}: " + Header(value, charset, header_name=name, maxlinelen=76).encode(linesep="\r\n")


def mailbox_text(address: Address) -> str:
    """``Name <local@domain>`` for an address header."""
    return named(address.name, str(address))


def named(name: str, address: str) -> str:
    """The same, for an address that is known to be one."""
    return f"{phrase_text(name)} <{address}>" if name else address


def phrase_text(words: str) -> str:
    """``words`` as they stand before something in angle brackets (RFC 5322 3.2.5, RFC 2047 5)."""
    if _PLAIN_NAME.fullmatch(words):
        return f'"{words}"'
    if _is_plain(words):
        return f'"{quote(words)}"'
    return Header(words, "utf-8", maxlinelen=70).encode(linesep="\r\n")


def _is_plain(text: str) -> bool:
    """Whether nobody will decode it; what looks like an encoded-word would be, even between quotes."""
    return text.isascii() and "=?" not in text
