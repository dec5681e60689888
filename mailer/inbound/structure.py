"""The parts of a mail, within limits."""

from __future__ import annotations

import re
from collections.abc import Iterator
from email.message import Message
from email.parser import BytesParser
from email.policy import compat32
from functools import lru_cache

from mailer.inbound import limits

OPAQUE = frozenset({"multipart/encrypted", "application/pkcs7-mime", "application/x-pkcs7-mime"})
"""Media types whose content only the receiver's key opens."""

_KEPT = 1_500_000
"""Octets of the largest mail whose parts are kept until the next mail is read."""
_HEAD_END = re.compile(rb"\n\r?\n|\A\r?\n")
_FILE_NAME = re.compile(r"(?:^|[;\s])(?:file)?name(?:\*\d*\*?)?\s*=", re.IGNORECASE)


def structure(raw: bytes, digest: str) -> tuple[Message, bool]:
    """The parsed mail, with marks in place of the rest of large attachments; False if the end of the mail is missing.

    A bare CR ends no line of the header block, because signers take it for a character. Raises Malformed, and whatever
    the standard library's parser raises.
    """
    return (_last_structure if len(raw) <= _KEPT else _structure)(raw, digest)


def _structure(raw: bytes, digest: str) -> tuple[Message, bool]:
    found = _HEAD_END.search(raw)
    end = found.end() if found else len(raw)
    limits.check_head(raw[:end])
    head = raw[:end].replace(b"\r\n", b"\n").replace(b"\r", b" ")
    body, is_whole = limits.shortened(raw, end, digest)
    mail = _parsed(head, body)
    if len(body) < len(raw) - end and limits.is_ordinary(raw, end) and any(map(_is_cut, parts(mail))):
        mail = _parsed(head, raw[end:])
    return mail, is_whole


_last_structure = lru_cache(maxsize=1)(_structure)
"""Several rules read the parts of the same mail."""


def _parsed(head: bytes, body: bytes) -> Message:
    whole = head + body.replace(b"\r\n", b"\n").replace(b"\r", b"\n")
    limits.check(whole)
    # Typeshed asks for a class or a function; the parser accepts any callable.
    return BytesParser(limits.PartCounter(), policy=compat32).parsebytes(whole)


def _is_cut(part: Message) -> bool:
    """Whether a text is not read whole: the source of a mail that it quotes may look like a file."""
    return is_text(part) and limits.CUT.search(str(part.get_payload())) is not None


def parts(mail: Message) -> Iterator[Message]:
    """Every part in order, without the contents of attached messages and of encrypted parts."""
    waiting = [mail]
    while waiting:
        part = waiting.pop()
        yield part
        if is_container(part):
            waiting.extend(reversed(children(part)))


def is_container(part: Message) -> bool:
    """Whether the part is nothing but others."""
    kind = part.get_content_type()
    return part.is_multipart() and kind.startswith("multipart/") and kind not in OPAQUE


def children(part: Message) -> list[Message]:
    inside = part.get_payload()
    return [child for child in inside if isinstance(child, Message)] if isinstance(inside, list) else []


def is_text(part: Message) -> bool:
    """Whether the part belongs to what a reader sees first: plain text or HTML without a file name (A31).

    A multipart that does not say where its parts begin is shown as it is.
    """
    kind = part.get_content_type()
    if part.is_multipart():
        return False
    return (kind in ("text/plain", "text/html") and not _is_attached(part)) or (
        kind.startswith("multipart/") and kind not in OPAQUE
    )


def undecoded(part: Message) -> bytes:
    """The octets of a part without parts, in their transfer encoding."""
    encodings = part.get_all("Content-Transfer-Encoding", [])
    del part["Content-Transfer-Encoding"]  # without it, the library leaves the octets as they are
    data = part.get_payload(decode=True)
    for encoding in encodings:
        part["Content-Transfer-Encoding"] = encoding
    assert isinstance(data, bytes)
    return data


def transfer_encoding(part: Message) -> str:
    """How the part's octets are written (RFC 2045 6), in lower case; may be empty."""
    return str(part.get("Content-Transfer-Encoding", "")).partition(";")[0].strip().lower()


def disposition(part: Message) -> str:
    """``attachment``, ``inline`` or whatever the part says (RFC 2183), in lower case; may be empty."""
    return str(part.get("Content-Disposition", ""))[:80].partition(";")[0].strip().lower()


def _is_attached(part: Message) -> bool:
    fields = (str(part.get("Content-Disposition", "")), str(part.get("Content-Type", "")))
    return disposition(part).startswith("attachment") or any(map(_FILE_NAME.search, fields))
