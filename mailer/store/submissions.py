"""Queries of what was proposed by mail."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, Row, func, insert, select, update

from mailer.message import Address
from mailer.model.personal_data import Erasing, Over
from mailer.model.submissions import TRANSITIONS, State, Submission
from mailer.store.schema import questions, submissions

_WITHOUT_MAIL = [column for column in submissions.c if column is not submissions.c.raw]
_OPEN = [state.value for state, following in TRANSITIONS.items() if following]
_ERASED: dict[str, Any] = {
    "address": "",
    "address_key": "",
    "name": "",
    "language": "",
    "values": {},
    "beside": "",
    "raw": None,
}


class SqlSubmissionQueries:
    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def add(self, submission: Submission) -> Submission:
        columns = {"kind": submission.kind, "asked_at": submission.asked_at, **_columns(submission)}
        added = self._connection.execute(insert(submissions).values(columns).returning(submissions.c.id)).scalar_one()
        return replace(submission, id=int(added))

    def save(self, submission: Submission) -> None:
        mine = submissions.c.id == submission.id
        self._connection.execute(update(submissions).where(mine).values(_columns(submission)))

    def by_id(self, submission_id: int) -> Submission | None:
        row = self._connection.execute(select(submissions).where(submissions.c.id == submission_id)).one_or_none()
        return replace(_submission(row), raw=row.raw or b"") if row else None

    def each(self, states: Collection[State] = (), kind: str = "") -> Sequence[Submission]:
        return self._found(*_in(states), *([submissions.c.kind == kind] if kind else []))

    def of_mailbox(self, key: str, states: Collection[State] = ()) -> Sequence[Submission]:
        return self._found(submissions.c.address_key == key, *_in(states))

    def unconfirmed(self, before: datetime) -> Sequence[int]:
        waiting = submissions.c.state == State.ASKED.value, submissions.c.asked_at < before
        query = select(submissions.c.id).where(*waiting).order_by(submissions.c.id)
        return [int(row.id) for row in self._connection.execute(query)]

    def erase(self, submission_id: int) -> None:
        self._connection.execute(update(submissions).where(submissions.c.id == submission_id).values(_ERASED))

    def _found(self, *conditions: ColumnElement[bool]) -> list[Submission]:
        query = select(*_WITHOUT_MAIL).where(*conditions).order_by(submissions.c.id)
        return [_submission(row) for row in self._connection.execute(query)]


def _in(states: Collection[State]) -> list[ColumnElement[bool]]:
    return [submissions.c.state.in_([state.value for state in states])] if states else []


def _columns(submission: Submission) -> dict[str, Any]:
    return {
        "address": submission.address,
        "address_key": Address.parse(submission.address).base_key if submission.address else "",
        "name": submission.name,
        "language": submission.language,
        "values": dict(submission.values),
        "beside": submission.beside,
        "state": submission.state.value,
        "revision": submission.revision,
        "confirmed_at": submission.confirmed_at,
        "decided_at": submission.decided_at,
        "raw": submission.raw or None,
    }


def _submission(row: Row[Any]) -> Submission:
    return Submission(
        id=row.id,
        kind=row.kind,
        address=row.address,
        name=row.name,
        language=row.language,
        values=dict(row.values),
        asked_at=row.asked_at,
        beside=row.beside,
        state=State(row.state),
        revision=row.revision,
        confirmed_at=row.confirmed_at,
        decided_at=row.decided_at,
    )


def erase_submissions(connection: Connection, erasing: Erasing) -> None:
    """All that they proposed; what was still open is taken back."""
    mailboxes = {Address.parse(address).base_key for address in erasing.addresses}
    theirs = submissions.c.address_key.in_(mailboxes)
    withdrawn = {"state": State.WITHDRAWN.value, "decided_at": erasing.now}
    connection.execute(update(submissions).where(theirs, submissions.c.state.in_(_OPEN)).values(withdrawn))
    connection.execute(update(submissions).where(theirs).values(_ERASED))
    _erase_proposed(connection, erasing, withdrawn)


def _erase_proposed(connection: Connection, erasing: Erasing, withdrawn: Mapping[str, Any]) -> None:
    """What others proposed of them: a nomination names a person with their address."""
    proposed = func.lower(submissions.c["values"]["address"].as_string()).in_(
        {*erasing.keys, *(address.lower() for address in erasing.addresses)}
    )
    found = list(connection.scalars(select(submissions.c.id).where(proposed)))
    mine = submissions.c.id.in_(found)
    connection.execute(update(submissions).where(mine, submissions.c.state.in_(_OPEN)).values(withdrawn))
    connection.execute(update(submissions).where(mine).values({"values": {}, "beside": "", "raw": None}))
    asked = questions.c.kind.like("submission %"), questions.c.subject.in_(found)
    connection.execute(update(questions).where(*asked).values(offered={}, expires_at=erasing.now))


def erase_old_submissions(connection: Connection, over: Over) -> int:
    """Who proposed what, where it was decided on or taken back long ago."""
    decided = submissions.c.decided_at < over.before, submissions.c.address_key != ""
    old = select(submissions.c.id).where(*decided).limit(over.most)
    return connection.execute(update(submissions).where(submissions.c.id.in_(old)).values(_ERASED)).rowcount
