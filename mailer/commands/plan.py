"""A plan of a send, as it is shown before anything is sent."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from mailer.app import App
from mailer.commands.consent import changes_json, show_changes
from mailer.commands.terminal import counted, duration, say, show_table
from mailer.handlers.plans import ResendCount, SendPlan
from mailer.model.mailings import Resend
from mailer.throttle.state import Forecast

MORE: Mapping[Resend, str] = {
    Resend.FAILED: "failed and can be sent once more",
    Resend.NEWCOMERS: "joined since the copies were written",
}


def plan_json(plan: SendPlan) -> dict[str, Any]:
    return {
        "issue": plan.issue.name,
        "state": plan.issue.state.value,
        "lists": {size.key: size.members for size in plan.lists},
        "copies": plan.copies,
        "waiting": plan.waiting,
        "more": {resend.value: count_json(count) for resend, count in plan.more.items()},
        "expected_seconds": plan.forecast.time.total_seconds(),
        **changes_json(plan.changes, plan.board),
    }


def count_json(count: ResendCount) -> dict[str, int]:
    return {"mails": count.mails, "suppressed": count.suppressed, "left": count.left}


def show_plan(app: App, plan: SendPlan) -> None:
    issue, mailing = plan.issue, plan.mailing
    if plan.lists:
        title = f"{app.rules.publication(issue.publication).title} {issue.number}: {issue.title}"
        show_table(("list", "title", ">active"), plan.lists, title=title)
    if mailing and mailing.paused_at and not mailing.suspension:
        say(f"Paused since {app.when(mailing.paused_at)}: no more copies are sent until `mailer resume`.")
    if issue.scheduled_for:
        say(f"Scheduled for {app.when(issue.scheduled_for)}; the daemon sends it then.")
    show_changes(plan.changes, plan.board)
    if plan.mails:
        of_them = f"{plan.waiting} of them" if plan.copies else "all"
        waiting = f", {of_them} waiting from before" if plan.waiting else ""
        time = duration(plan.forecast.time)
        say(f"{counted(plan.mails, 'mail')}{waiting}; at {_limits(plan.forecast)} this takes {time}.")
    elif plan.request.dry_run:
        say("There is nobody to send it to: everybody there has a copy.")
    typed = app.rules.typed(issue.publication, issue.number)
    for resend, count in plan.more.items():
        if count.mails:
            say(f"{count.mails} {MORE[resend]}: `mailer send {typed} --{resend}`.")


def _limits(forecast: Forecast) -> str:
    limits = [*map(str, forecast.limits), *([f"{forecast.warm_up} for now"] if forecast.warm_up else [])]
    return " and ".join(limits) or "full speed"
