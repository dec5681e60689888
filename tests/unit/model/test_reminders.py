"""When members are reminded: by days and working days, once for each time, and not before they were asked."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from mailer.model.approvals import Ballot, Outcome, Subject
from mailer.model.policies import Terms
from mailer.model.reminders import is_due, next_reminder, reminder_times
from mailer.model.working_days import Calendar, Span

THURSDAY = datetime(2026, 11, 26, 12, 0, tzinfo=UTC)
MONDAY = THURSDAY + timedelta(days=4)
DAY = timedelta(days=1)


def ballot(*reminders: Span, opened_at: datetime = THURSDAY - 7 * DAY) -> Ballot:
    terms = Terms(rule="majority", reminders=reminders)
    subject = Subject("issue", 1, "d" * 64)
    return Ballot(1, subject, "disclosure", "cag", terms, {}, opened_at, MONDAY, Outcome.OPEN)


@pytest.mark.parametrize(
    ("reminders", "times"),
    [
        ((), []),
        ((Span(2),), [MONDAY - 2 * DAY]),
        ((Span(2, working=True),), [THURSDAY]),
        ((Span(1), Span(4), Span(4)), [THURSDAY, MONDAY - DAY]),
        ((Span(30),), []),  # before the ballot was opened
    ],
)
def test_reminders_come_before_the_deadline(reminders: tuple[Span, ...], times: list[datetime]) -> None:
    assert reminder_times(ballot(*reminders), Calendar()) == times


@pytest.mark.parametrize(
    ("reminded_at", "now", "due"),
    [
        (None, THURSDAY - DAY, False),
        (None, THURSDAY, True),
        (THURSDAY - DAY, THURSDAY + DAY, True),
        (THURSDAY, THURSDAY + DAY, False),
        (THURSDAY + DAY, MONDAY - DAY, True),
        (None, MONDAY, True),  # both were missed
        (MONDAY - DAY, MONDAY, False),
    ],
)
def test_each_reminder_is_due_once(reminded_at: datetime | None, now: datetime, due: bool) -> None:
    assert is_due([THURSDAY, MONDAY - DAY], reminded_at, now) is due


def test_the_next_reminder() -> None:
    times = [THURSDAY, MONDAY - DAY]
    assert [next_reminder(times, now) for now in (THURSDAY - DAY, THURSDAY, MONDAY)] == [THURSDAY, MONDAY - DAY, None]
