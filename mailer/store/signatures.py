"""Queries of the mails that were acted on."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from sqlalchemy import Connection, select

from mailer.store.schema import seen_signatures
from mailer.store.upsert import insert_new


class SqlSignatureQueries:
    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def seen(self, signatures: Iterable[str]) -> dict[str, str]:
        query = select(seen_signatures).where(seen_signatures.c.signature.in_(list(signatures)))
        return {row.signature: row.counted_for for row in self._connection.execute(query)}

    def remember(self, signatures: Iterable[str], counted_for: str, now: datetime) -> None:
        for signature in dict.fromkeys(signatures):
            row = {"signature": signature, "counted_for": counted_for, "counted_at": now}
            self._connection.execute(insert_new(self._connection, seen_signatures).values(row))
