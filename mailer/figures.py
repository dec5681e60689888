"""How the office stands, in figures that its store alone can tell: by indexes, at a million rows too."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from mailer.issues.model import Issue, State
from mailer.outbox.model import Counts, Delivery
from mailer.ports import Work


@dataclass(frozen=True, slots=True)
class Figures:
    conversation: Counts
    issues: Mapping[tuple[str, int], Counts]
    """Copies by publication and number."""
    oldest_service_mail: timedelta
    """For how long that one has been due which waits for longest; nothing where none does."""
    oldest_copy: timedelta
    """The same of issues that are being sent and not paused."""
    inbound: Mapping[str, int]
    """Mails that came in, by kind."""
    attention: int
    """Mails that were set aside for a person."""

    @property
    def deliveries(self) -> Counts:
        """Service mails and copies together."""
        every = (self.conversation, *self.issues.values())
        return Counts({state: sum(counts[state] for counts in every) for state in Delivery})


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
