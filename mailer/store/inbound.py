"""Queries of incoming mail: which mails were handled, and how."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, func, insert, select, tuple_, update

from mailer.model.inbound import Handled, HandledMail, MailKind
from mailer.ports import Folder, Ref
from mailer.store.schema import inbound


class SqlInboundQueries:
    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def handled(self, refs: Iterable[Ref]) -> dict[Ref, Folder]:
        wanted = [(ref.mailbox, ref.uidvalidity, ref.uid) for ref in refs]
        found: dict[Ref, Folder] = {}
        for start in range(0, len(wanted), 400):  # below SQLite's limit on bound values
            query = select(inbound.c.uidvalidity, inbound.c.uid, inbound.c.folder).where(
                tuple_(inbound.c.mailbox, inbound.c.uidvalidity, inbound.c.uid).in_(wanted[start : start + 400]),
                inbound.c.folder.is_not(None),
            )
            found |= {Ref(row.uidvalidity, row.uid): Folder(row.folder) for row in self._connection.execute(query)}
        return found

    def folder_of(self, digest: str) -> Folder | None:
        found = self._connection.scalar(select(inbound.c.folder).where(inbound.c.digest == digest))
        return Folder(found) if found else None

    def record(self, digest: str, ref: Ref, received_at: datetime, handled: Handled, faults: int = 0) -> None:
        row = {
            "digest": digest,
            "mailbox": ref.mailbox,
            "uidvalidity": ref.uidvalidity,
            "uid": ref.uid,
            "received_at": received_at,
            "kind": handled.kind.value,
            "intent": handled.intent,
            "reason": handled.reason,
            "folder": handled.folder.value if handled.folder else None,
            "faults": faults,
        }
        known = self._connection.scalar(select(inbound.c.id).where(inbound.c.digest == digest))
        if known is None:
            self._connection.execute(insert(inbound).values(row))
        else:
            self._connection.execute(update(inbound).where(inbound.c.id == known).values(row))

    def faults(self, digest: str) -> int:
        return self._connection.scalar(select(inbound.c.faults).where(inbound.c.digest == digest)) or 0

    def newest(self, most: int, folder: Folder | None = None, kind: MailKind | None = None) -> list[HandledMail]:
        query = select(inbound).where(inbound.c.folder.is_not(None)).order_by(inbound.c.id.desc()).limit(most)
        if folder:
            query = query.where(inbound.c.folder == folder.value)
        if kind:
            query = query.where(inbound.c.kind == kind.value)
        return [_handled(row) for row in self._connection.execute(query)][::-1]

    def one(self, number: int) -> HandledMail | None:
        row = self._connection.execute(select(inbound).where(inbound.c.id == number)).one_or_none()
        return _handled(row) if row is not None else None

    def counts(self) -> dict[str, int]:
        rows = self._connection.execute(select(inbound.c.kind, func.count().label("mails")).group_by(inbound.c.kind))
        return {row.kind: row.mails for row in rows}

    def in_attention(self) -> int:
        query = select(func.count()).where(inbound.c.folder == Folder.ATTENTION.value)
        return self._connection.scalar(query) or 0


def _handled(row: Row[Any]) -> HandledMail:
    folder = Folder(row.folder) if row.folder else None
    handled = Handled(folder, MailKind(row.kind), row.intent, row.reason)
    return HandledMail(row.id, row.received_at, handled, row.mailbox, row.uid)
