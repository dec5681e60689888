"""DKIM signatures on what goes out: prepared once for all that share a stencil, then a few microseconds and the key's.

A signature has no t= tag: the same mail is signed in the same way whenever it goes out again.
"""

from __future__ import annotations

import hashlib
import re
from binascii import b2a_base64
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from mailer.adapters.dkim.canonical import CRLF, BodyHash, are_plain, relaxed_value
from mailer.adapters.dkim.keys import Algorithm, SigningKey
from mailer.message import Form, Piece

if TYPE_CHECKING:
    from hashlib import _Hash as Hash

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
        """As ports.Signer says: RSA takes ten times as long as Ed25519."""
        return any(key.algorithm is Algorithm.RSA for key in self._keys.values())

    def of(self, form: Form) -> Callable[[Sequence[bytes]], bytes]:
        """As ports.Signer says."""
        fields, rest = _taken_apart(form.pieces)
        header, body = _Header(fields), BodyHash(rest)
        tags = [_Tags(self._domain, selector, key, header.names) for selector, key in self._keys.items()]

        def signatures(values: Sequence[bytes]) -> bytes:
            plain, plain_in_header = are_plain(values)
            body_hash = b2a_base64(body.of(values, plain), newline=False)
            digest = header.digest(values, plain_in_header)
            return CRLF.join([each.field(body_hash, digest) for each in tags])

        return signatures

    def signed(self, raw: bytes) -> bytes:
        """A whole mail with its signatures in front."""
        return self.of(Form(raw))(()) + CRLF + raw


@dataclass(frozen=True, slots=True)
class _Field:
    """A header field's value, with marks for the values that each mail has of its own."""

    name: bytes
    value: bytes

    @property
    def is_shared(self) -> bool:
        return _MARK.search(self.value) is None

    def relaxed(self) -> bytes:
        """As it is hashed; marks are no blanks."""
        return b"%b:%b\r\n" % (self.name, relaxed_value(self.value))


def _form(marked: bytes) -> Form:
    return Form(*(int(bit) if place % 2 else bit for place, bit in enumerate(_MARK.split(marked))))


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
    """The header fields that are covered: those that all mails share come first, and are hashed once."""

    def __init__(self, fields: Iterable[_Field]) -> None:
        covered = [field for field in reversed(list(fields)) if field.name.decode("latin-1") in _COVERED]
        own = {field.name for field in covered if not field.is_shared}
        covered.sort(key=lambda field: field.name in own)  # of one name, the lowest comes first (RFC 6376 5.4.2)
        names = [field.name.decode("ascii") for field in covered]
        self.names = (*names, *SIGNED_ALWAYS, *(name for name in SIGNED_ALSO_ABSENT if name not in names))
        self._shared = hashlib.sha256(b"".join(field.relaxed() for field in covered if field.name not in own))
        self._fields = [(field.name, _form(field.value)) for field in covered if field.name in own]
        self._own = _form(b"".join(field.relaxed() for field in covered if field.name in own))

    def digest(self, values: Sequence[bytes], plain: bool) -> Hash:
        """Of all that is covered, up to where the signature's own field follows."""
        digest = self._shared.copy()
        if plain:
            digest.update(b"".join(self._own.fill(values)))
            return digest
        for name, value in self._fields:
            digest.update(b"%b:%b\r\n" % (name, relaxed_value(b"".join(value.fill(values)))))
        return digest


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

    def field(self, body_hash: bytes, digest: Hash) -> bytes:
        """The field for one mail; ``digest`` of its header fields, ``body_hash`` in base64."""
        whole = digest.copy()
        whole.update(b"%b%b; b=" % (self._hashed, body_hash))
        signature = b2a_base64(self._key.sign(whole.digest()), newline=False)
        lines = [signature[start : start + _LINE] for start in range(0, len(signature), _LINE)]
        return b"%b%b;\r\n b=%b" % (self._written, body_hash, b"\r\n  ".join(lines))


def _folded(names: Sequence[str]) -> str:
    lines = [""]
    for name in names:
        if len(lines[-1]) + len(name) > _LINE:
            lines.append("")
        lines[-1] += f"{name}:"
    return "\r\n  ".join(lines).removesuffix(":")
