"""Queries of what visitors of the web pages asked for, and of links to preferences."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, delete, func, insert, select, update

from mailer.message import Address
from mailer.model.personal_data import Erasing, Over
from mailer.model.visits import PageLink, Visit, Wanted
from mailer.store.schema import page_links, visits


def _link(row: Row[Any]) -> PageLink:
    return PageLink(row.id, row.contact, row.asked_at, row.opened_at, row.session, row.ended_at)


class SqlVisitQueries:
    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def add(self, visit: Visit) -> None:
        row = {
            "wanted": visit.wanted.value,
            "address": visit.address,
            "address_key": Address.parse(visit.address).base_key,
            "name": visit.name,
            "language": visit.language,
            "values": dict(visit.values or {}),
            "asked_at": visit.at,
        }
        self._connection.execute(insert(visits).values(row))

    def waiting(self, most: int) -> Sequence[Visit]:
        rows = self._connection.execute(select(visits).order_by(visits.c.id).limit(most))
        return [
            Visit(
                Wanted(row["wanted"]),
                row["address"],
                row["language"],
                row["asked_at"],
                row["name"],
                dict(row["values"]),
                row["id"],
            )
            for row in rows.mappings()
        ]

    def count(self) -> int:
        return self._connection.scalar(select(func.count()).select_from(visits)) or 0

    def drop(self, ids: Collection[int]) -> None:
        self._connection.execute(delete(visits).where(visits.c.id.in_(ids)))

    def add_link(self, contact_id: int, now: datetime) -> PageLink:
        row = {"contact": contact_id, "asked_at": now, "session": ""}
        return _link(self._connection.execute(insert(page_links).values(row).returning(page_links)).one())

    def link(self, link_id: int) -> PageLink | None:
        row = self._connection.execute(select(page_links).where(page_links.c.id == link_id)).one_or_none()
        return _link(row) if row else None

    def open_link(self, link_id: int, session: str, now: datetime) -> bool:
        unspent = page_links.c.id == link_id, page_links.c.opened_at.is_(None)
        spent = update(page_links).where(*unspent).values(opened_at=now, session=session)
        return bool(self._connection.execute(spent).rowcount)

    def of_session(self, session: str) -> PageLink | None:
        mine = page_links.c.session == session, page_links.c.opened_at.is_not(None)
        row = self._connection.execute(select(page_links).where(*mine)).one_or_none()
        return _link(row) if row else None

    def end_link(self, link_id: int, now: datetime) -> None:
        self._connection.execute(update(page_links).where(page_links.c.id == link_id).values(ended_at=now))

    def links_of(self, contact_id: int) -> Sequence[PageLink]:
        query = select(page_links).where(page_links.c.contact == contact_id).order_by(page_links.c.id)
        return [_link(row) for row in self._connection.execute(query)]


def erase_visits(connection: Connection, erasing: Erasing) -> None:
    """What they asked for on a page, and links to their preferences."""
    mailboxes = {Address.parse(address).base_key for address in erasing.addresses}
    connection.execute(delete(visits).where(visits.c.address_key.in_(mailboxes)))
    connection.execute(delete(page_links).where(page_links.c.contact == erasing.contact.id))


def erase_old_visits(connection: Connection, over: Over) -> int:
    """Links that are over. What was asked for is erased when it is handled."""
    old = select(page_links.c.id).where(page_links.c.asked_at < over.before).limit(over.most)
    return connection.execute(delete(page_links).where(page_links.c.id.in_(old))).rowcount
