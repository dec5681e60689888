"""The status of the office in figures."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from mailer.handlers.status import figures
from mailer.model.figures import Figures
from mailer.model.issues import State
from mailer.model.outbox import Delivery
from tests.unit.harness import DAY, NMB, Harness


def stand(harness: Harness, since: timedelta | None = None) -> Figures:
    """The status now, without issues that ended more than ``since`` ago."""
    with harness.environment.store.snapshot() as work:
        return figures(work, harness.now, harness.now - since if since is not None else None)


def test_an_office_on_its_first_day(harness: Harness) -> None:
    found = stand(harness)
    assert (found.deliveries.total, dict(found.issues), dict(found.inbound)) == (0, {}, {})
    assert (found.oldest_service_mail, found.oldest_copy, found.attention) == (timedelta(), timedelta(), 0)


def test_mails_by_state_and_received_mails(harness: Harness) -> None:
    harness.approved()
    harness.raw(b"From: =?utf-8?q?a=0D=0Ab?= <eve@x.example>\r\nTo: tg2@iso-sr.example\r\n\r\nx\r\n")
    harness.start()
    found = stand(harness)
    assert found.issues["update", 1].by_state == {Delivery.QUEUED: len(NMB)}
    assert found.deliveries[Delivery.QUEUED] == len(NMB)
    assert found.deliveries[Delivery.SENT] == found.service_mail[Delivery.SENT] > 0
    assert (dict(found.inbound), found.attention) == ({"reply": 2, "quarantine": 1}, 1)


def test_the_longest_waiting_mails(harness: Harness) -> None:
    harness.approved()
    harness.start()
    harness.pass_by(timedelta(minutes=5))
    with harness.environment.store.transaction() as work:
        harness.process.office(work, "test", "test").tell_secretary("unfiled", {"reason": "full"})
    harness.pass_by(timedelta(minutes=2))
    found = stand(harness)
    assert (found.oldest_copy, found.oldest_service_mail) == (timedelta(minutes=7), timedelta(minutes=2))
    with harness.environment.store.transaction() as work:
        work.mailings.save(replace(harness.mailing, paused_at=harness.now))
    assert stand(harness).oldest_copy == timedelta()


def test_a_deferred_mail_is_not_overdue(harness: Harness) -> None:
    harness.approved()
    harness.start()
    harness.environment.clock.time -= timedelta(hours=1)
    assert stand(harness).oldest_copy == timedelta()


@pytest.mark.parametrize(("days", "shown"), [(29, True), (31, False)])
def test_an_old_issue_can_be_left_out(harness: Harness, days: int, shown: bool) -> None:
    harness.approved()
    harness.start()
    harness.tick()
    assert harness.issue.state is State.SENT
    harness.pass_by(days * DAY)
    assert (("update", 1) in stand(harness, since=30 * DAY).issues) is shown
    assert ("update", 1) in stand(harness).issues
