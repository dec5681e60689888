"""From a notice to the bytes of a service mail."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from email.utils import format_datetime

from mailer.compose.mime import (
    CRLF,
    NamedTemplate,
    Part,
    Piece,
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
"""What of other people's Message-IDs is fit for a header of ours (RFC 5322 3.6.4)."""


@dataclass(frozen=True, slots=True)
class Attachment:
    """A file that goes with a notice."""

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
    in_reply_to: str = "",
    attachments: Sequence[Attachment] = (),
) -> bytes:
    """A service mail. It says that a machine wrote it (RFC 3834), so that no other machine answers."""
    fields = [
        f"From: {mailbox_text(sender)}",
        f"To: {mailbox_text(to)}",
        header_text("Subject", notice.subject),
        f"Date: {format_datetime(date)}",
        f"Message-ID: {message_id}",
        "MIME-Version: 1.0",
        "Auto-Submitted: auto-generated",
    ]
    if reply_to.key != sender.key:
        fields.append(f"Reply-To: {mailbox_text(reply_to)}")
    if _MESSAGE_ID.fullmatch(in_reply_to):
        fields += [f"In-Reply-To: {in_reply_to}", f"References: {in_reply_to}"]
    bodies = [text_part(notice.text, "plain")]
    if notice.html is not None:
        bodies.append(text_part(notice.html, "html"))
    mark = boundary_of(message_id)
    files = [binary_part(a.data, a.media_type, filename=a.filename) for a in attachments]
    whole = multipart("mixed", [multipart("alternative", bodies, f"alt-{mark}"), *files], f"mix-{mark}")
    return b"".join(NamedTemplate(_message(fields, whole)).template.fill(()))


def _message(fields: Sequence[str], whole: Part) -> list[Piece]:
    return ["\r\n".join(fields).encode() + CRLF, *whole.pieces()]
