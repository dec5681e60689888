"""Queries of counters of answers, and of notices that are held in a flood."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

from sqlalchemy import Connection, bindparam, delete, insert, select, update

from mailer.model.caps import HeldNotice
from mailer.model.personal_data import Erasing
from mailer.store.schema import answer_counts, held_notices
from mailer.store.upsert import insert_new

_KEYS = answer_counts.c.key.in_(bindparam("keys", expanding=True))
_COUNTS = select(answer_counts.c.key, answer_counts.c.count).where(_KEYS, answer_counts.c.period == bindparam("period"))
_COUNT = (
    update(answer_counts)
    .where(_KEYS, answer_counts.c.period == bindparam("in_period"))
    .values(count=answer_counts.c.count + 1)
)
_HOLD = insert(held_notices)


class SqlCapQueries:
    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def counts(self, keys: Collection[str], period: str) -> dict[str, int]:
        found = self._connection.execute(_COUNTS, {"keys": list(keys), "period": period})
        return {row[0]: row[1] for row in found}

    def count(self, keys: Collection[str], period: str) -> None:
        rows: list[dict[str, Any]] = [{"key": key, "period": period, "count": 0} for key in sorted(keys)]
        self._connection.execute(insert_new(self._connection, answer_counts), rows)
        self._connection.execute(_COUNT, {"keys": list(keys), "in_period": period})

    def has_counted(self, before: str) -> bool:
        query = select(answer_counts.c.period).where(answer_counts.c.period < before).limit(1)
        return self._connection.scalar(query) is not None

    def forget(self, before: str) -> None:
        self._connection.execute(delete(answer_counts).where(answer_counts.c.period < before))

    def hold(self, held: HeldNotice) -> None:
        row = {"notice": held.notice, "recipient": held.recipient, "about": held.about, "held_at": held.held_at}
        self._connection.execute(_HOLD, row)

    def held(self) -> list[HeldNotice]:
        return [HeldNotice(*row) for row in self._connection.execute(select(held_notices).order_by(held_notices.c.id))]

    def release(self, held: Collection[HeldNotice]) -> None:
        if held:
            last = max(one.id for one in held)
            recipients = {one.recipient for one in held}
            self._connection.execute(
                delete(held_notices).where(held_notices.c.id <= last, held_notices.c.recipient.in_(recipients))
            )


def erase_held_notices(connection: Connection, erasing: Erasing) -> None:
    """What notices that were not written would have said of them."""
    for address in erasing.addresses:
        named = held_notices.c.about.icontains(address, autoescape=True)
        connection.execute(update(held_notices).where(named).values(about=""))
