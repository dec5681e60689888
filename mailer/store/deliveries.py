"""Queries of a mailing's deliveries as people see them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime

from sqlalchemy import ColumnElement, Connection, case, exists, func, or_, select, text, update

from mailer.model.lists import Standing
from mailer.model.mailings import cause_of
from mailer.model.outbox import Counts, Delivery, Failed, Troubled
from mailer.store.schema import (
    WAITING,
    contacts,
    had_at_former_address,
    has_left,
    in_states,
    is_paused,
    mailings,
    memberships,
    outbox,
    suppressed_domains,
    suppressions,
)

CHUNK = 1000
"""How many rows are read at a time."""

_SUPPRESSED = or_(
    exists().where(contacts.c.id == outbox.c.contact, suppressions.c.key == contacts.c.key),
    exists().where(suppressed_domains.c.domain == outbox.c.domain),
)


def _is_reader(contact: ColumnElement[int], mailing_id: int, lists: Sequence[str]) -> ColumnElement[bool]:
    """Whether they are on any of ``lists``, and have not left the mailing's publication."""
    publication = select(mailings.c.publication).where(mailings.c.id == mailing_id).scalar_subquery()
    return exists().where(
        memberships.c.contact == contact,
        memberships.c.list.in_(lists),
        memberships.c.standing == Standing.ACTIVE.value,
        ~has_left(memberships.c.contact, publication),
    )


class SqlDeliveryQueries:
    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def replies(self, mailing_id: int, *states: Delivery) -> Iterator[tuple[str, str]]:
        query = (
            select(outbox.c.recipient, outbox.c.reply)
            .where(outbox.c.mailing == mailing_id, in_states(*states))
            .order_by(outbox.c.id)
            .execution_options(yield_per=CHUNK)  # set on the query, because a connection would keep the option
        )
        for row in self._connection.execute(query):
            yield row.recipient, row.reply

    def waits(self, mailing_id: int) -> bool:
        queued = exists().where(text(WAITING), outbox.c.mailing == mailing_id, outbox.c.state == Delivery.QUEUED.value)
        unfinished = mailings.c.finished_at.is_(None), mailings.c.cancelled_at.is_(None)
        query = select(mailings.c.id).where(mailings.c.id == mailing_id, *unfinished, queued)
        return self._connection.scalar(query) is not None

    def troubled(self, mailing_id: int, most: int) -> list[Troubled]:
        bad = (Delivery.DEFERRED, Delivery.FAILED)
        deferred, failed = (func.count(case((outbox.c.state == state.value, 1))) for state in bad)
        query = (
            select(outbox.c.domain, deferred.label("deferred"), failed.label("failed"))
            .where(in_states(*bad), outbox.c.mailing == mailing_id)
            .group_by(outbox.c.domain)
            .order_by(func.count().desc(), outbox.c.domain)
            .limit(most)
        )
        return [Troubled(row.domain, row.deferred, row.failed) for row in self._connection.execute(query)]

    def counts_since(self, mailing_id: int, since: datetime) -> Counts:
        mine = outbox.c.mailing == mailing_id, outbox.c.due_at >= since
        rows = self._connection.execute(select(outbox.c.state, func.count()).where(*mine).group_by(outbox.c.state))
        return Counts({Delivery(state): count for state, count in rows})

    def failed(self, mailing_id: int, lists: Sequence[str]) -> Failed:
        how = case(
            (_SUPPRESSED, "suppressed"), (_is_reader(outbox.c.contact, mailing_id, lists), "ready"), else_="left"
        )
        mine = outbox.c.mailing == mailing_id, in_states(Delivery.FAILED)
        each = select(how.label("how")).where(*mine).subquery()
        rows = self._connection.execute(select(each.c.how, func.count().label("copies")).group_by(each.c.how))
        return Failed(**{row.how: row.copies for row in rows})

    def copy_to(self, mailing_id: int, address: str) -> Delivery | None:
        mine = outbox.c.mailing == mailing_id, outbox.c.recipient == address
        state = self._connection.scalar(select(outbox.c.state).where(*mine).order_by(outbox.c.id.desc()).limit(1))
        return Delivery(state) if state else None

    def requeue_failed(
        self, mailing_id: int, lists: Sequence[str], now: datetime, contact_id: int | None = None
    ) -> int:
        mine = [outbox.c.mailing == mailing_id, in_states(Delivery.FAILED)]
        if contact_id is not None:
            mine.append(outbox.c.contact == contact_id)
        return self._connection.execute(
            update(outbox)
            .where(*mine, ~_SUPPRESSED, _is_reader(outbox.c.contact, mailing_id, lists))
            .values(state=Delivery.QUEUED.value, attempts=0, reply="", created_at=now, due_at=now, settled_at=None)
        ).rowcount

    def newcomers(self, mailing_id: int, lists: Sequence[str], at: datetime | None = None) -> int:
        cause = cause_of(mailing_id)
        written = exists().where(outbox.c.cause == cause, outbox.c.recipient == contacts.c.address)
        new = ~written, ~had_at_former_address(cause), *([~is_paused(at)] if at else [])
        query = select(func.count()).select_from(contacts).where(_is_reader(contacts.c.id, mailing_id, lists), *new)
        return self._connection.scalar(query) or 0

    def give_up(self, mailing_id: int, reason: str, now: datetime) -> int:
        return self._connection.execute(
            update(outbox)
            .where(outbox.c.mailing == mailing_id, text(WAITING))
            .values(state=Delivery.SUPPRESSED.value, reply=reason, settled_at=now)
        ).rowcount
