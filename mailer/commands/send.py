"""``mailer send``: send an issue."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime

import click

from mailer.app import App
from mailer.commands.arguments import chosen, publication_option
from mailer.commands.consent import Consent, agreed_to, as_granted_option, as_listed_option
from mailer.commands.editions import send_edition
from mailer.commands.one_copy import queue_test, send_again
from mailer.commands.plan import plan_json, show_plan
from mailer.commands.progress import Output, ProgressFormat
from mailer.commands.resend import send_to_more
from mailer.commands.sending import STOPPED, agreed, carry_out, report, send_and_report, show_report, show_troubles
from mailer.commands.terminal import app_of, by_state, counted, duration, office_for, reading, say, show_json
from mailer.errors import Refused
from mailer.handlers import issues, mailings, plans
from mailer.handlers.plans import SendPlan, SendRequest
from mailer.message import Address
from mailer.model.mailings import Resend
from mailer.model.outbox import Counts, Delivery, Doubts


@click.command("send")
@click.argument("number", type=click.IntRange(min=0), required=False)
@click.option("--to", "lists", metavar="LIST", multiple=True, help="Only to this list; may be repeated.")
@click.option("--at", "due", metavar="TIME", help="Let the daemon send it then: 2026-12-01T09:00, or with +01:00.")
@click.option("--dry-run", is_flag=True, help="Show what would happen and change nothing.")
@click.option("--json", "as_json", is_flag=True, help="For scripts: print only JSON; needs --yes to send.")
@click.option(
    "--progress",
    metavar="FORM",
    type=click.Choice(list(ProgressFormat), case_sensitive=False),
    help="auto: a bar on a terminal, lines elsewhere; lines, json or none.",
)
@click.option("-y", "--yes", is_flag=True, help="Do not ask.")
@as_granted_option
@as_listed_option
@click.option(
    "--resend-doubtful", "doubts", type=Doubts, flag_value=Doubts.RESEND, help="Send once more what is in doubt."
)
@click.option(
    "--give-up-doubtful", "doubts", type=Doubts, flag_value=Doubts.GIVE_UP, help="Count what is in doubt as failed."
)
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
@click.option("--only", "one", metavar="ADDRESS", help="Only to this reader, once more.")
@click.option("--edition", metavar="LANGUAGE", help="The edition in this language, to its readers: fr.")
@click.option(
    "--test", is_flag=True, help="A marked test copy: to the secretary, or with --only to an editor or board member."
)
@publication_option
@click.pass_context
def send_command(
    context: click.Context,
    number: int | None,
    lists: tuple[str, ...],
    due: str | None,
    dry_run: bool,
    as_json: bool,
    progress: ProgressFormat | None,
    yes: bool,
    as_granted: bool,
    as_listed: bool,
    doubts: Doubts | None,
    resend: Resend | None,
    one: str | None,
    edition: str | None,
    test: bool,
    publication: str | None,
) -> int:
    """Send an issue that the board has granted.

    It shows what will happen, asks, and sends. Ctrl-C stops it cleanly; the same command continues where it stopped,
    and no mail is sent twice. Without a NUMBER, it sends the service mail that waits.

    A mail is in doubt if the connection broke, or the machine stopped, after the relay had all of it and before the
    relay's answer was known. It is sent again only if you say so.

    Copies that failed can be sent once more with --failed, but not to addresses that bounced or complained; they get
    mail again when their owner signs up anew.

    If templates, fonts or the identity have changed since the issue was built, or if somebody has added, removed or
    moved members since the board was asked, it says so and asks; --yes does not answer that, but --as-granted and
    --as-listed do.

    A test copy looks like a reader's and has no link to leave. It can be sent before the board has voted.

    \b
    Examples:
      mailer send 1 --dry-run
      mailer send 1
      mailer send 1 --to nmb --to d-liaison
      mailer send 1 --at 2026-12-01T09:00
      mailer send 1 --yes --json
      mailer send 1 --yes --progress json | jq --unbuffered .per_minute
      mailer send 1 --yes --as-granted --as-listed
      mailer send 1 --failed --dry-run
      mailer send 1 --newcomers
      mailer send 1 --only nils@nmb.example
      mailer send 1 --edition fr
      mailer send 2 --test
      mailer send 2 --test --only ana@cag.example
    """
    app = app_of(context)
    app.open_store()
    app.signer()  # a faulty key is reported before anything else
    output = Output(
        as_json or progress is ProgressFormat.JSON,
        progress or (ProgressFormat.NONE if as_json else ProgressFormat.AUTO),
    )
    choices = {
        f"--{resend}": resend,
        "--at": due,
        "--only": one,
        "--edition": edition,
        "--test": test,
        "--to": lists,
        "doubts": doubts,
    }
    _check(number, [name for name, value in choices.items() if value])
    if number is None:
        return _service_mail(app, doubts, dry_run, output)
    consent = Consent(yes, as_granted, as_listed)
    at = _time(app, due) if due is not None else None
    key = chosen(app, publication)
    to = _address(one) if one is not None else app.rules.secretary
    if test:
        queue_test(app, key, number, to, dry_run, output)
        return _service_mail(app, None, dry_run, output)
    if edition is not None:
        return send_edition(app, key, number, edition, as_listed, yes, dry_run, output)
    if one is not None:
        return send_again(app, key, number, to, dry_run, consent, output)
    if resend:
        return send_to_more(app, key, number, resend, dry_run, consent, output)
    plan = _plan(app, key, number, SendRequest(lists, doubts, at, dry_run))
    if not output.json:
        show_plan(app, plan)
    elif dry_run:
        show_json(plan_json(plan))
    if dry_run:
        return 0
    plans.require_sendable(app.rules, plan)
    if at is not None:
        _schedule(app, plan, at, consent, output)
        return 0
    return _send(app, plan, consent, output)


ABOUT: Mapping[str, str] = {
    "--at": "is for all lists of an issue and all mail to them",
    "--failed": "says whom to send to, and now",
    "--newcomers": "says whom to send to, and now",
    "--only": "is about one copy",
    "--edition": "is about the readers of one language",
    "--test": "is about one copy",
}
"""Options that stand alone, and why."""


def _check(number: int | None, chosen: Sequence[str]) -> None:
    """Raises UsageError for options that contradict each other, or that need an issue."""
    alone = next((name for name in chosen if name in ABOUT), None)
    if alone and len(chosen) > 1 and set(chosen) != {"--only", "--test"}:
        raise click.UsageError(f"{alone} {ABOUT[alone]}: give no other choice with it.")
    if number is None and set(chosen) - {"doubts"}:
        raise click.UsageError(f"{chosen[0]} is about an issue: give its NUMBER.")


def _plan(app: App, key: str, number: int, request: SendRequest) -> SendPlan:
    with reading(app) as office:
        return plans.plan_send(office, app.policy, issues.find(office, key, number), request)


def _service_mail(app: App, doubts: Doubts | None, dry_run: bool, output: Output) -> int:
    """Send confirmations, ballots, receipts: mail that needs no grant, and no question."""
    if doubts and not dry_run:
        with office_for(app, "send") as office:
            resolved = mailings.resolve_doubts(office, None, doubts)
        _show_resolved(resolved, doubts, output)
    before = report(app, None)
    finished = dry_run or not before.counts.unresolved or carry_out(app, None, ProgressFormat.NONE)
    after = report(app, None)
    if output.json:
        output.document({"deliveries": {state.value: after.counts[state] for state in Delivery}})
    else:
        done = by_state(Counts({state: max(0, after.counts[state] - before.counts[state]) for state in Delivery}))
        waiting = f"{after.counts.unresolved or 'none'} waiting"
        say(f"Service mail: {', '.join(filter(None, [done, waiting]))}.")
        show_troubles([trouble for trouble in after.troubles if trouble not in before.troubles])
    return 0 if finished else STOPPED


def _show_resolved(resolved: int, doubts: Doubts, output: Output) -> None:
    done = "to be sent once more" if doubts is Doubts.RESEND else "given up"
    say(f"In doubt: {counted(resolved, 'mail')}, {done}." if resolved else "Nothing is in doubt.", aside=output.json)


def _address(text: str) -> Address:
    try:
        return Address.parse(text)
    except ValueError as fault:
        raise click.BadParameter(str(fault), param_hint="--only") from None


def _time(app: App, text: str) -> datetime:
    try:
        found = datetime.fromisoformat(text)
    except ValueError:
        raise click.BadParameter(f"“{text}” is not a time like 2026-12-01T09:00", param_hint="--at") from None
    aware = found if found.tzinfo else found.replace(tzinfo=app.rules.timezone)
    if aware <= app.clock.now():
        raise click.BadParameter(f"{app.when(aware)} has passed", param_hint="--at")
    return aware.astimezone(UTC)


def _schedule(app: App, plan: SendPlan, due: datetime, consent: Consent, output: Output) -> None:
    when = app.when(due)
    if not (
        agreed_to(plan.changes, consent, output)
        and agreed(f"Let the daemon send {counted(plan.copies, 'mail')} on {when}?", consent.yes, output)
    ):
        raise Refused("Nothing was scheduled.")
    with office_for(app, "send --at") as office:
        mailings.agree(office, plan.issue, plan.changes)
        mailings.schedule(office, plan.issue, due)
    if output.json:
        show_report(app, plan.issue, output)
    else:
        say(
            f"Scheduled for {when}; the daemon (`mailer run`) must be running then.",
            f"If it starts more than {duration(app.rules.grace)} late, it asks you first.",
        )


def _send(app: App, plan: SendPlan, consent: Consent, output: Output) -> int:
    asks = plan.needs_consent(app.at_work)
    if asks and not (
        agreed_to(plan.changes, consent, output)
        and agreed(f"Send {counted(plan.mails, 'mail')} now?", consent.yes, output)
    ):
        raise Refused("Nothing was sent.")
    if plan.is_to_be_started:
        with office_for(app, "send") as office:
            mailings.agree(office, plan.issue, plan.changes)
            resolved = mailings.begin(office, plan.issue, plan.keys, plan.request.doubts)
        if resolved is not None and plan.request.doubts:
            _show_resolved(resolved, plan.request.doubts, output)
    if plan.is_done:
        return show_report(app, plan.issue, output)
    return send_and_report(app, plan.issue, output)
