"""``mailer events recommend``, ``assign``, ``reports`` and ``report``: presenters at events, and what they report."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from pathlib import Path

import click

from mailer.app import App
from mailer.assigning import assign as ask_one
from mailer.assigning import check
from mailer.commands.terminal import app_of, counted, office_for, reading, say, show_json, show_table
from mailer.compose.catalogue import ENGLISH
from mailer.compose.criteria import said
from mailer.errors import Refused
from mailer.handlers import event_reports
from mailer.handlers.event_reports import Filed
from mailer.message import clean
from mailer.model.assignments import STATE_NAMES
from mailer.model.event_reports import REPORT
from mailer.model.questionnaires import shown
from mailer.office import Office
from mailer.recommendations import Recommendation
from mailer.recommendations import recommend as ranked

_number = click.argument("number", type=click.IntRange(min=1))
_json = click.option("--json", "as_json", is_flag=True, help="For scripts.")


@click.command()
@_number
@_json
@click.pass_context
def recommend(context: click.Context, number: int, as_json: bool) -> None:
    """Rank the bank of presenters for an event, and say for what each gets points.

    Who does not speak its language or is not free then is named below, with the reason.

    \b
    Examples:
      mailer events recommend 12
      mailer events recommend 12 --json
    """
    with reading(app_of(context)) as office:
        found = ranked(office, number)
    if as_json:
        show_json(_recommendation(found))
        return
    people, ranking = found.presenters, found.ranking
    for taken in found.taken:
        if taken.presenter in people:
            say(f"{people[taken.presenter].label}: {said(STATE_NAMES[taken.state], ENGLISH)}")
    rows = [
        (
            one.candidate.presenter,
            people[one.candidate.presenter].label,
            one.points,
            "; ".join(f"{reason.points:+d} {said(reason.words, ENGLISH)}" for reason in one.reasons),
        )
        for one in ranking.suited
    ]
    if rows:
        show_table((">#", "name", ">points", "for"), rows, title=f"Event {number}: {found.event.title}")
        if not found.taken:
            say("", f"Ask one with `mailer events assign {number} PRESENTER`.")
    elif not found.taken:
        say(f"Nobody in the bank suits event {number}. Experts are asked with `mailer presenters call`.")
    if ranking.unsuited:
        others = [
            (one.candidate.presenter, people[one.candidate.presenter].label, said(one.reason, ENGLISH))
            for one in ranking.unsuited
        ]
        say("")
        show_table((">#", "name", "why not"), others)


def _recommendation(found: Recommendation) -> dict[str, object]:
    return {
        "event": found.event.id,
        "taken": [
            {
                "presenter": one.presenter,
                "name": found.presenters[one.presenter].label,
                "state": one.state.value,
            }
            for one in found.taken
            if one.presenter in found.presenters
        ],
        "suited": [
            {
                "presenter": one.candidate.presenter,
                "name": found.presenters[one.candidate.presenter].label,
                "points": one.points,
                "reasons": [[reason.points, said(reason.words, ENGLISH)] for reason in one.reasons],
                "asked_last": one.asked_last if one.asked_last > date.min else None,
            }
            for one in found.ranking.suited
        ],
        "unsuited": [
            {
                "presenter": one.candidate.presenter,
                "name": found.presenters[one.candidate.presenter].label,
                "reason": said(one.reason, ENGLISH),
            }
            for one in found.ranking.unsuited
        ],
    }


@click.command()
@_number
@click.argument("presenters", nargs=-1, required=True, type=click.IntRange(min=1))
@click.option("--dry-run", is_flag=True, help="Show what would happen and change nothing.")
@click.pass_context
def assign(context: click.Context, number: int, presenters: tuple[int, ...], dry_run: bool) -> None:
    """Ask a presenter by mail whether they come to an event; with several, one after the other, until one says yes.

    PRESENTER is the number that `mailer events recommend` shows. A warning names who is busy then, or does not speak
    the event's languages.

    \b
    Examples:
      mailer events assign 12 4
      mailer events assign 12 4 7 3 --dry-run
    """
    first, *following = dict.fromkeys(presenters)
    app = app_of(context)
    if dry_run:
        with reading(app) as office:
            names = _checked(office, number, (first, *following))
        say(f"{names[0]} would be asked{_then(names[1:])}.")
        return
    with office_for(app, "events assign") as office:
        names = _checked(office, number, (first, *following))
        ask_one(office, number, first, following)
    say(f"{names[0]} is asked{_then(names[1:])}. `mailer events show {number}` says who presents.")


def _checked(office: Office, number: int, presenters: Sequence[int]) -> list[str]:
    """The names of those who can be asked, with a warning for each who does not suit. Raises Refused for another."""
    names = {one: check(office, number, one)[1].label for one in presenters}
    hindered = {one.candidate.presenter: one.reason for one in ranked(office, number).ranking.unsuited}
    for one, name in names.items():
        if one in hindered:
            say(f"warning: {name} {said(hindered[one], ENGLISH)}", aside=True)
    return list(names.values())


def _then(names: list[str]) -> str:
    return f", then {', then '.join(names)}" if names else ""


@click.command()
@click.argument("number", type=click.IntRange(min=1), required=False)
@_json
@click.pass_context
def reports(context: click.Context, number: int | None, as_json: bool) -> None:
    """List the reports of presenters, on one event or on all.

    \b
    Examples:
      mailer events reports
      mailer events reports 12 --json
    """
    with reading(app_of(context)) as office:
        found = event_reports.filed(office, number)
    if as_json:
        show_json([_as_values(one) for one in found])
    elif found:
        rows = [
            (one.report.id, one.event.id, one.event.title, one.presenter, one.report.values.get("people", ""))
            for one in found
        ]
        show_table((">#", ">event", "title", "presenter", ">people"), rows)
    else:
        say("There is no report. Presenters are asked for one on the day after their event.")


@click.command()
@_number
@click.option(
    "--save",
    type=click.Path(file_okay=False, path_type=Path),
    metavar="FOLDER",
    help="Write what was attached into this folder, under names of ours.",
)
@_json
@click.pass_context
def report(context: click.Context, number: int, save: Path | None, as_json: bool) -> None:
    """Show a report, and save what was attached to it. No file is ever overwritten.

    \b
    Examples:
      mailer events report 12
      mailer events report 12 --save /tmp/12
    """
    app = app_of(context)
    with reading(app) as office:
        found = event_reports.require(office, number)
    if as_json:
        show_json(_as_values(found))
    else:
        _show(app, found)
    for path in _save(app, found, save) if save else []:
        say(f"Written: {path}", aside=as_json)


def _as_values(one: Filed) -> dict[str, object]:
    return {
        "number": one.report.id,
        "event": one.event.id,
        "title": one.event.title,
        "presenter": one.presenter,
        "received_at": one.report.received_at.isoformat(),
        **{field.key: one.report.values.get(field.key, "") for field in REPORT.fields},
        "words": one.report.words,
        "files": [[file.given, file.name, file.media_type, file.size] for file in one.files],
    }


def _show(app: App, one: Filed) -> None:
    say(f"Report {one.report.id} on event {one.event.id}, {one.event.title}, by {one.presenter}")
    say(f"Received {app.when(one.report.received_at)}.")
    lines = [(str(line.label), said(line.value, ENGLISH)) for line in shown(REPORT, one.report.values) if line.value]
    for label, text in [*lines, *([("Besides", one.report.words)] if one.report.words else [])]:
        say("", f"{label}:", *(f"    {clean(row, 1000)}" for row in text.split("\n")))
    if one.files:
        say("")
        show_table(
            ("name of ours", "name", "type", ">bytes"),
            [(file.given, file.name, file.media_type, f"{file.size:,}") for file in one.files],
        )


def _save(app: App, found: Filed, folder: Path) -> list[Path]:
    """Write the attachments for their reader alone. Raises Refused if one of the files is there already."""
    paths = [folder / file.given for file in found.files]
    if there := [str(path) for path in paths if path.exists() or path.is_symlink()]:
        raise Refused(f"{', '.join(there)}: there is such a file already; choose another folder.")
    if not paths:
        raise Refused(f"Nothing is attached to report {found.report.id}, or its mail was erased.")
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    for path, (_, data) in zip(paths, event_reports.attached(found), strict=True):
        app.files.write(path, data)
    say(f"{counted(len(paths), 'file')} of {found.presenter}: open them with care.", aside=True)
    return paths
