"""Queries of what the office holds about one person, and how it is erased."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Connection,
    and_,
    bindparam,
    delete,
    exists,
    or_,
    select,
    text,
    union_all,
    update,
)

from mailer.message import Address
from mailer.model.lists import Contact, Request, Standing
from mailer.model.mailings import cause_of
from mailer.model.outbox import UNRESOLVED, Delivery
from mailer.model.personal_data import FORGOTTEN, Erasing, Over, RecentMail
from mailer.store.erasing import ERASERS, IN_USE, OVER
from mailer.store.exporting import everything
from mailer.store.lists import CHUNK, contact_of, request_of
from mailer.store.outbox import other_recipient
from mailer.store.schema import (
    contacts,
    feedback,
    forgotten,
    former_addresses,
    memberships,
    outbox,
    requests,
)
from mailer.store.upsert import insert_new


def _caused_by(mailings: Sequence[int]) -> ColumnElement[bool]:
    """Copies of these mailings, those that were sent again included, as the index of causes finds them."""
    causes = [cause_of(mailing) for mailing in mailings]
    again = [and_(outbox.c.cause >= f"{cause} again ", outbox.c.cause < f"{cause} again!") for cause in causes]
    return or_(outbox.c.cause.in_(causes), *again)


_NEWEST_REQUEST = (
    select(requests)
    .where(
        requests.c.key == bindparam("key"),
        requests.c.created_at > bindparam("since"),
        requests.c.confirmed_at.is_(None),
        requests.c.withdrawn_at.is_(None),
    )
    .order_by(requests.c.id.desc())
    .limit(1)
)


class SqlPersonalDataQueries:
    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def known_since(self, contact_id: int) -> datetime:
        found: datetime = self._connection.execute(
            select(contacts.c.created_at).where(contacts.c.id == contact_id)
        ).scalar_one()
        return found

    def recent_copies(self, contact_id: int, mailings: Sequence[int], since: datetime) -> list[RecentMail]:
        mine = _caused_by(mailings), outbox.c.contact == contact_id, outbox.c.created_at > since
        query = select(outbox.c.mailing, outbox.c.state, outbox.c.settled_at, outbox.c.created_at).where(*mine)
        rows = self._connection.execute(query.order_by(outbox.c.id.desc()))
        return [RecentMail(row.mailing, Delivery(row.state), row.settled_at or row.created_at) for row in rows]

    def newest_request(self, address: Address, since: datetime) -> Request | None:
        row = self._connection.execute(_NEWEST_REQUEST, {"key": address.key, "since": since}).first()
        return request_of(row) if row else None

    # --- forgetting ---

    def addresses(self) -> Iterator[tuple[int, str]]:
        present = select(contacts.c.id, contacts.c.key).where(contacts.c.domain != FORGOTTEN)
        query = union_all(present, select(former_addresses.c.contact, former_addresses.c.key))
        for row in self._connection.execute(query.execution_options(yield_per=CHUNK)):
            yield row[0], row[1]

    def erase(self, contact: Contact, addresses: Collection[str], replacement: Address, now: datetime) -> None:
        if self._connection.dialect.name == "sqlite":
            self._connection.execute(text("PRAGMA secure_delete = ON"))  # overwrite what is freed in the file
        keys = [Address.parse(address).key for address in addresses]
        erasing = Erasing(contact, list(addresses), keys, replacement, now)
        for erase in ERASERS:
            erase(self._connection, erasing)

    def everything(self, contact: Contact, former: Collection[str]) -> dict[str, list[dict[str, Any]]]:
        aliases = self._connection.scalars(select(contacts.c.id).where(contacts.c.merged_into == contact.id))
        parsed = [Address.parse(address) for address in (contact.address, *former)]
        addresses = {contact.address, *former, *(str(one) for one in parsed), *(one.key for one in parsed)}
        keys = {key for one in parsed for key in (one.key, one.base_key)}
        return everything(self._connection, [contact.id, *aliases], addresses, keys)

    def erase_over(self, kind: str, over: Over) -> int:
        erase = OVER.get(kind)
        return erase(self._connection, over) if erase else 0

    def idle(self, before: datetime, most: int) -> list[Contact]:
        mine = memberships.c.contact == contacts.c.id
        stays = or_(memberships.c.standing == Standing.ACTIVE.value, memberships.c.since >= before)
        writes = exists().where(feedback.c.contact == contacts.c.id, feedback.c.changed_at >= before)
        old = contacts.c.created_at < before, contacts.c.domain != FORGOTTEN, contacts.c.merged_into.is_(None)
        unused = [~exists().where(column == contacts.c.id) for column in IN_USE]
        query = select(contacts).where(*old, ~exists().where(mine, stays), ~writes, *unused)
        return [contact_of(row) for row in self._connection.execute(query.order_by(contacts.c.id).limit(most))]

    def sent_goodbyes(self, cause: str) -> list[int]:
        mine = outbox.c.cause >= f"{cause} ", outbox.c.cause < f"{cause}!"
        settled = outbox.c.state.not_in([state.value for state in UNRESOLVED])
        query = select(outbox.c.id).where(*mine, settled, outbox.c.domain != FORGOTTEN)
        return list(self._connection.scalars(query))

    def erase_mail(self, row_id: int, replacement: Address) -> None:
        values = {**other_recipient(replacement), "payload": None}
        self._connection.execute(update(outbox).where(outbox.c.id == row_id).values(values))

    def remember_forgotten(self, fingerprints: Collection[str], now: datetime) -> None:
        rows = [{"fingerprint": one, "at": now} for one in fingerprints]
        self._connection.execute(insert_new(self._connection, forgotten), rows)

    def forgotten(self, fingerprints: Collection[str]) -> set[str]:
        query = select(forgotten.c.fingerprint).where(forgotten.c.fingerprint.in_(fingerprints))
        return set(self._connection.scalars(query))

    def any_forgotten(self) -> bool:
        return self._connection.scalar(select(forgotten.c.fingerprint).limit(1)) is not None

    def welcome_back(self, fingerprints: Collection[str]) -> None:
        self._connection.execute(delete(forgotten).where(forgotten.c.fingerprint.in_(fingerprints)))
