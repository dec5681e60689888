"""Composes an edition into the template of its copies. Pure: Message-IDs and dates are arguments."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from email.utils import format_datetime
from html import escape

from mailer.compose.mime import (
    NamedPiece,
    NamedTemplate,
    Part,
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
"""Placeholders of a copy, besides the greeting and the recipient. Links to leave differ only in their token."""


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
    """The template of an issue's copies in one of the three formats.

    ``leave``: links to leave, each with ``TOKEN``, best first; an https link offers one-click (RFC 8058).
    """
    head: list[NamedPiece] = [
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
        *_header_pieces(",\r\n ".join(f"<{link}>" for link in reversed(leave))),
        b"\r\nList-Unsubscribe-Post: List-Unsubscribe=One-Click" if leave[0].startswith("http") else b"",
        f"\r\nList-Post: NO\r\nList-Owner: <mailto:{sender}>\r\nMIME-Version: 1.0\r\n".encode(),
    ]
    boundary = boundary_of(edition.digest)
    whole = _body(edition, publication, number, wanted, boundary, leave[0])
    return NamedTemplate([*head, *whole.pieces()])


def _header_pieces(field: str) -> list[NamedPiece]:
    """A header field in which ``TOKEN`` becomes a placeholder."""
    first, *rest = field.split(TOKEN)
    token = Placeholder(TOKEN, encoded=False)
    return [first.encode(), *(piece for after in rest for piece in (token, after.encode()))]


def _body(edition: Edition, publication: Publication, number: int, wanted: Format, boundary: str, leave: str) -> Part:
    placeholders = (Marker.GREETING, Marker.RECIPIENT, TOKEN)
    text = text_part(edition.text.replace(Marker.LEAVE, leave), "plain", placeholders)
    if wanted is Format.TEXT:
        return text
    html = text_part(edition.html.replace(Marker.LEAVE, escape(leave)), "html", placeholders)
    pictures = [binary_part(p.data, p.media_type, cid=p.cid) for p in edition.pictures]
    page = multipart("related", [html, *pictures], f"rel-{boundary}", parameters='; type="text/html"')
    letter = multipart("alternative", [text, page], f"alt-{boundary}")
    if wanted is Format.HTML:
        return letter
    pdf = binary_part(edition.pdf, "application/pdf", filename=publication.pdf_name(number))
    return multipart("mixed", [letter, pdf], f"mix-{boundary}")
