"""``mailer requests``: what task groups and others want of the office, and what comes of it."""

from __future__ import annotations

from typing import Any

import click

from mailer.commands.feedback import answer_with
from mailer.commands.terminal import Group, agree, app_of, office_for, reading, say, show_json, show_json_list
from mailer.commands.terminal import show_long_table as show_table
from mailer.errors import Refused
from mailer.handlers import feedback_items, wishes
from mailer.message import clean
from mailer.model.questionnaires import shown
from mailer.model.wishes import REQUEST, Wish

_number = click.argument("number", type=click.IntRange(min=1))
_json = click.option("--json", "as_json", is_flag=True, help="For scripts.")


@click.group("requests", cls=Group)
def requests_command() -> None:
    """See what task groups and others want, answer them, and tell them when it is done.

    They write “request” to the office: what, for whom, until when. A request has a number as feedback has, and is
    answered in the same way, by a reply to the notice or here. A week before its day you are reminded.

    \b
    Examples:
      mailer requests ls
      mailer requests show 12
      mailer requests done 12 --note "It is on the site, under Documents."
    """


@requests_command.command("ls")
@click.option("--all", "everything", is_flag=True, help="Also those that are answered or done.")
@_json
@click.pass_context
def list_command(context: click.Context, everything: bool, as_json: bool) -> None:
    """List requests, those that are wanted soonest first.

    \b
    Examples:
      mailer requests ls
      mailer requests ls --all --json
    """
    with reading(app_of(context)) as office:
        found = wishes.find(office, everything=everything)
        today = office.now.astimezone(office.rules.timezone).date()
    if as_json:
        show_json_list(_json_of(one) for one in found)
    elif not found:
        say("No request waits." if not everything else "There is no request.")
    else:
        rows = [
            (
                one.item.number,
                f"{one.until or '—'}{', late' if one.is_late(today) else ''}",
                one.item.state.value,
                one.item.name or one.item.address,
                clean(one.values.get("whom", "")) or "—",
                clean(one.item.subject) or "—",
            )
            for one in found
        ]
        show_table(("number", "until", "state", "who asks", "for whom", "what"), rows, shorten=5)


@requests_command.command()
@_number
@_json
@click.pass_context
def show(context: click.Context, number: int, as_json: bool) -> None:
    """Show a request with its lines. `mailer feedback show` has all that was said since.

    \b
    Example:
      mailer requests show 12
    """
    with reading(app_of(context)) as office:
        found = wishes.view(office, number)
        entries = feedback_items.view(office, number).entries
    if as_json:
        show_json(_json_of(found))
        return
    item = found.item
    say(f"Request {item.number}, {item.state}, of {item.who}, {item.received_at:%Y-%m-%d}", "")
    for line in shown(REQUEST, found.values):
        if line.value:
            say(f"{line.label}: {line.value}")
    if len(entries) > 1:
        say("", f"More was said since: mailer feedback show {number}")


@requests_command.command()
@_number
@click.argument("file", type=click.File("rb"))
@click.option("-y", "--yes", is_flag=True, help="Do not ask.")
@click.option("--again", is_flag=True, help="Answer a request once more that is answered.")
@click.pass_context
def answer(context: click.Context, number: int, file: Any, yes: bool, again: bool) -> None:
    """Answer a request with the text in FILE, or - for standard input. It is shown first.

    \b
    Example:
      mailer requests answer 12 answer.txt
    """
    with reading(app_of(context)) as office:
        wishes.view(office, number)
    answer_with(context, number, file, yes=yes, again=again, dry_run=False)


@requests_command.command()
@_number
@click.option("--note", default="", metavar="TEXT", help="A line for who asked, such as where to find it.")
@click.option("-y", "--yes", is_flag=True, help="Do not ask.")
@click.pass_context
def done(context: click.Context, number: int, note: str, yes: bool) -> None:
    """Say that a request is done. Who asked is told.

    \b
    Example:
      mailer requests done 12 --note "200 copies are on their way to Bangkok."
    """
    app = app_of(context)
    with reading(app) as office:
        found = wishes.view(office, number)
    if not agree(f"Tell {found.item.who} that number {number} is done?", yes):
        raise Refused("Nothing was changed.")
    with office_for(app, "requests done") as office:
        wishes.done(office, number, note)
    say(f"Number {number} is done; {found.item.who} is told.")


def _json_of(one: Wish) -> dict[str, Any]:
    return {
        "number": one.item.number,
        "state": one.item.state.value,
        "address": one.item.address,
        "name": one.item.name,
        "received": one.item.received_at.isoformat(),
        "lines": dict(one.values),
    }
