"""Parses a mail within limits: any octets give an Inbound or raise Malformed."""

from __future__ import annotations

import hashlib
import re
from datetime import datetime
from email.message import Message
from email.parser import BytesParser
from email.policy import compat32

from mailer.errors import Malformed
from mailer.inbound import limits
from mailer.inbound.body import read_body
from mailer.inbound.encoded_words import decode_words
from mailer.inbound.mailboxes import addr_specs, read_sender
from mailer.message import Inbound, clean
from mailer.phrases import phrase

_HEAD_END = re.compile(rb"\n\r?\n|\A\r?\n")
_MESSAGE_ID = re.compile(r"<[^<>\s]{1,250}>")
_ADDRESSED = ("delivered-to", "x-original-to", "envelope-to", "to", "cc")
_REFERENCES = 100
_HEADER_DEFECTS = frozenset(
    {
        "FirstHeaderLineIsContinuationDefect",
        "InvalidHeaderDefect",
        "MisplacedEnvelopeHeaderDefect",
        "MissingHeaderBodySeparatorDefect",
    }
)


def parse(raw: bytes, received_at: datetime) -> Inbound:
    """Read ``raw``, which came at ``received_at`` (aware). Raises Malformed and nothing else."""
    try:
        return _read(raw, received_at)
    except Malformed:
        raise
    except Exception as fault:  # the standard library's parser raises many kinds on hostile mail (C1, C3, A22)
        raise Malformed(phrase("it cannot be parsed: %(fault)s", fault=type(fault).__name__)) from fault


def _read(raw: bytes, received_at: datetime) -> Inbound:
    mail = _parsed(raw)
    headers = tuple((name.lower(), _unfolded(value)) for name, value in mail.raw_items())
    sender, problem = read_sender(_all(headers, "from"))
    if any(type(defect).__name__ in _HEADER_DEFECTS for defect in mail.defects):
        sender, problem = None, "its header fields are damaged"
    body = read_body(mail)
    return Inbound(
        raw=raw,
        digest=hashlib.sha256(raw).hexdigest(),
        received_at=received_at,
        sender=sender,
        sender_problem=problem,
        return_path=_return_path(headers),
        addressed_to=_addressed_to(headers),
        subject=clean(decode_words(" ".join(_all(headers, "subject")[:1])), 400),
        message_id=next(iter(_message_ids(headers, "message-id")), ""),
        references=_references(headers),
        headers=headers,
        text=body.text,
        html=body.html,
        body_problem=body.problem,
        report=body.report,
    )


def _parsed(raw: bytes) -> Message:
    """The mail's structure, without the rest of large attachments.

    A bare CR ends no line of the header block, because signers take it for a character."""
    found = _HEAD_END.search(raw)
    end = found.end() if found else len(raw)
    limits.check_head(raw[:end])
    head = raw[:end].replace(b"\r\n", b"\n").replace(b"\r", b" ")
    whole = head + limits.shortened(raw, end).replace(b"\r\n", b"\n").replace(b"\r", b"\n")
    limits.check(whole)
    # Typeshed asks for a class or a function; the parser accepts any callable.
    return BytesParser(limits.PartCounter(), policy=compat32).parsebytes(whole)


def _unfolded(value: object) -> str:
    octets = str(value).replace("\n", "").encode("ascii", "surrogateescape")
    try:
        return octets.decode("utf-8").strip()
    except UnicodeDecodeError:
        return octets.decode("latin-1").strip()


def _all(headers: tuple[tuple[str, str], ...], name: str) -> list[str]:
    return [value for key, value in headers if key == name]


def _return_path(headers: tuple[tuple[str, str], ...]) -> str | None:
    """The topmost Return-Path without its angle brackets (RFC 5321 4.4)."""
    noted = _all(headers, "return-path")
    return noted[0].strip().removeprefix("<").removesuffix(">").strip() if noted else None


def _addressed_to(headers: tuple[tuple[str, str], ...]) -> tuple[str, ...]:
    specs = (spec for name in _ADDRESSED for value in _all(headers, name) for spec in addr_specs(value))
    return tuple(dict.fromkeys(specs))


def _message_ids(headers: tuple[tuple[str, str], ...], name: str) -> list[str]:
    return [found for value in _all(headers, name) for found in _MESSAGE_ID.findall(value)]


def _references(headers: tuple[tuple[str, str], ...]) -> tuple[str, ...]:
    nearest_first = [*_message_ids(headers, "in-reply-to"), *reversed(_message_ids(headers, "references"))]
    return tuple(dict.fromkeys(nearest_first))[:_REFERENCES]
