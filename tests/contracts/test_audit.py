"""The audit trail, on every store."""

from __future__ import annotations

from datetime import datetime

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DatabaseError

from mailer.ports import Work
from mailer.store.database import SqlStore
from tests.contracts.stores import MINUTE
from tests.fakes import NOON


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


@pytest.mark.parametrize("statement", ["UPDATE audit SET actor = 'nobody'", "DELETE FROM audit"])
def test_the_trail_cannot_be_changed(store: SqlStore, statement: str) -> None:
    with store.transaction() as work:
        work.audit.add(NOON, "anna", "mail 1", "voted", "update 1", {})
    with pytest.raises(DatabaseError, match="append-only"), store._engine.begin() as connection:
        connection.execute(text(statement))
    with store.snapshot() as work:
        assert [entry.actor for entry in work.audit.newest(10)] == ["anna"]
