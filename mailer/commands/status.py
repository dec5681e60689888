"""``mailer status``: how everything stands."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import timedelta
from typing import Any

import click

from mailer.app import App
from mailer.approval.facts import BallotFacts
from mailer.commands.ballot_facts import ballot_json, refusal, votes_of
from mailer.commands.needs import sentences
from mailer.commands.processes import processes_json, show_processes
from mailer.commands.terminal import app_of, by_state, counted, reading, say, show_json, show_table
from mailer.commands.throttle import show_throttle, throttle_json
from mailer.errors import Temporary
from mailer.model.approvals import Outcome
from mailer.model.bounces import LISTED
from mailer.model.figures import Figures
from mailer.model.health import Part, Process
from mailer.model.needs import NeedKind
from mailer.model.outbox import Counts, Delivery
from mailer.office_status import BallotStatus, IssueStatus, OfficeStatus, WorkerStatus, status

DOUBTS_SHOWN = 10
"""Addresses that are named."""

SHOWN_ABOVE = frozenset((NeedKind.WAITING_ANSWERS, NeedKind.REFUSED, NeedKind.SLOWED))
"""What has lines of its own, with more detail."""


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
    running = app.processes()
    try:
        app.open_store()
    except Temporary as fault:  # what the daemon says of itself does not need the store
        if as_json:
            show_json({"store": str(fault), **processes_json(running)})
        elif running:
            show_processes(app, running)
        raise
    with reading(app) as office:
        found = status(office, app.policy, app.at_work, timedelta(seconds=app.settings.cluster.stalled_seconds))
    if as_json:
        said = _json(app, found)
        show_json({**said, "attention": [*said["attention"], *_disk(app, running)], **processes_json(running)})
    else:
        _show(app, found)
        show_processes(app, running)
        needs = [need for need in found.needs if need.kind not in SHOWN_ABOVE]
        say(*(f"→ {sentence}" for sentence in (*sentences(app, needs), *_disk(app, running))))


def _disk(app: App, running: Sequence[Process]) -> Iterator[str]:
    """A full disk, of which no process at work has told: a store that can still be read does not show it (E15)."""
    if any(one.at_work and Part.STORE in one.health.failing for one in running):
        return
    if shortage := app.store.shortage:
        yield f"Nothing can be recorded: {shortage}."


def _json(app: App, found: OfficeStatus) -> dict[str, Any]:
    return {
        "lists": found.lists,
        "issues": [issue_json(app, one) for one in found.issues],
        "ballots": [ballot_json(app, one) for one in found.ballots],
        "rate": {
            "per_minute": found.throttle.rate,
            "configured": [str(limit) for limit in found.throttle.configured],
        },
        "throttle": throttle_json(app, found.throttle),
        "at_work": found.at_work,
        "conversation": _by_state_json(found.figures.service_mail),
        "inbound": found.figures.inbound,
        "feedback": {"waiting": found.waiting, "late": found.late},
        "proposed": dict(found.proposed),
        "reviews": [
            {
                "list": one.title,
                "answered": one.tally.answered,
                "asked": one.tally.entries,
                "until": one.ends_at.isoformat(),
            }
            for one in found.reviews
        ],
        "attention": list(sentences(app, found.needs)),
        "doubts": found.doubts,
        "bounces": {state.value: found.bounces.get(state, 0) for state in LISTED},
        "workers": [
            {
                "name": one.worker.name,
                "alive": one.alive,
                "seen": one.worker.seen_at.isoformat(),
                "doing": one.worker.doing,
            }
            for one in found.workers
        ],
        "jobs": found.jobs,
        "figures": _figures_json(found.figures),
    }


def _by_state_json(counts: Counts) -> dict[str, int]:
    return {state.value: counts[state] for state in Delivery if counts[state]}


def _figures_json(figures: Figures) -> dict[str, Any]:
    """For monitoring. Every state is named, also at 0, so that a script need not test for it."""
    every = figures.deliveries
    return {
        "deliveries": {state.value: every[state] for state in Delivery},
        "waiting": every[Delivery.QUEUED] + every[Delivery.DEFERRED],
        "oldest_waiting_seconds": {
            "conversation": figures.oldest_service_mail.total_seconds(),
            "issue": figures.oldest_copy.total_seconds(),
        },
        "doubts": every[Delivery.DOUBTFUL],
        "inbound": sum(figures.inbound.values()),
        "set_aside": figures.attention,
    }


def issue_json(app: App, one: IssueStatus) -> dict[str, Any]:
    return {
        "publication": one.issue.publication,
        "number": one.issue.number,
        "title": one.issue.title,
        "state": one.issue.state.value,
        "paused": one.paused_at.isoformat() if one.paused_at else None,
        "due": one.due_at.isoformat() if one.due_at else None,
        "due_words": app.when(one.due_at) if one.due_at else None,
        "edited": one.edited,
        "lists_left": list(one.lists_left),
        "unreached": one.unreached,
        "missed": one.missed_at.isoformat() if one.missed_at else None,
        "missed_words": app.when(one.missed_at) if one.missed_at else None,
        "ballot": _ballot_json(app, one.ballot) if one.ballot else None,
        "deliveries": _by_state_json(one.copies),
    }


def _ballot_json(app: App, ballot: BallotStatus) -> dict[str, Any]:
    return {
        "outcome": ballot.outcome.value,
        "approvals": ballot.tally.approvals,
        "objections": ballot.tally.objections,
        "needed": ballot.tally.needed,
        "deadline": ballot.deadline.isoformat(),
        "deadline_words": app.when(ballot.deadline),
        "missing": ballot.missing,
    }


def _show(app: App, found: OfficeStatus) -> None:
    show_table(("list", ">active"), list(found.lists.items()))
    say("")
    rows = [(one.issue.name, state_of(one), _votes(one.ballot), by_state(one.copies)) for one in found.issues]
    if rows:
        show_table(("issue", "state", "board", "deliveries"), rows)
    else:
        say("No issue yet: create one with `mailer issue new 1`.")
    for one in found.issues:
        say(*_issue_lines(app, one))
    for ballot in found.ballots:
        say(*_ballot_lines(app, ballot))
    if found.throttle.rate:
        say(f"Mail goes out at {found.throttle.rate} a minute, as was set; `mailer rate --reset` ends that.")
    show_throttle(app, found.throttle)
    say("", f"Service mail: {by_state(found.figures.service_mail) or 'none'}.")
    say(*_waiting_lines(app, found))
    if found.doubts:
        say(f"In doubt: {', '.join(found.doubts[:DOUBTS_SHOWN])}{' …' if len(found.doubts) > DOUBTS_SHOWN else ''}.")
    if any(found.bounces.values()):
        counts = [f"{found.bounces[state]} {state.value}" for state in LISTED if found.bounces.get(state)]
        say(f"Addresses that mail does not always reach: {', '.join(counts)}.")
    if found.workers:
        say("", f"Jobs that wait for a worker: {found.jobs}.")
        show_table(("worker", "state", "last seen", "doing"), [_worker(one) for one in found.workers])


def _waiting_lines(app: App, found: OfficeStatus) -> Iterator[str]:
    """What waits for an answer: feedback, what was proposed, reviews."""
    if found.waiting:
        waits = "waits" if found.waiting == 1 else "wait"
        yield f"Feedback: {counted(found.waiting, 'item')} {waits} for an answer; see `mailer feedback ls`."
    if found.proposed:
        each = ", ".join(counted(count, kind) for kind, count in sorted(found.proposed.items()))
        yield f"Proposed by mail, and waiting for your decision: {each}."
    for one in found.reviews:
        until = app.when(one.ends_at)
        yield f"Review of {one.title}: {one.tally.answered} of {one.tally.entries} have answered, until {until}."


def _issue_lines(app: App, one: IssueStatus) -> Iterator[str]:
    if one.due_at:
        yield f"{one.issue.name} goes out on {app.when(one.due_at)}, if the daemon runs then."


def _ballot_lines(app: App, one: BallotFacts) -> Iterator[str]:
    """Who has voted, who has not, what was not counted, and what happens next."""
    ballot, until = one.ballot, app.when(one.ballot.deadline)
    yield ""
    yield f"Ballot {ballot.id}, {one.heading}, revision {ballot.revision}: {votes_of(one)}."
    voted = [f"{one.member(seat.paper.id)} ({seat.vote.choice})" for seat in one.seats if seat.vote]
    if voted:
        yield f"Voted: {', '.join(voted)}."
    if ballot.outcome is Outcome.UNDECIDED:
        silent = ", ".join(one.missing)
        yield f"The deadline has passed, and the silence of these members may be no consent: {silent}."
        yield f"Please decide: `mailer ballot extend {ballot.id} 2 days`, or `mailer ballot close {ballot.id}`."
    elif one.missing:
        yield f"Still to vote, until {until}: {', '.join(one.missing)}."
    else:
        yield f"Everybody has voted; it is open until {until}."
    if one.next_reminder:
        yield f"They are reminded on {app.when(one.next_reminder)}."
    if one.follows and one.follows.board != ballot.board:
        yield f"It follows ballot {one.follows.id}, which {one.follows.board} did not decide."
    yield from (refusal(app, one.member(reply.paper), reply) for reply in one.refused)


def _worker(one: WorkerStatus) -> tuple[str, ...]:
    seen = f"{one.worker.seen_at:%Y-%m-%d %H:%M:%S %Z}"
    return one.worker.name, "alive" if one.alive else "dead", seen, one.worker.doing


def state_of(one: IssueStatus) -> str:
    """How an issue stands, in a word or two."""
    if one.paused_at:
        return "paused"
    exception = "edited" if one.edited else "in part" if one.unreached else ""
    return f"{one.issue.state}, {exception}" if exception else str(one.issue.state)


def _votes(ballot: BallotStatus | None) -> str:
    if ballot is None:
        return "—"
    against = f", {ballot.tally.objections} against" if ballot.tally.objections else ""
    return f"{ballot.tally.approvals} of {ballot.tally.needed}{against}"
