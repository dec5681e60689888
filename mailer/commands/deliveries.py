"""``mailer deliveries``: who has what."""

from __future__ import annotations

import csv
import json
import sys
from collections.abc import Iterator
from itertools import islice

import click

from mailer.app import App
from mailer.commands.steps import chosen, number_argument
from mailer.commands.terminal import app_of, say, show_table
from mailer.issues import handlers
from mailer.issues.model import Issue
from mailer.lists.roster import guarded
from mailer.outbox.model import Delivery, Record

COLUMNS = ("recipient", "state", "attempts", "reply", "message_id", "due_at", "settled_at")

SHOWN = 50
"""Rows of the table; the other forms show all."""

PAGE = 1000
"""Rows that are read at a time, so that a million take no more memory than these."""


@click.command("deliveries")
@number_argument
@click.option(
    "--state",
    "states",
    type=click.Choice([state.value for state in Delivery], case_sensitive=False),
    multiple=True,
    help="Only these (may be repeated).",
)
@click.option("--to", "part", default="", metavar="TEXT", help="Only addresses that hold TEXT.")
@click.option("--csv", "form", flag_value="csv", help="All of them as CSV, safe to open in a spreadsheet.")
@click.option("--json", "form", flag_value="json", help="All of them, one JSON object a line.")
@click.pass_context
def deliveries_command(
    context: click.Context, number: int, publication: str | None, states: tuple[str, ...], part: str, form: str | None
) -> None:
    """Show who has an issue and who has not, with the relay's own words for each.

    \b
    Examples:
      mailer deliveries 1
      mailer deliveries 1 --state failed --state "in doubt"
      mailer deliveries 1 --to @example.org
      mailer deliveries 1 --csv > deliveries.csv
    """
    app = app_of(context)
    with app.open_store().snapshot() as work:
        issue = handlers.find(app.desk(work, "", ""), chosen(app, publication), number)
    records = _records(app, issue, [Delivery(state) for state in states], part)
    if form == "csv":
        _as_csv(records)
    elif form == "json":
        for record in records:
            click.echo(json.dumps(_fields(record), ensure_ascii=False))
    else:
        _as_table(records)


def _records(app: App, issue: Issue, states: list[Delivery], part: str) -> Iterator[Record]:
    after = 0
    while True:
        with app.store.snapshot() as work:
            page = work.outbox.page(issue.id, after, PAGE, states, part)
        if not page:
            return
        yield from page
        after = page[-1].id


def _fields(record: Record) -> dict[str, str | int | None]:
    return {
        "recipient": record.recipient,
        "state": record.state.value,
        "attempts": record.attempts,
        "reply": record.reply,
        "message_id": record.message_id,
        "due_at": record.due_at.isoformat() if record.due_at else None,
        "settled_at": record.settled_at.isoformat() if record.settled_at else None,
    }


def _as_csv(records: Iterator[Record]) -> None:
    writer = csv.writer(sys.stdout, lineterminator="\r\n")
    writer.writerow(COLUMNS)
    for record in records:
        fields = _fields(record)
        writer.writerow([guarded(str(fields[column] if fields[column] is not None else "")) for column in COLUMNS])


def _as_table(records: Iterator[Record]) -> None:
    shown = list(islice(records, SHOWN + 1))
    if not shown:
        say("No such delivery.")
        return
    show_table(("recipient", "state", "reply"), [(r.recipient, r.state, r.reply) for r in shown[:SHOWN]])
    if len(shown) > SHOWN:
        say("… and more: --state and --to narrow it, --csv and --json show all.")
