"""How the office stands, in figures."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from mailer.handlers.status import figures
from mailer.model.figures import Figures
from mailer.model.issues import State
from mailer.model.outbox import Delivery
from tests.unit.scene import DAY, NMB, Scene


def stand(scene: Scene, since: timedelta | None = None) -> Figures:
    """Now; without what ended more than ``since`` ago."""
    with scene.world.store.snapshot() as work:
        return figures(work, scene.now, scene.now - since if since is not None else None)


def test_an_office_on_its_first_day(scene: Scene) -> None:
    found = stand(scene)
    assert (found.deliveries.total, dict(found.issues), dict(found.inbound)) == (0, {}, {})
    assert (found.oldest_service_mail, found.oldest_copy, found.attention) == (timedelta(), timedelta(), 0)


def test_mails_by_state_and_what_came_in(scene: Scene) -> None:
    scene.approved()
    scene.raw(b"From: =?utf-8?q?a=0D=0Ab?= <eve@x.example>\r\nTo: tg2@iso-sr.example\r\n\r\nx\r\n")
    scene.start()
    found = stand(scene)
    assert found.issues["update", 1].by_state == {Delivery.QUEUED: len(NMB)}
    assert found.deliveries[Delivery.QUEUED] == len(NMB)
    assert found.deliveries[Delivery.SENT] == found.conversation[Delivery.SENT] > 0
    assert (dict(found.inbound), found.attention) == ({"reply": 2, "quarantine": 1}, 1)


def test_what_waits_for_longest(scene: Scene) -> None:
    scene.approved()
    scene.start()
    scene.pass_by(timedelta(minutes=5))
    with scene.world.store.transaction() as work:
        scene.process.office(work, "test", "test").tell_secretary("unfiled", {"reason": "full"})
    scene.pass_by(timedelta(minutes=2))
    found = stand(scene)
    assert (found.oldest_copy, found.oldest_service_mail) == (timedelta(minutes=7), timedelta(minutes=2))
    with scene.world.store.transaction() as work:
        work.mailings.save(replace(scene.mailing, paused_at=scene.now))
    assert stand(scene).oldest_copy == timedelta()


def test_what_is_tried_again_later_is_not_overdue(scene: Scene) -> None:
    scene.approved()
    scene.start()
    scene.world.clock.time -= timedelta(hours=1)
    assert stand(scene).oldest_copy == timedelta()


@pytest.mark.parametrize(("days", "shown"), [(29, True), (31, False)])
def test_an_issue_of_long_ago_may_be_left_out(scene: Scene, days: int, shown: bool) -> None:
    scene.approved()
    scene.start()
    scene.tick()
    assert scene.issue.state is State.SENT
    scene.pass_by(days * DAY)
    assert (("update", 1) in stand(scene, since=30 * DAY).issues) is shown
    assert ("update", 1) in stand(scene).issues
