"""``mailer events``: seminars, conferences and other events, and those of the group's own members."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from pathlib import Path
from typing import Any

import click

from mailer.app import App
from mailer.app.office_files import OfficeFiles
from mailer.assigning import called_off
from mailer.commands import event_presenters, internal_events
from mailer.commands.arguments import read_option
from mailer.commands.event_lines import line_options, number_argument, values_given, yes_option
from mailer.commands.terminal import Group, agree, app_of, counted, office_for, reading, say, show_json, show_table
from mailer.compose.catalogue import ENGLISH
from mailer.errors import Refused
from mailer.event_mail import accept, cancel, change, decline, likely_doubles
from mailer.handlers import event_records
from mailer.handlers.event_records import EventView
from mailer.model.cldr import read_country
from mailer.model.event_file import written
from mailer.model.event_lines import EVENT, values_of, with_values
from mailer.model.events import PUBLIC, STATE_NAMES, Coming, Event, State
from mailer.model.questionnaires import shown
from mailer.phrases import Country, Days, Language, Phrase
from mailer.ports.icalendar import Unreadable

_json = click.option("--json", "as_json", is_flag=True, help="For scripts.")
_dry_run = click.option("--dry-run", is_flag=True, help="Show what would happen and change nothing.")


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
@click.option(
    "--country", default="", metavar="NAME", callback=read_option(read_country), help="Only there: KE or Kenya."
)
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
            country=country,
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
    return event.id, days(event), title, place, str(STATE_NAMES[event.state]), ", ".join(one.presenters)


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
@number_argument
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
    rows += [("State", str(STATE_NAMES[event.state])), ("Host", event.host or "the office")]
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
        said = (f"{counted(count, role)} {_COMING[coming][count != 1]}" for role, coming, count in one.replies)
        say("", ", ".join(said))
        people = [(p.role, p.name, p.address, p.coming, p.talk) for p in one.participants]
        show_table(("as", "name", "address", "answer", "talk"), people)


_COMING: Mapping[Coming, tuple[str, str]] = {
    Coming.ASKED: ("has not answered", "have not answered"),
    Coming.YES: ("comes", "come"),
    Coming.NO: ("does not come", "do not come"),
    Coming.LATER: ("does not know yet", "do not know yet"),
}
"""What one of them, and what several have answered."""


def _written(value: object) -> str:
    """A value of a line in English."""
    if isinstance(value, Days):
        return " ".join(ENGLISH.days(value).split())
    if isinstance(value, Country):
        return ENGLISH.country(value)
    if isinstance(value, Phrase) and value.values:
        return value.message % {name: _written(one) for name, one in value.values.items()}
    if isinstance(value, Language):
        return ENGLISH.language(value)
    return ENGLISH.day(value) if isinstance(value, date) else str(value)


# --- add and change ---


@events_command.command()
@click.argument("file", required=False, type=click.Path(exists=True, dir_okay=False, path_type=Path))
@line_options
@click.option("--internal", is_flag=True, help="For the group's own members: it appears nowhere outside.")
@_dry_run
@click.pass_context
def add(context: click.Context, /, file: Path | None, internal: bool, dry_run: bool, **given: Any) -> None:
    """Add an event that is accepted at once, from a calendar FILE (.ics), from options, or from both.

    \b
    Examples:
      mailer events add --title "JSA seminar" --starts 2027-05-03 --country JP
      mailer events add invitation.ics --country KE --kind seminar
      mailer events add --internal --title "Workshop" --starts 2027-09-01 \\
                        --programme programme.txt
    """
    app = app_of(context)
    values = values_given(given, _from_file(app, file))
    programme = given["programme"].read_text("utf-8") if given["programme"] else ""
    with office_for(app, "events add") as office:
        event = event_records.draft(office, values, internal=internal, programme=programme)
        for other in likely_doubles(office, event):
            say(f"warning: it may be event {other.id}, {other.title} ({STATE_NAMES[other.state]})", aside=True)
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
@number_argument
@line_options
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
        wanted = with_values(event, values_given(given, values_of(event)))
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
@number_argument
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
@number_argument
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
@number_argument
@click.option("-m", "--word", default="", metavar="TEXT", help="A word to its host.")
@_dry_run
@yes_option
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


for command in (
    internal_events.invite,
    internal_events.speaker,
    event_presenters.recommend,
    event_presenters.assign,
    event_presenters.reports,
    event_presenters.report,
):
    events_command.add_command(command)
