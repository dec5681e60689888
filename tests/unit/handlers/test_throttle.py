"""The rate that the secretary sets, and the notices about refusals."""

from __future__ import annotations

from datetime import timedelta

from mailer.handlers import throttle
from mailer.model.throttle import Breaker
from mailer.throttle.limits import MINUTE, Limit
from mailer.throttle.policy import Policy
from tests.unit.harness import SECRETARY, Harness, text_of

POLICY = Policy("mx.example", (Limit(MINUTE, 60),))


def test_a_rate_holds_until_it_is_reset_and_the_audit_trail_names_its_author(harness: Harness) -> None:
    harness.do(lambda office: throttle.set_rate(office, 30))
    with harness.office() as office:
        assert throttle.state(office, POLICY).rate == 30
        throttle.set_rate(office, None)
        assert throttle.state(office, POLICY).rate is None
    assert [(entry.actor, entry.detail) for entry in harness.trail("rate set")] == [
        ("secretary", {"per_minute": 30}),
        ("secretary", {"per_minute": None}),
    ]


def test_E10_the_secretary_is_notified_once_of_each_refusal(harness: Harness) -> None:
    first = Breaker(0.0, 1, harness.now + timedelta(minutes=15), "550 5.7.1 go away")
    second = Breaker(0.0, 2, harness.now + timedelta(minutes=30), "550 5.7.1 go away")
    for breaker in (first, first, second):
        harness.do(lambda office, opened=breaker: throttle.breaker_opened(office, "mx.example", "@x.example", opened))
    harness.tick()
    notices = harness.mails_to(SECRETARY)
    assert len(notices) == 2
    assert "x.example" in text_of(notices[0])
    assert "550 5.7.1 go away" in text_of(notices[0])
    assert [entry.subject for entry in harness.trail("sending refused")] == ["@x.example"] * 3
