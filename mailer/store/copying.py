"""Everything that one store holds, into a new one of another kind: from a file to a server, say."""

from __future__ import annotations

from collections.abc import Callable

from sqlalchemy import Connection, LargeBinary, Table, func, insert, select, text

from mailer.store.engine import know_anew
from mailer.store.schema import metadata

ROWS = 1_000
"""So many are read and written at once."""

LARGE = 10
"""The same of rows that are a document each."""


def count(source: Connection) -> dict[str, int]:
    """How many rows there are, by table; those without any are left out."""
    tables = metadata.sorted_tables
    found = {table.name: source.scalar(select(func.count()).select_from(table)) or 0 for table in tables}
    return {name: rows for name, rows in found.items() if rows}


def copy(source: Connection, target: Connection, written: Callable[[int], object]) -> None:
    """Every row under its own id, in ``target``'s transaction; ``written`` is told how many more there are.

    Both have the tables of this version; those of ``target`` are empty.
    """
    for table in metadata.sorted_tables:
        rows = source.execute(select(table).execution_options(yield_per=_at_once(table))).mappings()
        for some in rows.partitions():
            target.execute(insert(table), [dict(row) for row in some])
            written(len(some))
        _count_on(target, table)
        know_anew(target, table)


def _at_once(table: Table) -> int:
    documents = any(isinstance(column.type, LargeBinary) and not column.nullable for column in table.columns)
    return LARGE if documents else ROWS


def _count_on(target: Connection, table: Table) -> None:
    """PostgreSQL counts ids apart from the rows that have them; SQLite takes the next one behind the largest."""
    if target.dialect.name == "postgresql" and "id" in table.c:
        last = f"SELECT setval(pg_get_serial_sequence('{table.name}', 'id'), max(id)) FROM {table.name}"
        target.execute(text(last))
