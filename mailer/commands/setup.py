"""``mailer init`` and ``mailer upgrade``: set an office up."""

from __future__ import annotations

import sys
from pathlib import Path

import click

from mailer.app import App
from mailer.app.upgrading import source_store, upgrade_store
from mailer.commands.terminal import app_of, say, show_table


@click.command("init")
@click.argument("folder", type=click.Path(file_okay=False, path_type=Path), default=".")
def init_command(folder: Path) -> None:
    """Make a working folder with an annotated configuration and a folder for issues.

    \b
    Example:
      mailer init office && cd office
      $EDITOR mailer.toml
      mailer upgrade && mailer doctor
    """
    made = App.init(folder)
    say(
        f"Made {made}.",
        "Edit it; its comments explain each key. Put the password into a file of its own (chmod 600).",
        f"Then{'' if folder == Path() else f', in {folder}'}: `mailer upgrade`, which creates the store, and "
        "`mailer doctor`, which checks everything.",
    )


@click.command("upgrade")
@click.option("--from", "other", metavar="STORE", help="Copy this store: an SQLite file or a URL.")
@click.option("--dry-run", is_flag=True, help="Show what would happen and change nothing.")
@click.pass_context
def upgrade_command(context: click.Context, other: str | None, dry_run: bool) -> None:
    """Create the store, or upgrade an older one.

    Make a copy of the store first: an upgrade cannot be undone.

    With --from, a new store is created as a copy of another one, which is not changed. This is how an office moves from
    SQLite to PostgreSQL, or back. Stop every mailer that uses either of them first.

    \b
    Examples:
      mailer upgrade --dry-run
      mailer upgrade
      MAILER_STORE__URL=postgresql://mailer@db.example/mailer \\
        mailer upgrade --from data/mailer.db
    """
    app = app_of(context)
    if other is not None:
        _copy(app, other, dry_run)
    else:
        _upgrade(app, dry_run)
    if not dry_run and app.upgrade_jobs():
        say("The tables for the workers' jobs are made.")


def _upgrade(app: App, dry_run: bool) -> None:
    store = upgrade_store(app, dry_run)
    if not store.is_needed:
        say(f"The store at {store.where} is of version {store.before}: nothing to do.")
    elif dry_run:
        say(f"The store at {store.where} would go from {store.before or 'nothing'} to version {store.after}.")
    else:
        done = f"was of version {store.before} and is now of" if store.before else "is made, of"
        say(f"The store at {store.where} {done} version {store.after}.")


def _copy(app: App, other: str, dry_run: bool) -> None:
    with source_store(app, other) as source:
        rows = app.store.rows_of(source)
        show_table(("table", ">rows"), list(rows.items()))
        if dry_run:
            say(f"These rows would be copied from {source.where} to {app.store.where}.")
            return
        app.files.make_data_folder()
        with click.progressbar(length=sum(rows.values()), label="Copied", file=sys.stderr) as bar:
            app.store.copy_from(source, bar.update)
    say(f"All of it is at {app.store.where} now. Archive the old store at {source.where}; never send from both.")
