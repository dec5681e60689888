"""Queries of absences."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Connection, Row, delete, insert, select

from mailer.model.absences import Absence
from mailer.model.personal_data import Erasing
from mailer.store.schema import absences


def _absence(row: Row[Any]) -> Absence:
    return Absence(row.contact, row.noted_at, row.until, row.source)


class SqlAbsenceQueries:
    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def of(self, contact_id: int) -> Absence | None:
        row = self._connection.execute(select(absences).where(absences.c.contact == contact_id)).one_or_none()
        return _absence(row) if row else None

    def all(self) -> list[Absence]:
        query = select(absences).order_by(absences.c.noted_at, absences.c.contact)
        return [_absence(row) for row in self._connection.execute(query)]

    def save(self, absence: Absence) -> None:
        self.end(absence.contact)
        row = {"contact": absence.contact, "noted_at": absence.noted_at}
        self._connection.execute(insert(absences).values(row | {"until": absence.until, "source": absence.source}))

    def end(self, contact_id: int) -> None:
        self._connection.execute(delete(absences).where(absences.c.contact == contact_id))


def erase_absences(connection: Connection, erasing: Erasing) -> None:
    connection.execute(delete(absences).where(absences.c.contact == erasing.contact.id))
