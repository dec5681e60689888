"""Every row about one person, whatever table there is, for an answer to their request."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from datetime import date, datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, LargeBinary, Row, Table, func, or_, select

from mailer.store.schema import (
    answer_counts,
    article_deliveries,
    article_pictures,
    article_proofs,
    articles,
    assignments,
    audit,
    contacts,
    event_reports,
    feedback,
    feedback_entries,
    held_notices,
    metadata,
    outbox,
    presenters,
    restorations,
    staff_notices,
    votes,
)

NOT_THEIRS = (answer_counts, audit, held_notices, restorations, staff_notices)
"""Tables about the office's work; the audit trail is asked for with ``mailer audit --of``."""

OF_THE_OFFICE = {("organisations", "note"), ("feedback", "assignee"), ("feedback", "staff"), ("feedback", "through")}
"""Columns that say what the office thinks, or who works in it."""

KEYS, ADDRESSES = ("key", "address_key", "host_key"), ("address", "recipient", "addressee", "host")
"""Columns that hold an address, case folded or as it is written."""

MOST = 10_000
"""The most rows of a table."""


def everything(
    connection: Connection, contact_ids: Collection[int], addresses: Collection[str], keys: Collection[str]
) -> dict[str, list[dict[str, Any]]]:
    """The rows that name one of these contacts, or one of their addresses, by table, without empty tables.

    ``keys``: the addresses as ``Address.key`` and ``Address.base_key``.
    """
    found = {
        table.name: list(_rows(connection, table, contact_ids, addresses, keys)) for table in metadata.sorted_tables
    }
    items = [row["id"] for row in found.get(feedback.name, [])]
    written_by = feedback_entries.c.item.in_(items), func.lower(feedback_entries.c.author).in_(keys)
    found[feedback_entries.name] = _of(connection, feedback_entries, *written_by)
    bank = [row["id"] for row in found.get(presenters.name, [])]
    found[assignments.name] = _of(connection, assignments, assignments.c.presenter.in_(bank))
    made = [row["id"] for row in found[assignments.name]]
    found[event_reports.name] = _of(connection, event_reports, event_reports.c.assignment.in_(made))
    written = [row["id"] for row in found.get(articles.name, [])]
    for table in (article_deliveries, article_pictures, article_proofs):
        found[table.name] = _of(connection, table, table.c.article.in_(written))
    papers = [row["id"] for row in found.get("papers", [])]
    found[votes.name] = _of(connection, votes, votes.c.paper.in_(papers))
    return {name: rows for name, rows in found.items() if rows}


def _rows(
    connection: Connection, table: Table, ids: Collection[int], addresses: Collection[str], keys: Collection[str]
) -> Iterator[dict[str, Any]]:
    if table in NOT_THEIRS:
        return
    of_them = [contacts.c.id.in_(ids)] if table is contacts else []
    for column in table.columns:
        if any(key.column.table is contacts for key in column.foreign_keys):
            of_them.append(column.in_(ids))
        elif column.name in KEYS:
            of_them.append(column.in_(keys))
        elif column.name in ADDRESSES:
            of_them.append(column.in_(addresses))
    if of_them:
        for row in connection.execute(select(table).where(or_(*of_them)).limit(MOST)):
            yield _plain(table, row)


def _of(connection: Connection, table: Table, *wanted: ColumnElement[bool]) -> list[dict[str, Any]]:
    return [_plain(table, row) for row in connection.execute(select(table).where(*wanted).limit(MOST))]


def _plain(table: Table, row: Row[Any]) -> dict[str, Any]:
    """The row in JSON's types. Of mails and files their size is told; the words of service mails are left out."""
    values = dict(row._mapping)
    left_out = {"payload"} if table is outbox else set()
    return {
        column.name: _told(values[column.name], is_file=isinstance(column.type, LargeBinary))
        for column in table.columns
        if column.name not in left_out and (table.name, column.name) not in OF_THE_OFFICE
        if values[column.name] not in (None, "", [], {})
    }


def _told(value: Any, *, is_file: bool) -> Any:
    if is_file:
        return {"octets": len(value)}
    return value.isoformat() if isinstance(value, datetime | date) else value
