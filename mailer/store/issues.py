"""Queries of issues and their editions."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, Row, Select, delete, insert, select, text, update

from mailer.model.issues import NO_INPUTS, Edition, EditionRef, Inline, Inputs, Issue, Source, State, Wording
from mailer.store.schema import CURRENT, editions, issues, pictures, source_files, sources, translations
from mailer.store.upsert import insert_new

_OWN = editions.c.translation.is_(None)
"""What was rendered from the issue's own source, and is no translation."""


def _issue(row: Row[Any], current: Sequence[EditionRef]) -> Issue:
    return Issue(
        id=row.id,
        publication=row.publication,
        number=row.number,
        title=row.title,
        state=State(row.state),
        folder=row.folder,
        source_digest=row.source_digest,
        editions=tuple(current),
        due_at=row.due_at,
        authors=tuple(row.authors),
        embargo=row.embargo,
    )


class SqlIssueQueries:
    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def issue(self, publication: str, number: int) -> Issue | None:
        return self._one(issues.c.publication == publication, issues.c.number == number)

    def issue_by_id(self, issue_id: int) -> Issue | None:
        return self._one(issues.c.id == issue_id)

    def all(self) -> list[Issue]:
        return self._some(select(issues).order_by(issues.c.publication, issues.c.number))

    def due(self, now: datetime) -> list[Issue]:
        due = issues.c.state == State.SCHEDULED.value, issues.c.due_at <= now
        return self._some(select(issues).where(*due).order_by(issues.c.id))

    def add(self, source: Source, folder: str) -> Issue:
        row = {
            "publication": source.publication,
            "number": source.number,
            "title": source.title,
            "state": State.DRAFT.value,
            "folder": folder,
            "source_digest": source.digest,
            "authors": list(source.authors),
            "inputs": {},
            "embargo": source.embargo,
        }
        self._connection.execute(insert(issues).values(row))
        made = self.issue(source.publication, source.number)
        assert made is not None
        return made

    def freeze(
        self,
        issue: Issue,
        source: Source,
        rendered: Mapping[str, Edition],
        now: datetime,
        inputs: Inputs = NO_INPUTS,
    ) -> None:
        values = {
            "title": source.title,
            "source_digest": source.digest,
            "authors": list(source.authors),
            "embargo": source.embargo,
            "inputs": dict(inputs),
        }
        self._connection.execute(update(issues).where(issues.c.id == issue.id).values(values))
        self._connection.execute(
            update(editions).where(editions.c.issue == issue.id, _OWN, text(CURRENT)).values(superseded_at=now)
        )
        self._keep_source(issue, source, now)
        for language, edition in rendered.items():
            keep_edition(self._connection, issue.id, language, edition, now)

    def _keep_source(self, issue: Issue, source: Source, now: datetime) -> None:
        """Keep the files of the source, and drop those of earlier ones from which nothing is translated."""
        needed = select(translations.c.source).where(
            translations.c.issue == issue.id, translations.c.source.is_not(None)
        )
        known = sources.c.issue == issue.id, sources.c.digest != source.digest, sources.c.id.not_in(needed)
        old = list(self._connection.scalars(select(sources.c.id).where(*known)))
        self._connection.execute(delete(source_files).where(source_files.c.source.in_(old)))
        self._connection.execute(delete(sources).where(sources.c.id.in_(old)))
        row = {"issue": issue.id, "digest": source.digest, "created_at": now}
        if source.files and self._connection.execute(insert_new(self._connection, sources), row).rowcount:
            same = sources.c.issue == issue.id, sources.c.digest == source.digest
            made = self._connection.scalar(select(sources.c.id).where(*same))
            files = [{"source": made, "name": name, "data": data} for name, data in source.files.items()]
            self._connection.execute(insert(source_files), files)

    def edition(self, edition_id: int) -> Edition:
        row = self._connection.execute(select(editions).where(editions.c.id == edition_id)).one()
        kept = select(pictures).where(pictures.c.edition == edition_id).order_by(pictures.c.position)
        inline = tuple(Inline(p.cid, p.media_type, p.data) for p in self._connection.execute(kept))
        return Edition(
            row.subject, row.html, row.text, row.pdf, row.pages, pictures=inline, wording=Wording(**row.wording)
        )

    def edition_ids(self, issue_id: int) -> list[int]:
        query = select(editions.c.id).where(editions.c.issue == issue_id, _OWN).order_by(editions.c.id)
        return list(self._connection.scalars(query))

    def every_edition(self, issue_id: int) -> list[EditionRef]:
        query = select(editions).where(editions.c.issue == issue_id, _OWN).order_by(editions.c.id)
        return [EditionRef(row.id, row.language, row.digest) for row in self._connection.execute(query)]

    def editions_at(self, issue_id: int, at: datetime) -> list[EditionRef]:
        replaced = editions.c.superseded_at
        query = select(editions.c.id, editions.c.language, editions.c.digest).where(
            editions.c.issue == issue_id, _OWN, editions.c.created_at <= at, replaced.is_(None) | (replaced > at)
        )
        return [EditionRef(*row) for row in self._connection.execute(query.order_by(editions.c.id))]

    def set_state(self, issue_id: int, state: State) -> None:
        self._connection.execute(update(issues).where(issues.c.id == issue_id).values(state=state.value))

    def set_folder(self, issue_id: int, folder: str) -> None:
        self._connection.execute(update(issues).where(issues.c.id == issue_id).values(folder=folder))

    def inputs(self, issue_id: int) -> Inputs:
        return dict(self._connection.scalar(select(issues.c.inputs).where(issues.c.id == issue_id)) or {})

    def set_inputs(self, issue_id: int, inputs: Inputs) -> None:
        self._connection.execute(update(issues).where(issues.c.id == issue_id).values(inputs=dict(inputs)))

    def set_due(self, issue_id: int, due_at: datetime | None) -> None:
        self._connection.execute(update(issues).where(issues.c.id == issue_id).values(due_at=due_at))

    def _one(self, *which: ColumnElement[bool]) -> Issue | None:
        return next(iter(self._some(select(issues).where(*which))), None)

    def _some(self, chosen: Select[Any]) -> list[Issue]:
        """The issues, each with its current editions, in the order in which they were frozen."""
        ids = chosen.with_only_columns(issues.c.id).order_by(None)
        refs = select(editions.c.issue, editions.c.id, editions.c.language, editions.c.digest)
        current = defaultdict[int, list[EditionRef]](list)
        for row in self._connection.execute(
            refs.where(editions.c.issue.in_(ids), _OWN, text(CURRENT)).order_by(editions.c.id)
        ):
            current[row.issue].append(EditionRef(row.id, row.language, row.digest))
        return [_issue(row, current[row.id]) for row in self._connection.execute(chosen)]


def keep_edition(
    connection: Connection,
    issue_id: int,
    language: str,
    edition: Edition,
    now: datetime,
    translation: int | None = None,
) -> int:
    """Store an edition as a current one; its id."""
    row = {
        "issue": issue_id,
        "translation": translation,
        "language": language,
        "digest": edition.digest,
        "subject": edition.subject,
        "html": edition.html,
        "text": edition.text,
        "pdf": edition.pdf,
        "pages": edition.pages,
        "wording": asdict(edition.wording),
        "created_at": now,
    }
    edition_id: int = connection.execute(insert(editions).values(row).returning(editions.c.id)).scalar_one()
    for position, picture in enumerate(edition.pictures):
        kept = {"cid": picture.cid, "media_type": picture.media_type, "data": picture.data}
        connection.execute(insert(pictures).values(edition=edition_id, position=position, **kept))
    return edition_id
