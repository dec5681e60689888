"""The directory of organisations, for the handlers that name one.

They find it here, and link a contact to it when that is certain.

What somebody writes of themselves (``Details.organisation``) is their word. The link is the office's: it is made by an
import, by an invitation that was accepted, and by the secretary; never by what a stranger writes.
"""

from __future__ import annotations

from mailer.errors import Refused
from mailer.model.lists import Contact, Standing
from mailer.model.organisations import Organisation
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
    return named[0] if len(named) == 1 else None


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
