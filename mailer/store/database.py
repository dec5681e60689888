"""The store: its transactions, and the version of its schema."""

from __future__ import annotations

import secrets as random
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, closing, contextmanager
from functools import cached_property
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, inspect, select, text, update
from sqlalchemy.engine import make_url
from sqlalchemy.exc import DatabaseError, DBAPIError, OperationalError

from mailer.errors import DiskFull, Permanent, Refused, Temporary, store_unusable
from mailer.ports import Jobs
from mailer.store.connections import Connections, SqlWork
from mailer.store.copying import copy, count
from mailer.store.engine import Access, make_engine
from mailer.store.lock import DatabaseLock
from mailer.store.schema import HEAD, metadata, secrets
from mailer.tokens import TokenKey

DISK_FULL = "53100"
"""PostgreSQL's code (SQLSTATE) for a full disk."""

PARTS = "SELECT type, name, sql FROM sqlite_master"
"""All that SQLite has, with the statement that made it."""

NEW = frozenset({"secrets", "lists", "scopes"})
"""Tables that have rows in a store that nobody has used yet."""

MIGRATIONS = Path(__file__).parent / "migrations"


def file_of(url: str) -> Path | None:
    """SQLite's file, or None if the store is in memory or on a server."""
    parsed = make_url(url)
    return Path(parsed.database) if parsed.get_backend_name() == "sqlite" and parsed.database else None


def _add_token_key(connection: Connection) -> None:
    """Add the secret for tokens."""
    connection.execute(secrets.insert().values(name="tokens", value=random.token_bytes(32)))


class SqlStore:
    """The store on SQLite or PostgreSQL."""

    def __init__(
        self,
        url: str,
        lock_timeout: float = 10.0,
        jobs: Callable[[Any], Jobs] | None = None,
        shortage: Callable[[Path, bool], str] = lambda file, certain: "",
    ) -> None:
        """``url`` in SQLAlchemy's form.

        ``lock_timeout``: seconds to wait for another process that writes, before Temporary is raised. ``jobs`` makes
        the job queue of a transaction from its driver's connection, if workers send. ``shortage`` says what is wrong
        with a file's disk; its second argument is whether a write has failed for lack of space.
        """
        self.url = url
        self._shortage = shortage
        self._engine = make_engine(url, lock_timeout)
        self._driver: Any = self._engine.dialect.loaded_dbapi
        self._connections = Connections(self._engine, jobs, self._faults)

    def transaction(self, alone: bool = True) -> AbstractContextManager[SqlWork]:
        return self._begin(Access.DECIDES if alone else Access.WRITES)

    def statement(self) -> AbstractContextManager[SqlWork]:
        return self._begin(Access.STATEMENT)

    def snapshot(self) -> AbstractContextManager[SqlWork]:
        return self._begin(Access.READS)

    @contextmanager
    def _begin(self, access: Access) -> Iterator[SqlWork]:
        with self._faults():
            work = self._connections.take(access)
            try:
                with work.connection.begin():
                    yield work
            except BaseException as fault:
                work.connection.close()
                if isinstance(fault.__cause__ or fault, DBAPIError | self._driver.OperationalError):
                    self._connections.close()  # if the server is gone, so are the other connections
                raise
            self._connections.give_back(access, work)

    @contextmanager
    def _faults(self) -> Iterator[None]:
        """Translate the exceptions of databases into ours."""
        try:
            yield
        except self._driver.OperationalError as error:  # from a statement that bypasses SQLAlchemy
            raise self._unusable(error) from error
        except DBAPIError as error:
            if isinstance(error, OperationalError) or error.connection_invalidated:
                raise self._unusable(error.orig) from error
            if type(error) is not DatabaseError:  # its subclasses are our bugs; itself is SQLite's “not a database”
                raise
            raise Permanent(f"{self.where} cannot be read: {error.orig}. Replace it by your last backup.") from error

    def prove(self) -> None:
        """Write something that changes nothing. Raises DiskFull or StoreUnusable if that fails (E15).

        A disk with little room counts as full: a small write may succeed where a mail does not fit.
        """
        if reason := self.shortage:
            raise DiskFull(reason)
        with self.transaction() as work:
            if self._engine.dialect.name == "sqlite":
                mark = work.connection.scalar(text("PRAGMA user_version"))
                work.connection.execute(text(f"PRAGMA user_version = {1 - bool(mark)}"))
            else:
                work.connection.execute(update(secrets).values(name=secrets.c.name))

    @property
    def shortage(self) -> str:
        """What is wrong with the disk of SQLite's file; empty if nothing is, or if there is no file."""
        return self._shortage(self.file, False) if self.file is not None else ""

    def _unusable(self, error: BaseException | None) -> Temporary:
        """The fault as Temporary; it names the disk if that is full or read-only (E15)."""
        full = getattr(error, "sqlite_errorcode", None) == sqlite3.SQLITE_FULL
        if self.file is not None and (reason := self._shortage(self.file, full)):
            return DiskFull(reason)
        if getattr(error, "sqlstate", None) == DISK_FULL:
            return DiskFull(f"the disk of the database server at {self.where} is full; make room on it, and try again")
        return store_unusable(error)

    def lock(self, shared: bool = False) -> DatabaseLock | None:
        """The lock that limits who may send, if several machines can reach the store; None if it is a file."""
        return None if self._engine.dialect.name == "sqlite" else DatabaseLock(self._engine, shared)

    @cached_property
    def key(self) -> TokenKey:
        """The secret for tokens. It is made with the store and lost with it. Raises Permanent if there is none."""
        with self.snapshot() as work:
            query = select(secrets.c.value).where(secrets.c.name == "tokens")
            secret = work.connection.scalars(query).one_or_none()
            if not secret:
                raise Permanent(f"The store at {self.where} has no secret for tokens: it is damaged.")
            return TokenKey(secret, work.restorations.eras())

    # --- versions ---

    def version(self) -> str | None:
        """The schema's version, or None if there is no schema yet. Never creates a file."""
        if self.file is not None and not self.file.exists():
            return None
        with self.snapshot() as work:
            if not inspect(work.connection).has_table("alembic_version"):
                return None
            found: str | None = work.connection.scalar(text("SELECT version_num FROM alembic_version"))
            return found

    @property
    def head(self) -> str:
        """The version that this code needs."""
        return HEAD

    def require_current(self) -> None:
        """Raises Refused, and says what to run, unless the schema has the version that this code needs."""
        found = self.version()
        if found is None:
            raise Refused(f"There is no store at {self.where} yet: run `mailer upgrade`, which makes it.")
        if found > HEAD:
            raise Refused(f"The store is of version {found}, made by a newer mailer than this one ({HEAD}).")
        if found < HEAD:
            raise Refused(f"The store is of version {found}, this mailer needs {HEAD}: run `mailer upgrade`.")

    def upgrade(self, fill: Callable[[Connection], object] = _add_token_key) -> None:
        """Upgrade the schema to the version that this code needs, in one transaction; ``fill`` fills a new store."""
        if self.file is not None:
            self.file.parent.mkdir(mode=0o700, parents=True, exist_ok=True)  # it contains addresses and a secret
        with self.transaction() as work:
            self._upgrade(work.connection, fill)

    @staticmethod
    def _upgrade(connection: Connection, fill: Callable[[Connection], object]) -> None:
        from alembic import command
        from alembic.config import Config

        config = Config()
        config.set_main_option("script_location", str(MIGRATIONS).replace("%", "%%"))
        config.attributes["connection"] = connection
        command.upgrade(config, "head")
        if not connection.scalar(select(secrets.c.name).where(secrets.c.name == "tokens")):
            fill(connection)

    def rows_of(self, other: SqlStore) -> dict[str, int]:
        """How many rows ``copy_from`` would write, by table. Raises Refused like it."""
        with self._readable(other) as source:
            return count(source)

    def copy_from(self, other: SqlStore, written: Callable[[int], object]) -> None:
        """Copy ``other`` into this new store, in one transaction. ``written`` gets the number of rows after each batch.

        Raises Refused if there is a store here already, or the other one has another version.
        """
        with self._readable(other) as source:
            self.upgrade(lambda connection: copy(source, connection, written))

    def save_to(self, path: Path, written: Callable[[int], object]) -> None:
        """Write the store as it is now into a new SQLite file, while others work on it.

        ``written`` gets the number of rows after each batch, if rows are copied one by one.
        """
        self.require_current()
        if self.file is None:
            with closing(SqlStore(f"sqlite:///{path}")) as made:
                made.copy_from(self, written)
        else:
            with self._faults(), closing(sqlite3.connect(self.file)) as source, closing(sqlite3.connect(path)) as made:
                source.backup(made)
        with self._faults(), closing(sqlite3.connect(path)) as made:
            made.execute("PRAGMA journal_mode=DELETE")  # all of it in one file

    def check(self) -> str:
        """What is damaged in an SQLite file; empty if nothing is."""
        assert self.file is not None
        try:
            with closing(sqlite3.connect(self.file)) as connection:
                damage = connection.execute("PRAGMA integrity_check").fetchone()[0]
                broken = connection.execute("PRAGMA foreign_key_check").fetchone()
        except sqlite3.DatabaseError as fault:
            return str(fault)
        if broken is not None:
            return f"a row of {broken[0]} belongs to none of {broken[2]}"
        return "" if damage == "ok" else str(damage)

    def strange_parts(self) -> list[str]:
        """Tables, indexes, triggers and views of an SQLite file that a store does not have."""
        with closing(SqlStore("sqlite://")) as fresh:
            fresh.upgrade()
            with fresh.snapshot() as own, self.snapshot() as work:
                known, found = ({tuple(row) for row in one.connection.execute(text(PARTS))} for one in (own, work))
        return sorted(f"{kind} {name}" for kind, name, _ in found - known)

    def has_data(self) -> bool:
        """Whether there is more in the store than a new one has."""
        if self.version() is None:
            return False
        with self.snapshot() as work:
            return any(name not in NEW for name in count(work.connection))

    def replace_from(self, other: SqlStore, written: Callable[[int], object]) -> None:
        """Become a copy of ``other``, whatever was here before, in one transaction. Not for an SQLite file."""
        other.require_current()
        with other.snapshot() as source, self.transaction() as work:
            metadata.drop_all(work.connection)
            work.connection.execute(text("DROP TABLE IF EXISTS alembic_version"))
            for function in ("is_append_only", "only_erases"):
                work.connection.execute(text(f"DROP FUNCTION IF EXISTS {function}()"))
            self._upgrade(work.connection, lambda made: copy(source.connection, made, written))

    @contextmanager
    def _readable(self, other: SqlStore) -> Iterator[Connection]:
        """The connection to read ``other`` from, after the checks of ``copy_from``."""
        other.require_current()
        if self.version() is not None:
            raise Refused(f"There is a store at {self.where} already: only a new one can be copied into.")
        with other.snapshot() as work:
            yield work.connection

    @property
    def where(self) -> str:
        """The store's place, for people: a file, or a URL without a password."""
        return str(self.file or make_url(self.url).render_as_string())

    @property
    def file(self) -> Path | None:
        """SQLite's file, or None if the store is in memory or on a server."""
        return file_of(self.url)

    def close(self) -> None:
        self._connections.close()
        self._engine.dispose()
