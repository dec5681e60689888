"""SQL statements that tests share: SQLAlchemy compiles each once for all stores of a kind, not for each of them."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from sqlalchemy import Engine
from sqlalchemy.dialects.postgresql.psycopg import PGDialect_psycopg
from sqlalchemy.dialects.sqlite.pysqlite import SQLiteDialect_pysqlite
from sqlalchemy.util import LRUCache

from mailer.store import database
from mailer.store.engine import make_engine

DIALECTS = (SQLiteDialect_pysqlite, PGDialect_psycopg)


@contextmanager
def shared() -> Iterator[None]:
    """A compiled statement is found by its dialect, so all dialects of a kind are equal within the context."""
    compiled: LRUCache[object, object] = LRUCache(5_000)

    def sharing(url: str, lock_timeout: float) -> Engine:
        engine = make_engine(url, lock_timeout)
        if type(engine.dialect) in DIALECTS:
            engine._compiled_cache = compiled  # type: ignore[assignment]
        return engine

    with pytest.MonkeyPatch.context() as patch:
        for dialect in DIALECTS:
            patch.setattr(dialect, "__eq__", lambda one, other: type(one) is type(other), raising=False)
            patch.setattr(dialect, "__hash__", lambda one: hash(type(one)), raising=False)
        patch.setattr(database, "make_engine", sharing)
        yield
