"""Queries of addresses and domains that get no mailings."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from itertools import chain
from typing import Any

from sqlalchemy import Connection, Row, bindparam, delete, exists, func, or_, select

from mailer.message import Address
from mailer.model.lists import Standing
from mailer.model.personal_data import Erasing
from mailer.model.suppressions import Cause, Suppression, suppressed_domain
from mailer.store.schema import contacts, memberships, suppressed_domains, suppressions
from mailer.store.upsert import upsert

CHUNK = 1000
"""How many rows are read at a time."""

_OF_DOMAIN = select(suppressed_domains).where(suppressed_domains.c.domain == bindparam("domain"))
_OF_ADDRESS = select(suppressions).where(suppressions.c.key == bindparam("key"))
_REMOVE = delete(suppressions).where(suppressions.c.key == bindparam("key"))


def _suppression(row: Row[Any]) -> Suppression:
    return Suppression(row.reason, row.since, Cause(row.cause), row.address)


def _of_domain(row: Row[Any]) -> Suppression:
    return Suppression(row.reason, row.since, Cause.PERSON, f"@{row.domain}")


def reasons_of_domains(connection: Connection, domains: Collection[str] | None = None) -> dict[str, str]:
    """Why these domains get no mailings, or every suppressed domain."""
    query = select(suppressed_domains.c.domain, suppressed_domains.c.reason)
    if domains is not None:
        query = query.where(suppressed_domains.c.domain.in_(domains))
    return {row.domain: row.reason for row in connection.execute(query)}


class SqlSuppressionQueries:
    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def save(self, suppressions_: Sequence[Suppression]) -> None:
        for one in suppressions_:
            common = {"reason": one.reason, "since": one.since}
            if domain := suppressed_domain(one.of):
                upsert(self._connection, suppressed_domains, {"domain": domain, **common}, on=("domain",))
            else:
                row = {"key": Address.parse(one.of).key, "address": one.of, "cause": one.cause.value, **common}
                upsert(self._connection, suppressions, row, on=("key",))

    def remove(self, subject: str) -> bool:
        if domain := suppressed_domain(subject):
            gone = delete(suppressed_domains).where(suppressed_domains.c.domain == domain)
            return bool(self._connection.execute(gone).rowcount)
        return bool(self._connection.execute(_REMOVE, {"key": Address.parse(subject).key}).rowcount)

    def find(self, subject: str) -> Suppression | None:
        if domain := suppressed_domain(subject):
            row = self._connection.execute(_OF_DOMAIN, {"domain": domain}).one_or_none()
            return _of_domain(row) if row else None
        row = self._connection.execute(_OF_ADDRESS, {"key": Address.parse(subject).key}).one_or_none()
        return _suppression(row) if row else None

    def covering(self, address: Address) -> Suppression | None:
        return self.find(str(address)) or self.find(f"@{address.domain}")

    def on_list(self, key: str) -> int:
        by_address = exists().where(suppressions.c.key == contacts.c.key)
        by_domain = exists().where(suppressed_domains.c.domain == contacts.c.domain)
        query = (
            select(func.count())
            .select_from(memberships)
            .join(contacts, contacts.c.id == memberships.c.contact)
            .where(
                memberships.c.list == key,
                memberships.c.standing == Standing.ACTIVE.value,
                or_(by_address, by_domain),
            )
        )
        return self._connection.scalar(query) or 0

    def each(self, cause: Cause | None = None) -> Iterator[Suppression]:
        options = {"yield_per": CHUNK}
        domains = select(suppressed_domains).order_by(suppressed_domains.c.domain)
        addresses = select(suppressions).order_by(suppressions.c.key)
        if cause is not None:
            addresses = addresses.where(suppressions.c.cause == cause.value)
        of_domains = self._connection.execute(domains) if cause in (None, Cause.PERSON) else ()
        return chain(
            map(_of_domain, of_domains),
            map(_suppression, self._connection.execute(addresses.execution_options(**options))),
        )


def erase_suppressions(connection: Connection, erasing: Erasing) -> None:
    connection.execute(delete(suppressions).where(suppressions.c.key.in_(erasing.keys)))
