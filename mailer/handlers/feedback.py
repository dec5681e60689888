"""What readers write reaches a person."""

from __future__ import annotations

from mailer.message import Address
from mailer.model.inbound import Done, Result
from mailer.office import Office


def forward(office: Office, sender: Address, subject: str, text: str) -> Result:
    """Forward a reader's words to the secretary, whose reply goes to the reader.

    Mail from the secretary is not forwarded: if it is an automatic reply, it would answer itself forever (B8).
    """
    if sender.base_key == office.rules.secretary.base_key:
        return Result(Done.WRITTEN_BY_SECRETARY)
    office.record("feedback", str(sender))
    office.tell_secretary("feedback", {"sender": str(sender), "subject": subject, "text": text}, reply_to=sender)
    return Result(Done.FORWARDED)
