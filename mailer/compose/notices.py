"""Composes a notice into the bytes of a service mail."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from email.utils import format_datetime

from mailer.compose.mime import (
    CRLF,
    NamedPiece,
    NamedTemplate,
    Part,
    binary_part,
    boundary_of,
    header_text,
    mailbox_text,
    multipart,
    text_part,
)
from mailer.message import Address
from mailer.model.notices import Notice

_MESSAGE_ID = re.compile(r"<[!-~]+>")
"""A foreign Message-ID that we can put into our own header (RFC 5322 3.6.4)."""


@dataclass(frozen=True, slots=True)
class Attachment:
    """A file attached to a notice."""

    filename: str
    media_type: str
    data: bytes


def compose_notice(
    notice: Notice,
    *,
    sender: Address,
    to: Address,
    reply_to: Address,
    message_id: str,
    date: datetime,
    help: str = "",
    in_reply_to: str | None = None,
    attachments: Sequence[Attachment] = (),
) -> bytes:
    """A service mail, marked as automatic (RFC 3834), so that no machine answers it.

    ``in_reply_to`` is the Message-ID (or empty) of the mail that it answers, or None. ``help`` is the link that asks
    how this works (RFC 2369 3.1).
    """
    fields = [
        f"From: {mailbox_text(sender)}",
        f"To: {mailbox_text(to)}",
        header_text("Subject", notice.subject),
        f"Date: {format_datetime(date)}",
        f"Message-ID: {message_id}",
        "MIME-Version: 1.0",
        f"Auto-Submitted: {'auto-generated' if in_reply_to is None else 'auto-replied'}",
    ]
    if help:
        fields.append(f"List-Help: <{help}>")
    if reply_to.key != sender.key:
        fields.append(f"Reply-To: {mailbox_text(reply_to)}")
    if in_reply_to is not None and _MESSAGE_ID.fullmatch(in_reply_to):
        fields += [f"In-Reply-To: {in_reply_to}", f"References: {in_reply_to}"]
    bodies = [text_part(notice.text, "plain")]
    if notice.html is not None:
        bodies.append(text_part(notice.html, "html"))
    boundary = boundary_of(message_id)
    files = [binary_part(a.data, a.media_type, filename=a.filename) for a in attachments]
    whole = multipart("mixed", [multipart("alternative", bodies, f"alt-{boundary}"), *files], f"mix-{boundary}")
    return b"".join(NamedTemplate(_message(fields, whole)).template.fill(()))


def _message(fields: Sequence[str], whole: Part) -> list[NamedPiece]:
    return ["\r\n".join(fields).encode() + CRLF, *whole.pieces()]
