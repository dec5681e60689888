"""How fast mail may go at one moment: limits and their use, domains held back, and forecasts."""

from __future__ import annotations

from datetime import timedelta

import pytest

from mailer.model.throttle import TOTAL, Breaker, Used, microseconds
from mailer.throttle.limits import DAY, HOUR, MINUTE, SECOND, Limit
from mailer.throttle.policy import DomainPolicy, Policy
from mailer.throttle.state import HeldBack, LimitUse, ThrottleState, forecast, state_of
from tests.fakes import NOON

RELAY = "relay mx.example"
POLICY = Policy(
    "mx.example",
    (Limit(MINUTE, 60), Limit(HOUR, 100)),
    domains={"gmail.com": DomainPolicy((Limit(HOUR, 5),))},
)
ELSEWHERE = "@elsewhere.example"


def sent(count: int, period: int = HOUR) -> Used:
    """State after ``count`` mails a second ago."""
    return Used(marks={period: ((microseconds(NOON) - SECOND, count),)})


def breaker(factor: float, minutes: int = 1) -> Breaker:
    return Breaker(factor, 1, NOON + timedelta(minutes=minutes), "421 4.7.0 slow down")


def state(
    used: dict[str, Used] | None = None, breakers: dict[str, Breaker] | None = None, rates: dict[str, int] | None = None
) -> ThrottleState:
    return state_of(POLICY, used or {}, breakers or {}, rates or {}, NOON)


def test_before_the_first_mail_the_state_is_empty() -> None:
    assert state() == ThrottleState({}, [], None, POLICY.total, RELAY)


def test_limits_cover_all_mail_the_relay_and_configured_domains() -> None:
    found = state({TOTAL: sent(7), RELAY: Used(), "@gmail.com": sent(5), ELSEWHERE: sent(9)}).limits
    assert found == {
        TOTAL: [LimitUse(Limit(MINUTE, 60), None), LimitUse(Limit(HOUR, 100), 7)],
        RELAY: [],
        "@gmail.com": [LimitUse(Limit(HOUR, 5), 5)],
    }


def test_a_rate_that_was_set_replaces_the_configured_one() -> None:
    found = state({TOTAL: sent(7)}, rates={TOTAL: 30})
    assert (found.rate, found.configured) == (30, POLICY.total)
    assert found.limits[TOTAL] == [LimitUse(Limit(MINUTE, 30), None), LimitUse(Limit(HOUR, 100), 7)]


def test_a_breaker_is_over_when_its_pause_ends() -> None:
    waiting, over = breaker(0.5), breaker(0.5, minutes=0)
    assert state(breakers={"@a.example": waiting, "@b.example": over}).held_back == [
        HeldBack("@a.example", waiting, over=False),
        HeldBack("@b.example", over, over=True),
    ]


@pytest.mark.parametrize(
    ("used", "breakers", "found"),
    [
        ({TOTAL: sent(99)}, {}, None),
        ({TOTAL: sent(100)}, {}, LimitUse(Limit(HOUR, 100), 100)),
        ({"@gmail.com": sent(5)}, {}, None),  # others go on
        ({}, {RELAY: breaker(0.5)}, None),  # slowed, not stopped
        ({}, {"@gmail.com": breaker(0.0)}, None),
        ({}, {RELAY: breaker(0.0)}, HeldBack(RELAY, breaker(0.0), over=False)),
        ({TOTAL: sent(100)}, {RELAY: breaker(0.0)}, LimitUse(Limit(HOUR, 100), 100)),
    ],
)
def test_what_stops_all_mail_is_a_limit_that_is_used_up_or_a_relay_that_refuses_us(
    used: dict[str, Used], breakers: dict[str, Breaker], found: LimitUse | HeldBack | None
) -> None:
    assert state(used, breakers).obstacle == found


def test_the_forecast_uses_the_rate_that_was_set() -> None:
    configured = forecast(POLICY, {}, {}, 60, NOON)
    slowed = forecast(POLICY, {}, {TOTAL: 6}, 60, NOON)
    assert (configured.limits, configured.warm_up) == ([Limit(MINUTE, 60), Limit(HOUR, 100)], None)
    assert slowed.limits == [Limit(MINUTE, 6), Limit(HOUR, 100)]
    assert timedelta(seconds=59) <= configured.time <= timedelta(seconds=61)
    assert timedelta(minutes=9) <= slowed.time <= timedelta(minutes=11)


def test_the_forecast_includes_the_days_of_a_warm_up() -> None:
    policy = Policy("mx.example", (), warm_up=(50, 100))
    found = forecast(policy, {}, {}, 120, NOON)
    assert (found.limits, found.warm_up) == ([], Limit(DAY, 50))
    assert timedelta(hours=23) < found.time < timedelta(days=2)
