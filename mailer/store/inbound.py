"""Queries of incoming mail: which mails were handled, and how."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, bindparam, func, select, update

from mailer.model.inbound import Handled, HandledMail, MailKind
from mailer.model.personal_data import Erasing, Over
from mailer.ports import Folder, Ref
from mailer.ports.incoming import HANDED_OVER
from mailer.store.schema import inbound, incoming, set_aside
from mailer.store.upsert import upserting

MOST = 400
"""Values in one statement; SQLite has a limit."""

_HANDLED = select(inbound.c.uid, inbound.c.folder).where(
    inbound.c.mailbox == bindparam("mailbox"),
    inbound.c.uidvalidity == bindparam("uidvalidity"),
    inbound.c.uid.in_(bindparam("uids", expanding=True)),
    inbound.c.folder.is_not(None),
)
_FOLDERS = select(inbound.c.digest, inbound.c.folder).where(
    inbound.c.digest.in_(bindparam("digests", expanding=True)), inbound.c.folder.is_not(None)
)
_FAULTS = select(inbound.c.faults).where(inbound.c.digest == bindparam("digest"))
_RECORD = upserting(
    inbound,
    ("digest", "mailbox", "uidvalidity", "uid", "received_at", "kind", "intent", "reason", "folder", "faults"),
    on=["digest"],
)


class SqlInboundQueries:
    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self._record = _RECORD[connection.dialect.name]

    def handled(self, refs: Iterable[Ref]) -> dict[Ref, Folder]:
        uids: dict[tuple[str, int], list[int]] = defaultdict(list)
        for ref in refs:
            uids[ref.mailbox, ref.uidvalidity].append(ref.uid)
        found: dict[Ref, Folder] = {}
        for (mailbox, uidvalidity), wanted in uids.items():
            for start in range(0, len(wanted), MOST):
                values = {"mailbox": mailbox, "uidvalidity": uidvalidity, "uids": wanted[start : start + MOST]}
                for uid, folder in self._connection.execute(_HANDLED, values):
                    found[Ref(uidvalidity, uid, mailbox)] = Folder(folder)
        return found

    def folders_of(self, digests: Iterable[str]) -> dict[str, Folder]:
        found = self._connection.execute(_FOLDERS, {"digests": list(digests)})
        return {digest: Folder(folder) for digest, folder in found}

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
        self._connection.execute(self._record, row)

    def number_of(self, digest: str) -> int:
        return int(self._connection.execute(select(inbound.c.id).where(inbound.c.digest == digest)).scalar_one())

    def faults(self, digest: str) -> int:
        return self._connection.scalar(_FAULTS, {"digest": digest}) or 0

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

    def raw(self, mail: HandledMail) -> bytes | None:
        kept = select(set_aside.c.raw).where(set_aside.c.mail == mail.id)
        handed = select(incoming.c.raw).where(incoming.c.id == mail.uid)
        return self._connection.scalar(handed if mail.mailbox == HANDED_OVER else kept)

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


def erase_inbound(connection: Connection, erasing: Erasing) -> None:
    """What was noted of mails names somebody else in their place."""
    for address in erasing.addresses:
        said = func.replace(inbound.c.reason, address, str(erasing.replacement))
        named = inbound.c.reason.contains(address, autoescape=True)
        connection.execute(update(inbound).where(named).values(reason=said))


def erase_old_notes(connection: Connection, over: Over) -> int:
    """What was noted of mails; that they were handled stays, so that none is handled twice."""
    old = inbound.c.received_at < over.before, inbound.c.folder.is_not(None), inbound.c.reason != ""
    ids = list(connection.scalars(select(inbound.c.id).where(*old).order_by(inbound.c.id).limit(over.most)))
    connection.execute(update(inbound).where(inbound.c.id.in_(ids)).values(reason=""))
    return len(ids)
