"""Database engines set up so that a transaction means the same on SQLite and PostgreSQL."""

from __future__ import annotations

import os
import socket
from collections.abc import Mapping
from enum import Enum
from functools import partial
from typing import Any

from sqlalchemy import Connection, Engine, Table, create_engine, event
from sqlalchemy.engine import make_url

from mailer.errors import Permanent

CLASS = 0x6D61696C  # “mail”
"""The first key of all our advisory locks in PostgreSQL. The second key is the lock's, or from 0 up a schema's."""

DECIDING = -1
"""The second key of the lock for transactions that decide."""


class Access(Enum):
    """What a transaction does, and so which others must wait for it."""

    READS = "a consistent view for reading; nobody waits"
    STATEMENT = "one statement that updates rows and is a transaction by itself"
    WRITES = "updates rows, each under a condition; on PostgreSQL, several such transactions may run at the same time"
    DECIDES = "reads, decides and writes: no other transaction decides meanwhile"


OPTIONS: Mapping[str, Mapping[Access, Mapping[str, object]]] = {
    "sqlite": {access: {"access": access} for access in Access},
    "postgresql": {
        Access.READS: {"access": Access.READS, "isolation_level": "REPEATABLE READ", "postgresql_readonly": True},
        Access.STATEMENT: {"access": Access.STATEMENT, "isolation_level": "AUTOCOMMIT"},
        Access.WRITES: {"access": Access.WRITES},
        Access.DECIDES: {"access": Access.DECIDES},
    },
}
"""Execution options of a connection, by dialect and access."""


def make_engine(url: str, lock_timeout: float) -> Engine:
    """``lock_timeout``: seconds to wait for another process that writes. Raises Permanent if the driver is missing."""
    if make_url(url).get_backend_name() == "sqlite":
        engine = create_engine(url)
        event.listen(engine, "connect", partial(_prepare_sqlite, lock_timeout))
        event.listen(engine, "begin", _begin_sqlite)
        return engine
    session = {
        "application_name": f"mailer {os.getpid()} on {socket.gethostname()}"[:63],
        "connect_timeout": max(2, round(lock_timeout)),
        "options": " ".join(f"-c {name}={value}" for name, value in _session(lock_timeout).items()),
    }
    try:
        engine = create_engine(url, connect_args=session)
    except ImportError:
        raise Permanent("[store] url: PostgreSQL needs more packages: pip install 'mailer[cluster]'.") from None
    event.listen(engine, "begin", _begin_postgresql)
    return engine


def _session(lock_timeout: float) -> Mapping[str, object]:
    """Settings of PostgreSQL sessions. A client that vanishes or hangs in a transaction blocks others only briefly."""
    return {
        "timezone": "UTC",
        "lock_timeout": round(lock_timeout * 1000),
        "idle_in_transaction_session_timeout": round(lock_timeout * 3000),
        "tcp_keepalives_idle": 30,
        "tcp_keepalives_interval": 10,
        "tcp_keepalives_count": 3,
    }


def _prepare_sqlite(lock_timeout: float, raw: Any, _record: Any) -> None:
    """WAL so that readers block nobody; FULL so that a commit survives a power cut (E2).

    Without recursive triggers, INSERT OR REPLACE would delete rows past the triggers that keep them.
    """
    raw.isolation_level = None  # we send BEGIN ourselves
    busy_timeout = f"busy_timeout={round(lock_timeout * 1000)}"
    for pragma in (busy_timeout, "journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON", "recursive_triggers=ON"):
        raw.execute(f"PRAGMA {pragma}")


def _begin_sqlite(connection: Connection) -> None:
    """A writer takes its lock at once. Otherwise it could fail half-way, when another one was faster."""
    reads = connection.get_execution_options().get("access") is Access.READS
    driver: Any = connection.connection.driver_connection
    driver.execute("BEGIN" if reads else "BEGIN IMMEDIATE")


def _begin_postgresql(connection: Connection) -> None:
    """A transaction that decides takes a lock, so that what it has read stays true until it commits."""
    if connection.get_execution_options().get("access") is Access.DECIDES:
        connection.exec_driver_sql(f"SELECT pg_advisory_xact_lock({CLASS}, {DECIDING})")


def analyze(connection: Connection, table: Table) -> None:
    """Call after adding many rows: PostgreSQL would plan with old statistics. SQLite needs nothing."""
    if connection.dialect.name == "postgresql":
        connection.exec_driver_sql(f"ANALYZE {table.name}")
