"""DKIM signatures on what goes out: prepared once for all that share a stencil, then a few microseconds and the key's.

A signature has no t= tag: the same mail is signed in the same way whenever it goes out again.
"""

from __future__ import annotations

import hashlib
import re
from binascii import b2a_base64
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass

from mailer.adapters.dkim.canonical import CRLF, BodyHash, are_plain, relaxed_value
from mailer.adapters.dkim.keys import Algorithm, SigningKey
from mailer.message import MailTemplate, Piece

SIGNED_ALWAYS = ("from", "to", "subject", "date", "message-id")
"""Covered once more than they occur, so that none can be added."""
SIGNED_ALSO_ABSENT = ("list-unsubscribe", "list-unsubscribe-post")
"""Covered where they are (RFC 8058 4), and where they are not: then nobody can add one."""
SIGNED_IF_PRESENT = (
    *("sender", "reply-to", "cc", "in-reply-to", "references"),
    *("mime-version", "content-type", "content-transfer-encoding", "auto-submitted"),
    *("list-id", "list-owner", "list-post"),
)
_COVERED = frozenset((*SIGNED_ALWAYS, *SIGNED_ALSO_ABSENT, *SIGNED_IF_PRESENT))

_LINE = 72
"""Octets of a line of the signature."""
_UNFOLDED_LINE_END = re.compile(rb"\r\n(?![ \t])")
_MARK = re.compile(rb"\0(\d+)\0")


class DkimSigner:
    """ports.Signer: for ``domain``, with one key or several, each under its selector."""

    def __init__(self, domain: str, keys: Mapping[str, SigningKey]) -> None:
        self._domain = domain
        self._keys = keys

    @property
    def is_slow(self) -> bool:
        """As ports.Signer says: RSA takes twenty times as long as Ed25519."""
        return any(key.algorithm is Algorithm.RSA for key in self._keys.values())

    def of(self, template: MailTemplate) -> Callable[[Sequence[bytes]], bytes]:
        """As ports.Signer says."""
        fields, rest = _taken_apart(template.pieces)
        header, body = _Header(fields), BodyHash(rest)
        tags = [_Tags(self._domain, selector, key, header.names) for selector, key in self._keys.items()]

        def signatures(values: Sequence[bytes]) -> bytes:
            plain, plain_in_header = are_plain(values)
            body_hash = b2a_base64(body.of(values, plain), newline=False)
            covered = header.covered(values, plain_in_header)
            return CRLF.join([each.field(body_hash, covered) for each in tags])

        return signatures

    def signed(self, raw: bytes) -> bytes:
        """A whole mail with its signatures in front."""
        return self.of(MailTemplate(raw))(()) + CRLF + raw


@dataclass(frozen=True, slots=True)
class _Field:
    """A header field's value, with marks for the values that each mail has of its own."""

    name: bytes
    value: bytes


def _form(marked: bytes) -> MailTemplate:
    return MailTemplate(*(int(bit) if place % 2 else bit for place, bit in enumerate(_MARK.split(marked))))


def _taken_apart(pieces: Sequence[Piece]) -> tuple[list[_Field], list[Piece]]:
    """The header fields, and the body's pieces."""
    head = b""
    body: list[Piece] | None = None
    for piece in pieces:
        if body is not None:
            body.append(piece)
        elif isinstance(piece, int):
            head += b"\0%d\0" % piece
        else:
            before, end, after = piece.partition(b"\r\n\r\n")
            head += before
            body = [after] if end else None
    found = (line.partition(b":") for line in _UNFOLDED_LINE_END.split(head))
    return [_Field(name.strip().lower(), value) for name, colon, value in found if colon], body or []


class _Header:
    """The header fields that are covered, in the form in which they are hashed."""

    def __init__(self, fields: Iterable[_Field]) -> None:
        lowest_first = reversed(list(fields))  # RFC 6376 5.4.2
        covered = [field for field in lowest_first if field.name.decode("latin-1") in _COVERED]
        names = [field.name.decode("ascii") for field in covered]
        self.names = (*names, *SIGNED_ALWAYS, *(name for name in SIGNED_ALSO_ABSENT if name not in names))
        self._fields = [(field.name, _form(field.value)) for field in covered]
        self._relaxed = _form(b"".join(_hashed(field.name, field.value) for field in covered))

    def covered(self, values: Sequence[bytes], plain: bool) -> bytes:
        """Of one mail, up to where the signature's own field follows."""
        if plain:
            return b"".join(self._relaxed.fill(values))
        return b"".join(_hashed(name, b"".join(value.fill(values))) for name, value in self._fields)


def _hashed(name: bytes, value: bytes) -> bytes:
    """A field as it is hashed; marks in it are no blanks."""
    return b"%b:%b\r\n" % (name, relaxed_value(value))


class _Tags:
    """A signature's own field: all but the two values that differ from mail to mail."""

    def __init__(self, domain: str, selector: str, key: SigningKey, names: Sequence[str]) -> None:
        self._key = key
        value = (
            f" v=1; a={key.algorithm}-sha256; c=relaxed/relaxed;\r\n"
            f" d={domain}; s={selector};\r\n"
            f" h={_folded(names)};\r\n"
            " bh="
        ).encode("ascii")
        self._written = b"DKIM-Signature:" + value
        self._hashed = b"dkim-signature:" + relaxed_value(value)

    def field(self, body_hash: bytes, covered: bytes) -> bytes:
        """The field for one mail; ``covered``: its header fields, ``body_hash`` in base64."""
        digest = hashlib.sha256(b"%b%b%b; b=" % (covered, self._hashed, body_hash)).digest()
        signature = b2a_base64(self._key.sign(digest), newline=False)
        lines = [signature[start : start + _LINE] for start in range(0, len(signature), _LINE)]
        return b"%b%b;\r\n b=%b" % (self._written, body_hash, b"\r\n  ".join(lines))


def _folded(names: Sequence[str]) -> str:
    lines = [""]
    for name in names:
        if len(lines[-1]) + len(name) > _LINE:
            lines.append("")
        lines[-1] += f"{name}:"
    return "\r\n  ".join(lines).removesuffix(":")
