"""Queries of imports: a batch of addresses at once, so that a row costs microseconds."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from datetime import date, datetime
from typing import Any

from sqlalchemy import Connection, bindparam, delete, func, insert, null, select, update

from mailer.message import Address
from mailer.model import list_file
from mailer.model.imports import Known, merged
from mailer.model.lists import Contact, Standing
from mailer.store.engine import analyze
from mailer.store.lists import CHUNK, columns_of, contact_of
from mailer.store.schema import (
    bounces,
    contacts,
    former_addresses,
    membership_changes,
    memberships,
    opt_outs,
    suppressions,
)
from mailer.store.suppressions import reasons_of_domains

_CONTACTS = select(contacts).where(contacts.c.key.in_(bindparam("keys", expanding=True)))
_IDS = select(contacts.c.key, contacts.c.id).where(contacts.c.key.in_(bindparam("keys", expanding=True)))
_STANDINGS = select(memberships.c.contact, memberships.c.standing, memberships.c.until).where(
    memberships.c.list == bindparam("list"), memberships.c.contact.in_(bindparam("ids", expanding=True))
)
_OPT_OUTS = select(opt_outs.c.contact, opt_outs.c.publication).where(
    opt_outs.c.contact.in_(bindparam("ids", expanding=True))
)
_SUPPRESSIONS = select(suppressions.c.key, suppressions.c.reason).where(
    suppressions.c.key.in_(bindparam("keys", expanding=True))
)
_MOVED = (
    select(former_addresses.c.key, contacts.c.address)
    .join(contacts, contacts.c.id == former_addresses.c.contact)
    .where(former_addresses.c.key.in_(bindparam("keys", expanding=True)))
)
_CHANGE = (
    update(contacts)
    .where(contacts.c.id == bindparam("contact"))
    .values({name: bindparam(name) for name in ("name", "organisation", "kind", "country", "language", "format")})
)
_JOIN = insert(memberships)
_MOVE = (
    update(memberships)
    .where(memberships.c.list == bindparam("of_list"), memberships.c.contact == bindparam("of_contact"))
    .values(standing=bindparam("standing"), since=bindparam("since"), until=null(), told=null())
)


def _pairs(rows: Iterable[Any]) -> dict[Any, Any]:
    """Rows of two columns, the first of which is unique."""
    return {row[0]: row[1] for row in rows}


class SqlImportQueries:
    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self._added = 0
        self._analyze_at = CHUNK

    def known(self, key: str, addresses: Sequence[Address]) -> dict[str, Known]:
        keys = {"keys": [address.key for address in addresses]}
        found = {row.key: contact_of(row) for row in self._connection.execute(_CONTACTS, keys)}
        reasons = self._suppressed(addresses, keys)
        moved = _pairs(self._connection.execute(_MOVED, keys))
        ids = {"ids": [contact.id for contact in found.values()]}
        standings: dict[int, tuple[str, date | None]] = {}
        left: defaultdict[int, set[str]] = defaultdict(set)
        if found:
            rows = self._connection.execute(_STANDINGS, {"list": key, **ids})
            standings = {row.contact: (row.standing, row.until) for row in rows}
            for contact, publication in self._connection.execute(_OPT_OUTS, ids):
                left[contact].add(publication)
        known: dict[str, Known] = {}
        for each in found.keys() | reasons.keys() | moved.keys():
            contact_there = found.get(each)
            standing, until = standings.get(contact_there.id if contact_there else 0, (None, None))
            known[each] = Known(
                contact=contact_there,
                standing=Standing(standing) if standing else None,
                left=frozenset(left.get(contact_there.id, ())) if contact_there else frozenset(),
                suppressed=reasons.get(each, ""),
                moved_to=moved.get(each, ""),
                until=until,
            )
        return known

    def _suppressed(self, addresses: Sequence[Address], keys: Mapping[str, Sequence[str]]) -> dict[str, str]:
        """Why each suppressed address gets no mailings, by its key."""
        domains = reasons_of_domains(self._connection)
        by_domain = {one.key: domains[one.domain] for one in addresses if one.domain in domains} if domains else {}
        return by_domain | _pairs(self._connection.execute(_SUPPRESSIONS, keys))

    def active(self, key: str) -> Iterator[Contact]:
        query = (
            select(contacts)
            .join(memberships, memberships.c.contact == contacts.c.id)
            .where(memberships.c.list == key, memberships.c.standing == Standing.ACTIVE.value)
            .order_by(contacts.c.key)
            .execution_options(yield_per=CHUNK)
        )
        for row in self._connection.execute(query):
            yield contact_of(row)

    def save(self, rows: Sequence[tuple[list_file.Row, Contact | None]], now: datetime) -> dict[str, int]:
        new = [
            {
                "key": row.address.key,
                "address": str(row.address),
                "domain": row.address.domain,
                "created_at": now,
                **columns_of(row.details),
            }
            for row, contact in rows
            if contact is None
        ]
        changed = [
            {"contact": contact.id, **columns_of(merged(contact.details, row.details))}
            for row, contact in rows
            if contact is not None
        ]
        ids = {row.address.key: contact.id for row, contact in rows if contact is not None}
        if changed:
            self._connection.execute(_CHANGE, changed)
        if new:
            self._connection.execute(insert(contacts), new)
            self._plan_anew(len(new))
            ids.update(_pairs(self._connection.execute(_IDS, {"keys": [row["key"] for row in new]})))
        return ids

    def _plan_anew(self, added: int) -> None:
        """Count rows anew each time that they have doubled; PostgreSQL would go on planning for empty tables."""
        self._added += added
        if self._added >= self._analyze_at:
            self._analyze_at = 2 * self._added
            for table in (contacts, memberships, membership_changes):
                analyze(self._connection, table)

    def set_standings(
        self, key: str, contact_ids: Collection[int], standing: Standing, now: datetime, cause: str
    ) -> None:
        if not contact_ids:
            return
        known = set(self._connection.execute(_STANDINGS, {"list": key, "ids": list(contact_ids)}).scalars())
        joining = [
            {"list": key, "contact": contact, "standing": standing.value, "since": now}
            for contact in contact_ids
            if contact not in known
        ]
        moving = [
            {"of_list": key, "of_contact": contact, "standing": standing.value, "since": now}
            for contact in contact_ids
            if contact in known
        ]
        if joining:
            self._connection.execute(_JOIN, joining)
        if moving:
            self._connection.execute(_MOVE, moving)
        newest = select(func.coalesce(func.max(membership_changes.c.version), 0))
        last = self._connection.scalar(newest.where(membership_changes.c.list == key)) or 0
        self._connection.execute(
            insert(membership_changes),
            [
                {
                    "list": key,
                    "version": version,
                    "contact": contact,
                    "standing": standing.value,
                    "at": now,
                    "cause": cause,
                }
                for version, contact in enumerate(contact_ids, last + 1)
            ],
        )

    def opt_in(self, contact_ids: Collection[int], publications: Collection[str]) -> None:
        theirs = opt_outs.c.contact.in_(list(contact_ids)), opt_outs.c.publication.in_(list(publications))
        self._connection.execute(delete(opt_outs).where(*theirs))

    def unsuppress(self, addresses: Sequence[Address]) -> None:
        keys = [address.key for address in addresses]
        self._connection.execute(delete(suppressions).where(suppressions.c.key.in_(keys)))
        self._connection.execute(delete(bounces).where(bounces.c.key.in_(keys)))
