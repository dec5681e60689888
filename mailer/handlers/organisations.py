"""Organisations as the secretary sees and changes them: who they are, and who speaks for them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from mailer.contacts import contact_of
from mailer.directory import country_of, link, maintainers, organisation_named
from mailer.errors import Refused
from mailer.message import Address
from mailer.model.lists import KIND_NAMES, Contact, Details, Kind
from mailer.model.organisations import Organisation
from mailer.model.personal_data import Held
from mailer.office import Office
from mailer.phrases import Country, Language, Phrase, phrase


@dataclass(frozen=True, slots=True)
class OrganisationView:
    """An organisation, and who speaks for it."""

    organisation: Organisation
    contacts: Sequence[tuple[Contact, int, Sequence[str]]]
    """Each with rank and lists, the first one first."""
    nominated_by: Contact | None
    maintained_by: Mapping[str, Sequence[Contact]]
    """For each list of its contacts that somebody maintains: who may correct and confirm its entries."""


def each(office: Office, words: str = "", kind: Kind | None = None, country: str = "") -> Iterator[Organisation]:
    """Organisations, sorted by name; only those with ``words`` in them, of this kind and country."""
    found = office.work.organisations.find(words) if words else office.work.organisations.each()
    for one in found:
        if (kind is None or one.kind is kind) and (not country or one.country == country):
            yield one


def view(office: Office, spec: str) -> OrganisationView:
    """Raises Refused if there is no such organisation, or more than one."""
    one = organisation_named(office, spec)
    contacts = [
        (contact, rank, office.lists_of(contact)) for contact, rank in office.work.organisations.contacts(one.id)
    ]
    maintained = {
        key: maintainers(office, key, country_of(office, contact))
        for contact, _, keys in contacts
        for key in keys
        if key in office.rules.lists and office.rules.lists[key].maintained_by
    }
    by = office.work.lists.contact(one.nominated_by) if one.nominated_by else None
    return OrganisationView(one, contacts, by, maintained)


def add(office: Office, wanted: Organisation, contacts: Sequence[Address], anyway: bool = False) -> Organisation:
    """Add an organisation and its contacts. Raises Refused if there is one of this name, unless ``anyway``."""
    known = office.work.organisations.named(wanted.name, wanted.country)
    if known and not anyway:
        raise Refused(
            f"There is an organisation {known[0].name} already (number {known[0].id}): `mailer organisation edit "
            f"{known[0].id}` changes it, and --anyway adds another one of this name."
        )
    made = office.work.organisations.add(wanted, office.now)
    office.record("organisation added", made.name, organisation=made.id)
    for rank, address in enumerate(contacts, 1):
        link(office, made, _known(office, address, made), rank)
    return made


def _known(office: Office, address: Address, organisation: Organisation) -> Contact:
    """The contact with this address, whom the office may not have known before; nobody is put on a list by this."""
    known = office.work.lists.contact_at(str(address))
    if known is not None:
        return known
    if had := office.work.members.formerly(address):
        raise Refused(f"{address} was the address of {had[0].address} before: name that one.")
    own = {"kind": organisation.kind, "country": organisation.country}
    details = Details(name=address.name, organisation=organisation.name, **own)  # type: ignore[arg-type]
    return office.work.lists.save_contact(address, details, office.now)


def changes(office: Office, spec: str, given: Mapping[str, Any]) -> tuple[Organisation, Organisation]:
    """An organisation as it is, and as ``edit`` makes it. Raises Refused if there is no such one."""
    one = organisation_named(office, spec)
    return one, replace(one, **given)


def edit(office: Office, spec: str, given: Mapping[str, Any]) -> Organisation:
    """Change what is known of an organisation. Raises Refused as ``changes`` does."""
    before, after = changes(office, spec, given)
    if before != after:
        office.work.organisations.save(after)
        named = {name: [str(getattr(before, name) or ""), str(getattr(after, name) or "")] for name in given}
        office.record("organisation changed", after.name, organisation=after.id, **named)
    return after


def confirm(office: Office, spec: str) -> Organisation:
    """Note that an organisation has said that all of its entry is right."""
    one = organisation_named(office, spec)
    office.work.organisations.confirm(one.id, office.now)
    office.record("organisation confirmed", one.name, organisation=one.id)
    return replace(one, confirmed_at=office.now)


def add_contact(office: Office, spec: str, address: Address, rank: int) -> Organisation:
    """Make somebody a contact of an organisation."""
    one = organisation_named(office, spec)
    link(office, one, _known(office, address, one), rank)
    return one


def remove_contact(office: Office, spec: str, address: str) -> Organisation:
    """Somebody is no contact of an organisation any more. Raises Refused if they are none."""
    one, contact = organisation_named(office, spec), contact_of(office, address)
    known = office.work.organisations.of_contact(contact.id)
    if known is None or known.id != one.id:
        speaks = f"; they speak for {known.name}" if known else ""
        raise Refused(f"{contact.address} is no contact of {one.name}{speaks}.")
    office.work.organisations.unlink(contact.id)
    office.record("unlinked", contact.address, organisation=one.id, name=one.name)
    return one


def rows(office: Office) -> Iterator[tuple[Organisation, list[Contact]]]:
    """Every organisation with its contacts, the first one first."""
    for one in office.work.organisations.each():
        yield one, [contact for contact, _ in office.work.organisations.contacts(one.id)]


def held(office: Office, contact: Contact) -> list[Held]:
    """The organisation that somebody speaks for."""
    one = office.work.organisations.of_contact(contact.id)
    if one is None:
        return []
    rank = next(rank for other, rank in office.work.organisations.contacts(one.id) if other.id == contact.id)
    rows: list[tuple[Phrase, object]] = [
        (phrase("Name"), one.name),
        (phrase("Kind"), KIND_NAMES[one.kind] if one.kind else ""),
        (phrase("Country"), Country(one.country)),
        (phrase("Languages"), [Language(tag) for tag in one.languages]),
        (phrase("Website"), one.website),
        (phrase("You are"), phrase("its first contact") if rank == 1 else phrase("another contact of it")),
    ]
    return [Held(phrase("The organisation that you speak for"), [row for row in rows if row[1]], "organisations")]
