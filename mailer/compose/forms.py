"""What may differ between the copies of a mailing, and the digest of all that may not. Pure.

A form is hashed when a board is asked about it, and again by each process that loads it (law 4).
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import astuple, replace
from typing import NamedTuple

from mailer.compose.forwarding import FORWARDER, Subscribing, forwardable_template
from mailer.compose.issues import issue_template
from mailer.compose.mailings import DATE, MESSAGE_ID, REPORT, TO, TOKEN
from mailer.compose.mime import NamedTemplate, mailbox_text
from mailer.errors import NotGranted
from mailer.message import Address, clean
from mailer.model import forms
from mailer.model.forms import Forms
from mailer.model.issues import Edition, Issue, Marker, Wording
from mailer.model.lists import Format
from mailer.model.publications import Forwarding, ForwardingCopy, Publication
from mailer.model.rules import Rules, mailto
from mailer.tokens import MAC_LENGTH, Purpose, Token

NAME = 200
"""Characters of a reader's name or organisation; a longer one is cut."""

ADDRESS = 320
"""Characters of an address."""


class Value(NamedTuple):
    """What may stand in the place of a placeholder."""

    type: str
    limit: int
    """Characters, at most."""


VALUES: Mapping[str, Value] = {
    TO: Value("a name in one line, and an address", NAME + ADDRESS + 3),
    DATE: Value("a date (RFC 5322 3.3)", 40),
    MESSAGE_ID: Value("a Message-ID (RFC 5322 3.6.4)", 250),
    REPORT: Value("a token", 64),
    TOKEN: Value("a token", 64),
    Marker.GREETING: Value("a name in one line, in the words of the greeting", NAME),
    Marker.RECIPIENT: Value("an address", ADDRESS),
    FORWARDER: Value("a name in one line, or “a reader” in the edition's language", NAME),
}
"""All that may differ between two copies of one form."""

_ANY_TOKEN = Token(Purpose.LEAVE, 0, "a" * MAC_LENGTH)
"""A token of the right shape, to find the place of tokens in links."""

_is_message_id = re.compile(r"<[!-;=?-~]{1,248}>").fullmatch


def line(text: str) -> str:
    """A reader's name or organisation as one line of at most NAME characters, whatever the store has."""
    return text if len(text) <= NAME and text.isprintable() else clean(text, NAME)


def require_fit(message_id: str, recipient: str) -> None:
    """Raises NotGranted if the store has something else in the place of a Message-ID or an address."""
    if not _is_message_id(message_id):
        raise NotGranted(f"the Message-ID of the copy to {clean(recipient, ADDRESS)} is none")
    if len(recipient) > ADDRESS or " " in recipient or not recipient.isprintable():
        raise NotGranted(f"the address of a copy is none: {clean(recipient, ADDRESS)}")


def form_digest(template: NamedTemplate, wording: Wording) -> str:
    """SHA-256 of the shared bytes in their order, of each placeholder's name, type and limit, and of the greeting.

    Raises KeyError for a placeholder that is not among VALUES. Signatures, which stand above, are no part of it.
    """
    whole = hashlib.sha256()
    for piece in template.template.pieces:
        if isinstance(piece, bytes):
            _add(whole.update, b"shared", piece)
        else:
            place = template.placeholders[piece]
            value = VALUES[place.name]
            described = (place.name, str(place.markup), str(place.encoded), value.type, str(value.limit))
            _add(whole.update, b"placeholder", "\0".join(described).encode())
    _add(whole.update, b"wording", "\0".join(astuple(wording)).encode())
    return whole.hexdigest()


def _add(update: object, kind: bytes, data: bytes) -> None:
    assert callable(update)
    update(b"%b %d\0" % (kind, len(data)))
    update(data)


def leave_links(rules: Rules, publication: Publication) -> Sequence[str]:
    """The links to leave in each copy, with ``TOKEN`` in the place of its reader's token, best first."""
    if not publication.personal:
        return [rules.leave_link]
    return [link.replace(str(_ANY_TOKEN), TOKEN) for link in rules.leave_links(_ANY_TOKEN)]


def template_of(
    rules: Rules, publication: Publication, number: int, edition: Edition, wanted: Format, language: str = ""
) -> NamedTemplate:
    """The template of an issue's copies of one edition in one format; ``language``: of a translation."""
    attached = publication.forwarding_copy is ForwardingCopy.ATTACHED
    return issue_template(
        edition,
        publication,
        number,
        wanted,
        sender=sender_of(rules, publication),
        leave=leave_links(rules, publication),
        help=rules.help_link,
        reports=not rules.plus,
        attached=subscribing(rules) if attached and may_forward(rules, publication.key) else None,
        language=language,
    )


def may_forward(rules: Rules, publication: str) -> bool:
    """Whether the publisher lets readers pass its issues on."""
    return rules.identity_of(publication).forwarding is not Forwarding.NONE


def subscribing(rules: Rules) -> Subscribing:
    """What a copy that is passed on says to its next reader."""
    address = rules.to("subscribe")
    return Subscribing(str(address), mailto(address, "subscribe", "subscribe"), rules.leave_link)


def forwardable_of(rules: Rules, publication: Publication, edition: Edition) -> NamedTemplate:
    """The template of the mail that readers can pass on."""
    return forwardable_template(edition, sender_of(rules, publication), subscribing(rules))


def sender_of(rules: Rules, publication: Publication) -> Address:
    """The From of the copies."""
    return replace(rules.sender, name=publication.title)


def issue_forms(
    rules: Rules, issue: Issue, editions: Mapping[str, Edition], lists: Iterable[str], *, translated: bool = False
) -> Forms:
    """What a grant of the issue for these lists covers. ``editions`` are the current ones, by language.

    ``translated``: whether they are no editions of the issue's own, but a translation.
    """
    publication = rules.publication(issue.publication)
    found = {
        forms.TITLE: issue.title,
        forms.SENDER: mailbox_text(sender_of(rules, publication)),
        forms.LINKS: " ".join([*leave_links(rules, publication), rules.help_link]),
        forms.LISTS: forms.lists_of(lists),
    }
    if issue.embargo is not None:
        found[forms.EMBARGO] = issue.embargo.isoformat(timespec="minutes")
    for language, edition in editions.items():
        found |= _parts(language, edition)
        for wanted in Format:
            own = language if translated else ""
            template = template_of(rules, publication, issue.number, edition, wanted, own)
            found[forms.form_of(language, wanted)] = form_digest(template, edition.wording)
        if may_forward(rules, issue.publication):
            template = forwardable_of(rules, publication, edition)
            found[forms.forwardable_of(language)] = form_digest(template, edition.wording)
    return found


def shown_forms(issue: Issue, editions: Mapping[str, Edition]) -> Forms:
    """What of these the web version has: not how mails are put together, nor what is in them beside the issue."""
    found = {forms.TITLE: issue.title}
    if issue.embargo is not None:
        found[forms.EMBARGO] = issue.embargo.isoformat(timespec="minutes")
    for language, edition in editions.items():
        found |= _parts(language, edition)
    return found


def _parts(language: str, edition: Edition) -> Forms:
    words = edition.wording
    return {
        forms.named("subject", language): edition.subject,
        forms.named("greeting", language): " · ".join(
            [words.greeting, words.greeting_to_all, words.readers, words.subscribe]
        ),
        forms.named("text", language): _sha256(edition.text.encode()),
        forms.named("html", language): _sha256(edition.html.encode()),
        forms.named("pdf", language): _sha256(edition.pdf),
        **{
            forms.named("picture", language, picture.cid): _sha256(picture.media_type.encode() + b"\0" + picture.data)
            for picture in edition.pictures
        },
    }


def _sha256(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()
