"""New stores by copying: the tables are made once in each process that runs tests."""

from __future__ import annotations

import shutil
import sqlite3
from contextlib import closing
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory

from mailer.store.database import SqlStore

_folder = TemporaryDirectory(prefix="mailer-new-store-")


def make(store: SqlStore) -> None:
    """Make a new store, with the same result as ``store.upgrade()``."""
    if store.file is not None:
        shutil.copyfile(_model(), store.file)
    elif store.url.startswith("sqlite"):
        with closing(sqlite3.connect(_model())) as model, closing(store._engine.raw_connection()) as target:
            model.backup(target.driver_connection)
    else:
        store.upgrade()


@cache
def _model() -> Path:
    """The SQLite file of a new store, to copy from."""
    path = Path(_folder.name) / "mailer.db"
    with closing(SqlStore(f"sqlite:///{path}")) as store:
        store.upgrade()
    return path
