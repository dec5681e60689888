"""SQL statements that tests share: SQLAlchemy compiles each once for all stores on SQLite, not for each of them."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from sqlalchemy import Engine
from sqlalchemy.dialects.sqlite.pysqlite import SQLiteDialect_pysqlite as Dialect
from sqlalchemy.util import LRUCache

from mailer.store import database
from mailer.store.engine import make_engine


@contextmanager
def shared() -> Iterator[None]:
    """A compiled statement is found by its dialect, so all dialects of SQLite are equal within the context."""
    compiled: LRUCache[object, object] = LRUCache(5_000)

    def sharing(url: str, lock_timeout: float) -> Engine:
        engine = make_engine(url, lock_timeout)
        if isinstance(engine.dialect, Dialect):
            engine._compiled_cache = compiled  # type: ignore[assignment]
        return engine

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Dialect, "__eq__", lambda one, other: type(one) is type(other), raising=False)
        patch.setattr(Dialect, "__hash__", lambda one: hash(type(one)), raising=False)
        patch.setattr(database, "make_engine", sharing)
        yield
