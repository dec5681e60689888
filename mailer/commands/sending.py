"""Carrying a send out: here, or by watching whoever is at work already; and what became of it."""

from __future__ import annotations

import logging
import signal
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, closing, contextmanager
from typing import Any

import click

from mailer.app import App
from mailer.commands.progress import Output, ProgressFormat, Standing, progress
from mailer.commands.steps import typed
from mailer.commands.terminal import account, agree, cause, office_for, say, show_table
from mailer.commands.throttle import obstacle
from mailer.errors import Refused
from mailer.handlers import mailings, throttle
from mailer.model.issues import Issue, State
from mailer.model.mailings import Mailing
from mailer.model.outbox import Counts, Delivery, Trouble
from mailer.stop import StopFlag

LOOK_EVERY = 0.5
"""Seconds between two looks at a send that another process carries out."""

WATCHING = "Another mailer is at work here, the daemon most likely: it sends this. Ctrl-C only ends this view."

SIGNALS = (signal.SIGINT, signal.SIGTERM)

TROUBLES_SHOWN = 20
DOMAINS_SHOWN = 3

STOPPED = 130
"""What a send ends with when Ctrl-C or SIGTERM stopped it (128 and the signal's number, as shells have it)."""


def agreed(question: str, yes: bool, output: Output) -> bool:
    """Ask, unless the output is for a script, which has to say --yes beforehand."""
    if output.json and not yes:
        raise click.UsageError("JSON asks no question: say --yes to go ahead, or --dry-run to look.")
    return agree(question, yes)


def send_and_report(app: App, issue: Issue, output: Output) -> int:
    """Send what waits of ``issue``, and say how it stands then; the exit code."""
    finished = False
    try:
        finished = carry_out(app, issue, output.progress)
    finally:
        report(app, issue, output)
    return 0 if finished else STOPPED


def carry_out(app: App, issue: Issue | None, form: ProgressFormat) -> bool:
    """Send ``issue``, or with None the service mail that waits; False where it was stopped before its end.

    Where another process is at work on the store, that one sends and this one watches, until it is its turn.
    """
    logging.getLogger("mailer").addHandler(logging.NullHandler())  # what it would say is shown as a table
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
    """The first Ctrl-C or SIGTERM asks to stop, and what is in flight is finished; the second one breaks off."""
    before = {number: signal.getsignal(number) for number in SIGNALS}

    def restore() -> None:
        for number, handler in before.items():
            signal.signal(number, handler)

    def ask(*_: object) -> None:
        stop.ask()
        restore()

    for number in SIGNALS:
        signal.signal(number, ask)
    try:
        yield
    finally:
        restore()


def _ours(turn: ExitStack, app: App) -> bool:
    """Take the lock for as long as ``turn`` lasts; False where another process has it."""
    try:
        turn.enter_context(app.lock)
    except Refused:
        return False
    return True


def _watched(turn: ExitStack, app: App, issue: Issue | None, glance: Callable[[], None]) -> bool:
    """Watch the process that has the lock; True as soon as it is our turn, False where there is nothing left to do."""
    while not app.stop() and _pending(count(app, issue)):
        glance()
        app.clock.sleep(LOOK_EVERY)
        if _ours(turn, app):
            return True
    return False


def _pending(counts: Counts) -> bool:
    return bool(counts[Delivery.QUEUED] or counts[Delivery.SENDING])


def _send_here(app: App, issue: Issue | None, glance: Callable[[], None]) -> None:
    with app.store.snapshot() as work:
        only = mailings.copies_of(work, issue)
    with closing(app.transport()) as transport:
        app.foreground(transport, account(), cause(app, "send")).send(only, glance)


def _settle(app: App) -> None:
    with office_for(app, "send") as office:
        mailings.settle(office)


def settle_if_idle(app: App) -> None:
    """Finish what there is nothing left to send of, unless another process is at work, which then does it itself."""
    with ExitStack() as turn:
        if _ours(turn, app):
            _settle(app)


def count(app: App, issue: Issue | None) -> Counts:
    """How the deliveries of an issue, or of service mail, stand."""
    with app.store.snapshot() as work:
        return work.outbox.counts(mailings.copies_of(work, issue))


def look(app: App, issue: Issue | None) -> Standing:
    """How a send stands now, for its progress."""
    with app.store.snapshot() as work:
        mailing = mailings.of_issue(work, issue) if issue else None
        if mailing is None:
            return Standing(work.outbox.counts(mailings.copies_of(work, issue)))
        troubled = work.deliveries.troubled(mailing.id, DOMAINS_SHOWN)
        held = obstacle(throttle.state(app.office(work, "", ""), app.policy))
        return Standing(work.outbox.counts(mailing.id), mailing.paused_at is not None, troubled, held)


def troubles(app: App, issue: Issue | None) -> list[Trouble]:
    """What failed or is in doubt, with the relay's words; of everything where ``issue`` is None."""
    with app.store.snapshot() as work:
        return work.outbox.troubles(mailings.copies_of(work, issue))


def show_troubles(found: Sequence[Trouble]) -> None:
    """The first of them as a table."""
    if found:
        show_table(("recipient", "state", "reply"), [(t.recipient, t.state, t.reply) for t in found[:TROUBLES_SHOWN]])
    if len(found) > TROUBLES_SHOWN:
        say(f"… and {len(found) - TROUBLES_SHOWN} more; --json shows them.")


def report(app: App, issue: Issue, output: Output) -> None:
    """Say how the issue stands, and what there is left to do."""
    with app.store.snapshot() as work:
        now = work.issues.issue_by_id(issue.id) or issue
        mailing = mailings.of_issue(work, issue)
    counts, found = count(app, issue), troubles(app, issue)
    if output.json:
        output.document(_summary(now, mailing, counts, found))
        return
    said = [f"{counts[state]} {state}" for state in Delivery if counts[state]]
    say(f"{', '.join(said) or 'Nobody to send to'}.")
    show_troubles(found)
    say(*_left_to_do(app, now, mailing, counts))


def _summary(issue: Issue, mailing: Mailing | None, counts: Counts, found: Sequence[Trouble]) -> dict[str, Any]:
    paused_at, finished_at = (mailing.paused_at, mailing.finished_at) if mailing else (None, None)
    return {
        "issue": issue.name,
        "state": issue.state.value,
        "paused": paused_at.isoformat() if paused_at else None,
        "due": issue.due_at.isoformat() if issue.due_at and issue.state is State.SCHEDULED else None,
        "finished": finished_at.isoformat() if finished_at else None,
        "deliveries": {state.value: counts[state] for state in Delivery},
        "troubles": [{"recipient": t.recipient, "state": t.state.value, "reply": t.reply} for t in found],
    }


def _left_to_do(app: App, issue: Issue, mailing: Mailing | None, counts: Counts) -> Iterator[str]:
    if issue.state is State.CANCELLED:
        yield f"Issue {issue.number} is cancelled; who has not had it never will."
    elif mailing and mailing.finished_at:
        yield f"Issue {issue.number} was sent by {app.when(mailing.finished_at)}; there is nothing more to send."
    elif mailing and mailing.paused_at:
        yield f"It is paused: let it go on with `mailer resume {typed(app, issue.publication, issue.number)}`."
    elif counts[Delivery.QUEUED]:
        yield "Not all of it has gone yet: the same command, or the daemon (`mailer run`), goes on with the rest."
    elif counts[Delivery.DEFERRED]:
        yield "What is deferred is tried again by the daemon (`mailer run`), or by the same command later."
    if counts[Delivery.DOUBTFUL]:
        command = f"`mailer send {typed(app, issue.publication, issue.number)}"
        yield f"In doubt means that the relay may have it, or not: {command} --resend-doubtful`, or --give-up-doubtful."
