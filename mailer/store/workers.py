"""Queries of workers: which there are, and how the outbox is divided among them."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Connection, delete, insert, select, text, update

from mailer.model.health import Health
from mailer.model.outbox import Batch
from mailer.ports import Seen
from mailer.store.due import running
from mailer.store.schema import WAITING, outbox, workers


class SqlWorkerQueries:
    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def beat(self, name: str, doing: str, now: datetime) -> None:
        signs = {"seen_at": now, "doing": doing}
        known = update(workers).where(workers.c.name == name).values(signs)
        if not self._connection.execute(known).rowcount:
            self._connection.execute(insert(workers).values(name=name, started_at=now, **signs))

    def report(self, health: Health) -> None:
        said = {"seen_at": health.seen_at, "health": health.as_json()}
        known = update(workers).where(workers.c.name == health.name).values(said)
        if not self._connection.execute(known).rowcount:
            row = {"name": health.name, "started_at": health.started_at, "doing": "", **said}
            self._connection.execute(insert(workers).values(row))

    def leave(self, name: str) -> None:
        self._connection.execute(delete(workers).where(workers.c.name == name))

    def all(self) -> list[Seen]:
        rows = self._connection.execute(select(workers).order_by(workers.c.name))
        return [
            Seen(row.name, row.started_at, row.seen_at, row.doing, Health.from_json(row.health) if row.health else None)
            for row in rows
        ]

    def batches(self, now: datetime, size: int) -> list[Batch]:
        cell = (outbox.c.id // size).label("cell")
        query = (
            select(outbox.c.mailing, cell)
            .where(text(WAITING), outbox.c.due_at <= now, outbox.c.mailing.in_(running(self._connection)))
            .group_by(outbox.c.mailing, cell)
            .order_by(outbox.c.mailing, cell)
        )
        rows = self._connection.execute(query)
        return [Batch(row.mailing, range(row.cell * size, (row.cell + 1) * size)) for row in rows]
