"""``mailer nominations``: calls for nominations, and who brought whom."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import asdict

import click

from mailer.commands.terminal import (
    Group,
    agree,
    app_of,
    counted,
    office_for,
    reading,
    say,
    show_json_list,
    show_long_table,
    show_table,
)
from mailer.errors import Refused
from mailer.handlers import nominations
from mailer.handlers.nominations import Called, Nominated

_STATES = ("accepted", "declined", "unanswered")
"""States that the table of nominators counts."""


@click.group("nominations", cls=Group)
def nominations_command() -> None:
    """Call for nominations, and show who brought whom.

    Members of the lists in [nominations] propose organisations: they write “nominate” to the office, or answer a call.
    You decide by replying to a notice; only then is anybody written to, as `mailer invite` does.

    \b
    Examples:
      mailer nominations call --dry-run
      mailer nominations ls
      mailer nominations ls --by-nominator
    """


@nominations_command.command("call")
@click.argument("lists", metavar="[LIST]...", nargs=-1)
@click.option("--dry-run", is_flag=True, help="Show who would be asked, and change nothing.")
@click.option("--again", is_flag=True, help="Although they were asked within the last 30 days.")
@click.option("-y", "--yes", is_flag=True, help="Do not ask before members are written to.")
@click.pass_context
def call_command(context: click.Context, lists: tuple[str, ...], dry_run: bool, again: bool, yes: bool) -> None:
    """Ask each member of these lists for a nomination, with the lines to fill in.

    Without a name, the lists of [nominations] are asked. The daemon writes to the members; those who join meanwhile
    are asked, too.

    \b
    Examples:
      mailer nominations call --dry-run
      mailer nominations call wg-member
    """
    app = app_of(context)
    with reading(app) as office:
        planned = nominations.call(office, lists, again=again, dry_run=True)
    for one in planned:
        say(f"{one.title}: {counted(one.members, 'member')} to ask.")
    if dry_run:
        say("Nothing was changed.")
        return
    if not agree(f"This writes to {_total(planned)}. Is that right?", yes):
        raise Refused("Nobody was asked.")
    with office_for(app, "nominations call") as office:
        nominations.call(office, lists, again=again)
    say("The daemon writes to them.")


def _total(planned: Sequence[Called]) -> str:
    return counted(sum(one.members for one in planned), "member")


@nominations_command.command("ls")
@click.option("--by-nominator", is_flag=True, help="Count what came of each person's nominations.")
@click.option("--json", "as_json", is_flag=True, help="For scripts.")
@click.pass_context
def list_command(context: click.Context, by_nominator: bool, as_json: bool) -> None:
    """List nominations, by whom they are and what came of them; the newest last.

    \b
    Examples:
      mailer nominations ls
      mailer nominations ls --by-nominator
    """
    app = app_of(context)
    with reading(app) as office:
        found = nominations.all_of(office)
    if as_json:
        show_json_list({**asdict(one), "at": one.at.isoformat()} for one in found)
    elif not found:
        say("Nobody was proposed.")
    elif by_nominator:
        _show_nominators(found)
    else:
        rows = (
            (one.number or "—", one.nominator, one.organisation, one.address, one.state, f"{one.at:%Y-%m-%d}")
            for one in found
        )
        show_long_table((">number", "nominator", "organisation", "address", "state", "since"), rows, shorten=2)


def _show_nominators(found: Sequence[Nominated]) -> None:
    counts: defaultdict[str, Counter[str]] = defaultdict(Counter)
    for one in found:
        counts[one.nominator][one.state] += 1
    rows = [
        (who, sum(states.values()), *(states[state] for state in _STATES))
        for who, states in sorted(counts.items(), key=lambda one: -one[1]["accepted"])
    ]
    show_table(("nominator", ">proposed", *(f">{state}" for state in _STATES)), rows)
