"""``mailer events``: seminars, conferences and other events, and those of the group's own members."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from email.utils import parseaddr
from pathlib import Path
from typing import Any, TypeVar

import click
from babel import Locale

from mailer.app import App
from mailer.app.office_files import OfficeFiles
from mailer.assigning import called_off
from mailer.commands.event_presenters import assign, recommend, report, reports
from mailer.commands.terminal import Group, agree, app_of, counted, office_for, reading, say, show_json, show_table
from mailer.errors import Refused
from mailer.event_mail import accept, cancel, change, decline, likely_doubles
from mailer.handlers import event_records, internal_events
from mailer.handlers.event_records import EventView
from mailer.message import Address
from mailer.model.event_file import written
from mailer.model.event_lines import EVENT, Cost, read_hours, values_of, with_values
from mailer.model.events import PUBLIC, Event, EventKind, State
from mailer.model.questionnaires import shown
from mailer.phrases import Country, Language, Phrase
from mailer.ports.icalendar import Unreadable

Command = TypeVar("Command", bound=Callable[..., object])

_number = click.argument("number", type=click.IntRange(min=1))
_json = click.option("--json", "as_json", is_flag=True, help="For scripts.")
_dry_run = click.option("--dry-run", is_flag=True, help="Show what would happen and change nothing.")
_yes = click.option("-y", "--yes", is_flag=True, help="Do not ask.")
_day = click.DateTime(["%Y-%m-%d"])


@click.group("events", cls=Group)
def events_command() -> None:
    """See and manage events: seminars, conferences, and those of the group's own members.

    Anybody announces an event by a mail with the word “event”; the secretary accepts it by a reply, or here.

    \b
    Examples:
      mailer events ls --future
      mailer events show 12
      mailer events add invitation.ics --country KE
      mailer events export --format ics --out events.ics
    """


# --- look ---


@events_command.command("ls")
@click.option("--past", is_flag=True, help="Only what is over, the last one first.")
@click.option("--future", is_flag=True, help="Only what is to come or under way.")
@click.option("--internal", is_flag=True, help="Only events for the group's own members.")
@click.option("--state", type=click.Choice([state.value for state in State]), multiple=True, help="Only these.")
@click.option("--country", default="", metavar="CODE", help="Only there: two letters, such as KE.")
@_json
@click.pass_context
def list_events(
    context: click.Context,
    past: bool,
    future: bool,
    internal: bool,
    state: tuple[str, ...],
    country: str,
    as_json: bool,
) -> None:
    """List events, past and future, with who presented.

    \b
    Examples:
      mailer events ls
      mailer events ls --past --country HN
      mailer events ls --state confirmed --json
    """
    app = app_of(context)
    with reading(app) as office:
        today = office.now.astimezone(office.rules.timezone).date()
        found = event_records.views(
            office,
            today if future and not past else None,
            today if past and not future else None,
            states=[State(one) for one in state],
            country=country.upper(),
            internal=True if internal else None,
        )
    found = [one for one in found if not (past and not future) or one.event.ends < today]
    if past and not future:
        found.reverse()
    if as_json:
        show_json([as_values(one) for one in found])
    elif found:
        show_table((">#", "days", "event", "where", "state", "presents"), [_row(one) for one in found])
    else:
        say("No event. Anybody announces one by a mail with the word “event”; `mailer events add` adds one.")


def _row(one: EventView) -> tuple[object, ...]:
    event = one.event
    title = f"{event.title} (internal)" if event.internal else event.title
    place = ", ".join(filter(None, (event.place, event.country)))
    return event.id, days(event), title, place, event.state, ", ".join(one.presenters)


def days(event: Event) -> str:
    return event.starts.isoformat() if event.starts == event.ends else f"{event.starts} – {event.ends:%m-%d}"


def as_values(one: EventView) -> dict[str, Any]:
    """The event for scripts. It has no address of anybody but the host's."""
    event = one.event
    return {
        "number": event.id,
        "state": event.state.value,
        "internal": event.internal,
        **dict.fromkeys(field.key for field in EVENT.fields),
        **values_of(event),
        "starts": event.starts,
        "ends": event.ends,
        "sequence": event.sequence,
        "uid": event.uid,
        "host": event.host or None,
        "waiting_change": dict(event.pending) or None,
        "presented_by": list(one.presenters),
        "coming": one.counts or None,
    }


@events_command.command()
@_number
@_json
@click.pass_context
def show(context: click.Context, number: int, as_json: bool) -> None:
    """Show an event, who presents, and of an internal one who comes.

    \b
    Examples:
      mailer events show 12
      mailer events show 12 --json
    """
    app = app_of(context)
    with reading(app) as office:
        one = event_records.view(office, event_records.require(office, number))
        doubles = likely_doubles(office, one.event)
    if as_json:
        asked = [[p.role.value, p.name, p.address, p.coming.value, p.talk] for p in one.participants]
        show_json({**as_values(one), "participants": asked, "doubles": [other.id for other in doubles]})
        return
    rows = [(str(line.label), _written(line.value)) for line in shown(EVENT, values_of(one.event)) if line.value]
    event = one.event
    rows += [("State", str(event.state)), ("Host", event.host or "the office")]
    rows += [("Internal", "only for the group's own members")] if event.internal else []
    rows += [("Waits for a decision", ", ".join(f"{key}: {value}" for key, value in event.pending.items()))] * bool(
        event.pending
    )
    rows += [("Presents", ", ".join(one.presenters))] if one.presenters else []
    rows += [("May be the same as", ", ".join(f"{other.id} {other.title}" for other in doubles))] if doubles else []
    show_table((), rows, title=f"Event {event.id}: {event.title}")
    if event.programme:
        say("", "Programme:", *event.programme.split("\n"))
    if one.participants:
        say("", ", ".join(f"{count} {name}" for name, count in one.counts.items()))
        people = [(p.role, p.name, p.address, p.coming, p.talk) for p in one.participants]
        show_table(("as", "name", "address", "answer", "talk"), people)


def _written(value: object) -> str:
    """A value of a line in English."""
    from mailer.compose.catalogue import ENGLISH

    if isinstance(value, Country):
        return ENGLISH.country(value)
    if isinstance(value, Phrase) and value.values:
        return value.message % {name: _written(one) for name, one in value.values.items()}
    if isinstance(value, Language):
        return ENGLISH.language(value)
    return ENGLISH.day(value) if isinstance(value, date) else str(value)


# --- add and change ---


def _lines(command: Command) -> Command:
    """The options that stand for the lines to fill in."""
    for option in (
        click.option("--programme", type=click.Path(exists=True, dir_okay=False, path_type=Path), help="A text file."),
        click.option("--costs", metavar="LIST", help="Which of a presenter are covered: travel, stay, meals or none."),
        click.option("--presenter/--no-presenter", "presenter", default=None, help="Whether one is wished for."),
        click.option("--topics", metavar="WORDS", help="With commas between them."),
        click.option("--website", metavar="URL"),
        click.option("--audience", metavar="WORDS"),
        click.option("--languages", metavar="TAGS", help="Such as en,fr."),
        click.option("--hours", metavar="HOURS", help="Such as 09:00-17:30, or with Europe/Paris behind it."),
        click.option("--ends", type=_day, help="The last day; by default the first."),
        click.option("--starts", type=_day, help="The first day, such as 2027-05-03."),
        click.option("--country", metavar="CODE", help="Two letters, such as KE."),
        click.option("--place", metavar="WORDS"),
        click.option("--organiser", metavar="NAME"),
        click.option("--kind", type=click.Choice([kind.value for kind in EventKind])),
        click.option("--title", metavar="WORDS"),
    ):
        command = option(command)
    return command


def _values(given: dict[str, Any], before: dict[str, str]) -> dict[str, str]:
    """The lines with what was given. Raises UsageError for what is none."""
    plain = ("title", "kind", "organiser", "place", "audience", "website", "topics", "hours", "languages", "costs")
    values = before | {key: given[key] for key in plain if given[key] is not None}
    if given["country"] is not None:
        values["country"] = _country(given["country"])
    if given["presenter"] is not None:
        values["presenter"] = "yes" if given["presenter"] else "no"
    if values.get("hours") and read_hours(values["hours"]) is None:
        raise click.UsageError("--hours are written as 09:00-17:30.")
    if values.get("website") and not values["website"].startswith(("https://", "http://")):
        raise click.UsageError("--website begins with https://.")
    if wrong := set(filter(None, values.get("costs", "").split(","))) - set(Cost):
        raise click.UsageError(f"--costs are some of {', '.join(Cost)}; not {', '.join(sorted(wrong))}.")
    first, last = (given[name].date() if given[name] else None for name in ("starts", "ends"))
    if first or last:
        values["dates"] = _dates(values.get("dates", ""), first, last)
    missing = [name for name in ("title", "dates") if not values.get(name)]
    if missing:
        names = " and ".join("--starts" if name == "dates" else f"--{name}" for name in missing)
        raise click.UsageError(f"An event needs {names}.")
    return values


def _dates(before: str, first: date | None, last: date | None) -> str:
    known = [date.fromisoformat(day) for day in before.split("/")] if before else []
    starts = first or (known[0] if known else last)
    ends = last or (known[-1] if known and not first else starts)
    assert starts is not None and ends is not None
    if ends < starts:
        raise click.UsageError(f"The event ends on {ends}, before it begins on {starts}.")
    return f"{starts}/{ends}"


def _country(written_code: str) -> str:
    code = written_code.upper()
    if code and not (len(code) == 2 and code.isalpha() and code in Locale("en").territories):
        raise click.UsageError(f"“{written_code}” is no code of a country: write two letters, such as KE.")
    return code


@events_command.command()
@click.argument("file", required=False, type=click.Path(exists=True, dir_okay=False, path_type=Path))
@_lines
@click.option("--internal", is_flag=True, help="For the group's own members: it appears nowhere outside.")
@_dry_run
@click.pass_context
def add(context: click.Context, /, file: Path | None, internal: bool, dry_run: bool, **given: Any) -> None:
    """Add an event that is accepted at once, from a calendar FILE (.ics), from options, or from both.

    \b
    Examples:
      mailer events add --title "JSA seminar" --starts 2027-05-03 --country JP
      mailer events add invitation.ics --country KE --kind seminar
      mailer events add --internal --title "Workshop" --starts 2027-09-01 --programme programme.txt
    """
    app = app_of(context)
    values = _values(given, _from_file(app, file))
    programme = given["programme"].read_text("utf-8") if given["programme"] else ""
    with office_for(app, "events add") as office:
        event = event_records.draft(office, values, internal=internal, programme=programme)
        for other in likely_doubles(office, event):
            say(f"warning: it may be event {other.id}, {other.title} ({other.state})", aside=True)
        if not dry_run:
            event = event_records.add(office, event)
    say(f"Would add “{event.title}”, {days(event)}." if dry_run else f"Event {event.id}: {event.title}, {days(event)}.")


def _from_file(app: App, file: Path | None) -> dict[str, str]:
    if file is None:
        return {}
    try:
        found = app.runtime.resources.calendars.read(file.read_bytes())
    except Unreadable as fault:
        raise Refused(f"{file}: {fault.reason}.") from None
    for note in found.notes:
        say(f"warning: {note}", aside=True)
    return dict(found.values)


@events_command.command()
@_number
@_lines
@_dry_run
@click.pass_context
def edit(context: click.Context, /, number: int, dry_run: bool, **given: Any) -> None:
    """Change an event at once; its host, and those who were asked to an internal one, are told.

    \b
    Examples:
      mailer events edit 12 --place Mombasa
      mailer events edit 12 --starts 2027-05-04 --ends 2027-05-05 --dry-run
    """
    app = app_of(context)
    with office_for(app, "events edit") as office:
        event = event_records.require(office, number)
        wanted = with_values(event, _values(given, values_of(event)))
        if given["programme"]:
            wanted = event_records.with_programme(wanted, given["programme"].read_text("utf-8"))
        if wanted == event:
            raise Refused("Nothing would change: say with an option what is to be another.")
        made = wanted if dry_run else change(office, event, wanted)
    before, after = values_of(event), values_of(made)
    for key in sorted({*before, *after}):
        if before.get(key) != after.get(key):
            say(f"{key}: {before.get(key, '—')} → {after.get(key, '—')}")
    if dry_run:
        say("Nothing was changed.")


# --- decide ---


@events_command.command("accept")
@_number
@click.pass_context
def accept_event(context: click.Context, number: int) -> None:
    """Accept an event that was announced, or a change of one that waits; its host is told.

    \b
    Example:
      mailer events accept 12
    """
    app = app_of(context)
    with office_for(app, "events accept") as office:
        event = accept(office, event_records.require(office, number))
    say(f"Event {number} is {event.state}: {event.title}, {days(event)}.")


@events_command.command("decline")
@_number
@click.option("-m", "--word", default="", metavar="TEXT", help="A word to its host.")
@click.pass_context
def decline_event(context: click.Context, number: int, word: str) -> None:
    """Decline an event that was announced, or a change of one that waits; its host is told.

    \b
    Example:
      mailer events decline 12 -m "It is not about our subject."
    """
    app = app_of(context)
    with office_for(app, "events decline") as office:
        event = decline(office, event_records.require(office, number), word)
    say(f"Event {number} is {event.state}.")


@events_command.command("cancel")
@_number
@click.option("-m", "--word", default="", metavar="TEXT", help="A word to its host.")
@_dry_run
@_yes
@click.pass_context
def cancel_event(context: click.Context, number: int, word: str, dry_run: bool, yes: bool) -> None:
    """Note that an event does not take place; its host, its presenter and those who were asked to it are told.

    \b
    Example:
      mailer events cancel 12 --yes
    """
    app = app_of(context)
    with reading(app) as office:
        one = event_records.view(office, event_records.require(office, number))
    told = counted(len(one.participants) + bool(one.event.host), "person", "people")
    if dry_run:
        say(f"Event {number} would be cancelled, and {told} told.")
        return
    if not agree(f"Cancel event {number}, {one.event.title}, and tell {told}?", yes):
        raise Refused("Nothing was cancelled.")
    with office_for(app, "events cancel") as office:
        cancel(office, event_records.require(office, number), word=word)
        called_off(office, number, word)
    say(f"Event {number} is cancelled.")


# --- internal events ---


@events_command.command()
@_number
@_yes
@click.pass_context
def invite(context: click.Context, number: int, yes: bool) -> None:
    """Ask each of the group's own members by mail whether they come to an internal event.

    Members who were asked before are not asked again.

    \b
    Example:
      mailer events invite 12
    """
    app = app_of(context)
    key = app.rules.events.members
    with reading(app) as office:
        event = event_records.require(office, number)
        members = len(office.work.lists.members(key)) if key else 0
    if members and not agree(f"Ask {counted(members, 'member')} of “{key}” to “{event.title}”?", yes):
        raise Refused("Nobody was invited.")
    with office_for(app, "events invite") as office:
        asked = internal_events.invite(office, event_records.require(office, number))
    say(f"Invited {counted(asked, 'member')}.")


@events_command.command()
@_number
@click.argument("addresses", nargs=-1, required=True)
@click.pass_context
def speaker(context: click.Context, number: int, addresses: tuple[str, ...]) -> None:
    """Ask people by mail whether they speak at an internal event, and about what.

    \b
    Example:
      mailer events speaker 12 "Ana Kim <ana@example.org>"
    """
    app = app_of(context)
    with office_for(app, "events speaker") as office:
        for spec in addresses:
            internal_events.ask_speaker(office, event_records.require(office, number), _address(spec))
    say(f"Asked {counted(len(addresses), 'speaker')}; `mailer events show {number}` has their answers.")


def _address(spec: str) -> Address:
    try:
        name, address = parseaddr(spec)
        return Address.parse(address or spec, name)
    except ValueError as fault:
        raise click.UsageError(str(fault)) from None


# --- export ---


@events_command.command()
@click.option("--format", "form", type=click.Choice(["csv", "ics"]), default="csv", show_default=True)
@click.option("--out", type=click.Path(dir_okay=False, path_type=Path), help="Write this file; by default the output.")
@click.option("--past", is_flag=True, help="Only what is over.")
@click.option("--future", is_flag=True, help="Only what is to come or under way.")
@click.pass_context
def export(context: click.Context, form: str, out: Path | None, past: bool, future: bool) -> None:
    """Export the accepted events, past and future, as CSV or as a calendar.

    Events for the group's own members are never in it, nor is an address of anybody. What is put on a web site is a
    published version of a list of events, with its grant: `mailer list publish`.

    \b
    Examples:
      mailer events export --out events.csv
      mailer events export --format ics --future --out events.ics
    """
    app = app_of(context)
    with reading(app) as office:
        today = office.now.astimezone(office.rules.timezone).date()
        first, last = (today if future and not past else None), (today if past and not future else None)
        found = event_records.views(office, first, last, states=PUBLIC, internal=False)
        if form == "csv":
            content = written((one.event, ", ".join(one.presenters)) for one in found).encode()
        else:
            events = [one.event for one in found]
            content = office.resources.calendars.feed(events, name=f"{office.rules.name}: events", now=office.now)
    if out is None:
        click.echo(content.decode(), nl=False)
    else:
        OfficeFiles.write(out, content)
        say(f"Wrote {counted(len(found), 'event')} to {out}.")


for _command in (recommend, assign, reports, report):
    events_command.add_command(_command)
