"""``mailer service``: a unit for systemd that runs the daemon."""

from __future__ import annotations

import re
from pathlib import Path

import click

from mailer.app.service_unit import unit_of, user_of, warnings_of
from mailer.commands.terminal import app_of, say
from mailer.errors import Refused


def checked_name(name: str | None) -> str | None:
    """The name of a user. Raises BadParameter for what systemd would refuse."""
    if name is not None and not re.fullmatch(r"[A-Za-z_][A-Za-z0-9_.-]{0,30}", name):
        raise click.BadParameter("is not the name of a user: letters, digits, “_”, “-” and “.” make one")
    return name


@click.command("service")
@click.option(
    "--user",
    callback=lambda context, option, name: checked_name(name),
    help="The user of this machine that runs the daemon, unless it is the owner of the office's folder.",
)
@click.option("--worker", is_flag=True, help="Run a worker instead of the daemon (docs/cluster.md).")
@click.option("--out", type=click.Path(dir_okay=False, path_type=Path), help="Write it into a file.")
@click.pass_context
def service_command(context: click.Context, user: str | None, worker: bool, out: Path | None) -> None:
    """Write a unit for systemd that runs the daemon with as few rights as it needs.

    It can write the data folder and nothing else. It runs as the owner of the office's folder, or as a user of its own:
    “mailer”, if the folder is root's or two users share the office ([office] group), or --user. Passwords
    are handed to it by systemd, so their files stay yours. docs/running.md explains the two users, and what to type.

    \b
    Examples:
      mailer service
      mailer service --user news --out mailer.service
    """
    app = app_of(context)
    user = user or user_of(app)
    unit = unit_of(app, user, worker)
    say(*(f"warning: {warning}." for warning in warnings_of(app, user)), aside=True)
    if out is None:
        click.echo(unit, nl=False)
        return
    if out.is_dir():
        raise Refused(f"{out} is a folder; name a file in it.")
    app.files.write(out, unit.encode())
    say(f"Wrote {out}. See docs/running.md for what to do with it.")
