"""What a person at the terminal has to say yes to before an issue goes out."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

import click

from mailer.commands.progress import Output
from mailer.commands.sending import agreed
from mailer.commands.terminal import say, show_table
from mailer.grants import Board, Changes

SHOWN = 20
"""Members that are named."""

as_granted_option = click.option(
    "--as-granted", is_flag=True, help="Yes: send what the board approved, although templates or fonts have changed."
)
as_listed_option = click.option(
    "--as-listed", is_flag=True, help="Yes: send to the lists as they are, although somebody has changed them."
)


class Consent(NamedTuple):
    """What was said yes to with options."""

    yes: bool
    as_granted: bool
    as_listed: bool


def show_changes(changes: Changes, board: Board | None = None) -> None:
    """Print what has changed since the board was asked."""
    for name in changes.inputs:
        say(f"Changed since the issue was built: {name}. What goes out is what the board approved.")
    if changes.members:
        rows = [
            (one.list or "—", one.about.change, one.about.address, one.by, _command(one.about.cause))
            for one in changes.members[:SHOWN]
        ]
        show_table(("list", "change", "member", "by", "command"), rows, title="Changed since the board was asked")
    if len(changes.members) > SHOWN:
        say(f"… and {len(changes.members) - SHOWN} more; `mailer list export` has all.")
    if board is not None and not board.is_same:
        joined = [f"{address} has joined it" for address in board.joined]
        left = [f"{address} has left it" for address in board.left]
        say(f"The board is not the one that was asked: {', '.join([*joined, *left])}.")


def _command(cause: str) -> str:
    """``list import`` of ``command list import 2026-11-28T16:00``."""
    return cause.removeprefix("command ").rpartition(" ")[0]


def changes_json(changes: Changes, board: Board) -> Mapping[str, object]:
    return {
        "inputs_changed": list(changes.inputs),
        "members_changed": [
            {"list": one.list, "change": one.about.change, "address": one.about.address, "by": one.by}
            for one in changes.members
        ],
        "board_joined": list(board.joined),
        "board_left": list(board.left),
    }


def agreed_to(changes: Changes, consent: Consent, output: Output) -> bool:
    """Ask about each kind of change. Raises UsageError if it cannot ask and its option is not given."""
    kinds = {
        "--as-granted": (changes.inputs, consent.as_granted, "Send what the board approved all the same?"),
        "--as-listed": (changes.members, consent.as_listed, "Send to the lists as they are now?"),
    }
    return all(agreed(question, given, output, option) for option, (found, given, question) in kinds.items() if found)
