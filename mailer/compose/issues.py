"""Composes an edition into the template of its copies. Pure: Message-IDs and dates are arguments."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from html import escape

from mailer.compose.mailings import TOKEN, ListHeaders, copy_template
from mailer.compose.mime import NamedTemplate, Part, binary_part, boundary_of, multipart, text_part
from mailer.message import Address
from mailer.model.issues import Edition, Marker
from mailer.model.lists import Format
from mailer.model.publications import Publication


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

    ``leave``: links to leave, each with ``TOKEN``, best first.
    """
    headers = ListHeaders(publication.list_id, publication.title, leave, post="NO", owner=sender)
    body = _body(edition, wanted, leave[0], publication.pdf_name(number))
    return copy_template(sender, edition.subject, date, headers, body)


def _body(edition: Edition, wanted: Format, leave: str, pdf_name: str) -> Part:
    boundary = boundary_of(edition.digest)
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
    pdf = binary_part(edition.pdf, "application/pdf", filename=pdf_name)
    return multipart("mixed", [letter, pdf], f"mix-{boundary}")
