"""One person as the secretary sees and changes them: their lists, wishes, address and history."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime

from mailer.contacts import contact_of, day_of, welcome_back
from mailer.contacts import known as known_addresses
from mailer.errors import Refused
from mailer.message import Address
from mailer.model.bounces import Bouncing, Heard
from mailer.model.imports import UNKNOWN, Change, Known, away
from mailer.model.lists import Contact, Departure, Details, Scope, ScopeKind, Standing, departure
from mailer.model.members import FormerAddress, Leaver, MembershipChange
from mailer.model.suppressions import Suppression
from mailer.office import Office

FOUND = 100
"""How many people a search gives at most."""

HEARD = 20
"""How many reports on a person's mail a history has."""


@dataclass(frozen=True, slots=True)
class MemberView:
    """A person."""

    contact: Contact
    lists: Sequence[MembershipChange]
    """The last change on each list that they are or were on."""
    receives: Sequence[str]
    """Titles of what they get now."""
    left: Sequence[str]
    """Titles of the publications that they have left."""
    suppression: Suppression | None
    bouncing: Bouncing | None
    """How mail to them fares, if not all is well."""
    former: Sequence[FormerAddress]


@dataclass(frozen=True, slots=True)
class History:
    """Everything that happened to a person's lists and address."""

    contact: Contact
    changes: Sequence[MembershipChange]
    former: Sequence[FormerAddress]
    heard: Sequence[Heard]
    """The newest of what servers have said of mail to them."""


def find(office: Office, text: str) -> list[tuple[Contact, Sequence[str]]]:
    """People with ``text`` in an address, the name or the organisation, each with the lists that they are on."""
    return [(contact, office.lists_of(contact)) for contact in office.work.members.find(text, FOUND)]


def view(office: Office, spec: str) -> MemberView:
    """Raises Refused if nobody has the address."""
    contact, members = contact_of(office, spec), office.work.members
    last = {change.list: change for change in members.changes(contact.id)}
    left = office.work.lists.opt_outs(contact.id)
    active = [key for key, change in last.items() if change.standing is Standing.ACTIVE]
    suppression = members.suppression(Address.parse(contact.address))
    brought = [
        key for key, one in office.rules.publications.items() if set(one.lists) & set(active) and key not in left
    ]
    return MemberView(
        contact,
        [last[key] for key in sorted(last)],
        [] if suppression else office.rules.named(brought, active),
        office.rules.named([key for key in office.rules.publications if key in left], []),
        suppression,
        office.work.bounces.find(Address.parse(contact.address)),
        members.former_addresses(contact.id),
    )


def history(office: Office, spec: str) -> History:
    """Raises Refused if nobody has the address."""
    contact, members = contact_of(office, spec), office.work.members
    heard = office.work.bounces.heard(Address.parse(contact.address), HEARD)
    ids = (contact.id, *(alias.id for alias in office.work.merging.aliases(contact.id)))
    changes = sorted((one for each in ids for one in members.changes(each)), key=lambda one: (one.at, one.version))
    return History(contact, changes, members.former_addresses(contact.id), heard)


def leavers(office: Office, since: datetime | None = None, key: str = "") -> list[Leaver]:
    """Who has left a list, or any list, since then and is not back. Raises Refused if there is no such list."""
    keys = [office.rules.list_rules(key).key] if key else list(office.rules.lists)
    return office.work.members.leavers(since, keys)


# --- joining ---


@dataclass(frozen=True, slots=True)
class Joining:
    """Somebody whom the secretary adds to a list."""

    address: Address
    details: Details
    reason: str
    bring_back: bool = False
    """Whether they come back although they had left, or their address bounced."""
    until: date | None = None
    """Their last day on the list; None: it does not end, or what is known of it stays."""


def joins(office: Office, key: str, joining: Joining) -> Change:
    """What ``add`` does. Raises Refused if they left, bounced or complained."""
    return _joins(joining, _known(office, key, joining), office.rules.brought(key))


def add(office: Office, key: str, joining: Joining) -> Change:
    """Add one person to a list; what was done. Raises Refused if they left, bounced or complained."""
    known, brought = _known(office, key, joining), office.rules.brought(key)
    change = _joins(joining, known, brought)
    if change is Change.UNCHANGED:
        return change
    if joining.until and joining.until < day_of(office, office.now):
        raise Refused(f"{joining.until} is over: nothing was changed.")
    contact = office.work.lists.save_contact(joining.address, joining.details, office.now)
    office.work.lists.set_standing(key, contact.id, Standing.ACTIVE, office.now, office.cause)
    if joining.until:
        office.work.members.set_until(key, contact.id, joining.until)
    until = {"until": joining.until.isoformat()} if joining.until else {}
    if change is Change.CHANGE:
        office.record("until", contact.address, list=key, reason=joining.reason, **until)
        return change
    if change is Change.ADD:
        office.record("added", contact.address, list=key, reason=joining.reason, **until)
    else:
        welcome_back(office, [contact.address])
        office.work.lists.unsuppress(contact.address)
        office.work.lists.opt_in(contact.id, brought)
        was = _why(away(known, brought), known)
        office.record("brought back", contact.address, list=key, reason=joining.reason, was=was)
    return change


def _known(office: Office, key: str, joining: Joining) -> Known:
    office.rules.list_rules(key)
    return known_addresses(office, key, [joining.address]).get(joining.address.key, UNKNOWN)


def _joins(joining: Joining, known: Known, brought: Sequence[str]) -> Change:
    if stays := away(known, brought):
        if joining.bring_back:
            return Change.BRING_BACK
        raise Refused(
            f"{joining.address} {_why(stays, known)}: nothing was changed. If they want to be on the list, add "
            "--bring-back."
        )
    if known.standing is not Standing.ACTIVE:
        return Change.ADD
    return Change.CHANGE if joining.until and joining.until != known.until else Change.UNCHANGED


def _why(stays: Change | None, known: Known) -> str:
    match stays:
        case Change.SUPPRESSED:
            return f"gets no mail ({known.suppressed})"
        case Change.FORGOTTEN:
            return "asked to be forgotten"
        case Change.MOVED:
            return f"is an old address of {known.moved_to}"
    return "has left the list or its publications"


# --- removing ---


def removal(office: Office, spec: str, keys: Sequence[str], own_wish: bool) -> Departure:
    """What ``remove`` ends: every list of the person without ``keys``. Raises Refused if there is nothing to end."""
    contact, lists = contact_of(office, spec), office.work.lists
    member_of = office.lists_of(contact)
    named = [office.rules.list_rules(key).key for key in keys] or member_of
    ending = [key for key in named if key in member_of]
    if not ending:
        there = f"; they are on {', '.join(member_of)}" if member_of else " or any other"
        raise Refused(f"{contact.address} is not on {', '.join(named) or 'any list'}{there if named else ''}.")
    if not own_wish:
        return Departure((), tuple(ending))
    rules = {key: replace(one, leave=one.leave or key in ending) for key, one in office.rules.lists.items()}
    opted_out = lists.opt_outs(contact.id)
    left = [
        departure(Scope(ScopeKind.LIST, key), member_of, opted_out, rules, office.rules.publications) for key in ending
    ]
    return Departure(
        tuple(key for key in office.rules.publications if any(key in one.publications for one in left)),
        tuple(key for key in office.rules.lists if any(key in one.lists for one in left)),
    )


def remove(office: Office, spec: str, keys: Sequence[str], own_wish: bool, reason: str) -> Departure:
    """Take somebody off lists: by their own wish, which no import undoes, or by the office's decision."""
    ended = removal(office, spec, keys, own_wish)
    contact = contact_of(office, spec)
    standing = Standing.LEFT if own_wish else Standing.REMOVED
    for key in ended.lists:
        office.work.lists.set_standing(key, contact.id, standing, office.now, office.cause)
    if own_wish:
        office.work.lists.opt_out(contact.id, ended.publications, office.now)
        office.work.lists.add_departure(contact.id, ended, office.now)  # which the undo of an earlier one respects
    publications = {"publications": list(ended.publications)} if own_wish else {}
    office.record(standing.value, contact.address, lists=list(ended.lists), **publications, reason=reason)
    return ended
