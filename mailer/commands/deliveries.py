"""``mailer deliveries``: who has what."""

from __future__ import annotations

import csv
import json
import sys
from collections.abc import Iterator
from itertools import islice

import click

from mailer.app import App
from mailer.commands.steps import chosen, number_argument, stalled
from mailer.commands.terminal import app_of, say, show_json, show_table
from mailer.handlers import issues as handlers
from mailer.model.failures import Cause, by_cause
from mailer.model.issues import Issue
from mailer.model.list_file import guarded
from mailer.model.outbox import Delivery, Record

COLUMNS = ("recipient", "state", "attempts", "reply", "message_id", "due_at", "settled_at")

SHOWN = 50
"""Rows of the table; the other forms show all."""

PAGE = 1000
"""Rows that are read at a time, so that a million take no more memory than these."""


DOMAINS = 20
"""Domains of the summary; those with the most trouble."""

TROUBLED = (Delivery.FAILED, Delivery.DEFERRED, Delivery.DOUBTFUL, Delivery.SUPPRESSED)
"""States whose causes are of interest, in the summary's order."""


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
@click.option("--summary", is_flag=True, help="Counts by state, by cause and by domain instead of rows.")
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
    """Show who has an issue and who has not, with the relay's own words for each.

    \b
    Examples:
      mailer deliveries 1
      mailer deliveries 1 --state failed --state "in doubt"
      mailer deliveries 1 --to @example.org
      mailer deliveries 1 --csv > deliveries.csv
      mailer deliveries 1 --summary
    """
    if summary and (states or part or form == "csv"):
        raise click.UsageError("--summary is of the whole issue: of the others it goes with --json alone.")
    app = app_of(context)
    with app.open_store().snapshot() as work:
        issue = handlers.find(app.office(work, "", ""), chosen(app, publication), number)
    if summary:
        _summarise(app, issue, form == "json")
        return
    records = _records(app, issue, [Delivery(state) for state in states], part)
    if form == "csv":
        _as_csv(records)
    elif form == "json":
        for record in records:
            click.echo(json.dumps(_fields(record), ensure_ascii=False))
    else:
        _as_table(records)
        _stalled(app, issue)


def _stalled(app: App, issue: Issue) -> None:
    with app.store.snapshot() as work:
        counts = work.outbox.counts(issue.id)
    say(*stalled(app, issue.publication, issue.number, counts, issue.paused_at is not None))


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


def _summarise(app: App, issue: Issue, as_json: bool) -> None:
    with app.store.snapshot() as work:
        counts = work.outbox.counts(issue.id)
        causes = [(state, by_cause(work.deliveries.replies(issue.id, state))) for state in TROUBLED if counts[state]]
        domains = work.deliveries.troubled(issue.id, DOMAINS)
    if as_json:
        show_json(
            {
                "deliveries": {state.value: counts[state] for state in Delivery},
                "causes": [
                    {"state": state.value, "cause": c.words, "copies": c.count, "recipients": c.addresses}
                    for state, found in causes
                    for c in found
                ],
                "domains": [{"domain": d.domain, "deferred": d.deferred, "failed": d.failed} for d in domains],
            }
        )
        return
    say(f"{', '.join(f'{counts[state]} {state}' for state in Delivery if counts[state]) or 'No copy is written yet'}.")
    if causes:
        rows = [(c.count, state, c.words, _named(c)) for state, found in causes for c in found]
        say("")
        show_table((">copies", "state", "cause", "such as"), rows)
    if domains:
        say("")
        show_table(("domain", ">deferred", ">failed"), [(d.domain, d.deferred, d.failed) for d in domains])
    _stalled(app, issue)


def _named(cause: Cause) -> str:
    return cause.addresses[0] + (" …" if cause.count > 1 else "")
