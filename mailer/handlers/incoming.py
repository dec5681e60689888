"""Mail that came in, as the records have it, and how long mail that was handed over is kept."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from mailer.errors import Refused
from mailer.model.inbound import HandledMail
from mailer.office import Decision, Office
from mailer.ports.incoming import HANDED_OVER


@dataclass(frozen=True, slots=True)
class Shown:
    """A mail that came in."""

    mail: HandledMail
    raw: bytes | None
    """Its bytes, if they are in the store and not in a mailbox."""


def show(office: Office, number: int) -> Shown:
    """Raises Refused if there is no such mail."""
    mail = office.work.inbound.one(number)
    if mail is None:
        raise Refused(f"No mail has the number {number}: `mailer incoming ls` lists the newest.")
    handed = list(office.work.incoming.fetch([mail.uid])) if mail.mailbox == HANDED_OVER else []
    return Shown(mail, handed[0].raw if handed else None)


def due(office: Office, now: datetime) -> list[Decision]:
    """Processed mail that was handed over is deleted when its time has passed."""
    before = office.now - office.rules.keep
    if not office.work.incoming.has_processed(before):
        return []
    return [Decision("deleting old mail", lambda later: later.work.incoming.forget(before))]
