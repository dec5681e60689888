"""PostgreSQL instead of SQLite: one process, workers that share a send, and the size of the table after a send."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path

import psycopg
from growth import Start
from job import Job
from measure import Run, Sender, run
from senders import OURS, ours

from tests.servers.postgresql import PostgreSQL, missing

HERE = Path(__file__).parent
WORKERS = (1, 2)
WIDE = 60
"""More connections, so that a commit covers more mails and a process waits for its database less often."""


@dataclass(frozen=True, slots=True)
class PostgresSend:
    """One send on PostgreSQL: its start, its drain, and the state of the outbox's table after it."""

    start: Start
    drain: Run
    live: int
    dead: int
    vacuums: int
    octets: int
    """Of the table with its indexes."""


@contextmanager
def database() -> Iterator[str]:
    """The URL of a database on a new server, which syncs each commit."""
    with PostgreSQL() as server:
        yield server.database()


def missing_reason() -> str:
    """Why PostgreSQL cannot be measured, or an empty string."""
    return missing()


def senders(url: str) -> list[Sender]:
    """One process on SQLite as the reference, one on PostgreSQL, and workers; the last two have more connections."""
    own = {
        "MAILER_STORE__URL": url,
        "MAILER_CLUSTER__ENABLED": "true",
        "MAILER_IMAP__PASSWORD": "none",
        "MAILER_IMAP__PORT": "1",
    }
    on_postgres = replace(OURS, name="mailer send, PostgreSQL", prepare=partial(_store, own), environment=own)
    workers = [
        replace(
            on_postgres,
            name=f"{count} mailer worker{'s' if count > 1 else ''}",
            command=partial(_command, count),
        )
        for count in WORKERS
    ]
    on_sqlite = replace(OURS, name="mailer send, SQLite")
    wide = [replace(one, name=f"{one.name}, {WIDE} connections", connections=WIDE) for one in (on_sqlite, workers[-1])]
    return [on_sqlite, on_postgres, *workers, *wide]


def postgres_send(url: str, folder: Path, connections: int, recipients: int) -> PostgresSend:
    """A whole send on PostgreSQL, in an empty database."""
    on_postgres = senders(url)[1]
    started: list[Start] = []

    def prepare(job: Job) -> None:
        assert on_postgres.environment is not None
        started.append(Start(**json.loads(_store(on_postgres.environment, job))))

    drained = run(replace(on_postgres, prepare=prepare), folder, connections, recipients)
    with psycopg.connect(url) as connection:
        connection.execute("SELECT pg_stat_force_next_flush()")
        found = connection.execute(
            "SELECT n_live_tup, n_dead_tup, autovacuum_count, pg_total_relation_size(relid) "
            "FROM pg_stat_user_tables WHERE relname = 'outbox'"
        ).fetchone()
    assert found is not None
    return PostgresSend(started[0], drained, *found)


def _store(environment: dict[str, str], job: Job) -> str:
    ours("prepare", job, environment)
    return ours("start", job, environment)


def _command(count: int, job: Job) -> list[str]:
    return [sys.executable, str(HERE / "workers.py"), str(job), str(count)]
