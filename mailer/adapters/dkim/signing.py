"""DKIM signatures for outgoing mail, prepared once per template: a copy costs little more than the cryptography.

A signature has no t= tag, so the same mail always has the same signature.
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
"""Covered once more often than they occur, so that nobody can add one."""
SIGNED_ALSO_ABSENT = ("list-unsubscribe", "list-unsubscribe-post")
"""Covered if present (RFC 8058 4), and also if absent, so that nobody can add one."""
SIGNED_IF_PRESENT = (
    *("sender", "reply-to", "cc", "in-reply-to", "references"),
    *("mime-version", "content-type", "content-transfer-encoding", "auto-submitted"),
    *("list-id", "list-owner", "list-post", "feedback-id"),
)
_COVERED = frozenset((*SIGNED_ALWAYS, *SIGNED_ALSO_ABSENT, *SIGNED_IF_PRESENT))

_LINE = 72
"""Octets of a line in the signature field."""
_UNFOLDED_LINE_END = re.compile(rb"\r\n(?![ \t])")
_MARK = re.compile(rb"\0(\d+)\0")


class DkimSigner:
    """ports.Signer for ``domain``, with one or more keys by selector."""

    def __init__(self, domain: str, keys: Mapping[str, SigningKey]) -> None:
        self._domain = domain
        self._keys = keys

    @property
    def is_slow(self) -> bool:
        """As ports.Signer. RSA takes twenty times as long as Ed25519."""
        return any(key.algorithm is Algorithm.RSA for key in self._keys.values())

    def of(self, template: MailTemplate) -> Callable[[Sequence[bytes]], bytes]:
        """As ports.Signer."""
        header_fields, body_pieces = _header_and_body(template.pieces)
        header, body = _Header(header_fields), BodyHash(body_pieces)
        fields = [_SignatureField(self._domain, selector, key, header.names) for selector, key in self._keys.items()]

        def signatures(values: Sequence[bytes]) -> bytes:
            plain, plain_in_header = are_plain(values)
            body_hash = b2a_base64(body.of(values, plain), newline=False)
            covered = header.covered(values, plain_in_header)
            return CRLF.join([field.of(body_hash, covered) for field in fields])

        return signatures

    def signed(self, raw: bytes) -> bytes:
        """A complete mail with its signatures added at the top."""
        return self.of(MailTemplate(raw))(()) + CRLF + raw


@dataclass(frozen=True, slots=True)
class _Field:
    """A header field; a NUL-delimited number in its value stands for a placeholder."""

    name: bytes
    value: bytes


def _template(delimited: bytes) -> MailTemplate:
    return MailTemplate(*(int(part) if place % 2 else part for place, part in enumerate(_MARK.split(delimited))))


def _header_and_body(pieces: Sequence[Piece]) -> tuple[list[_Field], list[Piece]]:
    """The header fields, and the pieces of the body."""
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
    """The covered header fields, in the form in which they are hashed."""

    def __init__(self, fields: Iterable[_Field]) -> None:
        lowest_first = reversed(list(fields))  # RFC 6376 5.4.2
        covered = [field for field in lowest_first if field.name.decode("latin-1") in _COVERED]
        names = [field.name.decode("ascii") for field in covered]
        self.names = (*names, *SIGNED_ALWAYS, *(name for name in SIGNED_ALSO_ABSENT if name not in names))
        self._fields = [(field.name, _template(field.value)) for field in covered]
        self._relaxed = _template(b"".join(_hashed(field.name, field.value) for field in covered))

    def covered(self, values: Sequence[bytes], plain: bool) -> bytes:
        """The covered fields of one mail, as hashed before the signature's own field."""
        if plain:
            return b"".join(self._relaxed.fill(values))
        return b"".join(_hashed(name, b"".join(value.fill(values))) for name, value in self._fields)


def _hashed(name: bytes, value: bytes) -> bytes:
    """A field as it is hashed. The NUL-delimited numbers in it do not count as white space."""
    return b"%b:%b\r\n" % (name, relaxed_value(value))


class _SignatureField:
    """The DKIM-Signature field of one key, prepared but for bh= and b=."""

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

    def of(self, body_hash: bytes, covered: bytes) -> bytes:
        """The field for one mail, from its ``body_hash`` in base64 and its ``covered`` header fields."""
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
