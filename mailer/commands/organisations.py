"""``mailer organisation``: the directory of organisations and of who speaks for them."""

from __future__ import annotations

import sys
from collections.abc import Callable, Mapping
from dataclasses import asdict
from itertools import chain, islice
from pathlib import Path
from typing import Any, TypeVar

import click

from mailer.commands.arguments import read_option
from mailer.commands.terminal import (
    Group,
    agree,
    app_of,
    office_for,
    reading,
    say,
    show_json,
    show_json_list,
    show_long_table,
    show_table,
)
from mailer.compose.catalogue import ENGLISH
from mailer.errors import Refused
from mailer.handlers import merging, organisations
from mailer.message import Address, clean
from mailer.model import organisation_file
from mailer.model.cards import write_organisations
from mailer.model.cldr import read_country
from mailer.model.list_file import read_kind
from mailer.model.lists import Contact, Kind, reachable
from mailer.model.merging import Likely, merged_organisation
from mailer.model.organisations import Organisation, read_languages, read_website

Command = TypeVar("Command", bound=Callable[..., object])
KINDS = [kind.value for kind in Kind]


_kind = click.option(
    "--kind",
    metavar="KIND",
    callback=read_option(lambda word: read_kind(word) or ""),
    help=f"One of {', '.join(KINDS)}; or NMB.",
)

_OPTIONS = (
    _kind,
    click.option(
        "--country", metavar="NAME", callback=read_option(read_country), help="A code or a name, KE or Kenya."
    ),
    click.option(
        "--languages", metavar="NAMES", callback=read_option(read_languages), help='The preferred one first, "fr, en".'
    ),
    click.option("--website", metavar="URL", callback=read_option(read_website)),
    click.option("--reach", metavar="TEXT", callback=read_option(str), help="How far its own network reaches."),
    click.option("--note", metavar="TEXT", callback=read_option(str), help="For yourself; nobody else reads it."),
)

_json = click.option("--json", "as_json", is_flag=True, help="For scripts.")
_dry_run = click.option("--dry-run", is_flag=True, help="Show what would happen and change nothing.")
_rank = click.option("--rank", type=click.IntRange(1, 99), default=1, show_default=True, help="1 is asked first.")


def _details(command: Command) -> Command:
    for option in reversed(_OPTIONS):
        command = option(command)
    return command


def _given(values: Mapping[str, Any]) -> dict[str, Any]:
    given = {name: value for name, value in values.items() if value is not None}
    if given.get("kind") == "":
        given["kind"] = None
    return given


def _address(context: click.Context, spec: str) -> Address:
    try:
        own = app_of(context).rules.address
        return reachable(spec, (own.domain,), "", own)
    except ValueError as fault:
        raise click.UsageError(f"{fault}.") from None


@click.group("organisation", cls=Group)
def organisation_command() -> None:
    """Organisations: who they are, and who speaks for them.

    Contacts stay what they are: people on lists. An organisation is named by its number or by its name.

    \b
    Examples:
      mailer organisation ls --kind "national member body"
      mailer organisation add "Union of Harbours" --country KR anna@union.example
      mailer organisation show union
      mailer organisation doubles
    """


@organisation_command.command("ls")
@click.argument("words", required=False, default="")
@_kind
@click.option("--country", metavar="NAME", callback=read_option(read_country))
@_json
@click.pass_context
def list_command(context: click.Context, words: str, kind: Kind | None, country: str | None, as_json: bool) -> None:
    """Show the organisations, or those with WORDS in the name or the web site.

    \b
    Examples:
      mailer organisation ls
      mailer organisation ls harbour --country Kenya
      mailer organisation ls --kind "labour union" --json | jq length
    """
    with reading(app_of(context)) as office:
        found = organisations.each(office, clean(words), kind or None, country or "")
        if as_json:
            show_json_list(_json_of(one) for one in found)
            return
        first = next(found, None)
        if first is None:
            say("There is no such organisation." if words or kind or country else "There is no organisation yet.")
            return
        rows = ((one.id, one.name, one.country, one.kind or "", _day(one)) for one in chain([first], found))
        show_long_table(("number", "organisation", "in", "kind", "confirmed"), rows, shorten=1)


def _day(one: Organisation) -> str:
    return f"{one.confirmed_at:%Y-%m-%d}" if one.confirmed_at else "—"


def _json_of(one: Organisation) -> dict[str, Any]:
    known = {name: value for name, value in asdict(one).items() if value}
    return {**known, **({"confirmed_at": one.confirmed_at.isoformat()} if one.confirmed_at else {})}


def _contact_json(contact: Contact, rank: int, keys: Any) -> dict[str, Any]:
    return {"address": contact.address, "name": contact.details.name, "rank": rank, "lists": list(keys)}


@organisation_command.command()
@click.argument("organisation")
@_json
@click.pass_context
def show(context: click.Context, organisation: str, as_json: bool) -> None:
    """Show an organisation, who speaks for it, and who may correct its entries.

    \b
    Examples:
      mailer organisation show 12
      mailer organisation show "Union of Harbours" --json
    """
    with reading(app_of(context)) as office:
        found = organisations.view(office, organisation)
    one = found.organisation
    if as_json:
        maintained = {key: [contact.address for contact in people] for key, people in found.maintained_by.items()}
        contacts = [_contact_json(*known) for known in found.contacts]
        by = {"nominated_by": found.nominated_by.address} if found.nominated_by else {}
        show_json({**_json_of(one), **by, "contacts": contacts, "maintained_by": maintained})
        return
    languages = ", ".join(ENGLISH.language(tag) for tag in one.languages)
    said = (one.kind, ENGLISH.country(one.country) if one.country else "", languages, one.website)
    say(f"{one.name} (number {one.id})")
    say(", ".join(str(value) for value in said if value) or "Nothing more is known of it.")
    for label, value in (("Its network", one.reach), ("Note", one.note)):
        if value:
            say(f"{label}: {value}")
    say(f"Confirmed on {_day(one)}." if one.confirmed_at else "Never confirmed.")
    if found.nominated_by:
        say(f"Nominated by {found.nominated_by.label}.")
    say("")
    if found.contacts:
        rows = [
            (rank, contact.address, contact.details.name, ", ".join(keys)) for contact, rank, keys in found.contacts
        ]
        show_table((">rank", "address", "name", "lists"), rows)
    else:
        say("Nobody speaks for it: `mailer organisation contacts` adds somebody.")
    for key, people in found.maintained_by.items():
        say(f"Entries on {key} are maintained by {', '.join(one.label for one in people) or 'nobody of its country'}.")


@organisation_command.command()
@click.argument("name")
@click.argument("contacts", metavar="[ADDRESS]...", nargs=-1)
@_details
@click.option("--anyway", is_flag=True, help="Although there is one of this name.")
@click.pass_context
def add(context: click.Context, /, name: str, contacts: tuple[str, ...], anyway: bool, **details: Any) -> None:
    """Add an organisation and those who speak for it: the first contact, then the second.

    It puts nobody on a list.

    \b
    Examples:
      mailer organisation add "The Union" anna@union.example bo@union.example
      mailer organisation add "Kenya Bureau" --kind "national member body"
    """
    if not clean(name):
        raise click.UsageError("The organisation needs a name.")
    wanted = Organisation(0, clean(name, 200), **_given(details))
    addresses = [_address(context, spec) for spec in contacts]
    with office_for(app_of(context), "organisation add") as office:
        made = organisations.add(office, wanted, addresses, anyway)
    say(f"{made.name} has the number {made.id}.")


@organisation_command.command()
@click.argument("organisation")
@click.option("--name", metavar="TEXT", callback=read_option(str))
@_details
@click.option("--confirmed", is_flag=True, help="It has said today that all of it is right.")
@_dry_run
@click.pass_context
def edit(context: click.Context, /, organisation: str, confirmed: bool, dry_run: bool, **details: Any) -> None:
    """Change what is known of an organisation. An empty value, such as --reach "", deletes what is known.

    \b
    Examples:
      mailer organisation edit 12 --website https://harbours.example
      mailer organisation edit 12 --confirmed
    """
    given, app = _given(details), app_of(context)
    if "name" in given and not given["name"]:
        raise click.UsageError("An organisation has a name: it can be changed, but not deleted.")
    if not given and not confirmed:
        raise click.UsageError("Say what to change, for example --country KE, or --confirmed.")
    with reading(app) as office:
        before, after = organisations.changes(office, organisation, given)
    rows = [(name, _shown(before, name), _shown(after, name)) for name in given if before != after]
    show_table(("", "before", "after"), [row for row in rows if row[1] != row[2]]) if before != after else None
    if dry_run or (before == after and not confirmed):
        say("Nothing was changed.")
        return
    with office_for(app, "organisation edit") as office:
        organisations.edit(office, str(before.id), given)
        if confirmed:
            organisations.confirm(office, str(before.id))
    say(f"Changed {after.name}." if before != after else f"{after.name} is confirmed.")


def _shown(one: Organisation, name: str) -> str:
    value = getattr(one, name)
    return ", ".join(value) if isinstance(value, tuple) else str(value or "—")


@organisation_command.command()
@click.argument("organisation")
@click.argument("address", required=False)
@_rank
@click.option("--remove", is_flag=True, help="They do not speak for it any more; their lists stay.")
@click.pass_context
def contacts(context: click.Context, organisation: str, address: str | None, rank: int, remove: bool) -> None:
    """Show who speaks for an organisation; with ADDRESS add somebody, or with --remove end it.

    A mailbox speaks for one organisation: who speaks for another one is moved. Those of the rank and below move down.

    \b
    Examples:
      mailer organisation contacts 12
      mailer organisation contacts 12 bo@union.example --rank 2
      mailer organisation contacts 12 bo@union.example --remove
    """
    app = app_of(context)
    if address is not None:
        with office_for(app, "organisation contacts") as office:
            if remove:
                organisations.remove_contact(office, organisation, address)
            else:
                organisations.add_contact(office, organisation, _address(context, address), rank)
    elif remove:
        raise click.UsageError("Name the address that does not speak for it any more.")
    with reading(app) as office:
        found = organisations.view(office, organisation)
    rows = [(rank, contact.address, contact.details.name, ", ".join(keys)) for contact, rank, keys in found.contacts]
    if rows:
        show_table((">rank", "address", "name", "lists"), rows, title=found.organisation.name)
    else:
        say(f"Nobody speaks for {found.organisation.name}.")


@organisation_command.command()
@click.argument("kept")
@click.argument("gone", required=False)
@click.option("--undo", is_flag=True, help="Make two of the one again.")
@_dry_run
@click.option("-y", "--yes", is_flag=True, help="Do not ask.")
@click.pass_context
def merge(context: click.Context, kept: str, gone: str | None, undo: bool, dry_run: bool, yes: bool) -> None:
    """Make one organisation of two. GONE becomes another name of KEPT, by which it is found, too.

    Contacts and events follow. What KEPT does not know of itself is filled in.

    \b
    Examples:
      mailer organisation merge 12 31 --dry-run
      mailer organisation merge 12 --undo
    """
    app = app_of(context)
    if undo:
        with office_for(app, "organisation merge") as office:
            one, other = merging.undo_organisations(office, kept)
        say(f"{one.name} and {other.name} are two organisations again.")
        return
    if gone is None:
        raise click.UsageError("Name both organisations, the one to keep first; or say --undo.")
    with reading(app) as office:
        one, other = merging.organisations_of(office, kept, gone)
        moving = [contact.address for contact, _, _ in organisations.view(office, str(other.id)).contacts]
    whole = merged_organisation(one, other)
    rows = [(name, _shown(one, name), _shown(whole, name)) for name in asdict(one)]
    changed = [row for row in rows if row[1] != row[2]]
    if changed:
        show_table((one.name, "before", "after"), changed)
    say(f"{other.name} becomes another name of {one.name}. Contacts that follow: {', '.join(moving) or 'none'}.")
    if dry_run:
        say("Nothing was changed.")
        return
    if not agree("Is that right?", yes):
        raise Refused("Nothing was changed.")
    with office_for(app, "organisation merge") as office:
        merging.merge_organisations(office, str(one.id), str(other.id))
    say(f"Merged. To undo it: mailer organisation merge {one.id} --undo")


@organisation_command.command()
@_json
@click.pass_context
def doubles(context: click.Context, as_json: bool) -> None:
    """Name organisations that are perhaps one: another spelling, the same words, the same web site.

    \b
    Example:
      mailer organisation doubles
    """
    with reading(app_of(context)) as office:
        show_likely(list(merging.organisation_doubles(office)), "mailer organisation merge KEPT GONE", as_json)


def show_likely(found: list[Likely], cure: str, as_json: bool) -> None:
    """Show pairs that are perhaps one."""
    if as_json:
        show_json([one._asdict() for one in found])
        return
    if not found:
        say("No two of them look like one.")
        return
    show_long_table(("one", "other", "why"), found, shorten=1)
    say(f"If two are one: {cure}")


@organisation_command.command()
@click.option("--format", "form", type=click.Choice(["csv", "vcard"]), default="csv", show_default=True)
@click.option("-o", "--output", type=click.Path(dir_okay=False, path_type=Path), help="Write to a file.")
@click.pass_context
def export(context: click.Context, form: str, output: Path | None) -> None:
    """Write the directory as CSV, safe to open in a spreadsheet, or as vCard 4 for address books.

    \b
    Examples:
      mailer organisation export -o organisations.csv
      mailer organisation export --format vcard -o organisations.vcf
    """
    app = app_of(context)
    write = organisation_file.write if form == "csv" else write_organisations
    with reading(app) as office:
        parts = write(organisations.rows(office))
        if output is None:
            sys.stdout.writelines(parts)
            return
        with app.files.writing(output) as file:
            while some := list(islice(parts, 1000)):
                file.write("".join(some).encode())
