"""The audit trail, on every store."""

from __future__ import annotations

import sqlite3
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from datetime import datetime
from pathlib import Path

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DatabaseError

from mailer.model.audit import Proven, prove
from mailer.model.lists import Scope, ScopeKind
from mailer.ports import Work
from mailer.store.database import SqlStore
from tests.contracts.stores import MINUTE, contact, running
from tests.fakes import NOON
from tests.new_store import make


def test_the_trail_keeps_order_and_text(work: Work) -> None:
    for number in range(3):
        work.audit.add(NOON, "anna@x.example", "mail 1", "voted", f"update {number}", {"choice": "approve", "n": None})
    newest = work.audit.newest(2)
    assert [(e.at, e.actor, e.subject) for e in newest] == [
        (NOON, "anna@x.example", "update 1"),
        (NOON, "anna@x.example", "update 2"),
    ]
    assert newest[0].detail == {"choice": "approve", "n": None}


def test_entries_about_somebody_name_them_anywhere(work: Work) -> None:
    anna, annabel = "Anna@x.example", "joanna@x.example"
    work.audit.add(NOON, anna, "mail 1", "voted", "update 1", {})
    work.audit.add(NOON + MINUTE, "root", "command 1", "left", anna, {})
    work.audit.add(NOON + 2 * MINUTE, "root", "command 2", "imported", "nmb", {"added": [annabel, anna], "é": "%_"})
    work.audit.add(NOON + 3 * MINUTE, "root", "command 3", "imported", "nmb", {"added": [annabel], "é": "öl@x.example"})
    work.audit.add(NOON + 4 * MINUTE, "root", "command 4", "sent", "update 11", {})

    def causes(*of: str, limit: int = 10, since: datetime | None = None) -> list[str]:
        return [entry.cause for entry in work.audit.newest(limit, of, since)]

    assert causes("anna@X.example") == ["mail 1", "command 1", "command 2"]
    assert causes("anna@x.example", limit=2) == ["command 1", "command 2"]
    assert causes("anna@x.example", since=NOON + MINUTE) == ["command 1", "command 2"]
    assert causes("update 1", "öl@x.example") == ["mail 1", "command 3"]
    assert causes("_nna@x.example", "%") == []
    assert causes(since=NOON + 4 * MINUTE) == ["command 4"]


CHANGES = (
    "UPDATE audit SET actor = 'nobody'",
    "UPDATE audit SET actor = NULL",
    "UPDATE audit SET link = action, seals = replace(seals, 'a', 'b')",
    """UPDATE audit SET seals = '{"actor": [null, "0"]}'""",
    "DELETE FROM audit",
)
REPLACEMENT = "INSERT OR REPLACE INTO audit SELECT id, at, 'nobody', cause, action, subject, detail, rows, seals, link"


@pytest.mark.parametrize("statement", CHANGES)
def test_the_trail_cannot_be_changed(store: SqlStore, statement: str) -> None:
    if store.url.startswith("postgresql"):
        statement = statement.replace("replace(seals, 'a', 'b')", "replace(seals::text, 'a', 'b')::json")
    with store.transaction() as work:
        work.audit.add(NOON, "anna", "mail 1", "voted", "update 1", {})
    with pytest.raises(DatabaseError, match="append-only"), store._engine.begin() as connection:
        connection.execute(text(statement))
    with store.snapshot() as work:
        assert [entry.actor for entry in work.audit.newest(10)] == ["anna"]


@pytest.mark.parametrize("pragma", ["PRAGMA recursive_triggers = OFF", "PRAGMA recursive_triggers = ON"])
def test_no_row_of_a_file_can_be_replaced(tmp_path: Path, pragma: str) -> None:
    """By any program: INSERT OR REPLACE fires no trigger for DELETE unless the program asks for it."""
    with closing(SqlStore(f"sqlite:///{tmp_path / 'mailer.db'}")) as store:
        make(store)
        with store.transaction() as work:
            work.lists.declare([Scope(ScopeKind.LIST, "nmb")])
            contact(work, "anna@x.example", "nmb")
            work.audit.add(NOON, "anna", "mail 1", "voted", "update 1", {})
    with closing(sqlite3.connect(tmp_path / "mailer.db")) as other:
        other.execute(pragma)
        for statement in (
            f"{REPLACEMENT} FROM audit",
            "INSERT OR REPLACE INTO membership_changes SELECT list, version, contact, 'left', at, cause "
            "FROM membership_changes",
            "INSERT INTO audit SELECT 9, at, actor, cause, action, subject, detail, rows, seals, link FROM audit",
        ):
            with pytest.raises(sqlite3.IntegrityError, match="append-only"):
                other.execute(statement)


def proven(work: Work) -> Proven:
    return prove(work.audit.chain(), work.audit.rows())


def test_the_chain_verifies_after_a_person_is_erased(work: Work) -> None:
    anna = "Anna@x.example"
    work.audit.add(NOON, anna, "mail 1", "voted", "update 1", {"member": anna, "choice": "approve", "comment": "Fine"})
    work.audit.add(NOON, "root", "command 1", "imported", "nmb", {"added": ["bo@x.example", anna, "cy@x.example"]})
    work.audit.add(NOON, "root", "command 2", "rate set", "sending", {"per_minute": 3, "counts": {10: 1, 9: 2}})
    before = work.audit.head()
    assert work.audit.erase(1, [anna, anna.lower()]) == 2
    assert work.audit.erase(1, [anna, anna.lower()]) == 0
    assert proven(work) == Proven(before, 4, 0, [])
    first, second, third = work.audit.newest(9)
    assert (first.actor, first.subject, first.detail) == (
        "",
        "update 1",
        {"member": None, "choice": "approve", "comment": None},
    )
    assert first.erased == ("actor", "detail/member", "detail/comment")
    assert second.detail == {"added": ["bo@x.example", None, "cy@x.example"]}
    assert (third.number, third.erased) == (3, ())


def test_what_was_voted_granted_and_sent_is_in_the_chain(work: Work) -> None:
    made = running(work)
    work.audit.add(NOON, "root", "command 1", "sending started", "update 1", {})
    assert proven(work).rows == 1
    work.mailings.save(made.to(["cag"]))
    assert [fault.number for fault in proven(work).faults] == [1]
    work.audit.add(NOON, "root", "command 1", "sending started", "update 1", {})
    assert proven(work).is_whole


def test_what_a_failed_part_wrote_is_not_recorded(work: Work) -> None:
    with pytest.raises(ValueError, match="part"), work.savepoint():
        running(work)
        raise ValueError("part")
    work.audit.add(NOON, "root", "command 1", "rate set", "sending", {})
    assert proven(work) == Proven(work.audit.head(), 0, 0, [])


def test_transactions_that_run_at_once_do_not_fork_the_chain(store: SqlStore) -> None:
    def add(alone: bool) -> None:
        for _ in range(10):
            with store.transaction(alone=alone) as work:
                work.audit.add(NOON, "root", "command", "rate set", "sending", {})

    if store.file is None and store.url.startswith("sqlite"):
        pytest.skip("SQLite's memory belongs to one thread")
    with ThreadPoolExecutor(3) as pool:
        list(pool.map(add, [True, False, False]))
    with store.snapshot() as work:
        assert (work.audit.head().number, proven(work).faults) == (30, [])
