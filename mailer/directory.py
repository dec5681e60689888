"""The directory of organisations, for the handlers that name one.

They find it here, and link a contact to it when that is certain.

What somebody writes of themselves (``Details.organisation``) is their word. The link is the office's: it is made by an
import, by an invitation that was accepted, and by the secretary; never by what a stranger writes.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from mailer.errors import Refused
from mailer.message import Address
from mailer.model.imports import Known, completed
from mailer.model.list_file import More, Row
from mailer.model.lists import Contact, Details, Membership, Standing
from mailer.model.organisations import Organisation, name_key
from mailer.office import Office


def organisation_named(office: Office, spec: str) -> Organisation:
    """The organisation with this number or name. Raises Refused, with those that are like it, if that is not one."""
    queries = office.work.organisations
    if spec.strip().lstrip("#").isdecimal():
        if found := queries.by_id(int(spec.strip().lstrip("#"))):
            return found
        raise Refused(f"No organisation has the number {spec.strip()}: `mailer organisation ls` shows them.")
    named = queries.named(spec) or queries.find(spec, 6)
    if len(named) == 1:
        return named[0]
    if not named:
        raise Refused(f"There is no organisation “{spec}”: `mailer organisation ls` shows them.")
    known = ", ".join(f"{one.id} {one.name}{f' ({one.country})' if one.country else ''}" for one in named[:5])
    raise Refused(f"“{spec}” may be one of several organisations; give its number: {known}.")


def certain(office: Office, name: str, country: str) -> Organisation | None:
    """The one organisation that is called so in this country; None if there is none or more than one."""
    named = office.work.organisations.named(name, country) if name else []
    there = [one for one in named if one.country == country] if len(named) > 1 else named
    return there[0] if len(there) == 1 else None


def link(office: Office, organisation: Organisation, contact: Contact, rank: int = 1) -> None:
    """Make somebody a contact of an organisation, and note it. The caller knows that it is so."""
    office.work.organisations.link(organisation.id, contact.id, rank, office.now)
    office.record("linked", contact.address, organisation=organisation.id, name=organisation.name, rank=rank)


def maintains(office: Office, maintainer: Contact, key: str, country: str) -> bool:
    """Whether somebody may correct and confirm the entries of this country on a list (``maintained_by``).

    They are an active member of the list that maintains it, and speak for that country: that of their organisation in
    the directory, or their own if they speak for none. What a stranger writes makes nobody a member.
    """
    rules = office.rules.lists.get(key)
    if rules is None or not rules.maintained_by or not country:
        return False
    if office.work.lists.standing(rules.maintained_by, maintainer.id) is not Standing.ACTIVE:
        return False
    return country_of(office, maintainer) == country


def country_of(office: Office, contact: Contact) -> str:
    """The country that somebody speaks for: that of their organisation, or their own."""
    organisation = office.work.organisations.of_contact(contact.id)
    return (organisation.country if organisation else "") or contact.details.country


def maintainers(office: Office, key: str, country: str) -> list[Contact]:
    """Who may correct and confirm the entries of this country on a list."""
    rules = office.rules.lists.get(key)
    if rules is None or not rules.maintained_by:
        return []
    members = office.work.lists.members(rules.maintained_by)
    return [one.contact for one in members if maintains(office, one.contact, key, country)]


# --- imports ---


def know(office: Office, rows: Sequence[Row], found: dict[str, Known]) -> None:
    """Add to what is known of each row's address the organisation that the row says more about."""
    known = {
        row.address.key: found[row.address.key].contact
        for row in rows
        if row.more and row.more.is_about_organisation and row.address.key in found
    }
    ids = [contact.id for contact in known.values() if contact]
    if not ids:
        return
    speaks_for = office.work.organisations.of_contacts(ids)
    names = {row.address.key: name_key(row.details.organisation) for row in rows}
    for key, contact in known.items():
        organisation = speaks_for.get(contact.id) if contact else None
        if organisation is not None and names[key] == name_key(organisation.name):
            found[key] = replace(found[key], organisation=organisation)


def complete(office: Office, key: str, rows: Sequence[tuple[Row, int]]) -> None:
    """Set the ends of memberships, and link the contacts of an import to their organisations.

    A file of the secretary's vouches for what it says. A row that says more about an organisation adds it, and so does
    one of a national member body or a D-liaison whose contact speaks for none yet. Any other row that names one links
    its contact if one organisation, and only one, is called so; a contact who speaks for an organisation stays with it.
    """
    queries = office.work.organisations
    named = queries.known_names({row.details.organisation for row, _ in rows if row.details.organisation})
    certain_ones = any(row.makes_organisation for row, _ in rows)
    speaks_for = queries.of_contacts([contact for _, contact in rows]) if named or certain_ones else {}
    for row, contact in rows:
        more = row.more or More()
        if more.until:
            office.work.members.set_until(key, contact, more.until)
        name, country = row.details.organisation, row.details.country
        if more.is_about_organisation or (row.makes_organisation and contact not in speaks_for):
            _save(office, row, contact)
        elif (
            (named and name_key(name) in named)
            and contact not in speaks_for
            and (one := certain(office, name, country))
        ):
            queries.link(one.id, contact, len(queries.contacts(one.id)) + 1, office.now)


def _save(office: Office, row: Row, contact: int) -> None:
    """Add or complete the organisation of a row, with its first and second contact."""
    queries, name, more = office.work.organisations, row.details.organisation, row.more or More()
    known = queries.of_contact(contact)
    if known is None or name_key(known.name) != name_key(name):
        known = certain(office, name, row.details.country)
        if known is None and queries.named(name, row.details.country):
            return  # several are called so: a person has to say which
    whole = completed(known or Organisation(0, name), row)
    if known is None:
        whole = queries.add(whole, office.now)
    elif whole != known:
        queries.save(whole)
    linked = [one.id for one, _ in queries.contacts(whole.id)]
    if contact not in linked:
        queries.link(whole.id, contact, len(linked) + 1, office.now)
    if more.second is None:
        return
    other = office.work.lists.contact_at(str(more.second))
    if other is None:
        details = Details(name=more.second.name, organisation=name, country=whole.country)
        other = office.work.lists.save_contact(more.second, details, office.now)
    if other.id not in linked:
        queries.link(whole.id, other.id, 2, office.now)


def more_of(office: Office, members: Sequence[Membership]) -> dict[int, More]:
    """What an export says of each member beside the contact."""
    queries = office.work.organisations
    speaks_for = queries.of_contacts([member.contact.id for member in members])
    known = {}
    for member in members:
        more, one = More(until=member.until), speaks_for.get(member.contact.id)
        if one is not None:
            others = [contact for contact, _ in queries.contacts(one.id) if contact.id != member.contact.id]
            second = Address.parse(others[0].address, others[0].details.name) if others else None
            more = More(member.until, one.website, one.reach, one.languages, second)
        known[member.contact.id] = more
    return known
