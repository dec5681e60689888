"""Carries out a send, or watches the process that does, and reports the result."""

from __future__ import annotations

import logging
import os
import signal
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack, closing, contextmanager
from typing import Any

import click

from mailer import readership
from mailer.app import App
from mailer.commands.progress import Output, ProgressFormat, Snapshot, progress
from mailer.commands.run import GRACE
from mailer.commands.terminal import account, agree, by_state, cause, counted, office_for, reading, say, show_table
from mailer.commands.throttle import obstacle
from mailer.errors import Refused
from mailer.handlers import mailings, plans, throttle
from mailer.handlers.plans import Left, Report
from mailer.model.issues import Issue
from mailer.model.outbox import Counts, Delivery, Trouble
from mailer.model.refusals import fault_of
from mailer.model.restorations import require_resumed
from mailer.stop import StopFlag

LOOK_EVERY = 0.5
"""Seconds between two looks at the send of another process."""

WATCHING = "Another mailer is running, most likely the daemon, and sends this. Ctrl-C only ends this view."

SIGNALS = (signal.SIGINT, signal.SIGTERM)

TROUBLES_SHOWN = 20

STOPPED = 130
"""The exit code of a send that was stopped by Ctrl-C or SIGTERM (128 and the number of SIGINT, as in shells)."""


def agreed(question: str, yes: bool, output: Output, option: str = "--yes") -> bool:
    """Ask, unless ``option`` says yes. Raises UsageError if it cannot ask."""
    if output.json and not yes:
        raise click.UsageError(f"JSON output cannot prompt: add {option} or --dry-run.")
    return agree(question, yes, option)


def send_and_report(app: App, issue: Issue, output: Output) -> int:
    """Send what waits of ``issue`` and report; the exit code."""
    finished = False
    try:
        finished = carry_out(app, issue, output.progress)
    finally:
        code = show_report(app, issue, output)
    return code if finished else STOPPED


def carry_out(app: App, issue: Issue | None, form: ProgressFormat) -> bool:
    """Send ``issue``, or with None the service mail that waits; False if it was stopped.

    If another process sends for this office, this one watches it, and takes over when it ends.
    """
    with reading(app) as office:
        require_resumed(office.work.restorations.open())
    logging.getLogger("mailer").addHandler(logging.NullHandler())  # failures are shown as a table instead
    _try_relay(app)
    try:
        with _stopping(app.stop), ExitStack() as turn:
            ours = _ours(turn, app)
            if not ours:
                say(WATCHING, aside=True)
            with progress(lambda: look(app, issue), form, app.clock) as glance:
                if ours or _watched(turn, app, issue, glance):
                    _send_here(app, issue, glance)
    except KeyboardInterrupt:
        app.stop.ask()
    return not app.stop()


@contextmanager
def _stopping(stop: StopFlag) -> Iterator[None]:
    """The first Ctrl-C or SIGTERM stops the send after the mails in flight, and the second one breaks these off.

    A third one is handled as if mailer did not. SIGALRM ends the process in any case (E16).
    """
    before = {number: signal.getsignal(number) for number in SIGNALS}

    def restore() -> None:
        for number, handler in before.items():
            signal.signal(number, handler)

    def ask(*_: object) -> None:
        if stop():
            stop.ask_at_once()
            restore()
        else:
            stop.ask()
            signal.alarm(GRACE)

    for number in SIGNALS:
        signal.signal(number, ask)
    try:
        yield
    finally:
        signal.alarm(0)
        restore()


def _ours(turn: ExitStack, app: App) -> bool:
    """Take the lock until ``turn`` is closed; False if another process has it."""
    try:
        turn.enter_context(app.lock)
    except Refused:
        return False
    return True


def _watched(turn: ExitStack, app: App, issue: Issue | None, glance: Callable[[], None]) -> bool:
    """Watch the process that has the lock. True when we have it; False if there is nothing left to send."""
    while not app.stop() and _count(app, issue).can_go_now:
        glance()
        if issue and (suspension := report(app, issue).suspension):
            raise fault_of(suspension, "Sending is suspended")
        app.clock.sleep(LOOK_EVERY)
        if _ours(turn, app):
            return True
    return False


def _send_here(app: App, issue: Issue | None, glance: Callable[[], None]) -> None:
    with reading(app) as office:
        only = [mailings.copies_of(office.work, issue)]
        only += [one.id for one in readership.mailings_of(office, issue) if one.is_running] if issue else []
    with closing(app.transport()) as transport:
        for mailing in only:
            app.foreground(transport, account(), cause(app, "send")).send(mailing, glance)


def _try_relay(app: App) -> None:
    """If the relay refuses us, try one mail now, as a person sends it and may have mended the cause."""
    with reading(app) as office:
        refuses = throttle.state(office, app.policy).refuses
    if refuses:
        with office_for(app, "send") as office:
            throttle.try_now(office, app.policy)


def _settle(app: App) -> None:
    with office_for(app, "send") as office:
        mailings.settle(office)


def settle_if_idle(app: App) -> None:
    """Finish mailings that have nothing left to send, unless another process sends: it does that itself."""
    with ExitStack() as turn:
        if _ours(turn, app):
            _settle(app)


def _count(app: App, issue: Issue | None) -> Counts:
    with reading(app) as office:
        return plans.counts(office, issue)


def look(app: App, issue: Issue | None) -> Snapshot:
    """How a send stands now, for its progress."""
    with reading(app) as office:
        found = plans.progress(office, app.policy, issue)
    return Snapshot(found.counts, found.paused, found.troubled, obstacle(found.obstacle))


def report(app: App, issue: Issue | None) -> Report:
    """How an issue stands, or service mail."""
    with reading(app) as office:
        return plans.report(office, issue)


def show_troubles(found: Sequence[Trouble]) -> None:
    """Print the first of them as a table."""
    if found:
        show_table(("recipient", "state", "reply"), [(t.recipient, t.state, t.reply) for t in found[:TROUBLES_SHOWN]])
    if len(found) > TROUBLES_SHOWN:
        say(f"… and {len(found) - TROUBLES_SHOWN} more; --json shows them.")


def show_report(app: App, issue: Issue, output: Output) -> int:
    """Print how an issue stands, and what is left to do; the exit code, which tells if most copies failed."""
    found = report(app, issue)
    if output.json:
        output.document(_report_json(found))
    else:
        say(f"{by_state(found.counts) or 'Nobody to send to'}.")
        show_troubles(found.troubles)
        say(*_left(app, found))
    return os.EX_UNAVAILABLE if found.counts.mostly_failed else os.EX_OK


def _report_json(found: Report) -> dict[str, Any]:
    issue, mailing = found.issue, found.mailing
    assert issue is not None
    return {
        "issue": issue.name,
        "state": issue.state.value,
        "paused": mailing.paused_at.isoformat() if mailing and mailing.paused_at else None,
        "due": issue.scheduled_for.isoformat() if issue.scheduled_for else None,
        "finished": mailing.finished_at.isoformat() if mailing and mailing.finished_at else None,
        "lists_left": list(found.lists_left),
        "unreached": found.unreached,
        "deliveries": {state.value: found.counts[state] for state in Delivery},
        "troubles": [{"recipient": t.recipient, "state": t.state.value, "reply": t.reply} for t in found.troubles],
    }


LEFT: Mapping[Left, str] = {
    Left.STOPPED: "Issue {number} was stopped; anyone who has not received it yet will not get it.",
    Left.LISTS: (
        "Issue {number} was sent by {finished}, only to {reached}. {unreached} on {lists} have not had it: "
        "`mailer send {typed}` sends it to them."
    ),
    Left.FINISHED: "Issue {number} was sent by {finished}{to_all}.",
    Left.PAUSED: "It is paused: resume it with `mailer resume {typed}`.",
    Left.SUSPENDED: "The rest waits. When the cause is mended, go on with `mailer send {typed}`.",
    Left.QUEUED: "Some of it is still to be sent: continue with the same command, or with the daemon (`mailer run`).",
    Left.DEFERRED: "What is deferred is tried again by the daemon (`mailer run`), or by the same command later.",
}
"""What is left to do for an issue."""

FAILURES = (
    "{failed} of {total} copies failed. First see why: `mailer deliveries {typed} --summary`. When the cause is gone, "
    "send them once more: `mailer send {typed} --failed`."
)

DOUBTS = (
    "In doubt means that the relay may or may not have the mail: `mailer send {typed} --resend-doubtful`, "
    "or --give-up-doubtful."
)


def _left(app: App, found: Report) -> Iterator[str]:
    issue, mailing = found.issue, found.mailing
    assert issue is not None
    values = {
        "number": issue.number,
        "typed": app.rules.typed(issue.publication, issue.number),
        "finished": app.when(mailing.finished_at) if mailing and mailing.finished_at else "",
        "reached": ", ".join(mailing.lists) if mailing else "",
        "lists": ", ".join(found.lists_left),
        "unreached": counted(found.unreached, "reader"),
        "to_all": ", but not to everybody" if found.counts[Delivery.FAILED] else "; there is nothing more to send",
    }
    if found.left in LEFT:
        yield LEFT[found.left].format(**values)
    if found.counts[Delivery.FAILED]:
        yield FAILURES.format(failed=found.counts[Delivery.FAILED], total=found.counts.total, **values)
    if found.counts[Delivery.DOUBTFUL]:
        yield DOUBTS.format(**values)
