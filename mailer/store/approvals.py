"""Queries of approvals: ballots, papers, votes, grants."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, Row, Select, Table, Text, cast, func, insert, literal, select, update

from mailer.model.approvals import Ballot, Choice, Excused, Grant, Outcome, Paper, Subject, Vote
from mailer.model.lists import Standing
from mailer.model.personal_data import Erasing
from mailer.model.policies import Policy, Terms
from mailer.store.replies import SqlReplyQueries
from mailer.store.schema import ballot_replies, ballots, challenges, contacts, grants, memberships, papers, votes


def _about(table: Table, kind: str, subject_id: int) -> ColumnElement[bool]:
    return (table.c.subject_kind == kind) & (table.c.subject_id == subject_id)


def _of(subject: Subject) -> dict[str, Any]:
    return {
        "subject_kind": subject.kind,
        "subject_id": subject.id,
        "digest": subject.digest,
        "forms": dict(subject.forms),
    }


def _subject(row: Row[Any]) -> Subject:
    return Subject(row.subject_kind, row.subject_id, row.digest, row.forms)


def _ballot(row: Row[Any]) -> Ballot:
    return Ballot(
        id=row.id,
        subject=_subject(row),
        policy=row.policy,
        board=row.board,
        terms=Terms.restored(row.terms),
        lists=row.lists,
        opened_at=row.opened_at,
        deadline=row.deadline,
        outcome=Outcome(row.outcome),
        revision=row.revision,
        note=row.note,
        extended=row.extended,
        reminded_at=row.reminded_at,
    )


def _vote(row: Row[Any]) -> Vote:
    return Vote(
        row.id,
        row.paper,
        Choice(row.choice),
        row.comment,
        row.received_at,
        row.message_id,
        row.reply,
        row.carried_from,
        row.by_hand,
    )


def _grant(row: Row[Any]) -> Grant:
    lists = dict(row.lists)
    return Grant(row.id, _subject(row), tuple(sorted(lists)), row.granted_at, row.ballot, lists, row.seen_at)


class SqlApprovalQueries(SqlReplyQueries):
    def open_ballot(
        self,
        subject: Subject,
        policy: Policy,
        lists: Mapping[str, int],
        now: datetime,
        deadline: datetime,
        *,
        revision: int = 1,
        note: str = "",
    ) -> Ballot:
        row = {
            **_of(subject),
            "revision": revision,
            "note": note,
            "policy": policy.key,
            "board": policy.board,
            "terms": policy.terms.stored(),
            "lists": dict(lists),
            "opened_at": now,
            "deadline": deadline,
            "extended": 0,
            "outcome": Outcome.OPEN.value,
        }
        opened = _ballot(self._connection.execute(insert(ballots).values(row).returning(ballots)).one())
        self._marks.add(ballots, opened.id)
        return opened

    def ballot(self, ballot_id: int) -> Ballot | None:
        row = self._connection.execute(select(ballots).where(ballots.c.id == ballot_id)).one_or_none()
        return _ballot(row) if row else None

    def latest_ballot(self, kind: str, subject_id: int) -> Ballot | None:
        query = select(ballots).where(_about(ballots, kind, subject_id))
        row = self._connection.execute(query.order_by(ballots.c.id.desc()).limit(1)).one_or_none()
        return _ballot(row) if row else None

    def open_ballots(self) -> list[Ballot]:
        query = select(ballots).where(ballots.c.outcome == Outcome.OPEN.value).order_by(ballots.c.id)
        return [_ballot(row) for row in self._connection.execute(query)]

    def waiting_ballots(self) -> list[Ballot]:
        waiting = ballots.c.outcome.in_([Outcome.OPEN.value, Outcome.UNDECIDED.value])
        return [_ballot(row) for row in self._connection.execute(select(ballots).where(waiting).order_by(ballots.c.id))]

    def all_ballots(self) -> list[Ballot]:
        return [_ballot(row) for row in self._connection.execute(select(ballots).order_by(ballots.c.id))]

    def ballots_of(self, kind: str, subject_id: int) -> list[Ballot]:
        query = select(ballots).where(_about(ballots, kind, subject_id)).order_by(ballots.c.id)
        return [_ballot(row) for row in self._connection.execute(query)]

    def close_ballot(self, ballot_id: int, outcome: Outcome) -> None:
        self._connection.execute(update(ballots).where(ballots.c.id == ballot_id).values(outcome=outcome.value))
        self._marks.add(ballots, ballot_id)

    def extend_ballot(self, ballot_id: int, deadline: datetime) -> None:
        values = {"deadline": deadline, "extended": ballots.c.extended + 1, "outcome": Outcome.OPEN.value}
        self._connection.execute(update(ballots).where(ballots.c.id == ballot_id).values(values))
        self._marks.add(ballots, ballot_id)

    def reminded(self, ballot_id: int, now: datetime) -> None:
        self._connection.execute(update(ballots).where(ballots.c.id == ballot_id).values(reminded_at=now))

    def add_papers(
        self,
        ballot_id: int,
        contact_ids: Iterable[int],
        excused: Excused = Excused.NO,
        stands_for: int | None = None,
        *,
        now: datetime,
    ) -> None:
        asked = [*contact_ids]
        theirs = select(contacts.c.id, contacts.c.key).where(contacts.c.id.in_(asked))
        keys = {row.id: row.key for row in self._connection.execute(theirs)}
        values = {"ballot": ballot_id, "excused": excused.value, "stands_for": stands_for, "asked_at": now}
        if rows := [{**values, "contact": contact, "address_key": keys[contact]} for contact in asked]:
            self._connection.execute(insert(papers), rows)
            self._marks.add(papers, *self._connection.scalars(select(papers.c.id).where(papers.c.ballot == ballot_id)))

    def excuse(self, paper_id: int, excused: Excused) -> None:
        self._connection.execute(update(papers).where(papers.c.id == paper_id).values(excused=excused.value))
        self._marks.add(papers, paper_id)

    def paper(self, paper_id: int) -> Paper | None:
        row = self._connection.execute(self._papers().where(papers.c.id == paper_id)).one_or_none()
        return self._paper(row) if row else None

    def papers(self, ballot_id: int) -> list[Paper]:
        rows = self._connection.execute(self._papers().where(papers.c.ballot == ballot_id).order_by(papers.c.id))
        return [self._paper(row) for row in rows]

    def asked_before(self, paper: Paper) -> Ballot | None:
        asked = ballots.alias("asked")
        query = (
            select(ballots)
            .join(papers, papers.c.ballot == ballots.c.id)
            .join(
                asked, (asked.c.subject_kind == ballots.c.subject_kind) & (asked.c.subject_id == ballots.c.subject_id)
            )
            .where(asked.c.id == paper.ballot, ballots.c.id < paper.ballot, papers.c.contact == paper.contact)
        )
        row = self._connection.execute(query.order_by(ballots.c.id.desc()).limit(1)).one_or_none()
        return _ballot(row) if row else None

    def add_vote(
        self,
        paper_id: int,
        choice: Choice,
        comment: str,
        received_at: datetime,
        message_id: str,
        reply: int | None = None,
        carried_from: int | None = None,
        by_hand: bool = False,
    ) -> Vote:
        row = {
            "paper": paper_id,
            "choice": choice.value,
            "comment": comment,
            "received_at": received_at,
            "message_id": message_id,
            "reply": reply,
            "carried_from": carried_from,
            "by_hand": by_hand,
        }
        made = _vote(self._connection.execute(insert(votes).values(row).returning(votes)).one())
        self._marks.add(votes, made.id)
        return made

    def votes(self, ballot_id: int) -> list[Vote]:
        query = (
            select(votes)
            .join(papers, papers.c.id == votes.c.paper)
            .where(papers.c.ballot == ballot_id)
            .order_by(votes.c.id)
        )
        return [_vote(row) for row in self._connection.execute(query)]

    def add_grant(self, ballot: Ballot, now: datetime, seen_at: datetime | None = None) -> None:
        row = {
            **_of(ballot.subject),
            "ballot": ballot.id,
            "lists": dict(ballot.lists),
            "seen_at": seen_at or ballot.opened_at,
            "granted_at": now,
        }
        self._marks.add(
            grants, self._connection.execute(insert(grants).values(row).returning(grants.c.id)).scalar_one()
        )

    def votes_cast(self, contact_id: int) -> int:
        theirs = select(papers.c.id).where(papers.c.contact == contact_id)
        return self._connection.scalar(select(func.count()).select_from(votes).where(votes.c.paper.in_(theirs))) or 0

    def grant(self, kind: str, subject_id: int) -> Grant | None:
        query = select(grants).where(_about(grants, kind, subject_id), grants.c.voided_at.is_(None))
        row = self._connection.execute(query.order_by(grants.c.id.desc()).limit(1)).one_or_none()
        return _grant(row) if row else None

    def grants_of(self, kind: str) -> Mapping[int, Grant]:
        query = select(grants, ballots.c.outcome).join(ballots, ballots.c.id == grants.c.ballot)
        standing = query.where(grants.c.subject_kind == kind, grants.c.voided_at.is_(None)).order_by(grants.c.id)
        newest = {row.subject_id: row for row in self._connection.execute(standing)}
        return {id: _grant(row) for id, row in newest.items() if row.outcome == Outcome.GRANTED.value}

    def see_lists(self, grant_id: int, versions: Mapping[str, int], now: datetime) -> None:
        seen = {"lists": dict(versions), "seen_at": now}
        self._connection.execute(update(grants).where(grants.c.id == grant_id).values(seen))
        self._marks.add(grants, grant_id)

    def void_grants(self, kind: str, subject_id: int, now: datetime) -> None:
        standing = _about(grants, kind, subject_id) & grants.c.voided_at.is_(None)
        voided = update(grants).where(standing).values(voided_at=now).returning(grants.c.id)
        self._marks.add(grants, *self._connection.scalars(voided))

    @staticmethod
    def _papers() -> Select[Any]:
        member = func.coalesce(papers.c.stands_for, papers.c.contact)
        seat = (memberships.c.contact == member) & (memberships.c.list == ballots.c.board)
        return (
            select(papers, contacts.c.address, contacts.c.name, contacts.c.key, memberships.c.standing)
            .join(ballots, ballots.c.id == papers.c.ballot)
            .join(contacts, contacts.c.id == papers.c.contact)
            .outerjoin(memberships, seat)
        )

    @staticmethod
    def _paper(row: Row[Any]) -> Paper:
        on_board = row.standing == Standing.ACTIVE.value and row.address_key == row.key  # A29
        name, excused = row.name or row.address, Excused(row.excused)
        stands_for, asked_at = row.stands_for, row.asked_at
        return Paper(row.id, row.ballot, row.contact, row.address, name, on_board, excused, stands_for, asked_at)


def erase_votes(connection: Connection, erasing: Erasing) -> None:
    """Choices stay, because a grant rests on them; the mails do not, nor what names their writer's domain."""
    other = erasing.replacement
    theirs = select(papers.c.id).where(papers.c.contact == erasing.contact.id)
    for table in (votes, ballot_replies):
        replaced = literal("<erased.") + cast(table.c.id, Text) + literal(">")
        connection.execute(update(table).where(table.c.paper.in_(theirs)).values(comment="", message_id=replaced))
    nothing: dict[str, Any] = {"sender": str(other), "reason": "", "how": "", "proof": {}, "raw": None}
    connection.execute(update(ballot_replies).where(ballot_replies.c.paper.in_(theirs)).values(nothing))
    connection.execute(update(challenges).where(challenges.c.paper.in_(theirs)).values(address=str(other)))
    mine = papers.c.contact == erasing.contact.id
    connection.execute(update(papers).where(mine).values(address_key=other.key))
