"""The contract of Store: transactions, versions, and faults of the disk."""

from __future__ import annotations

import shutil
import sqlite3
from contextlib import closing
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import select, text
from sqlalchemy.exc import StatementError

from mailer.errors import DiskFull, Refused, StoreUnusable, Temporary
from mailer.model.outbox import Draft
from mailer.ports import Work
from mailer.store.database import MIGRATIONS, SqlStore
from mailer.store.schema import HEAD, metadata, secrets
from tests.contracts.stores import (
    contact,
    draft,
    scopes,
)
from tests.fakes import NOON


def test_E2_committed_data_is_on_the_disk(tmp_path: Path) -> None:
    """A commit syncs the write-ahead log; a copy of the files then is what a power cut leaves."""
    with closing(SqlStore(f"sqlite:///{tmp_path}/mailer.db")) as store:
        store.upgrade()
        with store._engine.connect() as connection:
            assert connection.exec_driver_sql("PRAGMA synchronous").scalar() == 2  # FULL
        with store.transaction() as work:
            work.outbox.add(draft(), NOON)
        (tmp_path / "cut").mkdir()
        for name in ("mailer.db", "mailer.db-wal"):
            shutil.copy(tmp_path / name, tmp_path / "cut")
    with closing(SqlStore(f"sqlite:///{tmp_path}/cut/mailer.db")) as left, left.snapshot() as work:
        assert work.outbox.counts().total == 1


def test_a_transaction_is_atomic(store: SqlStore) -> None:
    with pytest.raises(ZeroDivisionError), store.transaction() as work:
        contact(work)
        work.outbox.add(draft(), NOON)
        raise ZeroDivisionError
    with store.snapshot() as work:
        assert (work.lists.contact_at("anna@union.example"), work.outbox.counts().total) == (None, 0)


def test_the_key_is_made_once(store: SqlStore) -> None:
    first = store.key
    store.upgrade()
    del store.key  # drop the cached key
    assert (store.key, len(first.secret)) == (first, 32)


FULL_TEXT = ("faq_index", "ix_faq_entries_terms")
"""What the migration makes for one database alone."""


@pytest.mark.parametrize(
    ("found", "reason"),
    [
        (None, "There is no store at .* yet: run `mailer upgrade`, which makes it"),
        ("0000", "The store is of version 0000, this mailer needs .*: run `mailer upgrade`"),
        ("9999", "The store is of version 9999, made by a newer mailer than this one"),
    ],
)
def test_a_store_of_another_version_is_refused(store: SqlStore, found: str | None, reason: str) -> None:
    store.require_current()
    with store._engine.begin() as connection:
        if found:
            connection.execute(text("UPDATE alembic_version SET version_num = :v"), {"v": found})
        else:
            connection.execute(text("DROP TABLE alembic_version"))
    with pytest.raises(Refused, match=reason):
        store.require_current()


def test_the_code_and_the_migrations_agree(store: SqlStore) -> None:
    assert ScriptDirectory(str(MIGRATIONS)).get_heads() == [HEAD]
    with store._engine.connect() as connection:
        full_text = {"include_name": lambda name, kind, parents: not str(name).startswith(FULL_TEXT)}
        assert compare_metadata(MigrationContext.configure(connection, opts=full_text), metadata) == []


def test_times_come_back_aware_and_in_utc(work: Work) -> None:
    tokyo = NOON.astimezone(timezone(timedelta(hours=9)))
    work.outbox.add(draft(), tokyo)
    found = work.outbox.first_due()
    assert found is not None
    assert (found, found.tzinfo) == (NOON, UTC)


def test_a_naive_time_is_refused(work: Work) -> None:
    with pytest.raises(StatementError, match="a time without a time zone"):
        work.outbox.add(draft(), datetime(2026, 11, 23, 12, 0))  # noqa: DTZ001  # that is the fault


# --- a store that cannot be used (SQLite in a file) ---


@pytest.fixture
def path(tmp_path: Path) -> Path:
    path = tmp_path / "mailer.db"
    with closing(SqlStore(f"sqlite:///{path}")) as store:
        store.upgrade()
    return path


def test_E15_a_locked_store_is_temporary(path: Path) -> None:
    with closing(SqlStore(f"sqlite:///{path}", lock_timeout=0.05)) as store:
        store.require_current()
        with closing(sqlite3.connect(path, isolation_level=None)) as other:
            other.execute("BEGIN IMMEDIATE")
            with pytest.raises(Temporary, match="cannot be used now: database is locked"), store.transaction():
                pytest.fail("there is no transaction to work in")
            with store.snapshot() as work:
                assert work.lists.count("nmb") == 0
            other.execute("ROLLBACK")
        with store.transaction() as work:
            work.lists.declare(scopes("nmb"))


def test_E15_a_store_that_cannot_be_written_is_temporary(path: Path) -> None:
    with closing(SqlStore(f"sqlite:///file:{path}?mode=ro&uri=true")) as store:
        with pytest.raises(Temporary, match="readonly"), store.transaction() as work:
            work.lists.declare(scopes("nmb"))
        with store.snapshot() as work:
            assert work.lists.versions(["nmb"]) == {}


def test_E15_a_full_store_is_temporary_and_keeps_what_it_has(path: Path) -> None:
    with closing(SqlStore(f"sqlite:///{path}")) as store:
        with store._engine.connect() as connection:
            pages = connection.exec_driver_sql("PRAGMA page_count").scalar_one()
            connection.exec_driver_sql(f"PRAGMA max_page_count = {pages + 5}")
        with pytest.raises(Temporary, match="full"), store.transaction() as work:
            work.outbox.add(Draft("c", "a@x.example", "<1@o>", bytes(1_000_000)), NOON)
        with store.transaction() as work:
            assert work.outbox.counts().total == 0
            work.outbox.add(draft(), NOON)


def test_E15_a_write_proves_that_the_store_works_and_changes_nothing(store: SqlStore) -> None:
    def stands() -> tuple[str | None, bytes | None]:
        with store.snapshot() as work:
            found = work.connection.scalar(select(secrets.c.value))
        return store.version(), found

    before = stands()
    for _ in range(3):
        store.prove()
        assert stands() == before


def test_E15_a_disk_with_little_room_is_no_proof_though_a_small_write_succeeds(path: Path) -> None:
    disks = ["the disk of /x is full"]
    with closing(SqlStore(f"sqlite:///{path}", shortage=lambda file, certain: disks[0])) as store:
        assert store.shortage == disks[0]
        with pytest.raises(DiskFull, match="The disk of /x is full"):
            store.prove()
        disks[0] = ""
        store.prove()


def test_E15_a_locked_store_gives_no_proof(path: Path) -> None:
    with (
        closing(SqlStore(f"sqlite:///{path}", lock_timeout=0.05)) as store,
        closing(sqlite3.connect(path, isolation_level=None)) as other,
    ):
        other.execute("BEGIN IMMEDIATE")
        with pytest.raises(StoreUnusable, match="database is locked"):
            store.prove()
        other.execute("ROLLBACK")


def test_E15_a_store_in_a_folder_that_is_gone_is_temporary(tmp_path: Path) -> None:
    store = SqlStore(f"sqlite:///{tmp_path / 'gone' / 'mailer.db'}")
    with pytest.raises(Temporary, match="unable to open"), store.snapshot():
        pytest.fail("there is no store")
