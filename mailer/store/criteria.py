"""Queries of the criteria: the versions that were put to a board."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, Select, insert, select, update

from mailer.model.approvals import Outcome
from mailer.model.criteria import SUBJECT, Document, Kind, Label, Printed, Version, restored, stored
from mailer.store.schema import ballots
from mailer.store.schema import criteria_versions as table

_FORMS = (table.c.html, table.c.text, table.c.pdf, table.c.pages)


class SqlCriteriaQueries:
    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def add(
        self,
        kind: Kind,
        document: Document,
        label: Label,
        printed: Printed,
        now: datetime,
        comparison: bytes | None = None,
    ) -> Version:
        row = {
            "kind": kind.value,
            "number": label.version,
            "language": label.language,
            "document": stored(document),
            "digest": printed.digest,
            "replaces": label.replaces,
            "comparison": comparison,
            "submitted_at": now,
            **printed._asdict(),
        }
        added = self._connection.execute(insert(table).values(row).returning(table.c.id)).scalar_one()
        return Version(
            added, kind, label.version, label.language, document, printed.digest, now, label.replaces, adopted_at=None
        )

    def version(self, version_id: int) -> Version | None:
        row = self._connection.execute(_versions().where(table.c.id == version_id)).one_or_none()
        return _version(row) if row else None

    def versions(self, kind: Kind) -> Sequence[Version]:
        rows = self._connection.execute(_versions().where(table.c.kind == kind.value).order_by(table.c.number))
        return [_version(row) for row in rows]

    def printed(self, version_id: int) -> Printed:
        return Printed(*self._connection.execute(select(*_FORMS).where(table.c.id == version_id)).one())

    def comparison(self, version_id: int) -> bytes | None:
        found: bytes | None = self._connection.scalar(select(table.c.comparison).where(table.c.id == version_id))
        return found

    def adopt(self, version_id: int, at: datetime | None) -> None:
        self._connection.execute(update(table).where(table.c.id == version_id).values(adopted_at=at))


def _versions() -> Select[Any]:
    """The versions without their forms, each with the outcome of the latest ballot about it."""
    about = (ballots.c.subject_kind == SUBJECT) & (ballots.c.subject_id == table.c.id)
    outcome = select(ballots.c.outcome).where(about).order_by(ballots.c.id.desc()).limit(1)
    columns = (column for column in table.c if column not in {*_FORMS, table.c.comparison})
    return select(*columns, outcome.scalar_subquery().label("outcome"))


def _version(row: Row[Any]) -> Version:
    return Version(
        id=row.id,
        kind=Kind(row.kind),
        number=row.number,
        language=row.language,
        document=restored(row.document),
        digest=row.digest,
        submitted_at=row.submitted_at,
        replaces=row.replaces,
        adopted_at=row.adopted_at,
        outcome=Outcome(row.outcome) if row.outcome else None,
    )
