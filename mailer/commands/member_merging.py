"""``mailer member merge`` and ``doubles``: two contacts who are one person."""

from __future__ import annotations

import click

from mailer.commands.organisations import show_likely
from mailer.commands.terminal import agree, app_of, office_for, reading, say, show_json, show_table
from mailer.errors import Refused
from mailer.handlers import merging
from mailer.model.merging import MergePlan


@click.command("merge")
@click.argument("kept", metavar="ADDRESS")
@click.argument("gone", metavar="[OTHER]", required=False)
@click.option("--undo", is_flag=True, help="Make two of the one again.")
@click.option("--dry-run", is_flag=True, help="Show what would happen and change nothing.")
@click.option("-y", "--yes", is_flag=True, help="Do not ask.")
@click.option("--json", "as_json", is_flag=True, help="For scripts; needs --dry-run or --yes.")
@click.pass_context
def merge_command(
    context: click.Context, kept: str, gone: str | None, undo: bool, dry_run: bool, yes: bool, as_json: bool
) -> None:
    """Make one contact of two that are one person. Mail goes to ADDRESS; OTHER becomes an old address of theirs.

    Lists, wishes, history, mails, and what they were asked follow. What they have left stays left, and what they
    receive they receive. Details that ADDRESS lacks are filled in. Links in mails to OTHER work on. Votes stay as they
    were given, so nobody is merged who is asked to vote in an open ballot.

    \b
    Examples:
      mailer member merge ana@nmb.example ana.berg@old.example --dry-run
      mailer member merge ana@nmb.example --undo
    """
    app = app_of(context)
    if undo:
        with office_for(app, "member merge") as office:
            one, other = merging.undo(office, kept)
        say(f"{one} and {other} are two contacts again.")
        return
    if gone is None:
        raise click.UsageError("Name both addresses, the one to keep first; or say --undo.")
    if as_json and not (dry_run or yes):
        raise click.UsageError("JSON output cannot prompt: add --yes or --dry-run.")
    with reading(app) as office:
        planned = merging.planned(office, kept, gone)
    _show(planned, as_json)
    if dry_run:
        say("Nothing was changed.", aside=as_json)
        return
    if not agree(f"Make one contact of {planned.kept.address} and {planned.gone.address}?", yes):
        raise Refused("Nothing was changed.")
    with office_for(app, "member merge") as office:
        merging.merge(office, kept, gone)
    say(f"Merged. To undo it: mailer member merge {planned.kept.address} --undo", aside=as_json)


def _show(planned: MergePlan, as_json: bool) -> None:
    """The consequences."""
    if as_json:
        show_json(
            {
                "kept": planned.kept.address,
                "gone": planned.gone.address,
                "joins": {key: until and until.isoformat() for key, until in planned.joins.items()},
                "stays": list(planned.stays),
                "opt_outs": list(planned.opt_outs),
            }
        )
        return
    old, new = planned.kept.details, planned.details
    rows = [
        (name, str(getattr(old, name) or "—"), str(getattr(new, name)))
        for name in ("name", "organisation", "kind", "country", "language", "format")
        if getattr(old, name) != getattr(new, name)
    ]
    if rows:
        show_table((planned.kept.address, "before", "after"), rows)
    say(f"{planned.gone.address} becomes an old address of {planned.kept.address}.")
    for said, keys in (
        ("Lists that come along", planned.joins),
        ("Lists that do not, because they have left them or were removed", planned.stays),
        ("Publications that stay left", planned.opt_outs),
    ):
        if keys:
            say(f"{said}: {', '.join(keys)}.")


@click.command("doubles")
@click.option("--json", "as_json", is_flag=True, help="For scripts.")
@click.pass_context
def doubles_command(context: click.Context, as_json: bool) -> None:
    """Name contacts who are perhaps one person.

    Two addresses of one mailbox; the same name in the same country; a similar name at the same domain.

    \b
    Example:
      mailer member doubles
    """
    with reading(app_of(context)) as office:
        show_likely(list(merging.doubles(office)), "mailer member merge KEPT GONE", as_json)
