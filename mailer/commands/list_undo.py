"""``mailer list undo``: what the last command has done to a list is undone."""

from __future__ import annotations

from collections import Counter

import click

from mailer.commands.terminal import agree, app_of, counted, office_for, reading, say, show_json, show_long_table
from mailer.errors import Refused
from mailer.handlers import list_undo
from mailer.model.list_undo import WITHIN, Act, Step

SHOWN = 20
"""Addresses of each kind that are shown before an undo."""

_DONE = {
    Act.TAKE_OFF: "to take off the list",
    Act.PUT_BACK: "to put back on the list",
    Act.RESTORE: "with details to restore",
    Act.STAYS_AWAY: "who left by their own wish and stay away",
    Act.CHANGED_SINCE: "changed since, and left as they are",
}


@click.command()
@click.argument("name")
@click.option("--dry-run", is_flag=True, help="Show what would happen and change nothing.")
@click.option("--all", "everyone", is_flag=True, help=f"Show every address, not only {SHOWN} of each kind.")
@click.option("--json", "as_json", is_flag=True, help="For scripts; changes nothing without --yes.")
@click.option("-y", "--yes", is_flag=True, help="Do not ask.")
@click.pass_context
def undo(context: click.Context, name: str, dry_run: bool, everyone: bool, as_json: bool, yes: bool) -> None:
    """Undo what the last command has done to a list: an import, an addition or a removal of members.

    All of it is undone, or nothing. Who left by their own wish meanwhile stays away, and what somebody has changed
    since stays. It also gives back the details that an import has changed. The undo can be undone, too.

    A published version is not undone: `mailer list withdraw`.

    \b
    Examples:
      mailer list undo nmb --dry-run
      mailer list undo nmb
    """
    app = app_of(context)
    with reading(app) as office:
        planned = list_undo.plan(office, name)
    if as_json:
        show_json(
            {
                "command": planned.command,
                "at": planned.at.isoformat(),
                "steps": [{"address": one.changed.address, "what": one.act.value} for one in planned.steps],
            }
        )
    else:
        _show(planned, SHOWN if not everyone else len(planned.steps))
    if dry_run or not planned.acts or (as_json and not yes):
        say("Nothing was changed." if planned.acts else "Nothing to undo.", aside=as_json)
        return
    if not agree(f"Undo `mailer {planned.command}` of {app.when(planned.at)}?", yes):
        raise Refused("Nothing was undone.")
    with office_for(app, "list undo") as office:
        list_undo.undo(office, name, planned)
    say(f"Undone. `mailer list undo {name}` takes that back, for {WITHIN.days} days.", aside=as_json)


def _show(planned: list_undo.Plan, shown: int) -> None:
    counts = Counter(one.act for one in planned.steps)
    first: dict[Act, list[Step]] = {}
    for one in planned.steps:
        first.setdefault(one.act, []).append(one)
    rows = [(act.value, one.changed.address, one.changed.who) for act in Act for one in first.get(act, [])[:shown]]
    show_long_table(("what", "address", "organisation"), rows, shorten=2)
    if len(rows) < len(planned.steps):
        say(f"… and {len(planned.steps) - len(rows)} more; --all shows all.")
    said = ", ".join(f"{counts[act]} {words}" for act, words in _DONE.items() if counts[act])
    say(f"`mailer {planned.command}` changed {counted(len(planned.steps), 'person', 'people')}: {said}.")
