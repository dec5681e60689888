"""Queries of the audit trail."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from sqlalchemy import Connection, insert, select

from mailer.ports import AuditEntry
from mailer.store.schema import audit


class SqlAuditQueries:
    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def add(
        self, at: datetime, actor: str, cause: str, action: str, subject: str, detail: Mapping[str, object]
    ) -> None:
        row = {"at": at, "actor": actor, "cause": cause, "action": action, "subject": subject, "detail": dict(detail)}
        self._connection.execute(insert(audit).values(row))

    def newest(self, limit: int) -> list[AuditEntry]:
        rows = self._connection.execute(select(audit).order_by(audit.c.id.desc()).limit(limit)).all()
        return [AuditEntry(row.at, row.actor, row.cause, row.action, row.subject, row.detail) for row in reversed(rows)]
