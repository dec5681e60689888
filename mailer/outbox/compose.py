"""From an edition or a notice to the bytes of a mail. Pure: Message-IDs and dates are arguments."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from email.utils import format_datetime

from mailer.issues.model import Edition, Notice, Publication, Slot
from mailer.lists.model import Format
from mailer.message import Address
from mailer.outbox.mime import (
    CRLF,
    Blank,
    Part,
    Piece,
    Stencil,
    binary_part,
    header_text,
    mailbox_text,
    merge,
    multipart,
    phrase_text,
    text_part,
)

SLOTS = tuple(slot.value for slot in Slot)
_MESSAGE_ID = re.compile(r"<[!-~]+>")
"""What of other people's Message-IDs is fit for a header of ours (RFC 5322 3.6.4)."""

TO, MESSAGE_ID, LEAVE = "to", "message-id", "list-unsubscribe"
"""Blanks in the header of an issue's copy, beside the slots in its bodies."""


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
    return b"".join(Stencil(_message(fields, whole)).fill({}))


def issue_stencil(
    edition: Edition,
    publication: Publication,
    number: int,
    wanted: Format,
    *,
    sender: Address,
    date: datetime,
    one_click: bool,
) -> Stencil:
    """An issue's mail in one of the three formats, composed once for all who want that one."""
    head: list[Piece] = [
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
        Blank(LEAVE, encoded=False),
        b"\r\nList-Unsubscribe-Post: List-Unsubscribe=One-Click" if one_click else b"",
        f"\r\nList-Post: NO\r\nList-Owner: <mailto:{sender}>\r\nMIME-Version: 1.0\r\n".encode(),
    ]
    mark = _boundary(edition.digest)
    return Stencil(merge([*head, *_body(edition, publication, number, wanted, mark).pieces()]))


def _body(edition: Edition, publication: Publication, number: int, wanted: Format, mark: str) -> Part:
    text = text_part(edition.text, "plain", SLOTS)
    if wanted is Format.TEXT:
        return text
    html = text_part(edition.html, "html", SLOTS)
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


def _message(fields: Sequence[str], whole: Part) -> tuple[Piece, ...]:
    return merge(["\r\n".join(fields).encode() + CRLF, *whole.pieces()])


def _boundary(seed: str) -> str:
    """The same for the same mail; long enough that no body holds it by chance."""
    return hashlib.sha256(seed.encode()).hexdigest()[:32]
