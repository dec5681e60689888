"""Queries of questions to people who are not staff."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from functools import cache
from typing import Any

from sqlalchemy import Connection, Row, Select, String, delete, exists, insert, literal, or_, select, update

from mailer.message import Address
from mailer.model.lists import Contact, Standing
from mailer.model.personal_data import NOBODY, Erasing, Over
from mailer.model.questions import KeptReply, KeptState, Question
from mailer.store.lists import contact_of
from mailer.store.schema import contacts, memberships, question_replies, questions
from mailer.store.spellings import is_one_of
from mailer.store.upsert import insert_new_in

_HEADS: Select[Any] = select(
    *[column for column in question_replies.c if column.name != "raw"], literal(b"").label("raw")
)
"""Unproven answers without the mails themselves."""


def question_of(row: Row[Any]) -> Question:
    return Question(
        id=row.id,
        addressee=row.addressee,
        contact=row.contact,
        kind=row.kind,
        subject=row.subject,
        state=row.state,
        about=row.about,
        language=row.language,
        offered=row.offered,
        asked_at=row.asked_at,
        expires_at=row.expires_at,
        answered_at=row.answered_at,
        asked_back_at=row.asked_back_at,
    )


def _kept(row: Row[Any]) -> KeptReply:
    return KeptReply(row.id, row.question, row.sender, row.received_at, KeptState(row.state), row.reason, row.raw)


@cache
def _adding(dialect: str) -> Any:
    return insert_new_in(dialect, questions).returning(questions)


class SqlQuestionQueries:
    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def add(self, question: Question, to: Address, cause: str) -> Question | None:
        row = {
            "addressee": str(to),
            "address_key": to.base_key,
            "contact": question.contact,
            "kind": question.kind,
            "subject": question.subject,
            "state": question.state,
            "about": question.about,
            "language": question.language,
            "offered": dict(question.offered),
            "cause": cause,
            "asked_at": question.asked_at,
            "expires_at": question.expires_at,
        }
        added = self._connection.execute(_adding(self._connection.dialect.name), row).one_or_none()
        return question_of(added) if added else None

    def question(self, question_id: int) -> Question | None:
        row = self._connection.execute(select(questions).where(questions.c.id == question_id)).one_or_none()
        return question_of(row) if row else None

    def about(self, kind: str, subject: int) -> list[Question]:
        query = select(questions).where(questions.c.kind == kind, questions.c.subject == subject)
        return [question_of(row) for row in self._connection.execute(query.order_by(questions.c.id))]

    def unasked(self, kind: str, key: str, most: int) -> list[Contact]:
        mine = memberships.c.list == key, memberships.c.standing == Standing.ACTIVE.value
        asked = exists().where(
            questions.c.kind == kind, questions.c.subject == memberships.c.contact, questions.c.state == key
        )
        members = select(contacts).join(memberships, memberships.c.contact == contacts.c.id)
        query = members.where(*mine, ~asked).order_by(contacts.c.id).limit(most)
        return [contact_of(row) for row in self._connection.execute(query)]

    def asked_of(self, contact: int | None, keys: tuple[str, ...]) -> list[Question]:
        theirs = questions.c.contact == contact if contact is not None else literal(False)
        query = select(questions).where(or_(theirs, questions.c.address_key.in_(keys)))
        return [question_of(row) for row in self._connection.execute(query.order_by(questions.c.id))]

    def answer(self, question_id: int, at: datetime | None) -> None:
        self._change(question_id, answered_at=at)

    def ask_back(self, question_id: int, offered: Mapping[str, str], at: datetime) -> None:
        self._change(question_id, offered=dict(offered), asked_back_at=at)

    def keep(self, reply: KeptReply) -> int:
        row = {
            "question": reply.question,
            "sender": reply.sender,
            "received_at": reply.received_at,
            "state": reply.state.value,
            "reason": reply.reason,
            "raw": reply.raw,
        }
        return int(
            self._connection.execute(insert(question_replies).returning(question_replies.c.id), row).scalar_one()
        )

    def kept(self, reply_id: int) -> KeptReply | None:
        query = select(question_replies).where(question_replies.c.id == reply_id)
        row = self._connection.execute(query).one_or_none()
        return _kept(row) if row else None

    def kept_of(self, question_id: int) -> list[KeptReply]:
        query = _HEADS.where(question_replies.c.question == question_id)
        return [_kept(row) for row in self._connection.execute(query.order_by(question_replies.c.id))]

    def set_kept(self, reply_id: int, state: KeptState) -> None:
        changed = update(question_replies).where(question_replies.c.id == reply_id)
        self._connection.execute(changed.values(state=state.value))

    def waiting(self, most: int) -> list[KeptReply]:
        query = _HEADS.where(question_replies.c.state == KeptState.WAITING.value)
        return [_kept(row) for row in self._connection.execute(query.order_by(question_replies.c.id).limit(most))]

    def has_kept(self, before: datetime) -> bool:
        query = select(question_replies.c.id).where(question_replies.c.received_at < before).limit(1)
        return self._connection.execute(query).first() is not None

    def drop_kept(self, before: datetime) -> int:
        old = delete(question_replies).where(question_replies.c.received_at < before)
        return self._connection.execute(old).rowcount

    def _change(self, question_id: int, **values: Any) -> None:
        self._connection.execute(update(questions).where(questions.c.id == question_id).values(**values))


def erase_questions(connection: Connection, erasing: Erasing) -> None:
    """What they were asked, and what came in their name; no answer acts any more."""
    mailboxes = {Address.parse(address).base_key for address in erasing.addresses}
    theirs = or_(questions.c.contact == erasing.contact.id, questions.c.address_key.in_(mailboxes))
    asked = select(questions.c.id).where(theirs)
    sent = or_(question_replies.c.question.in_(asked), is_one_of(question_replies.c.sender, erasing.addresses))
    connection.execute(delete(question_replies).where(sent))
    nobody = {"addressee": str(erasing.replacement), "address_key": erasing.replacement.base_key}
    connection.execute(
        update(questions).where(theirs).values(**nobody, cause=_erased_cause(), offered={}, expires_at=erasing.now)
    )


def erase_old_questions(connection: Connection, over: Over) -> int:
    """Who was asked, and what was offered, in questions whose time for an answer ended."""
    ended = questions.c.expires_at < over.before, questions.c.address_key != ""
    old = select(questions.c.id).where(*ended).limit(over.most)
    nobody = {"addressee": str(NOBODY), "address_key": "", "contact": None}
    gone = update(questions).where(questions.c.id.in_(old)).values(**nobody, cause=_erased_cause(), offered={})
    return connection.execute(gone).rowcount


def _erased_cause() -> Any:
    """A cause that names nobody and is the question's own."""
    return literal("erased ") + questions.c.id.cast(String)
