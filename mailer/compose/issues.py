"""Composes an edition into the template of its copies. Pure: Message-IDs and dates are arguments."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from email.utils import format_datetime
from html import escape

from mailer.compose.forwarding import Subscribing, forwardable_part
from mailer.compose.mailings import TOKEN, ListHeaders, copy_template
from mailer.compose.mime import (
    CRLF,
    NamedTemplate,
    Part,
    binary_part,
    boundary_of,
    header_text,
    mailbox_text,
    multipart,
    page_part,
    text_part,
)
from mailer.message import Address
from mailer.model.issues import Edition, Marker
from mailer.model.lists import Format
from mailer.model.notices import Notice
from mailer.model.publications import Publication


def issue_template(
    edition: Edition,
    publication: Publication,
    number: int,
    wanted: Format,
    *,
    sender: Address,
    leave: Sequence[str],
    help: str,
    reports: bool = False,
    attached: Subscribing | None = None,
    language: str = "",
) -> NamedTemplate:
    """The template of an issue's copies in one of the three formats.

    ``leave``: links to leave, each with ``TOKEN``, best first. ``help``: the link that asks how this works.
    ``reports``: as for ``copy_template``. ``attached``: what the attached mail says that a reader can pass on, if any.
    ``language``: of a translation, for the name of its file.
    """
    headers = ListHeaders(
        publication.list_id,
        publication.title,
        leave,
        post="NO",
        owner=sender,
        help=help,
        feedback=_feedback_id(publication.key, number, sender),
    )
    mails = (
        [forwardable_part(edition, sender, attached, publication.forwardable_name(number, language))]
        if attached
        else []
    )
    body = _body(edition, wanted, leave[0], publication.pdf_name(number, language), mails)
    return copy_template(sender, edition.subject, headers, body, reports=reports)


def _feedback_id(publication: str, number: int, sender: Address) -> str:
    """Three names of what is sent, and one of who sends, of 5 to 15 characters (Gmail's Feedback-ID)."""
    return f"{publication}-{number}:{publication}:issue:{hashlib.sha256(sender.domain.encode()).hexdigest()[:12]}"


def test_copy(
    edition: Edition, mark: Notice, pdf_name: str, *, sender: Address, to: Address, date: datetime, message_id: str
) -> bytes:
    """The mail that a reader who gets everything would get, with ``mark`` at its top and without a link to leave."""
    filled = replace(
        edition,
        html=edition.filled(edition.html, escape(str(to)), leave="#"),
        text=edition.filled(edition.text, str(to)),
    )
    shown = marked(filled, mark.text)
    fields = [
        f"From: {mailbox_text(sender)}",
        f"To: {mailbox_text(to)}",
        header_text("Subject", mark.subject),
        f"Date: {format_datetime(date)}",
        f"Message-ID: {message_id}",
        "Auto-Submitted: auto-generated",
        "MIME-Version: 1.0",
    ]
    head = "\r\n".join(fields).encode() + CRLF
    return b"".join(NamedTemplate([head, *_body(shown, Format.PDF, "", f"test-{pdf_name}").pieces()]).template.fill(()))


def marked(edition: Edition, mark: str) -> Edition:
    """The edition with ``mark`` at the top of its HTML and its text, as nobody but those who work on it may get it."""
    banner = _BANNER.format(escape(" ".join(mark.split())))
    html, found = _BODY_TAG.subn(lambda tag: tag[0] + banner, edition.html, count=1)
    return replace(edition, html=html if found else banner + html, text=f"{mark.strip()}\n\n{edition.text}")


_BODY_TAG = re.compile(r"<body[^>]*>", re.IGNORECASE)
_BANNER = '<p style="margin:0;padding:12px 24px;background:#fff4ce;color:#3b2f00;font:14px/1.4 sans-serif">{}</p>'


def _body(edition: Edition, wanted: Format, leave: str, pdf_name: str, mails: Sequence[Part] = ()) -> Part:
    """``mails`` are attached, but not to a plain text."""
    boundary = boundary_of(edition.digest)
    placeholders = (Marker.GREETING, Marker.RECIPIENT, TOKEN)
    text = text_part(edition.text.replace(Marker.LEAVE, leave), "plain", placeholders)
    if wanted is Format.TEXT:
        return text
    page = page_part(edition.html.replace(Marker.LEAVE, escape(leave)), edition.pictures, boundary, placeholders)
    letter = multipart("alternative", [text, page], f"alt-{boundary}")
    files = list(mails)
    if wanted is Format.PDF:
        files.insert(0, binary_part(edition.pdf, "application/pdf", filename=pdf_name))
    return multipart("mixed", [letter, *files], f"mix-{boundary}")
