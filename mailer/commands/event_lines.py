"""The number of an event, and the options that stand for its lines to fill in."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any, TypeVar

import click

from mailer.commands.arguments import read_option
from mailer.model.cldr import read_country
from mailer.model.event_lines import Cost, read_hours
from mailer.model.events import EventKind
from mailer.model.organisations import read_languages, read_website

Command = TypeVar("Command", bound=Callable[..., object])

number_argument = click.argument("number", type=click.IntRange(min=1))
yes_option = click.option("-y", "--yes", is_flag=True, help="Do not ask.")
_day = click.DateTime(["%Y-%m-%d"])


def line_options(command: Command) -> Command:
    """The options that stand for the lines to fill in."""
    for option in (
        click.option("--programme", type=click.Path(exists=True, dir_okay=False, path_type=Path), help="A text file."),
        click.option("--costs", metavar="LIST", help="Which of a presenter are covered: travel, stay, meals or none."),
        click.option("--presenter/--no-presenter", "presenter", default=None, help="Whether one is wished for."),
        click.option("--topics", metavar="WORDS", help="With commas between them."),
        click.option("--website", metavar="URL", callback=read_option(read_website)),
        click.option("--audience", metavar="WORDS"),
        click.option("--languages", metavar="NAMES", callback=read_option(read_languages), help="Such as en,fr."),
        click.option("--hours", metavar="HOURS", help="Such as 09:00-17:30, or with Europe/Paris behind it."),
        click.option("--ends", type=_day, help="The last day; by default the first."),
        click.option("--starts", type=_day, help="The first day, such as 2027-05-03."),
        click.option(
            "--country", metavar="NAME", callback=read_option(read_country), help="A code or a name, KE or Kenya."
        ),
        click.option("--place", metavar="WORDS"),
        click.option("--organiser", metavar="NAME"),
        click.option("--kind", type=click.Choice([kind.value for kind in EventKind])),
        click.option("--title", metavar="WORDS"),
    ):
        command = option(command)
    return command


def values_given(given: dict[str, Any], before: dict[str, str]) -> dict[str, str]:
    """The lines with what was given. Raises UsageError for what is none."""
    plain = ("title", "kind", "organiser", "place", "audience", "website", "topics", "hours", "costs", "country")
    values = before | {key: given[key] for key in plain if given[key] is not None}
    if given["languages"] is not None:
        values["languages"] = ",".join(given["languages"])
    if given["presenter"] is not None:
        values["presenter"] = "yes" if given["presenter"] else "no"
    if values.get("hours") and read_hours(values["hours"]) is None:
        raise click.UsageError("--hours are written as 09:00-17:30.")
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
