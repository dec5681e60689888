"""Parses a mail within limits: any octets give an Inbound or raise Malformed."""

from __future__ import annotations

import hashlib
import re
from datetime import datetime

from mailer.errors import Malformed
from mailer.inbound.attachments import read_attachments
from mailer.inbound.body import read_body
from mailer.inbound.encoded_words import decode_words
from mailer.inbound.mailboxes import addr_specs, read_sender
from mailer.inbound.structure import structure
from mailer.message import Inbound, clean
from mailer.phrases import Phrase, phrase

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
    digest = hashlib.sha256(raw).hexdigest()
    mail, whole = structure(raw, digest)
    headers = tuple((name.lower(), _unfolded(value)) for name, value in mail.raw_items())
    sender, problem = read_sender(_all(headers, "from"))
    if any(type(defect).__name__ in _HEADER_DEFECTS for defect in mail.defects):
        sender, problem = None, "its header fields are damaged"
    body = read_body(mail)
    return Inbound(
        raw=raw,
        digest=digest,
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
        body_problem=body.problem or (Phrase() if whole else phrase("it is too large to be read whole")),
        report=body.report,
        attachments=read_attachments(mail, raw, digest),
        left_out=(*body.left_out, *(() if whole else (phrase("the end of the mail, which is very large"),))),
    )


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
