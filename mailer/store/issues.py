"""Queries of issues and their editions."""

from __future__ import annotations

from dataclasses import asdict
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, Select, insert, select, update

from mailer.model.issues import Edition, Inline, Issue, Source, State, Wording
from mailer.store.schema import editions, issues, pictures


def _issue(row: Row[Any]) -> Issue:
    return Issue(
        id=row.id,
        publication=row.publication,
        number=row.number,
        title=row.title,
        state=State(row.state),
        folder=row.folder,
        source_digest=row.source_digest,
        edition=row.edition,
        digest=row.digest,
        due_at=row.due_at,
    )


class SqlIssueQueries:
    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def issue(self, publication: str, number: int) -> Issue | None:
        return self._one(self._query().where(issues.c.publication == publication, issues.c.number == number))

    def issue_by_id(self, issue_id: int) -> Issue | None:
        return self._one(self._query().where(issues.c.id == issue_id))

    def all(self) -> list[Issue]:
        rows = self._connection.execute(self._query().order_by(issues.c.publication, issues.c.number))
        return [_issue(row) for row in rows]

    def due(self, now: datetime) -> list[Issue]:
        query = (
            self._query().where(issues.c.state == State.SCHEDULED.value, issues.c.due_at <= now).order_by(issues.c.id)
        )
        return [_issue(row) for row in self._connection.execute(query)]

    def add(self, source: Source, folder: str) -> Issue:
        row = {
            "publication": source.publication,
            "number": source.number,
            "title": source.title,
            "state": State.DRAFT.value,
            "folder": folder,
            "source_digest": source.digest,
        }
        self._connection.execute(insert(issues).values(row))
        made = self.issue(source.publication, source.number)
        assert made is not None
        return made

    def freeze(self, issue: Issue, source: Source, edition: Edition, now: datetime) -> None:
        row = {
            "issue": issue.id,
            "language": source.language,
            "digest": edition.digest,
            "subject": edition.subject,
            "html": edition.html,
            "text": edition.text,
            "pdf": edition.pdf,
            "pages": edition.pages,
            "wording": asdict(edition.wording),
            "created_at": now,
        }
        edition_id = self._connection.scalar(insert(editions).values(row).returning(editions.c.id))
        for position, picture in enumerate(edition.pictures):
            kept = {"cid": picture.cid, "media_type": picture.media_type, "data": picture.data}
            self._connection.execute(insert(pictures).values(edition=edition_id, position=position, **kept))
        self._connection.execute(
            update(issues)
            .where(issues.c.id == issue.id)
            .values(title=source.title, source_digest=source.digest, edition=edition_id)
        )

    def edition(self, edition_id: int) -> Edition:
        row = self._connection.execute(select(editions).where(editions.c.id == edition_id)).one()
        kept = select(pictures).where(pictures.c.edition == edition_id).order_by(pictures.c.position)
        inline = tuple(Inline(p.cid, p.media_type, p.data) for p in self._connection.execute(kept))
        return Edition(
            row.subject, row.html, row.text, row.pdf, row.pages, pictures=inline, wording=Wording(**row.wording)
        )

    def set_state(self, issue_id: int, state: State) -> None:
        self._connection.execute(update(issues).where(issues.c.id == issue_id).values(state=state.value))

    def set_due(self, issue_id: int, due_at: datetime | None) -> None:
        self._connection.execute(update(issues).where(issues.c.id == issue_id).values(due_at=due_at))

    @staticmethod
    def _query() -> Select[Any]:
        return select(issues, editions.c.digest).outerjoin(editions, editions.c.id == issues.c.edition)

    def _one(self, query: Select[Any]) -> Issue | None:
        row = self._connection.execute(query).one_or_none()
        return _issue(row) if row else None
