"""Queries of mail that waits in Attention."""

from __future__ import annotations

from collections.abc import Iterable

from sqlalchemy import Connection, delete, insert, select, update

from mailer.model.inbound import Folder
from mailer.ports.attention import ToFile
from mailer.ports.incoming import HANDED_OVER
from mailer.store.schema import inbound, incoming, set_aside


class SqlAttentionQueries:
    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def keep(self, number: int, raw: bytes) -> None:
        self._connection.execute(insert(set_aside).values(mail=number, raw=raw))

    def decide(self, number: int, folder: Folder) -> None:
        mine = inbound.c.id == number
        row = self._connection.execute(select(inbound.c.mailbox, inbound.c.uid).where(mine)).one()
        self._connection.execute(update(inbound).where(mine).values(folder=folder.value))
        self._connection.execute(delete(set_aside).where(set_aside.c.mail == number))
        if row.mailbox == HANDED_OVER:
            handed = update(incoming).where(incoming.c.id == row.uid)
            self._connection.execute(handed.values(folder=folder.value))
        else:
            self._connection.execute(insert(set_aside).values(mail=number, raw=None))

    def to_file(self) -> list[ToFile]:
        query = (
            select(inbound.c.id, inbound.c.digest, inbound.c.folder)
            .join(set_aside, set_aside.c.mail == inbound.c.id)
            .where(set_aside.c.raw.is_(None), inbound.c.folder != Folder.ATTENTION.value)
            .order_by(inbound.c.id)
        )
        return [ToFile(row.id, row.digest, Folder(row.folder)) for row in self._connection.execute(query)]

    def filed(self, numbers: Iterable[int]) -> None:
        self._connection.execute(delete(set_aside).where(set_aside.c.mail.in_(list(numbers))))
