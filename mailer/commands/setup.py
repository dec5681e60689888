"""``mailer init`` and ``mailer upgrade``: set an office up."""

from __future__ import annotations

import sys
from pathlib import Path

import click

from mailer.app import App
from mailer.app.moving import former_store
from mailer.commands.terminal import app_of, say, show_table


@click.command("init")
@click.argument("folder", type=click.Path(file_okay=False, path_type=Path), default=".")
def init_command(folder: Path) -> None:
    """Make a working folder: an annotated configuration and a place for issues.

    \b
    Example:
      mailer init office && cd office
      $EDITOR mailer.toml
      mailer upgrade && mailer doctor
    """
    made = App.init(folder)
    say(
        f"Made {made}.",
        "Edit it: it explains itself. Put the password into a file of its own (chmod 600).",
        f"Then{'' if folder == Path() else f', in {folder}'}: `mailer upgrade`, which makes the store, and "
        "`mailer doctor`, which checks everything.",
    )


@click.command("upgrade")
@click.option("--from", "other", metavar="STORE", help="Make it out of this one: a file of SQLite's, or a URL.")
@click.option("--dry-run", is_flag=True, help="Say what would happen and change nothing.")
@click.pass_context
def upgrade_command(context: click.Context, other: str | None, dry_run: bool) -> None:
    """Make the store, or bring an older one to this version.

    Copy the store first; there is no way back.

    With --from it makes the store that the configuration names out of another one, which stays as it is: so an office
    moves from SQLite to PostgreSQL, or back. Nobody may be at work on either.

    \b
    Examples:
      mailer upgrade --dry-run
      mailer upgrade
      MAILER_STORE__URL=postgresql://mailer@db.example/mailer \\
        mailer upgrade --from data/mailer.db
    """
    app = app_of(context)
    if other is not None:
        _bring(app, other, dry_run)
    else:
        _upgrade(app, dry_run)
    if not dry_run and app.upgrade_jobs():
        say("The tables that workers share their jobs in are made.")


def _upgrade(app: App, dry_run: bool) -> None:
    before = app.store.version()
    if before and before > app.store.head:
        app.store.require_current()
    if before == app.store.head:
        say(f"The store at {app.store.where} is of version {before}: nothing to do.")
    elif dry_run:
        say(f"The store at {app.store.where} would go from {before or 'nothing'} to version {app.store.head}.")
    else:
        app.store.upgrade()
        done = f"was of version {before} and is now of" if before else "is made, of"
        say(f"The store at {app.store.where} {done} version {app.store.head}.")


def _bring(app: App, other: str, dry_run: bool) -> None:
    with former_store(app, other) as source:
        rows = app.store.incoming(source)
        show_table(("table", ">rows"), list(rows.items()))
        if dry_run:
            say(f"So many would come from {source.where} to {app.store.where}.")
            return
        with click.progressbar(length=sum(rows.values()), label="Copied", file=sys.stderr) as bar:
            app.store.bring(source, bar.update)
    say(f"All of it is at {app.store.where} now. {source.where} is as it was: put it away, and send from one only.")
