"""``mailer send --failed`` and ``--newcomers``: an issue that has been sent goes to more people."""

from __future__ import annotations

from mailer.app import App
from mailer.commands.consent import Consent, agreed_to, show_changes
from mailer.commands.plan import count_json
from mailer.commands.progress import Output
from mailer.commands.sending import agreed, send_and_report
from mailer.commands.terminal import counted, office_for, reading, say, show_json
from mailer.errors import Refused
from mailer.handlers import issues, mailings, plans
from mailer.handlers.plans import ResendPlan
from mailer.model.mailings import Resend


def send_to_more(
    app: App, key: str, number: int, resend: Resend, dry_run: bool, consent: Consent, output: Output
) -> int:
    """Show who would get it, ask, and send; the exit code."""
    with reading(app) as office:
        plan = plans.plan_resend(office, issues.find(office, key, number), resend)
    if output.json and dry_run:
        state, count = plan.issue.state.value, count_json(plan.count)
        show_json({"issue": plan.issue.name, "state": state, "to": resend.value, **count})
    elif not output.json:
        _show(plan)
    if dry_run:
        return 0
    plans.require_resendable(app.rules, plan)
    if not (
        agreed_to(plan.changes, consent, output)
        and agreed(f"Send {counted(plan.count.mails, 'mail')} now?", consent.yes, output)
    ):
        raise Refused("Nothing was sent.")
    with office_for(app, f"send --{resend}") as office:
        mailings.agree(office, plan.issue, plan.changes)
        mailings.resend(office, issues.find(office, key, number), resend)
    return send_and_report(app, plan.issue, output)


def _show(plan: ResendPlan) -> None:
    count = plan.count
    show_changes(plan.changes)
    if plan.resend is Resend.NEWCOMERS:
        say(f"Joined since it was sent: {count.mails or 'nobody'}.")
        return
    say(f"Failed, and to be sent once more: {count.mails or 'none'}.")
    if count.suppressed:
        say(f"Held back: {count.suppressed}. They get no mailings: see `mailer suppressed ls`.")
    if count.left:
        say(f"Left or removed since: {count.left}.")
