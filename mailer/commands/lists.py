"""``mailer list``: who gets what."""

from __future__ import annotations

import sys
from pathlib import Path

import click

from mailer.app import App
from mailer.commands.terminal import Group, agree, app_of, counted, office_for, say, show_json, show_table
from mailer.errors import ConfigError, Refused
from mailer.handlers import lists as handlers
from mailer.model import list_file as roster
from mailer.model.lists import ListRules, Standing

SHOWN = 20
"""Rows of a difference that are shown before it is applied."""


_version = click.option("--version", type=int, metavar="N", help="As it was after its Nth change.")


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

    Each change of somebody's standing makes a new version of the list, and --version shows any of them. A ballot
    records the versions of the lists that an issue is to go to.

    \b
    Examples:
      mailer list show
      mailer list show nmb --json | jq length
      mailer list show nmb --version 12
    """
    app = app_of(context)
    if name is None:
        if version is not None:
            raise click.UsageError("--version is of one list: name it, too.")
        return _show_all(app, as_json)
    rules = _rules(app, name)
    with app.open_store().snapshot() as work:
        members = handlers.members(work, name, version)
        newest = work.lists.versions([name])[name]
    if as_json:
        rows = [
            {"address": m.contact.address, "since": m.since.isoformat(), **_said(m.contact.details)} for m in members
        ]
        return show_json(rows)
    table = [
        (m.contact.address, m.contact.details.organisation or m.contact.details.name, f"{m.since:%Y-%m-%d}")
        for m in members
    ]
    shown = f"version {newest}" if version is None else f"version {version} of {newest}"
    show_table(("address", "who", "since"), table, title=f"{rules.title}, {shown}: {len(members)} active")
    return None


def _show_all(app: App, as_json: bool) -> None:
    with app.open_store().snapshot() as work:
        versions = work.lists.versions(app.rules.lists)
        rows = [
            (key, rules.title, rules.kind.value, work.lists.count(key), versions[key])
            for key, rules in app.rules.lists.items()
        ]
    if as_json:
        show_json([dict(zip(("list", "title", "kind", "active", "version"), row, strict=True)) for row in rows])
    else:
        show_table(("list", "title", "kind", ">active", ">version"), rows)


def _said(details: object) -> dict[str, str]:
    from dataclasses import asdict, is_dataclass

    assert is_dataclass(details) and not isinstance(details, type)
    return {name: str(value) for name, value in asdict(details).items() if value}


@list_command.command("import")
@click.argument("name")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--add", is_flag=True, help="Only add and change; keep members who are not in the file.")
@click.option("--dry-run", is_flag=True, help="Show the difference and change nothing.")
@click.option("-y", "--yes", is_flag=True, help="Do not ask, not even before a mass removal.")
@click.pass_context
def import_(context: click.Context, name: str, file: Path, add: bool, dry_run: bool, yes: bool) -> None:
    """Make a list what a CSV file says.

    The first line names the columns: address, name, organisation, kind, country, language, format; only address is
    needed. The file is taken whole or refused whole. Those who left the list by their own wish, or all publications
    that go to it, stay away.

    \b
    Examples:
      mailer list import nmb members.csv --dry-run
      mailer list import nmb new-members.csv --add
    """
    app = app_of(context)
    rules = _rules(app, name)
    rows = roster.read(_text(file), str(file))
    with app.open_store().snapshot() as work:
        difference = handlers.difference(work, app.rules, name, rows, keep_missing=add)
    _show(difference, rules, None if dry_run else SHOWN)
    if dry_run or difference.empty:
        say("Nothing was changed." if dry_run else "Nothing to change.")
        return
    if difference.sudden:
        gone, before = len(difference.removed), difference.before
        if not agree(f"This removes {gone} of {counted(before, 'member')} at once. Is the file complete?", yes):
            raise Refused("Nothing was imported.")
    with office_for(app, "list import") as office:
        again = handlers.difference(office.work, app.rules, name, rows, keep_missing=add)
        handlers.apply_import(office, name, again)
    say(f"Imported into {rules.title}.")


def _text(file: Path) -> str:
    try:
        return file.read_text(encoding="utf-8-sig")
    except UnicodeDecodeError as error:
        raise ConfigError([f"{file}: is not UTF-8 (byte {error.start}): save it as “CSV UTF-8”"]) from None


def _show(difference: roster.Difference, rules: ListRules, limit: int | None) -> None:
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
@click.option("--all", "everyone", is_flag=True, help="Those who left and were removed, too.")
@click.option("-o", "--output", type=click.Path(dir_okay=False, path_type=Path), help="A file instead of the terminal.")
@click.pass_context
def export(context: click.Context, name: str, version: int | None, everyone: bool, output: Path | None) -> None:
    """Write a list as CSV, safe to open in a spreadsheet and to import again.

    \b
    Examples:
      mailer list export subscriber -o subscribers.csv
      mailer list export subscriber --version 12
    """
    app = app_of(context)
    _rules(app, name)
    with app.open_store().snapshot() as work:
        text = roster.write(handlers.members(work, name, version, None if everyone else Standing.ACTIVE))
    if output is None:
        sys.stdout.write(text)
    else:
        output.write_text(text, encoding="utf-8", newline="")


def _rules(app: App, name: str) -> ListRules:
    if name not in app.rules.lists:
        raise Refused(f"There is no list “{name}”; there are: {', '.join(app.rules.lists)}.")
    return app.rules.lists[name]
