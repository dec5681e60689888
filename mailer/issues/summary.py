"""What the secretary is told when a send has come to its end."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from itertools import islice

from mailer.desk import Desk, duration
from mailer.issues.model import Again, Issue, State
from mailer.outbox.causes import by_cause
from mailer.outbox.model import Delivery

WHOM: Mapping[Again, str] = {
    Again.LISTS: "to lists that it had not gone to",
    Again.FAILED: "to those whose copy had failed",
    Again.NEWCOMERS: "to those who joined since",
    Again.DOUBTFUL: "to those who may have had it, or not",
}
"""In words, to whom it went that had been sent before."""

DOUBTS_NAMED = 20
"""Doubts that are named: somebody has to look into each."""


def summarise(desk: Desk, issue: Issue) -> None:
    """Queue the mail that says how the send went; once for each send."""
    counts = desk.work.outbox.counts(issue.id)
    this_time = desk.work.deliveries.counts_since(issue.id, issue.again_at) if issue.again_at else counts
    began = issue.again_at or issue.started_at or desk.now
    took = desk.now - began
    replies = desk.work.deliveries.replies
    desk.tell_secretary(
        "summary",
        {
            "publication": desk.rules.publication(issue.publication).title,
            "number": issue.number,
            "title": issue.title,
            "cancelled": issue.state is State.CANCELLED,
            "typed": desk.rules.typed(issue.publication, issue.number),
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
            "started": desk.rules.when(began),
            "ended": desk.rules.when(desk.now),
            "took": duration(took),
            "per_minute": _per_minute(this_time[Delivery.SENT], took),
        },
        once=f"summary {issue.id} {'+'.join(issue.lists)} {issue.again_at or ''}".strip(),
    )


def _per_minute(sent: int, took: timedelta) -> int:
    """0 where it was over too soon to speak of a rate."""
    return round(sent / took.total_seconds() * 60) if took > timedelta(seconds=1) else 0
