"""``mailer backup`` and ``mailer restore``: all that an office needs in one file, and the way back from it."""

from __future__ import annotations

import shlex
import sys
from collections.abc import Iterator
from pathlib import Path

import click

from mailer.app import App
from mailer.app.backups import Restored, make_backup, restore, would_replace
from mailer.commands.terminal import agree, app_of, counted, say, show_json, show_table
from mailer.errors import ConfigError, Refused

SHOWN = 10
"""Entries of a journal that are named."""


@click.command("backup")
@click.argument("file", type=click.Path(dir_okay=False, path_type=Path))
@click.option("--json", "as_json", is_flag=True, help="For scripts.")
@click.pass_context
def backup_command(context: click.Context, file: Path, as_json: bool) -> None:
    """Write the store, the folders of the issues and the configuration into FILE, while everything goes on.

    The file is consistent as of one moment, and has mode 0600: the addresses and the secret for tokens are in it.
    Passwords and DKIM keys are not: keep these elsewhere. An existing FILE is replaced when the new one is whole.

    \b
    Examples:
      mailer backup /var/backups/mailer/office.backup
      mailer backup "office-$(date +%F).backup"
    """
    app = app_of(context)
    made = make_backup(app, file, lambda rows: None)
    if as_json:
        show_json({"file": str(file.resolve()), "bytes": made.size, "issues": made.issues, "missing": made.missing})
        return
    say(f"Wrote {file}: {made.size / 1e6:.1f} MB, with the folders of {counted(made.issues, 'issue')}.")
    say(*(f"warning: {folder} is not there any more, so it is not in the backup." for folder in made.missing))


@click.command("restore")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option(
    "--journal",
    "journals",
    multiple=True,
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="A mailer.journal of the lost office; by default those in the data folder. May be repeated.",
)
@click.option("--replace", is_flag=True, help="Take the place of a store that has data.")
@click.option("--dry-run", is_flag=True, help="Show what would happen and change nothing.")
@click.option("-y", "--yes", is_flag=True, help="Do not ask.")
@click.pass_context
def restore_command(
    context: click.Context, file: Path, journals: tuple[Path, ...], replace: bool, dry_run: bool, yes: bool
) -> None:
    """Put the store and the issues of a backup in place, on this machine or another.

    Stop every mailer of this office first. All mail that was not final in the backup is in doubt then, because it may
    have been sent since, and nothing is sent until `mailer resume`. The daemon first reads the mail again that was
    filed since the backup. Whoever left by the page, complained or bounced since is in the journal, which is beside
    the store (data/mailer.journal): save it from the lost office if you can.

    \b
    Examples:
      mailer restore office.backup --dry-run
      mailer restore office.backup --journal /mnt/old/data/mailer.journal
      mailer restore office.backup --replace
    """
    app = _office(context, file)
    if not dry_run:
        found = restore(app, file, journals, replace=True, dry_run=True, written=lambda rows: None)
        _show(app, found, "Would be restored")
        if found.replaces and not replace:
            raise would_replace(app)
        if not agree("Restore it?", yes):
            raise Refused("Nothing was restored.")
    with click.progressbar(length=0, label="Copied", file=sys.stderr, hidden=True) as bar:
        done = restore(app, file, journals, replace, dry_run, bar.update)
    if dry_run:
        _show(app, done, "Would be restored")
        say(f"Nothing was changed.{' A store that has data is there: add --replace.' if done.replaces else ''}")
        return
    app.upgrade_jobs()
    say(f"Restored {file} to {app.store.where}.")
    if done.aside:
        say(f"The store that was there is kept as {done.aside}; it has addresses and secrets in it.")
    say(
        "Nothing is sent yet. Next: start the daemon (`mailer run`), which reads the filed mail again; then "
        "`mailer resume` shows what may have been sent since the backup, and lets mail go."
    )


def _office(context: click.Context, file: Path) -> App:
    """The office that is restored. Raises ConfigError, which names the backup if there is no configuration yet."""
    configuration = Path(context.find_root().params["config"])
    try:
        return app_of(context)
    except ConfigError as error:
        if configuration.exists():
            raise
        held = f"the backup holds it: tar xf {shlex.quote(str(file))} mailer.toml"
        raise ConfigError([*error.problems[:-1], f"{error.problems[-1]}; {held}"]) from None


def _show(app: App, found: Restored, what: str) -> None:
    say(f"{what}: a backup of {found.facts.office}, made on {app.when(found.facts.made_at)}.")
    show_table(("table", ">rows"), list(found.rows.items()))
    say(*_lines(app, found))


def _lines(app: App, found: Restored) -> Iterator[str]:
    yield f"In doubt, because it was not final: {counted(found.doubts, 'mail')}."
    for folder in found.folders:
        yield f"To be written: {folder}"
    for folder in found.kept:
        yield f"warning: {folder} differs from the backup and is left as it is; if that is wrong, move it away first."
    if found.since is None:
        yield (
            "warning: there is no journal. Who left by the page, complained or bounced since the backup is not known "
            "and would be mailed again: give the old data/mailer.journal with --journal."
        )
        return
    yield f"Journal: {', '.join(map(str, found.journals))}."
    yield f"Entries since the backup that change something: {found.again}."
    if found.has_gap:
        yield f"warning: the journal begins only on {app.when(found.since)}; what happened before is not known."
    other = {entry.action for entry in found.entries if not entry.detail}
    if other:
        yield f"Done since the backup, and lost unless it came by mail: {', '.join(sorted(other))}."
