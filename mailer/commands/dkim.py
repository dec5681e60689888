"""``mailer dkim``: keys that sign our mail, and the DNS records that publish them."""

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
"""The folder of new keys, beside the configuration."""


@click.group("dkim", cls=Group)
def dkim_command() -> None:
    """Make keys that sign our mail, and show what to publish.

    You need them only if your relay does not sign mail itself; most relays do.

    \b
    Examples:
      mailer dkim new
      mailer dkim show
      mailer dkim check
    """


def _selector(context: click.Context, option: click.Parameter, value: str | None) -> str | None:
    if value is not None and not re.fullmatch(SELECTOR, value):
        raise click.BadParameter("use letters, digits and hyphens.")
    return value


@dkim_command.command()
@click.option("--selector", callback=_selector, metavar="NAME", help="The key's name; by default, from the month.")
@click.option(
    "--algorithm",
    type=click.Choice(list(ALGORITHMS)),
    default="rsa",
    show_default=True,
    help="Every server knows rsa; both signs every mail twice.",
)
@click.pass_context
def new(context: click.Context, selector: str | None, algorithm: str) -> None:
    """Make a key, and show what to publish and what to configure.

    The private key goes into a new file that only you can read. An existing key is never overwritten: to change keys,
    make one with another selector.

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
    say("", "And add to the configuration:", "", "[dkim.keys]", *lines, "")
    say("When `mailer dkim check` finds no fault, restart the daemon.")


@dkim_command.command()
@click.option("--json", "as_json", is_flag=True, help="For scripts.")
@click.pass_context
def show(context: click.Context, as_json: bool) -> None:
    """Show what to publish in the DNS for the configured keys.

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
    """Look up the published records, and compare them with the keys.

    Ends with 69 if one does not match.

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
        raise Refused("No keys are configured ([dkim] keys), so the relay signs. To sign here: `mailer dkim new`.")
    return app


def _show(records: Iterable[tuple[str, Sequence[str]]]) -> None:
    """Print lines of a zone file (RFC 1035 5.1). The form of a DNS provider takes the strings joined."""
    for name, strings in records:
        click.echo("\n".join([f"{name}. IN TXT (", *(f'  "{string}"' for string in strings), ")"]))
