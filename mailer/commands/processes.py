"""What the daemon and the workers say of themselves: when they last read and sent, and what fails."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any

from mailer.app import App
from mailer.commands.terminal import say
from mailer.model.health import Part, Process

DONE: Mapping[Part, str] = {Part.MAILBOX: "last read the mailbox", Part.RELAY: "last sent mail"}

FAILING: Mapping[Part, str] = {
    Part.MAILBOX: "The mailbox cannot be read",
    Part.RELAY: "No mail can be sent",
    Part.STORE: "The store cannot be used",
}


def processes_json(found: Sequence[Process]) -> dict[str, Any]:
    return {"processes": [{**one.health.as_json(), "at_work": one.at_work} for one in found]}


def show_processes(app: App, found: Sequence[Process]) -> None:
    """Print a paragraph about what is at work, or about what was last."""
    say("")
    shown = [one for one in found if one.at_work] or found[:1]
    if not any(one.at_work for one in found):
        say("No daemon is at work: start it with `mailer run`, or as a service.")
    for one in shown:
        say(*lines(app, one))


def lines(app: App, one: Process) -> Iterator[str]:
    health = one.health
    if one.at_work:
        yield f"At work since {_time(health.started_at)}: {health.name}."
    else:
        ended = f"ended at {_time(health.stopped_at)}" if health.stopped_at else "ended without saying so"
        yield f"The last one ({health.name}) was seen at {_time(health.seen_at)}; it {ended}."
    done = [f"{words} at {_time(worked)}" for part, words in DONE.items() if (worked := health.part(part).worked_at)]
    if done:
        yield f"It {' and '.join(done)}."
    for part, how in health.failing.items():
        yield f"→ {FAILING[part]}, since {_time(how.failing_since)}: {how.fault}"
    if (last := health.last_fault) and not last[1].failing_since:
        yield f"Its last fault was that of the {last[0]} at {_time(last[1].failed_at)}: {last[1].fault}"


def _time(time: datetime | None) -> str:
    return f"{time:%Y-%m-%d %H:%M:%S %Z}" if time else "an unknown time"
