"""Queries of the published versions of lists, of what people let be published, and of undos."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, Select, delete, func, insert, select, update

from mailer.model.approvals import Outcome
from mailer.model.list_documents import SUBJECT, Forms, ListDocument, ListVersion, Published, restored, stored
from mailer.model.list_undo import Before, Changed
from mailer.model.lists import BY_COMMAND, Standing
from mailer.model.publishing import Part, in_order
from mailer.store.schema import (
    ballots,
    contacts,
    details_before,
    list_version_contacts,
    list_version_files,
    membership_changes,
    memberships,
)
from mailer.store.schema import list_versions as table

_SOME = 500
"""How many rows are written, or looked up, at once."""


class SqlListDocumentQueries:
    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    # --- versions ---

    def add(self, document: ListDocument, changes: int, now: datetime) -> Published:
        row = {
            "list": document.list,
            "major": document.version.major,
            "minor": document.version.minor,
            "published_at": now,
            "changes": changes,
            "language": document.language,
            "document": stored(document),
            "digest": document.digest,
            "entries": len(document.entries),
            "forms": "",
            "pages": 0,
            "reason": "",
        }
        added = self._connection.execute(insert(table).values(row).returning(table.c.id)).scalar_one()
        for some in _parts(sorted(document.people)):
            self._connection.execute(
                insert(list_version_contacts), [{"version": added, "contact": contact} for contact in some]
            )
        made = self.version(added)
        assert made is not None
        return made

    def freeze(self, version_id: int, forms: Forms) -> None:
        rows = [
            {"version": version_id, "ending": ending, "content": content} for ending, content in forms.files.items()
        ]
        self._connection.execute(insert(list_version_files), rows)
        one = update(table).where(table.c.id == version_id)
        self._connection.execute(one.values(forms=forms.digest, pages=forms.pages))

    def version(self, version_id: int) -> Published | None:
        row = self._connection.execute(_versions().where(table.c.id == version_id)).one_or_none()
        return _published(row) if row else None

    def versions(self, key: str) -> Sequence[Published]:
        query = _versions().where(table.c.list == key).order_by(table.c.major, table.c.minor)
        return [_published(row) for row in self._connection.execute(query)]

    def document(self, version_id: int) -> ListDocument:
        found = self._connection.execute(select(table.c.document).where(table.c.id == version_id)).scalar_one()
        return restored(found)

    def forms(self, version_id: int) -> Forms | None:
        files = list_version_files
        query = select(files.c.ending, files.c.content).where(files.c.version == version_id).order_by(files.c.ending)
        found = {row.ending: row.content for row in self._connection.execute(query)}
        pages = self._connection.scalar(select(table.c.pages).where(table.c.id == version_id)) or 0
        return Forms(found, pages) if found else None

    def note_exported(self, version_id: int, now: datetime) -> None:
        first = table.c.id == version_id, table.c.exported_at.is_(None)
        self._connection.execute(update(table).where(*first).values(exported_at=now))

    def withdraw(self, version_id: int, reason: str, now: datetime | None) -> None:
        one = update(table).where(table.c.id == version_id)
        self._connection.execute(one.values(withdrawn_at=now, reason=reason))

    def showing(self, contact_id: int) -> Sequence[Published]:
        theirs = select(list_version_contacts.c.version).where(list_version_contacts.c.contact == contact_id)
        query = _versions().where(table.c.id.in_(theirs), table.c.erased_at.is_(None)).order_by(table.c.id)
        return [_published(row) for row in self._connection.execute(query)]

    def erase(self, version_id: int, document: ListDocument, now: datetime) -> None:
        self._connection.execute(delete(list_version_files).where(list_version_files.c.version == version_id))
        kept = {"document": stored(document), "forms": "", "pages": 0, "erased_at": now}
        self._connection.execute(update(table).where(table.c.id == version_id).values(kept))

    # --- what people let be published ---

    def publishes(self, contact_ids: Iterable[int]) -> Mapping[int, tuple[Part, ...] | None]:
        found: dict[int, tuple[Part, ...] | None] = {}
        for some in _parts(list(contact_ids)):
            query = select(contacts.c.id, contacts.c.published).where(contacts.c.id.in_(some))
            for row in self._connection.execute(query):
                found[row.id] = None if row.published is None else in_order(row.published)
        return found

    def set_published(self, contact_id: int, parts: Collection[Part] | None) -> None:
        kept = None if parts is None else [part.value for part in in_order(parts)]
        self._connection.execute(update(contacts).where(contacts.c.id == contact_id).values(published=kept))

    # --- undo ---

    def last_changed(self, key: str, since: datetime) -> Sequence[Changed]:
        cause, at = self._last_cause(key, since)
        if not cause:
            return []
        changes, before = membership_changes.c, membership_changes.alias()
        made = select(
            changes.contact, func.min(changes.version).label("first"), func.max(changes.version).label("last")
        )
        made_by = made.where(changes.list == key, changes.cause == cause).group_by(changes.contact).subquery()
        was = (
            select(before.c.standing)
            .where(before.c.list == key, before.c.contact == made_by.c.contact, before.c.version < made_by.c.first)
            .order_by(before.c.version.desc())
            .limit(1)
            .scalar_subquery()
        )
        columns = contacts.c.id, contacts.c.address, contacts.c.name, contacts.c.organisation
        query = (
            select(*columns, changes.standing.label("made"), was.label("was"), memberships.c.standing.label("now"))
            .join(made_by, made_by.c.contact == contacts.c.id)
            .join(membership_changes, (changes.list == key) & (changes.version == made_by.c.last))
            .join(memberships, (memberships.c.list == key) & (memberships.c.contact == contacts.c.id))
            .order_by(contacts.c.key)
        )
        found = [_changed(row, cause, at, Standing(row.made)) for row in self._connection.execute(query)]
        known = {one.contact for one in found}
        others = (
            select(*columns, memberships.c.standing.label("was"), memberships.c.standing.label("now"))
            .join(details_before, (details_before.c.contact == contacts.c.id) & (details_before.c.cause == cause))
            .outerjoin(memberships, (memberships.c.list == key) & (memberships.c.contact == contacts.c.id))
            .order_by(contacts.c.key)
        )
        rows = self._connection.execute(others)
        return [*found, *(_changed(row, cause, at, None) for row in rows if row.id not in known)]

    def _last_cause(self, key: str, since: datetime) -> tuple[str, datetime]:
        """What the list, or details of its members, were changed by last by a command; empty if by none."""
        by = membership_changes.c
        theirs = by.list == key, by.at >= since, by.cause.startswith(BY_COMMAND, autoescape=True)
        newest = select(by.cause, by.at).where(*theirs).order_by(by.version.desc()).limit(1)
        kept = details_before.c
        details = (
            select(kept.cause, kept.at).where(kept.list == key, kept.at >= since).order_by(kept.at.desc()).limit(1)
        )
        rows = [*self._connection.execute(newest), *self._connection.execute(details.order_by(kept.at.desc()).limit(1))]
        last = max(rows, key=lambda row: row.at, default=None)
        return (last.cause, last.at) if last else ("", since)

    def keep_before(self, key: str, cause: str, before: Iterable[Before], now: datetime) -> None:
        rows = [
            {
                "cause": cause,
                "contact": one.contact,
                "list": key,
                "at": now,
                "details": {
                    "details": dict(one.details),
                    "opt_outs": list(one.opt_outs),
                    "suppression": dict(one.suppression) if one.suppression else None,
                    "forgotten": one.forgotten,
                },
            }
            for one in before
        ]
        for some in _parts(rows):
            self._connection.execute(insert(details_before), list(some))

    def forget_before(self, key: str = "", until: datetime | None = None) -> int:
        query = delete(details_before)
        if key:
            query = query.where(details_before.c.list == key)
        if until is not None:
            query = query.where(details_before.c.at <= until)
        return self._connection.execute(query).rowcount

    def any_before(self, until: datetime) -> bool:
        found = select(details_before.c.contact).where(details_before.c.at <= until).limit(1)
        return self._connection.scalar(found) is not None

    def before(self, cause: str) -> Sequence[Before]:
        columns = details_before.c
        query = select(columns.contact, columns.details).where(columns.cause == cause).order_by(columns.contact)
        return [
            Before(
                row.contact,
                row.details["details"],
                tuple(row.details["opt_outs"]),
                row.details["suppression"],
                row.details["forgotten"],
            )
            for row in self._connection.execute(query)
        ]


def _parts(rows: Sequence[Any]) -> Iterable[Sequence[Any]]:
    return (rows[start : start + _SOME] for start in range(0, len(rows), _SOME))


def _versions() -> Select[Any]:
    """The versions without their documents, each with the outcome of the latest ballot about it."""
    about = (ballots.c.subject_kind == SUBJECT) & (ballots.c.subject_id == table.c.id)
    outcome = select(ballots.c.outcome).where(about).order_by(ballots.c.id.desc()).limit(1)
    columns = (column for column in table.c if column is not table.c.document)
    return select(*columns, outcome.scalar_subquery().label("outcome"))


def _published(row: Row[Any]) -> Published:
    return Published(
        id=row.id,
        list=row.list,
        version=ListVersion(row.major, row.minor),
        at=row.published_at,
        changes=row.changes,
        language=row.language,
        digest=row.digest,
        entries=row.entries,
        forms=row.forms,
        exported_at=row.exported_at,
        withdrawn_at=row.withdrawn_at,
        reason=row.reason,
        erased_at=row.erased_at,
        outcome=Outcome(row.outcome) if row.outcome else None,
    )


def _changed(row: Any, cause: str, at: datetime, made: Standing | None) -> Changed:
    was, now = (Standing(standing) if standing else None for standing in (row.was, row.now))
    return Changed(row.id, row.address, row.organisation or row.name, cause, at, was, made, now)
