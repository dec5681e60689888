"""``mailer list``: the lists and their members."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict
from functools import partial
from itertools import groupby
from pathlib import Path

import click

from mailer.app import App
from mailer.commands import list_versions
from mailer.commands.arguments import moment, since_option
from mailer.commands.bar import bar
from mailer.commands.list_undo import undo
from mailer.commands.list_versions import export_version, language_option, show_version, version_option
from mailer.commands.terminal import (
    Group,
    agree,
    app_of,
    counted,
    office_for,
    reading,
    say,
    show_json,
    show_json_list,
    show_long_table,
    show_table,
)
from mailer.compose.catalogue import ENGLISH
from mailer.directory import more_of
from mailer.errors import Refused
from mailer.handlers import imports, lists, members
from mailer.message import clean
from mailer.model import list_file
from mailer.model.cards import CardFile, is_card_file
from mailer.model.imports import Change, Entry, ImportOptions
from mailer.model.list_documents import ListVersion
from mailer.model.lists import Details, ListKind, ListRules, Membership, Standing

SHOWN = 20
"""Addresses that are shown of each kind before an import."""

NAMED = 10
"""Addresses that are named in a question."""

_change = click.option("--change", type=click.IntRange(min=0), metavar="N", help="The list after its Nth change.")


@click.group("list", cls=Group)
def list_command() -> None:
    """Show, import, publish and export the lists.

    A list has changes, which are counted, and published versions, which are called 1.0, 1.1, 2.0.

    \b
    Examples:
      mailer list show
      mailer list show nmb
      mailer list import nmb members.csv --dry-run
      mailer list undo nmb
      mailer list export subscriber > subscribers.csv
      mailer list publish subscriber
      mailer list versions subscriber
      mailer list leavers --since 30d
    """


@list_command.command()
@click.argument("name", required=False)
@version_option
@_change
@language_option
@click.option("--json", "as_json", is_flag=True, help="For scripts.")
@click.pass_context
def show(
    context: click.Context,
    name: str | None,
    wanted: ListVersion | None,
    change: int | None,
    language: str,
    as_json: bool,
) -> None:
    """Show all lists, the members of one, or one of its published versions.

    The changes of the members of a list are counted, and --change shows the members after any of them. A ballot records
    the number of the last change of each list that an issue is to go to. --version shows what was published.

    \b
    Examples:
      mailer list show
      mailer list show nmb --json | jq length
      mailer list show nmb --change 12
      mailer list show nmb --version 1.0 --language fr
    """
    app = app_of(context)
    if name is None:
        if wanted is not None or change is not None:
            raise click.UsageError("--version and --change need the name of a list.")
        _show_all(app, as_json)
        return
    if wanted is not None:
        if change is not None:
            raise click.UsageError("Choose one: --version of what was published, or --change of the members.")
        show_version(app, name, wanted, language, as_json)
        return
    with reading(app) as office:
        found = lists.view(office, name, change)
        if as_json:
            show_json_list(_as_json(member) for member in found.members)
        else:
            shown = counted(found.version, "change") if change is None else f"change {change} of {found.newest}"
            title = f"{found.rules.title}, {shown}: {found.count} active"
            _show_members(found.members, title, by_country=found.rules.by_country)
            if found.suppressed and change is None:
                say(f"{found.suppressed} of them get no mailings: `mailer bounces`, `mailer suppressed ls`.")


def _show_members(members: Iterable[Membership], title: str, *, by_country: bool) -> None:
    if not by_country:
        rows = ((m.contact.address, _who(m.contact.details), _since(m)) for m in members)
        show_long_table(("address", "who", "since"), rows, shorten=1, title=title)
        return
    shared = sorted(members, key=lambda m: (ENGLISH.country(m.contact.details.country), m.contact.address))
    entries = groupby(shared, key=lambda m: m.contact.details.country)
    lines = [
        (
            "" if place else ENGLISH.country(country) or "no country",
            m.contact.address,
            _who(m.contact.details),
            _since(m),
        )
        for country, sharing in entries
        for place, m in enumerate(sharing)
    ]
    show_long_table(("country", "address", "who", "since"), lines, shorten=2, title=title)


def _since(member: Membership) -> str:
    return f"{member.since:%Y-%m-%d}" + (f", until {member.until}" if member.until else "")


def _who(details: Details) -> str:
    return details.organisation or details.name


def _as_json(member: Membership) -> dict[str, str]:
    details = {name: str(value) for name, value in asdict(member.contact.details).items() if value}
    until = {"until": member.until.isoformat()} if member.until else {}
    return {"address": member.contact.address, "since": member.since.isoformat(), **until, **details}


def _show_all(app: App, as_json: bool) -> None:
    with reading(app) as office:
        found = lists.overview(office)
    rows = [
        (one.rules.key, one.rules.title, one.rules.kind.value, one.active, one.version, one.published) for one in found
    ]
    if as_json:
        names = ("list", "title", "kind", "active", "changes", "published")
        show_json([dict(zip(names, row, strict=True)) for row in rows])
    else:
        show_table(("list", "title", "kind", ">active", ">changes", "published"), rows)


@list_command.command("import")
@click.argument("name")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option(
    "--add/--replace",
    "add",
    default=True,
    help="Keep members who are not in the file (the default), or remove them.",
)
@click.option("--bring-back", metavar="REASON", default="", help="Add also those who left, bounced or complained.")
@click.option("--consent", metavar="TEXT", default="", help="How those who are added agreed; the audit trail keeps it.")
@click.option("--encoding", metavar="NAME", default="", help="The file's, if it is neither UTF-8 nor UTF-16.")
@click.option("--dry-run", is_flag=True, help="Show the difference and change nothing.")
@click.option("--all", "everyone", is_flag=True, help=f"Show every address, not only {SHOWN} of each kind.")
@click.option("-y", "--yes", is_flag=True, help="Do not ask before members are removed or brought back.")
@click.pass_context
def import_(
    context: click.Context,
    name: str,
    file: Path,
    add: bool,
    bring_back: str,
    consent: str,
    encoding: str,
    dry_run: bool,
    everyone: bool,
    yes: bool,
) -> None:
    """Add the rows of a CSV file, or of vCards, to a list, and change members that it knows.

    The first line names the columns: address, name, organisation, kind, country, language, format; only address is
    required. Cells are separated by commas, semicolons or tabs. Countries and languages are written as codes or by
    name. The file is imported as a whole or not at all.

    There may be columns about the organisation, too: website, reach, languages, second address, second name; they add
    it to the directory. And until: the last day on the list.

    Nobody is removed. With --replace, the list becomes the file: members who are not in it are removed. You see their
    addresses and are asked first; without a terminal, --yes is needed.

    Those who are added come onto the list by your word. Say with --consent how they agreed; if nobody asked them, use
    `mailer invite`. Members by office (by_office in the configuration) are told by the office, and can object.

    Those who left the list or its publications, and addresses that bounced or complained, stay away. --bring-back adds
    them again and records the reason: use it if they have asked for it.

    \b
    Examples:
      mailer list import nmb members.csv --dry-run
      mailer list import nmb members.csv
      mailer list import board board.csv --replace
      mailer list import nmb ana.csv --bring-back "asked by phone on 3 May"
    """
    app = app_of(context)
    rules = app.rules.list_rules(name)
    if rules.kind is ListKind.EVENTS:
        raise Refused(f"The entries of “{rules.title}” are events, not people: `mailer events add` adds one.")
    listed = _file(app, file, encoding)
    options = ImportOptions(replace=not add, bring_back=clean(bring_back), consent=clean(consent))
    found, first = _difference(app, listed, name, options, everyone)
    _summarise(found, rules, 0 if everyone else sum(map(len, first.values())))
    if dry_run or not found.acts:
        say("Nothing was changed." if dry_run else "Nothing to change.")
        return
    if (question := _question(found, first)) and not agree(question, yes):
        raise Refused("Nothing was imported.")
    with bar(f"importing {file}", len(listed.raw)) as read, office_for(app, "list import") as office:
        imports.import_rows(office, name, listed.rows(read), options, found.version)
    say(f"Imported into {rules.title}.")
    if found.counts[Change.ADD] and not (options.consent or rules.by_office or rules.kind is ListKind.BOARD):
        say(
            "Those who were added come onto the list by your word alone. Say how they agreed with --consent, or "
            "ask them first with `mailer invite`.",
            aside=True,
        )


def _file(app: App, file: Path, encoding: str) -> list_file.ListFile | CardFile:
    """The rows of a CSV file, or of vCards."""
    raw, own = file.read_bytes(), app.rules.address
    if is_card_file(raw):
        return CardFile(str(file), raw, (own.domain,), own)
    return list_file.ListFile.of(raw, str(file), encoding, (own.domain,), own)


def _difference(
    app: App, file: list_file.ListFile | CardFile, name: str, options: ImportOptions, everyone: bool
) -> tuple[imports.Difference, dict[Change, list[Entry]]]:
    """Show what an import would do, and return the first entries of each kind."""
    first: dict[Change, list[Entry]] = {}

    def keep(entry: Entry) -> None:
        kept = first.setdefault(entry.change, [])
        if len(kept) < SHOWN:
            kept.append(entry)

    with reading(app) as office:
        with bar(f"reading {file.name}", len(file.raw)) as read:
            found = imports.difference(office, name, file.rows(read), options, keep)
        if not first:
            return found, first
        if everyone:
            _show(imports.entries(office, name, file.rows(), options), notes=True)
        else:
            kept = [entry for change in Change for entry in first.get(change, [])]
            _show(kept, notes=any(entry.note for entry in kept))
    return found, first


def _show(entries: Iterable[Entry], notes: bool) -> None:
    head = ("what", "address", "organisation", "why")[: 4 if notes else 3]
    rows = ((_WHAT[entry.change], *entry[1:])[: len(head)] for entry in entries)
    show_long_table(head, rows, shorten=len(head) - 1)


_WHAT = {
    **{change: change.value for change in Change},
    **{change: "stays away" for change in Change if change.stays_away},
}
_COUNTED = {
    Change.ADD: "to add",
    Change.BRING_BACK: "to bring back",
    Change.CHANGE: "to change",
    Change.REMOVE: "to remove",
    Change.UNCHANGED: "unchanged",
    Change.LEFT: "left and stay away",
    Change.SUPPRESSED: "bounced or complained and stay away",
    Change.MOVED: "moved to another address and stay away",
    Change.FORGOTTEN: "asked to be forgotten and stay away",
}


def _summarise(found: imports.Difference, rules: ListRules, shown: int) -> None:
    """Say how many there are of each kind; ``shown`` lines of the difference were printed, 0 stands for all."""
    hidden = sum(found.counts.values()) - found.counts[Change.UNCHANGED] - shown
    if shown and hidden:
        say(f"… and {hidden} more; --all shows all.")
    counts = [f"{found.counts[change]} {what}" for change, what in _COUNTED.items() if found.counts[change]]
    say(f"{rules.title}: {', '.join(counts) or 'nobody'}.")
    if any(found.counts[change] for change in Change if change.stays_away):
        say('They come back by signing up themselves, or with --bring-back "REASON" if they have asked for it.')


def _question(found: imports.Difference, first: Mapping[Change, Sequence[Entry]]) -> str:
    """What a person has to agree to; empty if nobody is removed or brought back."""
    named = {
        change: _named(found.counts[change], first.get(change, [])) for change in (Change.REMOVE, Change.BRING_BACK)
    }
    parts = []
    if removed := found.counts[Change.REMOVE]:
        parts.append(f"removes {removed} of {counted(found.before, 'member')}: {named[Change.REMOVE]}")
    if back := found.counts[Change.BRING_BACK]:
        parts.append(f"brings back {back} who left, bounced or complained: {named[Change.BRING_BACK]}")
    return f"This {'; and it '.join(parts)}. Is that right?" if parts else ""


def _named(number: int, entries: Sequence[Entry]) -> str:
    names = ", ".join(entry.address for entry in entries[:NAMED])
    return f"{names} and {number - NAMED} more" if number > NAMED else names


@list_command.command("leavers")
@click.argument("name", required=False, default="")
@since_option
@click.option("--json", "as_json", is_flag=True, help="For scripts.")
@click.pass_context
def leavers_command(context: click.Context, name: str, since: str | None, as_json: bool) -> None:
    """Show who has left a list, or any list, when, and by which way; the newest last.

    Somebody who is back is not shown; `mailer member history ADDRESS` has it all.

    \b
    Examples:
      mailer list leavers
      mailer list leavers subscriber --since 30d
      mailer list leavers --since 2026-11-01 --json
    """
    app = app_of(context)
    start = moment(app, since)
    with reading(app) as office:
        found = members.leavers(office, start, name)
    if as_json:
        show_json_list(
            {
                "address": one.contact.address,
                "list": one.change.list,
                "at": one.change.at.isoformat(),
                "way": one.change.way,
                "by": one.change.cause,
            }
            for one in found
        )
        return
    if not found:
        say("Nobody has left.")
        return
    rows = ((one.contact.address, one.change.list, f"{one.change.at:%Y-%m-%d %H:%M}", one.change.way) for one in found)
    show_long_table(("address", "list", "left (UTC)", "by"), rows, shorten=3)


@list_command.command()
@click.argument("name")
@_change
@click.option("--all", "everyone", is_flag=True, help="Include those who left or were removed.")
@click.option(
    "-o",
    "--output",
    type=click.Path(dir_okay=False, path_type=Path),
    help="Write to a file.",
)
@version_option
@click.option(
    "--out", type=click.Path(file_okay=False, path_type=Path), help="Write the files of a version into this folder."
)
@click.option("--draft", is_flag=True, help="Without a grant, marked DRAFT: for your own look.")
@language_option
@click.pass_context
def export(
    context: click.Context,
    name: str,
    change: int | None,
    everyone: bool,
    output: Path | None,
    wanted: ListVersion | None,
    out: Path | None,
    draft: bool,
    language: str,
) -> None:
    """Write a list as CSV for the office itself, or the files of a published version for the outside.

    Without --out it is the whole list with all addresses, safe to open in a spreadsheet and to import again. It is for
    those who work in the office and for nobody else.

    With --out it is a published version (the newest, without --version) in each of its forms: what people let be
    published, and nothing else. The board has to grant it first: `mailer list submit`.

    \b
    Examples:
      mailer list export subscriber -o subscribers.csv
      mailer list export subscriber --change 12
      mailer list export presenters --version 1.0 --out for-the-server
      mailer list export presenters --out look --draft --language fr
    """
    app = app_of(context)
    if out is not None:
        if change is not None or everyone or output is not None:
            raise click.UsageError("--out writes a published version: --change, --all and --output are for the CSV.")
        export_version(app, name, wanted, out, draft=draft, language=language)
        return
    if wanted is not None or draft or language:
        raise click.UsageError("Name a folder for the files of a published version: --out FOLDER.")
    with reading(app) as office:
        members = lists.view(office, name, change, None if everyone else Standing.ACTIVE).members
        parts = list_file.write(members, partial(more_of, office))
        if output is None:
            sys.stdout.writelines(parts)
            return
        with app.files.writing(output) as file:
            file.writelines(part.encode() for part in parts)


for command in (
    undo,
    list_versions.publish,
    list_versions.versions,
    list_versions.diff,
    list_versions.submit,
    list_versions.ask_publish,
    list_versions.withdraw,
):
    list_command.add_command(command)
