"""How fast mail goes: the rate that the secretary sets, the limits in force, and open breakers."""

from __future__ import annotations

from dataclasses import replace

from mailer.model.refusals import CAUSES, CURES, Refusal
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


def try_now(office: Office, policy: Policy) -> None:
    """Let one mail be tried at once, if the relay refuses us; several are not tried at a time."""
    breaker = office.work.throttle.breakers().get(policy.relay_key)
    if breaker is not None and breaker.is_open and not breaker.trying:
        office.work.throttle.set_breaker(policy.relay_key, replace(breaker, until=office.now))


def breaker_opened(office: Office, relay: str, key: str, breaker: Breaker) -> None:
    """Tell the secretary that a domain, or the relay as a whole, refuses our mail."""
    refusal = breaker.refusal or Refusal.POLICY
    values = {
        "domain": key.removeprefix("@") if key.startswith("@") else "",
        "relay": relay,
        "cause": CAUSES[refusal],
        "reply": breaker.reply,
        "until": breaker.until,
        "cure": CURES[refusal],
    }
    office.tell_secretary("refused", values, once=f"refused {key} {breaker.until.isoformat()}")
    office.record("sending refused", key, refusal=refusal.value, reply=breaker.reply)
