"""Queries of the OpenPGP keys of members."""

from __future__ import annotations

from sqlalchemy import Connection, delete, insert, select

from mailer.model.member_keys import MemberKey
from mailer.model.personal_data import Erasing
from mailer.store.schema import member_keys


class SqlMemberKeyQueries:
    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def add(self, contact_id: int, key: MemberKey) -> None:
        self.remove(contact_id, key.fingerprint)
        row = {
            "contact": contact_id,
            "fingerprint": key.fingerprint,
            "certificate": key.certificate,
            "enrolled_at": key.enrolled_at,
        }
        self._connection.execute(insert(member_keys).values(row))

    def of(self, contact_id: int) -> list[MemberKey]:
        query = select(member_keys).where(member_keys.c.contact == contact_id)
        rows = self._connection.execute(query.order_by(member_keys.c.enrolled_at, member_keys.c.fingerprint))
        return [MemberKey(row.fingerprint, row.certificate, row.enrolled_at) for row in rows]

    def remove(self, contact_id: int, fingerprint: str) -> None:
        mine = (member_keys.c.contact == contact_id) & (member_keys.c.fingerprint == fingerprint)
        self._connection.execute(delete(member_keys).where(mine))


def erase_member_keys(connection: Connection, erasing: Erasing) -> None:
    connection.execute(delete(member_keys).where(member_keys.c.contact == erasing.contact.id))
