"""Queries of the replies to ballot papers, and of challenges."""

from __future__ import annotations

from dataclasses import asdict
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, Select, insert, select, update

from mailer.model.approvals import Choice
from mailer.model.replies import BallotReply, Challenge, Proof, ReplyOutcome
from mailer.store.recorded_rows import RowMarks
from mailer.store.schema import ballot_replies, challenges, papers

_REPLIES: Select[Any] = select(
    *[column for column in ballot_replies.c if column.name != "raw"],
    ballot_replies.c.raw.is_not(None).label("has_raw"),
)


class SqlReplyQueries:
    def __init__(self, connection: Connection, marks: RowMarks) -> None:
        self._connection = connection
        self._marks = marks

    def add_reply(self, reply: BallotReply, raw: bytes | None = None) -> int:
        row = {
            "paper": reply.paper,
            "received_at": reply.received_at,
            "message_id": reply.message_id,
            "sender": reply.sender,
            "choice": reply.choice.value if reply.choice else None,
            "counted": reply.counted,
            "outcome": reply.outcome.value,
            "reason": str(reply.reason),
            "comment": reply.comment,
            "how": str(reply.how),
            "proof": asdict(reply.proof),
            "raw": raw,
        }
        made = self._connection.execute(insert(ballot_replies).values(row).returning(ballot_replies.c.id))
        number = int(made.scalar_one())
        self._marks.add(ballot_replies, number)
        return number

    def replies(self, ballot_id: int) -> list[BallotReply]:
        query = _REPLIES.join(papers, papers.c.id == ballot_replies.c.paper).where(papers.c.ballot == ballot_id)
        return [_reply(row) for row in self._connection.execute(query.order_by(ballot_replies.c.id))]

    def reply(self, reply_id: int) -> BallotReply | None:
        row = self._connection.execute(_REPLIES.where(ballot_replies.c.id == reply_id)).one_or_none()
        return _reply(row) if row else None

    def raw_reply(self, reply_id: int) -> bytes | None:
        query = select(ballot_replies.c.raw).where(ballot_replies.c.id == reply_id)
        return self._connection.execute(query).scalar_one_or_none()

    def add_challenge(self, paper_id: int, address: str, now: datetime) -> Challenge:
        row = {"paper": paper_id, "address": address, "created_at": now}
        return _challenge(self._connection.execute(insert(challenges).values(row).returning(challenges)).one())

    def challenge(self, challenge_id: int) -> Challenge | None:
        row = self._connection.execute(select(challenges).where(challenges.c.id == challenge_id)).one_or_none()
        return _challenge(row) if row else None

    def spend_challenges(self, paper_id: int, now: datetime) -> None:
        good = (challenges.c.paper == paper_id) & challenges.c.spent_at.is_(None)
        self._connection.execute(update(challenges).where(good).values(spent_at=now))


def _reply(row: Row[Any]) -> BallotReply:
    proof = {"covered": (), **row.proof}
    return BallotReply(
        id=row.id,
        paper=row.paper,
        received_at=row.received_at,
        message_id=row.message_id,
        sender=row.sender,
        choice=Choice(row.choice) if row.choice else None,
        outcome=ReplyOutcome(row.outcome),
        reason=row.reason,
        comment=row.comment,
        how=row.how,
        proof=Proof(**{**proof, "covered": tuple(proof["covered"])}),
        has_raw=row.has_raw,
    )


def _challenge(row: Row[Any]) -> Challenge:
    return Challenge(row.id, row.paper, row.address, row.created_at, row.spent_at)
