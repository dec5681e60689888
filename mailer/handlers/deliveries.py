"""What bounces, reports and complaints do to deliveries, and how an issue's deliveries stand."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from mailer.model.failures import COMPLAINED, Group, bounce_of, group_replies
from mailer.model.inbound import Done, Result
from mailer.model.issues import Issue
from mailer.model.mailings import NO_MAILING, Mailing, MailingKind
from mailer.model.needs import Need, stalled
from mailer.model.outbox import Counts, Delivery, DeliveryRow, Fate, Troubled
from mailer.model.reports import Reported
from mailer.office import Office
from mailer.tokens import Purpose, Token

TROUBLED = (Delivery.FAILED, Delivery.DEFERRED, Delivery.DOUBTFUL, Delivery.SUPPRESSED)
"""States whose causes a summary tells, in its order."""

DOMAINS = 20
"""Domains in a summary."""


def bounced(office: Office, token: Token | None, fate: Fate, diagnostic: str) -> Result:
    """Suppress the address after a hard bounce with a genuine VERP token; a soft one can only settle a doubt (B10)."""
    if token is None or token.purpose is not Purpose.BOUNCE:
        return Result(Done.NO_DELIVERY_NAMED)
    recipient = office.work.outbox.reported(token.subject, fate, diagnostic, office.now)
    if fate is not Fate.REFUSED:
        return Result(Done.DOUBT_SETTLED if recipient else Done.SOFT_BOUNCE)
    if recipient is None:
        return Result(Done.BOUNCED_BEFORE)
    office.work.lists.suppress(recipient, bounce_of(diagnostic), office.now)
    office.record("bounced", recipient, diagnostic=diagnostic)
    return Result(Done.BOUNCED, {"recipient": recipient, "diagnostic": diagnostic})


def reported(office: Office, token: Token, recipients: Sequence[Reported]) -> Result:
    """Record what a report says about each recipient. It suppresses nobody: readers may know its token (B10)."""
    changed = []
    for one in recipients:
        own = token.purpose is Purpose.BOUNCE
        row = token.subject if own else office.work.outbox.row_of(token.subject, one.recipient)
        if row and (recipient := office.work.outbox.reported(row, one.fate, one.diagnostic, office.now)):
            office.record("delivery reported", recipient, fate=one.fate.value, diagnostic=one.diagnostic)
            changed.append(f"{recipient} {one.fate}")
    if not changed:
        return Result(Done.NOTHING_NEW)
    return Result(Done.DELIVERIES_REPORTED, {"deliveries": ", ".join(changed)[:500]})


def complained(office: Office, token: Token | None) -> Result:
    """Suppress the address of a reader who reports our mail as spam."""
    recipient = office.work.outbox.recipient(token.subject) if token else None
    if recipient is None:
        return Result(Done.NO_DELIVERY_NAMED)
    office.work.lists.suppress(recipient, COMPLAINED, office.now)
    office.record("complained", recipient)
    return Result(Done.COMPLAINED, {"recipient": recipient})


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
