"""``mailer member away`` and ``mailer ballot substitute``: members of boards who are away, and who is asked instead."""

from __future__ import annotations

from datetime import UTC, datetime, time, timedelta

import click

from mailer.app import App
from mailer.commands.terminal import app_of, office_for, reading, say, show_json, show_table
from mailer.handlers import substitutes
from mailer.handlers.substitutes import Away

_dry_run = click.option("--dry-run", is_flag=True, help="Show what would happen and change nothing.")


@click.command("away")
@click.argument("address", required=False)
@click.option("--until", type=click.DateTime(["%Y-%m-%d"]), metavar="DAY", help="The last day of the absence.")
@click.option("--back", is_flag=True, help="They are back: the absence ends.")
@click.option("--json", "as_json", is_flag=True, help="For scripts.")
@_dry_run
@click.pass_context
def away_command(
    context: click.Context, address: str | None, until: datetime | None, back: bool, as_json: bool, dry_run: bool
) -> None:
    """Note that a member of a board is away, until the end of a day; without an address, list who is.

    While they are away, the substitute whom the configuration names ([policies.NAME.substitutes]) is asked on each
    open ballot on which they have not voted. Their own vote still counts instead.

    \b
    Examples:
      mailer member away ana@cag.example --until 2026-12-31
      mailer member away ana@cag.example --back
      mailer member away
    """
    app = app_of(context)
    if address is None:
        if until or back:
            raise click.UsageError("Name the member who is away.")
        _list(app, as_json)
        return
    if bool(until) == back:
        raise click.UsageError("Say --until with the last day of the absence, or --back.")
    day = None if until is None else _end_of(until, app)
    run = reading(app) if dry_run else office_for(app, "member away")
    with run as office:
        check = substitutes.check_away if dry_run else substitutes.away
        end = substitutes.check_back if dry_run else substitutes.back
        contact = end(office, address) if day is None else check(office, address, day)
        named = substitutes.named(office, contact)
    who, nothing = contact.label, " Nothing was changed." if dry_run else ""
    if day is None:
        say(f"{who} {'would be' if dry_run else 'is'} back.{nothing}")
        return
    instead = f"{' and '.join(named)} is asked meanwhile." if named else "No policy names a substitute."
    until_words = day.astimezone(app.rules.timezone) - timedelta(days=1)
    say(f"{who} {'would be' if dry_run else 'is'} away until {until_words:%Y-%m-%d}. {instead}{nothing}")


def _end_of(day: datetime, app: App) -> datetime:
    """The end of that day, by the office's clock."""
    return datetime.combine(day.date() + timedelta(days=1), time(0), app.rules.timezone).astimezone(UTC)


def _list(app: App, as_json: bool) -> None:
    with reading(app) as office:
        found = substitutes.absences(office)
    if as_json:
        show_json([_json(one) for one in found])
    elif not found:
        say("Nobody is away, as far as we know.")
    else:
        rows = [(one.contact.label, _until(app, one), ", ".join(one.substitutes) or "nobody") for one in found]
        show_table(("member", "away until", "substitute"), rows)


def _until(app: App, one: Away) -> str:
    if one.absence.until is None:
        return "not known: an automatic reply"
    return f"{one.absence.until.astimezone(app.rules.timezone) - timedelta(microseconds=1):%Y-%m-%d}"


def _json(one: Away) -> dict[str, object]:
    until = one.absence.until
    return {
        "member": one.contact.address,
        "noted_at": one.absence.noted_at.isoformat(),
        "until": until.isoformat() if until else None,
        "source": one.absence.source,
        "substitutes": list(one.substitutes),
    }


@click.command("substitute")
@click.argument("address")
@click.option("--ballot", type=click.IntRange(min=1), help="On this ballot only, not on each open one.")
@_dry_run
@click.pass_context
def substitute_command(context: click.Context, address: str, ballot: int | None, dry_run: bool) -> None:
    """Ask a member's substitute now. Both have one vote; the member's own counts if it comes.

    The configuration names the substitute ([policies.NAME.substitutes]).

    \b
    Examples:
      mailer ballot substitute ana@cag.example
      mailer ballot substitute ana@cag.example --ballot 7 --dry-run
    """
    app = app_of(context)
    with reading(app) if dry_run else office_for(app, "ballot substitute") as office:
        found = substitutes.for_member(office, address, ballot)
        for seat in found:
            if dry_run:
                substitutes.require(seat)
            else:
                substitutes.fill(office, seat)
    for seat in found:
        did = "would be asked" if dry_run else "is asked"
        say(f"Ballot {seat.ballot.id}: {seat.substitute} {did} to vote for {seat.paper.name}.")
