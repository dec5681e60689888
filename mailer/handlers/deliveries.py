"""What bounces, delivery reports and complaints do, and how a person settles deliveries in doubt."""

from __future__ import annotations

from collections.abc import Sequence

from mailer.inbound.intents import Reported
from mailer.model.failures import COMPLAINED, bounce_of
from mailer.model.inbound import Done, Result
from mailer.model.issues import Event, Issue, State, advance
from mailer.model.mailings import MailingKind, Resend
from mailer.model.outbox import Delivery, Fate, transition
from mailer.office import Office
from mailer.tokens import Purpose, Token


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
    moved = []
    for one in recipients:
        own = token.purpose is Purpose.BOUNCE
        row = token.subject if own else office.work.outbox.row_of(token.subject, one.recipient)
        if row and (recipient := office.work.outbox.reported(row, one.fate, one.diagnostic, office.now)):
            office.record("delivery reported", recipient, fate=one.fate.value, diagnostic=one.diagnostic)
            moved.append(f"{recipient} {one.fate}")
    if not moved:
        return Result(Done.NOTHING_NEW)
    return Result(Done.DELIVERIES_REPORTED, {"deliveries": ", ".join(moved)[:500]})


def complained(office: Office, token: Token | None) -> Result:
    """Suppress the address of a reader who reports our mail as spam."""
    recipient = office.work.outbox.recipient(token.subject) if token else None
    if recipient is None:
        return Result(Done.NO_DELIVERY_NAMED)
    office.work.lists.suppress(recipient, COMPLAINED, office.now)
    office.record("complained", recipient)
    return Result(Done.COMPLAINED, {"recipient": recipient})


def resolve_doubts(office: Office, issue: Issue | None, resend: bool) -> int:
    """Queue what is in doubt once more, under the same Message-ID, or mark it as failed; returns how many mails.

    ``issue`` None means service mail.
    """
    state = transition(Delivery.DOUBTFUL, Delivery.QUEUED if resend else Delivery.FAILED)
    mailing = office.work.mailings.of(MailingKind.ISSUE, issue.id) if issue else None
    if issue and mailing is None:
        return 0
    resolved = office.work.outbox.resolve_doubts(mailing.id if mailing else None, state, office.now)
    if resolved and issue and mailing and resend and issue.state is State.SENT:
        office.work.issues.set_state(issue.id, advance(issue.state, Event.START))
        office.work.mailings.save(mailing.continued(Resend.DOUBTFUL, office.now))
    if resolved:
        office.hand_out()
        office.record("doubts resolved", issue.name if issue else "service mail", mails=resolved, resend=resend)
    return resolved
