"""Queries of what people were asked to confirm by reply."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, insert, or_, select, update

from mailer.message import Address
from mailer.model.confirmations import Answer, Asked, Confirmation
from mailer.model.personal_data import NOBODY, Erasing, Over
from mailer.store.schema import confirmations
from mailer.store.spellings import is_one_of

_OPEN = confirmations.c.answer == Answer.OPEN.value


def _confirmation(row: Row[Any]) -> Confirmation:
    return Confirmation(
        id=row.id,
        asked=Asked(row.asked),
        contact=row.contact,
        address=row.address,
        wanted=dict(row.wanted),
        partner=row.partner,
        asked_at=row.asked_at,
        answer=Answer(row.answer),
    )


class SqlConfirmationQueries:
    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def ask(
        self,
        asked: Asked,
        contact: int | None,
        address: Address,
        wanted: Mapping[str, str],
        now: datetime,
        partner: int | None = None,
    ) -> int:
        row = {
            "asked": asked.value,
            "contact": contact,
            "address": str(address),
            "wanted": dict(wanted),
            "partner": partner,
            "asked_at": now,
            "answer": Answer.OPEN.value,
        }
        added = insert(confirmations).values(row).returning(confirmations.c.id)
        made = int(self._connection.execute(added).scalar_one())
        if partner is not None:
            other = confirmations.c.id == partner
            self._connection.execute(update(confirmations).where(other).values(partner=made))
        return made

    def supersede(self, asked: Asked, contact: int) -> None:
        theirs = confirmations.c.contact == contact, confirmations.c.asked == asked.value, _OPEN
        self._connection.execute(update(confirmations).where(*theirs).values(answer=Answer.SUPERSEDED.value))

    def get(self, confirmation_id: int) -> Confirmation | None:
        query = select(confirmations).where(confirmations.c.id == confirmation_id)
        row = self._connection.execute(query).one_or_none()
        return _confirmation(row) if row else None

    def open_ones(self, contact: int, since: datetime) -> list[Confirmation]:
        theirs = confirmations.c.contact == contact, confirmations.c.asked_at > since, _OPEN
        query = select(confirmations).where(*theirs).order_by(confirmations.c.id)
        return [_confirmation(row) for row in self._connection.execute(query)]

    def answer(self, confirmation_id: int, answer: Answer) -> None:
        mine = confirmations.c.id == confirmation_id
        self._connection.execute(update(confirmations).where(mine).values(answer=answer.value))


def erase_confirmations(connection: Connection, erasing: Erasing) -> None:
    """What they were asked; no answer to it acts any more."""
    about = or_(confirmations.c.contact == erasing.contact.id, is_one_of(confirmations.c.address, erasing.addresses))
    connection.execute(update(confirmations).where(about, _OPEN).values(answer=Answer.SUPERSEDED.value))
    connection.execute(update(confirmations).where(about).values(address=str(erasing.replacement), wanted={}))


def erase_old_confirmations(connection: Connection, over: Over) -> int:
    """Who was asked, and what was wanted; an open question is none any more."""
    old = confirmations.c.asked_at < over.before, confirmations.c.address != str(NOBODY)
    ids = list(connection.scalars(select(confirmations.c.id).where(*old).order_by(confirmations.c.id).limit(over.most)))
    theirs = confirmations.c.id.in_(ids)
    connection.execute(update(confirmations).where(theirs, _OPEN).values(answer=Answer.SUPERSEDED.value))
    connection.execute(update(confirmations).where(theirs).values(address=str(NOBODY), wanted={}))
    return len(ids)
