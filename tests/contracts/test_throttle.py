"""Used slots, breakers and rates, on every store."""

from __future__ import annotations

from dataclasses import replace

from mailer.model.refusals import Refusal
from mailer.model.throttle import Breaker, Used
from mailer.ports import Work
from tests.fakes import NOON


def test_used_slots_are_stored_by_key(work: Work) -> None:
    first = work.throttle.locked(["total", "@x.example"])
    assert first == {"total": Used(), "@x.example": Used()}
    used = Used(5, 2**50, {60_000_000: ((2**50 - 1, 3), (2**50, 1))})
    work.throttle.give_out({"total": used})
    assert work.throttle.locked(["total"]) == {"total": used}
    assert work.throttle.used() == {"@x.example": Used(), "total": used}


def test_a_breaker_is_set_changed_and_cleared(work: Work) -> None:
    breaker = Breaker(0.25, 2, NOON, "421 4.7.0 slow down")
    work.throttle.set_breaker("@x.example", breaker)
    work.throttle.set_breaker("relay x", replace(breaker, factor=0.0, trying=True, refusal=Refusal.QUOTA))
    work.throttle.set_breaker("@x.example", replace(breaker, strikes=3))
    assert work.throttle.breakers() == {
        "@x.example": replace(breaker, strikes=3),
        "relay x": Breaker(0.0, 2, NOON, "421 4.7.0 slow down", True, Refusal.QUOTA),
    }
    work.throttle.set_breaker("relay x", None)
    assert list(work.throttle.breakers()) == ["@x.example"]


def test_a_rate_is_set_and_reset_while_running(work: Work) -> None:
    for rate in (30, 40):
        work.throttle.set_rate("total", rate)
    assert work.throttle.rates() == {"total": 40}
    work.throttle.set_rate("total", None)
    assert work.throttle.rates() == {}
