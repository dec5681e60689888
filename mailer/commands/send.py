"""``mailer send``: distribute an issue."""

from __future__ import annotations

import signal
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

import click

from mailer.app import App
from mailer.commands.issues import chosen, publication_option
from mailer.commands.progress import Show, progress
from mailer.commands.terminal import agree, app_of, desk_for, say, show_json, show_table
from mailer.errors import Refused
from mailer.issues import handlers
from mailer.issues.model import Issue, State, require_grant
from mailer.outbox import handlers as outbox
from mailer.outbox.model import Counts, Delivery
from mailer.stop import Stop

LOOK_EVERY = 0.5
"""Seconds between two looks at a send that the daemon carries out."""


@dataclass(frozen=True, slots=True)
class Plan:
    """What a send would do."""

    issue: Issue
    lists: tuple[tuple[str, str, int], ...]
    """Key, title and active members of each list that it has still to go to."""
    copies: int
    """Mailboxes on those lists, each once."""
    waiting: int
    """Deliveries that are written and not yet settled."""
    time: timedelta

    @property
    def keys(self) -> list[str]:
        return [key for key, _, _ in self.lists]

    def as_json(self) -> dict[str, Any]:
        return {
            "issue": self.issue.name,
            "state": self.issue.state,
            "lists": {key: members for key, _, members in self.lists},
            "copies": self.copies,
            "waiting": self.waiting,
            "expected_seconds": self.time.total_seconds(),
        }


@click.command("send")
@click.argument("number", type=int, required=False)
@click.option("--to", "only", metavar="LIST", multiple=True, help="Only to this list (may be repeated).")
@click.option("--at", "due", metavar="TIME", help="Let the daemon start it then: 2026-12-01T09:00, or with +01:00.")
@click.option("--dry-run", is_flag=True, help="Show what would happen and change nothing.")
@click.option("--json", "as_json", is_flag=True, help="For scripts; asks nothing without --yes either.")
@click.option("-y", "--yes", is_flag=True, help="Do not ask.")
@click.option("--resend-doubtful", "doubtful", flag_value="resend", help="Send once more what is in doubt.")
@click.option("--give-up-doubtful", "doubtful", flag_value="give up", help="Count what is in doubt as failed.")
@publication_option
@click.pass_context
def send_command(
    context: click.Context,
    number: int | None,
    only: tuple[str, ...],
    due: str | None,
    dry_run: bool,
    as_json: bool,
    yes: bool,
    doubtful: str | None,
    publication: str | None,
) -> None:
    """Distribute an issue that the board has granted.

    Shows what will happen, asks, and sends. Ctrl-C stops cleanly; the same command goes on where it stopped, and
    nothing ever goes out twice. Without a NUMBER, only waiting service mail is sent.

    A mail is in doubt when the connection broke, or the machine stopped, after the relay had all of it and before its
    answer was known. It is never repeated unless you say so.

    \b
    Examples:
      mailer send 1 --dry-run
      mailer send 1
      mailer send 1 --to nmb --to d-liaison
      mailer send 1 --at 2026-12-01T09:00
    """
    app = app_of(context)
    app.open_store()
    key = chosen(app, publication)
    if doubtful and not dry_run:
        _resolve_doubts(app, key, number, doubtful == "resend")
    if number is None:
        _drain(app, None, as_json)
        return
    plan = make_plan(app, key, number, only)
    if dry_run or not as_json:
        _show(app, plan, as_json)
    if dry_run:
        return
    if not plan.lists and not plan.waiting:
        _say_done(app, plan.issue, as_json)
        return
    if due is not None:
        _schedule(app, plan, _time(app, due), yes)
        return
    if not agree(f"Send {plan.copies + plan.waiting} mails now?", yes):
        raise Refused("Nothing was sent.")
    _release(app, plan)
    _drain(app, plan.issue, as_json)


def _resolve_doubts(app: App, publication: str, number: int | None, resend: bool) -> None:
    with desk_for(app, "send") as desk:
        issue = handlers.find(desk, publication, number) if number is not None else None
        resolved = outbox.resolve_doubts(desk, issue, resend)
    say(f"{resolved} mails were in doubt: {'sent once more' if resend else 'given up'}.")


def make_plan(app: App, publication: str, number: int, only: tuple[str, ...]) -> Plan:
    """What there is to send. Raises Refused, and says what is missing, without a grant."""
    with desk_for(app, "send") as desk:
        issue = handlers.find(desk, publication, number)
        sending = issue.state in (State.SENDING, State.SENT)
        changed = not sending and issue.digest is not None and app.edited(issue)
        if changed and issue.state is not State.DRAFT:
            handlers.edit(desk, issue)
    if changed:
        raise Refused(
            f"The source was edited after it was built, so what the board says of issue {number} does not cover it: "
            f"run `mailer issue build {number}`, then `mailer issue submit {number}`."
        )
    with app.store.snapshot() as work:
        desk = app.desk(work, "", "")
        keys = handlers.outstanding(desk, issue, only)
        require_grant(issue, work.approvals.grant(issue.id), keys)
        lists = tuple((k, app.rules.lists[k].title, work.lists.count(k)) for k in keys)
        copies, waiting = work.lists.audience(keys), work.outbox.counts(issue.id).unresolved
    rate = app.settings.smtp.per_minute
    return Plan(issue, lists, copies, waiting, timedelta(minutes=(copies + waiting) / rate))


def _show(app: App, plan: Plan, as_json: bool) -> None:
    if as_json:
        show_json(plan.as_json())
        return
    if plan.lists:
        title = f"{app.rules.publication(plan.issue.publication).title} {plan.issue.number}: {plan.issue.title}"
        show_table(("list", "title", ">active"), plan.lists, title=title)
    if plan.lists or plan.waiting:
        seconds = timedelta(seconds=round(plan.time.total_seconds()))
        say(
            f"{plan.copies} copies to make, {plan.waiting} waiting; "
            f"at {app.settings.smtp.per_minute} a minute this takes about {seconds}."
        )


def _say_done(app: App, issue: Issue, as_json: bool) -> None:
    if as_json:
        show_json(summary(app, issue))
    else:
        when = app.rules.when(issue.finished_at) if issue.finished_at else "just now"
        say(f"Issue {issue.number} was sent ({when}); there is nothing more to send.")


def _time(app: App, text: str) -> datetime:
    try:
        found = datetime.fromisoformat(text)
    except ValueError:
        raise click.BadParameter(f"“{text}” is not a time like 2026-12-01T09:00", param_hint="--at") from None
    aware = found if found.tzinfo else found.replace(tzinfo=app.rules.timezone)
    if aware <= app.clock.now():
        raise click.BadParameter(f"{app.rules.when(aware)} has passed", param_hint="--at")
    return aware.astimezone(UTC)


def _schedule(app: App, plan: Plan, due: datetime, yes: bool) -> None:
    if not agree(f"Let the daemon send {plan.copies} mails at {app.rules.when(due)}?", yes):
        raise Refused("Nothing was scheduled.")
    with desk_for(app, "send --at") as desk:
        handlers.schedule(desk, plan.issue, due)
    say(f"Scheduled for {app.rules.when(due)}; the daemon (`mailer run`) must be running then.")


def _release(app: App, plan: Plan) -> None:
    """Write the delivery rows, unless they are."""
    if not plan.lists:
        return
    with desk_for(app, "send") as desk:
        issue = handlers.find(desk, plan.issue.publication, plan.issue.number)
        handlers.start(desk, issue, handlers.outstanding(desk, issue, plan.keys))


def _drain(app: App, issue: Issue | None, as_json: bool) -> None:
    """Send here, or watch the daemon do it."""
    stop = Stop()
    with _on_interrupt(stop), progress(as_json or issue is None, app.clock.monotonic) as show:
        try:
            with app.lock:
                _send_here(app, issue, stop, show)
        except Refused:
            if issue is None:
                raise
            _watch(app, issue, stop, show)
    if issue is None:
        return
    if as_json:
        show_json(summary(app, issue))
    else:
        _report(app, issue, stop)


def _send_here(app: App, issue: Issue | None, stop: Stop, show: Show) -> None:
    transport = app.transport()
    sender = app.sender(transport, stop)
    sender.recover()
    try:
        sender.drain(issue.id if issue else None, seen=lambda _: show(_counts(app, issue)))
    finally:
        transport.close()
        with desk_for(app, "send") as desk:
            handlers.settle(desk)
    if not stop():
        sender.drain(issue.id if issue else None)  # the summary to the secretary


def _watch(app: App, issue: Issue, stop: Stop, show: Show) -> None:
    click.echo("The daemon is running and sends it; Ctrl-C only ends this view.", err=True)
    while not stop():
        counts = _counts(app, issue)
        show(counts)
        if not counts.unresolved:
            return
        app.clock.sleep(LOOK_EVERY)


def _counts(app: App, issue: Issue | None) -> Counts:
    with app.store.snapshot() as work:
        return work.outbox.counts(issue.id if issue else None)


@contextmanager
def _on_interrupt(stop: Stop) -> Iterator[None]:
    """Ctrl-C asks to stop; what is in flight is finished."""
    before = signal.signal(signal.SIGINT, lambda *_: stop.ask())
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, before)


def summary(app: App, issue: Issue) -> dict[str, Any]:
    """How the deliveries stand, with the relay's words for what failed or is in doubt."""
    with app.store.snapshot() as work:
        found = work.issues.issue_by_id(issue.id)
        counts = work.outbox.counts(issue.id)
        troubles = work.outbox.troubles(issue.id)
    return {
        "issue": issue.name,
        "state": found.state if found else issue.state,
        "deliveries": {state.value: counts[state] for state in Delivery},
        "troubles": [{"recipient": t.recipient, "state": t.state.value, "reply": t.reply} for t in troubles],
    }


def _report(app: App, issue: Issue, stop: Stop) -> None:
    said = summary(app, issue)
    deliveries = {state: count for state, count in said["deliveries"].items() if count}
    say(", ".join(f"{count} {state}" for state, count in deliveries.items()) + ".")
    if said["troubles"]:
        rows = [(t["recipient"], t["state"], t["reply"]) for t in said["troubles"][:20]]
        show_table(("recipient", "state", "reply"), rows)
    if said["state"] == State.SENT:
        say(f"Issue {issue.number} is sent.")
    elif stop():
        say("Stopped. The same command goes on where this stopped.")
    else:
        say("What is deferred is tried again by the daemon (`mailer run`), or by the same command later.")
