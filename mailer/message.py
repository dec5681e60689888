"""Mail as values: addresses, envelopes, templates, incoming and outgoing mail. No I/O."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from operator import itemgetter
from typing import NamedTuple, TypeAlias

import idna

from mailer.phrases import Phrase

_ATOM = re.compile(r"[^\s\x00-\x20\x7f()<>\[\]:;@\\,\"]+")
_DOMAIN = re.compile(r"(?!-)[a-z0-9-]{1,63}(?<!-)(\.(?!-)[a-z0-9-]{1,63}(?<!-))*", re.ASCII)
_UNPRINTABLE = re.compile(
    r"[\x00-\x1f\x7f-\x9f\u061c\u2028\u2029\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff\ud800-\udfff]+"
)
_LOWER_ASCII = {upper: upper + 32 for upper in range(ord("A"), ord("Z") + 1)}


def clean(text: str, limit: int = 200) -> str:
    """``text`` as one printable line of at most ``limit`` characters, safe in a header or a page (C2)."""
    if text.isascii() and text.isprintable() and len(text) <= limit and "  " not in text:
        return text.strip()
    return " ".join(_UNPRINTABLE.sub(" ", text).split())[:limit].strip()


_SPACES = re.compile(r"\s+")
_NO_BREAK = ("\N{NO-BREAK SPACE}", "\N{NARROW NO-BREAK SPACE}")


def one_line(text: str, limit: int = 200) -> str:
    """As ``clean``, but a no-break space stays one: French has it before “:” and inside « »."""
    if text.isascii():
        return clean(text, limit)
    printable = _UNPRINTABLE.sub(" ", text)
    return _SPACES.sub(lambda found: found[0] if found[0] in _NO_BREAK else " ", printable).strip()[:limit].strip()


_BREAK = re.compile(r"\s+(?:[245]\d\d[ -])?(?:[245]\.\d{1,3}\.\d{1,3}\s+)?")
"""White space, and what a reply of several lines repeats at the beginning of each (RFC 5321 4.2.1, RFC 2034 4)."""


def hide(text: str, pattern: re.Pattern[str]) -> str:
    """``text`` with “…” for what ``pattern`` finds, or for its group; it may be broken over lines (D6).

    The pattern is applied to the text without white space.
    """
    joined = _BREAK.sub("", text)
    if not pattern.search(joined):
        return text
    places: list[int] = []
    end = 0
    for gap in _BREAK.finditer(text):
        places += range(end, gap.start())
        end = gap.end()
    places += range(end, len(text))
    pieces, end = [], 0
    for found in pattern.finditer(joined):
        first, last = found.span(pattern.groups and 1)
        pieces += [text[end : places[first]], "…"]
        end = places[last - 1] + 1
    return "".join([*pieces, text[end:]])


def _a_labels(domain: str) -> str:
    """``domain`` in lower-case A-labels (IDNA 2008, RFC 5891), or an empty string if it cannot be encoded.

    Python's own codec is IDNA 2003, to which ``straße`` and ``strasse`` are one domain (C8).
    """
    if len(domain) > 253:
        return ""
    try:
        return (domain if domain.isascii() else idna.encode(domain, uts46=True).decode("ascii")).lower()
    except UnicodeError:
        return ""


def _lower(text: str) -> str:
    """``text`` with its ASCII letters in lower case; for most addresses the fast way does."""
    return text.lower() if text.isascii() else text.translate(_LOWER_ASCII)


def _is_local(local: str) -> bool:
    """Whether ``local`` is a printable dot-atom of at most 64 octets (RFC 5322 3.2.3, RFC 6532)."""
    return (
        _ATOM.fullmatch(local) is not None
        and _UNPRINTABLE.search(local) is None
        and len(local.encode()) <= 64
        and "" not in local.split(".")
    )


def is_aligned(signer: str, domain: str) -> bool:
    """Whether a signature of ``signer`` is valid for mail from ``domain``: the same domain or a parent of it (A2).

    A top-level domain is never aligned.
    """
    signer, domain = signer.lower().rstrip("."), domain.lower()
    return signer == domain or ("." in signer and domain.endswith(f".{signer}"))


@dataclass(frozen=True, slots=True)
class Address:
    """One mailbox (RFC 5321 4.1.2), with the domain in lower-case A-labels, and its display name."""

    local: str
    domain: str
    name: str = ""

    @classmethod
    def parse(cls, spec: str, name: str = "") -> Address:
        """Parse a bare ``local@domain``. Raises ValueError that says what is wrong."""
        local, at, domain = spec.strip().rpartition("@")
        if not at or not local or not domain:
            raise ValueError(f"{clean(spec)!r} is not an address: it needs one @ with something on both sides")
        ascii_domain = _a_labels(domain)
        if not _DOMAIN.fullmatch(ascii_domain) or len(ascii_domain) > 253:
            raise ValueError(f"{clean(spec)!r}: the part after the @ is not a domain name")
        if not _is_local(local):
            raise ValueError(f"{clean(spec)!r}: mail cannot be sent to the part before the @")
        return cls(local, ascii_domain, clean(name))

    def __str__(self) -> str:
        return f"{self.local}@{self.domain}"

    @property
    def is_public(self) -> bool:
        """Whether mail from anywhere can reach it: a host without a dot is known to its own network alone."""
        return "." in self.domain

    @property
    def key(self) -> str:
        """Equal for addresses that are the same mailbox to us. Only the case of ASCII letters is ignored.

        Unicode's case folding would make one mailbox of ``oﬃce@`` and ``office@``.
        """
        return _lower(f"{self.local}@{self.domain}")

    @property
    def base_key(self) -> str:
        """As ``key``, without a ``+detail``: all aliases of a person have the same (A30)."""
        base, _, _ = self.local.partition("+")
        return _lower(f"{base or self.local}@{self.domain}")

    def plus(self, detail: str) -> Address:
        """``base+detail@domain`` (RFC 5233)."""
        return Address(f"{self.local}+{detail}", self.domain, self.name)


Piece: TypeAlias = bytes | int
"""Bytes that all copies share, or a placeholder: the number of a copy's value."""

LARGE = 32_768
"""Octets from which a piece is passed on without copying; smaller ones are joined with their neighbours."""


class MailTemplate:
    """A message composed once for many copies: shared bytes, and placeholders for values. Equal only to itself."""

    __slots__ = ("_chunks", "pieces", "placeholders")

    def __init__(self, *pieces: Piece) -> None:
        self.pieces = _merged(pieces)
        self.placeholders = 1 + max((piece for piece in self.pieces if isinstance(piece, int)), default=-1)
        """How many values a copy has."""
        self._chunks = [_template(chunk) for chunk in _chunks(self.pieces)]

    def fill(self, values: Sequence[bytes]) -> list[bytes]:
        """One message, in parts that follow each other; a large piece is the same object in every message."""
        return [chunk if values_of is None else chunk % values_of(values) for chunk, values_of in self._chunks]


def _merged(pieces: Sequence[Piece]) -> tuple[Piece, ...]:
    """The pieces with neighbouring bytes joined and empty ones removed."""
    merged: list[Piece] = []
    for piece in pieces:
        last = merged[-1] if merged else None
        if isinstance(piece, bytes) and isinstance(last, bytes):
            merged[-1] = last + piece
        elif piece != b"":
            merged.append(piece)
    return tuple(merged)


def _chunks(pieces: Sequence[Piece]) -> list[list[Piece]]:
    """Each large piece alone, and the pieces between them together."""
    chunks: list[list[Piece]] = [[]]
    for piece in pieces:
        if isinstance(piece, bytes) and len(piece) >= LARGE:
            chunks += [[piece], []]
        else:
            chunks[-1].append(piece)
    return [chunk for chunk in chunks if chunk]


def _template(chunk: Sequence[Piece]) -> tuple[bytes, Callable[[Sequence[bytes]], tuple[bytes, ...]] | None]:
    """Bytes for the ``%`` operator, and a function that selects their values; None if there is no placeholder."""
    placeholders = [piece for piece in chunk if isinstance(piece, int)]
    if not placeholders:
        return b"".join(piece for piece in chunk if isinstance(piece, bytes)), None
    template = b"".join(b"%b" if isinstance(piece, int) else piece.replace(b"%", b"%%") for piece in chunk)
    only = placeholders[0]
    return template, itemgetter(*placeholders) if len(placeholders) > 1 else lambda values: (values[only],)


class Envelope(NamedTuple):
    """The SMTP envelope of one mail; an empty sender is the null sender ``<>``."""

    sender: str
    recipients: tuple[str, ...]
    id: str = ""
    """Names the mail in reports if the relay offers DSN (RFC 3461 4.4); may be empty."""


class Outgoing(NamedTuple):
    """A mail for a transport: one outbox row, or several whose recipients get the same bytes.

    ``template`` filled with ``values`` is the message, with CRLF line ends. It is a tuple because one is made for each
    copy, and a frozen dataclass takes four times as long.
    """

    rows: tuple[int, ...]
    """One for each recipient of the envelope, in their order."""
    envelope: Envelope
    template: MailTemplate
    values: tuple[bytes, ...] = ()
    mailing: int | None = None
    """The mailing of a copy; None for a service mail."""
    alike: bool = False
    """Whether other copies of the mailing may have the same bytes, so that recipients can share a mail."""

    @property
    def parts(self) -> list[bytes]:
        """The message, in pieces to be joined."""
        return self.template.fill(self.values)


@dataclass(frozen=True, slots=True)
class Signature:
    """A DKIM signature (RFC 6376) that is cryptographically valid, and what it covers."""

    domain: str
    signed: tuple[str, ...]
    """The header names in h=, in lower case. The whole body is signed, too."""
    octets: bytes = b""
    """The signature itself: b= without its base64."""
    key_name: str = ""
    """Where its key is: ``s1._domainkey.board.example``."""
    key_record: str = ""
    """The key's record (RFC 6376 3.6) as it was looked up."""


@dataclass(frozen=True, slots=True)
class Attachment:
    """A part of a mail that is not its text: a file, a picture, a mail, an invitation. It says what its sender says."""

    number: int
    """Its place among the mail's parts; ``inbound/attachments.py`` finds its content by it."""
    name: str
    """Its file name in one printable line, without folders; may be empty. It is for people to read (C6)."""
    media_type: str
    """In lower case, such as ``application/pdf``; ``message/rfc822`` is an attached mail."""
    size: int
    """Octets without the transfer encoding; of a damaged encoding, about so many."""
    inline: bool
    """Whether it belongs to the text, such as a picture in it, and is not attached as a file."""


@dataclass(frozen=True)
class Inbound:
    """An incoming mail, parsed within limits. Text is decoded; nothing in it is verified."""

    raw: bytes
    digest: str
    """SHA-256 of ``raw`` in hexadecimal: the identity of these bytes."""
    received_at: datetime
    """INTERNALDATE, the time of the receiving server, in UTC."""
    sender: Address | None
    """From, if it is exactly one mailbox and without defects."""
    sender_problem: str
    """Why ``sender`` is None, or empty."""
    return_path: str | None
    """The envelope sender as our server noted it; an empty string is the null sender, None is unknown."""
    addressed_to: tuple[str, ...]
    """All addr-specs in Delivered-To, X-Original-To, Envelope-To, To and Cc."""
    subject: str
    message_id: str
    references: tuple[str, ...]
    """In-Reply-To and References, nearest first."""
    headers: tuple[tuple[str, str], ...]
    """All header fields with lower-case names, unfolded, not decoded."""
    text: str | None
    """The text/plain body, or None."""
    html: str | None
    body_problem: Phrase
    """Why the body cannot be read reliably (charset, encoding, encryption), or empty."""
    report: bytes | None = None
    """The machine-readable part of a multipart/report (RFC 3464, 8098 or 5965), with its own header fields."""
    attachments: tuple[Attachment, ...] = ()
    """All parts but those whose text is in ``text`` and ``html``, in order."""
    left_out: tuple[Phrase, ...] = ()
    """What these fields do not have, because it is beyond a limit, in words for people; ``raw`` has it."""

    @property
    def author(self) -> Address:
        """The sender. Raises ValueError if there is none; a mail without one is refused before any handler sees it."""
        if self.sender is None:
            raise ValueError(self.sender_problem)
        return self.sender

    def header(self, name: str) -> str:
        """The topmost field with this name, or an empty string."""
        return next((value for key, value in self.headers if key == name.lower()), "")
