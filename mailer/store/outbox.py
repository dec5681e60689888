"""Queries of the outbox: what is to go, what went, and how fast."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, cast, func, literal, select, update

from mailer.lists.model import Standing
from mailer.outbox.model import UNRESOLVED, Claimed, Counts, Delivery, Draft, Lane, Outcome, Record, Trouble
from mailer.store.schema import contacts, memberships, outbox, throttles
from mailer.store.upsert import insert_new, upsert

_WAITING = (Delivery.QUEUED.value, Delivery.DEFERRED.value)


class OutboxQueries:
    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def add(self, draft: Draft, now: datetime) -> bool:
        """Queue a service mail; False where its cause has already written to this recipient."""
        row = {
            "cause": draft.cause,
            "recipient": draft.recipient,
            "lane": Lane.CONVERSATION.value,
            "state": Delivery.QUEUED.value,
            "message_id": draft.message_id,
            "payload": draft.payload,
            "created_at": now,
            "due_at": now,
        }
        return bool(self._connection.execute(insert_new(self._connection, outbox).values(row)).rowcount)

    def add_issue(self, issue_id: int, lists: Sequence[str], id_left: str, id_right: str, now: datetime) -> int:
        """Queue one copy for each active member of any of ``lists``, as one set operation; how many are new.

        A row's Message-ID is ``id_left``, the contact's id, ``id_right``.
        """
        audience = select(memberships.c.contact).where(
            memberships.c.list.in_(lists), memberships.c.standing == Standing.ACTIVE.value
        )
        row = {
            "cause": literal(f"issue {issue_id}"),
            "recipient": contacts.c.address,
            "lane": literal(Lane.ISSUE.value),
            "state": literal(Delivery.QUEUED.value),
            "message_id": literal(id_left) + cast(contacts.c.id, outbox.c.message_id.type) + literal(id_right),
            "issue": literal(issue_id),
            "contact": contacts.c.id,
            "attempts": literal(0),
            "reply": literal(""),
            "created_at": literal(now, outbox.c.created_at.type),
            "due_at": literal(now, outbox.c.due_at.type),
        }
        copies = select(*row.values()).where(contacts.c.id.in_(audience))
        statement = insert_new(self._connection, outbox).from_select(list(row), copies, include_defaults=False)
        return int(self._connection.execute(statement).rowcount)

    def written(self, cause: str) -> int:
        """How many mails the cause has written, to whomever."""
        return self._connection.scalar(select(func.count()).where(outbox.c.cause == cause)) or 0

    def next_due(self, now: datetime, issue_id: int | None = None) -> Claimed | None:
        """The row to go next, conversation first; it is not yet claimed."""
        query = (
            select(outbox)
            .where(outbox.c.state.in_(_WAITING), outbox.c.due_at <= now)
            .order_by(outbox.c.lane, outbox.c.due_at, outbox.c.id)
            .limit(1)
            .with_for_update(skip_locked=True)
        )
        if issue_id is not None:
            query = query.where((outbox.c.issue == issue_id) | (outbox.c.lane == Lane.CONVERSATION.value))
        row = self._connection.execute(query).one_or_none()
        if row is None:
            return None
        return Claimed(
            id=row.id,
            recipient=row.recipient,
            message_id=row.message_id,
            attempts=row.attempts + 1,
            created_at=row.created_at,
            payload=row.payload,
            issue=row.issue,
            contact=row.contact,
        )

    def claim(self, row_id: int) -> None:
        """From here on the relay may be told; what has no outcome after a crash is in doubt."""
        self._connection.execute(
            update(outbox)
            .where(outbox.c.id == row_id, outbox.c.state.in_(_WAITING))
            .values(state=Delivery.SENDING.value, attempts=outbox.c.attempts + 1)
        )

    def suppress(self, row_id: int, reason: str, now: datetime) -> None:
        """Hold a waiting row back for good."""
        self._settle(row_id, _WAITING, state=Delivery.SUPPRESSED.value, reply=reason, settled_at=now)

    def settle(self, outcome: Outcome, now: datetime, due_at: datetime | None = None) -> None:
        """Write down what became of a claimed row; ``due_at`` is when a deferred one is tried again."""
        times = {"due_at": due_at} if due_at else {"settled_at": now}
        self._settle(outcome.row, (Delivery.SENDING.value,), state=outcome.state.value, reply=outcome.reply, **times)

    def doubt_unsettled(self, now: datetime) -> int:
        """After a crash: what was being sent is in doubt; how many rows."""
        return self._connection.execute(
            update(outbox)
            .where(outbox.c.state == Delivery.SENDING.value)
            .values(state=Delivery.DOUBTFUL.value, reply="stopped before the relay's answer was known", settled_at=now)
        ).rowcount

    def resolve_doubts(self, issue_id: int | None, state: Delivery, now: datetime) -> int:
        """Make what is in doubt ``state``: queued again, or failed; how many rows."""
        mine = outbox.c.issue == issue_id if issue_id is not None else outbox.c.issue.is_(None)
        values = {"due_at": now, "settled_at": None} if state is Delivery.QUEUED else {"settled_at": now}
        return self._connection.execute(
            update(outbox).where(mine, outbox.c.state == Delivery.DOUBTFUL.value).values(state=state.value, **values)
        ).rowcount

    def bounce(self, row_id: int, diagnostic: str, now: datetime) -> str | None:
        """A delivery that the relay took came back for good; the recipient, or None where it had not gone."""
        gone = (Delivery.SENT.value, Delivery.DOUBTFUL.value)
        back = (
            update(outbox)
            .where(outbox.c.id == row_id, outbox.c.state.in_(gone))
            .values(state=Delivery.FAILED.value, reply=diagnostic, settled_at=now)
        )
        recipient: str | None = self._connection.scalar(back.returning(outbox.c.recipient))
        return recipient

    def recipient(self, row_id: int) -> str | None:
        return self._connection.scalar(select(outbox.c.recipient).where(outbox.c.id == row_id))

    def wants(self, contact_id: int, lists: Sequence[str]) -> bool:
        """Whether the contact still is an active member of any of ``lists`` (E12)."""
        query = select(func.count()).where(
            memberships.c.contact == contact_id,
            memberships.c.list.in_(lists),
            memberships.c.standing == Standing.ACTIVE.value,
        )
        return bool(self._connection.scalar(query))

    def counts(self, issue_id: int | None = None) -> Counts:
        """Of one issue; None: of all conversation."""
        mine = outbox.c.issue == issue_id if issue_id is not None else outbox.c.issue.is_(None)
        rows = self._connection.execute(select(outbox.c.state, func.count()).where(mine).group_by(outbox.c.state))
        return Counts({Delivery(state): count for state, count in rows})

    def next_retry(self) -> datetime | None:
        """When the next waiting row is due."""
        first: datetime | None = self._connection.scalar(
            select(func.min(outbox.c.due_at)).where(outbox.c.state.in_(_WAITING))
        )
        return first

    def troubles(self, issue_id: int | None = None, limit: int = 100) -> list[Trouble]:
        """Deliveries that failed or are in doubt, the newest first; ``issue_id`` None: of everything."""
        bad = (Delivery.FAILED.value, Delivery.DOUBTFUL.value)
        query = select(outbox).where(outbox.c.state.in_(bad)).order_by(outbox.c.id.desc()).limit(limit)
        if issue_id is not None:
            query = query.where(outbox.c.issue == issue_id)
        return [Trouble(row.recipient, Delivery(row.state), row.reply) for row in self._connection.execute(query)]

    def page(
        self, issue_id: int, after: int, limit: int, states: Sequence[Delivery] = (), part: str = ""
    ) -> list[Record]:
        """An issue's copies with ids above ``after``; only in ``states``, and only with ``part`` in the address."""
        query = select(outbox).where(outbox.c.issue == issue_id, outbox.c.id > after)
        if states:
            query = query.where(outbox.c.state.in_([state.value for state in states]))
        if part:
            query = query.where(outbox.c.recipient.icontains(part, autoescape=True))
        rows = self._connection.execute(query.order_by(outbox.c.id).limit(limit))
        return [
            Record(
                id=row.id,
                recipient=row.recipient,
                state=Delivery(row.state),
                attempts=row.attempts,
                reply=row.reply,
                message_id=row.message_id,
                due_at=row.due_at if row.state in _WAITING else None,
                settled_at=row.settled_at,
            )
            for row in rows
        ]

    def unresolved_issues(self) -> set[int]:
        """Issues with a row that still waits or is under way."""
        states = [state.value for state in UNRESOLVED]
        query = select(outbox.c.issue).where(outbox.c.issue.is_not(None), outbox.c.state.in_(states)).distinct()
        return set(self._connection.scalars(query))

    def throttle(self, key: str) -> datetime | None:
        return self._connection.scalar(select(throttles.c.next_at).where(throttles.c.key == key))

    def set_throttle(self, key: str, next_at: datetime) -> None:
        upsert(self._connection, throttles, {"key": key, "next_at": next_at}, on=("key",))

    def _settle(self, row_id: int, old: Sequence[str], **values: Any) -> None:
        self._connection.execute(update(outbox).where(outbox.c.id == row_id, outbox.c.state.in_(old)).values(**values))
