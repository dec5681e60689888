"""``mailer list``: the lists and their members."""

from __future__ import annotations

import sys
from dataclasses import asdict
from pathlib import Path

import click

from mailer.app import App
from mailer.commands.terminal import Group, agree, app_of, counted, office_for, reading, say, show_json, show_table
from mailer.errors import ConfigError, Refused
from mailer.handlers import lists
from mailer.model import list_file
from mailer.model.lists import Details, ListRules, Standing

SHOWN = 20
"""Rows of a difference that are shown before an import."""


_version = click.option("--version", type=int, metavar="N", help="The list after its Nth change.")


@click.group("list", cls=Group)
def list_command() -> None:
    """Show, import and export the lists.

    \b
    Examples:
      mailer list show
      mailer list show nmb
      mailer list import nmb members.csv --dry-run
      mailer list export subscriber > subscribers.csv
    """


@list_command.command()
@click.argument("name", required=False)
@_version
@click.option("--json", "as_json", is_flag=True, help="For scripts.")
@click.pass_context
def show(context: click.Context, name: str | None, version: int | None, as_json: bool) -> None:
    """Show all lists, or the members of one.

    Every change of a member makes a new version of the list, and --version shows any of them. A ballot records the
    versions of the lists that an issue is to go to.

    \b
    Examples:
      mailer list show
      mailer list show nmb --json | jq length
      mailer list show nmb --version 12
    """
    app = app_of(context)
    if name is None:
        if version is not None:
            raise click.UsageError("--version needs the name of a list.")
        return _show_all(app, as_json)
    with reading(app) as office:
        found = lists.view(office, name, version)
    members = found.members
    if as_json:
        return show_json(
            [{"address": m.contact.address, "since": m.since.isoformat(), **_said(m.contact.details)} for m in members]
        )
    table = [
        (m.contact.address, m.contact.details.organisation or m.contact.details.name, f"{m.since:%Y-%m-%d}")
        for m in members
    ]
    shown = f"version {found.version}" + ("" if version is None else f" of {found.newest}")
    show_table(("address", "who", "since"), table, title=f"{found.rules.title}, {shown}: {len(members)} active")
    return None


def _show_all(app: App, as_json: bool) -> None:
    with reading(app) as office:
        found = lists.overview(office)
    rows = [(one.rules.key, one.rules.title, one.rules.kind.value, one.active, one.version) for one in found]
    if as_json:
        show_json([dict(zip(("list", "title", "kind", "active", "version"), row, strict=True)) for row in rows])
    else:
        show_table(("list", "title", "kind", ">active", ">version"), rows)


def _said(details: Details) -> dict[str, str]:
    return {name: str(value) for name, value in asdict(details).items() if value}


@list_command.command("import")
@click.argument("name")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--add", is_flag=True, help="Only add and change; keep members who are not in the file.")
@click.option("--dry-run", is_flag=True, help="Show the difference and change nothing.")
@click.option("-y", "--yes", is_flag=True, help="Do not ask, not even before a mass removal.")
@click.pass_context
def import_(context: click.Context, name: str, file: Path, add: bool, dry_run: bool, yes: bool) -> None:
    """Make a list match a CSV file.

    The first line names the columns: address, name, organisation, kind, country, language, format; only address is
    required. The file is imported as a whole or not at all. Those who left the list themselves, or left all
    publications that go to it, are not brought back.

    \b
    Examples:
      mailer list import nmb members.csv --dry-run
      mailer list import nmb new-members.csv --add
    """
    app = app_of(context)
    rules = app.rules.list_rules(name)
    rows = list_file.read(_text(file), str(file))
    with reading(app) as office:
        difference = lists.difference(office, name, rows, keep_missing=add)
    _show(difference, rules, None if dry_run else SHOWN)
    if dry_run or difference.empty:
        say("Nothing was changed." if dry_run else "Nothing to change.")
        return
    if difference.sudden:
        gone, before = len(difference.removed), difference.before
        if not agree(f"This removes {gone} of {counted(before, 'member')} at once. Is the file complete?", yes):
            raise Refused("Nothing was imported.")
    with office_for(app, "list import") as office:
        lists.import_rows(office, name, rows, keep_missing=add)
    say(f"Imported into {rules.title}.")


def _text(file: Path) -> str:
    try:
        return file.read_text(encoding="utf-8-sig")
    except UnicodeDecodeError as error:
        raise ConfigError([f"{file}: is not UTF-8 (byte {error.start}): save it as “CSV UTF-8”"]) from None


def _show(difference: list_file.Difference, rules: ListRules, limit: int | None) -> None:
    rows = [("add", str(row.address), row.details.organisation) for row in difference.added]
    rows += [("change", str(row.address), row.details.organisation) for row in difference.changed]
    rows += [("remove", m.contact.address, m.contact.details.organisation) for m in difference.removed]
    rows += [("left: stays away", str(row.address), row.details.organisation) for row in difference.left]
    if rows:
        show_table(("what", "address", "organisation"), rows[:limit])
    if limit is not None and len(rows) > limit:
        say(f"… and {len(rows) - limit} more; --dry-run shows all.")
    counts = {
        "to add": len(difference.added),
        "to change": len(difference.changed),
        "to remove": len(difference.removed),
        "unchanged": difference.unchanged,
        "left": len(difference.left),
    }
    say(f"{rules.title}: {', '.join(f'{count} {what}' for what, count in counts.items() if count) or 'nobody'}.")


@list_command.command()
@click.argument("name")
@_version
@click.option("--all", "everyone", is_flag=True, help="Include those who left or were removed.")
@click.option(
    "-o",
    "--output",
    type=click.Path(dir_okay=False, path_type=Path),
    help="Write to a file.",
)
@click.pass_context
def export(context: click.Context, name: str, version: int | None, everyone: bool, output: Path | None) -> None:
    """Write a list as CSV, safe to open in a spreadsheet and to import again.

    \b
    Examples:
      mailer list export subscriber -o subscribers.csv
      mailer list export subscriber --version 12
    """
    app = app_of(context)
    with reading(app) as office:
        found = lists.view(office, name, version, None if everyone else Standing.ACTIVE)
    text = list_file.write(found.members)
    if output is None:
        sys.stdout.write(text)
    else:
        app.write_file(output, text.encode())
