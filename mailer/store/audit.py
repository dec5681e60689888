"""Queries of the audit trail."""

from __future__ import annotations

import json
from collections.abc import Callable, Collection, Iterator, Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, Row, Text, cast, false, func, or_, select, update

from mailer.model.audit import NO_ENTRY, Content, Head, Restore, Rows, Sealed, fields_about, link_of, seal
from mailer.model.throttle import microseconds
from mailer.ports import AuditEntry
from mailer.store.engine import CLASS, DECIDING, Access
from mailer.store.lists import CHUNK
from mailer.store.recorded_rows import RowMarks, all_rows, exported, rows_of
from mailer.store.schema import audit

RESTORED = "restored"
"""The action of the entry that a restore from a backup writes."""

_COLUMNS = ("id", "at", "actor", "cause", "action", "subject", "detail", "rows", "seals", "link")
_HEAD = "SELECT id, link FROM audit ORDER BY id DESC LIMIT 1"
_ADD = {
    dialect: f"INSERT INTO audit ({', '.join(_COLUMNS)}) VALUES ({', '.join([mark] * len(_COLUMNS))})"
    for dialect, mark in {"sqlite": "?", "postgresql": "%s"}.items()
}
"""SQLAlchemy takes longer to make a statement than SQLite to run it, and every mail waits for these two."""

_TIME: Mapping[str, Callable[[datetime], object]] = {"sqlite": microseconds, "postgresql": lambda at: at}


def _names(text: str) -> ColumnElement[bool]:
    """Whether an entry has the text as its subject or actor, or as a text in its detail."""
    in_detail = cast(audit.c.detail, Text).icontains(json.dumps(text), autoescape=True)
    return or_(*(func.lower(column) == text.lower() for column in (audit.c.subject, audit.c.actor)), in_detail)


def _may_name(text: str) -> ColumnElement[bool]:
    """Whether any private part of an entry has the text in it."""
    parts = (audit.c.actor, audit.c.cause, audit.c.subject, audit.c.detail, audit.c.rows)
    escaped = json.dumps(text)[1:-1]
    return or_(*(cast(part, Text).icontains(one, autoescape=True) for part in parts for one in {text, escaped}))


class SqlAuditQueries:
    def __init__(self, connection: Connection, marks: RowMarks) -> None:
        self._connection = connection
        self._marks = marks
        self._dialect = connection.dialect.name

    def add(
        self, at: datetime, actor: str, cause: str, action: str, subject: str, detail: Mapping[str, object]
    ) -> None:
        rows = self._marks.take(self._connection) if self._marks else {}
        content = Content(actor, cause, subject, detail, rows)
        seals = seal(content)
        driver = self._driver
        if self._dialect == "postgresql" and self._may_fork():
            driver.execute(f"SELECT pg_advisory_xact_lock({CLASS}, {DECIDING})")
        number, link = driver.execute(_HEAD).fetchone() or NO_ENTRY
        number += 1
        row = (
            number,
            _TIME[self._dialect](at),
            actor,
            cause,
            action,
            subject,
            json.dumps(detail),
            json.dumps(rows) if rows else None,
            json.dumps(seals, separators=(",", ":")),
            link_of(link, number, at, action, seals),
        )
        driver.execute(_ADD[self._dialect], row)

    @property
    def _driver(self) -> Any:
        """The driver's connection."""
        return self._connection.connection.driver_connection

    def _may_fork(self) -> bool:
        """Whether another transaction may add an entry at the same time: this one does not hold the lock yet."""
        return self._connection.get_execution_options().get("access") is not Access.DECIDES

    def newest(self, limit: int, of: Collection[str] = (), since: datetime | None = None) -> list[AuditEntry]:
        query = select(audit).order_by(audit.c.id.desc()).limit(limit)
        if since is not None:
            query = query.where(audit.c.at >= since)
        if of:
            query = query.where(or_(*(_names(text) for text in of)))
        return [_entry(row) for row in reversed(self._connection.execute(query).all())]

    def head(self) -> Head:
        row = self._connection.execute(select(audit.c.id, audit.c.link).order_by(audit.c.id.desc()).limit(1)).first()
        return Head(row.id, row.link) if row else NO_ENTRY

    def link(self, number: int) -> str | None:
        return self._connection.scalar(select(audit.c.link).where(audit.c.id == number))

    def chain(self) -> Iterator[Sealed]:
        query = select(audit).order_by(audit.c.id).execution_options(yield_per=CHUNK)
        for row in self._connection.execute(query):
            yield _sealed(row)

    def rows(self) -> Rows:
        return all_rows(self._connection)

    def exported(self, kind: str | None = None, subject_id: int = 0) -> dict[str, list[dict[str, object]]]:
        return exported(self._connection, kind, subject_id)

    def restores(self) -> list[Restore]:
        rows = self._connection.execute(select(audit).where(audit.c.action == RESTORED).order_by(audit.c.id))
        return [Restore(row.id, f"{row.at:%Y-%m-%d}", str(row.detail.get("lost") or "")) for row in rows]

    def erase(self, contact_id: int, addresses: Collection[str]) -> int:
        theirs = rows_of(self._connection, contact_id)
        names = [_may_name(address) for address in addresses]
        query = select(audit).where(or_(*names, audit.c.rows.is_not(None) if theirs else false())).order_by(audit.c.id)
        erased = 0
        for row in self._connection.execute(query).all():
            sealed = _sealed(row)
            gone = [name for name in fields_about(sealed.content, list(addresses), theirs) if sealed.seals[name][0]]
            if gone:
                self._erase(sealed, gone)
                erased += 1
        return erased

    def _erase(self, sealed: Sealed, names: Collection[str]) -> None:
        left = sealed.content.without(names)
        seals = {name: [None if name in names else salt, digest] for name, (salt, digest) in sealed.seals.items()}
        values = {
            "actor": left.actor,
            "cause": left.cause,
            "subject": left.subject,
            "detail": left.detail,
            "rows": left.rows or None,
            "seals": seals,
        }
        self._connection.execute(update(audit).where(audit.c.id == sealed.number).values(values))


def _sealed(row: Row[Any]) -> Sealed:
    content = Content(row.actor, row.cause, row.subject, row.detail, row.rows or {})
    return Sealed(row.id, row.at, row.action, content, row.seals, row.link)


def _entry(row: Row[Any]) -> AuditEntry:
    return AuditEntry(
        at=row.at,
        actor=row.actor or "",
        cause=row.cause or "",
        action=row.action,
        subject=row.subject or "",
        detail=row.detail,
        number=row.id,
        erased=_sealed(row).erased,
    )
