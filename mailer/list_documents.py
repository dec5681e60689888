"""Published versions of lists: what the next one would be, and making it; and what becomes of one whose people change.

A published version is frozen and shown to nobody outside: that needs a grant (``handlers/list_documents.py``).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from mailer import grants
from mailer.errors import NotGranted, Refused
from mailer.model import event_entries, member_entries, presenter_entries
from mailer.model.approvals import UNSETTLED, Outcome, Subject
from mailer.model.assignments import PRESENTED
from mailer.model.events import PUBLIC, Event
from mailer.model.list_documents import (
    SUBJECT,
    Column,
    Entry,
    Forms,
    ListDocument,
    ListVersion,
    Published,
    compared,
    name_of,
    without,
)
from mailer.model.lists import Contact, ListKind, ListRules
from mailer.model.member_entries import Body, Listed, body_of
from mailer.model.organisations import Organisation
from mailer.model.presenters import State
from mailer.model.publishing import USUAL, Part, missing
from mailer.office import Office

NAMED = 20
"""How many versions a notice names."""


@dataclass(frozen=True, slots=True)
class Entries:
    """What a list has now, as far as it may be published."""

    columns: tuple[Column, ...]
    entries: tuple[Entry, ...]
    hidden: int
    """How many of it are not shown, because they have not allowed it."""


@dataclass(frozen=True, slots=True)
class Proposal:
    """What the next version of a list would be."""

    document: ListDocument
    changes: int
    """The number of the last change of the list that it contains."""
    last: Published | None
    """The version that it is compared with."""
    differs: bool

    def require_news(self, *, review: bool) -> None:
        """Raises Refused if there is nothing to publish. After a review there is: every entry was looked at."""
        key = self.document.list
        if self.last is None and not self.document.entries:
            if self.document.hidden:
                raise Refused(
                    f"None of the {self.document.hidden} on the list “{key}” has allowed that anything is published: "
                    f"ask them with `mailer list ask-publish {key}`."
                )
            raise Refused(f"The list “{key}” is empty: there is nothing to publish.")
        if self.last is not None and not self.differs and not review:
            raise Refused(
                f"Nothing that is shown has changed since version {self.last.version} of the list “{key}”: there is "
                "nothing to publish."
            )


# --- what is shown ---


def entries_of(office: Office, rules: ListRules) -> Entries:
    """The entries of a list, each with what may be published of it now."""
    columns, entries, hidden = _SOURCES.get(rules.kind, _members)(office, rules)
    return Entries(member_entries.used(columns, entries), tuple(entries), hidden)


def _members(office: Office, rules: ListRules) -> tuple[Sequence[Column], list[Entry], int]:
    contacts = [member.contact for member in office.work.lists.members(rules.key)]
    bodies = office.work.organisations.of_contacts([contact.id for contact in contacts])
    ranks = {
        contact.id: rank
        for organisation in {body.id for body in bodies.values()}
        for contact, rank in office.work.organisations.contacts(organisation)
    }
    listed = [Listed(one, _body(one, bodies.get(one.id)), ranks.get(one.id, 1)) for one in contacts]
    found, hidden = member_entries.entries(listed, by_office=rules.by_office)
    return member_entries.COLUMNS, found, hidden


def _body(contact: Contact, known: Organisation | None) -> Body:
    if known is None:
        return body_of(contact)
    return Body(
        f"organisation {known.id}",
        known.name,
        known.kind or contact.details.kind or "",
        known.country or contact.details.country,
        known.languages,
        known.website,
    )


def _presenters(office: Office, rules: ListRules) -> tuple[Sequence[Column], list[Entry], int]:
    """The presenters of the bank who are on the list; members of another bank are people as on any list."""
    members = {one.contact.id: one.contact for one in office.work.lists.members(rules.key)}
    bank = [one for one in office.work.presenters.each([State.APPROVED]) if one.contact in members]
    if not bank:
        return _members(office, rules)
    found = []
    for presenter in bank:
        parts = member_entries.allowed(members[presenter.contact], may_publish=presenter.may_publish)
        if shown := member_entries.person(presenter_entries.entry(presenter), presenter.contact, parts):
            found.append(shown)
    return presenter_entries.COLUMNS, found, len(bank) - len(found)


def _events(office: Office, rules: ListRules) -> tuple[Sequence[Column], list[Entry], int]:
    events = office.work.events.between(states=PUBLIC, internal=False)
    return event_entries.COLUMNS, [_event(office, event) for event in events if event.is_public], 0


def _event(office: Office, event: Event) -> Entry:
    """An event, with those who have presented there and let their name be published (action plan 3.2)."""
    names: list[str] = []
    consents: dict[int, tuple[str, ...]] = {}
    for assignment in office.work.assignments.of_event(event.id):
        presenter = office.work.presenters.by_id(assignment.presenter) if assignment.state in PRESENTED else None
        contact = office.work.lists.contact(presenter.contact) if presenter else None
        if presenter is None or contact is None or not presenter.name:
            continue
        if Part.NAME in member_entries.allowed(contact, may_publish=presenter.may_publish):
            names.append(presenter.name)
            consents[contact.id] = (Part.NAME.value,)
    return replace(event_entries.entry(event, ", ".join(dict.fromkeys(names))), consents=consents)


_SOURCES: Mapping[ListKind, Callable[[Office, ListRules], tuple[Sequence[Column], list[Entry], int]]] = {
    ListKind.BANK: _presenters,
    ListKind.EVENTS: _events,
}
"""Where the entries of a list come from, if they are not its members."""


# --- publishing ---


def proposed(office: Office, key: str, *, review: bool = False, language: str = "") -> Proposal:
    """What the next version would be. Raises Refused if there is no such list."""
    rules = office.rules.list_rules(key)
    now, known = entries_of(office, rules), office.work.list_documents.versions(key)
    last = next((one for one in reversed(known) if one.withdrawn_at is None), None)
    before = office.work.list_documents.document(last.id) if last else None
    document = ListDocument(
        list=key,
        title=rules.title,
        kind=rules.kind,
        version=ListVersion.after(known[-1].version if known else None, review=review),
        day=office.now.astimezone(office.rules.timezone).date(),
        language=language or office.rules.language,
        columns=now.columns,
        entries=now.entries,
        hidden=now.hidden,
    )
    if before is not None and last is not None:
        changes = compared(before.entries, now.entries, now.columns, _nameable(office, before.entries))
        document = replace(document, changes=changes, since=last.version)
    differs = before is None or not document.says_the_same(before)
    return Proposal(document, office.work.lists.versions([key])[key], last, differs)


def _nameable(office: Office, entries: Iterable[Entry]) -> list[str]:
    """The entries whose people still allow what was shown of them."""
    whole = list(entries)
    people = {contact for entry in whole for contact in entry.consents}
    allowed = office.work.list_documents.publishes(people)
    return [entry.id for entry in whole if not missing(entry.consents, allowed)]


def publish(
    office: Office, key: str, *, review: bool = False, language: str = "", forms: Forms | None = None, digest: str = ""
) -> Published:
    """Make the next version of a list: 1.0, then 1.1; 2.0 after a ``review``.

    ``forms`` are its files, if they were printed from the document with this ``digest``; else they are printed when
    they are needed. Raises Refused if nothing has changed, or if it is not that document any more.
    """
    proposal = proposed(office, key, review=review, language=language)
    proposal.require_news(review=review)
    document = proposal.document
    if digest and document.digest != digest:
        raise Refused(f"The list “{key}” has changed while it was printed: publish it again.")
    version = office.work.list_documents.add(document, proposal.changes, office.now)
    if forms is not None:
        office.work.list_documents.freeze(version.id, forms)
    office.record("published", version.name, digest=document.digest, entries=len(document.entries), review=review)
    return version


# --- the outside ---


def standing(office: Office, key: str) -> Published | None:
    """The newest version of a list that has a grant and was not withdrawn; it may show more than is allowed by now."""
    for version in reversed(office.work.list_documents.versions(key)):
        gone = version.withdrawn_at or version.erased_at
        if not gone and grants.find(office, SUBJECT, version.id) is not None:
            return version
    return None


def shows_more_than_allowed(office: Office, version: Published) -> bool:
    """Whether somebody allows less by now than the version shows of them."""
    return bool(shows_more(office, _document(office, version)))


def require_shown(office: Office, version: Published) -> tuple[ListDocument, Forms]:
    """What a granted version says, with its files (law 4).

    Raises NotGranted unless its grant covers these files, and everybody still allows what they show of them.
    """
    document, forms = _document(office, version), office.work.list_documents.forms(version.id)
    if forms is None:
        raise NotGranted(f"Version {version.version} of the list “{version.list}” has no files: submit it first.")
    grants.require(office, Subject(SUBJECT, version.id, forms.digest), ())
    if shows_more(office, document):
        raise NotGranted(f"Version {version.version} of the list “{version.list}” shows more than is allowed by now.")
    return document, forms


# --- what becomes of a version whose people change ---


def shows_more(office: Office, document: ListDocument) -> dict[int, str]:
    """Those of whom the document shows more than they allow by now, and what their entry is called."""
    allowed = dict(office.work.list_documents.publishes(document.people))
    if document.kind in _SOURCES:
        for contact in document.people:
            presenter = office.work.presenters.of_contact(contact)
            if allowed.get(contact) is None and presenter is not None and presenter.may_publish:
                allowed[contact] = USUAL
    found = {
        contact: name_of(entry, document.columns)
        for entry in document.entries
        for contact in missing(entry.consents, allowed)
    }
    for change in document.changes:
        found |= {contact: change.name for contact in change.people if not allowed.get(contact) and change.name}
    return found


def choose(office: Office, contact: Contact, parts: Sequence[Part]) -> list[Published]:
    """Keep what somebody lets be published; the versions that show more of them than that.

    The secretary is told of these, because a published version may be outside by now.
    """
    office.work.list_documents.set_published(contact.id, parts)
    office.record("publishing chosen", contact.address, parts=[part.value for part in parts])
    showing = [
        version
        for version in office.work.list_documents.showing(contact.id)
        if version.withdrawn_at is None and contact.id in shows_more(office, _document(office, version))
    ]
    if showing:
        values = {"versions": _told(showing), "who": contact.label, "forgotten": False}
        office.tell_secretary("list-shows", values, once=f"list-shows {contact.id} {office.today}")
    return showing


def _document(office: Office, version: Published) -> ListDocument:
    return office.work.list_documents.document(version.id)


def _told(versions: Sequence[Published]) -> list[dict[str, object]]:
    newest = {version.list: version for version in versions}
    return [
        {"list": version.list, "version": str(version.version), "exported": version.exported_at}
        for version in list(newest.values())[:NAMED]
    ]


def take_out(office: Office, contact: Contact) -> None:
    """Erase the versions that show data of somebody who is being forgotten, and tell the secretary.

    Their digests stay in the record. What a board is asked about one of them, or has granted, ends.
    """
    showing = office.work.list_documents.showing(contact.id)
    for version in showing:
        office.work.list_documents.erase(version.id, without(_document(office, version), contact.id), office.now)
        ballot = office.work.approvals.latest_ballot(SUBJECT, version.id)
        if ballot is not None and ballot.outcome in UNSETTLED:
            office.work.approvals.close_ballot(ballot.id, Outcome.WITHDRAWN)
            office.work.approvals.void_grants(SUBJECT, version.id, office.now)
        office.record("version erased", version.name, digest=version.digest)
    if showing:
        values = {"versions": _told(showing), "who": "", "forgotten": True}
        office.tell_secretary("list-shows", values, once=f"list-shows forgotten {contact.id}")
