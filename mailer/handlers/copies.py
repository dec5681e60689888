"""An issue that was sent, once more for a reader who asks for it by mail."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta
from email.utils import format_datetime
from operator import itemgetter
from typing import NamedTuple

from mailer import grants
from mailer.compose.forms import forwardable_of, line, may_forward
from mailer.compose.forwarding import FORWARDER
from mailer.compose.mailings import DATE
from mailer.compose.notices import MAIL, Attachment
from mailer.contacts import answer_stranger
from mailer.errors import NotGranted
from mailer.message import Address
from mailer.model.editions import State as EditionState
from mailer.model.editions import Translation, best, canonical, current
from mailer.model.inbound import Done, Result
from mailer.model.issues import Issue, State, edition_for
from mailer.model.lists import Contact
from mailer.model.mailings import ON_REQUEST_OF_READERS, Mailing, MailingKind, Resend
from mailer.office import Office
from mailer.phrases import Language, Phrase, phrase

DAY = timedelta(days=1)

COPIES_A_DAY = 5
"""Copies that one reader can ask for, whoever writes in their name."""


class _Found(NamedTuple):
    """An issue that a reader may have once more, and the lists that it went to."""

    issue: Issue
    lists: Sequence[str]


def send_copy(office: Office, sender: Address, number: int | None, publication: str, language: str = "") -> Result:
    """Queue a copy for the contact with this address: in their language and format, with their own link to leave.

    ``language`` is that of another edition. If it has not been sent yet, the contact gets it when it is.

    Only an issue that was sent with a grant leaves, and only to a member of a list that it went to (law 4). If its
    grant does not hold any more, or not for this reader, a person decides. A stranger is told that we hold nothing.
    """
    asked = _asked(office, sender, number, publication)
    if isinstance(asked, Result):
        return asked
    contact, member_of, found = asked
    if _asked_for(office, contact) >= COPIES_A_DAY:
        return _explain(office, contact, phrase("You have asked for many issues today; please ask again tomorrow."))
    issue, edition = found.issue, _edition(office, found.issue, language or contact.details.language)
    try:
        _require_granted(office, found, edition, contact, member_of)
    except NotGranted as fault:
        return Result(Done.COPY_NOT_GRANTED, {"issue": issue.name, "reason": str(fault)})
    if language and edition is None and not _is_original(issue, language):
        return _later(office, issue, contact, canonical(language))
    mailing = _mailing(office, found, edition)
    own = f"{contact.id}.{office.now:%Y%m%d%H%M%S}.again"
    left = f"{issue.publication}-{issue.number}{f'-{edition.language.lower()}' if edition else ''}"
    message_id = f"<{left}.{own}@{office.rules.address.domain}>"
    if not office.work.outbox.add_copy(mailing.id, contact, message_id, office.now):
        return Result(Done.ANSWERED_TODAY)
    office.hand_out()
    office.record("copy asked for", issue.name, to=contact.address)
    return Result(Done.COPY_QUEUED, {"issue": issue.name, "address": contact.address})


def send_forwardable(
    office: Office, sender: Address, number: int | None, publication: str, language: str = "", *, named: bool = False
) -> Result:
    """Send the contact an issue as an attached mail that they can pass on, and its PDF.

    It has no token, and no name unless it is to be ``named``. The rest is as for ``send_copy``.
    """
    asked = _asked(office, sender, number, publication)
    if isinstance(asked, Result):
        return asked
    contact, member_of, found = asked
    issue, rules = found.issue, office.rules
    if not may_forward(rules, issue.publication):
        return _explain(office, contact, phrase("This newsletter is not meant to be passed on."))
    translation = _edition(office, issue, language or contact.details.language)
    try:
        _require_granted(office, found, translation, contact, member_of)
    except NotGranted as fault:
        return Result(Done.COPY_NOT_GRANTED, {"issue": issue.name, "reason": str(fault)})
    if language and translation is None and not _is_original(issue, language):
        return _later(office, issue, contact, canonical(language))
    made = rules.publication(issue.publication)
    ref = translation.edition if translation else None
    tag = ref.language if ref else ""
    edition = office.work.issues.edition((ref or edition_for(issue.editions, language or contact.details.language)).id)
    by = line(contact.details.name) if named else ""
    template = forwardable_of(rules, made, edition)
    values = {FORWARDER: by or edition.wording.a_reader, DATE: format_datetime(office.now)}
    mail = b"".join(template.template.fill(template.values(values)))
    files = (
        Attachment(made.forwardable_name(issue.number, tag), MAIL, mail),
        Attachment(made.pdf_name(issue.number, tag), "application/pdf", edition.pdf),
    )
    to = Address.parse(contact.address, contact.details.name)
    said = {"publication": made.title, "number": issue.number, "title": edition.subject, "named": by}
    if not office.write(to, "to-forward", said, in_reply_to="", attachments=files):
        return Result(Done.ANSWERED_TODAY)
    office.record("copy to pass on", issue.name, to=contact.address)
    return Result(Done.FORWARDABLE_SENT, {"issue": issue.name, "address": contact.address})


class _Asked(NamedTuple):
    """A reader who asks for an issue that they may have."""

    contact: Contact
    member_of: set[str]
    found: _Found


def _asked(office: Office, sender: Address, number: int | None, publication: str) -> _Asked | Result:
    """The issue that is meant, or what was done because there is none."""
    contact = office.work.lists.contact_at(str(sender))
    if contact is None:
        return answer_stranger(office, sender)
    if office.work.restorations.open():
        return Result(Done.NOTHING_IS_SENT)
    member_of = set(office.lists_of(contact))
    found = _find(office, _received(office, contact, member_of, publication), member_of, number)
    if found is None:
        unknown = phrase("There is no issue %(number)s that was sent to you.", number=number)
        return _explain(office, contact, unknown if number else phrase("No issue was sent to you yet."))
    return _Asked(contact, member_of, found)


def _require_granted(
    office: Office, found: _Found, edition: Translation | None, contact: Contact, member_of: set[str]
) -> None:
    """Raises NotGranted if the grant does not hold any more, or not for this reader."""
    grant = grants.require_issue(office, found.issue, found.lists)
    if not grants.knew(office, grant, contact.id, member_of & set(found.lists)):
        raise NotGranted("a command put them on the list since")
    if edition is not None:
        grants.require_edition(office, found.issue, edition, found.lists)


def _edition(office: Office, issue: Issue, language: str) -> Translation | None:
    """The edition in another language that was sent, and that a reader of this language reads; None: the original."""
    sent = [one for one in office.work.editions.of(issue.id) if one.state is EditionState.SENT]
    return best(issue.editions, sent, language)


def _is_original(issue: Issue, language: str) -> bool:
    primary = language.lower().partition("-")[0]
    return any(one.language.lower().partition("-")[0] == primary for one in issue.editions)


def _later(office: Office, issue: Issue, contact: Contact, language: str) -> Result:
    """Note that the reader waits for the edition, and say so."""
    mine = [own for own, waiting in office.work.editions.wishes(issue.id) if waiting == contact.id]
    if len(mine) >= COPIES_A_DAY and language not in mine:
        return _explain(office, contact, phrase("You have asked for many issues today; please ask again tomorrow."))
    office.work.editions.wish(issue.id, language, contact.id, office.now)
    taken = current(office.work.editions.of(issue.id), language)
    values = {
        "publication": office.rules.publication(issue.publication).title,
        "number": issue.number,
        "language": Language(language),
        "is_translated": taken is not None,
    }
    to = Address.parse(contact.address, contact.details.name)
    office.record("edition asked for", issue.name, to=contact.address, language=language)
    if not office.write(to, "edition-later", values, in_reply_to=""):
        return Result(Done.ANSWERED_TODAY)
    return Result(Done.COPY_COMES_LATER, {"issue": issue.name, "language": language, "address": contact.address})


def _received(office: Office, contact: Contact, member_of: set[str], words: str) -> list[str]:
    """The publications that the contact gets and that the words name; no words name all of them."""
    left = office.work.lists.opt_outs(contact.id)
    keys = [key for key, one in office.rules.publications.items() if member_of & set(one.lists) and key not in left]
    named = words.casefold()
    return [
        key
        for key in keys
        if not named or named in (key, key.replace("-", " "), office.rules.publications[key].title.casefold())
    ]


def _find(office: Office, publications: Sequence[str], member_of: set[str], number: int | None) -> _Found | None:
    """The issue with that number, or the one that was sent last, which the grant lets the reader have."""
    sent = []
    for issue in office.work.issues.all():
        mailing = office.work.mailings.of(MailingKind.ISSUE, issue.id)
        grant = grants.find(office, Issue.KIND, issue.id)
        begun = issue.state in (State.SENDING, State.SENT) and mailing is not None and grant is not None
        if not begun or issue.publication not in publications or number not in (None, issue.number):
            continue
        assert mailing is not None and grant is not None
        lists = [key for key in mailing.lists if key in member_of & set(grant.lists)]
        if lists:
            sent.append((-publications.index(issue.publication), mailing.started_at, _Found(issue, mailing.lists)))
    if not sent:
        return None
    order = itemgetter(1) if number is None else itemgetter(0, 1)
    return max(sent, key=order)[-1]


def _mailing(office: Office, found: _Found, edition: Translation | None) -> Mailing:
    """The mailing of the copies of this issue, or of an edition of it, that readers ask for."""
    issue, lists = found
    kind, subject = (MailingKind.EDITION_COPIES, edition.id) if edition else (MailingKind.COPIES, issue.id)
    mailing = office.work.mailings.of(kind, subject)
    if mailing is None:
        return office.work.mailings.add(kind, subject, issue.publication, lists, office.now)
    again = replace(mailing.to(lists), paused_at=None, suspension=None).continued(Resend.READER, office.now)
    office.work.mailings.save(again)
    return again


def _asked_for(office: Office, contact: Contact) -> int:
    """How many copies the contact has asked for in a day, of any issue."""
    mailings = [mailing.id for mailing in office.work.mailings.all() if mailing.kind in ON_REQUEST_OF_READERS]
    return len(office.work.personal_data.recent_copies(contact.id, mailings, office.now - DAY))


def _explain(office: Office, contact: Contact, why: Phrase) -> Result:
    """Say why there is no copy, at the address that the store has."""
    to = Address.parse(contact.address, contact.details.name)
    sent = office.write(to, "no-copy", {"why": why}, in_reply_to="")
    return Result(Done.COPY_REFUSED if sent else Done.ANSWERED_TODAY)
