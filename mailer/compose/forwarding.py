"""An issue as a mail that readers can pass on: no name, no link or token of theirs, and how to get it oneself. Pure."""

from __future__ import annotations

import re
import textwrap
from dataclasses import dataclass, replace
from html import escape

from mailer.compose.mailings import DATE
from mailer.compose.mime import (
    NamedPiece,
    NamedTemplate,
    Part,
    Placeholder,
    boundary_of,
    header_text,
    mailbox_text,
    multipart,
    page_part,
    text_part,
)
from mailer.message import Address
from mailer.model.issues import Edition, Marker

FORWARDER = "⟦forwarder⟧"
"""Placeholder: who sends the mail on, by name or as “a reader”."""

_WIDTH = 72
_OWN = (Marker.RECIPIENT, Marker.LEAVE)
"""What only one reader's copy has."""
_ANY_OWN = "|".join(map(re.escape, _OWN))
_ELEMENT = re.compile(
    rf"(<(p|td|li|div)\b[^>]*>)((?:(?!<(?:p|td|li|div)\b|</(?:p|td|li|div)>).)*?(?:{_ANY_OWN}).*?)(</\2>)", re.DOTALL
)
"""The innermost element with one of them."""


@dataclass(frozen=True, slots=True)
class Subscribing:
    """How somebody else gets the publication."""

    address: str
    link: str
    leave: str
    """The link to leave without a token, for a page that has its own in an unusual place."""


def forwardable(edition: Edition, sender: Address, how: Subscribing) -> list[NamedPiece]:
    """The mail, with ``FORWARDER`` and a date as placeholders. Programs open it as one that is still to be sent."""
    shown = shared(edition, how)
    boundary = boundary_of(f"{edition.digest} {FORWARDER}")
    text = text_part(shown.text, "plain", (FORWARDER,))
    page = page_part(shown.html, shown.pictures, boundary, (FORWARDER,))
    return [
        f"From: {mailbox_text(sender)}\r\n{header_text('Subject', edition.subject)}\r\nDate: ".encode(),
        Placeholder(DATE, encoded=False),
        b"\r\nX-Unsent: 1\r\nMIME-Version: 1.0\r\n",
        *multipart("alternative", [text, page], f"alt-{boundary}").pieces(),
    ]


def forwardable_part(edition: Edition, sender: Address, how: Subscribing, filename: str) -> Part:
    """The mail as an attachment (RFC 2046 5.2.1). ``filename`` is in ASCII."""
    fields = ("Content-Type: message/rfc822", f'Content-Disposition: attachment; filename="{filename}"')
    return Part(fields, tuple(forwardable(edition, sender, how)))


def forwardable_template(edition: Edition, sender: Address, how: Subscribing) -> NamedTemplate:
    """The mail by itself."""
    return NamedTemplate(forwardable(edition, sender, how))


def shared(edition: Edition, how: Subscribing) -> Edition:
    """The edition with ``FORWARDER``, and without anything that is one reader's own."""
    return _without_own(edition, edition.wording.sent_on.replace("%(name)s", FORWARDER), how)


def on_the_web(edition: Edition, how: Subscribing) -> Edition:
    """The edition as everybody may read it: without anything that is one reader's own, sent on by nobody."""
    return _without_own(edition, "", how)


def _without_own(edition: Edition, sent_on: str, how: Subscribing) -> Edition:
    """What a reader's own words give way to: who sent it on, if anybody did, and how to get it oneself."""
    subscribe = edition.wording.subscribe
    wrapped = textwrap.wrap(
        subscribe.replace("%(address)s", how.address), _WIDTH, break_long_words=False, break_on_hyphens=False
    )
    link = f'<a href="{escape(how.link)}">{escape(how.address)}</a>'
    markup = f"{escape(sent_on)} {escape(subscribe).replace('%(address)s', link)}".strip()
    lines = [*([sent_on] if sent_on else []), *wrapped]
    return replace(edition, text=_text(edition, "\n".join(lines), how), html=_html(edition, markup, how))


def _text(edition: Edition, words: str, how: Subscribing) -> str:
    paragraphs = edition.text.split("\n\n")
    own = [at for at, paragraph in enumerate(paragraphs) if any(marker in paragraph for marker in _OWN)]
    kept = [words if at in own[:1] else paragraph for at, paragraph in enumerate(paragraphs) if at not in own[1:]]
    kept += [] if own else [words]
    return _filled("\n\n".join(kept), edition, how).rstrip("\n") + "\n"


def _html(edition: Edition, markup: str, how: Subscribing) -> str:
    found = list(_ELEMENT.finditer(edition.html))
    html = edition.html
    for at, element in reversed(list(enumerate(found))):
        inside = "" if at else markup
        html = f"{html[: element.start()]}{element[1]}{inside}{element[4]}{html[element.end() :]}"
    if not found:
        html = html.replace("</body>", f"<p>{markup}</p></body>")
    return _filled(html, edition, how, markup=True)


def _filled(part: str, edition: Edition, how: Subscribing, *, markup: bool = False) -> str:
    words = {
        Marker.GREETING: edition.wording.greeting_to_all,
        Marker.RECIPIENT: edition.wording.readers,
        Marker.LEAVE: how.leave,
    }
    for marker, word in words.items():
        part = part.replace(marker, escape(word) if markup else word)
    return part
