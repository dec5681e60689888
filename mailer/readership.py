"""Which edition of an issue each of its readers gets, and when; and how the copies of an edition are started."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from mailer import grants
from mailer.errors import NotGranted, Refused
from mailer.model.editions import DISCLOSED, UNDER_WAY, Event, State, Translation, advance, best, current
from mailer.model.issues import Issue
from mailer.model.issues import State as IssueState
from mailer.model.mailings import Alike, Mailing, MailingKind, Readers, Resend
from mailer.model.restorations import require_resumed
from mailer.office import Office

BEGUN = (IssueState.SENDING, IssueState.SENT)
"""States of an issue that readers have."""


@dataclass(frozen=True, slots=True)
class Split:
    """Who gets which edition, by the languages of contacts as they are stored."""

    original: frozenset[str]
    editions: Mapping[int, frozenset[str]]
    """By the id of the translation: those who get it now."""
    waiting: Mapping[int, frozenset[str]]
    """Those who wait for it."""
    refused: Mapping[int, str]
    """Translations that were granted and may not go out, and why. Their readers get the original."""


def split(office: Office, issue: Issue, lists: Collection[str], began: datetime | None = None) -> Split | None:
    """Who of these lists gets which edition; None if nobody has translated the issue, so that all get the original.

    ``began``: when the issue was started; readers wait from then on.
    """
    known = _readable(office, issue)
    if not known:
        return None
    chosen: dict[int, set[str]] = {}
    original = set()
    for language in office.work.lists.languages(list(lists)):
        translation = best(issue.editions, known, language)
        if translation is None:
            original.add(language)
        else:
            chosen.setdefault(translation.id, set()).add(language)
    by_id = {one.id: one for one in known}
    going, waiting, refused = dict[int, frozenset[str]](), dict[int, frozenset[str]](), dict[int, str]()
    for key, languages in chosen.items():
        translation = by_id[key]
        if translation.state in DISCLOSED:
            try:
                grants.require_edition(office, issue, translation, lists)
            except NotGranted as fault:
                refused[key] = str(fault)
                original |= languages
            else:
                going[key] = frozenset(languages)
        elif office.now < waits_until(office, issue, translation, began or office.now):
            waiting[key] = frozenset(languages)
        else:
            original |= languages
    return Split(frozenset(original), going, waiting, refused)


def waits_until(office: Office, issue: Issue, translation: Translation, began: datetime) -> datetime:
    """Until when readers of its language wait for it, by ``[publications.KEY] editions_wait``."""
    wait = office.rules.publication(issue.publication).editions_wait
    if wait is None or translation.state not in UNDER_WAY:
        return began
    return office.rules.calendar.after(began, wait)


def mailings_of(office: Office, issue: Issue) -> list[Mailing]:
    """The mailings of the issue's editions in other languages that have begun."""
    found = (office.work.mailings.of(MailingKind.EDITION, one.id) for one in office.work.editions.of(issue.id))
    return [mailing for mailing in found if mailing]


def mailing_of(office: Office, issue: Issue) -> Mailing | None:
    """The mailing of the original, or None if it has not been started."""
    return office.work.mailings.of(MailingKind.ISSUE, issue.id)


def count(office: Office, issue: Issue, translation: Translation, lists: Sequence[str]) -> int:
    """How many members of these lists read the edition rather than another."""
    languages = languages_of(office, issue, translation, lists)
    members = {one.contact.id: one.contact for key in lists for one in office.work.lists.members(key)}
    return sum(one.details.language in languages for one in members.values())


def write_edition(
    office: Office, issue: Issue, translation: Translation, lists: Sequence[str], besides: Sequence[int]
) -> int:
    """Queue the edition for members of these lists who read its language, and for those who have asked for it.

    ``besides``: those with a copy of one of these mailings get none, unless they asked. Raises NotGranted without a
    grant of the edition and of its original.
    """
    grants.require_edition(office, issue, translation, lists)
    languages = languages_of(office, issue, translation, lists)
    mailing = _mailing(office, issue, translation, lists)
    left, right = message_id(office, issue, translation)
    alike = None
    if not office.rules.publication(issue.publication).personal:
        alike = Alike(office.rules.format, translation.language, {})
    readers = Readers(languages, tuple(besides))
    rows = office.work.outbox.add_copies(mailing.id, lists, left, right, office.now, alike, readers)
    rows += _write_to_those_who_asked(office, issue, translation, mailing, left, right)
    office.work.editions.save(replace(translation, state=advance(translation.state, Event.SEND), due_at=None))
    office.hand_out()
    name = f"{issue.name} {translation.language}"
    office.record("edition started", name, edition=translation.id, lists=list(lists), deliveries=rows)
    return rows


def send_edition(office: Office, issue: Issue, language: str, *, as_listed: bool = False) -> int:
    """Queue an edition for the readers of its language who have no copy yet, and for those who asked; how many.

    Raises Refused before the original is sent, because it goes with it then; without a grant; and while there are
    changes of members to agree to, unless they are agreed to ``as_listed``.
    """
    require_resumed(office.work.restorations.open())
    translation = current(office.work.editions.of(issue.id), language)
    if translation is None:
        raise Refused(f"Nobody has translated issue {issue.number} into “{language}”: see `mailer issue translate`.")
    mailing = office.work.mailings.of(MailingKind.ISSUE, issue.id)
    if mailing is None or issue.state not in BEGUN:
        raise Refused(f"Issue {issue.number} is {issue.state}: the edition goes out with it, to those who read it.")
    grant = grants.require_edition(office, issue, translation, mailing.lists)
    if as_listed:
        grants.agree_to_members(office, grant, f"{issue.name} {translation.language}")
    grants.require_members_agreed(office, grant)
    rows = write_edition(office, issue, translation, mailing.lists, [mailing.id])
    waits = tuple(wait for wait in mailing.waits if wait[0] != translation.id)
    if waits != mailing.waits:
        office.work.mailings.save(replace(mailing, waits=waits))
    return rows


def waiting_for(office: Office, issue: Issue, translation: Translation, lists: Sequence[str]) -> frozenset[str]:
    """The languages of those who wait for the translation, also if it has been given up meanwhile."""
    as_if = replace(translation, state=State.ASKED)
    others = [one for one in _readable(office, issue) if one.id != translation.id]
    return _languages(office, issue, as_if, [*others, as_if], lists)


def languages_of(office: Office, issue: Issue, translation: Translation, lists: Sequence[str]) -> frozenset[str]:
    """The languages of those contacts on the lists who read this edition rather than another."""
    return _languages(office, issue, translation, _readable(office, issue), lists)


def _languages(
    office: Office, issue: Issue, translation: Translation, known: Sequence[Translation], lists: Sequence[str]
) -> frozenset[str]:
    mine = (
        language
        for language in office.work.lists.languages(lists)
        if (found := best(issue.editions, known, language)) and found.id == translation.id
    )
    return frozenset(mine)


def _readable(office: Office, issue: Issue) -> list[Translation]:
    """The translations that readers have, or will have."""
    return [one for one in office.work.editions.of(issue.id) if one.is_open or one.state is State.SENT]


def _mailing(office: Office, issue: Issue, translation: Translation, lists: Sequence[str]) -> Mailing:
    mailing = office.work.mailings.of(MailingKind.EDITION, translation.id)
    if mailing is None:
        return office.work.mailings.add(MailingKind.EDITION, translation.id, issue.publication, lists, office.now)
    mailing = replace(mailing.to(lists), paused_at=None, suspension=None).continued(Resend.LISTS, office.now)
    office.work.mailings.save(mailing)
    return mailing


def _write_to_those_who_asked(
    office: Office, issue: Issue, translation: Translation, mailing: Mailing, left: str, right: str
) -> int:
    """A copy for each who asked for the edition before it was there; the sender checks that they may get it."""
    rows = 0
    for language, contact_id in office.work.editions.wishes(issue.id):
        contact = office.work.lists.contact(contact_id)
        chosen = best(issue.editions, [translation], language)
        if contact and chosen and office.work.deliveries.copy_to(mailing.id, contact.address) is None:
            own = f"{contact.id}.asked"
            rows += office.work.outbox.add_copy(mailing.id, contact, left + own + right, office.now)
        if chosen:
            office.work.editions.grant_wish(issue.id, language, contact_id)
    return rows


def message_id(office: Office, issue: Issue, translation: Translation) -> tuple[str, str]:
    """What stands before and after a reader's own part of a Message-ID."""
    digest = translation.edition.digest[:12] if translation.edition else ""
    left = f"<{issue.publication}-{issue.number}-{translation.language.lower()}."
    return left, f".{digest}@{office.rules.address.domain}>"
