"""``mailer audit``: who caused which change."""

from __future__ import annotations

import textwrap
from collections.abc import Iterator
from dataclasses import asdict

import click

from mailer.commands.arguments import moment, since_option
from mailer.commands.terminal import WIDTH, app_of, reading, say, show_json_list
from mailer.handlers import audit
from mailer.message import clean
from mailer.ports import AuditEntry

INDENT = " " * 18
"""As wide as the time before an entry."""

LONGEST = 1000
"""Characters of a value that are shown; ``--json`` has all."""


@click.command("audit")
@click.option(
    "-n", "lines", type=click.IntRange(min=1), default=30, show_default=True, help="How many of the newest entries."
)
@click.option("--of", "about", metavar="WHAT", default="", help="Only what concerns a person, an issue, or feedback.")
@since_option
@click.option("--json", "as_json", is_flag=True, help="For scripts.")
@click.pass_context
def audit_command(context: click.Context, lines: int, about: str, since: str | None, as_json: bool) -> None:
    """Show who caused which change, by which message or command; the newest last.

    --of finds a person by any address that they have or had, an issue by its number or name, and an item of feedback
    as “feedback 12”.

    \b
    Examples:
      mailer audit -n 100
      mailer audit --of ana@nmb.example --since 90d
      mailer audit --of "update 1"
      mailer audit --of "feedback 12"
      mailer audit --json | jq '.[] | select(.action == "voted")'
    """
    app = app_of(context)
    start = moment(app, since)
    with reading(app) as office:
        entries = audit.entries(office, lines, about, start)
    if as_json:
        show_json_list({**asdict(entry), "at": entry.at.isoformat()} for entry in entries)
    elif not entries:
        say("Nothing is recorded.")
    else:
        say("time (UTC)        what")
        for entry in entries:
            click.echo("\n".join(_lines(entry)))


def _lines(entry: AuditEntry) -> Iterator[str]:
    """What happened, who did it and by what, and the details. No address is split."""
    yield f"{entry.at:%Y-%m-%d %H:%M}  {entry.action}  {clean(entry.subject, LONGEST)}"
    yield from _wrapped(f"by {clean(entry.actor) or '?'}, {clean(entry.cause)}")
    for name, value in entry.detail.items():
        if text := clean(_text(value), LONGEST):
            yield from _wrapped(f"{name}: {text}")


def _text(value: object) -> str:
    if isinstance(value, list):
        return ", ".join(map(str, value))
    if isinstance(value, dict):
        return ", ".join(f"{one} {name}" for name, one in value.items())
    return str(value)


def _wrapped(text: str) -> list[str]:
    return textwrap.wrap(
        text,
        WIDTH,
        initial_indent=INDENT,
        subsequent_indent=f"{INDENT}  ",
        break_long_words=False,
        break_on_hyphens=False,
    )
