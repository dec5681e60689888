"""What comes back, bounces and complaints, and what a person says of a doubt."""

from __future__ import annotations

from collections.abc import Sequence

from mailer.desk import Desk
from mailer.inbound.intents import Reported
from mailer.issues.model import Again, Event, Issue, State, advance, times_of_start
from mailer.outbox.model import Delivery, Fate, move
from mailer.outbox.pace import TOTAL
from mailer.tokens import Purpose, Token


def bounced(desk: Desk, token: Token | None, fate: Fate, diagnostic: str) -> str:
    """A hard bounce with our own VERP token ends mail to that address; a soft one at most settles a doubt (B10)."""
    if token is None or token.purpose is not Purpose.BOUNCE:
        return "carries no bounce token of ours: ignored"
    recipient = desk.work.outbox.reported(token.subject, fate, diagnostic, desk.now)
    if fate is not Fate.REFUSED:
        return "a soft bounce: nobody is removed" + (", and a doubt is settled" if recipient else "")
    if recipient is None:
        return "that mail had not gone out, or had bounced before"
    desk.work.lists.suppress(recipient, f"bounced: {diagnostic}", desk.now)
    desk.record("bounced", recipient, diagnostic=diagnostic)
    return f"{recipient} takes no mail: {diagnostic}"


def reported(desk: Desk, token: Token, recipients: Sequence[Reported]) -> str:
    """What arrived settles doubts. Every reader knows the token of a shared mail, so that nobody is removed (B10)."""
    moved = []
    for one in recipients:
        own = token.purpose is Purpose.BOUNCE
        row = token.subject if own else desk.work.outbox.row_of(token.subject, one.recipient)
        if row and (recipient := desk.work.outbox.reported(row, one.fate, one.diagnostic, desk.now)):
            desk.record("delivery reported", recipient, fate=one.fate.value, diagnostic=one.diagnostic)
            moved.append(f"{recipient} {one.fate}")
    return ", ".join(moved)[:500] or "reports nothing that was not known"


def complained(desk: Desk, token: Token | None) -> str:
    """Whoever calls our mail spam gets no more of it."""
    recipient = desk.work.outbox.recipient(token.subject) if token else None
    if recipient is None:
        return "carries no bounce token of ours: ignored"
    desk.work.lists.suppress(recipient, "complained", desk.now)
    desk.record("complained", recipient)
    return f"{recipient} called the mail spam"


def set_rate(desk: Desk, per_minute: int | None) -> None:
    """All mail together goes at ``per_minute`` from here on, whoever sends it; with None as it is configured."""
    desk.work.pace.set_rate(TOTAL, per_minute)
    desk.record("rate set", "sending", per_minute=per_minute)


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
        desk.hand_out()
        desk.record("doubts resolved", issue.name if issue else "service mail", mails=resolved, resend=resend)
    return resolved
