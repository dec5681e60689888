"""What commands share: the office to work on, output that fits the terminal, and prompts."""

from __future__ import annotations

import getpass
import json
import os
import shutil
import sys
import textwrap
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from datetime import timedelta
from itertools import islice
from pathlib import Path
from typing import Any

import click
from rich.cells import cell_len, set_cell_size
from rich.console import Console
from rich.table import Table
from rich.text import Text

from mailer.app import App
from mailer.message import clean
from mailer.model.outbox import Counts, Delivery
from mailer.office import Office

WIDTH = 80
"""Columns of output that goes to no terminal."""

PAGE = 1000
"""Rows of a long table that are drawn at once."""

SHORTEST = 12
"""Columns that a shortened cell has at least."""


class Group(click.Group):
    """A group that keeps its commands in order, and shows the whole first sentence of each in its help."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return list(self.commands)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        from mailer.commands.help import help_command

        return help_command if cmd_name == "help" else super().get_command(ctx, cmd_name)

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        with formatter.section("Commands"):
            formatter.write_dl([(name, _first_sentence(command)) for name, command in self.commands.items()])


def _first_sentence(command: click.Command) -> str:
    return " ".join((command.help or "").partition("\n\n")[0].split())


def say(*lines: str, aside: bool = False) -> None:
    """Print lines; as an ``aside`` to standard error, when the output proper is for a script.

    On a terminal, lines are wrapped between words; in a file they are not. Use ``click.echo`` for text to copy.
    """
    out = sys.stderr if aside else sys.stdout
    width = shutil.get_terminal_size().columns if out.isatty() else 0
    for line in lines:
        click.echo(_folded(line, width) if width else line, err=aside)


def _folded(line: str, width: int) -> str:
    return "\n".join(textwrap.wrap(line, width, break_long_words=False, break_on_hyphens=False)) or line


def counted(number: int, thing: str, things: str = "") -> str:
    """``1 mail``, ``3 mails``; ``things`` is a plural that does not end in “s”."""
    return f"{number} {thing if number == 1 else things or thing + 's'}"


def by_state(counts: Counts) -> str:
    """``12 sent, 1 deferred``: what is not zero."""
    return ", ".join(f"{counts[state]} {state}" for state in Delivery if counts[state])


def duration(span: timedelta) -> str:
    """A length of time: ``under a minute``, ``12 minutes``, ``3 h 20 min``, ``6 days``."""
    from mailer.compose.catalogue import ENGLISH

    return ENGLISH.duration(span)


def show_json(value: Any) -> None:
    """Print one JSON document."""
    click.echo(json.dumps(value, ensure_ascii=False, indent=2, default=str))


def show_table(head: Sequence[str], rows: Sequence[Sequence[object]], title: str = "") -> None:
    """Print a table that fits the terminal, or 80 columns. A column whose name begins with “>” is right-aligned."""
    made = Table(box=None, pad_edge=False, header_style="bold", show_header=bool(head))
    for column in head:
        right = column.startswith(">")
        made.add_column(column.removeprefix(">"), justify="right" if right else "left", overflow="fold")
    for row in rows:
        made.add_row(*(Text(clean(str(cell), limit=1000)) for cell in row))
    console = Console(width=None if sys.stdout.isatty() else WIDTH, highlight=False)
    with console.capture() as drawn:
        console.print(made)
    if title:
        say(title)
    for line in drawn.get().splitlines():
        click.echo(line.rstrip())


def show_long_table(head: Sequence[str], rows: Iterable[Sequence[object]], shorten: int, title: str = "") -> None:
    """Print a table of any length, a page at a time, and never all in memory.

    Only the column ``shorten`` is cut so that lines fit; a line with a longer address is longer, and can be copied.
    """
    if title:
        say(title)
    width = shutil.get_terminal_size().columns if sys.stdout.isatty() else WIDTH
    remaining = iter(rows)
    page: list[tuple[str, ...]] = [tuple(head)]
    widths = [0] * len(head)
    while page := page + [tuple(clean(str(cell), limit=1000) for cell in row) for row in islice(remaining, PAGE)]:
        needed = [max(map(_width, column)) for column in zip(*page, strict=True)]
        widths = [max(pair) for pair in zip(widths, needed, strict=True)]
        others = sum(widths) - widths[shorten] + 2 * (len(head) - 1)
        fitted = [*widths]
        fitted[shorten] = max(SHORTEST, min(widths[shorten], width - others))
        lines = (map(_fitted, cells, fitted, (place == shorten for place in range(len(head)))) for cells in page)
        click.echo("\n".join("  ".join(line).rstrip() for line in lines))
        page = []


def _width(text: str) -> int:
    """Columns of a terminal."""
    return len(text) if text.isascii() else cell_len(text)


def _fitted(text: str, room: int, shorten: bool) -> str:
    """``text``, padded to ``room`` columns; one that is longer is cut if it may be shortened."""
    excess = _width(text) - room
    if excess <= 0:
        return text + " " * -excess
    return f"{set_cell_size(text, room - 1)}…" if shorten else text


def show_json_list(items: Iterable[Any]) -> None:
    """Print one JSON array, an item at a time."""
    before = "["
    for item in items:
        click.echo(
            f"{before}\n{textwrap.indent(json.dumps(item, ensure_ascii=False, indent=2, default=str), '  ')}", nl=False
        )
        before = ","
    click.echo("[]" if before == "[" else "\n]")


def app_of(context: click.Context) -> App:
    """The office that ``--config`` names; it is closed when the command ends. Raises ConfigError with every fault."""
    app = App.load(Path(context.find_root().params["config"]), os.environ)
    app.files.protect()
    context.call_on_close(app.close)
    return app


@contextmanager
def reading(app: App) -> Iterator[Office]:
    """The office within a snapshot of the store: handlers can read, and change nothing."""
    with app.open_store().snapshot() as work:
        yield app.office(work, account(), "")


@contextmanager
def office_for(app: App, command: str) -> Iterator[Office]:
    """The office within a transaction, on behalf of the person at the terminal. The daemon is woken at the end."""
    with app.open_store().transaction() as work:
        yield app.office(work, account(), cause(app, command))
    app.wake_listener()


def cause(app: App, command: str) -> str:
    """The cause in the audit trail of what a command does now."""
    return f"command {command} {app.clock.now():%Y-%m-%dT%H:%M:%S.%f}"


def account() -> str:
    """The login at this machine, for the audit trail."""
    try:
        return getpass.getuser()
    except (KeyError, OSError):
        return f"uid {os.getuid()}"


def agree(question: str, yes: bool, option: str = "--yes") -> bool:
    """Ask on a terminal. Raises UsageError if there is none and ``option``, which says ``yes``, is not given."""
    if yes:
        return True
    if not sys.stdin.isatty():
        raise click.UsageError(f"{question} There is no terminal to ask on: add {option}.")
    return click.confirm(question, default=False)


def program() -> str:
    """How to type ``mailer``: with its path if the shell would not find it."""
    typed = Path(sys.argv[0])
    return str(typed) if typed.name == "mailer" and shutil.which("mailer") is None else "mailer"
