"""Figures about the office from its store. All queries use indexes, so they are fast at a million rows."""

from __future__ import annotations

from datetime import datetime, timedelta

from mailer.model.figures import Figures
from mailer.model.mailings import Mailing, MailingKind
from mailer.ports import Work


def figures(work: Work, now: datetime, since: datetime | None = None) -> Figures:
    """The figures, without mailings that were finished before ``since``."""
    mailings = [mailing for mailing in work.mailings.all() if _counts_since(mailing, since)]
    running = [mailing.id for mailing in mailings if mailing.is_running]
    first_copy = min(filter(None, map(work.outbox.first_due, running)), default=None)
    issues = {issue.id: issue for issue in work.issues.all()}
    sent = [(issues[mailing.subject], mailing) for mailing in mailings if mailing.kind is MailingKind.ISSUE]
    return Figures(
        conversation=work.outbox.counts(),
        issues={(issue.publication, issue.number): work.outbox.counts(mailing.id) for issue, mailing in sent},
        oldest_service_mail=_overdue(work.outbox.first_due(), now),
        oldest_copy=_overdue(first_copy, now),
        inbound=work.inbound.counts(),
        attention=work.inbound.in_attention(),
    )


def _counts_since(mailing: Mailing, since: datetime | None) -> bool:
    return since is None or mailing.finished_at is None or mailing.finished_at >= since


def _overdue(due_at: datetime | None, now: datetime) -> timedelta:
    return max(now - due_at, timedelta()) if due_at else timedelta()
