"""Queries of the approvals slice: ballots, papers, votes, grants."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, Select, insert, select, update

from mailer.model.approvals import Ballot, Choice, Outcome, Paper, Vote
from mailer.model.issues import Grant
from mailer.model.lists import Standing
from mailer.store.schema import ballots, contacts, grants, memberships, papers, votes
from mailer.store.upsert import insert_new


def _ballot(row: Row[Any]) -> Ballot:
    return Ballot(row.id, row.issue, row.digest, row.lists, row.opened_at, row.deadline, Outcome(row.outcome))


class SqlApprovalQueries:
    def __init__(self, connection: Connection, board: str) -> None:
        self._connection = connection
        self._board = board

    def open_ballot(
        self, issue_id: int, digest: str, lists: Mapping[str, int], now: datetime, deadline: datetime
    ) -> Ballot:
        row = {
            "issue": issue_id,
            "digest": digest,
            "lists": dict(lists),
            "opened_at": now,
            "deadline": deadline,
            "outcome": Outcome.OPEN.value,
        }
        return _ballot(self._connection.execute(insert(ballots).values(row).returning(ballots)).one())

    def ballot(self, ballot_id: int) -> Ballot | None:
        row = self._connection.execute(select(ballots).where(ballots.c.id == ballot_id)).one_or_none()
        return _ballot(row) if row else None

    def latest_ballot(self, issue_id: int) -> Ballot | None:
        query = select(ballots).where(ballots.c.issue == issue_id).order_by(ballots.c.id.desc()).limit(1)
        row = self._connection.execute(query).one_or_none()
        return _ballot(row) if row else None

    def open_ballots(self) -> list[Ballot]:
        query = select(ballots).where(ballots.c.outcome == Outcome.OPEN.value).order_by(ballots.c.id)
        return [_ballot(row) for row in self._connection.execute(query)]

    def close_ballot(self, ballot_id: int, outcome: Outcome) -> None:
        self._connection.execute(update(ballots).where(ballots.c.id == ballot_id).values(outcome=outcome.value))

    def add_papers(self, ballot_id: int, contact_ids: Iterable[int]) -> None:
        rows = [{"ballot": ballot_id, "contact": contact_id} for contact_id in contact_ids]
        self._connection.execute(insert(papers), rows)

    def paper(self, paper_id: int) -> Paper | None:
        row = self._connection.execute(self._papers().where(papers.c.id == paper_id)).one_or_none()
        return self._paper(row) if row else None

    def papers(self, ballot_id: int) -> list[Paper]:
        rows = self._connection.execute(self._papers().where(papers.c.ballot == ballot_id).order_by(papers.c.id))
        return [self._paper(row) for row in rows]

    def add_vote(self, paper_id: int, choice: Choice, comment: str, received_at: datetime, message_id: str) -> bool:
        """Record a vote; False where this very message voted before (A10)."""
        row = {
            "paper": paper_id,
            "choice": choice.value,
            "comment": comment,
            "received_at": received_at,
            "message_id": message_id,
        }
        return bool(self._connection.execute(insert_new(self._connection, votes).values(row)).rowcount)

    def votes(self, ballot_id: int) -> list[Vote]:
        query = (
            select(votes)
            .join(papers, papers.c.id == votes.c.paper)
            .where(papers.c.ballot == ballot_id)
            .order_by(votes.c.id)
        )
        rows = self._connection.execute(query)
        return [Vote(row.id, row.paper, Choice(row.choice), row.comment, row.received_at) for row in rows]

    def add_grant(self, ballot: Ballot, now: datetime) -> None:
        row = {
            "issue": ballot.issue,
            "ballot": ballot.id,
            "digest": ballot.digest,
            "lists": sorted(ballot.lists),
            "granted_at": now,
        }
        self._connection.execute(insert(grants).values(row))

    def grant(self, issue_id: int) -> Grant | None:
        """The grant that stands, or None."""
        query = select(grants).where(grants.c.issue == issue_id, grants.c.voided_at.is_(None))
        row = self._connection.execute(query.order_by(grants.c.id.desc()).limit(1)).one_or_none()
        return Grant(row.id, row.issue, row.digest, tuple(row.lists), row.granted_at) if row else None

    def void_grants(self, issue_id: int, now: datetime) -> None:
        self._connection.execute(
            update(grants).where(grants.c.issue == issue_id, grants.c.voided_at.is_(None)).values(voided_at=now)
        )

    def _papers(self) -> Select[Any]:
        seat = (memberships.c.contact == papers.c.contact) & (memberships.c.list == self._board)
        return (
            select(papers, contacts.c.address, contacts.c.name, memberships.c.standing)
            .join(contacts, contacts.c.id == papers.c.contact)
            .outerjoin(memberships, seat)
        )

    @staticmethod
    def _paper(row: Row[Any]) -> Paper:
        on_board = row.standing == Standing.ACTIVE.value
        return Paper(row.id, row.ballot, row.contact, row.address, row.name or row.address, on_board)
