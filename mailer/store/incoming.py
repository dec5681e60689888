"""Queries of mail that a mail server of ours has handed over."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from datetime import datetime

from sqlalchemy import ColumnElement, Connection, delete, func, insert, select, text, update

from mailer.ports import Folder
from mailer.ports.incoming import Handed, Waiting
from mailer.store.schema import UNFILED, incoming

_ORDER = (incoming.c.urgent.desc(), incoming.c.id)


class SqlIncomingQueries:
    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def add(self, raw: bytes, urgent: bool, received_at: datetime) -> None:
        row = {"raw": raw, "size": len(raw), "urgent": urgent, "received_at": received_at}
        self._connection.execute(insert(incoming).values(row))

    def waiting(self) -> Waiting:
        query = select(func.count(), func.coalesce(func.sum(incoming.c.size), 0)).where(text(UNFILED))
        return Waiting(*self._connection.execute(query).one())

    def pending(self) -> list[int]:
        return list(self._connection.scalars(select(incoming.c.id).where(text(UNFILED)).order_by(*_ORDER)))

    def fetch(self, ids: Collection[int]) -> Iterator[Handed]:
        columns = incoming.c.id, incoming.c.received_at, incoming.c.raw
        for row in ids:  # one at a time, because each may be large
            found = self._connection.execute(select(*columns).where(incoming.c.id == row)).one_or_none()
            if found is not None:
                yield Handed(*found)

    def file(self, ids: Collection[int], folder: Folder) -> None:
        self._connection.execute(update(incoming).where(incoming.c.id.in_(ids)).values(folder=folder.value))

    def has_processed(self, before: datetime) -> bool:
        return self._connection.scalar(select(incoming.c.id).where(*_processed(before)).limit(1)) is not None

    def forget(self, before: datetime) -> int:
        return self._connection.execute(delete(incoming).where(*_processed(before))).rowcount


def _processed(before: datetime) -> tuple[ColumnElement[bool], ...]:
    return incoming.c.folder == Folder.PROCESSED.value, incoming.c.received_at < before
