"""What commands share: the office to work on, tables that fit, and the way a person is asked."""

from __future__ import annotations

import getpass
import json
import os
import shutil
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import click
from rich.console import Console
from rich.table import Table

from mailer.app import App
from mailer.desk import Desk

WIDTH = 80
"""Columns of whatever is not a terminal, and the least that tables are made for."""


def console() -> Console:
    """Standard output: colour only on a terminal and without NO_COLOR; plain lines elsewhere."""
    width = None if sys.stdout.isatty() else WIDTH
    return Console(file=sys.stdout, width=width, highlight=False, soft_wrap=not sys.stdout.isatty())


def say(*lines: str) -> None:
    """Print lines as they are; nothing in them is markup."""
    for line in lines:
        console().print(line, markup=False, soft_wrap=True)


def show_json(value: Any) -> None:
    """One JSON document, for scripts."""
    click.echo(json.dumps(value, ensure_ascii=False, indent=2, default=str))


def table(*columns: str) -> Table:
    """A plain table: no boxes, and no head where no column has a name."""
    made = Table(box=None, pad_edge=False, header_style="bold", show_header=bool(columns))
    for column in columns:
        right = column.startswith(">")
        made.add_column(column.removeprefix(">"), justify="right" if right else "left", overflow="fold")
    return made


def show_table(head: Sequence[str], rows: Sequence[Sequence[object]], title: str = "") -> None:
    """A table that fits the terminal, or 80 columns."""
    made = table(*head)
    for row in rows:
        made.add_row(*(_plain(cell) for cell in row))
    out = Console(width=None if sys.stdout.isatty() else WIDTH, highlight=False)
    if title:
        out.print(title, style="italic", markup=False)
    out.print(made)


def _plain(cell: object) -> str:
    from rich.markup import escape

    return escape(str(cell))


def app_of(context: click.Context) -> App:
    """The office that ``--config`` names. Raises ConfigError with every fault of it."""
    return App.load(Path(context.find_root().params["config"]), os.environ)


@contextmanager
def desk_for(app: App, command: str) -> Iterator[Desk]:
    """One transaction on behalf of whoever typed the command."""
    with app.open_store().transaction() as work:
        yield app.desk(work, account(), f"command {command} {app.clock.now():%Y-%m-%dT%H:%M:%S.%f}")


def account() -> str:
    """The login at this machine, for the audit trail."""
    try:
        return getpass.getuser()
    except (KeyError, OSError):
        return f"uid {os.getuid()}"


def agree(question: str, yes: bool) -> bool:
    """Ask on a terminal; elsewhere only ``--yes`` says yes."""
    if yes:
        return True
    if not sys.stdin.isatty():
        raise click.UsageError(f"{question} There is no terminal to ask on: say --yes to go ahead.")
    return click.confirm(question, default=False)


def program() -> str:
    """How the person who runs this types ``mailer``: with its path where the shell would not find it."""
    typed = Path(sys.argv[0])
    return str(typed) if typed.name == "mailer" and shutil.which("mailer") is None else "mailer"
