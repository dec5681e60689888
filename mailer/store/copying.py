"""Copies a whole store into a new one, for example from a file to a server."""

from __future__ import annotations

from collections.abc import Callable

from sqlalchemy import Connection, LargeBinary, Table, func, insert, select, text

from mailer.store.engine import analyze
from mailer.store.schema import metadata

ROWS = 1_000
"""Rows that are read and written at once."""

LARGE = 10
"""The same for rows that contain a document."""


def count(source: Connection) -> dict[str, int]:
    """The number of rows of each table that is not empty."""
    tables = metadata.sorted_tables
    found = {table.name: source.scalar(select(func.count()).select_from(table)) or 0 for table in tables}
    return {name: rows for name, rows in found.items() if rows}


def copy(source: Connection, target: Connection, written: Callable[[int], object]) -> None:
    """Copy all rows with their ids, in ``target``'s transaction. ``written`` gets the number of rows after each batch.

    Both have the tables of this version; those of ``target`` are empty.
    """
    for table in metadata.sorted_tables:
        query = select(table).order_by(*table.primary_key)  # an entry of the audit trail needs the one before it
        rows = source.execute(query.execution_options(yield_per=_at_once(table))).mappings()
        for batch in rows.partitions():
            target.execute(insert(table), [dict(row) for row in batch])
            written(len(batch))
        _set_sequence(target, table)
        analyze(target, table)


def _at_once(table: Table) -> int:
    documents = any(isinstance(column.type, LargeBinary) and not column.nullable for column in table.columns)
    return LARGE if documents else ROWS


def _set_sequence(target: Connection, table: Table) -> None:
    """Continue PostgreSQL's sequence after the copied ids; SQLite always continues after the largest id."""
    if target.dialect.name == "postgresql" and "id" in table.c:
        last = f"SELECT setval(pg_get_serial_sequence('{table.name}', 'id'), max(id)) FROM {table.name}"
        target.execute(text(last))
