"""``mailer issue plan``: what each issue is to have, and how far it is."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import groupby
from typing import Any

import click

from mailer.app import App, article_files
from mailer.commands.arguments import chosen, publication_option
from mailer.commands.terminal import app_of, reading, say, show_json, show_table
from mailer.model import article_plan
from mailer.model.article_plan import Row
from mailer.model.articles import Article


@click.command()
@click.argument("number", type=click.IntRange(min=0), required=False)
@publication_option
@click.option("--json", "as_json", is_flag=True, help="For scripts.")
@click.pass_context
def plan(context: click.Context, number: int | None, publication: str | None, as_json: bool) -> None:
    """Show what an issue, or each, is to have: planned, asked, in, late, proofed, in the issue.

    What is planned stands in the file that [articles] plan names. The plan of one issue has all articles of its folder.

    \b
    Examples:
      mailer issue plan
      mailer issue plan 2
    """
    app = app_of(context)
    key = chosen(app, publication) if publication or number is not None else None
    with reading(app) as office:
        articles = office.work.articles.each()
    rows = list(_rows(app, articles, key, number))
    if as_json:
        show_json([_json(row) for row in rows])
    elif rows:
        _show(app, rows)
    else:
        say("Nothing is planned: write it into the file that [articles] plan names, or `mailer article ask`.")


def _rows(app: App, articles: Sequence[Article], key: str | None, number: int | None) -> Sequence[Row]:
    planned, today = article_files.planned(app), app.clock.now().astimezone(app.rules.timezone).date()
    issues = {(one.publication, one.number) for one in planned} | {(one.publication, one.number) for one in articles}
    if key is not None and number is not None:
        issues = {(key, number)}
    order = list(app.rules.publications)
    found: list[Row] = []
    wanted = [one for one in issues if key in (None, one[0]) and one[0] in order]
    for name, one in sorted(wanted, key=lambda issue: (order.index(issue[0]), issue[1] is None, issue[1] or 0)):
        printed = article_files.in_folder(app, name, one) if one is not None else ()
        rows = article_plan.rows(name, one, planned, articles, printed, today)
        found += [row for row in rows if number is not None or not row.is_file_alone]
    return found


def _show(app: App, rows: Sequence[Row]) -> None:
    """A table for each issue, below its name."""
    for position, ((publication, number), own) in enumerate(groupby(rows, lambda row: (row.publication, row.number))):
        title = app.rules.publications[publication].title
        say(("\n" if position else "") + (title if number is None else f"{title} {number}"))
        show_table(("article", "by", ">words", "due", "state", ">no."), [_shown(row) for row in own])


def _shown(row: Row) -> tuple[object, ...]:
    return row.title, row.by, row.words or "", row.due or "", row.standing.value, row.article or ""


def _json(row: Row) -> dict[str, Any]:
    return {
        "publication": row.publication,
        "issue": row.number,
        "title": row.title,
        "by": row.by,
        "words": row.words,
        "due": row.due.isoformat() if row.due else None,
        "state": row.standing.value,
        "article": row.article,
        "file": row.file or None,
    }
