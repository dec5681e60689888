"""The arguments that name an issue."""

from __future__ import annotations

import click

from mailer.app import App


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
