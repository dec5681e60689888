"""``mailer send --failed`` and ``--newcomers``: an issue that has gone out goes to more people."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from mailer.app import App
from mailer.commands.progress import Output
from mailer.commands.sending import agreed, send_and_report
from mailer.commands.steps import next_step, refuse_paused
from mailer.commands.terminal import counted, office_for, say, show_json
from mailer.errors import Refused
from mailer.handlers import issues as handlers
from mailer.handlers import mailings
from mailer.model.issues import Issue, State
from mailer.model.mailings import Mailing, Resend
from mailer.office import Office
from mailer.ports import Work

ACTS: Mapping[Resend, Callable[[Office, Issue], int]] = {
    Resend.FAILED: mailings.resend_failed,
    Resend.NEWCOMERS: mailings.send_to_newcomers,
}


@dataclass(frozen=True, slots=True)
class Further:
    """To whom an issue can go that has gone out."""

    mails: int
    suppressed: int = 0
    """Copies that failed, to addresses that take no mail."""
    left: int = 0
    """Copies that failed, to people who have left since."""

    def as_json(self) -> dict[str, Any]:
        return {"mails": self.mails, "suppressed": self.suppressed, "left": self.left}


def further(work: Work, mailing: Mailing | None, resend: Resend) -> Further:
    """Those whose copy failed, or those who joined since; nobody before the mailing is started."""
    if mailing is None:
        return Further(0)
    if resend is Resend.NEWCOMERS:
        return Further(work.deliveries.newcomers(mailing.id, mailing.lists))
    failed = work.deliveries.failed(mailing.id, mailing.lists)
    return Further(failed.ready, failed.suppressed, failed.left)


def send_to_more(app: App, key: str, number: int, resend: Resend, dry_run: bool, yes: bool, output: Output) -> int:
    """Show to whom it would go, ask, and send; the exit code."""
    with app.store.snapshot() as work:
        issue = handlers.find(app.office(work, "", ""), key, number)
        mailing = mailings.of_issue(work, issue)
        found = further(work, mailing, resend)
    if issue.state not in (State.SENDING, State.SENT):
        raise Refused(f"Issue {number} is {issue.state}, it has not gone out: {next_step(app, issue)}.")
    if output.json and dry_run:
        show_json({"issue": issue.name, "state": issue.state.value, "to": resend.value, **found.as_json()})
    elif not output.json:
        _show(found, resend)
    if dry_run:
        return 0
    refuse_paused(app, issue, mailing)
    if not found.mails:
        raise Refused("There is nobody to send it to.")
    if not agreed(f"Send {counted(found.mails, 'mail')} now?", yes, output):
        raise Refused("Nothing was sent.")
    with office_for(app, f"send --{resend}") as office:
        ACTS[resend](office, handlers.find(office, key, number))
    return send_and_report(app, issue, output)


def _show(found: Further, resend: Resend) -> None:
    if resend is Resend.NEWCOMERS:
        say(f"Joined since it was sent: {found.mails or 'nobody'}.")
        return
    say(f"Failed, and to be sent once more: {found.mails or 'none'}.")
    if found.suppressed:
        say(f"Held back: {found.suppressed}. Their addresses bounced or complained; to sign up anew clears that.")
    if found.left:
        say(f"Left or removed since: {found.left}.")
