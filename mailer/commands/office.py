"""``mailer init``, ``doctor`` and ``upgrade``: setting an office up and looking after it."""

from __future__ import annotations

import os
from pathlib import Path

import click

from mailer.app import App
from mailer.commands import checkup
from mailer.commands.terminal import app_of, say, show_json, show_table
from mailer.errors import ConfigError


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
@click.option("--dry-run", is_flag=True, help="Say what would happen and change nothing.")
@click.pass_context
def upgrade_command(context: click.Context, dry_run: bool) -> None:
    """Make the store, or bring an older one to this version.

    Copy the store first; there is no way back.

    \b
    Examples:
      mailer upgrade --dry-run
      mailer upgrade
    """
    app = app_of(context)
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
    if not dry_run and app.upgrade_jobs():
        say("The tables that workers share their jobs in are made.")


@click.command("doctor")
@click.option("--json", "as_json", is_flag=True, help="For scripts.")
@click.pass_context
def doctor_command(context: click.Context, as_json: bool) -> None:
    """Check the configuration, the store, the mailbox, the relay, the fonts and the clock.

    Ends with 69 where something is wrong.

    \b
    Examples:
      mailer doctor
      mailer -c /etc/mailer/mailer.toml doctor --json
    """
    try:
        findings = list(checkup.examine(app_of(context)))
    except ConfigError as error:
        findings = [checkup.Finding("configuration", "wrong", problem) for problem in error.problems]
    if as_json:
        show_json([{"what": f.what, "state": f.state, "detail": f.detail} for f in findings])
    else:
        show_table(("what", "state", "detail"), [(f.what, f.state, f.detail) for f in findings])
    if any(finding.state == "wrong" for finding in findings):
        context.exit(os.EX_UNAVAILABLE)
