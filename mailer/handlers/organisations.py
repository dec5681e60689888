"""Organisations and their contacts."""

from __future__ import annotations

from mailer.model.lists import KIND_NAMES, Contact
from mailer.model.personal_data import Held
from mailer.office import Office
from mailer.phrases import Country, Language, Phrase, phrase


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
        *((phrase("Language"), Language(language)) for language in one.languages),
        (phrase("Web site"), one.website),
        (phrase("You are"), phrase("its first contact") if rank == 1 else phrase("another contact of it")),
    ]
    return [Held(phrase("The organisation that you speak for"), [row for row in rows if row[1]], "organisations")]
