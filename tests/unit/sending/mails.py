"""Shared by the tests of composing: a publication, an edition, and mail parsed by the standard library."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from email.header import decode_header, make_header
from email.message import EmailMessage
from email.utils import unquote

from mailer.message import Address
from mailer.model.issues import Edition, Inline, Wording
from mailer.model.publications import Publication
from tests.flows.office import parsed

DATE = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)
OFFICE = Address("tg2", "iso-sr.example", "ISO/SR Update")
PUBLICATION = Publication(
    key="update",
    title="ISO/SR Update",
    list_id="update.iso-sr.example",
    lists=("nmb",),
    max_pages=4,
    folder="issues/update-{number}",
    editors=("secretary@iso-sr.example",),
)
EDITION = Edition(
    subject="ISO/SR Update 1: The road",
    html='<p>⟦greeting⟧</p><p>Грüße.</p><a href="⟦leave⟧">leave</a> ⟦recipient⟧ <img src="cid:one@x">',
    text="⟦greeting⟧\n\nNews — of\tthe week. \n\nSent to ⟦recipient⟧\nLeave: ⟦leave⟧\n",
    pdf=bytes(range(256)) * 40,
    pages=2,
    pictures=(Inline("one@x", "image/png", b"\x89PNG\r\n\x1a\n"), Inline("two@x", "image/jpeg", b"\xff\xd8")),
    wording=Wording(readers="the readers of ISO/SR Update"),
)


def read(raw: bytes) -> EmailMessage:
    """The mail parsed by the standard library, after checks of its line ends and lengths (C9)."""
    assert raw.count(b"\r") == raw.count(b"\n") == raw.count(b"\r\n")
    assert max(map(len, raw.split(b"\r\n"))) <= 998
    return parsed(raw)


def phrase(field: str) -> str:
    """The phrase before the angle bracket; Python 3.11's address parser keeps spaces that RFC 2047 drops."""
    words = field.rpartition(" <")[0]
    return unquote(words) if words.startswith('"') else str(make_header(decode_header(words)))


def raw_field(raw: bytes, name: str) -> str:
    """A raw header field, unfolded."""
    value = raw.partition(f"{name}: ".encode())[2]
    return re.split(r"\r\n(?! )", value.decode())[0].replace("\r\n", "")


def body(part: EmailMessage) -> str:
    """The content of a text part, with LF line ends."""
    return str(part.get_content()).replace("\r\n", "\n")
