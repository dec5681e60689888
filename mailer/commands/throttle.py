"""Limits and breakers as ``mailer status`` shows them."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from mailer.app import App
from mailer.commands.terminal import say
from mailer.model.refusals import CAUSES, CURES
from mailer.model.throttle import TOTAL
from mailer.throttle.state import HeldBack, LimitUse, ThrottleState


def throttle_json(app: App, state: ThrottleState) -> dict[str, Any]:
    """For scripts; ``used`` is null for a limit that does not count."""
    return {
        "limits": {key: [_limit(use) for use in uses] for key, uses in state.limits.items()},
        "held_back": [
            {
                "key": held.key,
                "refused": held.breaker.is_open,
                "factor": held.breaker.factor,
                "until": held.breaker.until.isoformat(),
                "until_words": app.when(held.breaker.until),
                "over": held.over,
                "reply": held.breaker.reply,
                "refusal": held.breaker.refusal.value if held.breaker.refusal else None,
            }
            for held in state.held_back
        ],
    }


def _limit(use: LimitUse) -> dict[str, Any]:
    return {"count": use.limit.count, "per": use.limit.name, "used": use.used, "words": str(use.limit)}


def show_throttle(app: App, state: ThrottleState) -> None:
    """Print a line for each key that has limits, and one for each that is held back."""
    for key, uses in state.limits.items():
        if uses:
            say(f"{_name(key)}: {', '.join(_use(use) for use in uses)}.")
    say(*_held_back(app, state))


def obstacle(found: LimitUse | HeldBack | None) -> str:
    """Why no mail goes out now, or an empty string."""
    match found:
        case LimitUse(limit, _):
            return f"{limit} are used up"
        case HeldBack():
            return "the relay refuses us"
        case None:
            return ""


def _held_back(app: App, state: ThrottleState) -> Iterator[str]:
    for held in state.held_back:
        name, breaker = _name(held.key), held.breaker
        when = "now" if held.over else f"not before {app.when(breaker.until)}"
        if breaker.is_open:
            yield f"{name} refuses us; a mail is tried {when}: {breaker.reply}"
            if breaker.refusal:
                yield f"{CAUSES[breaker.refusal]} {CURES[breaker.refusal]}"
        else:
            yield f"{name} is slowed to {breaker.factor:.0%} and goes on {when}: {breaker.reply}"


def _name(key: str) -> str:
    return "All mail" if key == TOTAL else key.removeprefix("@")


def _use(use: LimitUse) -> str:
    return str(use.limit) if use.used is None else f"{use.used} of {use.limit}"
