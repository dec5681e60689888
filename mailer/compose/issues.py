"""From an edition to the bytes of a copy. Pure: Message-IDs and dates are arguments."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from email.utils import format_datetime
from html import escape

from mailer.compose.mime import (
    NamedTemplate,
    Part,
    Piece,
    Placeholder,
    binary_part,
    boundary_of,
    header_text,
    mailbox_text,
    multipart,
    phrase_text,
    text_part,
)
from mailer.message import Address
from mailer.model.issues import Edition, Marker
from mailer.model.lists import Format
from mailer.model.publications import Publication

TO, MESSAGE_ID, TOKEN = "to", "message-id", "⟦token⟧"
"""Placeholders of a copy, beside the greeting and the recipient. Links to leave differ in their token alone."""


def issue_template(
    edition: Edition,
    publication: Publication,
    number: int,
    wanted: Format,
    *,
    sender: Address,
    date: datetime,
    leave: Sequence[str],
) -> NamedTemplate:
    """An issue's mail in one of the three formats, composed once for all who want that one.

    ``leave`` are the ways to leave with ``TOKEN`` in each, the best first; an https one offers one-click (RFC 8058).
    """
    head: list[Piece] = [
        f"From: {mailbox_text(sender)}\r\nTo: ".encode(),
        Placeholder(TO, encoded=False),
        "\r\n".join(
            (
                "",
                header_text("Subject", edition.subject),
                f"Date: {format_datetime(date)}",
                "Message-ID: ",
            )
        ).encode(),
        Placeholder(MESSAGE_ID, encoded=False),
        f"\r\nList-Id: {phrase_text(publication.title)} <{publication.list_id}>".encode(),
        b"\r\nList-Unsubscribe: ",
        *_header_bits(",\r\n ".join(f"<{link}>" for link in reversed(leave))),
        b"\r\nList-Unsubscribe-Post: List-Unsubscribe=One-Click" if leave[0].startswith("http") else b"",
        f"\r\nList-Post: NO\r\nList-Owner: <mailto:{sender}>\r\nMIME-Version: 1.0\r\n".encode(),
    ]
    mark = boundary_of(edition.digest)
    whole = _body(edition, publication, number, wanted, mark, leave[0])
    return NamedTemplate([*head, *whole.pieces()])


def _header_bits(field: str) -> list[Piece]:
    """A header field in which ``TOKEN`` is a blank."""
    first, *rest = field.split(TOKEN)
    return [first.encode(), *(bit for after in rest for bit in (Placeholder(TOKEN, encoded=False), after.encode()))]


def _body(edition: Edition, publication: Publication, number: int, wanted: Format, mark: str, leave: str) -> Part:
    placeholders = (Marker.GREETING, Marker.RECIPIENT, TOKEN)
    text = text_part(edition.text.replace(Marker.LEAVE, leave), "plain", placeholders)
    if wanted is Format.TEXT:
        return text
    html = text_part(edition.html.replace(Marker.LEAVE, escape(leave)), "html", placeholders)
    pictures = [binary_part(p.data, p.media_type, cid=p.cid) for p in edition.pictures]
    page = multipart("related", [html, *pictures], f"rel-{mark}", parameters='; type="text/html"')
    letter = multipart("alternative", [text, page], f"alt-{mark}")
    if wanted is Format.HTML:
        return letter
    pdf = binary_part(edition.pdf, "application/pdf", filename=publication.pdf_name(number))
    return multipart("mixed", [letter, pdf], f"mix-{mark}")
