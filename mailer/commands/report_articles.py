"""``mailer issue draft``: an article that begins as somebody's report."""

from __future__ import annotations

import click

from mailer.app import report_articles
from mailer.commands.arguments import chosen, number_argument
from mailer.commands.terminal import app_of, counted, reading, say
from mailer.handlers import event_reports


@click.command()
@number_argument
@click.option(
    "--from-report", "report", type=click.IntRange(min=1), required=True, metavar="REPORT", help="The report's number."
)
@click.pass_context
def draft(context: click.Context, number: int, report: int, publication: str | None) -> None:
    """Write an article of a presenter's report into the folder of an issue, after the other articles.

    What the presenter wrote is printed as it stands: no mark or address in it has an effect. Pictures are copied if
    they can be used. No file is ever overwritten.

    \b
    Example:
      mailer issue draft 3 --from-report 12
    """
    app = app_of(context)
    key = chosen(app, publication)
    with reading(app) as office:
        filed = event_reports.require(office, report)
    made = report_articles.draft(app, key, number, filed)
    say(f"Made {made.path}, with {counted(len(made.pictures), 'picture')}.")
    for fault in made.left_out:
        say(f"warning: {fault}", aside=True)
    if not filed.may_name:
        say("It names no author: the presenter has not let their name be published. Ask them before you write it.")
    if filed.report.values.get("better"):
        say(f"“What should be better” is for the group, and not in it: `mailer events report {report}` shows it.")
    say(f"Make an article of it, then run `mailer issue check {app.rules.typed(key, number)}`.")
