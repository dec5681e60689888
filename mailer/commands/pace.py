"""How fast mail may go, as ``mailer status`` shows it: the limits, what is used of them, and who is held back."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from mailer.app import App
from mailer.commands.terminal import say
from mailer.outbox.brakes import Brake
from mailer.outbox.limits import Limit, sent
from mailer.outbox.pace import TOTAL, Stored, microseconds
from mailer.ports import Work

LONG = ("hour", "day")
"""Periods whose end is not seen coming: what a shorter one holds up goes on before anybody has read of it."""


def pace(app: App, work: Work) -> dict[str, Any]:
    """The limits in force by key, and every brake, as plain values."""
    used, brakes, rates = work.pace.used(), work.pace.brakes(), work.pace.rates()
    now = microseconds(app.clock.now())
    known = {
        key: Stored(given, brakes.get(key), rates.get(key))
        for key, given in used.items()
        if key in (TOTAL, app.pace.relay_key) or key.removeprefix("@") in app.pace.domains
    }
    return {
        "limits": {
            key: [_limit(limit, stored, now) for limit in sorted(app.pace.limits(key, stored, now))]
            for key, stored in known.items()
        },
        "held_back": [_held_back(app, key, brake) for key, brake in brakes.items()],
    }


def _limit(limit: Limit, stored: Stored, now: int) -> dict[str, Any]:
    """``used`` is null where mail is paced and not counted."""
    counted = limit.period in stored.used.marks
    used = sent(limit, stored.used, now) if counted else None
    return {"count": limit.count, "per": limit.name, "used": used, "words": str(limit)}


def _held_back(app: App, key: str, brake: Brake) -> dict[str, Any]:
    return {
        "key": key,
        "refused": brake.is_open,
        "factor": brake.factor,
        "until": brake.until.isoformat(),
        "until_words": app.rules.when(brake.until),
        "over": brake.until <= app.clock.now(),
        "reply": brake.reply,
    }


def held(app: App, work: Work) -> str:
    """Why nothing goes to the relay now: a number that is used up, or its refusal; empty where mail goes."""
    found, office = pace(app, work), (TOTAL, app.pace.relay_key)
    limits = [limit for key in office for limit in found["limits"].get(key, ())]
    for limit in limits:
        if limit["per"] in LONG and limit["used"] is not None and limit["used"] >= limit["count"]:
            return f"{limit['words']} are used up"
    refused = any(brake["refused"] and brake["key"] in office for brake in found["held_back"])
    return "the relay refuses us" if refused else ""


def show_pace(found: Mapping[str, Any]) -> None:
    """A line for each key that has limits, and one for each that is held back."""
    for key, limits in found["limits"].items():
        if limits:
            say(f"{_name(key)}: {', '.join(_words(limit) for limit in limits)}.")
    say(*_trouble(found))


def _trouble(found: Mapping[str, Any]) -> Iterator[str]:
    for brake in found["held_back"]:
        name, when = _name(brake["key"]), "now" if brake["over"] else f"not before {brake['until_words']}"
        if brake["refused"]:
            yield f"{name} refuses us; a mail is tried {when}: {brake['reply']}"
        else:
            yield f"{name} is slowed to {brake['factor']:.0%} and goes on {when}: {brake['reply']}"


def _name(key: str) -> str:
    return "All mail" if key == TOTAL else key.removeprefix("@")


def _words(limit: Mapping[str, Any]) -> str:
    return limit["words"] if limit["used"] is None else f"{limit['used']} of {limit['words']}"
