"""``mailer invite`` and ``mailer invitations``: who is invited to a list, and what came of it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any, NamedTuple

import click

from mailer import inviting
from mailer.app import App
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
)
from mailer.errors import ConfigError, Refused
from mailer.handlers import invitations
from mailer.message import Address, clean
from mailer.model import list_file
from mailer.model.invitations import Invitation, Invited, Nominator, Planned, State
from mailer.model.list_file import Row
from mailer.model.lists import Details, reachable

NOMINATED_BY = "nominated by"
"""The column with the address of who proposed somebody."""

SHOWN = 20
"""Rows of the difference that are shown."""


class _Wanted(NamedTuple):
    """Who is to be invited, and who proposed them."""

    rows: list[Row]
    nominators: dict[str, Nominator]


@click.command("invite")
@click.argument("who", metavar="FILE|ADDRESS...", nargs=-1, required=True)
@click.option("--list", "key", required=True, metavar="LIST", help="The list that they are invited to.")
@click.option("--again", metavar="REASON", default="", help="Invite also those whose invitation is over, and say why.")
@click.option("--encoding", metavar="NAME", default="", help="The file's, if it is neither UTF-8 nor UTF-16.")
@click.option("--all", "everyone", is_flag=True, help=f"Show every address, not only {SHOWN}.")
@click.option("--dry-run", is_flag=True, help="Show who would be invited, and change nothing.")
@click.option("-y", "--yes", is_flag=True, help="Do not ask before anybody is written to.")
@click.option("--json", "as_json", is_flag=True, help="For scripts.")
@click.pass_context
def invite_command(
    context: click.Context,
    who: tuple[str, ...],
    key: str,
    again: str,
    encoding: str,
    everyone: bool,
    dry_run: bool,
    yes: bool,
    as_json: bool,
) -> None:
    """Invite organisations to a list, in their language. Nobody is on it without their own yes.

    Each address is written to once, ever. It answers yes, with its lines corrected; no, and is never invited again;
    or later, and is asked once more. Not invited are those who are on the list, have left it, asked to be forgotten,
    or get no mail. --again invites those once more who never answered.

    The columns of a file are those of `mailer list import`, and “nominated by”, the address of a person who proposed
    it. The file is read as a whole or not at all.

    \b
    Examples:
      mailer invite unions.csv --list subscriber --dry-run
      mailer invite ana@union.example info@media.example --list subscriber --yes
      mailer invite ana@union.example --list subscriber --again "asked by phone"
    """
    app = app_of(context)
    wanted = _wanted(app, who, encoding)
    with reading(app) as office:
        planned = inviting.plan(office, key, wanted.rows, again=bool(clean(again)))
    if not dry_run:
        _require_yes(planned, yes=yes, as_json=as_json)
        with office_for(app, "invite") as office:
            planned = inviting.invite(
                office, key, wanted.rows, again=clean(again), nominators=wanted.nominators
            )  # fmt: skip
    if as_json:
        show_json([_planned_json(one) for one in planned])
        return
    _show(planned, len(planned) if everyone else SHOWN)
    _summarise(app, planned, dry_run=dry_run)


def _require_yes(planned: Sequence[Planned], *, yes: bool, as_json: bool) -> None:
    """Ask before anybody is written to. Raises Refused at a no, and UsageError if it cannot ask."""
    count = sum(one.what is Invited.INVITE for one in planned)
    if not count:
        return
    if as_json and not yes:
        raise click.UsageError("JSON output cannot prompt: add --yes or --dry-run.")
    if not agree(f"This writes to {counted(count, 'address', 'addresses')}. Is that right?", yes):
        raise Refused("Nobody was invited.")


def _wanted(app: App, who: Sequence[str], encoding: str) -> _Wanted:
    """Raises ConfigError with every fault of the file or the addresses."""
    domains, own = (app.rules.address.domain,), app.rules.address
    if len(who) == 1 and (path := Path(who[0])).is_file():
        columns = (*list_file.COLUMNS, NOMINATED_BY)
        file = list_file.ListFile.of(path.read_bytes(), str(path), encoding, domains, own, columns)
        return _Wanted(list(file.rows()), _nominators(file))
    rows: dict[str, Row] = {}
    problems = []
    for spec in who:
        try:
            address = reachable(spec, domains, own=own)
        except ValueError as fault:
            problems.append(f"{fault}, and no file")
            continue
        rows.setdefault(address.key, Row(address, Details()))
    if problems:
        raise ConfigError([*problems, "nobody was invited"])
    return _Wanted(list(rows.values()), {})


def _nominators(file: list_file.ListFile) -> dict[str, Nominator]:
    found: dict[str, Nominator] = {}
    problems = []
    for line, cells in file.values():
        if spec := cells.get(NOMINATED_BY, ""):
            try:
                found[Address.parse(cells["address"]).key] = Nominator(str(Address.parse(spec)))
            except ValueError as fault:
                problems.append(f"{file.name}:{line}: {NOMINATED_BY}: {fault}")
    if problems:
        raise ConfigError([*problems, f"{file.name}: nobody was invited"])
    return found


def _show(planned: Sequence[Planned], most: int) -> None:
    first = [one for one in planned if one.what is not Invited.INVITE]
    shown = [*first, *(one for one in planned if one.what is Invited.INVITE)][:most]
    rows = (
        (one.what.value, str(one.row.address), one.row.details.organisation or one.row.details.name, one.note)
        for one in shown
    )
    show_long_table(("what", "address", "organisation", "why"), rows, shorten=3)
    if len(planned) > len(shown):
        say(f"… and {len(planned) - len(shown)} more; --all shows all.")


def _summarise(app: App, planned: Sequence[Planned], *, dry_run: bool) -> None:
    counts = Counter(one.what for one in planned)
    invited = counts.pop(Invited.INVITE, 0)
    others = ", ".join(f"{number} {what.value}" for what, number in counts.items())
    say(f"{invited} to invite{f'; not invited: {others}' if others else ''}.")
    if dry_run:
        say("Nothing was changed.")
    elif invited:
        per_day = app.rules.invitations.per_day
        say("The daemon writes to them" + (f", {per_day} a day." if invited > per_day else "."))


def _planned_json(one: Planned) -> dict[str, Any]:
    return {
        "address": one.row.address.key,
        "what": one.what.name.lower(),
        "why": one.note or ("" if one.what is Invited.INVITE else one.what.value),
        "organisation": one.row.details.organisation,
    }


@click.group("invitations", cls=Group)
def invitations_command() -> None:
    """Show who was invited, by whom, and what came of it.

    \b
    Examples:
      mailer invitations ls
      mailer invitations ls --list subscriber --state unanswered
      mailer invitations show ana@union.example
    """


@invitations_command.command("ls")
@click.option("--list", "key", metavar="LIST", default="", help="Only those to this list.")
@click.option("--state", type=click.Choice([state.value for state in State]), help="Only those in this state.")
@click.option("--json", "as_json", is_flag=True, help="For scripts.")
@click.pass_context
def list_command(context: click.Context, key: str, state: str | None, as_json: bool) -> None:
    """List invitations, the newest last.

    \b
    Examples:
      mailer invitations ls
      mailer invitations ls --state accepted --json | jq length
    """
    app = app_of(context)
    with reading(app) as office:
        if key:
            office.rules.list_rules(key)
        found = office.work.invitations.each(key, [State(state)] if state else [])
    if as_json:
        show_json_list(_json(one) for one in found)
        return
    if not found:
        say("Nobody was invited.")
        return
    rows = (
        (
            one.id,
            one.address,
            one.label if one.label != one.address else "",
            one.list,
            one.state.value,
            _day(one),
            _by(one),
        )
        for one in found
    )
    show_long_table((">number", "address", "organisation", "list", "state", "since", "by"), rows, shorten=2)
    counts = Counter(one.state for one in found)
    say(
        f"{counted(len(found), 'invitation')}: "
        + ", ".join(f"{counts[one]} {one.value}" for one in State if counts[one])
    )


def _day(one: Invitation) -> str:
    return f"{one.decided_at or one.asked_at or one.created_at:%Y-%m-%d}"


def _by(one: Invitation) -> str:
    return one.nominator.address or one.by


@invitations_command.command("show")
@click.argument("who", metavar="ADDRESS|NUMBER")
@click.option("--json", "as_json", is_flag=True, help="For scripts.")
@click.pass_context
def show_command(context: click.Context, who: str, as_json: bool) -> None:
    """Show the invitations of one address, or the one with a number.

    \b
    Examples:
      mailer invitations show ana@union.example
      mailer invitations show 12 --json
    """
    app = app_of(context)
    with reading(app) as office:
        found = invitations.find(office, who)
    if as_json:
        show_json([_json(one) for one in found])
        return
    for one in found:
        say(f"Invitation {one.id}: {one.label}, {one.address}, to {one.list}")
        for label, value in _lines(one):
            say(f"  {label}: {value}")


def _lines(one: Invitation) -> list[tuple[str, object]]:
    times = f"{one.asked_at:%Y-%m-%d %H:%M} UTC, {counted(one.times, 'time')}" if one.asked_at else "not yet"
    lines: list[tuple[str, object]] = [
        ("state", f"{one.state.value}{f', {one.decided_at:%Y-%m-%d %H:%M} UTC' if one.decided_at else ''}"),
        ("invited by", f"{one.by}, {one.created_at:%Y-%m-%d %H:%M} UTC"),
        ("written", times),
    ]
    if one.nominator.address:
        lines.append(("nominated by", one.nominator.address))
    if one.again:
        lines.append(("again, because", one.again))
    if one.next_at is not None:
        what = "open until" if one.state is State.ASKED else "written from"
        lines.append((what, f"{one.next_at:%Y-%m-%d %H:%M} UTC"))
    return lines


def _json(one: Invitation) -> dict[str, Any]:
    times = {"created": one.created_at, "asked": one.asked_at, "decided": one.decided_at, "next": one.next_at}
    return {
        "number": one.id,
        "list": one.list,
        "address": one.address,
        **{name: str(value) for name, value in asdict(one.details).items() if value},
        "state": one.state.value,
        "by": one.by,
        "nominated_by": one.nominator.address,
        "times": one.times,
        **({"again": one.again} if one.again else {}),
        **{name: time.isoformat() for name, time in times.items() if time},
    }
