"""Queries of press releases."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, Select, select

from mailer.model.press import Release, State
from mailer.store.schema import press_releases as table
from mailer.store.upsert import upsert


class SqlPressQueries:
    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def save(self, release: Release) -> Release:
        values = {
            "version": release.version,
            "list": release.list,
            "due_at": release.due_at,
            "state": release.state.value,
            "planned_at": release.planned_at,
            "planned_by": release.planned_by,
            "held_at": release.held_at,
        }
        upsert(self._connection, table, values, on=("version",))
        kept = self.of_version(release.version)
        assert kept is not None
        return kept

    def of_version(self, version_id: int) -> Release | None:
        row = self._connection.execute(select(table).where(table.c.version == version_id)).one_or_none()
        return _release(row) if row else None

    def each(self) -> Sequence[Release]:
        return self._all(select(table))

    def due(self, now: datetime) -> Sequence[Release]:
        return self._all(select(table).where(table.c.state == State.PLANNED.value, table.c.due_at <= now))

    def _all(self, query: Select[Any]) -> list[Release]:
        return [_release(row) for row in self._connection.execute(query.order_by(table.c.due_at, table.c.id))]


def _release(row: Row[Any]) -> Release:
    return Release(
        id=row.id,
        version=row.version,
        list=row.list,
        due_at=row.due_at,
        state=State(row.state),
        planned_at=row.planned_at,
        planned_by=row.planned_by,
        held_at=row.held_at,
    )
