"""What became of the issues, as lines for the daemon's log."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import TypeAlias

from mailer.model.issues import State
from mailer.model.mailings import MailingKind
from mailer.model.outbox import Counts, Delivery
from mailer.ports import Work


@dataclass(frozen=True, slots=True)
class Stand:
    """Where an issue and its mailing stand."""

    name: str
    state: State
    scheduled_for: datetime | None
    mailing: int | None = None
    began_at: datetime | None = None
    paused_at: datetime | None = None
    cancelled_at: datetime | None = None
    finished_at: datetime | None = None


Standing: TypeAlias = Mapping[int, Stand]
"""By the issue's id."""


def standing(work: Work) -> Standing:
    """How all issues stand now."""
    mailings = {mailing.subject: mailing for mailing in work.mailings.all() if mailing.kind is MailingKind.ISSUE}
    found = {}
    for issue in work.issues.all():
        mailing = mailings.get(issue.id)
        stand = Stand(issue.name, issue.state, issue.scheduled_for)
        if mailing is not None:
            times = mailing.began_at, mailing.paused_at, mailing.cancelled_at, mailing.finished_at
            stand = Stand(issue.name, issue.state, issue.scheduled_for, mailing.id, *times)
        found[issue.id] = stand
    return found


def changes(work: Work, before: Standing, now: Standing) -> Iterator[str]:
    """What has changed, in sentences; what ended before the first look is left out."""
    for key, stand in now.items():
        yield from _changes_of(work, before.get(key), stand)


def _changes_of(work: Work, before: Stand | None, now: Stand) -> Iterator[str]:
    scheduled_before = before.scheduled_for if before else None
    if now.scheduled_for and now.scheduled_for != scheduled_before:
        yield f"{now.name}: scheduled for {_time(now.scheduled_for)}"
    elif scheduled_before and not now.scheduled_for and now.state is not State.SENDING:
        yield f"{now.name}: no longer scheduled"
    if now.mailing is None or (before is None and now.finished_at):
        return
    if before is None or now.began_at != before.began_at:
        yield f"{now.name}: sending began at {_time(now.began_at)}: {_counted(work.outbox.counts(now.mailing))}"
    if now.paused_at and not (before and before.paused_at):
        yield f"{now.name}: paused"
    elif before and before.paused_at and not now.paused_at and not now.finished_at:
        yield f"{now.name}: resumed"
    if now.cancelled_at and not (before and before.cancelled_at):
        yield f"{now.name}: cancelled"
    if now.finished_at and now.began_at and not (before and before.finished_at == now.finished_at):
        took = round((now.finished_at - now.began_at).total_seconds())
        yield f"{now.name}: sending ended after {took} s: {_counted(work.outbox.counts(now.mailing))}"


def _counted(counts: Counts) -> str:
    return ", ".join(f"{counts[state]} {state}" for state in Delivery if counts[state]) or "nobody to send to"


def _time(time: datetime | None) -> str:
    return f"{time:%Y-%m-%d %H:%M:%S %Z}" if time else ""
