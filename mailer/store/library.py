"""Queries of the library: versions of documents."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, Select, delete, insert, select, update

from mailer.model.criteria import Printed
from mailer.model.forms import digest_of
from mailer.model.library import FILES, Manuscript, Number, Publish, State, Version, forms_of
from mailer.phrases import Phrase
from mailer.store.schema import document_files
from mailer.store.schema import document_versions as table

_FORMS = (table.c.html, table.c.text, table.c.pdf, table.c.pages)
_BYTES = {*_FORMS, table.c.markdown}

_NOTED: Mapping[State, str] = {
    State.SUBMITTED: "submitted_at",
    State.PUBLISHED: "published_at",
    State.SUPERSEDED: "ended_at",
    State.WITHDRAWN: "ended_at",
}
"""The column that says when a version entered a state."""


class SqlLibraryQueries:
    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def freeze(self, manuscript: Manuscript, printed: Printed, replaces: str, now: datetime) -> Version:
        source = manuscript.source
        values = {
            "document": manuscript.key,
            "major": manuscript.number.major,
            "minor": manuscript.number.minor,
            "kind": manuscript.kind,
            "language": source.language,
            "title": source.title,
            "state": State.DRAFT.value,
            "publish": manuscript.publish.value,
            "digest": digest_of(forms_of(manuscript, printed, source.files)),
            "authors": list(source.authors),
            "translates": manuscript.translates,
            "translator": source.translator,
            "publisher": manuscript.publisher,
            "not_before": manuscript.not_before,
            "waits_for": manuscript.waits_for,
            "embargo": source.embargo,
            "changes": [one.stored() if isinstance(one, Phrase) else one for one in manuscript.changes],
            "markdown": manuscript.markdown,
            "replaces": replaces,
            "built_at": now,
            **printed._asdict(),
        }
        mine = (table.c[name] == values[name] for name in ("document", "major", "minor", "language"))
        current = select(table.c.id, table.c.submitted_at).where(*mine, table.c.replaced_at.is_(None))
        before = self._connection.execute(current).one_or_none()
        if before and before.submitted_at is None:
            self._connection.execute(update(table).where(table.c.id == before.id).values(values))
            added = before.id
        else:
            if before:
                ended = {"state": State.DRAFT.value, "replaced_at": now}
                self._connection.execute(update(table).where(table.c.id == before.id).values(ended))
            added = self._connection.execute(insert(table).values(values).returning(table.c.id)).scalar_one()
        self._keep(added, source.files)
        made = self.version(added)
        assert made is not None
        return made

    def _keep(self, version_id: int, files: Mapping[str, bytes]) -> None:
        self._connection.execute(delete(document_files).where(document_files.c.version == version_id))
        rows = [{"version": version_id, "name": name, "content": content} for name, content in files.items()]
        if rows:
            self._connection.execute(insert(document_files), rows)

    def version(self, version_id: int) -> Version | None:
        row = self._connection.execute(_versions().where(table.c.id == version_id)).one_or_none()
        return _version(row) if row else None

    def versions(self, key: str = "") -> Sequence[Version]:
        return self._current(_versions().where(table.c.document == key) if key else _versions())

    def in_state(self, state: State) -> Sequence[Version]:
        return self._current(_versions().where(table.c.state == state.value))

    def _current(self, query: Select[Any]) -> Sequence[Version]:
        query = query.where(table.c.replaced_at.is_(None))
        order = (table.c.document, table.c.major, table.c.minor, table.c.translates != "", table.c.language)
        return [_version(row) for row in self._connection.execute(query.order_by(*order))]

    def printed(self, version_id: int) -> Printed:
        return Printed(*self._connection.execute(select(*_FORMS).where(table.c.id == version_id)).one())

    def source_files(self, version_id: int) -> Mapping[str, bytes]:
        query = select(document_files.c.name, document_files.c.content).where(document_files.c.version == version_id)
        return {row.name: row.content for row in self._connection.execute(query.order_by(document_files.c.id))}

    def files(self, version_id: int) -> Mapping[str, bytes]:
        found = self.source_files(version_id)
        return {name.removeprefix(FILES): content for name, content in found.items() if name.startswith(FILES)}

    def markdown(self, version_id: int) -> str:
        found: str = self._connection.execute(select(table.c.markdown).where(table.c.id == version_id)).scalar_one()
        return found

    def set_state(self, version_id: int, state: State, now: datetime) -> None:
        noted = {_NOTED[state]: now} if state in _NOTED else {}
        changed = update(table).where(table.c.id == version_id).values(state=state.value, **noted)
        self._connection.execute(changed)


def _versions() -> Select[Any]:
    """The versions without their bytes."""
    return select(*(column for column in table.c if column not in _BYTES))


def _version(row: Row[Any]) -> Version:
    return Version(
        id=row.id,
        key=row.document,
        kind=row.kind,
        number=Number(row.major, row.minor),
        language=row.language,
        title=row.title,
        state=State(row.state),
        publish=Publish(row.publish),
        digest=row.digest,
        authors=tuple(row.authors),
        replaces=row.replaces,
        built_at=row.built_at,
        submitted_at=row.submitted_at,
        published_at=row.published_at,
        ended_at=row.ended_at,
        translates=row.translates,
        translator=row.translator,
        publisher=row.publisher,
        not_before=row.not_before,
        waits_for=row.waits_for,
        embargo=row.embargo,
        changes=tuple(one if isinstance(one, str) else Phrase.restored(one) for one in row.changes),
    )
