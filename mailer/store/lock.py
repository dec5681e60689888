"""A lock in the database that limits who may send, for a store that several machines can reach (E13)."""

from __future__ import annotations

from sqlalchemy import Connection, Engine, text
from sqlalchemy.exc import DBAPIError

from mailer.errors import Refused, store_unusable
from mailer.store.engine import CLASS

_TRY = "SELECT pg_try_advisory_lock{mode}(:class, hashtext(current_schema()) & 2147483647)"
_HOLDERS = text("""
    SELECT application_name, host(client_addr)
    FROM pg_locks JOIN pg_stat_activity USING (pid)
    WHERE locktype = 'advisory' AND classid = :class AND objid = (hashtext(current_schema()) & 2147483647)::oid
    AND granted AND pg_locks.database = (SELECT oid FROM pg_database WHERE datname = current_database())
    ORDER BY backend_start LIMIT 1
""")


class DatabaseLock:
    """Held during the context. PostgreSQL releases it when the connection ends, because the process or machine dies.

    ``shared``: others may share it, as workers do. Raises Refused with the holder if it cannot be taken.
    """

    def __init__(self, engine: Engine, shared: bool = False) -> None:
        self._engine = engine
        self._mode = "_shared" if shared else ""
        self._connection: Connection | None = None

    def held(self) -> bool:
        """Whether any process holds or shares it now."""
        try:
            with self._engine.connect() as connection:
                return connection.execute(_HOLDERS, {"class": CLASS}).first() is not None
        except DBAPIError as error:
            raise store_unusable(error.orig) from error

    def __enter__(self) -> DatabaseLock:
        try:
            connection = self._engine.connect().execution_options(isolation_level="AUTOCOMMIT")
            if not connection.scalar(text(_TRY.format(mode=self._mode)), {"class": CLASS}):
                holder = connection.execute(_HOLDERS, {"class": CLASS}).one_or_none()
                connection.close()
                raise Refused(_refusal(*holder) if holder else "Another mailer was at work on this store; try again.")
        except DBAPIError as error:
            raise store_unusable(error.orig) from error
        self._connection = connection
        return self

    def __exit__(self, *_: object) -> None:
        if self._connection is not None:
            self._connection.invalidate()  # ends the session, and the lock with it
            self._connection.close()
            self._connection = None


def _refusal(name: str, address: str | None) -> str:
    where = f"{name} ({address})" if address else name
    return f"Another mailer is at work on this store: {where}. Stop it first, or let it finish."
