"""Queries about how mail fares to addresses."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, bindparam, delete, exists, func, insert, select, update

from mailer.message import Address
from mailer.model.bounces import ABOUT_US, AddressState, Bouncing, Heard, RefusedMail
from mailer.model.lists import Contact, Standing
from mailer.model.outbox import Delivery, Fate
from mailer.model.personal_data import Erasing, Over
from mailer.model.reports import Reported, Why
from mailer.store.lists import contact_of
from mailer.store.schema import bounce_reports, bounces, contacts, memberships, outbox, refused, suppressions
from mailer.store.upsert import upsert

CHUNK = 1000
"""How many rows are read at a time."""


_FIND = select(bounces).where(bounces.c.key == bindparam("key"))
_KNOWN = select(bounces.c.key).where(bounces.c.key.in_(bindparam("keys", expanding=True)))
_NOTE = insert(bounce_reports)


def _bouncing(row: Row[Any]) -> Bouncing:
    return Bouncing(
        state=AddressState(row.state),
        score=row.score,
        scored_at=row.scored_at,
        since=row.since,
        changed_at=row.changed_at,
        next_at=row.next_at,
        tries=row.tries,
        tried_at=row.tried_at,
        why=Why(row.why),
        status=row.status,
        reply=row.reply,
    )


def _active_on(lists: Collection[str]) -> Any:
    return exists().where(
        memberships.c.contact == contacts.c.id,
        memberships.c.list.in_(lists),
        memberships.c.standing == Standing.ACTIVE.value,
    )


class SqlBounceQueries:
    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    # --- refusals that are still to be counted ---

    def refuse(self, refused_: Sequence[tuple[int, str]], now: datetime) -> None:
        if refused_:
            rows = [{"delivery": row, "reply": reply, "at": now} for row, reply in refused_]
            self._connection.execute(insert(refused), rows)

    def refusals(self, most: int) -> list[RefusedMail]:
        query = (
            select(refused.c.id, outbox.c.recipient, outbox.c.created_at, refused.c.reply, refused.c.at)
            .join(outbox, outbox.c.id == refused.c.delivery)
            .order_by(refused.c.id)
            .limit(most)
        )
        return [RefusedMail(*row) for row in self._connection.execute(query)]

    def refusals_waiting(self) -> int:
        return self._connection.scalar(select(func.count()).select_from(refused)) or 0

    def forget_refusals(self, ids: Sequence[int]) -> None:
        self._connection.execute(delete(refused).where(refused.c.id.in_(ids)))

    # --- addresses ---

    def in_trouble(self, addresses: Collection[Address]) -> set[Address]:
        found = set(self._connection.scalars(_KNOWN, {"keys": [address.key for address in addresses]}))
        return {address for address in addresses if address.key in found}

    def find(self, address: Address) -> Bouncing | None:
        row = self._connection.execute(_FIND, {"key": address.key}).one_or_none()
        return _bouncing(row) if row else None

    def save(self, address: Address, bouncing: Bouncing | None) -> None:
        if bouncing is None:
            self._connection.execute(delete(bounces).where(bounces.c.key == address.key))
            return
        row = {
            "key": address.key,
            "address": str(address),
            "state": bouncing.state.value,
            "score": bouncing.score,
            "scored_at": bouncing.scored_at,
            "since": bouncing.since,
            "changed_at": bouncing.changed_at,
            "next_at": bouncing.next_at,
            "tries": bouncing.tries,
            "tried_at": bouncing.tried_at,
            "why": bouncing.why.value,
            "status": bouncing.status,
            "reply": bouncing.reply,
        }
        upsert(self._connection, bounces, row, on=("key",))

    def due(self, now: datetime, most: int, states: Collection[AddressState]) -> list[tuple[str, Bouncing]]:
        query = (
            select(bounces)
            .where(bounces.c.next_at <= now, bounces.c.state.in_([state.value for state in states]))
            .order_by(bounces.c.next_at, bounces.c.key)
            .limit(most)
        )
        return [(row.address, _bouncing(row)) for row in self._connection.execute(query)]

    def each(self, states: Collection[AddressState]) -> Iterator[tuple[str, Bouncing]]:
        query = (
            select(bounces)
            .where(bounces.c.state.in_([state.value for state in states]))
            .order_by(bounces.c.changed_at.desc(), bounces.c.key)
        )
        for row in self._connection.execute(query.execution_options(yield_per=CHUNK)):
            yield row.address, _bouncing(row)

    def members_in(self, states: Collection[AddressState], since: datetime) -> int:
        active = memberships.c.contact == contacts.c.id, memberships.c.standing == Standing.ACTIVE.value
        query = (
            select(func.count())
            .select_from(bounces)
            .join(contacts, contacts.c.key == bounces.c.key)
            .where(
                bounces.c.state.in_([state.value for state in states]),
                bounces.c.changed_at >= since,
                exists().where(*active),
            )
        )
        return self._connection.scalar(query) or 0

    def counts(self) -> dict[AddressState, int]:
        rows = self._connection.execute(select(bounces.c.state, func.count()).group_by(bounces.c.state))
        return {AddressState(state): count for state, count in rows}

    def tried_since(self, since: datetime) -> int:
        query = select(func.count()).where(bounces.c.tried_at >= since)
        return self._connection.scalar(query) or 0

    # --- what servers have said ---

    def note(self, address: Address, reported: Reported, now: datetime) -> None:
        row = {
            "key": address.key,
            "domain": address.domain,
            "at": now,
            "fate": reported.fate.value,
            "why": reported.why.value,
            "status": reported.status,
            "reply": reported.diagnostic,
        }
        self._connection.execute(_NOTE, row)

    def heard(self, address: Address, most: int) -> list[Heard]:
        query = select(bounce_reports).where(bounce_reports.c.key == address.key)
        rows = self._connection.execute(query.order_by(bounce_reports.c.id.desc()).limit(most)).all()
        return [Heard(row.at, Fate(row.fate), Why(row.why), row.status, row.reply) for row in reversed(rows)]

    def refusing_us(self, domains: Collection[str], since: datetime) -> int:
        query = select(func.count(func.distinct(bounce_reports.c.key))).where(
            bounce_reports.c.domain.in_(domains),
            bounce_reports.c.at >= since,
            bounce_reports.c.why.in_([why.value for why in ABOUT_US]),
        )
        return self._connection.scalar(query) or 0

    # --- people ---

    def of_organisation(self, address: Address, lists: Collection[str]) -> Contact | None:
        query = select(contacts).where(contacts.c.key == address.key, contacts.c.organisation != "", _active_on(lists))
        row = self._connection.execute(query).one_or_none()
        return contact_of(row) if row else None

    def colleague(self, contact: Contact, lists: Collection[str]) -> Contact | None:
        in_trouble = exists().where(bounces.c.key == contacts.c.key)
        suppressed = exists().where(suppressions.c.key == contacts.c.key)
        same = func.lower(contacts.c.organisation) == func.lower(contact.details.organisation)
        query = (
            select(contacts)
            .where(contacts.c.id != contact.id, same, _active_on(lists), ~in_trouble, ~suppressed)
            .order_by(contacts.c.id)
            .limit(1)
        )
        row = self._connection.execute(query).one_or_none()
        return contact_of(row) if row else None

    def ask_secretary(self, address: Address) -> None:
        self._connection.execute(update(bounces).where(bounces.c.key == address.key).values(asks=True))

    def secretary_asks(self) -> list[Contact]:
        query = select(contacts).join(bounces, bounces.c.key == contacts.c.key).where(bounces.c.asks.is_(True))
        return [contact_of(row) for row in self._connection.execute(query.order_by(contacts.c.key))]

    def forget_asking(self) -> None:
        self._connection.execute(update(bounces).where(bounces.c.asks.is_(True)).values(asks=None))

    def is_member(self, address: Address) -> bool:
        query = (
            select(memberships.c.list)
            .join(contacts, contacts.c.id == memberships.c.contact)
            .where(contacts.c.key == address.key, memberships.c.standing == Standing.ACTIVE.value)
            .limit(1)
        )
        return self._connection.scalar(query) is not None

    def state_of(self, cause: str, recipient: str) -> Delivery | None:
        query = select(outbox.c.state).where(outbox.c.cause == cause, outbox.c.recipient == recipient)
        found = self._connection.scalar(query)
        return Delivery(found) if found else None


def erase_bounces(connection: Connection, erasing: Erasing) -> None:
    """How mail to them fared, and what servers said of it."""
    for table in (bounces, bounce_reports):
        connection.execute(delete(table).where(table.c.key.in_(erasing.keys)))


def erase_old_reports(connection: Connection, over: Over) -> int:
    """What servers have said of mail that did not arrive."""
    old = select(bounce_reports.c.id).where(bounce_reports.c.at < over.before)
    ids = list(connection.scalars(old.order_by(bounce_reports.c.id).limit(over.most)))
    connection.execute(delete(bounce_reports).where(bounce_reports.c.id.in_(ids)))
    return len(ids)
