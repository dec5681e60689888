"""Queries of organisations and their contacts."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, delete, exists, insert, or_, select, update

from mailer.model.lists import Contact, Kind
from mailer.model.organisations import Organisation, name_key
from mailer.model.personal_data import Erasing
from mailer.store.lists import CHUNK, contact_of
from mailer.store.schema import contacts, organisation_contacts, organisations

_IS_ITSELF = organisations.c.merged_into.is_(None)


def organisation_of(row: Row[Any]) -> Organisation:
    """The organisation in a row with all columns of ``organisations``."""
    return Organisation(
        id=row.id,
        name=row.name,
        kind=Kind(row.kind) if row.kind else None,
        country=row.country,
        languages=tuple(row.languages),
        website=row.website,
        reach=row.reach,
        confirmed_at=row.confirmed_at,
        nominated_by=row.nominated_by,
        note=row.note,
    )


def _columns(one: Organisation) -> dict[str, Any]:
    return {
        "key": name_key(one.name),
        "name": one.name,
        "kind": one.kind,
        "country": one.country,
        "languages": list(one.languages),
        "website": one.website,
        "reach": one.reach,
        "confirmed_at": one.confirmed_at,
        "nominated_by": one.nominated_by,
        "note": one.note,
    }


class SqlOrganisationQueries:
    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def add(self, organisation: Organisation, now: datetime) -> Organisation:
        row = {**_columns(organisation), "created_at": now}
        return organisation_of(
            self._connection.execute(insert(organisations).values(row).returning(organisations)).one()
        )

    def save(self, organisation: Organisation) -> None:
        mine = organisations.c.id == organisation.id
        self._connection.execute(update(organisations).where(mine).values(_columns(organisation)))

    def by_id(self, organisation_id: int) -> Organisation | None:
        row = self._connection.execute(select(organisations).where(organisations.c.id == organisation_id)).first()
        if row and row.merged_into:
            return self.by_id(row.merged_into)
        return organisation_of(row) if row else None

    def named(self, name: str, country: str = "") -> list[Organisation]:
        named = organisations.alias()
        theirs = or_(named.c.id == organisations.c.id, named.c.merged_into == organisations.c.id)
        same = exists().where(theirs, named.c.key == name_key(name))
        query = select(organisations).where(same, _IS_ITSELF)
        if country:
            query = query.where(organisations.c.country.in_([country, ""]))
        return [organisation_of(row) for row in self._connection.execute(query.order_by(organisations.c.id))]

    def known_names(self, names: Collection[str]) -> set[str]:
        if not names or self._connection.scalar(select(organisations.c.id).limit(1)) is None:
            return set()
        query = select(organisations.c.key).where(organisations.c.key.in_({name_key(name) for name in names}))
        return set(self._connection.scalars(query))

    def find(self, words: str, limit: int = 100) -> list[Organisation]:
        key = name_key(words)
        said = [organisations.c.website.icontains(words, autoescape=True)]
        if key:
            said.append(organisations.c.key.contains(key, autoescape=True))
        query = (
            select(organisations)
            .where(or_(*said), _IS_ITSELF)
            .order_by(organisations.c.key, organisations.c.id)
            .limit(limit)
        )
        return [organisation_of(row) for row in self._connection.execute(query)]

    def each(self) -> Iterator[Organisation]:
        query = select(organisations).where(_IS_ITSELF).order_by(organisations.c.key, organisations.c.id)
        for row in self._connection.execute(query.execution_options(yield_per=CHUNK)):
            yield organisation_of(row)

    def of_contact(self, contact_id: int) -> Organisation | None:
        return self.of_contacts([contact_id]).get(contact_id)

    def of_contacts(self, contact_ids: Collection[int]) -> dict[int, Organisation]:
        query = (
            select(organisation_contacts.c.contact.label("contact"), organisations)
            .join(organisations, organisations.c.id == organisation_contacts.c.organisation)
            .where(organisation_contacts.c.contact.in_(list(contact_ids)))
        )
        return {row.contact: organisation_of(row) for row in self._connection.execute(query)}

    def contacts(self, organisation_id: int) -> list[tuple[Contact, int]]:
        query = (
            select(organisation_contacts.c.rank, contacts)
            .join(contacts, contacts.c.id == organisation_contacts.c.contact)
            .where(organisation_contacts.c.organisation == organisation_id)
            .order_by(organisation_contacts.c.rank, contacts.c.key)
        )
        return [(contact_of(row), row.rank) for row in self._connection.execute(query)]

    def link(self, organisation_id: int, contact_id: int, rank: int, now: datetime) -> None:
        self.unlink(contact_id)
        ids = self._ranked(organisation_id)
        ids.insert(max(rank - 1, 0), contact_id)
        row = {"organisation": organisation_id, "contact": contact_id, "rank": 0, "since": now}
        self._connection.execute(insert(organisation_contacts).values(row))
        self._rank(ids)

    def unlink(self, contact_id: int) -> None:
        mine = organisation_contacts.c.contact == contact_id
        left = self._connection.scalar(select(organisation_contacts.c.organisation).where(mine))
        if left is not None:
            self._connection.execute(delete(organisation_contacts).where(mine))
            self._rank(self._ranked(left))

    def _ranked(self, organisation_id: int) -> list[int]:
        query = select(organisation_contacts.c.contact).where(organisation_contacts.c.organisation == organisation_id)
        order = organisation_contacts.c.rank, organisation_contacts.c.contact
        return list(self._connection.scalars(query.order_by(*order)))

    def _rank(self, contact_ids: list[int]) -> None:
        for rank, contact in enumerate(contact_ids, 1):
            mine = organisation_contacts.c.contact == contact
            self._connection.execute(update(organisation_contacts).where(mine).values(rank=rank))

    def confirm(self, organisation_id: int, at: datetime) -> None:
        mine = organisations.c.id == organisation_id
        self._connection.execute(update(organisations).where(mine).values(confirmed_at=at))


def erase_organisation_contacts(connection: Connection, erasing: Erasing) -> None:
    """They are no contact of an organisation any more, and nobody knows what they have proposed."""
    SqlOrganisationQueries(connection).unlink(erasing.contact.id)
    proposed = organisations.c.nominated_by == erasing.contact.id
    connection.execute(update(organisations).where(proposed).values(nominated_by=None))
