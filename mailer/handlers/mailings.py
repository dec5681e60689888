"""An issue on its way to its readers: scheduled, started, paused, resumed, finished, and sent again."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from functools import partial
from itertools import islice

from mailer.errors import Refused
from mailer.model.failures import CANCELLED, by_cause
from mailer.model.issues import Event, Issue, Resend, State, advance, require_grant, times_of_start, too_late
from mailer.model.outbox import Delivery
from mailer.office import Decision, Office
from mailer.phrases import Phrase, phrase

WHOM: Mapping[Resend, Phrase] = {
    Resend.LISTS: phrase("to lists that it had not gone to"),
    Resend.FAILED: phrase("to those whose copy had failed"),
    Resend.NEWCOMERS: phrase("to those who joined since"),
    Resend.DOUBTFUL: phrase("to those who may have had it, or not"),
}
"""In words, to whom it went that had been sent before."""

DOUBTS_NAMED = 20
"""Doubts that are named: somebody has to look into each."""


def outstanding(office: Office, issue: Issue, only: Sequence[str] = ()) -> list[str]:
    """The lists that the issue has still to go to; ``only`` narrows them. Raises Refused for a list not its own."""
    publication = office.rules.publication(issue.publication)
    if strange := sorted(set(only) - set(publication.lists)):
        raise Refused(f"{publication.title} does not go to {', '.join(strange)}: only {', '.join(publication.lists)}.")
    return [key for key in (only or publication.lists) if key not in issue.lists]


def schedule(office: Office, issue: Issue, due_at: datetime) -> None:
    """Let the daemon start it at ``due_at``."""
    require_grant(issue, office.work.approvals.grant(Issue.KIND, issue.id), outstanding(office, issue))
    office.work.issues.move(issue.id, advance(issue.state, Event.SCHEDULE))
    office.work.issues.stamp(issue.id, due_at=due_at)
    office.record("scheduled", issue.name, due=due_at.isoformat())


def start(office: Office, issue: Issue, lists: Sequence[str]) -> int:
    """Write a delivery row for every member of ``lists``, in one set operation; how many there are.

    The grant is asked for here, where mail is made, and nowhere else (law 4).
    """
    require_grant(issue, office.work.approvals.grant(Issue.KIND, issue.id), lists)
    office.work.issues.move(issue.id, advance(issue.state, Event.START))
    office.work.issues.add_lists(issue, lists)
    office.work.issues.stamp(issue.id, **times_of_start(issue, Resend.LISTS, office.now))
    rows = _write_copies(office, issue, lists)
    office.record("sending started", issue.name, lists=list(lists), deliveries=rows)
    return rows


def send_to_newcomers(office: Office, issue: Issue) -> int:
    """Write a delivery row for who joined the issue's lists since its rows were written; how many there are."""
    _start_again(office, issue, Resend.NEWCOMERS)
    rows = _write_copies(office, issue, issue.lists)
    office.record("sent to newcomers", issue.name, deliveries=rows)
    return rows


def resend_failed(office: Office, issue: Issue) -> int:
    """Queue what failed once more, under the same Message-ID, for those whom mail may still go to; how many mails."""
    _start_again(office, issue, Resend.FAILED)
    rows = office.work.deliveries.requeue_failed(issue.id, issue.lists, office.now)
    office.hand_out()
    office.record("failed sent again", issue.name, deliveries=rows)
    return rows


def _start_again(office: Office, issue: Issue, again: Resend) -> None:
    """An issue that has gone out, or still does, goes to more people of the lists that it was granted for."""
    if issue.state not in (State.SENDING, State.SENT):
        raise Refused(f"Issue {issue.number} is {issue.state}: it has not gone out yet, so there is nothing to add to.")
    require_grant(issue, office.work.approvals.grant(Issue.KIND, issue.id), issue.lists)
    office.work.issues.move(issue.id, advance(issue.state, Event.START))
    office.work.issues.stamp(issue.id, **times_of_start(issue, again, office.now))


def _write_copies(office: Office, issue: Issue, lists: Sequence[str]) -> int:
    left = f"<{issue.publication}-{issue.number}."
    right = f".{(issue.digest or '')[:12]}@{office.rules.address.domain}>"
    alike = None if office.rules.publication(issue.publication).personal else office.rules.format
    rows = office.work.outbox.add_issue(issue.id, lists, left, right, office.now, alike)
    office.hand_out()
    return rows


def due(office: Office, now: datetime) -> list[Decision]:
    """Scheduled issues whose time has come; one that was edited is no longer scheduled (see ``handlers.issues``)."""
    return [Decision(f"starting {issue.name}", partial(release, issue=issue)) for issue in office.work.issues.due(now)]


def release(office: Office, issue: Issue) -> None:
    """Send a scheduled issue to those lists that it was approved for, or ask a person if its time passed too long ago.

    ``issue`` is what was read before. If it has changed since, or its source has, nothing is decided here.
    """
    if office.work.issues.issue_by_id(issue.id) != issue or office.sources.edited(issue):
        return
    if issue.due_at and too_late(issue.due_at, office.now, office.rules.grace):
        _miss(office, issue, issue.due_at)
        return
    grant = office.work.approvals.grant(Issue.KIND, issue.id)
    start(office, issue, [key for key in outstanding(office, issue) if grant is None or key in grant.lists])


def _miss(office: Office, issue: Issue, due_at: datetime) -> None:
    """Its time has passed unseen: it stays approved, and the secretary is asked what now."""
    office.work.issues.move(issue.id, advance(issue.state, Event.MISS))
    office.record("missed", issue.name, due=due_at.isoformat())
    values = {
        "publication": office.rules.publication(issue.publication).title,
        "title": issue.title,
        "due": due_at,
        "now": office.now,
        "number": issue.number,
        "typed": office.rules.typed(issue.publication, issue.number),
    }
    office.tell_secretary("missed", values, once=f"missed {issue.id} {due_at.isoformat()}")


def pause(office: Office, issue: Issue) -> bool:
    """Take no more copies of it until ``resume``; False where it is paused already."""
    if issue.state is not State.SENDING:
        raise Refused(f"Issue {issue.number} is {issue.state}: there is nothing to pause.")
    if issue.paused_at:
        return False
    office.work.issues.stamp(issue.id, paused_at=office.now)
    office.record("paused", issue.name)
    return True


def resume(office: Office, issue: Issue) -> bool:
    """Let it go on; False where it is not paused."""
    if not issue.paused_at:
        return False
    office.work.issues.stamp(issue.id, paused_at=None)
    office.hand_out()
    office.record("resumed", issue.name, paused=issue.paused_at.isoformat())
    return True


def settle(office: Office) -> list[Issue]:
    """Finish the issues with nothing left to send, and tell the secretary how each went.

    For who sends alone: what waits of a cancelled issue is given up here, where no ledger has it in hand.
    """
    at_work = office.work.issues.in_state(State.SENDING, State.CANCELLED)
    begun = [issue for issue in at_work if issue.started_at and not issue.finished_at]
    for issue in begun:
        if issue.state is State.CANCELLED:
            office.work.deliveries.give_up(issue.id, CANCELLED, office.now)
    unresolved = office.work.outbox.unresolved_issues()
    finished = [issue for issue in begun if issue.id not in unresolved]
    for issue in finished:
        if issue.state is State.SENDING:
            office.work.issues.move(issue.id, advance(issue.state, Event.SETTLE))
        office.work.issues.stamp(issue.id, finished_at=office.now)
        counts = office.work.outbox.counts(issue.id)
        office.record("sent", issue.name, **{state.value: counts[state] for state in Delivery if counts[state]})
        summarise(office, issue)
    return finished


def summarise(office: Office, issue: Issue) -> None:
    """Queue the mail that says how the send went; once for each send."""
    counts = office.work.outbox.counts(issue.id)
    this_time = office.work.deliveries.counts_since(issue.id, issue.again_at) if issue.again_at else counts
    began = issue.again_at or issue.started_at or office.now
    took = office.now - began
    replies = office.work.deliveries.replies
    office.tell_secretary(
        "summary",
        {
            "publication": office.rules.publication(issue.publication).title,
            "number": issue.number,
            "title": issue.title,
            "cancelled": issue.state is State.CANCELLED,
            "typed": office.rules.typed(issue.publication, issue.number),
            "whom": WHOM[issue.again] if issue.again else "",
            "sent_now": this_time[Delivery.SENT],
            "total_now": this_time.total,
            "sent": counts[Delivery.SENT],
            "failed": counts[Delivery.FAILED],
            "suppressed": counts[Delivery.SUPPRESSED],
            "doubtful": counts[Delivery.DOUBTFUL],
            "failures": by_cause(replies(issue.id, Delivery.FAILED)),
            "held": by_cause(replies(issue.id, Delivery.SUPPRESSED)),
            "doubts": [recipient for recipient, _ in islice(replies(issue.id, Delivery.DOUBTFUL), DOUBTS_NAMED)],
            "started": began,
            "ended": office.now,
            "took": took,
            "per_minute": _per_minute(this_time[Delivery.SENT], took),
        },
        once=f"summary {issue.id} {'+'.join(issue.lists)} {issue.again_at or ''}".strip(),
    )


def _per_minute(sent: int, took: timedelta) -> int:
    """0 where it was over too soon to speak of a rate."""
    return round(sent / took.total_seconds() * 60) if took > timedelta(seconds=1) else 0
