"""PostgreSQL in the place of SQLite: one process, workers that share a send, and what a send leaves in the table."""

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
"""Connections of a process that is to wait for its database less often: a commit is for as many mails."""


@dataclass(frozen=True, slots=True)
class Rest:
    """One send of so many: how it was started and drained, and what it left behind in the outbox's table."""

    start: Start
    drain: Run
    live: int
    dead: int
    vacuums: int
    octets: int
    """With its indexes."""


@contextmanager
def database() -> Iterator[str]:
    """The URL of a database on a server of its own, which syncs each commit."""
    with PostgreSQL() as server:
        yield server.database()


def why_not() -> str:
    """Why there is nothing to measure here, or empty."""
    return missing()


def senders(url: str) -> list[Sender]:
    """The one process on SQLite, to whom the others are compared, the same on PostgreSQL, and workers there.

    The last two have more connections than the others.
    """
    own = {
        "MAILER_STORE__URL": url,
        "MAILER_CLUSTER__ENABLED": "true",
        "MAILER_IMAP__PASSWORD": "none",
        "MAILER_IMAP__PORT": "1",
    }
    there = replace(OURS, name="mailer send, PostgreSQL", prepare=partial(_store, own), environment=own)
    workers = [
        replace(
            there,
            name=f"{count} mailer worker{'s' if count > 1 else ''}",
            command=partial(_command, count),
        )
        for count in WORKERS
    ]
    here = replace(OURS, name="mailer send, SQLite")
    wide = [replace(one, name=f"{one.name}, {WIDE} connections", connections=WIDE) for one in (here, workers[-1])]
    return [here, there, *workers, *wide]


def rest(url: str, folder: Path, connections: int, recipients: int) -> Rest:
    """A whole send on PostgreSQL, in a database that is empty before."""
    there = senders(url)[1]
    started: list[Start] = []

    def prepare(job: Job) -> None:
        assert there.environment is not None
        started.append(Start(**json.loads(_store(there.environment, job))))

    drained = run(replace(there, prepare=prepare), folder, connections, recipients)
    with psycopg.connect(url) as connection:
        connection.execute("SELECT pg_stat_force_next_flush()")
        found = connection.execute(
            "SELECT n_live_tup, n_dead_tup, autovacuum_count, pg_total_relation_size(relid) "
            "FROM pg_stat_user_tables WHERE relname = 'outbox'"
        ).fetchone()
    assert found is not None
    return Rest(started[0], drained, *found)


def _store(environment: dict[str, str], job: Job) -> str:
    ours("prepare", job, environment)
    return ours("start", job, environment)


def _command(count: int, job: Job) -> list[str]:
    return [sys.executable, str(HERE / "workers.py"), str(job), str(count)]
