"""Queries of how fast mail goes: reservations, breakers, and the rates that were set."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Any

from sqlalchemy import Connection, Select, delete, select

from mailer.model.refusals import Refusal
from mailer.model.throttle import Breaker, Used
from mailer.store.schema import breakers, rates, throttles
from mailer.store.upsert import insert_new, upsert


class SqlThrottleQueries:
    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def locked(self, keys: Collection[str]) -> dict[str, Used]:
        made = [{"key": key, "next_at": 0, "marks": {}} for key in sorted(keys)]
        self._connection.execute(insert_new(self._connection, throttles), made)
        query = select(throttles).where(throttles.c.key.in_(keys)).order_by(throttles.c.key).with_for_update()
        return self._used(query)

    def used(self) -> dict[str, Used]:
        return self._used(select(throttles).order_by(throttles.c.key))

    def _used(self, query: Select[Any]) -> dict[str, Used]:
        return {
            row.key: Used(
                row.since,
                row.next_at,
                {int(period): tuple((last, count) for last, count in marks) for period, marks in row.marks.items()},
            )
            for row in self._connection.execute(query)
        }

    def give_out(self, used: Mapping[str, Used]) -> None:
        for key, now in used.items():
            row = {"key": key, "since": now.since, "next_at": now.next_at, "marks": dict(now.marks)}
            upsert(self._connection, throttles, row, on=("key",))

    def breakers(self) -> dict[str, Breaker]:
        return {
            row.key: Breaker(
                row.factor,
                row.strikes,
                row.until,
                row.reply,
                row.trying,
                Refusal(row.refusal) if row.refusal else None,
            )
            for row in self._connection.execute(select(breakers).order_by(breakers.c.key))
        }

    def set_breaker(self, key: str, breaker: Breaker | None) -> None:
        if breaker is None:
            self._connection.execute(delete(breakers).where(breakers.c.key == key))
            return
        row = {
            "factor": breaker.factor,
            "strikes": breaker.strikes,
            "until": breaker.until,
            "reply": breaker.reply,
            "trying": breaker.trying,
            "refusal": breaker.refusal.value if breaker.refusal else None,
        }
        upsert(self._connection, breakers, {"key": key, **row}, on=("key",))

    def rates(self) -> dict[str, int]:
        return {row.key: row.per_minute for row in self._connection.execute(select(rates))}

    def set_rate(self, key: str, per_minute: int | None) -> None:
        if per_minute is None:
            self._connection.execute(delete(rates).where(rates.c.key == key))
        else:
            upsert(self._connection, rates, {"key": key, "per_minute": per_minute}, on=("key",))
