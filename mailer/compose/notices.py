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
    mail_part,
    mailbox_text,
    multipart,
    page_part,
    text_part,
)
from mailer.message import Address
from mailer.model.notices import Notice

_MESSAGE_ID = re.compile(r"<[!-~]+>")
"""A foreign Message-ID that we can put into our own header (RFC 5322 3.6.4)."""

_MOST_REFERENCES = 20
"""How many of the mails before it a mail names."""

MAIL = "message/rfc822"
"""The media type of a whole mail."""


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
    leave: Sequence[str] = (),
    in_reply_to: str | None = None,
    references: Sequence[str] = (),
    by_person: bool = False,
    attachments: Sequence[Attachment] = (),
) -> bytes:
    """A service mail, marked as automatic (RFC 3834), so that no machine answers it, unless it is ``by_person``.

    ``in_reply_to`` is the Message-ID (or empty) of the mail that it answers, or None; ``references`` are those before
    it in the conversation, the oldest first. ``help`` is the link that asks how this works (RFC 2369 3.1), ``leave``
    are the links by which its reader leaves, best first (RFC 2369 3.2, RFC 8058).
    """
    fields = [
        f"From: {mailbox_text(sender)}",
        f"To: {mailbox_text(to)}",
        header_text("Subject", notice.subject),
        f"Date: {format_datetime(date)}",
        f"Message-ID: {message_id}",
        "MIME-Version: 1.0",
    ]
    if not by_person:
        fields.append(f"Auto-Submitted: {'auto-generated' if in_reply_to is None else 'auto-replied'}")
    if help:
        fields.append(f"List-Help: <{help}>")
    if leave:
        fields.append("List-Unsubscribe: " + ",\r\n ".join(f"<{link}>" for link in reversed(leave)))
        if leave[0].startswith("http"):
            fields.append("List-Unsubscribe-Post: List-Unsubscribe=One-Click")
    if reply_to.key != sender.key:
        fields.append(f"Reply-To: {mailbox_text(reply_to)}")
    if in_reply_to is not None and _MESSAGE_ID.fullmatch(in_reply_to):
        before = [one for one in references if _MESSAGE_ID.fullmatch(one) and one != in_reply_to][-_MOST_REFERENCES:]
        fields += [f"In-Reply-To: {in_reply_to}", "References: " + "\r\n ".join([*before, in_reply_to])]
    boundary = boundary_of(message_id)
    bodies = [text_part(notice.text, "plain")]
    if notice.html is not None:
        bodies.append(page_part(notice.html, notice.pictures, boundary))
    files = [_file(attachment) for attachment in attachments]
    whole = multipart("mixed", [multipart("alternative", bodies, f"alt-{boundary}"), *files], f"mix-{boundary}")
    return b"".join(NamedTemplate(_message(fields, whole)).template.fill(()))


def _file(attachment: Attachment) -> Part:
    if attachment.media_type == MAIL:
        return mail_part(attachment.data, attachment.filename)
    return binary_part(attachment.data, attachment.media_type, filename=attachment.filename)


def _message(fields: Sequence[str], whole: Part) -> list[NamedPiece]:
    return ["\r\n".join(fields).encode() + CRLF, *whole.pieces()]
