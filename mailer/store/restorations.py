"""Queries of restores from a backup."""

from __future__ import annotations

import secrets
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Table, func, insert, select, update

from mailer.model.issues import State
from mailer.model.outbox import Delivery
from mailer.model.personal_data import Erasing
from mailer.model.restorations import MAYBE_SENT, Entry, Restoration
from mailer.store.schema import (
    challenges,
    confirmations,
    contacts,
    departures,
    feedback,
    in_states,
    issues,
    mailings,
    outbox,
    papers,
    questions,
    requests,
    restorations,
    staff_notices,
)
from mailer.tokens import Era, Purpose

SUBJECTS: Mapping[Purpose, Table] = {
    Purpose.CONFIRM: requests,
    Purpose.LEAVE: contacts,
    Purpose.COME_BACK: departures,
    Purpose.LEAVE_EVERYTHING: contacts,
    Purpose.AGREE: confirmations,
    Purpose.VOTE: papers,
    Purpose.PROVE: challenges,
    Purpose.FEEDBACK: feedback,
    Purpose.BOUNCE: outbox,
    Purpose.SHARED: mailings,
    Purpose.STAFF: staff_notices,
    Purpose.ANSWER: questions,
}
"""The table of the rows that tokens name, by purpose."""

NOT_FINAL = "not final in the backup: it may have been sent since"
ANSWERED_BEFORE = "answers a mail that was read again after a restore: it may have been sent before"


class SqlRestorationQueries:
    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def open(self) -> Restoration | None:
        query = select(restorations).where(restorations.c.resumed_at.is_(None)).order_by(restorations.c.id.desc())
        row = self._connection.execute(query.limit(1)).first()
        return None if row is None else _restoration(row)

    def mark_read_again(self, restoration: Restoration, now: datetime) -> int:
        mine = outbox.c.id > restoration.last_mail, outbox.c.mailing.is_(None)
        doubts = self._doubt([*mine, in_states(Delivery.QUEUED)], ANSWERED_BEFORE, now)
        self._change(restoration, read_again_at=now, doubts=restoration.doubts + doubts)
        return doubts

    def resume(self, restoration: Restoration, now: datetime) -> None:
        self._change(restoration, resumed_at=now)

    def eras(self) -> tuple[Era, ...]:
        """The token keys that restores have added, the oldest first."""
        return tuple(_era(row) for row in self._connection.execute(select(restorations).order_by(restorations.c.id)))

    def begin(
        self, backup_at: datetime, journal: Sequence[Entry], journal_since: datetime | None, now: datetime
    ) -> int:
        """Call in a store that has just been restored; how many mails are in doubt.

        What was not final in the backup may have been sent since. Tokens that were made since then name rows that may
        be others' now, so new rows get another key. A scheduled issue waits for a person.
        """
        doubts = self._doubt([in_states(Delivery.QUEUED, Delivery.DEFERRED, Delivery.SENDING)], NOT_FINAL, now)
        maybe_sent = select(issues.c.id).where(issues.c.state.in_([state.value for state in MAYBE_SENT]))
        row = {
            "backup_at": backup_at,
            "restored_at": now,
            "secret": secrets.token_bytes(32),
            "last_ids": {purpose.value: self._last(table) for purpose, table in SUBJECTS.items()},
            "last_mail": self._last(outbox),
            "journal": [entry.as_json() for entry in journal],
            "journal_since": journal_since,
            "doubts": doubts,
            "maybe_sent": list(self._connection.scalars(maybe_sent)),
        }
        missed = update(issues).where(issues.c.state == State.SCHEDULED.value)
        self._connection.execute(missed.values(state=State.APPROVED.value))
        for earlier in self._connection.execute(select(restorations.c.id).where(restorations.c.resumed_at.is_(None))):
            self._connection.execute(update(restorations).where(restorations.c.id == earlier.id).values(resumed_at=now))
        self._connection.execute(insert(restorations).values(row))
        return doubts

    def _doubt(self, rows: Sequence[Any], words: str, now: datetime) -> int:
        doubted = update(outbox).where(*rows)
        return self._connection.execute(
            doubted.values(state=Delivery.DOUBTFUL.value, reply=words, settled_at=now)
        ).rowcount

    def _last(self, table: Table) -> int:
        return self._connection.scalar(select(func.max(table.c.id))) or 0

    def _change(self, restoration: Restoration, **values: object) -> None:
        self._connection.execute(update(restorations).where(restorations.c.id == restoration.id).values(values))


def _era(row: Any) -> Era:
    return Era(row.secret, {Purpose(purpose): last for purpose, last in row.last_ids.items()})


def _restoration(row: Any) -> Restoration:
    return Restoration(
        id=row.id,
        backup_at=row.backup_at,
        restored_at=row.restored_at,
        era=_era(row),
        last_mail=row.last_mail,
        journal=[Entry.from_json(entry) for entry in row.journal],
        journal_since=row.journal_since,
        doubts=row.doubts,
        maybe_sent=row.maybe_sent,
        read_again_at=row.read_again_at,
        resumed_at=row.resumed_at,
    )


def erase_journals(connection: Connection, erasing: Erasing) -> None:
    """Lines of journals about any of the addresses are dropped."""
    for row in connection.execute(select(restorations.c.id, restorations.c.journal)).all():
        kept = [entry for entry in row.journal if not Entry.from_json(entry).names(erasing.keys)]
        if len(kept) < len(row.journal):
            connection.execute(update(restorations).where(restorations.c.id == row.id).values(journal=kept))
