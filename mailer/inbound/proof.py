"""What a signature proves of a mail beside its From: which token it bears (A39), and what its text says (A40).

A signature covers some header fields and the whole body. What it does not cover, anybody may have added.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import TypeVar

from mailer.errors import Malformed
from mailer.inbound.intents import Verdict
from mailer.inbound.limits import TEXT_BYTES
from mailer.inbound.mailboxes import addr_specs
from mailer.inbound.parse import parse
from mailer.inbound.reply import own_text
from mailer.inbound.words.replies import REPLY_PREFIXES
from mailer.message import Address, Inbound
from mailer.phrases import Phrase, phrase
from mailer.tokens import Token, find_tokens

Read = TypeVar("Read")

STRUCTURE = frozenset({"content-type", "mime-version", "content-transfer-encoding"})
"""The fields that say how the body's octets become text."""

_ADDRESSED, _THREAD = ("to", "cc"), ("in-reply-to", "references", "subject")
_HEAD_END = re.compile(rb"\r?\n\r?\n")
_STRUCTURE = re.compile(
    rb"^(?:content-type|mime-version|content-transfer-encoding):.*(?:\n|\Z)(?:[ \t].*(?:\n|\Z))*",
    re.IGNORECASE | re.MULTILINE,
)
_PARTS = re.compile(rb"\s*--([\w'()+,./:=?-]{1,70})[ \t]*\r?\ncontent-[^\0]*\r?\n--\1--\s*", re.IGNORECASE)
"""A body that is parts alone: it begins with a delimiter, and ends with the closing one (RFC 2046 5.1.1)."""
_FIELD = re.compile(rb"^([!-9;-~]+)[ \t]*:.*(?:\n|\Z)(?:[ \t].*(?:\n|\Z))*", re.MULTILINE)
_PREFIX = re.compile(r"\s*([^\s:：\[\](){}]{1,14})\s?(?:[\[(]\d{1,3}[\])])?\s?[:：]\s*")


def bears(mail: Inbound, verdict: Verdict, token: Token, office: Address, headings: Sequence[str] = ()) -> bool:
    """Whether the sender signed this token for the office (A39).

    It stands in a covered To or Cc. If it stands in another covered field or in the body, the mail could be one to
    somebody else, who resends it: so a covered To or Cc has to name the office, or the covered Subject has to be an
    answer to one of ``headings``, the subjects of our own mail.
    """
    addressed = [value for name in _ADDRESSED for value in _covered(mail, verdict, name)]
    if token in _tokens(addressed):
        return True
    said = " ".join(word for word in mail.subject.split() if not find_tokens(word))
    subject = "subject" in verdict.covered and any(answers(said, heading) for heading in headings)
    if not subject and not is_to(mail, verdict, office):
        return False
    fields = [value for name in _THREAD for value in _covered(mail, verdict, name)]
    return token in _tokens([*fields, *_signed_texts(mail, verdict)])


def identities(mail: Inbound, verdict: Verdict, counted_for: str) -> tuple[str, ...]:
    """What is this mail's alone: its signatures, or else its text and its covered Date as an answer to that (A9)."""
    date = mail.header("date") if "date" in verdict.covered else ""
    text = f"{counted_for}\0{date}\0{own_text(mail)}"
    return verdict.signatures or (hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest(),)


def why_unproven(
    mail: Inbound,
    verdict: Verdict,
    token: Token,
    office: Address,
    read: Callable[[Inbound], object],
    *,
    replayed: bool,
) -> Phrase:
    """Why a mail is not proven to be its sender's answer with this token, in words for them; empty if it is.

    ``read`` finds what of the mail has an effect. ``replayed``: its signatures were acted on before (A38).
    """
    if not verdict.authentic:
        return phrase("it is not proven to be yours: %(reason)s", reason=verdict.reason)
    if replayed:
        return phrase("it is a copy of a mail that was acted on before")
    if not bears(mail, verdict, token, office):
        return phrase("your signature does not cover the address that it came to")
    if not same_as_signed(mail, verdict, read):
        return phrase("your signature does not cover how its text is to be read")
    return Phrase()


def is_to(mail: Inbound, verdict: Verdict, office: Address) -> bool:
    """Whether the sender signed that the mail is for the office: one to somebody else can be sent on to it (A39)."""
    addressed = [value for name in _ADDRESSED for value in _covered(mail, verdict, name)]
    return office.base_key in {_base_key(spec) for value in addressed for spec in addr_specs(value)}


def same_as_signed(mail: Inbound, verdict: Verdict, read: Callable[[Inbound], Read]) -> bool:
    """Whether ``read`` finds the same in the mail and in the body as it was signed (A40).

    Without the fields of its structure a body is plain text (RFC 2045 5.2), unless it is parts from its first line to
    its last. A field that is not covered may be another's.
    """
    if not _uncovered_structure(mail, verdict):
        return True
    try:
        return read(mail) == read(_as_signed(mail))
    except Malformed:
        return False


def as_covered(mail: Inbound, verdict: Verdict) -> Inbound:
    """The mail without the fields that its signature does not cover; anybody may have added them. Raises Malformed."""
    end = _HEAD_END.search(mail.raw)
    start = end.start() if end else len(mail.raw)
    fields = _FIELD.finditer(mail.raw[:start] + b"\n")
    covered = (field[0] for field in fields if field[1].decode("ascii").lower() in verdict.covered)
    return parse(b"".join(covered).rstrip(b"\r\n") + (mail.raw[start:] or b"\r\n\r\n"), mail.received_at)


def answers(subject: str, heading: str) -> bool:
    """Whether the subject is the heading with prefixes of replies, at least one, and none of a forward."""
    rest, replies = subject, 0
    while found := _PREFIX.match(rest):
        if found[1].casefold() not in REPLY_PREFIXES:
            break
        rest, replies = rest[found.end() :], replies + 1
    return bool(heading) and replies > 0 and " ".join(rest.split()).casefold() == " ".join(heading.split()).casefold()


def _covered(mail: Inbound, verdict: Verdict, name: str) -> Iterator[str]:
    return (value for key, value in mail.headers if key == name and name in verdict.covered)


def _tokens(texts: Iterable[str]) -> set[Token]:
    return {token for text in texts for token in find_tokens(text)}


def _base_key(spec: str) -> str:
    try:
        return Address.parse(spec).base_key
    except ValueError:
        return ""


def _signed_texts(mail: Inbound, verdict: Verdict) -> Iterator[str]:
    """The body as it stands, and as text if nobody can have changed how it is read."""
    yield body_of(mail)[:TEXT_BYTES].decode("latin-1")
    if not _uncovered_structure(mail, verdict):
        yield from (text for text in (mail.text, mail.html) if text)


def _uncovered_structure(mail: Inbound, verdict: Verdict) -> bool:
    return bool({name for name, _ in mail.headers} & STRUCTURE - verdict.covered)


def _as_signed(mail: Inbound) -> Inbound:
    """The mail with no more structure than its body shows. Raises Malformed."""
    end = _HEAD_END.search(mail.raw)
    start = end.start() if end else len(mail.raw)
    parts = _PARTS.fullmatch(body_of(mail))
    shown = b'\r\nContent-Type: multipart/alternative; boundary="%b"' % parts[1] if parts else b""
    return parse(_STRUCTURE.sub(b"", mail.raw[:start]).rstrip(b"\r\n") + shown + mail.raw[start:], mail.received_at)


def body_of(mail: Inbound) -> bytes:
    """The octets that a signature covers beside the fields: all after the header."""
    end = _HEAD_END.search(mail.raw)
    return mail.raw[end.end() :] if end else b""
