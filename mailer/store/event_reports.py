"""What is erased of reports on events."""

from __future__ import annotations

from collections.abc import Collection

from sqlalchemy import Connection, select, update

from mailer.model.personal_data import Erasing, Over
from mailer.store.schema import assignments, event_reports, presenters


def erase_event_reports(connection: Connection, erasing: Erasing) -> None:
    """What they reported, and the mail; that there was a report stays."""
    theirs = (
        select(event_reports.c.id)
        .join(assignments, assignments.c.id == event_reports.c.assignment)
        .join(presenters, presenters.c.id == assignments.c.presenter)
        .where(presenters.c.contact == erasing.contact.id)
    )
    _erase(connection, connection.scalars(theirs).all())


def erase_old_event_reports(connection: Connection, over: Over) -> int:
    """What was reported; articles and answers that were made of it stay."""
    old = event_reports.c.received_at < over.before, event_reports.c.raw != b""
    ids = connection.scalars(select(event_reports.c.id).where(*old).order_by(event_reports.c.id).limit(over.most)).all()
    _erase(connection, ids)
    return len(ids)


def _erase(connection: Connection, ids: Collection[int]) -> None:
    nothing = {"values": {}, "words": "", "raw": b""}
    connection.execute(update(event_reports).where(event_reports.c.id.in_(ids)).values(nothing))
