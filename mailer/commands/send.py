"""``mailer send``: distribute an issue."""

from __future__ import annotations

from datetime import UTC, datetime

import click

from mailer.app import App
from mailer.commands.plan import Doubts, Plan, make_plan, show_plan
from mailer.commands.progress import Output, ProgressFormat
from mailer.commands.resend import send_to_more
from mailer.commands.sending import STOPPED, agreed, carry_out, count, report, send_and_report, show_troubles, troubles
from mailer.commands.steps import chosen, publication_option, require
from mailer.commands.terminal import app_of, counted, duration, office_for, say
from mailer.errors import Refused
from mailer.handlers import deliveries as outbox
from mailer.handlers import issues as handlers
from mailer.handlers import mailings
from mailer.model.issues import Event, Issue, State
from mailer.model.mailings import Resend
from mailer.model.outbox import Delivery


@click.command("send")
@click.argument("number", type=click.IntRange(min=0), required=False)
@click.option("--to", "only", metavar="LIST", multiple=True, help="Only to this list (may be repeated).")
@click.option("--at", "due", metavar="TIME", help="Let the daemon start it then: 2026-12-01T09:00, or with +01:00.")
@click.option("--dry-run", is_flag=True, help="Show what would happen and change nothing.")
@click.option("--json", "as_json", is_flag=True, help="For scripts: JSON alone on the output; needs --yes to send.")
@click.option(
    "--progress",
    metavar="FORM",
    type=click.Choice(list(ProgressFormat), case_sensitive=False),
    help="auto: a bar on a terminal, lines elsewhere; lines, json or none.",
)
@click.option("-y", "--yes", is_flag=True, help="Do not ask.")
@click.option("--resend-doubtful", "doubts", flag_value="resend", help="Send once more what is in doubt.")
@click.option("--give-up-doubtful", "doubts", flag_value="give up", help="Count what is in doubt as failed.")
@click.option(
    "--failed", "resend", type=Resend, flag_value=Resend.FAILED, help="Only to those whose copy failed, once more."
)
@click.option(
    "--newcomers",
    "resend",
    type=Resend,
    flag_value=Resend.NEWCOMERS,
    help="Only to those who joined since it was sent.",
)
@publication_option
@click.pass_context
def send_command(
    context: click.Context,
    number: int | None,
    only: tuple[str, ...],
    due: str | None,
    dry_run: bool,
    as_json: bool,
    progress: ProgressFormat | None,
    yes: bool,
    doubts: Doubts | None,
    resend: Resend | None,
    publication: str | None,
) -> int:
    """Distribute an issue that the board has granted.

    Shows what will happen, asks, and sends. Ctrl-C stops cleanly; the same command goes on where it stopped, and
    nothing ever goes out twice. Without a NUMBER, only waiting service mail is sent.

    A mail is in doubt when the connection broke, or the machine stopped, after the relay had all of it and before its
    answer was known. It is never repeated unless you say so.

    What failed can be sent once more with --failed, but not to addresses that bounced since: those take mail again when
    their owner signs up anew.

    \b
    Examples:
      mailer send 1 --dry-run
      mailer send 1
      mailer send 1 --to nmb --to d-liaison
      mailer send 1 --at 2026-12-01T09:00
      mailer send 1 --yes --json
      mailer send 1 --yes --progress json | jq --unbuffered .per_minute
      mailer send 1 --failed --dry-run
      mailer send 1 --newcomers
    """
    app = app_of(context)
    app.open_store()
    app.signer()  # a key that is none is told of before anything is decided
    output = Output(
        as_json or progress is ProgressFormat.JSON,
        progress or (ProgressFormat.NONE if as_json else ProgressFormat.AUTO),
    )
    if due is not None and (only or doubts):
        raise click.UsageError("--at is for all lists of an issue and all mail to them: it goes with no other choice.")
    if resend and (only or doubts or due is not None):
        raise click.UsageError(f"--{resend} goes with no other choice of whom, or when, to send to.")
    if number is None:
        if only or resend or due is not None:
            raise click.UsageError("--to, --at, --failed and --newcomers are about an issue: say its NUMBER.")
        return _service_mail(app, doubts, dry_run, output)
    at = _time(app, due) if due is not None else None
    key = chosen(app, publication)
    if resend:
        return send_to_more(app, key, number, resend, dry_run, yes, output)
    plan = make_plan(app, key, number, only, doubts, dry_run)
    if dry_run or not output.json:
        show_plan(app, plan, output.json)
    if dry_run:
        return 0
    if at is not None:
        _schedule(app, plan, at, yes, output)
        return 0
    return _send(app, plan, doubts, yes, output)


def _service_mail(app: App, doubts: Doubts | None, dry_run: bool, output: Output) -> int:
    """Confirmations, ballots, receipts: what needs no grant goes without a question."""
    if doubts and not dry_run:
        _resolve_doubts(app, None, doubts, output)
    before, known = count(app, None), troubles(app, None)
    finished = dry_run or not before.unresolved or carry_out(app, None, ProgressFormat.NONE)
    after = count(app, None)
    if output.json:
        output.document({"deliveries": {state.value: after[state] for state in Delivery}})
    else:
        waiting = f"{after.unresolved or 'none'} waiting"
        done = [f"{after[state] - before[state]} {state}" for state in Delivery if after[state] > before[state]]
        say(f"Service mail: {', '.join([*done, waiting])}.")
        show_troubles([trouble for trouble in troubles(app, None) if trouble not in known])
    return 0 if finished else STOPPED


def _resolve_doubts(app: App, issue: Issue | None, doubts: Doubts, output: Output) -> None:
    with office_for(app, "send") as office:
        resolved = outbox.resolve_doubts(office, issue, doubts == "resend")
    done = "to be sent once more" if doubts == "resend" else "given up"
    say(f"In doubt: {counted(resolved, 'mail')}, {done}." if resolved else "Nothing is in doubt.", aside=output.json)


def _time(app: App, text: str) -> datetime:
    try:
        found = datetime.fromisoformat(text)
    except ValueError:
        raise click.BadParameter(f"“{text}” is not a time like 2026-12-01T09:00", param_hint="--at") from None
    aware = found if found.tzinfo else found.replace(tzinfo=app.rules.timezone)
    if aware <= app.clock.now():
        raise click.BadParameter(f"{app.when(aware)} has passed", param_hint="--at")
    return aware.astimezone(UTC)


def _schedule(app: App, plan: Plan, due: datetime, yes: bool, output: Output) -> None:
    require(app, plan.issue, Event.SCHEDULE)
    when = app.when(due)
    if not agreed(f"Let the daemon send {counted(plan.copies, 'mail')} on {when}?", yes, output):
        raise Refused("Nothing was scheduled.")
    with office_for(app, "send --at") as office:
        mailings.schedule(office, plan.issue, due)
    if output.json:
        report(app, plan.issue, output)
    else:
        say(
            f"Scheduled for {when}; the daemon (`mailer run`) must be running then.",
            f"Where it is not until {duration(app.rules.grace)} later, it asks you first.",
        )


def _send(app: App, plan: Plan, doubts: Doubts | None, yes: bool, output: Output) -> int:
    issue = plan.issue
    if plan.lists and not plan.mails:
        raise Refused(f"There is nobody to send it to: no member of {', '.join(plan.keys)} is without a copy.")
    watched = not (plan.copies or doubts) and app.at_work
    if plan.mails and not watched and not agreed(f"Send {counted(plan.mails, 'mail')} now?", yes, output):
        raise Refused("Nothing was sent.")
    if doubts:
        _resolve_doubts(app, issue, doubts, output)
    if not plan.mails and issue.state is State.SENT:
        report(app, issue, output)
        return 0
    _release(app, plan)
    return send_and_report(app, issue, output)


def _release(app: App, plan: Plan) -> None:
    """Write the delivery rows, unless they are."""
    if not plan.lists:
        return
    with office_for(app, "send") as office:
        issue = handlers.find(office, plan.issue.publication, plan.issue.number)
        mailings.start(office, issue, mailings.outstanding(office, issue, plan.keys))
