"""Jobs are queued with their cause, once, in turns; and the engine's own tables are made once."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from functools import partial

import psycopg
import pytest

from mailer.adapters import cluster
from mailer.errors import Refused, Temporary
from mailer.model.outbox import Batch
from mailer.ports import Jobs
from mailer.store.database import SqlStore
from tests.servers.postgresql import PostgreSQL

pytestmark = pytest.mark.servers


@pytest.fixture
def url(postgresql: PostgreSQL) -> str:
    return postgresql.database()


@pytest.fixture
def store(url: str) -> Iterator[SqlStore]:
    with closing(SqlStore(url, jobs=partial(cluster.QueuedJobs, batch=100))) as store:
        store.upgrade()
        assert (cluster.upgrade(url), cluster.upgrade(url)) == (True, False)
        yield store


def queued(url: str) -> list[tuple[str, ...]]:
    """Jobs in the order in which they are fetched."""
    with psycopg.connect(url) as connection:
        query = "SELECT lock, status::text FROM procrastinate_jobs ORDER BY priority DESC, id"
        return list(connection.execute(query).fetchall())


def started(url: str, lock: str) -> None:
    with psycopg.connect(url) as connection:
        connection.execute("UPDATE procrastinate_jobs SET status = 'doing' WHERE lock = %s", (lock,))


def batches(mailing: int, *firsts: int) -> list[Batch]:
    return [Batch(mailing, range(first, first + 100)) for first in firsts]


def jobs_of(work: object) -> Jobs:
    jobs: Jobs | None = work.jobs  # type: ignore[attr-defined]
    assert jobs is not None
    return jobs


def test_a_job_is_queued_if_and_only_if_its_cause_is_committed(store: SqlStore, url: str) -> None:
    with pytest.raises(ZeroDivisionError), store.transaction() as work:
        jobs_of(work).deliver(batches(1, 100))
        raise ZeroDivisionError
    assert queued(url) == []
    with store.transaction() as work:
        jobs_of(work).deliver(batches(1, 100))
        jobs_of(work).send_service_mail()
        assert jobs_of(work).waiting() == 2
    assert queued(url) == [("deliver 1 100", "todo"), ("service_mail", "todo")]


def test_a_queued_job_is_not_queued_again(store: SqlStore, url: str) -> None:
    with store.transaction() as work:
        jobs_of(work).deliver(batches(1, 100, 200))
        for _ in range(2):
            jobs_of(work).receive()
            jobs_of(work).send_service_mail()
    started(url, "deliver 1 100")
    started(url, "receive")
    started(url, "service_mail")
    with store.transaction() as work:
        jobs_of(work).deliver(batches(1, 100, 200, 300))
        jobs_of(work).receive()
        for _ in range(2):
            jobs_of(work).send_service_mail()  # the running job may have read the outbox already
    assert sorted(queued(url)) == [
        ("deliver 1 100", "doing"),
        ("deliver 1 200", "todo"),
        ("deliver 1 300", "todo"),
        ("receive", "doing"),
        ("service_mail", "doing"),
        ("service_mail", "todo"),
    ]


def test_issues_take_turns_after_the_running_job(store: SqlStore, url: str) -> None:
    with store.transaction() as work:
        jobs_of(work).deliver(batches(1, 0, 100, 200))
    started(url, "deliver 1 0")
    with store.transaction() as work:
        jobs_of(work).deliver(batches(2, 500, 600))
    waiting = [lock for lock, status in queued(url) if status == "todo"]
    assert waiting == ["deliver 1 100", "deliver 2 500", "deliver 1 200", "deliver 2 600"]


def test_without_its_tables_the_remedy_is_named(postgresql: PostgreSQL) -> None:
    url = postgresql.database()
    with closing(SqlStore(url, jobs=partial(cluster.QueuedJobs, batch=100))) as store:
        store.upgrade()
        with pytest.raises(Refused, match="run `mailer upgrade`"), store.transaction() as work:
            jobs_of(work).send_service_mail()


def test_a_missing_server_is_a_temporary_fault() -> None:
    with pytest.raises(Temporary, match="cannot be used now"):
        cluster.upgrade("postgresql://mailer@127.0.0.1:1/x?connect_timeout=1")
