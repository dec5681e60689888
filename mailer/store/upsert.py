"""INSERT … ON CONFLICT, which is the same in SQLite and PostgreSQL, but in two dialects of SQLAlchemy."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import cache
from typing import Any

from sqlalchemy import Connection, Table, bindparam
from sqlalchemy.dialects import postgresql, sqlite

_INSERT: Mapping[str, Callable[[Table], Any]] = {"sqlite": sqlite.insert, "postgresql": postgresql.insert}


def insert_new(connection: Connection, table: Table) -> Any:
    """An INSERT that skips rows whose unique key exists already; its ``rowcount`` is the number of new rows."""
    return insert_new_in(connection.dialect.name, table)


@cache
def insert_new_in(dialect: str, table: Table) -> Any:
    """The same for a dialect."""
    return _INSERT[dialect](table).on_conflict_do_nothing().execution_options(preserve_rowcount=True)


def upsert(connection: Connection, table: Table, row: Mapping[str, Any], on: Sequence[str]) -> None:
    """Insert ``row``, or overwrite the one with the same values in the columns ``on``."""
    connection.execute(_upserting(table, tuple(row), tuple(on))[connection.dialect.name], row)


def upserting(table: Table, columns: Sequence[str], on: Sequence[str]) -> Mapping[str, Any]:
    """By dialect, a statement that does as ``upsert`` with the values of ``columns``, made once for many rows."""
    made = {}
    for dialect, kind in _INSERT.items():
        statement = kind(table).values({name: bindparam(name) for name in columns})
        rest = {name: statement.excluded[name] for name in columns if name not in on}
        made[dialect] = statement.on_conflict_do_update(index_elements=list(on), set_=rest)
    return made


_upserting = cache(upserting)
