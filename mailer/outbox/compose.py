"""From an edition or a notice to the bytes of a mail. Pure: Message-IDs and dates are arguments."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from email.utils import format_datetime
from html import escape

from mailer.issues.model import Edition, Notice, Publication, Slot
from mailer.lists.model import Format
from mailer.message import Address
from mailer.outbox.mime import (
    CRLF,
    Bit,
    Blank,
    Part,
    Stencil,
    binary_part,
    header_text,
    mailbox_text,
    multipart,
    phrase_text,
    text_part,
)

_MESSAGE_ID = re.compile(r"<[!-~]+>")
"""What of other people's Message-IDs is fit for a header of ours (RFC 5322 3.6.4)."""

TO, MESSAGE_ID, TOKEN = "to", "message-id", "⟦token⟧"
"""Blanks in a copy, beside the greeting and the recipient. A link to leave is the same for all but its token."""


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
    mark = _boundary(message_id)
    files = [binary_part(a.data, a.media_type, filename=a.filename) for a in attachments]
    whole = multipart("mixed", [multipart("alternative", bodies, f"alt-{mark}"), *files], f"mix-{mark}")
    return b"".join(Stencil(_message(fields, whole)).form.fill(()))


def issue_stencil(
    edition: Edition,
    publication: Publication,
    number: int,
    wanted: Format,
    *,
    sender: Address,
    date: datetime,
    leave: Sequence[str],
) -> Stencil:
    """An issue's mail in one of the three formats, composed once for all who want that one.

    ``leave`` are the ways to leave with ``TOKEN`` in each, the best first; an https one offers one-click (RFC 8058).
    """
    head: list[Bit] = [
        f"From: {mailbox_text(sender)}\r\nTo: ".encode(),
        Blank(TO, encoded=False),
        "\r\n".join(
            (
                "",
                header_text("Subject", edition.subject),
                f"Date: {format_datetime(date)}",
                "Message-ID: ",
            )
        ).encode(),
        Blank(MESSAGE_ID, encoded=False),
        f"\r\nList-Id: {phrase_text(publication.title)} <{publication.list_id}>".encode(),
        b"\r\nList-Unsubscribe: ",
        *_header_bits(",\r\n ".join(f"<{link}>" for link in reversed(leave))),
        b"\r\nList-Unsubscribe-Post: List-Unsubscribe=One-Click" if leave[0].startswith("http") else b"",
        f"\r\nList-Post: NO\r\nList-Owner: <mailto:{sender}>\r\nMIME-Version: 1.0\r\n".encode(),
    ]
    mark = _boundary(edition.digest)
    whole = _body(edition, publication, number, wanted, mark, leave[0])
    return Stencil([*head, *whole.bits()])


def _header_bits(field: str) -> list[Bit]:
    """A header field in which ``TOKEN`` is a blank."""
    first, *rest = field.split(TOKEN)
    return [first.encode(), *(bit for after in rest for bit in (Blank(TOKEN, encoded=False), after.encode()))]


def _body(edition: Edition, publication: Publication, number: int, wanted: Format, mark: str, leave: str) -> Part:
    blanks = (Slot.GREETING, Slot.RECIPIENT, TOKEN)
    text = text_part(edition.text.replace(Slot.LEAVE, leave), "plain", blanks)
    if wanted is Format.TEXT:
        return text
    html = text_part(edition.html.replace(Slot.LEAVE, escape(leave)), "html", blanks)
    pictures = [binary_part(p.data, p.media_type, cid=p.cid) for p in edition.pictures]
    page = multipart("related", [html, *pictures], f"rel-{mark}", parameters='; type="text/html"')
    letter = multipart("alternative", [text, page], f"alt-{mark}")
    if wanted is Format.HTML:
        return letter
    pdf = binary_part(edition.pdf, "application/pdf", filename=pdf_name(publication, number))
    return multipart("mixed", [letter, pdf], f"mix-{mark}")


def pdf_name(publication: Publication, number: int) -> str:
    """The PDF's file name as readers save it: ``update-1.pdf``."""
    return f"{publication.key}-{number}.pdf"


def _message(fields: Sequence[str], whole: Part) -> list[Bit]:
    return ["\r\n".join(fields).encode() + CRLF, *whole.bits()]


def _boundary(seed: str) -> str:
    """The same for the same mail; long enough that no body holds it by chance."""
    return hashlib.sha256(seed.encode()).hexdigest()[:32]
