"""What PostgreSQL does that SQLite cannot: several machines at once, and a server that goes away."""

from __future__ import annotations

import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import closing

import psycopg
import pytest

from mailer.errors import Refused, Temporary
from mailer.model.outbox import Delivery, Draft, Outcome
from mailer.store.database import SqlStore
from tests.contracts.stores import scopes
from tests.fakes import NOON
from tests.servers.postgresql import PostgreSQL
from tests.waiting import TIMEOUT

pytestmark = pytest.mark.servers


@pytest.fixture
def url(postgresql: PostgreSQL) -> str:
    return postgresql.database()


@pytest.fixture
def store(url: str) -> Iterator[SqlStore]:
    with closing(SqlStore(url)) as store:
        store.upgrade()
        yield store


def queue(store: SqlStore, *recipients: str) -> list[int]:
    with store.transaction() as work:
        for recipient in recipients:
            work.outbox.add(Draft("mail 1", recipient, f"<{recipient}>", b"payload"), NOON)
    with store.snapshot() as work:
        return [row.id for row in work.outbox.due(NOON, most=len(recipients))]


HOLD = """
import sys
from mailer.store.database import SqlStore
with SqlStore(sys.argv[1]).lock(sys.argv[2] == "shared"):
    print("held", flush=True)
    sys.stdin.read()
"""


@pytest.mark.parametrize(
    ("first", "second", "refused"),
    [("alone", False, True), ("alone", True, True), ("shared", False, True), ("shared", True, False)],
)
def test_E13_one_daemon_to_a_store_or_any_number_of_workers(
    store: SqlStore, url: str, first: str, second: bool, refused: bool
) -> None:
    command = [sys.executable, "-c", HOLD, url, first]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as other:
        assert other.stdout is not None
        assert other.stdout.readline() == "held\n"
        ours = store.lock(shared=second)
        assert ours is not None
        assert ours.held()
        if refused:
            with pytest.raises(Refused, match=rf"at work on this store: mailer {other.pid} on .* \(127.0.0.1\)"), ours:
                pytest.fail("both have it")
        else:
            with ours:
                pass
        other.kill()
    wait_for_lock(store)


def wait_for_lock(store: SqlStore) -> None:
    """The server notices within moments that a client is gone."""
    deadline = time.monotonic() + TIMEOUT
    while True:
        lock = store.lock()
        assert lock is not None
        try:
            with lock:
                return
        except Refused:
            assert time.monotonic() < deadline
            time.sleep(0.02)


def test_E13_the_lock_of_one_office_is_not_another_ones(postgresql: PostgreSQL, store: SqlStore) -> None:
    with closing(SqlStore(postgresql.database())) as other:
        first, second = store.lock(), other.lock()
        assert first is not None and second is not None
        with first:
            assert (first.held(), second.held()) == (True, False)
            with second:
                pass


def test_decisions_wait_for_each_other(store: SqlStore) -> None:
    """Transactions that read and then write: each sees what the previous one wrote."""
    counts: list[int] = []

    def decide() -> None:
        with store.transaction() as work:
            counts.append(work.outbox.counts().total)
            work.outbox.add(Draft(f"mail {counts[-1]}", "a@x.example", "<1@o>", b""), NOON)
            time.sleep(0.1)

    threads = [threading.Thread(target=decide) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(counts) == [0, 1, 2]


def test_E15_a_lock_timeout_is_temporary(store: SqlStore, url: str) -> None:
    with closing(SqlStore(url, lock_timeout=0.1)) as other, store.transaction():
        with pytest.raises(Temporary, match="lock timeout"), other.transaction():
            pytest.fail("two decide at once")
        with other.transaction(alone=False) as work:  # the ledger is not blocked
            work.outbox.doubt_unsettled(NOON)
        with other.snapshot() as work:
            assert work.outbox.counts().total == 0


def test_E15_a_frozen_transaction_is_ended_and_blocks_nobody(store: SqlStore, url: str) -> None:
    with closing(SqlStore(url, lock_timeout=0.5)) as frozen:
        with pytest.raises(Temporary), frozen.transaction() as work:
            work.lists.declare(scopes("nmb"))
            time.sleep(2)
            with store.transaction() as ours:
                assert ours.lists.versions(["nmb"]) == {}
            work.lists.declare(scopes("cag"))
        with frozen.snapshot() as work:
            assert work.lists.versions(["nmb", "cag"]) == {}


def test_a_snapshot_sees_one_moment_and_writes_nothing(store: SqlStore) -> None:
    with store.snapshot() as before:
        assert before.outbox.counts().total == 0
        queue(store, "a@x.example")
        assert before.outbox.counts().total == 0
    with pytest.raises(Exception, match="read-only"), store.snapshot() as work:
        work.outbox.doubt_unsettled(NOON)


def test_E15_a_deadlock_is_temporary(store: SqlStore) -> None:
    first, second = queue(store, "a@x.example", "b@x.example")
    meet = threading.Barrier(2)
    faults: list[Temporary] = []

    def hold(rows: tuple[int, int]) -> None:
        try:
            with store.transaction(alone=False) as work:
                for row in rows:
                    work.outbox.record([row], [], NOON)
                    if row == rows[0]:
                        meet.wait()
        except Temporary as fault:
            faults.append(fault)

    threads = [threading.Thread(target=hold, args=[rows]) for rows in ((first, second), (second, first))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert [str(fault) for fault in faults] == [
        "The store cannot be used now: deadlock detected. Nothing was lost; try again."
    ]


def test_E15_E2_a_server_that_loses_power_comes_back_with_what_was_committed(
    postgresql: PostgreSQL, store: SqlStore
) -> None:
    first, second = queue(store, "a@x.example", "b@x.example")
    with store.transaction() as work:
        work.outbox.record([first, second], [], NOON)
        work.outbox.settle([(Outcome(first, Delivery.SENT, "250 ok"), None)], NOON)
    with pytest.raises(Temporary, match="cannot be used now"), store.transaction() as work:
        work.outbox.settle([(Outcome(second, Delivery.SENT, "250 ok"), None)], NOON)
        postgresql.stop()
    with pytest.raises(Temporary, match="cannot be used now"), store.snapshot() as work:
        work.outbox.counts()
    postgresql.start()
    with store.snapshot() as work:
        assert dict(work.outbox.counts().by_state) == {Delivery.SENT: 1, Delivery.SENDING: 1}


def test_E15_a_session_that_is_ended_is_temporary(store: SqlStore, url: str) -> None:
    with pytest.raises(Temporary, match="cannot be used now"), store.transaction() as work:
        work.outbox.add(Draft("mail 1", "a@x.example", "<1@o>", b""), NOON)
        with psycopg.connect(url, autocommit=True) as other:
            other.execute(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity "
                "WHERE datname = current_database() AND pid <> pg_backend_pid()"
            )
        work.outbox.counts()
    with store.snapshot() as work:
        assert work.outbox.counts().total == 0
