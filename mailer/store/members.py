"""Queries about one person."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import asdict
from datetime import date, datetime
from typing import Any

from sqlalchemy import Column, ColumnElement, Connection, Row, delete, or_, select, text, update

from mailer.message import Address
from mailer.model.failures import PAUSED
from mailer.model.lists import Contact, Details, Membership, Standing
from mailer.model.mailings import MailingKind
from mailer.model.members import FormerAddress, Leaver, MembershipChange
from mailer.model.outbox import Delivery
from mailer.model.personal_data import NOBODY, Erasing, Over
from mailer.model.suppressions import Suppression
from mailer.store.lists import columns_of, contact_of
from mailer.store.schema import (
    WAITING,
    contacts,
    departures,
    details_before,
    feedback,
    former_addresses,
    mailings,
    membership_changes,
    memberships,
    opt_outs,
    outbox,
    requests,
)
from mailer.store.suppressions import SqlSuppressionQueries
from mailer.store.upsert import upsert


def _change(row: Row[Any]) -> MembershipChange:
    return MembershipChange(row.list, row.version, Standing(row.standing), row.at, row.cause)


def _contains(column: Column[str], texts: Collection[str]) -> ColumnElement[bool]:
    return or_(*(column.icontains(text, autoescape=True) for text in texts))


class SqlMemberQueries:
    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def find(self, text: str, limit: int) -> list[Contact]:
        spellings = {text, text.lower(), text.upper(), text.title()}  # SQLite ignores the case of ASCII letters alone
        had = select(former_addresses.c.contact).where(_contains(former_addresses.c.key, spellings))
        named = [_contains(column, spellings) for column in (contacts.c.key, contacts.c.name, contacts.c.organisation)]
        query = (
            select(contacts)
            .where(or_(*named, contacts.c.id.in_(had)), contacts.c.merged_into.is_(None))
            .order_by(contacts.c.key)
            .limit(limit)
        )
        return [contact_of(row) for row in self._connection.execute(query)]

    def changes(self, contact_id: int) -> list[MembershipChange]:
        changes = membership_changes.c
        query = select(membership_changes).where(changes.contact == contact_id)
        rows = self._connection.execute(query.order_by(changes.at, changes.list, changes.version))
        return [_change(row) for row in rows]

    def leavers(self, since: datetime | None, keys: Sequence[str]) -> list[Leaver]:
        changes = membership_changes.c
        theirs = (memberships.c.list == changes.list) & (memberships.c.contact == changes.contact)
        query = (
            select(changes.list, changes.version, changes.standing, changes.at, changes.cause, contacts)
            .join(contacts, contacts.c.id == changes.contact)
            .join(memberships, theirs & (memberships.c.since == changes.at))
            .where(
                changes.list.in_(keys),
                changes.standing == Standing.LEFT.value,
                memberships.c.standing == Standing.LEFT.value,
            )
            .order_by(changes.at, contacts.c.key, changes.list)
        )
        if since is not None:
            query = query.where(changes.at >= since)
        return [Leaver(contact_of(row), _change(row)) for row in self._connection.execute(query)]

    def change_address(self, contact: Contact, address: Address, now: datetime) -> None:
        old = {"key": Address.parse(contact.address).key, "contact": contact.id, "address": contact.address}
        if old["key"] != address.key:
            upsert(self._connection, former_addresses, {**old, "until": now}, on=("contact", "key"))
        theirs = former_addresses.c.contact == contact.id, former_addresses.c.key == address.key
        self._connection.execute(delete(former_addresses).where(*theirs))
        new = {"key": address.key, "address": str(address), "domain": address.domain}
        self._connection.execute(update(contacts).where(contacts.c.id == contact.id).values(new))
        waiting = outbox.c.mailing.is_not(None), outbox.c.contact == contact.id, text(WAITING)
        moved = {"recipient": new["address"], "domain": new["domain"]}
        self._connection.execute(update(outbox).where(*waiting).values(moved))
        asked = feedback.c.contact == contact.id, feedback.c.address == contact.address
        asker = {"key": address.base_key, "address": str(address)}  # somebody else may read the old mailbox
        self._connection.execute(update(feedback).where(*asked).values(asker))

    def set_details(self, contact_id: int, details: Details) -> None:
        self._connection.execute(update(contacts).where(contacts.c.id == contact_id).values(columns_of(details)))

    def pause(self, contact_id: int, until: datetime | None, now: datetime) -> None:
        self._connection.execute(update(contacts).where(contacts.c.id == contact_id).values(paused_until=until))
        if until is None:
            return
        issues = select(mailings.c.id).where(mailings.c.kind.in_([MailingKind.ISSUE.value, MailingKind.EDITION.value]))
        waiting = outbox.c.contact == contact_id, outbox.c.mailing.in_(issues), text(WAITING)
        held = {"state": Delivery.SUPPRESSED.value, "reply": str(PAUSED), "settled_at": now}
        self._connection.execute(update(outbox).where(*waiting).values(held))

    def set_until(self, key: str, contact_id: int, until: date | None) -> None:
        mine = memberships.c.list == key, memberships.c.contact == contact_id
        self._connection.execute(update(memberships).where(*mine).values(until=until))

    def ending(self, until: date, most: int, untold: bool = False) -> list[Membership]:
        active = memberships.c.standing == Standing.ACTIVE.value, memberships.c.until <= until
        query = (
            select(memberships, contacts)
            .join(contacts, contacts.c.id == memberships.c.contact)
            .where(*active)
            .order_by(memberships.c.until, memberships.c.list, contacts.c.id)
            .limit(most)
        )
        if untold:
            query = query.where(memberships.c.told.is_distinct_from(memberships.c.until))
        rows = self._connection.execute(query)
        return [Membership(row.list, contact_of(row), Standing(row.standing), row.since, row.until) for row in rows]

    def note_told(self, key: str, contact_id: int, until: date) -> None:
        mine = memberships.c.list == key, memberships.c.contact == contact_id
        self._connection.execute(update(memberships).where(*mine).values(told=until))

    def former_addresses(self, contact_id: int) -> list[FormerAddress]:
        query = select(former_addresses).where(former_addresses.c.contact == contact_id)
        rows = self._connection.execute(query.order_by(former_addresses.c.until))
        return [FormerAddress(row.address, row.until) for row in rows]

    def formerly(self, address: Address) -> list[Contact]:
        query = (
            select(contacts)
            .join(former_addresses, former_addresses.c.contact == contacts.c.id)
            .where(former_addresses.c.key == address.key)
            .order_by(contacts.c.key)
        )
        return [contact_of(row) for row in self._connection.execute(query)]

    def suppression(self, address: Address) -> Suppression | None:
        return SqlSuppressionQueries(self._connection).covering(address)


def erase_member(connection: Connection, erasing: Erasing) -> None:
    """Who they are, what they had before, what they left, and what they signed up for; their id stays."""
    contact, other = erasing.contact.id, erasing.replacement
    anonymous = {"key": other.key, "address": str(other)}
    own = {**anonymous, "domain": other.domain, **columns_of(Details()), "published": None, "paused_until": None}
    connection.execute(update(contacts).where(contacts.c.id == contact).values(own))
    for table in (former_addresses, opt_outs, details_before):
        connection.execute(delete(table).where(table.c.contact == contact))
    undone = departures.c.contact == contact, departures.c.undone_at.is_(None)
    connection.execute(update(departures).where(*undone).values(undone_at=erasing.now))  # no token to come back acts
    theirs = requests.c.key.in_(erasing.keys)
    unconfirmed = update(requests).where(theirs, requests.c.confirmed_at.is_(None))
    connection.execute(unconfirmed.values(confirmed_at=erasing.now))  # nor one to confirm
    nothing = {**anonymous, "details": asdict(Details()), "problems": []}
    connection.execute(update(requests).where(theirs).values(nothing))


def erase_old_sign_ups(connection: Connection, over: Over) -> int:
    """Who signed up, and with what; that it happened stays."""
    old = requests.c.created_at < over.before, requests.c.key != NOBODY.key
    ids = list(connection.scalars(select(requests.c.id).where(*old).order_by(requests.c.id).limit(over.most)))
    anonymous = {"key": NOBODY.key, "address": str(NOBODY), "details": asdict(Details()), "problems": []}
    connection.execute(update(requests).where(requests.c.id.in_(ids)).values(anonymous))
    return len(ids)
