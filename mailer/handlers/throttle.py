"""How fast mail goes: the rate that the secretary sets, the limits in force, and open breakers."""

from __future__ import annotations

from mailer.model.throttle import TOTAL, Breaker
from mailer.office import Office
from mailer.throttle.policy import Policy
from mailer.throttle.state import ThrottleState, state_of


def set_rate(office: Office, per_minute: int | None) -> None:
    """Limit all mail together to ``per_minute`` from now on, in every process; None restores the configured rate."""
    office.work.throttle.set_rate(TOTAL, per_minute)
    office.record("rate set", "sending", per_minute=per_minute)


def state(office: Office, policy: Policy) -> ThrottleState:
    """The limits and breakers in force."""
    throttle = office.work.throttle
    return state_of(policy, throttle.used(), throttle.breakers(), throttle.rates(), office.now)


def breaker_opened(office: Office, relay: str, key: str, breaker: Breaker) -> None:
    """Tell the secretary that a domain, or the relay as a whole, refuses our mail."""
    values = {
        "domain": key.removeprefix("@") if key.startswith("@") else "",
        "relay": relay,
        "reply": breaker.reply,
        "until": breaker.until,
    }
    office.tell_secretary("refused", values, once=f"refused {key} {breaker.until.isoformat()}")
    office.record("sending refused", key, reply=breaker.reply)
