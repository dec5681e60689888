"""``mailer member``: one person's lists, wishes and history."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict
from datetime import date
from typing import Any, TypeVar

import click

from mailer import contacts
from mailer.commands.absences import away_command
from mailer.commands.arguments import read_option
from mailer.commands.member_export import export_command
from mailer.commands.member_keys import key_command
from mailer.commands.member_merging import doubles_command, merge_command
from mailer.commands.terminal import (
    Group,
    agree,
    app_of,
    office_for,
    reading,
    say,
    show_json,
    show_long_table,
    show_table,
)
from mailer.compose.catalogue import ENGLISH
from mailer.errors import Refused
from mailer.handlers import bounces, members
from mailer.message import Address, clean
from mailer.model.cldr import read_country, read_language
from mailer.model.imports import Change
from mailer.model.list_file import read_kind
from mailer.model.lists import Contact, Departure, Details, Format, Kind, reachable
from mailer.model.members import MembershipChange
from mailer.model.publishing import Part, in_order
from mailer.model.publishing import said as words_of

Command = TypeVar("Command", bound=Callable[..., object])


def _read_day(context: click.Context, option: click.Parameter, value: str | None) -> date | None:
    try:
        return None if value is None else date.fromisoformat(value)
    except ValueError:
        raise click.BadParameter(f"“{clean(value or '')}” is no day; write it as 2027-12-31.") from None


def _published(context: click.Context, option: click.Parameter, value: str | None) -> tuple[Part, ...] | None:
    """The parts that ``--publish`` names."""
    if value is None or value.strip() == "nothing":
        return None if value is None else ()
    try:
        return in_order(part.strip() for part in value.split(","))
    except ValueError:
        raise click.BadParameter(f"is some of {', '.join(Part)}, or nothing") from None


KINDS = [kind.value for kind in Kind]

_DETAILS = (
    click.option("--name", metavar="TEXT", callback=read_option(str)),
    click.option("--organisation", metavar="TEXT", callback=read_option(str)),
    click.option(
        "--kind", metavar="KIND", callback=read_option(read_kind), help=f"Of the organisation: {', '.join(KINDS)}."
    ),
    click.option(
        "--country", metavar="NAME", callback=read_option(read_country), help="A code or a name, such as KE or Kenya."
    ),
    click.option(
        "--language", metavar="NAME", callback=read_option(read_language), help="A tag or a name, such as fr or French."
    ),
    click.option("--format", type=click.Choice([wanted.value for wanted in Format])),
)


def _details(command: Command) -> Command:
    """Add the options for what is known of a person."""
    for option in reversed(_DETAILS):
        command = option(command)
    return command


def _given(values: Mapping[str, Any]) -> dict[str, Any]:
    """The options that were given, as fields of Details."""
    given = {name: value for name, value in values.items() if value is not None}
    if "format" in given:
        given["format"] = Format(given["format"])
    return given


def _address(context: click.Context, spec: str, name: str = "") -> Address:
    """An address from which mail can be answered. Raises UsageError."""
    try:
        own = app_of(context).rules.address
        return reachable(spec, (own.domain,), name, own)
    except ValueError as fault:
        raise click.UsageError(f"{fault}.") from None


_json = click.option("--json", "as_json", is_flag=True, help="For scripts.")
_dry_run = click.option("--dry-run", is_flag=True, help="Show what would happen and change nothing.")


@click.group("member", cls=Group)
def member_command() -> None:
    """Find, show, add, remove and change one person.

    \b
    Examples:
      mailer member find berg
      mailer member show ana@nmb.example
      mailer member add ana@nmb.example nmb --reason "named by the Institute"
      mailer member change ana@nmb.example --address ana.berg@nmb.example
    """


member_command.add_command(key_command)
member_command.add_command(away_command)
member_command.add_command(merge_command)
member_command.add_command(doubles_command)
member_command.add_command(export_command)


@member_command.command()
@click.argument("text")
@_json
@click.pass_context
def find(context: click.Context, text: str, as_json: bool) -> None:
    """Find people by a part of their address, name or organisation.

    Addresses that somebody had before are found, too.

    \b
    Examples:
      mailer member find berg
      mailer member find @nmb.example --json
    """
    with reading(app_of(context)) as office:
        found = members.find(office, text)
    if as_json:
        show_json([{**_contact_json(contact), "lists": keys} for contact, keys in found])
        return
    if not found:
        say(f"Nobody has “{clean(text)}” in the address, the name or the organisation.")
        return
    rows = [(contact.address, ", ".join(keys) or "—", _who(contact)) for contact, keys in found]
    show_long_table(("address", "lists", "who"), rows, shorten=2)
    if len(found) == members.FOUND:
        say(f"There may be more; the first {members.FOUND} are shown.")


@member_command.command()
@click.argument("address")
@_json
@click.pass_context
def show(context: click.Context, address: str, as_json: bool) -> None:
    """Show a person's lists, since when and by which mail or command, and what they get.

    \b
    Examples:
      mailer member show ana@nmb.example
      mailer member show ana@nmb.example --json | jq .receives
    """
    with reading(app_of(context)) as office:
        found = members.view(office, address)
    if as_json:
        show_json(_view_json(found))
        return
    contact, details = found.contact, found.contact.details
    country, language = ENGLISH.country(details.country), details.language and ENGLISH.language(details.language)
    said = (details.organisation, details.kind, country, language, details.format)
    say(" ".join(filter(None, (details.name, f"<{contact.address}>"))))
    if any(said):
        say(", ".join(str(value) for value in said if value))
    say("")
    _show_changes(found.lists, "On no list, and never was.")
    say("")
    say(f"May be published: {words_of(contact.published) if contact.published is not None else 'not asked yet'}.")
    say(f"Gets: {', '.join(found.receives) or 'nothing'}.")
    if contact.paused_until and contact.paused_until > app_of(context).clock.now():
        say(f"Gets no issue before {app_of(context).when(contact.paused_until)}, as they pause.")
    if found.left:
        say(f"Has left: {', '.join(found.left)}.")
    if found.suppression:
        say(f"Gets no mail since {found.suppression.since:%Y-%m-%d}: {found.suppression.reason}")
    if found.bouncing:
        one = found.bouncing
        say(f"Mail to them: {one.state}, since {one.since:%Y-%m-%d} ({one.why}); `mailer bounces {contact.address}`")
    for former in found.former:
        say(f"Had the address {former.address} until {former.until:%Y-%m-%d}.")


@member_command.command()
@click.argument("address")
@_json
@click.pass_context
def history(context: click.Context, address: str, as_json: bool) -> None:
    """Show every change of a person's lists and address, the newest last.

    `mailer audit --of ADDRESS` shows also votes, bounces and mails.

    \b
    Examples:
      mailer member history ana@nmb.example
    """
    with reading(app_of(context)) as office:
        found = members.history(office, address)
    if as_json:
        moves = [{"at": one.until.isoformat(), "former_address": one.address} for one in found.former]
        heard = [
            {"at": one.at.isoformat(), "mail": one.fate.value, "why": one.why.value, "reply": one.reply}
            for one in found.heard
        ]
        show_json(sorted([*map(_change_json, found.changes), *moves, *heard], key=lambda one: str(one["at"])))
        return
    _show_changes(found.changes, "On no list, and never was.")
    for former in found.former:
        say(f"Had the address {former.address} until {former.until:%Y-%m-%d %H:%M}.")
    for said in found.heard:
        say(f"{said.at:%Y-%m-%d %H:%M}, mail {said.fate} ({said.why}): {said.reply}")


@member_command.command()
@click.argument("address")
@click.argument("list_", metavar="LIST")
@click.option("--reason", required=True, metavar="TEXT", help="Why; the audit trail keeps it.")
@click.option("--bring-back", is_flag=True, help="Add them although they left, bounced or complained.")
@click.option(
    "--until", metavar="DAY", callback=_read_day, help="Their last day on the list, such as 2027-12-31; they are told."
)
@_details
@_dry_run
@click.pass_context
def add(
    context: click.Context,
    /,
    address: str,
    list_: str,
    reason: str,
    bring_back: bool,
    until: date | None,
    dry_run: bool,
    **details: str | None,
) -> None:
    """Add a person to a list.

    Somebody who left the list or its publications, or whose mail bounced, stays away, unless you say --bring-back. Use
    it if they have asked for it.

    With --until the membership ends by itself. They are told a month before and when it ends, and can extend it by
    reply. For somebody who is on the list it sets or changes that day.

    \b
    Examples:
      mailer member add ana@nmb.example nmb --reason "named by the Institute"
      mailer member add ana@nmb.example nmb --reason convenor --until 2027-12-31
      mailer member add ana@nmb.example nmb --reason "asked by phone" --bring-back
    """
    app, given = app_of(context), _given(details)
    joining = members.Joining(
        _address(context, address, given.get("name", "")), Details(**given), _said(reason), bring_back, until
    )
    title = app.rules.list_rules(list_).title
    with reading(app) as office:
        planned = members.joins(office, list_, joining)
    if dry_run or planned is Change.UNCHANGED:
        say(f"{joining.address} {_JOINS[planned]} {title}. Nothing was changed.")
        return
    with office_for(app, "member add") as office:
        members.add(office, list_, joining)
    say(f"{joining.address} is on {title}{f' until {until}' if until else ''}.")


_JOINS = {
    Change.ADD: "would be added to",
    Change.BRING_BACK: "would be brought back to",
    Change.CHANGE: "would have another last day on",
    Change.UNCHANGED: "is already on",
}


def _said(reason: str) -> str:
    """Raises UsageError if the reason is empty."""
    if not clean(reason):
        raise click.UsageError("--reason needs some words: the audit trail keeps them.")
    return clean(reason)


@member_command.command()
@click.argument("address")
@click.argument("lists", metavar="[LIST]...", nargs=-1)
@click.option("--all-lists", is_flag=True, help="From every list that they are on.")
@click.option("--own-wish", is_flag=True, help="They asked for it: no import brings them back.")
@click.option("--reason", required=True, metavar="TEXT", help="Why; the audit trail keeps it.")
@_dry_run
@click.option("-y", "--yes", is_flag=True, help="Do not ask.")
@click.pass_context
def remove(
    context: click.Context,
    address: str,
    lists: tuple[str, ...],
    all_lists: bool,
    own_wish: bool,
    reason: str,
    dry_run: bool,
    yes: bool,
) -> None:
    """Remove a person from lists.

    An import can add them again. With --own-wish they leave as if they had written themselves: they leave the lists'
    publications, whatever list brings them, and no import brings them back. They get no mail about it.

    \b
    Examples:
      mailer member remove ana@nmb.example nmb --reason "has left the Institute"
      mailer member remove ana@nmb.example --all-lists --own-wish --reason phoned
    """
    if bool(lists) == all_lists:
        raise click.UsageError("Name the lists, or say --all-lists.")
    app, why = app_of(context), _said(reason)
    with reading(app) as office:
        contact = contacts.contact_of(office, address)
        planned = members.removal(office, address, lists, own_wish)
        titles = app.rules.named(planned.publications, []) if own_wish else []
    ended = _ended(contact, planned, titles)
    if dry_run:
        say(f"This would end: {ended}. Nothing was changed.")
        return
    if not agree(f"This ends: {ended}. Is that right?", yes):
        raise Refused("Nothing was changed.")
    with office_for(app, "member remove") as office:
        members.remove(office, address, lists, own_wish, why)
    say(f"Ended: {ended}.")


@member_command.command()
@click.argument("address")
@click.option("--reason", required=True, metavar="TEXT", help="Why; the audit trail keeps it, so do not name them.")
@_dry_run
@click.option("-y", "--yes", is_flag=True, help="Do not ask.")
@click.pass_context
def forget(context: click.Context, address: str, reason: str, dry_run: bool, yes: bool) -> None:
    """Erase all that is held about a person.

    A keyed hash of the address is kept, so that no import brings them back; docs/privacy.md says what else stays. They
    get no mail about it. By mail people do it themselves: “forget me”.

    \b
    Example:
      mailer member forget ana@nmb.example --reason "asked by letter"
    """
    app, why = app_of(context), _said(reason)
    with reading(app) as office:
        contact = contacts.contact_of(office, address)
        member_of = office.lists_of(contact)
    lists = f", on {', '.join(member_of)}," if member_of else ""
    if dry_run:
        say(f"{contact.label}{lists} would be forgotten. Nothing was changed.")
        return
    if not agree(f"Forget {contact.label}{lists} for good?", yes):
        raise Refused("Nothing was changed.")
    with office_for(app, "member forget") as office:
        contacts.forget(office, contacts.contact_of(office, address), why)
    say("Forgotten. The mails that they wrote, and older backups, are yours to delete: docs/privacy.md.")


def _ended(contact: Contact, planned: Departure, titles: Sequence[str]) -> str:
    left = f", and the publications {', '.join(titles)} by any list" if titles else ""
    return f"{contact.address} on {', '.join(planned.lists) or 'no list'}{left}"


@member_command.command()
@click.argument("address")
@click.option("--because", required=True, metavar="REASON", help="Why; the audit trail keeps it.")
@_dry_run
@click.pass_context
def revive(context: click.Context, address: str, because: str, dry_run: bool) -> None:
    """Send mailings to an address again, although mail to it came back.

    Its score is forgotten. If mail comes back again, it is suspended again. A complaint is not undone by this.

    \b
    Examples:
      mailer member revive ana@nmb.example --because "she has phoned"
    """
    app, why = app_of(context), clean(because)
    if not why:
        raise click.UsageError("--because needs some words: the audit trail keeps them.")
    with reading(app) as office:
        found = bounces.revivable(office, address)
    state = found.bouncing.state.value if found.bouncing else "suppressed"
    if dry_run:
        say(f"{found.address} is {state}, and would get mailings again. Nothing was changed.")
        return
    with office_for(app, "member revive") as office:
        bounces.revive(office, address, why)
    say(f"{found.address} was {state}, and gets mailings again.")


@member_command.command()
@click.argument("address")
@click.option("--address", "new", metavar="NEW", help="Their new address.")
@_details
@click.option(
    "--publish",
    metavar="PARTS",
    callback=_published,
    help="What may be published of them: name, country, organisation, address; or nothing.",
)
@_dry_run
@click.pass_context
def change(
    context: click.Context,
    /,
    address: str,
    new: str | None,
    publish: tuple[Part, ...] | None,
    dry_run: bool,
    **details: str | None,
) -> None:
    """Change a person's address or details. An empty value, such as --name "", deletes what is known.

    With a new address they stay on their lists, and what they left stays left. A bounce belongs to the old address; a
    complaint comes along. Copies that wait go to the new address.

    Links to leave in mails to the old address still work, because they name the person, who gets the goodbye at the new
    address. A vote counts only from the new address. An answer to “do you want to leave everything?” from the old one
    does not count: the person is asked at the new address.

    \b
    Examples:
      mailer member change ana@nmb.example --address ana.berg@nmb.example
      mailer member change ana@nmb.example --language French --dry-run
      mailer member change ana@nmb.example --publish "name, country"
    """
    app, given = app_of(context), _given(details)
    if new is None and not given and publish is None:
        raise click.UsageError("Say what to change, for example --address NEW or --language fr.")
    to = None if new is None else _address(context, new)
    with reading(app) as office:
        planned = contacts.edit(office, address, to, given, publish)
    if not planned.changes:
        say("Nothing to change.")
        return
    rows = [(name, before or "—", after or "—") for name, (before, after) in planned.changes.items()]
    show_table(("", "before", "after"), rows)
    if "address" in planned.changes and planned.suppressed:
        say(f"{planned.address} gets no mail: {planned.suppressed}.")
    if dry_run:
        say("Nothing was changed.")
        return
    with office_for(app, "member change") as office:
        contacts.change(office, address, to, given, publish)
    say(f"Changed {planned.address}.")


# --- output ---


def _who(contact: Contact) -> str:
    return contact.details.name or contact.details.organisation


def _show_changes(changes: Sequence[MembershipChange], nothing: str) -> None:
    if not changes:
        say(nothing)
        return
    rows = [(one.list, one.standing.value, f"{one.at:%Y-%m-%d %H:%M}", one.cause) for one in changes]
    show_long_table(("list", "standing", "since (UTC)", "by"), rows, shorten=3)


def _contact_json(contact: Contact) -> dict[str, str]:
    known = {name: str(value) for name, value in asdict(contact.details).items() if value}
    return {"address": contact.address, **known}


def _change_json(one: MembershipChange) -> dict[str, Any]:
    return {
        "list": one.list,
        "version": one.version,
        "standing": one.standing.value,
        "at": one.at.isoformat(),
        "by": one.cause,
    }


def _view_json(found: members.MemberView) -> dict[str, Any]:
    stopped = found.suppression
    return {
        **_contact_json(found.contact),
        "lists": [_change_json(one) for one in found.lists],
        "receives": found.receives,
        "left": found.left,
        "suppressed": {"reason": stopped.reason, "since": stopped.since.isoformat()} if stopped else None,
        "bounces": found.bouncing.state.value if found.bouncing else None,
        "former_addresses": [{"address": one.address, "until": one.until.isoformat()} for one in found.former],
    }
