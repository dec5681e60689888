"""``mailer deliveries``: who got an issue."""

from __future__ import annotations

import csv
import json
import sys
from collections.abc import Iterator
from itertools import islice
from typing import Any

import click

from mailer.app import App
from mailer.commands.arguments import chosen, number_argument
from mailer.commands.needs import sentences
from mailer.commands.terminal import app_of, by_state, reading, say, show_json, show_table
from mailer.handlers import deliveries, issues
from mailer.handlers.deliveries import Summary
from mailer.model.failures import Group
from mailer.model.issues import Issue
from mailer.model.list_file import guarded
from mailer.model.outbox import Delivery, DeliveryRow

COLUMNS = ("recipient", "state", "attempts", "reply", "message_id", "due_at", "settled_at")

SHOWN = 50
"""Rows in the table; CSV and JSON have all."""

PAGE = 1000
"""Rows that are read at a time, so that a million need no more memory."""


@click.command("deliveries")
@number_argument
@click.option(
    "--state",
    "states",
    type=click.Choice([state.value for state in Delivery], case_sensitive=False),
    multiple=True,
    help="Only deliveries in this state; may be repeated.",
)
@click.option("--to", "part", default="", metavar="TEXT", help="Only addresses that contain TEXT.")
@click.option("--csv", "form", flag_value="csv", help="Print all as CSV, safe to open in a spreadsheet.")
@click.option("--json", "form", flag_value="json", help="Print all, one JSON object a line.")
@click.option("--summary", is_flag=True, help="Print counts by state, by cause and by domain.")
@click.pass_context
def deliveries_command(
    context: click.Context,
    number: int,
    publication: str | None,
    states: tuple[str, ...],
    part: str,
    form: str | None,
    summary: bool,
) -> None:
    """Show who got an issue and who did not, with the relay's own words.

    \b
    Examples:
      mailer deliveries 1
      mailer deliveries 1 --state failed --state "in doubt"
      mailer deliveries 1 --to @example.org
      mailer deliveries 1 --csv > deliveries.csv
      mailer deliveries 1 --summary
    """
    if summary and (states or part or form == "csv"):
        raise click.UsageError("--summary is of the whole issue: give no other option with it but --json.")
    app = app_of(context)
    with reading(app) as office:
        issue = issues.find(office, chosen(app, publication), number)
        found = deliveries.summary(office, issue, app.at_work) if summary else None
        needs = deliveries.needs(office, issue, app.at_work)
    if found is not None:
        _show_summary(app, found, form == "json")
        return
    rows = _rows(app, issue, [Delivery(state) for state in states], part)
    if form == "csv":
        _as_csv(rows)
    elif form == "json":
        for row in rows:
            click.echo(json.dumps(_fields(row), ensure_ascii=False))
    else:
        _as_table(rows)
        say(*sentences(app, needs))


def _rows(app: App, issue: Issue, states: list[Delivery], part: str) -> Iterator[DeliveryRow]:
    after = 0
    while True:
        with reading(app) as office:
            page = deliveries.page(office, issue, after, PAGE, states, part)
        if not page:
            return
        yield from page
        after = page[-1].id


def _fields(row: DeliveryRow) -> dict[str, str | int | None]:
    return {
        "recipient": row.recipient,
        "state": row.state.value,
        "attempts": row.attempts,
        "reply": row.reply,
        "message_id": row.message_id,
        "due_at": row.due_at.isoformat() if row.due_at else None,
        "settled_at": row.settled_at.isoformat() if row.settled_at else None,
    }


def _as_csv(rows: Iterator[DeliveryRow]) -> None:
    writer = csv.writer(sys.stdout, lineterminator="\r\n")
    writer.writerow(COLUMNS)
    for row in rows:
        fields = _fields(row)
        writer.writerow([guarded(str(fields[column] if fields[column] is not None else "")) for column in COLUMNS])


def _as_table(rows: Iterator[DeliveryRow]) -> None:
    shown = list(islice(rows, SHOWN + 1))
    if not shown:
        say("No such delivery.")
        return
    show_table(("recipient", "state", "reply"), [(r.recipient, r.state, r.reply) for r in shown[:SHOWN]])
    if len(shown) > SHOWN:
        say("… and more: --state and --to narrow it, --csv and --json show all.")


def _show_summary(app: App, found: Summary, as_json: bool) -> None:
    if as_json:
        show_json(_summary_json(found))
        return
    say(f"{by_state(found.counts) or 'No copy is written yet'}.")
    if found.causes:
        rows = [(cause.count, state, cause.words, _example(cause)) for state, cause in found.causes]
        say("")
        show_table((">copies", "state", "cause", "such as"), rows)
    if found.domains:
        say("")
        show_table(("domain", ">deferred", ">failed"), [(d.domain, d.deferred, d.failed) for d in found.domains])
    say(*sentences(app, found.needs))


def _summary_json(found: Summary) -> dict[str, Any]:
    return {
        "deliveries": {state.value: found.counts[state] for state in Delivery},
        "causes": [
            {"state": state.value, "cause": cause.words, "copies": cause.count, "recipients": cause.addresses}
            for state, cause in found.causes
        ],
        "domains": [{"domain": d.domain, "deferred": d.deferred, "failed": d.failed} for d in found.domains],
    }


def _example(cause: Group) -> str:
    return cause.addresses[0] + (" …" if cause.count > 1 else "")
