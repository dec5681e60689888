"""Organisations and their contacts."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from datetime import datetime
from typing import Protocol

from mailer.model.lists import Contact
from mailer.model.organisations import Organisation


class OrganisationQueries(Protocol):
    """Organisations and their contacts."""

    def add(self, organisation: Organisation, now: datetime) -> Organisation:
        """Add it, whatever its ``id``; returns it with its own."""

    def save(self, organisation: Organisation) -> None:
        """Replace all that is known of the organisation with this id."""

    def by_id(self, organisation_id: int) -> Organisation | None: ...
    def named(self, name: str, country: str = "") -> list[Organisation]:
        """Those with this name, in whatever spelling (``name_key``), the oldest first.

        With a ``country``, only those of it, and those whose country is not known.
        """

    def known_names(self, names: Collection[str]) -> set[str]:
        """The keys (``name_key``) of those of these names that some organisation has."""

    def find(self, words: str, limit: int = 100) -> list[Organisation]:
        """Those with ``words`` in the name, in whatever spelling, or in the web site; sorted by name."""

    def each(self) -> Iterator[Organisation]:
        """All of them, sorted by name, read a part at a time."""

    def of_contact(self, contact_id: int) -> Organisation | None:
        """The organisation that the contact speaks for."""

    def of_contacts(self, contact_ids: Collection[int]) -> dict[int, Organisation]:
        """The organisation of each of these contacts who has one."""

    def contacts(self, organisation_id: int) -> list[tuple[Contact, int]]:
        """Its contacts with their ranks: 1 is asked first, 2 is the second contact, and so on."""

    def link(self, organisation_id: int, contact_id: int, rank: int, now: datetime) -> None:
        """Make somebody a contact of the organisation, and of no other. Those of this rank and below move down."""

    def unlink(self, contact_id: int) -> None:
        """Somebody is no contact of an organisation any more. Those below move up."""

    def confirm(self, organisation_id: int, at: datetime) -> None:
        """Note when it was last said that all of it is right."""
