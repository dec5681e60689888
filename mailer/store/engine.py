"""The engine: what SQLite and PostgreSQL each need, so that a transaction means the same on both."""

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
"""The first half of all our advisory locks in PostgreSQL; the second one says which (and from 0 up, which schema)."""

DECIDING = -1
"""The advisory lock of whoever decides."""


class Access(Enum):
    """What a transaction is for, and so whom it holds up."""

    READS = "a consistent view for reading, which holds nobody up"
    TRANSITIONS = "one statement that moves rows, which is a transaction by itself"
    WRITES = "moves rows, each by a condition of its own; on PostgreSQL others may, at the same time"
    DECIDES = "reads, decides and writes: nobody else decides meanwhile"


OPTIONS: Mapping[str, Mapping[Access, Mapping[str, object]]] = {
    "sqlite": {access: {"access": access} for access in Access},
    "postgresql": {
        Access.READS: {"access": Access.READS, "isolation_level": "REPEATABLE READ", "postgresql_readonly": True},
        Access.TRANSITIONS: {"access": Access.TRANSITIONS, "isolation_level": "AUTOCOMMIT"},
        Access.WRITES: {"access": Access.WRITES},
        Access.DECIDES: {"access": Access.DECIDES},
    },
}
"""With what a connection is taken for a transaction, by dialect."""


def make_engine(url: str, patience: float) -> Engine:
    """``patience``: seconds to wait for another process that writes. Raises Permanent where the driver is missing."""
    if make_url(url).get_backend_name() == "sqlite":
        engine = create_engine(url)
        event.listen(engine, "connect", partial(_prepare_sqlite, patience))
        event.listen(engine, "begin", _begin_sqlite)
        return engine
    session = {
        "application_name": f"mailer {os.getpid()} on {socket.gethostname()}"[:63],
        "connect_timeout": max(2, round(patience)),
        "options": " ".join(f"-c {name}={value}" for name, value in _session(patience).items()),
    }
    try:
        engine = create_engine(url, connect_args=session)
    except ImportError:
        raise Permanent("[store] url: PostgreSQL needs more packages: pip install 'mailer[cluster]'.") from None
    event.listen(engine, "begin", _begin_postgresql)
    return engine


def _session(patience: float) -> Mapping[str, object]:
    """What PostgreSQL is told of us: whoever vanishes, or is frozen in a transaction, holds the others up no longer."""
    return {
        "timezone": "UTC",
        "lock_timeout": round(patience * 1000),
        "idle_in_transaction_session_timeout": round(patience * 3000),
        "tcp_keepalives_idle": 30,
        "tcp_keepalives_interval": 10,
        "tcp_keepalives_count": 3,
    }


def _prepare_sqlite(patience: float, raw: Any, _record: Any) -> None:
    """WAL so that readers hold nobody up; FULL so that a commit survives a power cut (E2)."""
    raw.isolation_level = None  # we say BEGIN ourselves
    waiting = f"busy_timeout={round(patience * 1000)}"
    for pragma in (waiting, "journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON"):
        raw.execute(f"PRAGMA {pragma}")


def _begin_sqlite(connection: Connection) -> None:
    """A writer takes its lock at once, instead of failing half-way when another one was faster."""
    reads = connection.get_execution_options().get("access") is Access.READS
    driver: Any = connection.connection.driver_connection
    driver.execute("BEGIN" if reads else "BEGIN IMMEDIATE")


def _begin_postgresql(connection: Connection) -> None:
    """Who decides takes a lock of its own, as if there were one writer: what it read holds until it commits."""
    if connection.get_execution_options().get("access") is Access.DECIDES:
        connection.exec_driver_sql(f"SELECT pg_advisory_xact_lock({CLASS}, {DECIDING})")


def know_anew(connection: Connection, table: Table) -> None:
    """After many new rows: PostgreSQL plans by what it knew before, until it is told to look. SQLite needs nothing."""
    if connection.dialect.name == "postgresql":
        connection.exec_driver_sql(f"ANALYZE {table.name}")
