"""``mailer status`` and ``mailer audit``: what there is, and who did what."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict
from datetime import datetime, timedelta
from typing import Any

import click

from mailer.app import App
from mailer.commands.steps import NEXT, stalled, typed
from mailer.commands.terminal import app_of, counted, say, show_json, show_table
from mailer.commands.throttle import show_throttle, throttle_json
from mailer.handlers import throttle
from mailer.handlers.status import figures
from mailer.model.approvals import Outcome, tally
from mailer.model.figures import Figures
from mailer.model.issues import Issue, State
from mailer.model.mailings import Mailing, MailingKind
from mailer.model.outbox import Counts, Delivery
from mailer.ports import Work
from mailer.throttle.state import ThrottleState

WAITING = (State.DRAFT, State.RENDERED, State.APPROVED, State.REJECTED)
"""Where an issue stands still until a person does something."""


@click.command("status")
@click.option("--json", "as_json", is_flag=True, help="For scripts.")
@click.pass_context
def status_command(context: click.Context, as_json: bool) -> None:
    """Show issues and where they stand, votes so far, what is queued, and what needs a person.

    \b
    Examples:
      mailer status
      mailer status --json | jq .issues
      mailer status --json | jq .figures
    """
    app = app_of(context)
    with app.open_store().snapshot() as work:
        pace = throttle.state(app.office(work, "", ""), app.policy)
        found = status(app, work, pace)
    if as_json:
        show_json(found)
    else:
        _print(app, found, pace)


def status(app: App, work: Work, pace: ThrottleState) -> dict[str, Any]:
    """Everything that the command shows, as plain values."""
    stand = figures(work, app.clock.now())
    mailings = {mailing.subject: mailing for mailing in work.mailings.all() if mailing.kind is MailingKind.ISSUE}
    issues = [_issue(app, work, issue, mailings.get(issue.id), stand) for issue in work.issues.all()]
    doubts = work.outbox.troubles(states=(Delivery.DOUBTFUL,))
    return {
        "lists": {key: work.lists.count(key) for key in app.rules.lists},
        "issues": issues,
        "rate": {"per_minute": pace.rate, "configured": [str(limit) for limit in pace.configured]},
        "throttle": throttle_json(app, pace),
        "at_work": app.at_work,
        "conversation": _states(stand.conversation),
        "inbound": stand.inbound,
        "attention": _attention(app, stand, issues),
        "doubts": [doubt.recipient for doubt in doubts],
        "workers": _workers(app, work),
        "jobs": work.jobs.waiting() if work.jobs else 0,
        "figures": _figures(stand),
    }


def _workers(app: App, work: Work) -> list[dict[str, Any]]:
    """Who shares the work; one that has been silent for too long is dead."""
    dead = app.clock.now() - timedelta(seconds=app.settings.cluster.stalled_seconds)
    return [
        {"name": seen.name, "alive": seen.seen_at > dead, "seen": seen.seen_at.isoformat(), "doing": seen.doing}
        for seen in work.workers.all()
    ]


def _states(counts: Counts) -> dict[str, int]:
    return {state.value: counts[state] for state in Delivery if counts[state]}


def _figures(stand: Figures) -> dict[str, Any]:
    """What a script watches. All states are named, at 0 too, so that none has to be asked for."""
    every = stand.deliveries
    return {
        "deliveries": {state.value: every[state] for state in Delivery},
        "waiting": every[Delivery.QUEUED] + every[Delivery.DEFERRED],
        "oldest_waiting_seconds": {
            "conversation": stand.oldest_service_mail.total_seconds(),
            "issue": stand.oldest_copy.total_seconds(),
        },
        "doubts": every[Delivery.DOUBTFUL],
        "inbound": sum(stand.inbound.values()),
        "set_aside": stand.attention,
    }


def _issue(app: App, work: Work, issue: Issue, mailing: Mailing | None, stand: Figures) -> dict[str, Any]:
    paused = mailing.paused_at if mailing else None
    due = issue.due_at if issue.state is State.SCHEDULED else None
    missed = issue.due_at if issue.missed else None
    return {
        "publication": issue.publication,
        "number": issue.number,
        "title": issue.title,
        "state": issue.state.value,
        "paused": paused.isoformat() if paused else None,
        "due": due.isoformat() if due else None,
        "due_words": app.when(due) if due else None,
        "missed": missed.isoformat() if missed else None,
        "missed_words": app.when(missed) if missed else None,
        "ballot": _ballot(app, work, issue),
        "deliveries": _states(stand.issues.get((issue.publication, issue.number), Counts({}))),
    }


def _ballot(app: App, work: Work, issue: Issue) -> dict[str, Any] | None:
    ballot = work.approvals.latest_ballot(Issue.KIND, issue.id)
    if ballot is None or ballot.outcome is Outcome.WITHDRAWN:
        return None
    papers = work.approvals.papers(ballot.id)
    count = tally(ballot, papers, work.approvals.votes(ballot.id))
    return {
        "outcome": ballot.outcome.value,
        "approvals": count.approvals,
        "objections": count.objections,
        "needed": count.needed,
        "deadline": ballot.deadline.isoformat(),
        "deadline_words": app.when(ballot.deadline),
        "missing": [paper.name for paper in papers if paper.on_board and paper.id not in count.votes],
    }


def _attention(app: App, stand: Figures, issues: list[dict[str, Any]]) -> list[str]:
    """What needs a person, each with what to do."""
    needs = []
    if waiting := stand.attention:
        needs.append(f"Set aside in the folder {app.settings.imap.attention}: {counted(waiting, 'mail')}; look there.")
    if doubtful := stand.conversation[Delivery.DOUBTFUL]:
        needs.append(f"In doubt: {counted(doubtful, 'service mail')}; {_doubt('mailer send')}.")
    for issue in issues:
        name, state = f"{issue['publication']} {issue['number']}", State(issue["state"])
        shown = typed(app, issue["publication"], issue["number"])
        if doubtful := issue["deliveries"].get(Delivery.DOUBTFUL.value):
            needs.append(f"{name}, in doubt: {counted(doubtful, 'copy', 'copies')}; {_doubt(f'mailer send {shown}')}.")
        counts = stand.issues.get((issue["publication"], issue["number"]), Counts({}))
        needs += stalled(app, issue["publication"], issue["number"], counts, bool(issue["paused"]))
        if issue["paused"]:
            needs.append(f"{name} is paused: let it go on with `mailer resume {shown}`.")
        if issue["missed"]:
            needs.append(
                f"{name} was to go out on {issue['missed_words']} and did not, as the daemon was not at work: send it "
                f"now with `mailer send {shown}`, or set another time with --at."
            )
        elif state in WAITING:
            needs.append(f"{name} is {state}: {NEXT[state].format(shown)}.")
    return needs


def _doubt(command: str) -> str:
    return f"`{command} --resend-doubtful`, or --give-up-doubtful"


def _print(app: App, found: Mapping[str, Any], pace: ThrottleState) -> None:
    show_table(("list", ">active"), list(found["lists"].items()))
    say("")
    rows = [
        (
            f"{i['publication']} {i['number']}",
            "paused" if i["paused"] else i["state"],
            _votes(i["ballot"]),
            _deliveries(i["deliveries"]),
        )
        for i in found["issues"]
    ]
    if rows:
        show_table(("issue", "state", "board", "deliveries"), rows)
    else:
        say("No issue yet: `mailer issue new 1` makes one.")
    for issue in found["issues"]:
        ballot = issue["ballot"]
        if issue["due"]:
            say(f"{issue['publication']} {issue['number']} goes out on {issue['due_words']}, if the daemon runs then.")
        if ballot and ballot["outcome"] == Outcome.OPEN and ballot["missing"]:
            say(f"Still to vote, until {ballot['deadline_words']}: {', '.join(ballot['missing'])}.")
    if (rate := found["rate"])["per_minute"]:
        say(f"Mail goes out at {rate['per_minute']} a minute, as was set; `mailer rate --reset` ends that.")
    show_throttle(app, pace)
    say("", f"Service mail: {_deliveries(found['conversation']) or 'none'}.")
    if found["doubts"]:
        say(f"In doubt: {', '.join(found['doubts'][:10])}{' …' if len(found['doubts']) > 10 else ''}.")
    if found["workers"]:
        say("", f"Jobs that wait for a worker: {found['jobs']}.")
        show_table(("worker", "state", "last seen", "doing"), [_worker(worker) for worker in found["workers"]])
    for need in found["attention"]:
        say(f"→ {need}")


def _worker(seen: Mapping[str, Any]) -> tuple[str, ...]:
    when = f"{datetime.fromisoformat(seen['seen']):%Y-%m-%d %H:%M:%S %Z}"
    return seen["name"], "alive" if seen["alive"] else "dead", when, seen["doing"]


def _votes(ballot: Mapping[str, Any] | None) -> str:
    if ballot is None:
        return "—"
    against = f", {ballot['objections']} against" if ballot["objections"] else ""
    return f"{ballot['approvals']} of {ballot['needed']}{against}"


def _deliveries(counts: Mapping[str, int]) -> str:
    return ", ".join(f"{count} {state}" for state, count in counts.items())


@click.command("audit")
@click.option(
    "-n", "lines", type=click.IntRange(min=1), default=30, show_default=True, help="How many of the newest entries."
)
@click.option("--json", "as_json", is_flag=True, help="For scripts.")
@click.pass_context
def audit_command(context: click.Context, lines: int, as_json: bool) -> None:
    """Show who caused which change, by which message; the newest last.

    \b
    Examples:
      mailer audit -n 100
      mailer audit --json | jq '.[] | select(.action == "voted")'
    """
    app = app_of(context)
    with app.open_store().snapshot() as work:
        entries = work.audit.newest(lines)
    if as_json:
        show_json([{**asdict(entry), "at": entry.at.isoformat()} for entry in entries])
        return
    rows = [(f"{e.at:%Y-%m-%d %H:%M}", e.actor or "?", e.action, e.subject) for e in entries]
    show_table(("when (UTC)", "who", "did", "what"), rows)
