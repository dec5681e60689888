"""``mailer send --test`` and ``--only``: one copy for one person."""

from __future__ import annotations

from mailer.app import App
from mailer.commands.consent import Consent, agreed_to, show_changes
from mailer.commands.progress import Output
from mailer.commands.sending import agreed, send_and_report
from mailer.commands.terminal import office_for, reading, say, show_json
from mailer.errors import Refused
from mailer.handlers import issues, mailings, plans
from mailer.message import Address


def queue_test(app: App, key: str, number: int, to: Address, dry_run: bool, output: Output) -> None:
    """Queue a marked copy, and say so."""
    with reading(app) as office:
        edited = issues.facts(office, issues.find(office, key, number)).edited
    if not dry_run:
        with office_for(app, "send --test") as office:
            issues.send_test(office, issues.find(office, key, number), to)
    if edited:
        say("The source was edited since: the copy shows the issue as it was built.", aside=output.json)
    say(f"A test copy {'would go' if dry_run else 'goes'} to {to}, marked as such.", aside=output.json)


def send_again(app: App, key: str, number: int, to: Address, dry_run: bool, consent: Consent, output: Output) -> int:
    """Show what the reader has had, ask, and send it once more; the exit code."""
    with reading(app) as office:
        plan = plans.plan_again(office, issues.find(office, key, number), to)
    had = f"their last copy is {plan.had}" if plan.had else "they have had no copy"
    if output.json and dry_run:
        show_json({"issue": plan.issue.name, "to": plan.reader.address, "had": plan.had})
    elif not output.json:
        say(f"{plan.reader.address}: {had}; one more {'would go' if dry_run else 'goes'} to them.")
        show_changes(plan.changes)
    if dry_run:
        return 0
    if not (
        agreed_to(plan.changes, consent, output)
        and agreed(f"Send {plan.issue.name} to {plan.reader.address} now?", consent.yes, output)
    ):
        raise Refused("Nothing was sent.")
    with office_for(app, "send --only") as office:
        issue = issues.find(office, key, number)
        mailings.agree(office, issue, plan.changes)
        mailings.send_again(office, issue, plans.plan_again(office, issue, to).reader)
    return send_and_report(app, plan.issue, output)
