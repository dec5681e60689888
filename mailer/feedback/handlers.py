"""What readers write reaches a person."""

from __future__ import annotations

from mailer.desk import Desk
from mailer.message import Address


def forward(desk: Desk, sender: Address, subject: str, text: str) -> str:
    """Hand a reader's words to the secretary, whose reply goes to the reader.

    The secretary's own are not sent back: with a machine that answers in their name that would never end (B8).
    """
    if sender.base_key == desk.rules.secretary.base_key:
        return "the secretary's own words: handed to nobody"
    desk.record("feedback", str(sender))
    desk.tell_secretary("feedback", {"sender": str(sender), "subject": subject, "text": text}, reply_to=sender)
    return "handed to the secretary"
