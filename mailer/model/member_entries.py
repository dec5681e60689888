"""The members of a list as entries of its document: one for each organisation, or person without one."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

from mailer.model.list_documents import Column, Entry
from mailer.model.lists import KIND_NAMES, Contact
from mailer.model.publishing import USUAL, Part
from mailer.model.questionnaires import FieldKind
from mailer.phrases import phrase

COLUMNS = (
    Column("organisation", phrase("Organisation")),
    Column("contact", phrase("Contact")),
    Column(
        "kind", phrase("Kind"), FieldKind.CHOICE, {kind.value: name for kind, name in KIND_NAMES.items()}, small=True
    ),
    Column("languages", phrase("Languages"), FieldKind.LANGUAGES),
    Column("website", phrase("Website"), FieldKind.URL),
    Column("address", phrase("Email"), FieldKind.ADDRESS),
)
"""What is said of a member, if it may be published."""

BETWEEN = "; "
"""Between two contacts of one organisation."""


@dataclass(frozen=True, slots=True)
class Body:
    """What an organisation is, as the directory has it or as its contact has said."""

    id: str
    """``organisation 5``; that of a contact without one is their own."""
    name: str
    kind: str = ""
    country: str = ""
    languages: tuple[str, ...] = ()
    website: str = ""


class Listed(NamedTuple):
    """A member of the list."""

    contact: Contact
    body: Body
    rank: int = 1
    """1 is the first contact of the organisation."""


@dataclass(slots=True)
class _Row:
    body: Body
    names: list[str] = field(default_factory=list)
    addresses: list[str] = field(default_factory=list)
    consents: dict[int, tuple[str, ...]] = field(default_factory=dict)
    shows: set[Part] = field(default_factory=set)
    """What somebody has allowed of the organisation."""


def body_of(contact: Contact) -> Body:
    """The organisation of a contact of whom the directory knows none."""
    said = contact.details
    languages = (said.language,) if said.language else ()
    return Body(f"contact {contact.id}", said.organisation, said.kind or "", said.country, languages)


def entries(members: Iterable[Listed], *, by_office: bool) -> tuple[list[Entry], int]:
    """The entries, and how many members are in none of them because it is not allowed.

    ``by_office``: the organisations are members by their office, so their name and country are shown whatever their
    contacts have chosen.
    """
    rows: dict[str, _Row] = {}
    hidden = 0
    for member in sorted(members, key=lambda one: (one.rank, one.contact.id)):
        row = rows.setdefault(member.body.id, _Row(member.body))
        hidden += not _allow(row, member.contact, by_office)
    found = [_entry(row) for row in rows.values() if row.shows]
    return found, hidden


def _allow(row: _Row, contact: Contact, by_office: bool) -> bool:
    """Note what the entry may show because of this contact; False if they are not in it at all."""
    office = by_office and bool(row.body.name)
    allowed = set(contact.published or ())
    parts = allowed & ({*Part} if row.body.name else {Part.NAME, Part.COUNTRY, Part.ADDRESS})
    if not contact.details.name:
        parts -= {Part.NAME}
    named = bool(parts & {Part.NAME, Part.ORGANISATION})
    if office:
        row.shows |= {Part.ORGANISATION, Part.COUNTRY}
        parts -= {Part.ORGANISATION, Part.COUNTRY}
    if not (named or (office and parts)):
        return office
    if Part.NAME in parts:
        row.names.append(contact.details.name)
    if Part.ADDRESS in parts:
        row.addresses.append(contact.address)
    if parts:
        row.consents[contact.id] = tuple(part.value for part in Part if part in parts)
    row.shows |= parts
    return True


def _entry(row: _Row) -> Entry:
    body, whole = row.body, Part.ORGANISATION in row.shows
    values = {
        "organisation": body.name if whole else "",
        "contact": BETWEEN.join(dict.fromkeys(row.names)),
        "kind": body.kind if whole else "",
        "languages": ",".join(body.languages) if whole else "",
        "website": body.website if whole else "",
        "address": BETWEEN.join(row.addresses),
    }
    shown = {key: value for key, value in values.items() if value}
    return Entry(body.id, body.country if Part.COUNTRY in row.shows else "", shown, row.consents)


def used(columns: Sequence[Column], entries: Iterable[Entry]) -> tuple[Column, ...]:
    """The columns that say something of any entry, so that none is empty."""
    keys = {key for entry in entries for key, value in entry.values.items() if value}
    return tuple(column for column in columns if column.key in keys) or tuple(columns[:1])


def allowed(contact: Contact, *, may_publish: bool) -> tuple[Part, ...]:
    """What of a presenter may be published: what they chose last, or else what their registration says."""
    if contact.published is not None:
        return contact.published
    return USUAL if may_publish else ()


def person(entry: Entry, contact: int, parts: Iterable[Part]) -> Entry | None:
    """An entry about one person with what may be published of it; None if that is nothing with their name.

    What else they have said of themselves, such as topics, goes with the name or the organisation.
    """
    allowed = {part for part in parts if part is Part.COUNTRY or entry.values.get(part.value)}
    if not allowed & {Part.NAME, Part.ORGANISATION}:
        return None
    withheld = {part.value for part in Part if part not in allowed}
    values = {key: value for key, value in entry.values.items() if key not in withheld}
    group = entry.group if Part.COUNTRY in allowed else ""
    return Entry(entry.id, group, values, {contact: tuple(part.value for part in Part if part in allowed)})
