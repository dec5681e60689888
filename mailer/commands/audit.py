"""``mailer audit``: who caused which change, and whether the record of it is as it was written."""

from __future__ import annotations

import os
import shlex
import textwrap
from collections.abc import Callable, Iterator
from dataclasses import asdict
from pathlib import Path
from typing import Any, TypeVar

import click

from mailer.app import audit_export
from mailer.commands.arguments import chosen, moment, number_argument, publication_option, since_option
from mailer.commands.audit_story import story_lines
from mailer.commands.terminal import WIDTH, Group, app_of, counted, reading, say, show_json, show_json_list
from mailer.handlers import audit, issues
from mailer.message import clean
from mailer.model.audit import Checked, Head, Proven, parse_head
from mailer.ports import AuditEntry

INDENT = " " * 18
"""As wide as the time before an entry."""

LONGEST = 1000
"""Characters of a value that are shown; ``--json`` has all."""

FAULTS = 20
"""Faults that are shown; ``--json`` has all."""

ERASED = "(erased)"

Command = TypeVar("Command", bound=Callable[..., Any])


def _chosen(command: Command) -> Command:
    """The options that choose entries."""
    for option in (
        click.option("--json", "as_json", is_flag=True, help="For scripts."),
        since_option,
        click.option(
            "--of", "about", metavar="WHAT", default="", help="Only what concerns a person, an issue, or feedback."
        ),
        click.option(
            "-n", "lines", type=click.IntRange(min=1), default=30, show_default=True, help="How many of the newest."
        ),
    ):
        command = option(command)
    return command


@click.group("audit", cls=Group, invoke_without_command=True, subcommand_metavar="[COMMAND] …")
@_chosen
@click.pass_context
def audit_command(context: click.Context, lines: int, about: str, since: str | None, as_json: bool) -> None:
    """Show who caused which change, and prove that the record of it is whole.

    Without a command it lists the newest entries, as `mailer audit ls` does.

    \b
    Examples:
      mailer audit --of "update 1"
      mailer audit verify
    """
    if context.invoked_subcommand is None:
        _list(context, lines, about, since, as_json)
    elif lines != 30 or about or since or as_json:
        raise click.UsageError(f"Put options after the command: mailer audit {context.invoked_subcommand} …")


@audit_command.command("ls")
@_chosen
@click.pass_context
def list_entries(context: click.Context, lines: int, about: str, since: str | None, as_json: bool) -> None:
    """List who caused which change, by which message or command; the newest last.

    --of finds a person by any address that they have or had, an issue by its number or name, an item of feedback as
    “feedback 12”, and a version of the criteria as “criteria 2” or “feedback criteria 1”. What a person's wish to be
    forgotten has erased is shown as (erased).

    \b
    Examples:
      mailer audit ls -n 100
      mailer audit ls --of ana@nmb.example --since 90d
      mailer audit ls --of "update 1"
      mailer audit ls --of "feedback 12"
      mailer audit ls --json | jq '.[] | select(.action == "voted")'
    """
    _list(context, lines, about, since, as_json)


@audit_command.command("verify")
@click.option(
    "--head",
    metavar="HEAD",
    help="Also look whether the record still has this entry, which a mail has named: 1204:3f2a9c81d4e5f607.",
)
@click.option("--json", "as_json", is_flag=True, help="For scripts.")
@click.pass_context
def verify(context: click.Context, head: str | None, as_json: bool) -> None:
    """Prove that no entry of the record was changed, removed or added later.

    Each entry has a hash of itself and of the one before. Votes, grants and sends in the store are compared with the
    entries that recorded them. Somebody who can write the store can also write all hashes anew; that shows when the
    record is held against a head of the record, which the office mails to the board with every grant.

    Ends with 65 if something is not as it was recorded.

    \b
    Examples:
      mailer audit verify
      mailer audit verify --head 1204:3f2a9c81d4e5f607
      mailer audit verify --head "Record: entry 1,204, 3f2a 9c81 d4e5 f607"
      mailer audit verify --json | jq .faults
    """
    asked = parse_head(head) if head is not None else None
    with reading(app_of(context)) as office:
        proven = audit.verify(office)
        checked = audit.check(office, asked) if asked else None
    if as_json:
        show_json(_as_json(proven, checked))
    else:
        say(*_verdict(proven, checked))
    if not proven.is_whole or (checked and not checked.found):
        context.exit(os.EX_DATAERR)


@audit_command.command("show")
@number_argument
@click.option("--json", "as_json", is_flag=True, help="For scripts.")
@click.pass_context
def show(context: click.Context, number: int, publication: str | None, as_json: bool) -> None:
    """Tell the story of an issue: who was asked and by which policy, each vote and reply, the grant, the send.

    \b
    Examples:
      mailer audit show 5
      mailer audit show 5 -p update --json | jq '.ballots[].votes'
    """
    app = app_of(context)
    with reading(app) as office:
        story = audit.story(office, issues.find(office, chosen(app, publication), number))
    if as_json:
        show_json(asdict(story))
    else:
        for line in story_lines(story):
            click.echo(line)


@audit_command.command("export")
@click.argument("folder", type=click.Path(path_type=Path), metavar="FOLDER")
@click.argument("number", required=False, type=click.IntRange(min=0), metavar="[ISSUE]")
@publication_option
@click.option("--all-entries", "everything", is_flag=True, help="Show also entries that are about no ballot or send.")
@click.option("--drafts", is_flag=True, help="Show also what has no grant, for an auditor who may see it.")
@click.option("--json", "as_json", is_flag=True, help="For scripts.")
@click.pass_context
def export(
    context: click.Context,
    folder: Path,
    number: int | None,
    publication: str | None,
    everything: bool,
    drafts: bool,
    as_json: bool,
) -> None:
    """Write a folder with which others check the record without mailer.

    It has the chain, the ballots with their terms, votes and grants, the mails of the board as they were received, the
    DKIM keys as they were seen, what the board was asked about, and verify.py, which needs only Python. Entries about
    other things are there as salted hashes, so the chain verifies and says nothing of them.

    Drafts that have no grant, and replies that quote them, are withheld. The folder has addresses and words of members
    of the board.

    \b
    Examples:
      mailer audit export for-the-auditor 5
      mailer audit export for-the-secretary 5 --drafts
      mailer audit export everything --all-entries
      python3 for-the-auditor/verify.py --head "1204:3f2a9c81d4e5f607"
    """
    app = app_of(context)
    with reading(app) as office:
        about = None if number is None else issues.find(office, chosen(app, publication), number)
    found = audit_export.export(app, folder, about, everything=everything, drafts=drafts)
    if as_json:
        show_json({"folder": str(folder), **found})
    else:
        what = [counted(found["entries"], "readable entry", "readable entries"), counted(found["mails"], "mail")]
        say(f"{folder} has {', '.join(what)} and {counted(found['editions'], 'edition')}. Check it with:")
        click.echo(f"  python3 {shlex.quote(str(folder / 'verify.py'))}")


def _as_json(proven: Proven, checked: Checked | None) -> dict[str, Any]:
    found: dict[str, Any] = {
        "whole": proven.is_whole,
        "entries": proven.head.number,
        "head": proven.head.link,
        "erased": proven.erased,
        "rows": proven.rows,
        "faults": [fault._asdict() for fault in proven.faults],
    }
    if checked:
        found["asked"] = {"number": checked.asked.number, "found": checked.found, "words": checked.words}
    return found


def _verdict(proven: Proven, checked: Checked | None) -> Iterator[str]:
    if proven.is_whole:
        entries = counted(proven.head.number, "entry", "entries")
        yield f"The record is whole: {entries}, and each follows from the one before."
        yield f"Rows of ballots, votes, grants and sends that are as they were recorded: {proven.rows:,}."
        if proven.erased:
            yield f"{counted(proven.erased, 'value was', 'values were')} erased for people who asked to be forgotten."
    else:
        yield f"The record is broken. {_place(proven.faults[0].number)}{proven.faults[0].words}."
        for fault in proven.faults[1:FAULTS]:
            yield f"- {_place(fault.number)}{fault.words}"
        if len(proven.faults) > FAULTS:
            yield f"- and {len(proven.faults) - FAULTS} more: see --json"
    yield f"Head: {shown_head(proven.head)}"
    if checked:
        yield checked.words


def _place(number: int) -> str:
    return f"Entry {number:,}: " if number else ""


def shown_head(head: Head) -> str:
    """A head as mails show it, and as ``--head`` takes it."""
    return f"entry {head.number:,}, {head.groups}" if head.number else "no entry yet"


def _list(context: click.Context, lines: int, about: str, since: str | None, as_json: bool) -> None:
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
    erased = set(entry.erased)

    def named(field: str, text: str) -> str:
        return ERASED if field in erased else clean(text, LONGEST)

    yield f"{entry.at:%Y-%m-%d %H:%M}  {entry.action}  {named('subject', entry.subject)}"
    yield from _wrapped(f"by {named('actor', entry.actor) or '?'}, {named('cause', entry.cause)}")
    for name, value in entry.detail.items():
        if text := named(f"detail/{name}", _text(value, name, erased)):
            yield from _wrapped(f"{name}: {text}")


def _text(value: object, name: str, erased: set[str]) -> str:
    if isinstance(value, list):
        return ", ".join(ERASED if f"detail/{name}/{place}" in erased else str(one) for place, one in enumerate(value))
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
