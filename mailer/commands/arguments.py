"""The arguments that name an issue, a version of a document, or a time."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import click

from mailer.app import App
from mailer.message import clean
from mailer.model.library import Number
from mailer.model.working_days import Span


def number_argument(command: click.decorators.FC) -> click.decorators.FC:
    """``NUMBER``, and ``-p`` for the publication."""
    return click.argument("number", type=click.IntRange(min=0))(publication_option(command))


def publication_option(command: click.decorators.FC) -> click.decorators.FC:
    return click.option(
        "-p", "--publication", metavar="KEY", help="The publication; by default the first one in the configuration."
    )(command)


def chosen(app: App, publication: str | None) -> str:
    """The publication's key. Raises Refused for one that is not configured."""
    return app.rules.publication(publication or next(iter(app.rules.publications))).key


class _Number(click.ParamType[Number]):
    """The number of a version of a document, such as 1.0."""

    name = "version"

    def convert(self, value: object, param: click.Parameter | None, ctx: click.Context | None) -> Number:
        if isinstance(value, Number):
            return value
        try:
            return Number.parse(str(value))
        except ValueError as fault:
            self.fail(f"{fault}", param, ctx)


NUMBER = _Number()

language_option = click.option(
    "--language", default="", metavar="TAG", help="The edition in this language, such as fr; else the original."
)


_SPAN = re.compile(r"(\d{1,3}) (day|week|working day)s?")


def span_of(text: str) -> Span | None:
    """A time such as ``2 days``, ``1 week`` or ``3 working days``; None if it is none, or more than a year."""
    found = _SPAN.fullmatch(" ".join(text.split()).lower())
    days = int(found[1]) * (7 if found[2] == "week" else 1) if found else 0
    return Span(days, working=found[2] == "working day") if found and 0 < days <= 366 else None


def since_option(command: click.decorators.FC) -> click.decorators.FC:
    """``--since``, as text for ``moment``."""
    return click.option(
        "--since", metavar="WHEN", help="Only from then on: 2026-11-01, 2026-11-01T09:00, or 30d, 12h."
    )(command)


def moment(app: App, text: str | None) -> datetime | None:
    """The time that ``--since`` names, in the office's time zone if it has none. Raises BadParameter."""
    if text is None:
        return None
    ago = re.fullmatch(r"(\d{1,5})([dh])", text.strip())
    if ago:
        return app.clock.now() - timedelta(**{{"d": "days", "h": "hours"}[ago[2]]: int(ago[1])})
    try:
        found = datetime.fromisoformat(text.strip())
    except ValueError:
        raise click.BadParameter(f"“{text}” is not a time like 2026-11-01, 30d or 12h", param_hint="--since") from None
    return (found if found.tzinfo else found.replace(tzinfo=app.rules.timezone)).astimezone(UTC)


def read_option(read: Callable[[str], object]) -> Callable[[click.Context, click.Parameter, str | None], object]:
    """A callback that reads an option's value, if there is one."""

    def callback(context: click.Context, option: click.Parameter, value: str | None) -> object:
        try:
            return None if value is None else read(clean(value))
        except ValueError as fault:
            raise click.BadParameter(str(fault)) from None

    return callback
