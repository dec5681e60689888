"""Queries of the audit trail."""

from __future__ import annotations

import json
from collections.abc import Collection, Mapping
from datetime import datetime

from sqlalchemy import ColumnElement, Connection, Text, cast, func, insert, or_, select

from mailer.ports import AuditEntry
from mailer.store.schema import audit


def _names(text: str) -> ColumnElement[bool]:
    """Whether an entry has the text as its subject or actor, or as a text in its detail."""
    in_detail = cast(audit.c.detail, Text).icontains(json.dumps(text), autoescape=True)
    return or_(*(func.lower(column) == text.lower() for column in (audit.c.subject, audit.c.actor)), in_detail)


_ADD = insert(audit)  # SQLAlchemy takes longer to make a statement than SQLite to run it


class SqlAuditQueries:
    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def add(
        self, at: datetime, actor: str, cause: str, action: str, subject: str, detail: Mapping[str, object]
    ) -> None:
        row = {"at": at, "actor": actor, "cause": cause, "action": action, "subject": subject, "detail": dict(detail)}
        self._connection.execute(_ADD, row)

    def newest(self, limit: int, of: Collection[str] = (), since: datetime | None = None) -> list[AuditEntry]:
        query = select(audit).order_by(audit.c.id.desc()).limit(limit)
        if since is not None:
            query = query.where(audit.c.at >= since)
        if of:
            query = query.where(or_(*(_names(text) for text in of)))
        rows = self._connection.execute(query).all()
        return [AuditEntry(row.at, row.actor, row.cause, row.action, row.subject, row.detail) for row in reversed(rows)]
