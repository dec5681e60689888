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
from mailer.handlers import mailings
from mailer.model.failures import Group, group_replies
from mailer.model.issues import Issue
from mailer.model.list_file import guarded
from mailer.model.mailings import NO_MAILING, Mailing
from mailer.model.outbox import Delivery, DeliveryRow

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
        mailing = mailings.of_issue(work, issue)
    if summary:
        _summarise(app, issue, mailing, form == "json")
        return
    rows = _rows(app, mailing, [Delivery(state) for state in states], part)
    if form == "csv":
        _as_csv(rows)
    elif form == "json":
        for row in rows:
            click.echo(json.dumps(_fields(row), ensure_ascii=False))
    else:
        _as_table(rows)
        _stalled(app, issue, mailing)


def _stalled(app: App, issue: Issue, mailing: Mailing | None) -> None:
    if mailing:
        with app.store.snapshot() as work:
            counts = work.outbox.counts(mailing.id)
        say(*stalled(app, issue.publication, issue.number, counts, mailing.paused_at is not None))


def _rows(app: App, mailing: Mailing | None, states: list[Delivery], part: str) -> Iterator[DeliveryRow]:
    after = 0
    while mailing:
        with app.store.snapshot() as work:
            page = work.outbox.page(mailing.id, after, PAGE, states, part)
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


def _summarise(app: App, issue: Issue, mailing: Mailing | None, as_json: bool) -> None:
    copies = mailing.id if mailing else NO_MAILING
    with app.store.snapshot() as work:
        counts = work.outbox.counts(copies)
        causes = [(state, group_replies(work.deliveries.replies(copies, state))) for state in TROUBLED if counts[state]]
        domains = work.deliveries.troubled(copies, DOMAINS)
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
    _stalled(app, issue, mailing)


def _named(group: Group) -> str:
    return group.addresses[0] + (" …" if group.count > 1 else "")
