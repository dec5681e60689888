"""Queries of notices to staff."""

from __future__ import annotations

from datetime import datetime
from functools import cache
from typing import Any

from sqlalchemy import Connection, Row, select, update

from mailer.message import Address
from mailer.model.staff import StaffNotice
from mailer.store.schema import staff_notices
from mailer.store.upsert import insert_new_in


def _notice(row: Row[Any]) -> StaffNotice:
    return StaffNotice(
        id=row.id,
        addressee=row.addressee,
        staff=row.staff,
        kind=row.kind,
        subject=row.subject,
        state=row.state,
        about=row.about,
        created_at=row.created_at,
        expires_at=row.expires_at,
        spent_at=row.spent_at,
    )


@cache
def _adding(dialect: str) -> Any:
    return insert_new_in(dialect, staff_notices).returning(staff_notices)


class SqlStaffQueries:
    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def add(self, notice: StaffNotice, to: Address, cause: str) -> StaffNotice | None:
        row = {
            "addressee": str(to),
            "address_key": to.base_key,
            "staff": notice.staff,
            "kind": notice.kind,
            "subject": notice.subject,
            "state": notice.state,
            "about": notice.about,
            "cause": cause,
            "created_at": notice.created_at,
            "expires_at": notice.expires_at,
        }
        added = self._connection.execute(_adding(self._connection.dialect.name), row).one_or_none()
        return _notice(added) if added else None

    def notice(self, notice_id: int) -> StaffNotice | None:
        row = self._connection.execute(select(staff_notices).where(staff_notices.c.id == notice_id)).one_or_none()
        return _notice(row) if row else None

    def about(self, kind: str, subject: int) -> list[StaffNotice]:
        query = select(staff_notices).where(staff_notices.c.kind == kind, staff_notices.c.subject == subject)
        return [_notice(row) for row in self._connection.execute(query.order_by(staff_notices.c.id))]

    def spend(self, notice_id: int, at: datetime | None) -> None:
        self._connection.execute(update(staff_notices).where(staff_notices.c.id == notice_id).values(spent_at=at))
