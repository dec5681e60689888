"""How fast mail may go, as ``mailer status`` shows it: the limits, what is used of them, and who is held back."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from mailer.app import App
from mailer.commands.terminal import say
from mailer.model.throttle import TOTAL, Breaker, microseconds
from mailer.ports import Work
from mailer.throttle.limits import Limit, sent
from mailer.throttle.policy import Stored

LONG = ("hour", "day")
"""Periods whose end is not seen coming: what a shorter one holds up goes on before anybody has read of it."""


def throttle(app: App, work: Work) -> dict[str, Any]:
    """The limits in force by key, and every brake, as plain values."""
    used, breakers, rates = work.throttle.used(), work.throttle.breakers(), work.throttle.rates()
    now = microseconds(app.clock.now())
    known = {
        key: Stored(given, breakers.get(key), rates.get(key))
        for key, given in used.items()
        if key in (TOTAL, app.policy.relay_key) or key.removeprefix("@") in app.policy.domains
    }
    return {
        "limits": {
            key: [_limit(limit, stored, now) for limit in sorted(app.policy.limits(key, stored, now))]
            for key, stored in known.items()
        },
        "held_back": [_held_back(app, key, breaker) for key, breaker in breakers.items()],
    }


def _limit(limit: Limit, stored: Stored, now: int) -> dict[str, Any]:
    """``used`` is null where mail is paced and not counted."""
    counted = limit.period in stored.used.marks
    used = sent(limit, stored.used, now) if counted else None
    return {"count": limit.count, "per": limit.name, "used": used, "words": str(limit)}


def _held_back(app: App, key: str, breaker: Breaker) -> dict[str, Any]:
    return {
        "key": key,
        "refused": breaker.is_open,
        "factor": breaker.factor,
        "until": breaker.until.isoformat(),
        "until_words": app.when(breaker.until),
        "over": breaker.until <= app.clock.now(),
        "reply": breaker.reply,
    }


def held(app: App, work: Work) -> str:
    """Why nothing goes to the relay now: a number that is used up, or its refusal; empty where mail goes."""
    found, office = throttle(app, work), (TOTAL, app.policy.relay_key)
    limits = [limit for key in office for limit in found["limits"].get(key, ())]
    for limit in limits:
        if limit["per"] in LONG and limit["used"] is not None and limit["used"] >= limit["count"]:
            return f"{limit['words']} are used up"
    refused = any(breaker["refused"] and breaker["key"] in office for breaker in found["held_back"])
    return "the relay refuses us" if refused else ""


def show_throttle(found: Mapping[str, Any]) -> None:
    """A line for each key that has limits, and one for each that is held back."""
    for key, limits in found["limits"].items():
        if limits:
            say(f"{_name(key)}: {', '.join(_words(limit) for limit in limits)}.")
    say(*_trouble(found))


def _trouble(found: Mapping[str, Any]) -> Iterator[str]:
    for breaker in found["held_back"]:
        name, when = _name(breaker["key"]), "now" if breaker["over"] else f"not before {breaker['until_words']}"
        if breaker["refused"]:
            yield f"{name} refuses us; a mail is tried {when}: {breaker['reply']}"
        else:
            yield f"{name} is slowed to {breaker['factor']:.0%} and goes on {when}: {breaker['reply']}"


def _name(key: str) -> str:
    return "All mail" if key == TOTAL else key.removeprefix("@")


def _words(limit: Mapping[str, Any]) -> str:
    return limit["words"] if limit["used"] is None else f"{limit['used']} of {limit['words']}"
