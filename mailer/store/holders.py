"""Queries of who was given which version of a document."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from sqlalchemy import Connection, Select, delete, insert, select

from mailer.model.holders import Holder
from mailer.model.personal_data import Erasing
from mailer.store.schema import contacts
from mailer.store.schema import document_holders as table


class SqlHolderQueries:
    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def add(self, holder: Holder) -> None:
        values = {
            "version": holder.version,
            "contact": holder.contact,
            "given_at": holder.given_at,
            "mails": holder.mails,
            "left": list(holder.left),
            "cause": holder.cause,
        }
        self._connection.execute(insert(table).values(values))

    def of_versions(self, version_ids: Iterable[int]) -> Sequence[Holder]:
        return self._all(_holders().where(table.c.version.in_(list(version_ids))))

    def of_contact(self, contact_id: int) -> Sequence[Holder]:
        return self._all(_holders().where(table.c.contact == contact_id))

    def _all(self, query: Select[Any]) -> list[Holder]:
        return [
            Holder(
                version=row.version,
                contact=row.contact,
                given_at=row.given_at,
                mails=row.mails,
                cause=row.cause,
                left=tuple(row.left),
                address=row.address,
                name=row.name,
            )
            for row in self._connection.execute(query.order_by(table.c.id))
        ]


def _holders() -> Select[Any]:
    return select(table, contacts.c.address, contacts.c.name).join(contacts, contacts.c.id == table.c.contact)


# --- personal data ---


def erase_holders(connection: Connection, erasing: Erasing) -> None:
    """What they were given."""
    connection.execute(delete(table).where(table.c.contact == erasing.contact.id))
