"""Deadlines of ballots survive clock changes, downtime and jumps of the clock, whichever way mail comes in (A27)."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from mailer.model.approvals import Outcome
from mailer.model.working_days import Calendar
from tests.flows.environment import Environment
from tests.unit.harness import ANA, BO, DAY, SECRETARY, Harness

MINUTE = timedelta(minutes=1)
ZURICH = Calendar(ZoneInfo("Europe/Zurich"))


def into_the_mailbox(environment: Environment) -> Callable[[bytes], object]:
    return environment._arrive


def handed_over(environment: Environment) -> Callable[[bytes], object]:
    """As a mail server does by LMTP."""

    def deliver(raw: bytes) -> None:
        with environment.store.transaction(alone=False) as work:
            work.incoming.add(raw, False, environment.clock.now())

    return deliver


@pytest.fixture(params=[into_the_mailbox, handed_over], ids=["IMAP", "LMTP"])
def harness(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Harness]:
    harness = Harness(tmp_path)
    harness.environment.deliver = request.param(harness.environment)
    yield harness
    harness.close()


def writes(harness: Harness, *members: str) -> None:
    """Their approvals lie there; no daemon reads them."""
    for member in members:
        harness.environment.reply(member, harness.request(member), "APPROVE")


def told(harness: Harness, beginning: str) -> int:
    return sum(subject.startswith(beginning) for subject in harness.subjects(SECRETARY))


def restart(harness: Harness) -> None:
    harness.restart(calendar=ZURICH)
    harness.tick()


@pytest.mark.parametrize(
    ("opened", "deadline"),
    [
        (datetime(2026, 10, 20, 12, tzinfo=UTC), datetime(2026, 10, 27, 13, tzinfo=UTC)),  # the clock goes back
        (datetime(2027, 3, 25, 13, tzinfo=UTC), datetime(2027, 4, 1, 12, tzinfo=UTC)),  # it goes forward
        (datetime(2026, 10, 18, 0, 30, tzinfo=UTC), datetime(2026, 10, 25, 1, 30, tzinfo=UTC)),  # shown twice: 2:30
        (datetime(2027, 3, 21, 1, 30, tzinfo=UTC), datetime(2027, 3, 28, 1, 30, tzinfo=UTC)),  # skipped: 2:30
    ],
)
@pytest.mark.parametrize(("after", "outcome"), [(-MINUTE, Outcome.GRANTED), (MINUTE, Outcome.LAPSED)])
def test_A27_a_deadline_over_a_clock_change_is_at_the_same_time_of_day(
    harness: Harness, opened: datetime, deadline: datetime, after: timedelta, outcome: Outcome
) -> None:
    harness.environment.clock.time = opened
    restart(harness)
    harness.asked()
    assert harness.ballot.deadline == deadline
    writes(harness, ANA)
    harness.tick()
    harness.environment.clock.time = deadline + after
    writes(harness, BO)
    harness.tick()
    harness.pass_by(DAY)
    harness.tick()
    assert harness.outcome is outcome


def test_a_deadline_that_passed_while_the_office_was_down_is_handled_once_and_after_the_votes(harness: Harness) -> None:
    harness.asked()
    writes(harness, ANA, BO)
    harness.pass_by(30 * DAY)
    for _ in range(3):
        restart(harness)
    assert (harness.outcome, len(harness.votes)) == (Outcome.GRANTED, 2)
    assert (told(harness, "Approved"), told(harness, "Not approved")) == (1, 0)


def test_a_deadline_that_passed_without_votes_is_handled_once(harness: Harness) -> None:
    harness.asked()
    writes(harness, ANA)
    harness.pass_by(30 * DAY)
    before = len(harness.subjects(SECRETARY))
    for _ in range(3):
        restart(harness)
    assert harness.outcome is Outcome.LAPSED
    assert len(harness.subjects(SECRETARY)) == before + 1
    writes(harness, BO)
    harness.tick()
    assert harness.outcome is Outcome.LAPSED


@pytest.mark.parametrize("back", [timedelta(hours=1), 400 * DAY])
def test_a_clock_that_is_set_back_reopens_nothing_and_decides_nothing_twice(harness: Harness, back: timedelta) -> None:
    harness.asked()
    harness.pass_by(8 * DAY)
    harness.tick()
    assert harness.outcome is Outcome.LAPSED
    decided = ["The board is asked: ISO/SR Update 1", "Not approved in time: ISO/SR Update 1"]
    harness.environment.clock.time -= back
    for _ in range(2):
        harness.tick()
    harness.environment.clock.time += back
    harness.tick()
    about_it = [subject for subject in harness.subjects(SECRETARY) if "Update 1" in subject]  # and a summary
    assert (harness.outcome, about_it) == (Outcome.LAPSED, decided)


def test_a_clock_that_jumps_ahead_counts_votes_that_came_before_it(harness: Harness) -> None:
    harness.asked()
    writes(harness, ANA, BO)
    harness.environment.clock.time += 400 * DAY
    harness.tick()
    harness.environment.clock.time -= 400 * DAY
    harness.tick()
    assert harness.outcome is Outcome.GRANTED


def test_two_ways_in_are_read_before_a_deadline_is_judged(harness: Harness) -> None:
    """One vote lies in the mailbox, the other was handed over."""
    harness.asked()
    for way, member in ((into_the_mailbox, ANA), (handed_over, BO)):
        harness.environment.deliver = way(harness.environment)
        writes(harness, member)
    harness.pass_by(30 * DAY)
    harness.tick()
    assert harness.outcome is Outcome.GRANTED
