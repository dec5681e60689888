"""MIME parts with placeholders, which each recipient's values fill.

The standard library composes a message in a millisecond. Filling in a template that is already encoded takes a
microsecond, and never copies an attachment. All output has CRLF line ends, is ASCII, and fits 76 columns.
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
from mailer.model.issues import Inline

CRLF = b"\r\n"

_LITERAL = re.compile(r"(?!\.)[ !#$%(-;?-~]{0,74}[!#$%(-;?-~]")
"""Values that HTML and quoted-printable leave unchanged and that fit a line. No full stop at the start: see below."""
_PLAIN_NAME = re.compile(r"[A-Za-z0-9 ,.'@&;:()-]*")


@dataclass(frozen=True, slots=True)
class Placeholder:
    """A place that is filled for each recipient; ``markup``: whether it is in HTML."""

    name: str
    markup: bool = False
    encoded: bool = True
    """Whether it is in a quoted-printable body, and not in a header."""

    def fill(self, value: str) -> bytes:
        """The encoded value. In a body it never begins with a full stop, which SMTP would double."""
        if not self.encoded:
            return value.encode()
        filled = quoted_printable(html.escape(value) if self.markup else value)
        return b"=2E" + filled[1:] if filled.startswith(b".") else filled


NamedPiece = bytes | Placeholder
SOFT_BREAK = b"=\r\n"


@dataclass(frozen=True, slots=True)
class Part:
    """A MIME entity: its header fields, and its body in pieces."""

    fields: tuple[str, ...]
    body: tuple[NamedPiece, ...]

    def pieces(self) -> list[NamedPiece]:
        return ["".join(f"{field}\r\n" for field in self.fields).encode("ascii") + CRLF, *self.body]


def quoted_printable(text: str) -> bytes:
    """RFC 2045 6.7, for UTF-8 text with any kind of line ends."""
    octets = text.replace("\r\n", "\n").replace("\r", "\n").encode()
    return body_encode(octets.decode("latin-1"), eol="\r\n").encode("ascii") if octets else b""


def text_part(text: str, subtype: str, placeholders: Sequence[str] = ()) -> Part:
    """A text body; each occurrence of one of ``placeholders`` becomes a Placeholder with that name."""
    body: list[NamedPiece] = []
    for piece in _split(text, placeholders):
        if piece in placeholders:
            body += [SOFT_BREAK, Placeholder(piece, markup=subtype == "html"), SOFT_BREAK]
        else:
            body.append(quoted_printable(piece))
    fields = (f'Content-Type: text/{subtype}; charset="utf-8"', "Content-Transfer-Encoding: quoted-printable")
    return Part(fields, tuple(body))


def _split(text: str, markers: Sequence[str]) -> list[str]:
    """``text`` split before and after each of ``markers``."""
    pieces = [text]
    for marker in markers:
        pieces = [part for piece in pieces for part in _split_at(piece, marker)]
    return [piece for piece in pieces if piece]


def _split_at(piece: str, marker: str) -> list[str]:
    first, *rest = piece.split(marker)
    return [first, *(part for after in rest for part in (marker, after))]


def binary_part(data: bytes, media_type: str, *, filename: str = "", cid: str = "") -> Part:
    """A base64 body: an attachment with ``filename``, or a part that HTML shows by its ``cid``."""
    fields = [f"Content-Type: {media_type}", "Content-Transfer-Encoding: base64"]
    if cid:
        fields += ["Content-Disposition: inline", f"Content-ID: <{cid}>"]
    else:
        fields += [f'Content-Disposition: attachment; filename="{quote(filename)}"']
    return Part(tuple(fields), (base64.encodebytes(data).replace(b"\n", CRLF),))


_SEVEN_BITS = bytes((*b"\t\n", *range(0x20, 0x7F)))
_LONGEST = 998
"""Octets of a line (RFC 5322 2.1.1)."""


def mail_part(raw: bytes, filename: str) -> Part:
    """A mail as an attachment: as a mail if it fits seven bits and our lines (RFC 2046 5.2.1), else as a file."""
    lines = raw.replace(b"\r\n", b"\n")
    if lines.translate(None, _SEVEN_BITS) or max(map(len, lines.split(b"\n"))) > _LONGEST:
        return binary_part(raw, "application/octet-stream", filename=filename)
    fields = ("Content-Type: message/rfc822", f'Content-Disposition: attachment; filename="{quote(filename)}"')
    return Part(fields, (lines.replace(b"\n", CRLF),))


def multipart(subtype: str, parts: Sequence[Part], boundary: str, parameters: str = "") -> Part:
    """Several entities in one; a single entity is returned unchanged. ``boundary`` must not occur in them."""
    if len(parts) == 1:
        return parts[0]
    body: list[NamedPiece] = []
    for part in parts:
        body += [f"\r\n--{boundary}\r\n".encode("ascii"), *part.pieces()]
    body.append(f"\r\n--{boundary}--\r\n".encode("ascii"))
    return Part((f'Content-Type: multipart/{subtype};\r\n boundary="{boundary}"{parameters}',), tuple(body))


def page_part(html: str, pictures: Sequence[Inline], seed: str, placeholders: Sequence[str] = ()) -> Part:
    """HTML with the pictures that it shows (RFC 2387)."""
    shown = [binary_part(picture.data, picture.media_type, cid=picture.cid) for picture in pictures]
    page = [text_part(html, "html", placeholders), *shown]
    return multipart("related", page, f"rel-{seed}", parameters='; type="text/html"')


def boundary_of(seed: str) -> str:
    """A boundary that is always the same for a mail, and too long to occur in a body by chance."""
    return hashlib.sha256(seed.encode()).hexdigest()[:32]


class NamedTemplate:
    """A message composed once, with named placeholders for what differs between recipients.

    ``template`` has them as numbers: first those of the header, then those of the body.
    """

    def __init__(self, pieces: Sequence[NamedPiece]) -> None:
        placeholders = list(dict.fromkeys(part for part in pieces if isinstance(part, Placeholder)))
        self._header_placeholders = [placeholder for placeholder in placeholders if not placeholder.encoded]
        self._body_placeholders = [placeholder for placeholder in placeholders if placeholder.encoded]
        self._body_names = list(dict.fromkeys(placeholder.name for placeholder in self._body_placeholders))
        self.placeholders = (*self._header_placeholders, *self._body_placeholders)
        """Those of ``template``, by their number."""
        numbers = {placeholder: number for number, placeholder in enumerate(self.placeholders)}
        self.template = MailTemplate(*(numbers[part] if isinstance(part, Placeholder) else part for part in pieces))

    def values(self, values: Mapping[str, str]) -> tuple[bytes, ...]:
        """One recipient's values, from those by name to those for ``template``."""
        header = [values[placeholder.name].encode() for placeholder in self._header_placeholders]
        if all(map(_LITERAL.fullmatch, [values[name] for name in self._body_names])):
            return (*header, *[values[placeholder.name].encode() for placeholder in self._body_placeholders])
        return (*header, *[placeholder.fill(values[placeholder.name]) for placeholder in self._body_placeholders])


def header_text(name: str, value: str) -> str:
    """``Name: value``, folded, with encoded-words if needed (RFC 2047)."""
    charset = None if _is_plain(value) else "utf-8"
    return f"{name}: " + Header(value, charset, header_name=name, maxlinelen=76).encode(linesep="\r\n")


def mailbox_text(address: Address) -> str:
    """``Name <local@domain>`` for an address header."""
    return named(address.name, str(address))


def named(name: str, address: str) -> str:
    """As ``mailbox_text``, for an address that is known to be valid."""
    return f"{phrase_text(name)} <{address}>" if name else address


def phrase_text(text: str) -> str:
    """``text`` as a phrase before an address or id in angle brackets (RFC 5322 3.2.5, RFC 2047 5)."""
    if _PLAIN_NAME.fullmatch(text):
        return f'"{text}"'
    if _is_plain(text):
        return f'"{quote(text)}"'
    return Header(text, "utf-8", maxlinelen=70).encode(linesep="\r\n")


def _is_plain(text: str) -> bool:
    """Whether ``text`` needs no encoding. Readers decode what looks like an encoded-word, even between quotes."""
    return text.isascii() and "=?" not in text
