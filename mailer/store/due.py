"""The sender's main query: which rows go next, with all that is needed to compose them."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime
from itertools import chain, zip_longest
from typing import Any

from sqlalchemy import (
    Connection,
    Select,
    bindparam,
    case,
    func,
    literal,
    null,
    select,
    text,
)

from mailer.message import Address
from mailer.model.failures import LEFT
from mailer.model.lists import Standing
from mailer.model.outbox import Due
from mailer.store.schema import (
    STILL_WAITING,
    WAITING,
    contacts,
    has_left,
    mailings,
    memberships,
    outbox,
    suppressed_domains,
    suppressions,
)

_ROW = (
    outbox.c.id,
    outbox.c.recipient,
    outbox.c.domain,
    outbox.c.message_id,
    (outbox.c.attempts + 1).label("attempts"),
    outbox.c.payload,
    outbox.c.mailing,
    outbox.c.contact,
)
"""Due's first fields."""
_DUE = select(*_ROW).where(outbox.c.due_at <= bindparam("now")).limit(bindparam("most"))
_NEXT = _DUE.where(text(WAITING)).order_by(outbox.c.due_at, outbox.c.id)
_NOT_HELD = outbox.c.domain.not_in(bindparam("held", expanding=True))
_DOMAIN = select(suppressed_domains.c.reason).where(suppressed_domains.c.domain == outbox.c.domain).scalar_subquery()
"""Why the recipient's whole domain gets no mailings."""
_CONVERSATION = _NEXT.where(outbox.c.mailing.is_(None), _NOT_HELD).add_columns(
    literal("").label("name"),
    literal("").label("organisation"),
    null().label("format"),
    literal("").label("language"),
    literal("").label("country"),
    func.coalesce(_DOMAIN, "").label("barred"),
    outbox.c.regardless,
)
_MEMBERSHIP = (
    select(memberships.c.contact)
    .where(
        memberships.c.contact == outbox.c.contact,
        memberships.c.list.in_(bindparam("lists", expanding=True)),
        memberships.c.standing == Standing.ACTIVE.value,
        ~has_left(memberships.c.contact, bindparam("publication")),
    )
    .limit(1)  # otherwise PostgreSQL reads all members of the lists each time
    .scalar_subquery()
)
_BARRED = case((_MEMBERSHIP.is_(None), LEFT), else_=func.coalesce(suppressions.c.reason, _DOMAIN, ""))


def _copies(rows: Select[Any]) -> Select[Any]:
    """Copies of one mailing, with their readers."""
    return (
        rows.add_columns(
            contacts.c.name,
            contacts.c.organisation,
            contacts.c.format,
            contacts.c.language,
            contacts.c.country,
            _BARRED.label("barred"),
        )
        .join(contacts, contacts.c.id == outbox.c.contact)
        .outerjoin(suppressions, suppressions.c.key == contacts.c.key)
        .where(outbox.c.mailing == bindparam("only"), _NOT_HELD)
    )


_COPIES = _copies(_NEXT)
_OF_BATCH = outbox.c.id.between(bindparam("first"), bindparam("last"))
_BATCH = _copies(_DUE).where(text(STILL_WAITING), _OF_BATCH).order_by(outbox.c.id)
_RUNNING = (
    select(mailings.c.id, mailings.c.lists, mailings.c.publication)
    .where(mailings.c.finished_at.is_(None), mailings.c.cancelled_at.is_(None), mailings.c.paused_at.is_(None))
    .order_by(mailings.c.id <= bindparam("after"), mailings.c.id)
)


def due(
    connection: Connection,
    now: datetime,
    mailing_id: int | None,
    most: int,
    held: Collection[str],
    after: int,
    batch: range | None,
) -> list[Due]:
    """As ports.OutboxQueries."""
    if batch is not None:
        return _of_batch(connection, now, mailing_id, most, held, batch)
    rows = _conversation(connection, now, most, held)
    if left := most - len(rows):
        rows += _in_turns(connection, now, mailing_id, left, held, after)
    return rows


def running(connection: Connection, after: int = 0) -> dict[int, dict[str, Any]]:
    """The running mailings with the parameters of ``_copies`` for each, beginning with the first after ``after``."""
    rows = connection.execute(_RUNNING, {"after": after})
    return {row.id: {"only": row.id, "lists": list(row.lists), "publication": row.publication} for row in rows}


def _in_turns(
    connection: Connection, now: datetime, mailing_id: int | None, most: int, held: Collection[str], after: int
) -> list[Due]:
    """Copies of all running mailings, one of each in turn."""
    selected = [
        parameters for mailing, parameters in running(connection, after).items() if mailing_id in (None, mailing)
    ]
    each = -(-most // max(1, len(selected)))
    queues = [
        connection.execute(_COPIES, {**parameters, "now": now, "most": each, "held": list(held)}).all()
        for parameters in selected
    ]
    turns = chain.from_iterable(zip_longest(*queues))
    return [Due(*row) for row in turns if row is not None][:most]


def _of_batch(
    connection: Connection, now: datetime, mailing_id: int | None, most: int, held: Collection[str], batch: range
) -> list[Due]:
    parameters = running(connection).get(mailing_id) if mailing_id is not None and batch else None
    if parameters is None:
        return []
    values = {**parameters, "now": now, "most": most, "held": list(held)}
    return [Due(*row) for row in connection.execute(_BATCH, {**values, "first": batch[0], "last": batch[-1]})]


def _conversation(connection: Connection, now: datetime, most: int, held: Collection[str]) -> list[Due]:
    """Service mail. Its recipients need not be contacts, so their suppressions are looked up by address (E12)."""
    found = connection.execute(_CONVERSATION, {"now": now, "most": most, "held": list(held)}).all()
    rows = [Due(*row[:-1]) for row in found]
    asked = [_key(row.recipient) for row, one in zip(rows, found, strict=True) if not one.regardless]
    if not asked:
        return [row._replace(barred="") for row in rows]
    query = select(suppressions.c.key, suppressions.c.reason).where(suppressions.c.key.in_(asked))
    reasons: dict[str, str] = {row.key: row.reason for row in connection.execute(query)}
    return [
        row._replace(barred="" if one.regardless else reasons.get(_key(row.recipient)) or row.barred)
        for row, one in zip(rows, found, strict=True)
    ]


def _key(recipient: str) -> str:
    """The address key of a recipient, which needs no parsing, as it was an Address when the row was written."""
    local, _, domain = recipient.rpartition("@")
    return Address(local, domain).key
