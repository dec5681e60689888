"""``mailer dkim``: keys that sign what goes out, and the records that publish them."""

from __future__ import annotations

import os
import re
from collections.abc import Iterable, Sequence
from pathlib import Path

import click

from mailer.app import App
from mailer.commands.terminal import Group, app_of, counted, say, show_json, show_table
from mailer.config.values import SELECTOR
from mailer.errors import Refused

ALGORITHMS = {"rsa": ("rsa",), "ed25519": ("ed25519",), "both": ("rsa", "ed25519")}
FOLDER = "dkim"
"""Where keys are made, beside the configuration."""


@click.group("dkim", cls=Group)
def dkim_command() -> None:
    """Make keys that sign our mail, and see what to publish.

    Only where the relay does not sign by itself; most do.

    \b
    Examples:
      mailer dkim new
      mailer dkim show
      mailer dkim check
    """


def _selector(context: click.Context, option: click.Parameter, value: str | None) -> str | None:
    if value is not None and not re.fullmatch(SELECTOR, value):
        raise click.BadParameter("letters, digits and hyphens, please.")
    return value


@dkim_command.command()
@click.option("--selector", callback=_selector, metavar="NAME", help="The key's name; this month's without it.")
@click.option(
    "--algorithm",
    type=click.Choice(list(ALGORITHMS)),
    default="rsa",
    show_default=True,
    help="rsa is what every server knows; both signs every mail twice.",
)
@click.pass_context
def new(context: click.Context, selector: str | None, algorithm: str) -> None:
    """Make a key, and show what to publish and what to configure.

    The private key goes into a new file that only you can read. A key that is there is never overwritten: for a
    change of keys, make one with another selector.

    \b
    Examples:
      mailer dkim new
      mailer dkim new --selector news-2 --algorithm both
    """
    app = app_of(context)
    home = Path(context.find_root().params["config"]).absolute().parent
    name = selector or f"mailer-{app.clock.now():%Y%m}"
    first, *others = ALGORITHMS[algorithm]
    made = app.dkim.add({name: first, **{f"{name}-{other}": other for other in others}}, home / FOLDER)
    say(*(f"Made {path}, which only you can read." for path, _ in made))
    say("", "Publish in the DNS, as TXT:", "")
    _show((record.name, record.strings) for _, record in made)
    lines = [f'{record.selector} = "{path.relative_to(home)}"' for path, record in made]
    say("", "And write into the configuration:", "", "[dkim.keys]", *lines, "")
    say("When `mailer dkim check` finds no fault, start the daemon again.")


@dkim_command.command()
@click.option("--json", "as_json", is_flag=True, help="For scripts.")
@click.pass_context
def show(context: click.Context, as_json: bool) -> None:
    """Show what to publish in the DNS for the keys that are configured.

    \b
    Examples:
      mailer dkim show
      mailer dkim show --json | jq -r '.[].txt'
    """
    records = _app_with_keys(context).dkim.records()
    if as_json:
        show_json([{"name": r.name, "algorithm": r.key.algorithm, "txt": r.txt} for r in records])
    else:
        _show((record.name, record.strings) for record in records)


@dkim_command.command()
@click.option("--json", "as_json", is_flag=True, help="For scripts.")
@click.pass_context
def check(context: click.Context, as_json: bool) -> None:
    """Look the records up, and see whether they match the keys.

    Ends with 69 where one does not.

    \b
    Examples:
      mailer dkim check
      mailer dkim check --json
    """
    app = _app_with_keys(context)
    found = list(app.dkim.compared(app.public_keys()))
    if as_json:
        show_json([{"name": record.name, "ok": not fault, "fault": fault} for record, fault in found])
    else:
        show_table(("record", "in the DNS"), [(r.name, fault or "matches the key") for r, fault in found])
    if faults := sum(bool(fault) for _, fault in found):
        say(f"{counted(faults, 'record')} to put right: `mailer dkim show` has what to publish.", aside=True)
        context.exit(os.EX_UNAVAILABLE)


def _app_with_keys(context: click.Context) -> App:
    app = app_of(context)
    if not app.settings.dkim.keys:
        raise Refused("No keys are configured, so the relay signs ([dkim] keys). To sign here: `mailer dkim new`.")
    return app


def _show(records: Iterable[tuple[str, Sequence[str]]]) -> None:
    """As lines of a zone file (RFC 1035 5.1); whoever has a form to fill in joins the strings."""
    for name, strings in records:
        click.echo("\n".join([f"{name}. IN TXT (", *(f'  "{string}"' for string in strings), ")"]))
