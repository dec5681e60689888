"""The sender's moves: a group of rows at a time, in each database's own words.

They are what every mail waits for, and go past SQLAlchemy to the driver's own connection: to prepare a statement takes
it several times as long as SQLite needs to carry it out. PostgreSQL takes a group as arrays, in one statement.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from functools import cache
from typing import Any, Protocol, TypeAlias

from sqlalchemy.engine import Dialect

from mailer.model.outbox import Delivery, Outcome
from mailer.store.schema import WAITING, outbox

Ended: TypeAlias = tuple[Outcome, Any]
"""What became of a row, and when it is tried again, as the driver takes a time; None is not at all."""


class Claim(Protocol):
    """How one database moves rows, over its driver's connection. ``at`` is a time as the driver takes it.

    A row whose holder was taken for dead is in doubt; that it was sent, or failed, is still believed.
    """

    def __call__(self, driver: Any, rows: Sequence[int], ended: Sequence[Ended], at: Any, holder: str) -> bool:
        """Waiting ``rows`` are being sent by ``holder``, and of its rows these have ended; whether all were moved.

        A row may be in both: it is claimed, and then it ends.
        """


_CLAIM = f"""
    UPDATE outbox SET state = 'sending', attempts = attempts + 1, holder = ?
    WHERE id IN (SELECT value FROM json_each(?)) AND {WAITING}
"""
_SETTLE = """
    UPDATE outbox SET state = ?, reply = ?, settled_at = ?
    WHERE id = ? AND holder = ? AND state IN ('sending', 'in doubt')
"""
_DEFER = "UPDATE outbox SET state = ?, reply = ?, due_at = ? WHERE id = ? AND holder = ? AND state = 'sending'"


def _sqlite(driver: Any, rows: Sequence[int], ended: Sequence[Ended], at: Any, holder: str) -> bool:
    moved = 0
    settled = [(end.state.value, end.reply, at, end.row, holder) for end, due_at in ended if due_at is None]
    if rows:
        moved += driver.execute(_CLAIM, (holder, str(list(rows)))).rowcount
    if settled:
        moved += driver.executemany(_SETTLE, settled).rowcount
    if len(settled) < len(ended):
        deferred = [
            (end.state.value, end.reply, due_at, end.row, holder) for end, due_at in ended if due_at is not None
        ]
        moved += driver.executemany(_DEFER, deferred).rowcount
    return moved == len(rows) + len(ended)


_MOVE = f"""
    UPDATE outbox SET
        state = new.state,
        attempts = attempts + new.claimed::int,
        holder = %s,
        reply = coalesce(new.reply, outbox.reply),
        due_at = coalesce(new.due_at, outbox.due_at),
        settled_at = CASE WHEN new.state NOT IN ('sending', 'deferred') THEN %s::timestamptz END
    FROM unnest(%s::bigint[], %s::bool[], %s::text[], %s::text[], %s::timestamptz[])
        AS new (id, claimed, state, reply, due_at)
    WHERE outbox.id = new.id AND CASE
        WHEN new.claimed THEN outbox.{WAITING}
        ELSE outbox.holder = %s
            AND (outbox.state = 'sending' OR (outbox.state = 'in doubt' AND new.due_at IS NULL))
    END
"""


def _postgresql(driver: Any, rows: Sequence[int], ended: Sequence[Ended], at: Any, holder: str) -> bool:
    """A statement sees no row twice: what is claimed and ends is moved once, to where it ends."""
    claimed = set(rows)
    claims = claimed.difference([outcome.row for outcome, _ in ended]) if ended else claimed
    moves = [
        *[(str(row), "t", Delivery.SENDING.value, "NULL", "NULL") for row in claims],
        *[
            (str(end.row), "ft"[end.row in claimed], end.state.value, _quoted(end.reply), _quoted(due_at))
            for end, due_at in ended
        ],
    ]
    columns = [f"{{{','.join(column)}}}" for column in zip(*moves, strict=True)]
    moved: int = driver.execute(_MOVE, (holder, at, *columns, holder)).rowcount
    return moved == len(moves)


def _quoted(value: object) -> str:
    """As it stands in an array that is written out (8.15.2 of PostgreSQL's manual); psycopg takes thrice as long."""
    if value is None:
        return "NULL"
    text = str(value).replace("\\", "\\\\").replace('"', '\\"')
    return f'"{text}"'


CLAIMS: Mapping[str, Claim] = {"sqlite": _sqlite, "postgresql": _postgresql}
"""By dialect."""


@cache
def stamp(dialect: Dialect) -> Callable[[datetime], Any]:
    """From a time to what the driver takes, as every other statement writes it."""
    processor: Callable[[datetime], Any] | None = outbox.c.due_at.type.dialect_impl(dialect).bind_processor(dialect)
    return processor or (lambda time: time)
