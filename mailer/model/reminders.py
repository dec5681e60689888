"""When members who have not voted are reminded."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from mailer.model.approvals import Ballot
from mailer.model.working_days import Calendar


def reminder_times(ballot: Ballot, calendar: Calendar) -> list[datetime]:
    """When members are reminded, the earliest first. A time before the ballot was opened is left out."""
    times = {calendar.before(ballot.deadline, span) for span in ballot.terms.reminders}
    return sorted(time for time in times if time > ballot.opened_at)


def is_due(times: Sequence[datetime], reminded_at: datetime | None, now: datetime) -> bool:
    """Whether a reminder is due that has not been sent. Of several that were missed, one is sent."""
    return any(time <= now and (reminded_at is None or time > reminded_at) for time in times)


def next_reminder(times: Sequence[datetime], now: datetime) -> datetime | None:
    return next((time for time in times if time > now), None)
