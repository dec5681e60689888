"""Mail that came in, as the records have it, and how long mail that was handed over is kept."""

from __future__ import annotations

from datetime import datetime
from typing import NamedTuple

from mailer.errors import Refused
from mailer.model.inbound import Folder, HandledMail, MailKind, StoredMail
from mailer.office import Decision, Office


class Listed(NamedTuple):
    """The newest mails, and how many were handed over and wait to be handled."""

    mails: list[HandledMail]
    waiting: int


def newest(office: Office, most: int, folder: Folder | None, kind: MailKind | None) -> Listed:
    """The newest mails, the oldest of them first; only those in ``folder`` and of ``kind``."""
    return Listed(office.work.inbound.newest(most, folder, kind), office.work.incoming.waiting().mails)


def show(office: Office, number: int) -> StoredMail:
    """Raises Refused if there is no such mail."""
    mail = office.work.inbound.one(number)
    if mail is None:
        raise Refused(f"No mail has the number {number}: `mailer incoming ls` lists the newest.")
    return StoredMail(mail, office.work.inbound.raw(mail))


def due(office: Office, now: datetime) -> list[Decision]:
    """Processed mail that was handed over is deleted when its time has passed."""
    before = office.now - office.rules.keep
    if not office.work.incoming.has_processed(before):
        return []
    return [Decision("deleting old mail", lambda later: later.work.incoming.forget(before))]
