"""What the daemon logs of an issue: its schedule, its start and its end."""

from __future__ import annotations

from datetime import timedelta

import pytest

from mailer.handlers import issues, mailings
from tests.unit.harness import NMB, Harness


@pytest.fixture
def lines(harness: Harness, caplog: pytest.LogCaptureFixture) -> list[str]:
    """The lines about issue 1 so far."""
    caplog.set_level("INFO", "mailer.daemon")
    harness.approved()
    caplog.clear()
    return []


def logged(caplog: pytest.LogCaptureFixture) -> list[str]:
    found = [record.getMessage() for record in caplog.records if record.getMessage().startswith("update 1: ")]
    caplog.clear()
    return found


@pytest.mark.usefixtures("lines")
def test_a_schedule_a_start_and_an_end_are_logged_once(harness: Harness, caplog: pytest.LogCaptureFixture) -> None:
    due = harness.now + timedelta(hours=2)
    harness.schedule(due)
    harness.tick()
    harness.tick()
    assert logged(caplog) == [f"update 1: scheduled for {due:%Y-%m-%d %H:%M:%S} UTC"]
    harness.environment.clock.pass_by(timedelta(hours=2))
    harness.tick()
    harness.tick()
    began, ended = logged(caplog)
    assert began == f"update 1: sending began at {harness.now:%Y-%m-%d %H:%M:%S} UTC: {len(NMB)} queued"
    assert ended == f"update 1: sending ended after 0 s: {len(NMB)} sent"


@pytest.mark.usefixtures("lines")
def test_a_pause_and_a_cancellation_are_logged(harness: Harness, caplog: pytest.LogCaptureFixture) -> None:
    harness.start()
    harness.do(lambda office: mailings.pause(office, issues.find(office, "update", 1)))
    harness.tick()
    harness.do(lambda office: mailings.resume(office, issues.find(office, "update", 1)))
    harness.do(lambda office: issues.cancel(office, issues.find(office, "update", 1)))
    harness.tick()
    assert [line.partition(": ")[2].partition(" at ")[0].partition(" after ")[0] for line in logged(caplog)] == [
        "sending began",
        "paused",
        "resumed",
        "cancelled",
        "sending ended",
    ]
