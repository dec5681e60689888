"""Whose silence may be consent: only of a member to whom ballot and reminder were delivered, as far as we know."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from mailer.model.absences import Absence
from mailer.model.outbox import Delivery
from mailer.phrases import Phrase, phrase


@dataclass(frozen=True, slots=True)
class SentMail:
    """One mail to a member about a ballot."""

    is_reminder: bool
    state: Delivery
    settled_at: datetime | None
    """When the relay took it, or when it failed."""
    is_reopening: bool = False
    """Whether it says that the vote, which had ended, goes on."""


@dataclass(frozen=True, slots=True)
class Heard:
    """What is known of a member who has not voted."""

    mails: tuple[SentMail, ...]
    """The oldest first."""
    returned: str
    """What a server said of mail that did not arrive since the ballot was opened; empty if it said nothing."""
    replied: bool
    """Whether a reply of theirs was not counted."""
    absence: Absence | None


def why_unheard(heard: Heard, opened_at: datetime, *, stood_for: bool = False) -> Phrase:
    """Why this member's silence is no consent; empty if it is.

    ``stood_for``: a substitute was asked, so it does not matter whether mail reaches the member.
    """
    if heard.replied:
        return phrase("a reply came that was not counted")
    if stood_for:
        return Phrase()
    if heard.returned:
        return phrase("mail to them did not arrive: %(reply)s", reply=heard.returned)
    request = next((mail for mail in heard.mails if not mail.is_reminder), None)
    if request is None or request.state is not Delivery.SENT:
        return phrase("the request was not delivered")
    since = max((place for place, mail in enumerate(heard.mails) if mail.is_reopening), default=0)
    reminders = [mail for mail in heard.mails[since:] if mail.is_reminder]
    if not reminders or reminders[-1].state is not Delivery.SENT:
        return phrase("no reminder was delivered")
    reminded_at = reminders[-1].settled_at or opened_at
    if heard.absence is not None and heard.absence.holds(reminded_at, opened_at):
        return phrase("they are away, as far as we know")
    return Phrase()
