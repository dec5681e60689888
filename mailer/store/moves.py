"""The sender's moves: a group of rows at a time, in each database's own words.

They are what every mail waits for, and go past SQLAlchemy to the driver's own connection: to prepare a statement takes
it several times as long as SQLite needs to carry it out. PostgreSQL takes a group as arrays, in one round trip.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from contextlib import AbstractContextManager, nullcontext
from datetime import datetime
from functools import cache
from typing import Any, Protocol

from sqlalchemy.engine import Dialect

from mailer.outbox.model import Outcome
from mailer.store.schema import STILL_WAITING, WAITING, outbox

_OURS = "state IN ('sending', 'in doubt')"
"""A row whose holder was taken for dead is in doubt; that it was sent, or failed, is still believed."""


class Moves(Protocol):
    """How one database moves rows, over its driver's connection. ``at`` is a time as the driver takes it."""

    def claim(self, driver: Any, rows: Sequence[int], holder: str) -> Any:
        """Waiting rows are being sent by ``holder``; a cursor, whose ``rowcount`` says how many."""

    def settle(self, driver: Any, outcomes: Sequence[Outcome], at: Any, holder: str) -> None:
        """Rows of ``holder`` have come to an end."""

    def defer(self, driver: Any, outcomes: Sequence[tuple[Outcome, Any]], holder: str) -> None:
        """Rows of ``holder`` wait again, each until its time."""

    def together(self, driver: Any) -> AbstractContextManager[object]:
        """What is moved in this context need not wait for one another's answers: counts are known at its end."""


class _Sqlite:
    def together(self, driver: Any) -> AbstractContextManager[object]:
        return nullcontext()

    def claim(self, driver: Any, rows: Sequence[int], holder: str) -> Any:
        statement = (
            f"UPDATE outbox SET state = 'sending', attempts = attempts + 1, holder = ? WHERE id = ? AND {WAITING}"
        )
        return driver.executemany(statement, [(holder, row) for row in rows])

    def settle(self, driver: Any, outcomes: Sequence[Outcome], at: Any, holder: str) -> None:
        statement = f"UPDATE outbox SET state = ?, reply = ?, settled_at = ? WHERE id = ? AND holder = ? AND {_OURS}"
        values = [(outcome.state.value, outcome.reply, at, outcome.row, holder) for outcome in outcomes]
        driver.executemany(statement, values)

    def defer(self, driver: Any, outcomes: Sequence[tuple[Outcome, Any]], holder: str) -> None:
        statement = (
            "UPDATE outbox SET state = ?, reply = ?, due_at = ? WHERE id = ? AND holder = ? AND state = 'sending'"
        )
        values = [(outcome.state.value, outcome.reply, at, outcome.row, holder) for outcome, at in outcomes]
        driver.executemany(statement, values)


class _Postgresql:
    def together(self, driver: Any) -> AbstractContextManager[object]:
        pipeline: AbstractContextManager[object] = driver.pipeline()
        return pipeline

    def claim(self, driver: Any, rows: Sequence[int], holder: str) -> Any:
        statement = f"""
            UPDATE outbox SET state = 'sending', attempts = attempts + 1, holder = %s
            WHERE id = ANY(%s::bigint[]) AND {STILL_WAITING}
        """
        return driver.execute(statement, (holder, list(rows)))

    def settle(self, driver: Any, outcomes: Sequence[Outcome], at: Any, holder: str) -> None:
        statement = f"""
            UPDATE outbox SET state = new.state, reply = new.reply, settled_at = %s
            FROM unnest(%s::bigint[], %s::text[], %s::text[]) AS new (id, state, reply)
            WHERE outbox.id = new.id AND holder = %s AND outbox.{_OURS}
        """
        driver.execute(statement, (at, *_columns(outcomes), holder))

    def defer(self, driver: Any, outcomes: Sequence[tuple[Outcome, Any]], holder: str) -> None:
        statement = """
            UPDATE outbox SET state = new.state, reply = new.reply, due_at = new.due_at
            FROM unnest(%s::bigint[], %s::text[], %s::text[], %s::timestamptz[]) AS new (id, state, reply, due_at)
            WHERE outbox.id = new.id AND holder = %s AND outbox.state = 'sending'
        """
        columns = _columns([outcome for outcome, _ in outcomes])
        driver.execute(statement, (*columns, [at for _, at in outcomes], holder))


def _columns(outcomes: Sequence[Outcome]) -> tuple[list[int], list[str], list[str]]:
    rows = [outcome.row for outcome in outcomes]
    return rows, [outcome.state.value for outcome in outcomes], [outcome.reply for outcome in outcomes]


MOVES: Mapping[str, Moves] = {"sqlite": _Sqlite(), "postgresql": _Postgresql()}
"""By dialect."""


@cache
def stamp(dialect: Dialect) -> Callable[[datetime], Any]:
    """From a time to what the driver takes, as every other statement writes it."""
    processor: Callable[[datetime], Any] | None = outbox.c.due_at.type.dialect_impl(dialect).bind_processor(dialect)
    return processor or (lambda time: time)
