"""How an issue's deliveries stand."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from mailer.model.failures import Group, group_replies
from mailer.model.issues import Issue
from mailer.model.mailings import NO_MAILING, Mailing, MailingKind
from mailer.model.needs import Need, stalled
from mailer.model.outbox import Counts, Delivery, DeliveryRow, Troubled
from mailer.office import Office

TROUBLED = (Delivery.FAILED, Delivery.DEFERRED, Delivery.DOUBTFUL, Delivery.SUPPRESSED)
"""States whose causes a summary tells, in its order."""

DOMAINS = 20
"""Domains in a summary."""


@dataclass(frozen=True, slots=True)
class Summary:
    """An issue's copies by state, by cause and by domain."""

    counts: Counts
    causes: Sequence[tuple[Delivery, Group]]
    domains: Sequence[Troubled]
    """The domains with most trouble."""
    needs: Sequence[Need]


def summary(office: Office, issue: Issue, at_work: bool) -> Summary:
    """``at_work``: whether a process sends now."""
    mailing = office.work.mailings.of(MailingKind.ISSUE, issue.id)
    copies = mailing.id if mailing else NO_MAILING
    counts, queries = office.work.outbox.counts(copies), office.work.deliveries
    return Summary(
        counts,
        [
            (state, group)
            for state in TROUBLED
            if counts[state]
            for group in group_replies(queries.replies(copies, state))
        ],
        queries.troubled(copies, DOMAINS),
        _stalled(issue, mailing, counts, at_work),
    )


def needs(office: Office, issue: Issue, at_work: bool) -> list[Need]:
    """Why the issue's copies do not go on."""
    mailing = office.work.mailings.of(MailingKind.ISSUE, issue.id)
    return _stalled(issue, mailing, office.work.outbox.counts(mailing.id) if mailing else Counts({}), at_work)


def _stalled(issue: Issue, mailing: Mailing | None, counts: Counts, at_work: bool) -> list[Need]:
    return stalled(issue, counts, mailing.paused_at is not None, at_work) if mailing else []


def page(
    office: Office, issue: Issue, after: int, limit: int, states: Sequence[Delivery] = (), part: str = ""
) -> list[DeliveryRow]:
    """The issue's copies with ids above ``after``; only in ``states``, and only with ``part`` in the address."""
    mailing = office.work.mailings.of(MailingKind.ISSUE, issue.id)
    return office.work.outbox.page(mailing.id, after, limit, states, part) if mailing else []
