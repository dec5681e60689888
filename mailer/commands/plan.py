"""What a send would do, before it does it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, Literal

from mailer.app import App
from mailer.commands.resend import Further, further
from mailer.commands.steps import next_step, refuse_paused, require, typed
from mailer.commands.terminal import counted, duration, office_for, say, show_json, show_table
from mailer.errors import Refused
from mailer.handlers import issues as handlers
from mailer.handlers import mailings
from mailer.model.issues import Event, Issue, State, require_grant
from mailer.model.mailings import Mailing, Resend
from mailer.model.outbox import Delivery
from mailer.ports import Work
from mailer.throttle.state import forecast

MORE: Mapping[Resend, str] = {
    Resend.FAILED: "failed and can be sent once more",
    Resend.NEWCOMERS: "joined since the copies were written",
}

Doubts = Literal["resend", "give up"]


@dataclass(frozen=True, slots=True)
class Plan:
    """What a send would do."""

    issue: Issue
    mailing: Mailing | None
    """None before the issue is started."""
    lists: tuple[tuple[str, str, int], ...]
    """Key, title and active members of each list that it has still to go to."""
    copies: int
    """Mailboxes on those lists, each once, without those that had their copy through another list."""
    waiting: int
    """Deliveries that are written and not yet settled, and those in doubt that are to go once more."""
    limits: tuple[str, ...]
    """What holds for all mail today, in words."""
    time: timedelta
    """About how long it takes."""
    more: Mapping[Resend, Further]
    """Who else can get it, where nothing is done yet: those whose copy failed, those who joined since."""

    @property
    def keys(self) -> list[str]:
        return [key for key, _, _ in self.lists]

    @property
    def mails(self) -> int:
        return self.copies + self.waiting

    def as_json(self) -> dict[str, Any]:
        return {
            "issue": self.issue.name,
            "state": self.issue.state.value,
            "lists": {key: members for key, _, members in self.lists},
            "copies": self.copies,
            "waiting": self.waiting,
            "more": {resend.value: found.as_json() for resend, found in self.more.items()},
            "expected_seconds": self.time.total_seconds(),
        }


def make_plan(
    app: App, publication: str, number: int, only: tuple[str, ...], doubts: Doubts | None, dry_run: bool
) -> Plan:
    """What there is to send. Raises Refused, and says what is missing, without a grant."""
    with app.store.snapshot() as work:
        issue = handlers.find(app.office(work, "", ""), publication, number)
        mailing = mailings.of_issue(work, issue)
    begun = issue.state in (State.SENDING, State.SENT)
    if not dry_run:
        refuse_paused(app, issue, mailing)
    if not begun and issue.digest is not None and app.sources.edited(issue):
        _refuse_edited(app, issue, dry_run)
    with app.store.snapshot() as work:
        keys = mailings.outstanding(app.office(work, "", ""), issue, only)
        grant = work.approvals.grant(Issue.KIND, issue.id)
        if grant is None and not begun:
            raise Refused(f"Issue {number} is {issue.state} and has no grant from the board: {next_step(app, issue)}.")
        require_grant(issue, grant, keys)
        lists = tuple((key, app.rules.lists[key].title, work.lists.count(key)) for key in keys)
        reached = mailing.lists if mailing else ()
        before, after = (work.lists.audience(publication, which) for which in (reached, [*reached, *keys]))
        copies = after - before
        counts = work.outbox.counts(mailings.copies_of(work, issue))
        waiting = counts.unresolved + (counts[Delivery.DOUBTFUL] if doubts == "resend" else 0)
        limits, time = _forecast(app, work, copies + waiting)
        more = {resend: further(work, mailing, resend) for resend in (Resend.FAILED, Resend.NEWCOMERS) if dry_run}
    return Plan(issue, mailing, lists, copies, waiting, limits, time, more)


def _forecast(app: App, work: Work, mails: int) -> tuple[tuple[str, ...], timedelta]:
    """The limits of this day, that of a warm-up among them; and how long so many mails take, on the later days, too."""
    found = forecast(app.policy, work.throttle.used(), work.throttle.rates(), mails, app.clock.now())
    words = (*map(str, found.limits), *([f"{found.warm_up} for now"] if found.warm_up else []))
    return words, found.time


def _refuse_edited(app: App, issue: Issue, dry_run: bool) -> None:
    """What stands in the folder is not what the board has seen: the issue is a draft again (A19)."""
    if (issue.state is not State.DRAFT) and not dry_run:
        require(app, issue, Event.EDIT)
        with office_for(app, "send") as office:
            handlers.edit(office, issue)
    name = typed(app, issue.publication, issue.number)
    raise Refused(
        f"The source was edited after it was built, so what the board says of issue {issue.number} does not cover it: "
        f"run `mailer issue build {name}`, then `mailer issue submit {name}`."
    )


def show_plan(app: App, plan: Plan, as_json: bool) -> None:
    if as_json:
        show_json(plan.as_json())
        return
    if plan.lists:
        title = f"{app.rules.publication(plan.issue.publication).title} {plan.issue.number}: {plan.issue.title}"
        show_table(("list", "title", ">active"), plan.lists, title=title)
    if plan.mailing and plan.mailing.paused_at:
        say(f"Paused since {app.when(plan.mailing.paused_at)}: no more of it goes out until `mailer resume`.")
    if plan.issue.state is State.SCHEDULED and plan.issue.due_at:
        say(f"Scheduled for {app.when(plan.issue.due_at)}; the daemon sends it then.")
    if plan.mails:
        of_them = f"{plan.waiting} of them" if plan.copies else "all"
        waiting = f", {of_them} waiting from before" if plan.waiting else ""
        rate = " and ".join(plan.limits) or "full speed"
        say(f"{counted(plan.mails, 'mail')}{waiting}; at {rate} this takes {duration(plan.time)}.")
    name = typed(app, plan.issue.publication, plan.issue.number)
    for resend, found in plan.more.items():
        if found.mails:
            say(f"{found.mails} {MORE[resend]}: `mailer send {name} --{resend}`.")
