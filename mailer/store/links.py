"""Queries of what is known of the addresses of links."""

from __future__ import annotations

from collections.abc import Collection

from sqlalchemy import Connection, delete, insert, select

from mailer.model.links import Check
from mailer.store.schema import link_checks


class SqlLinkQueries:
    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def checks(self, urls: Collection[str]) -> dict[str, Check]:
        rows = self._connection.execute(select(link_checks).where(link_checks.c.url.in_(urls)))
        return {row.url: Check(row.url, row.at, row.answer, row.failures) for row in rows}

    def save(self, check: Check) -> None:
        self._connection.execute(delete(link_checks).where(link_checks.c.url == check.url))
        values = {"url": check.url, "at": check.at, "answer": check.answer, "failures": check.failures}
        self._connection.execute(insert(link_checks).values(values))
