"""How the office stands, in figures that its store alone can tell: by indexes, at a million rows too."""

from __future__ import annotations

from datetime import datetime, timedelta

from mailer.model.figures import Figures
from mailer.model.issues import Issue, State
from mailer.ports import Work


def figures(work: Work, now: datetime, since: datetime | None = None) -> Figures:
    """Issues that ended before ``since`` are left out."""
    issues = [
        issue
        for issue in work.issues.all()
        if issue.started_at and (issue.state is State.SENDING or _ended_since(issue, since))
    ]
    running = [issue.id for issue in issues if issue.state is State.SENDING and not issue.paused_at]
    first_copy = min(filter(None, map(work.outbox.first_due, running)), default=None)
    return Figures(
        conversation=work.outbox.counts(),
        issues={(issue.publication, issue.number): work.outbox.counts(issue.id) for issue in issues},
        oldest_service_mail=_overdue(work.outbox.first_due(), now),
        oldest_copy=_overdue(first_copy, now),
        inbound=work.inbound.counts(),
        attention=work.inbound.in_attention(),
    )


def _ended_since(issue: Issue, since: datetime | None) -> bool:
    return since is None or issue.finished_at is None or issue.finished_at >= since


def _overdue(due_at: datetime | None, now: datetime) -> timedelta:
    return max(now - due_at, timedelta()) if due_at else timedelta()
