"""The audit trail, on every store."""

from __future__ import annotations

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DatabaseError

from mailer.ports import Work
from mailer.store.database import SqlStore
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


@pytest.mark.parametrize("statement", ["UPDATE audit SET actor = 'nobody'", "DELETE FROM audit"])
def test_the_trail_cannot_be_changed(store: SqlStore, statement: str) -> None:
    with store.transaction() as work:
        work.audit.add(NOON, "anna", "mail 1", "voted", "update 1", {})
    with pytest.raises(DatabaseError, match="append-only"), store._engine.begin() as connection:
        connection.execute(text(statement))
    with store.snapshot() as work:
        assert [entry.actor for entry in work.audit.newest(10)] == ["anna"]
