"""What comes back, bounces and complaints, and what a person says of a doubt."""

from __future__ import annotations

from mailer.desk import Desk
from mailer.issues.model import Again, Event, Issue, State, advance, times_of_start
from mailer.outbox.model import Delivery, move
from mailer.tokens import Token


def bounced(desk: Desk, token: Token | None, permanent: bool, diagnostic: str) -> str:
    """A hard bounce with our own VERP token ends mail to that address; anything else changes nothing (B10)."""
    if token is None:
        return "carries no bounce token of ours: ignored"
    if not permanent:
        return "a soft bounce: nobody is removed"
    recipient = desk.work.outbox.bounce(token.subject, diagnostic, desk.now)
    if recipient is None:
        return "that mail had not gone out, or had bounced before"
    desk.work.lists.suppress(recipient, f"bounced: {diagnostic}", desk.now)
    desk.record("bounced", recipient, diagnostic=diagnostic)
    return f"{recipient} takes no mail: {diagnostic}"


def complained(desk: Desk, token: Token | None) -> str:
    """Whoever calls our mail spam gets no more of it."""
    recipient = desk.work.outbox.recipient(token.subject) if token else None
    if recipient is None:
        return "carries no bounce token of ours: ignored"
    desk.work.lists.suppress(recipient, "complained", desk.now)
    desk.record("complained", recipient)
    return f"{recipient} called the mail spam"


def resolve_doubts(desk: Desk, issue: Issue | None, resend: bool) -> int:
    """Send what is in doubt once more, under the same Message-ID, or give it up; how many mails.

    ``issue`` None means service mail.
    """
    state = move(Delivery.DOUBTFUL, Delivery.QUEUED if resend else Delivery.FAILED)
    resolved = desk.work.outbox.resolve_doubts(issue.id if issue else None, state, desk.now)
    if resolved and issue and resend and issue.state is State.SENT:
        desk.work.issues.move(issue.id, advance(issue.state, Event.START))
        desk.work.issues.stamp(issue.id, **times_of_start(issue, Again.DOUBTFUL, desk.now))
    if resolved:
        desk.record("doubts resolved", issue.name if issue else "service mail", mails=resolved, resend=resend)
    return resolved
