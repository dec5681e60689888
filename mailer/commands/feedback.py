"""``mailer feedback``: what people wrote, and how it is answered."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any, TypeVar

import click

from mailer.commands.terminal import (
    Group,
    agree,
    app_of,
    counted,
    duration,
    office_for,
    reading,
    say,
    show_json,
    show_long_table,
)
from mailer.errors import Refused
from mailer.handlers import feedback_digests, feedback_items
from mailer.handlers.feedback_items import ItemView
from mailer.message import Address, clean
from mailer.model.feedback import WAITING, Entry, EntryKind, Item, State
from mailer.office import Office
from mailer.ports.feedback import Wanted
from mailer.ports.restorations import NO_JOURNAL

Command = TypeVar("Command", bound=Callable[..., object])

FOUND = 200
"""How many items are shown at most."""

HEADS = {
    EntryKind.MAIL: "{author} wrote",
    EntryKind.ANSWER: "{author} answered",
    EntryKind.COMMENT: "{author} commented, for the staff",
    EntryKind.DRAFT: "{author} wrote an answer with files, and was asked about them",
    EntryKind.KEPT: "{author} wrote, and it went to nobody",
}

_number = click.argument("number", type=click.IntRange(min=1))
_json = click.option("--json", "as_json", is_flag=True, help="For scripts.")
_dry_run = click.option("--dry-run", is_flag=True, help="Show what would happen and change nothing.")


@click.group("feedback", cls=Group)
def feedback_command() -> None:
    """See what people wrote, and answer it.

    Every mail that asks for nothing else becomes a numbered item. Whoever gets it can answer by a reply from their own
    mail program.

    \b
    Examples:
      mailer feedback ls
      mailer feedback show 12 --save .
      mailer feedback answer 12 answer.txt --dry-run
      mailer feedback search table page
    """


def _filters(command: Command) -> Command:
    for option in (
        click.option("-n", "limit", type=click.IntRange(min=1), default=FOUND, show_default=True, metavar="MOST"),
        click.option("--tag", metavar="TAG", default="", help="Only with this tag."),
        click.option("--list", "list_", metavar="LIST", default="", help="Only of askers who were on this list."),
        click.option("--publication", "-p", metavar="KEY", default="", help="Only about this publication."),
        click.option("--assignee", metavar="ADDRESS", default="", help="Only what is assigned to them."),
        click.option("--asker", metavar="ADDRESS", default="", help="Only of this person."),
        click.option("--state", type=click.Choice([state.value for state in State]), multiple=True, help="Only these."),
        click.option("--all", "every", is_flag=True, help="Also what is answered or closed."),
    ):
        command = option(command)
    return command


def _wanted(text: str, given: dict[str, Any]) -> Wanted:
    states = [State(name) for name in given["state"]] or ([] if given["every"] else list(WAITING))
    asker = given["asker"] and _parsed(given["asker"]).base_key
    return Wanted(
        states=states,
        publication=given["publication"],
        list=given["list_"],
        tag=given["tag"],
        assignee=given["assignee"],
        asker=asker,
        text=text,
    )


def _parsed(spec: str) -> Address:
    try:
        return Address.parse(spec)
    except ValueError as fault:
        raise click.UsageError(f"{fault}.") from None


@feedback_command.command("ls")
@_filters
@_json
@click.pass_context
def list_items(context: click.Context, /, as_json: bool, **given: Any) -> None:
    """List what waits for an answer, the newest first; with --all, everything.

    \b
    Examples:
      mailer feedback ls
      mailer feedback ls --all --tag tables
      mailer feedback ls --assignee editor@nmb.example --json
    """
    _show_found(context, _wanted("", given), given["limit"], as_json, "Nothing waits for an answer.")


@feedback_command.command()
@click.argument("words", nargs=-1, required=True)
@_filters
@_json
@click.pass_context
def search(context: click.Context, /, words: Sequence[str], as_json: bool, **given: Any) -> None:
    """Find items in which all WORDS stand, in any case: in mails, answers, comments, the asker's name.

    Everything is searched, also what is answered or closed; --state narrows it.

    \b
    Examples:
      mailer feedback search mistake table
      mailer feedback search anna@union.example --state open
    """
    wanted = _wanted(" ".join(words), {**given, "every": True})
    _show_found(context, wanted, given["limit"], as_json, "Nothing has all of these words.")


def _show_found(context: click.Context, wanted: Wanted, limit: int, as_json: bool, nothing: str) -> None:
    app = app_of(context)
    with reading(app) as office:
        found = feedback_items.find(office, wanted, limit)
        now = office.now
    if as_json:
        show_json([_item_json(one) for one in found])
        return
    if not found:
        say(nothing)
        return
    rows = [
        (
            one.item.number,
            f"{one.item.state}, late" if one.is_late else one.item.state,
            duration(max(now - one.item.written_at, now - now)),
            clean(one.item.name or one.item.address, 24),
            " ".join((*(f"[{tag}]" for tag in one.item.tags), clean(one.item.subject) or "—")),
        )
        for one in found
    ]
    show_long_table(("number", "state", "age", "who", "subject"), rows, shorten=4)
    if len(found) == limit:
        say(f"There may be more; the newest {limit} are shown.")


@feedback_command.command()
@_number
@click.option(
    "--save",
    type=click.Path(file_okay=False, path_type=Path),
    metavar="DIR",
    help="Write the mails and what was attached to them into this folder, under names of ours.",
)
@_json
@click.pass_context
def show(context: click.Context, number: int, save: Path | None, as_json: bool) -> None:
    """Show an item with everything that was said, the oldest first.

    \b
    Examples:
      mailer feedback show 12
      mailer feedback show 12 --save /tmp/12
    """
    app = app_of(context)
    with reading(app) as office:
        found = feedback_items.view(office, number)
        saved = _save(app, office, number, save) if save else []
    if as_json:
        show_json({**_item_json(found), "entries": [_entry_json(found.item, entry) for entry in found.entries]})
    else:
        _show_item(found)
    for path in saved:
        say(f"Written: {path}", aside=as_json)


def _save(app: Any, office: Office, number: int, folder: Path) -> list[Path]:
    """Write the originals for their reader alone: they have people's addresses in them."""
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    saved = []
    for name, data in feedback_items.originals(office, number):
        app.files.write(folder / name, data)
        saved.append(folder / name)
    return saved


def _show_item(found: ItemView) -> None:
    item = found.item
    facts = (
        ("number", str(item.number)),
        ("state", f"{item.state}, late" if found.is_late else str(item.state)),
        ("from", item.who),
        ("subject", clean(item.subject) or "—"),
        ("about", found.about),
        ("lists", ", ".join(item.lists)),
        ("goes to", ", ".join(item.staff)),
        ("assigned to", item.assignee),
        ("through", item.through and f"{item.through}, {'with' if item.may_name else 'without'} the name"),
        ("tags", ", ".join(item.tags)),
    )
    for name, value in facts:
        if value:
            say(f"{name:12} {value}")
    for entry in found.entries:
        say("", f"--- {entry.at:%Y-%m-%d %H:%M} UTC, {HEADS[entry.kind].format(author=entry.author)}")
        if entry.reason:
            say(f"    ({entry.reason})")
        say("")
        for line in entry.text.split("\n"):
            click.echo("".join(sign if sign.isprintable() else " " for sign in line.expandtabs(4)).rstrip())
        for file in entry.files:
            say(f"[{file.filename(item.number)}] {clean(file.name)} ({file.media_type}, {file.size:,} bytes)")


@feedback_command.command()
@_number
@click.argument("address")
@_dry_run
@click.pass_context
def assign(context: click.Context, number: int, address: str, dry_run: bool) -> None:
    """Assign an item to one of the staff, who gets a copy to answer.

    Staff are the secretary, editors, and addresses in a route of [feedback].

    \b
    Example:
      mailer feedback assign 12 editor@nmb.example
    """
    to = _parsed(address)
    _change(context, "assign", dry_run, lambda office: feedback_items.assign(office, number, to), f"is {to}'s")


@feedback_command.command()
@_number
@click.argument("tags", nargs=-1)
@click.option("--remove", metavar="TAG", multiple=True, help="A tag to take away.")
@_dry_run
@click.pass_context
def tag(context: click.Context, number: int, tags: Sequence[str], remove: Sequence[str], dry_run: bool) -> None:
    """Tag an item. Tags are short words of your own, by which the list of what waits is sorted.

    \b
    Examples:
      mailer feedback tag 12 tables page-2
      mailer feedback tag 12 --remove tables
    """
    if not tags and not remove:
        raise click.UsageError("Name a tag to add, or one to --remove.")
    words = "has the tags: {tags}"
    _change(context, "tag", dry_run, lambda office: feedback_items.tag(office, number, tags, remove), words)


@feedback_command.command()
@_number
@_dry_run
@click.pass_context
def close(context: click.Context, number: int, dry_run: bool) -> None:
    """Close an item without an answer. The asker is told nothing; another mail of theirs reopens it.

    \b
    Example:
      mailer feedback close 12
    """
    _change(context, "close", dry_run, lambda office: feedback_items.close(office, number), "is closed")


@feedback_command.command()
@_number
@_dry_run
@click.pass_context
def reopen(context: click.Context, number: int, dry_run: bool) -> None:
    """Let an item wait for an answer again.

    \b
    Example:
      mailer feedback reopen 12
    """
    _change(context, "reopen", dry_run, lambda office: feedback_items.reopen(office, number), "waits again")


class _DryRun(Exception):
    """Undoes a transaction."""


def _change(context: click.Context, name: str, dry_run: bool, act: Callable[[Office], Item], words: str) -> None:
    """Change an item, or find out what would come of it."""
    app = app_of(context)
    changed: Item | None = None
    with contextlib.suppress(_DryRun), office_for(app, f"feedback {name}") as office:
        unnoted = replace(office, resources=replace(office.resources, journal=NO_JOURNAL))
        changed = act(unnoted if dry_run else office)
        if dry_run:
            raise _DryRun
    assert changed is not None
    said = words.format(tags=", ".join(changed.tags) or "none")
    say(f"Number {changed.number} {said}." + (" That would be so: nothing was changed." if dry_run else ""))


@feedback_command.command()
@_number
@click.argument("file", type=click.File("rb"))
@click.option("-y", "--yes", is_flag=True, help="Do not ask.")
@click.option("--again", is_flag=True, help="Answer an item once more that is answered.")
@_dry_run
@click.pass_context
def answer(context: click.Context, number: int, file: Any, yes: bool, again: bool, dry_run: bool) -> None:
    """Answer an item with the text in FILE, or - for standard input.

    The answer goes to the asker alone, under the office's address and in the thread of their mail. It is shown first.

    \b
    Examples:
      mailer feedback answer 12 answer.txt
      mailer feedback answer 12 - --yes < answer.txt
    """
    answer_with(context, number, file, yes=yes, again=again, dry_run=dry_run)


def answer_with(context: click.Context, number: int, file: Any, *, yes: bool, again: bool, dry_run: bool) -> None:
    """Show the answer that a file has, and send it if that is agreed to."""
    app = app_of(context)
    try:
        text = file.read().decode("utf-8").replace("\r\n", "\n").strip("\n")
    except UnicodeDecodeError as fault:
        where = f"{file.name}: byte {fault.start + 1}"
        raise click.UsageError(f"{where} is not text in UTF-8; save the file as such.") from None
    with reading(app) as office:
        shown = feedback_items.preview(office, number, text)
    say(f"To: {shown.to}", f"Subject: {clean(shown.subject, 300)}", "", *shown.text.split("\n"), "")
    if dry_run:
        say("Nothing was sent.")
        return
    if shown.is_answered and yes and not again:
        raise Refused(f"Number {number} is answered already: add --again to send another answer.")
    question = f"Number {number} is answered already. Send this, too?" if shown.is_answered else "Send this?"
    if not agree(question, yes):
        raise Refused("Nothing was sent.")
    with office_for(app, "feedback answer") as office:
        feedback_items.answer(office, number, text)
    say(f"Number {number} is answered; the mail goes out with the next that is due.")


@feedback_command.command()
@click.option("--send", is_flag=True, help="Send it to everybody who has something to answer, and the secretary.")
@_json
@click.pass_context
def digest(context: click.Context, send: bool, as_json: bool) -> None:
    """Show what waits for an answer by tag, with its age; or send that list now.

    It goes out by itself as [feedback] digest says, if anything waits.

    \b
    Examples:
      mailer feedback digest
      mailer feedback digest --send
    """
    app = app_of(context)
    with reading(app) as office:
        found = feedback_items.waiting(office)
        values = feedback_digests.digest_values(office, found.items)
        stamp = f"{office.now:%Y-%m-%d %H:%M:%S.%f}"
    if as_json:
        numbers = {item.number: item for item in found.items}
        show_json(
            {
                "waiting": len(numbers),
                "late": sorted(found.late),
                "numbers": sorted(numbers),
                "by_tag": {
                    tag: [one.number for one in found.items if tag in one.tags]
                    for tag in sorted({tag for one in found.items for tag in one.tags})
                },
            }
        )
    elif not found.items:
        say("Nothing waits for an answer.")
    else:
        _show_digest(values)
    if send and found.items:
        with office_for(app, "feedback digest") as office:
            written = feedback_digests.write_digests(office, stamp)
        say(f"Sent to {counted(written, 'person', 'people')}.", aside=as_json)


def _show_digest(values: Any) -> None:
    late = f", {values['late']} late" if values["late"] else ""
    say(f"{counted(values['waiting'], 'item')} waiting{late}.")
    for group in values["groups"]:
        say("", group["tag"] or "without a tag")
        rows = [
            (
                one["number"],
                duration(one["age"]) + (", late" if one["late"] else ""),
                one["assignee"] or "—",
                one["subject"] or "—",
            )
            for one in group["lines"]
        ]
        show_long_table(("number", "age", "assigned to", "subject"), rows, shorten=3)
        if group["more"]:
            say(f"  and {group['more']} more")


def _item_json(one: ItemView) -> dict[str, Any]:
    item = one.item
    return {
        "number": item.number,
        "state": item.state.value,
        "late": one.is_late,
        "address": item.address,
        "name": item.name,
        "language": item.language,
        "subject": item.subject,
        "publication": item.publication,
        "issue": item.issue,
        "lists": list(item.lists),
        "tags": list(item.tags),
        "staff": list(item.staff),
        "assignee": item.assignee,
        "through": item.through,
        "name_may_be_passed_on": item.may_name,
        "received": item.received_at.isoformat(),
        "written": item.written_at.isoformat(),
        "changed": item.changed_at.isoformat(),
    }


def _entry_json(item: Item, entry: Entry) -> dict[str, Any]:
    return {
        "kind": entry.kind.value,
        "author": entry.author,
        "at": entry.at.isoformat(),
        "text": entry.text,
        "message_id": entry.message_id,
        "reason": entry.reason,
        "files": [
            {
                "file": file.filename(item.number),
                "name": file.name,
                "media_type": file.media_type,
                "size": file.size,
                "sha256": file.sha256,
            }
            for file in entry.files
        ],
    }
