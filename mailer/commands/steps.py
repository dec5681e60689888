"""Which issue a command is about, and what can be done with it next."""

from __future__ import annotations

from collections.abc import Mapping

import click

from mailer.app import App
from mailer.commands.terminal import counted
from mailer.errors import Refused
from mailer.model.issues import TRANSITIONS, Event, Issue, State
from mailer.model.mailings import Mailing
from mailer.model.outbox import Counts, Delivery

NEXT: Mapping[State, str] = {
    State.DRAFT: "build it with `mailer issue build {}`",
    State.RENDERED: "submit it to the board with `mailer issue submit {}`",
    State.SUBMITTED: "the board has it; see `mailer status`, or build it anew after an edit",
    State.APPROVED: "send it with `mailer send {}`",
    State.SCHEDULED: "the daemon sends it when it is due, and `mailer send {}` sends it now",
    State.SENDING: "it is going out: go on with `mailer send {}`",
    State.SENT: "it has gone out and stays as it is; begin the next one with `mailer issue new`",
    State.REJECTED: "edit it, build it with `mailer issue build {}`, and submit it again",
    State.CANCELLED: "it stays cancelled; begin another one with `mailer issue new`",
}
"""What there is to do; ``{}`` stands for the issue as it is typed."""

DONE: Mapping[Event, str] = {
    Event.RENDER: "built",
    Event.SUBMIT: "submitted",
    Event.SCHEDULE: "scheduled",
    Event.START: "sent",
    Event.CANCEL: "cancelled",
}
"""What a command does to an issue, in a word."""


def number_argument(command: click.decorators.FC) -> click.decorators.FC:
    """``NUMBER``, and ``-p``: which publication; the configuration's first one otherwise."""
    return click.argument("number", type=click.IntRange(min=0))(publication_option(command))


def publication_option(command: click.decorators.FC) -> click.decorators.FC:
    return click.option(
        "-p", "--publication", metavar="KEY", help="Which publication; the first one in the configuration otherwise."
    )(command)


def chosen(app: App, publication: str | None) -> str:
    """The publication's key. Raises Refused for one that is not configured."""
    return app.rules.publication(publication or next(iter(app.rules.publications))).key


def typed(app: App, publication: str, number: int) -> str:
    """How an issue is named at the command line: ``1``, or ``1 -p member-update``."""
    return app.rules.typed(publication, number)


def next_step(app: App, issue: Issue) -> str:
    """What to do with the issue now, in words with a command in them."""
    return NEXT[issue.state].format(typed(app, issue.publication, issue.number))


def stalled(app: App, publication: str, number: int, counts: Counts, paused: bool) -> list[str]:
    """What to say of an issue whose sender was stopped or killed; nothing while somebody is at work."""
    waits, broken = counts[Delivery.QUEUED] and not paused, counts[Delivery.SENDING]
    if not (waits or broken) or app.at_work:
        return []
    name, command = f"{publication} {number}", f"`mailer send {typed(app, publication, number)}`"
    said = []
    if broken:
        were = counted(broken, "copy was", "copies were")
        said.append(f"{name}: {were} under way when the last sender ended, and will be in doubt when another goes on.")
    if waits:
        said.append(f"{name} waits, and nobody is at work: go on with {command}, or start the daemon (`mailer run`).")
    return said


def refuse_paused(app: App, issue: Issue, mailing: Mailing | None) -> None:
    """Raises Refused where the issue is paused, and says how it goes on."""
    if mailing and mailing.paused_at:
        name = typed(app, issue.publication, issue.number)
        raise Refused(f"Issue {issue.number} is paused: let it go on with `mailer resume {name}`.")


def require(app: App, issue: Issue, *events: Event) -> None:
    """Raises Refused, with what can be done instead, unless the issue is in a state for one of these steps."""
    if not any((issue.state, event) in TRANSITIONS for event in events):
        raise Refused(
            f"Issue {issue.number} is {issue.state} and cannot be {DONE[events[0]]} now: {next_step(app, issue)}."
        )
