"""``mailer suppressed``: addresses and domains that get no mailings."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

import click

from mailer.commands.terminal import (
    Group,
    app_of,
    counted,
    office_for,
    reading,
    say,
    show_json_list,
    show_long_table,
)
from mailer.handlers import suppressions
from mailer.handlers.suppressions import Change
from mailer.message import clean
from mailer.model import suppression_file
from mailer.model.suppressions import Cause, Suppression, read_subject

SHOWN = 20
"""Rows of an import that are shown."""

_because = click.option("--because", required=True, metavar="REASON", help="Why; the audit trail keeps it.")
_dry_run = click.option("--dry-run", is_flag=True, help="Show what would happen and change nothing.")
_cause = click.option(
    "--cause", type=click.Choice([cause.value for cause in Cause]), help="Only those that this has brought."
)


@click.group("suppressed", cls=Group)
def suppressed_command() -> None:
    """Show, add, remove, import and export addresses and domains that get no mailings.

    Bounces and complaints add addresses by themselves. What somebody asked for by mail is still sent to them: a
    confirmation that they have left, an answer, the mail that tries their address again.

    \b
    Examples:
      mailer suppressed ls
      mailer suppressed add ana@nmb.example --because "asked by phone"
      mailer suppressed add @trap.example --because "a trap for spammers"
      mailer suppressed import old-office.csv --dry-run
    """


@suppressed_command.command("ls")
@_cause
@click.option("--json", "as_json", is_flag=True, help="For scripts.")
@click.pass_context
def list_command(context: click.Context, cause: str | None, as_json: bool) -> None:
    """Show who gets no mailings, since when, and why.

    \b
    Examples:
      mailer suppressed ls
      mailer suppressed ls --cause complained --json | jq length
    """
    app = app_of(context)
    with reading(app) as office:
        found = suppressions.entries(office, Cause(cause) if cause else None)
        if as_json:
            show_json_list(map(_json, found))
            return
        first = next(found, None)
        if first is None:
            say("Nobody is suppressed.")
            return
        _show([first], found)


def _show(first: Sequence[Suppression], rest: Iterable[Suppression] = ()) -> None:
    rows = ((one.of, one.cause.value, f"{one.since:%Y-%m-%d}", one.reason) for part in (first, rest) for one in part)
    show_long_table(("address", "cause", "since", "why"), rows, shorten=3)


def _json(one: Suppression) -> dict[str, Any]:
    return {"address": one.of, "cause": one.cause.value, "reason": one.reason, "since": one.since.isoformat()}


@suppressed_command.command()
@click.argument("addresses", metavar="ADDRESS...", nargs=-1, required=True)
@_because
@_dry_run
@click.pass_context
def add(context: click.Context, addresses: tuple[str, ...], because: str, dry_run: bool) -> None:
    """Send no more mailings to these addresses; @DOMAIN stands for every address there.

    They stay on their lists, so that nobody adds them again by mistake. `mailer member remove` takes them off.

    \b
    Examples:
      mailer suppressed add ana@nmb.example --because "asked by phone"
      mailer suppressed add @trap.example --because "a trap" --dry-run
    """
    app, reason = app_of(context), _said(because)
    subjects = [_subject(spec) for spec in addresses]
    wanted = [Suppression(reason, app.clock.now(), Cause.PERSON, of) for of in dict.fromkeys(subjects)]
    with reading(app) as office:
        planned = suppressions.changes(office, wanted)
    for one, change in planned:
        say(f"{one.of} {_WORDS[change]}.")
    if dry_run or all(change is Change.UNCHANGED for _, change in planned):
        say("Nothing was changed.")
        return
    with office_for(app, "suppressed add") as office:
        suppressions.add(office, wanted)


_WORDS = {
    Change.ADD: "gets no more mailings",
    Change.REPLACE: "gets no more mailings, also if its bounces end",
    Change.UNCHANGED: "is suppressed already",
}


def _subject(spec: str) -> str:
    try:
        return read_subject(spec)
    except ValueError as fault:
        raise click.UsageError(f"{fault}.") from None


def _said(reason: str) -> str:
    """Raises UsageError if the reason is empty."""
    if not clean(reason):
        raise click.UsageError("--because needs some words: the audit trail keeps them.")
    return clean(reason)


@suppressed_command.command()
@click.argument("address")
@_because
@_dry_run
@click.pass_context
def remove(context: click.Context, address: str, because: str, dry_run: bool) -> None:
    """Let an address, or @DOMAIN, get mailings again.

    After a complaint, do this only if its owner has asked for it: a second complaint hurts all of our mail.

    \b
    Examples:
      mailer suppressed remove ana@nmb.example --because "asked by phone"
    """
    app, reason, of = app_of(context), _said(because), _subject(address)
    with reading(app) as office:
        found = suppressions.removable(office, of)
    said = f"{found.of}, suppressed since {found.since:%Y-%m-%d} ({found.cause}: {found.reason})"
    if dry_run:
        say(f"{said}, would get mailings again. Nothing was changed.")
        return
    with office_for(app, "suppressed remove") as office:
        suppressions.remove(office, of, reason)
    say(f"{said}, gets mailings again.")


@suppressed_command.command("import")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--because", default="", metavar="REASON", help="For rows that name no reason.")
@click.option("--encoding", metavar="NAME", default="", help="The file's, if it is neither UTF-8 nor UTF-16.")
@_dry_run
@click.pass_context
def import_(context: click.Context, file: Path, because: str, encoding: str, dry_run: bool) -> None:
    """Add the addresses and domains of a CSV file: all of them, or none if a line has a fault.

    The first line names the columns: address, cause, reason, since; only address is required. An address may be
    @DOMAIN. A cause is complained, bounced or person, which is the default. Nobody is removed.

    \b
    Examples:
      mailer suppressed import old-office.csv --dry-run
      mailer suppressed import old-office.csv --because "from the old office"
    """
    app = app_of(context)
    rows = suppression_file.read(file.read_bytes(), str(file), encoding, clean(because), app.clock.now())
    with reading(app) as office:
        planned = suppressions.changes(office, rows)
    new = [one for one, change in planned if change is not Change.UNCHANGED]
    if new:
        _show(new[:SHOWN])
    if len(new) > SHOWN:
        say(f"… and {len(new) - SHOWN} more.")
    say(f"{counted(len(new), 'address', 'addresses')} to add; suppressed already: {len(planned) - len(new)}.")
    if dry_run or not new:
        say("Nothing was changed.")
        return
    with office_for(app, "suppressed import") as office:
        suppressions.add(office, rows)
    say(f"Imported {file}.")


@suppressed_command.command()
@click.option("-o", "--output", type=click.Path(dir_okay=False, path_type=Path), help="Write to a file.")
@_cause
@click.pass_context
def export(context: click.Context, output: Path | None, cause: str | None) -> None:
    """Write them as CSV, safe to open in a spreadsheet and to import again.

    What ends by itself (suspended, held) is left out; `mailer bounces --json` has it.

    \b
    Examples:
      mailer suppressed export -o suppressed.csv
      mailer suppressed export --cause complained
    """
    app = app_of(context)
    with reading(app) as office:
        parts = suppression_file.write(suppressions.entries(office, Cause(cause) if cause else None))
        if output is None:
            sys.stdout.writelines(parts)
            return
        with app.files.writing(output) as file:
            file.writelines(part.encode() for part in parts)
