"""What a mail is signed with by OpenPGP: the octets, the signature, and the text that its writer signed."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import pairwise

from mailer.inbound.body import text_of
from mailer.inbound.mailboxes import addr_specs
from mailer.inbound.parse import parse
from mailer.inbound.proof import answers, body_of
from mailer.inbound.quoting import LineKind, is_quoted, read_lines
from mailer.inbound.structure import is_text, parts, structure
from mailer.message import Address, Inbound
from mailer.tokens import Token, find_tokens

LARGEST = 1_000_000
"""Octets of the largest mail whose signature is looked at."""

_FRAME = re.compile(rb"^-----BEGIN PGP SIGNED MESSAGE-----[ \t]*\r?$", re.MULTILINE)
_END = b"-----END PGP SIGNATURE-----"
_BEGIN = b"-----BEGIN PGP SIGNATURE-----"
_BEGINS = re.compile(rb"^" + _BEGIN, re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Signed:
    """What of a mail is signed, before anybody has verified it."""

    octets: bytes
    """What the signature is over (PGP/MIME, RFC 3156); or a whole message with its frame (RFC 9580 7)."""
    signature: bytes | None
    """Of PGP/MIME; None if it is in the message."""
    charset: str = ""
    """Of a message with its frame."""


def find_signed(mail: Inbound) -> Signed | None:
    """What is signed, if the whole mail is: PGP/MIME, or one text with a frame. Never raises."""
    if len(mail.raw) > LARGEST:
        return None
    try:
        root, _ = structure(mail.raw, mail.digest)
        if root.get_content_type() == "multipart/signed":
            return _mime_signed(mail, str(root.get_boundary() or ""))
        for part in parts(root):
            if part.get_content_type() == "text/plain" and is_text(part):
                octets = part.get_payload(decode=True)
                if isinstance(octets, bytes) and _FRAME.search(octets) and not text_of(part)[1]:
                    return _framed(octets, str(part.get_content_charset() or "us-ascii"))
    except Exception:  # the standard library's parser raises many kinds on hostile mail
        return None
    return None


def _mime_signed(mail: Inbound, boundary: str) -> Signed | None:
    """The first of exactly two parts, as it stands (RFC 3156 5)."""
    body = re.sub(rb"\r?\n", b"\r\n", body_of(mail))
    line = re.compile(rb"\r\n--" + re.escape(boundary.encode("latin-1")) + rb"(--)?[ \t]*(?=\r\n|\Z)")
    found = list(line.finditer(b"\r\n" + body))
    if not boundary or len(found) != 3 or [bool(one[1]) for one in found] != [False, False, True]:
        return None
    whole = b"\r\n" + body
    first, second = (whole[one.end() + 2 : after.start()] for one, after in pairwise(found))
    signature = _armoured(second)
    return Signed(first, signature) if signature else None


def _framed(octets: bytes, charset: str) -> Signed | None:
    """The one message with a frame in a text; what stands around it is signed by nobody."""
    begin, end = _FRAME.search(octets), octets.rfind(_END)
    if begin is None or end < begin.start() or len(_FRAME.findall(octets)) > 1 or len(_BEGINS.findall(octets)) > 1:
        return None
    return Signed(octets[begin.start() : end + len(_END)] + b"\n", None, charset)


def signature_of(signed: Signed) -> bytes | None:
    """The armoured signature."""
    return _armoured(signed.signature or signed.octets)


def _armoured(octets: bytes) -> bytes | None:
    """The last signature in its armour."""
    begin, end = octets.rfind(_BEGIN), octets.rfind(_END)
    return octets[begin : end + len(_END)] if 0 <= begin < end else None


def signed_mail(signed: Signed, verified: bytes, received_at: datetime) -> Inbound:
    """The signed text as a mail of its own, with those fields that are signed. Raises Malformed."""
    if signed.signature is None:
        head = f"Content-Type: text/plain; charset={signed.charset}\r\nContent-Transfer-Encoding: 8bit\r\n\r\n"
        return parse(head.encode("latin-1", "replace") + re.sub(rb"\r?\n", b"\r\n", verified) + b"\r\n", received_at)
    return parse(verified, received_at)


def is_for_us(mail: Inbound, token: Token, office: Address, headings: Sequence[str]) -> bool:
    """Whether the writer signed this token for the office (A39): ``mail`` has only what is signed.

    A member who forwards a request with “approve” above it has signed keyword and token together. So the token stands
    in a signed To or Cc; or the signed fields say that the mail is for us, or answers us; or it stands in the writer's
    own words, or in a marked quotation, and nothing says that a mail is forwarded.
    """
    addressed = [value for name, value in mail.headers if name in ("to", "cc")]
    if token in {found for value in addressed for found in find_tokens(value)}:
        return True
    texts = [text for text in (mail.text, mail.html) if text]
    fields = [value for name, value in mail.headers if name in ("in-reply-to", "references", "subject")]
    held = token in {found for text in (*texts, *fields) for found in find_tokens(text)}
    if not held:
        return False
    specs = {spec.lower() for value in addressed for spec in addr_specs(value)}
    if addressed:
        return any(_base_key(spec) == office.base_key for spec in specs)
    if mail.subject:
        return any(answers(mail.subject, heading) for heading in headings)
    return _is_answer(mail.text or "", token)


def _is_answer(text: str, token: Token) -> bool:
    read = read_lines(text.split("\n")[:10_000])
    if any(line.kind is LineKind.FORWARDED for line in read):
        return False
    mine = [line.text for line in read if line.kind is LineKind.OWN or is_quoted(line.text)]
    return token in {found for line in mine for found in find_tokens(line)}


def _base_key(spec: str) -> str:
    try:
        return Address.parse(spec).base_key
    except ValueError:
        return ""


def identity(author: Address, verified: bytes, created: datetime | None) -> str:
    """What is this signed text's alone, however its frame is written (A9, A38)."""
    made = created.isoformat() if created else ""
    text = b"\n".join(line.rstrip(b" \t\r") for line in verified.split(b"\n"))  # not all of this is signed
    return hashlib.sha256(f"openpgp\0{author.base_key}\0{made}\0".encode() + text).hexdigest()
