"""Queries of mailings."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, insert, select, update

from mailer.model.mailings import Mailing, MailingKind, Resend
from mailer.model.refusals import Refusal, Suspension
from mailer.model.throttle import microseconds, moment
from mailer.store.recorded_rows import RowMarks
from mailer.store.schema import mailings


def _mailing(row: Row[Any]) -> Mailing:
    return Mailing(
        id=row.id,
        kind=MailingKind(row.kind),
        subject=row.subject,
        publication=row.publication,
        lists=tuple(row.lists),
        started_at=row.started_at,
        paused_at=row.paused_at,
        suspension=Suspension(Refusal(row.refusal), row.refusal_reply) if row.refusal else None,
        cancelled_at=row.cancelled_at,
        finished_at=row.finished_at,
        resend=Resend(row.resend) if row.resend else None,
        resend_at=row.resend_at,
        waits=tuple((translation, moment(until)) for translation, until in row.waits),
    )


class SqlMailingQueries:
    def __init__(self, connection: Connection, marks: RowMarks) -> None:
        self._connection = connection
        self._marks = marks

    def of(self, kind: MailingKind, subject: int) -> Mailing | None:
        query = select(mailings).where(mailings.c.kind == kind.value, mailings.c.subject == subject)
        row = self._connection.execute(query).one_or_none()
        return _mailing(row) if row else None

    def by_id(self, mailing_id: int) -> Mailing:
        return _mailing(self._connection.execute(select(mailings).where(mailings.c.id == mailing_id)).one())

    def all(self) -> list[Mailing]:
        return [_mailing(row) for row in self._connection.execute(select(mailings).order_by(mailings.c.id))]

    def unfinished(self) -> list[Mailing]:
        query = select(mailings).where(mailings.c.finished_at.is_(None)).order_by(mailings.c.id)
        return [_mailing(row) for row in self._connection.execute(query)]

    def add(self, kind: MailingKind, subject: int, publication: str, lists: Iterable[str], now: datetime) -> Mailing:
        row = {
            "kind": kind.value,
            "subject": subject,
            "publication": publication,
            "lists": sorted(lists),
            "started_at": now,
            "waits": [],
        }
        made = _mailing(self._connection.execute(insert(mailings).values(row).returning(mailings)).one())
        self._marks.add(mailings, made.id)
        return made

    def save(self, mailing: Mailing) -> None:
        values = {
            "lists": list(mailing.lists),
            "paused_at": mailing.paused_at,
            "refusal": mailing.suspension.refusal.value if mailing.suspension else None,
            "refusal_reply": mailing.suspension.reply if mailing.suspension else "",
            "cancelled_at": mailing.cancelled_at,
            "finished_at": mailing.finished_at,
            "resend": mailing.resend.value if mailing.resend else None,
            "resend_at": mailing.resend_at,
            "waits": [[translation, microseconds(until)] for translation, until in mailing.waits],
        }
        self._connection.execute(update(mailings).where(mailings.c.id == mailing.id).values(values))
        self._marks.add(mailings, mailing.id)
