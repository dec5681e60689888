"""Queries of an issue's deliveries as people see them: what failed and why, what is sent again, what is given up."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from sqlalchemy import Connection, select, text, update

from mailer.outbox.model import Delivery
from mailer.store.schema import WAITING, outbox

CHUNK = 1000
"""Rows that are read at a time."""


class DeliveryQueries:
    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def replies(self, issue_id: int, *states: Delivery) -> Iterator[tuple[str, str]]:
        """Recipient and reply of every copy in one of ``states``, read as they are asked for."""
        query = (
            select(outbox.c.recipient, outbox.c.reply)
            .where(outbox.c.issue == issue_id, outbox.c.state.in_([state.value for state in states]))
            .order_by(outbox.c.id)
            .execution_options(yield_per=CHUNK)  # of this query alone: the connection would keep them
        )
        for row in self._connection.execute(query):
            yield row.recipient, row.reply

    def give_up(self, issue_id: int, reason: str, now: datetime) -> int:
        """Hold every copy that waits back for good; how many."""
        return self._connection.execute(
            update(outbox)
            .where(outbox.c.issue == issue_id, text(WAITING))
            .values(state=Delivery.SUPPRESSED.value, reply=reason, settled_at=now)
        ).rowcount
