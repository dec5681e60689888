"""The query that the sender lives by: which rows go next, and what it takes to compose them."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from itertools import chain, zip_longest
from typing import Any

from sqlalchemy import Connection, Row, bindparam, select, text

from mailer.issues.model import State
from mailer.lists.model import Contact, Details, Format, Standing
from mailer.message import Address
from mailer.outbox.model import Due
from mailer.store.schema import WAITING, contacts, issues, memberships, outbox, suppressions

_DUE = (
    select(
        outbox.c.id,
        outbox.c.recipient,
        outbox.c.domain,
        outbox.c.message_id,
        outbox.c.attempts,
        outbox.c.created_at,
        outbox.c.payload,
        outbox.c.issue,
        outbox.c.contact,
        contacts.c.name,
        contacts.c.organisation,
        contacts.c.format,
    )
    .outerjoin(contacts, contacts.c.id == outbox.c.contact)
    .where(text(WAITING), outbox.c.due_at <= bindparam("now"))
    .order_by(outbox.c.due_at, outbox.c.id)
    .limit(bindparam("most"))
)
_CONVERSATION = _DUE.where(outbox.c.issue.is_(None))
_COPIES = _DUE.where(outbox.c.issue == bindparam("only"), outbox.c.domain.not_in(bindparam("held", expanding=True)))
_BATCH = _COPIES.where(outbox.c.id.between(bindparam("first"), bindparam("last"))).order_by(None).order_by(outbox.c.id)
_RUNNING = (
    select(issues.c.id)
    .where(issues.c.state == State.SENDING.value, issues.c.paused_at.is_(None))
    .order_by(issues.c.id <= bindparam("after"), issues.c.id)
)
_FORMATS: Mapping[str | None, Format | None] = {None: None, **{made.value: made for made in Format}}


def due(
    connection: Connection,
    now: datetime,
    issue_id: int | None,
    most: int,
    held: Collection[str],
    after: int,
    batch: range | None,
) -> list[Due]:
    """As ports.OutboxRecords says."""
    if batch is not None:
        return _barred(connection, _of_batch(connection, now, issue_id, most, held, batch))
    rows: list[Row[Any]] = list(connection.execute(_CONVERSATION, {"now": now, "most": most}))
    if left := most - len(rows):
        rows += _in_turns(connection, now, issue_id, left, held, after)
    return _barred(connection, rows)


def _in_turns(
    connection: Connection, now: datetime, issue_id: int | None, most: int, held: Collection[str], after: int
) -> list[Row[Any]]:
    """Copies of every issue that is being sent, one of each in turn."""
    chosen = [issue for issue in running(connection, after) if issue_id in (None, issue)]
    each = -(-most // max(1, len(chosen)))
    queues: list[list[Row[Any]]] = [
        list(connection.execute(_COPIES, {"now": now, "most": each, "only": issue, "held": list(held)}))
        for issue in chosen
    ]
    turns = chain.from_iterable(zip_longest(*queues))
    return [row for row in turns if row is not None][:most]


def _of_batch(
    connection: Connection, now: datetime, issue_id: int | None, most: int, held: Collection[str], batch: range
) -> list[Row[Any]]:
    if not batch or issue_id not in running(connection):
        return []
    values = {"now": now, "most": most, "only": issue_id, "held": list(held), "first": batch[0], "last": batch[-1]}
    return list(connection.execute(_BATCH, values))


def running(connection: Connection, after: int = 0) -> list[int]:
    """The issues whose copies may go now, beginning with the first one behind ``after``."""
    return list(connection.scalars(_RUNNING, {"after": after}))


def _barred(connection: Connection, rows: Sequence[Row[Any]]) -> list[Due]:
    """The rows as values, each with the reason why it is not to be mailed after all, if there is one (E12)."""
    keys = [_key(row) for row in rows]
    suppressed = _suppressed(connection, keys)
    members = {issue: _members(connection, issue, rows) for issue in {row.issue for row in rows} - {None}}
    return [
        Due(
            id=row.id,
            recipient=row.recipient,
            domain=row.domain,
            message_id=row.message_id,
            attempts=row.attempts + 1,
            created_at=row.created_at,
            payload=row.payload,
            issue=row.issue,
            contact=_contact(row),
            barred=suppressed.get(key, "")
            if row.issue is None or row.contact in members[row.issue]
            else "left before it was sent",
        )
        for row, key in zip(rows, keys, strict=True)
    ]


def _key(row: Row[Any]) -> str:
    """A recipient was an Address when its row was written: nothing is left to be parsed."""
    local, _, domain = row.recipient.rpartition("@")
    return Address(local, domain).key


def _contact(row: Row[Any]) -> Contact | None:
    """What composing needs to know of the reader."""
    if row.contact is None:
        return None
    return Contact(row.contact, row.recipient, Details(row.name, row.organisation, format=_FORMATS[row.format]))


def _suppressed(connection: Connection, keys: Sequence[str]) -> dict[str, str]:
    """Why mail to these is held back."""
    query = select(suppressions.c.key, suppressions.c.reason).where(suppressions.c.key.in_(keys))
    return {row.key: row.reason for row in connection.execute(query)}


def _members(connection: Connection, issue_id: int, rows: Sequence[Row[Any]]) -> set[int]:
    """Those contacts of ``rows`` who still are active members of any of the issue's lists."""
    lists = connection.scalar(select(issues.c.lists).where(issues.c.id == issue_id))
    query = select(memberships.c.contact).where(
        memberships.c.contact.in_([row.contact for row in rows if row.issue == issue_id]),
        memberships.c.list.in_(lists or ()),
        memberships.c.standing == Standing.ACTIVE.value,
    )
    return set(connection.scalars(query))
