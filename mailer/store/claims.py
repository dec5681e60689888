"""Claims and settles a group of outbox rows, with statements for each database.

Every mail waits for these statements, so they bypass SQLAlchemy and use the driver's connection: SQLAlchemy takes
several times as long to prepare a statement as SQLite to run it. PostgreSQL gets a group as arrays in one statement.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from functools import cache
from typing import Any, Protocol, TypeAlias

from sqlalchemy.engine import Dialect

from mailer.model.outbox import Delivery, Outcome
from mailer.store.schema import WAITING, outbox

DriverOutcome: TypeAlias = tuple[Outcome, Any]
"""An outcome, and when the row is tried again as the driver's time, or None."""


class RecordRows(Protocol):
    """Claims and settles rows over a driver's connection. ``at`` is the driver's time.

    If a holder was presumed dead, its rows are in doubt. If it still reports that one was sent or failed, that counts.
    """

    def __call__(self, driver: Any, rows: Sequence[int], ended: Sequence[DriverOutcome], at: Any, holder: str) -> bool:
        """Claim waiting ``rows`` for ``holder``, and settle those that ``ended``; returns whether all were updated.

        A row in both is claimed first.
        """


_CLAIM = f"""
    UPDATE outbox SET state = 'sending', attempts = attempts + 1, holder = ?
    WHERE id IN (SELECT value FROM json_each(?)) AND {WAITING}
"""
_SETTLE = """
    UPDATE outbox SET state = ?, reply = ?, settled_at = ?
    WHERE id = ? AND holder = ? AND state IN ('sending', 'in doubt')
"""
_DEFER = """
    UPDATE outbox SET state = ?, reply = ?, due_at = ?, attempts = attempts - ?
    WHERE id = ? AND holder = ? AND state = 'sending'
"""


def _sqlite(driver: Any, rows: Sequence[int], ended: Sequence[DriverOutcome], at: Any, holder: str) -> bool:
    updated = 0
    settled = [(end.state.value, end.reply, at, end.row, holder) for end, due_at in ended if due_at is None]
    if rows:
        updated += driver.execute(_CLAIM, (holder, str(list(rows)))).rowcount
    if settled:
        updated += driver.executemany(_SETTLE, settled).rowcount
    if len(settled) < len(ended):
        deferred = [
            (end.state.value, end.reply, due_at, not end.counted, end.row, holder)
            for end, due_at in ended
            if due_at is not None
        ]
        updated += driver.executemany(_DEFER, deferred).rowcount
    return updated == len(rows) + len(ended)


_UPDATE = f"""
    UPDATE outbox SET
        state = new.state,
        attempts = attempts + new.claimed::int - new.uncounted::int,
        holder = %s,
        reply = coalesce(new.reply, outbox.reply),
        due_at = coalesce(new.due_at, outbox.due_at),
        settled_at = CASE WHEN new.state NOT IN ('sending', 'deferred') THEN %s::timestamptz END
    FROM unnest(%s::bigint[], %s::bool[], %s::bool[], %s::text[], %s::text[], %s::timestamptz[])
        AS new (id, claimed, uncounted, state, reply, due_at)
    WHERE outbox.id = new.id AND CASE
        WHEN new.claimed THEN outbox.{WAITING}
        ELSE outbox.holder = %s
            AND (outbox.state = 'sending' OR (outbox.state = 'in doubt' AND new.due_at IS NULL))
    END
"""


def _postgresql(driver: Any, rows: Sequence[int], ended: Sequence[DriverOutcome], at: Any, holder: str) -> bool:
    """One statement updates a row only once, so a row that is claimed and ends goes straight to its outcome."""
    claimed = set(rows)
    claims = claimed.difference([outcome.row for outcome, _ in ended]) if ended else claimed
    updates = [
        *[(str(row), "t", "f", Delivery.SENDING.value, "NULL", "NULL") for row in claims],
        *[
            (
                str(end.row),
                "ft"[end.row in claimed],
                "tf"[end.counted],
                end.state.value,
                _quoted(end.reply),
                _quoted(due_at),
            )
            for end, due_at in ended
        ],
    ]
    columns = [f"{{{','.join(column)}}}" for column in zip(*updates, strict=True)]
    updated: int = driver.execute(_UPDATE, (holder, at, *columns, holder)).rowcount
    return updated == len(updates)


def _quoted(value: object) -> str:
    """An element of an array literal (8.15.2 of PostgreSQL's manual); psycopg takes three times as long."""
    if value is None:
        return "NULL"
    text = str(value).replace("\\", "\\\\").replace('"', '\\"')
    return f'"{text}"'


RECORD_ROWS: Mapping[str, RecordRows] = {"sqlite": _sqlite, "postgresql": _postgresql}
"""By dialect."""


@cache
def time_writer(dialect: Dialect) -> Callable[[datetime], Any]:
    """A function that converts a time for the driver, as SQLAlchemy does in other statements."""
    processor: Callable[[datetime], Any] | None = outbox.c.due_at.type.dialect_impl(dialect).bind_processor(dialect)
    return processor or (lambda time: time)
