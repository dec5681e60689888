"""Rows whose values the audit trail records: what was asked, voted, granted and sent."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime

from sqlalchemy import ColumnElement, Connection, Select, Table, select

from mailer.model.audit import Rows, canonical, stamp
from mailer.model.mailings import MailingKind
from mailer.store.schema import ballot_replies, ballots, grants, mailings, papers, votes

COLUMNS: Mapping[Table, tuple[str, ...]] = {
    ballots: (
        *("subject_kind", "subject_id", "digest", "forms", "revision", "note", "policy", "board", "terms", "lists"),
        *("opened_at", "deadline", "extended", "outcome"),
    ),
    papers: ("ballot", "contact", "address_key", "asked_at", "excused", "stands_for"),
    ballot_replies: (
        *("paper", "received_at", "message_id", "sender", "choice", "outcome", "reason", "comment", "how", "proof"),
        "raw",
    ),
    votes: ("paper", "choice", "comment", "received_at", "message_id", "reply", "carried_from", "by_hand"),
    grants: ("subject_kind", "subject_id", "digest", "forms", "ballot", "lists", "seen_at", "granted_at", "voided_at"),
    mailings: ("kind", "subject", "publication", "lists", "started_at"),
}
"""What is recorded of a row, by its table."""

_DISCLOSING = mailings.c.kind.in_([MailingKind.ISSUE.value, MailingKind.EDITION.value])
"""Other kinds send what these have disclosed."""


class RowMarks:
    """The rows that a transaction has written, until an entry records them."""

    def __init__(self) -> None:
        self._marked: dict[tuple[Table, int], None] = {}

    def add(self, table: Table, *ids: int) -> None:
        for one in ids:
            self._marked[table, one] = None

    def __bool__(self) -> bool:
        return bool(self._marked)

    def kept(self) -> dict[tuple[Table, int], None]:
        """A copy, to return to with ``restore``."""
        return dict(self._marked)

    def restore(self, marked: Mapping[tuple[Table, int], None]) -> None:
        self._marked = dict(marked)

    def clear(self) -> None:
        self._marked.clear()

    def take(self, connection: Connection) -> Rows:
        """The values of the marked rows. They count as recorded then."""
        by_table: dict[Table, list[int]] = {}
        for table, one in self._marked:
            by_table.setdefault(table, []).append(one)
        self._marked.clear()
        return dict(_values(connection, ((table, query_of(table, ids)) for table, ids in by_table.items())))


def query_of(table: Table, ids: Iterable[int] | None = None) -> Select[tuple[object, ...]]:
    query = select(table.c.id, *(table.c[name] for name in COLUMNS[table])).order_by(table.c.id)
    if table is mailings:
        query = query.where(_DISCLOSING)
    return query if ids is None else query.where(table.c.id.in_(list(ids)))


def all_rows(connection: Connection) -> Rows:
    return dict(_values(connection, ((table, query_of(table)) for table in COLUMNS)))


def rows_of(connection: Connection, contact_id: int) -> set[str]:
    """The papers of a contact, with their votes and replies."""
    theirs = list(connection.scalars(select(papers.c.id).where(papers.c.contact == contact_id)))
    return {f"{papers.name} {number}" for number in theirs} | {
        f"{table.name} {number}"
        for table in (votes, ballot_replies)
        for number in connection.scalars(select(table.c.id).where(table.c.paper.in_(theirs)))
    }


def exported(connection: Connection, kind: str | None, subject_id: int) -> dict[str, list[dict[str, object]]]:
    """All columns of the rows about one subject, or about all if ``kind`` is None, by table; files by their SHA-256."""
    found: dict[str, list[dict[str, object]]] = {}
    for table in COLUMNS:
        query = select(table).order_by(table.c.id)
        if table is mailings:
            query = query.where(_DISCLOSING)
        if kind is not None:
            query = query.where(_about(table, kind, subject_id))
        rows = connection.execute(query).mappings()
        found[table.name] = [{name: _exported(value) for name, value in row.items()} for row in rows]
    return found


def _about(table: Table, kind: str, subject_id: int) -> ColumnElement[bool]:
    """Whether a row belongs to a subject."""
    if table is mailings:
        return (mailings.c.kind == kind) & (mailings.c.subject == subject_id)
    asked = select(ballots.c.id).where(ballots.c.subject_kind == kind, ballots.c.subject_id == subject_id)
    if table is ballots or table is grants:
        return (table.c.subject_kind == kind) & (table.c.subject_id == subject_id)
    if table is papers:
        return papers.c.ballot.in_(asked)
    return table.c.paper.in_(select(papers.c.id).where(papers.c.ballot.in_(asked)))


def _exported(value: object) -> object:
    return value if isinstance(value, list | dict) else _recorded(value)


def _values(
    connection: Connection, queries: Iterable[tuple[Table, Select[tuple[object, ...]]]]
) -> Iterator[tuple[str, Mapping[str, object]]]:
    for table, query in queries:
        for row in connection.execute(query).mappings():
            yield f"{table.name} {row['id']}", {name: _recorded(row[name]) for name in COLUMNS[table]}


def _recorded(value: object) -> object:
    """A value as an entry has it: times as text, JSON and files by their SHA-256."""
    if isinstance(value, datetime):
        return stamp(value)
    if isinstance(value, bytes):
        return hashlib.sha256(value).hexdigest()
    if isinstance(value, list | dict):
        return hashlib.sha256(canonical(value).encode()).hexdigest()
    return value
