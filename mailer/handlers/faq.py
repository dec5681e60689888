"""Frequent questions and their answers, by mail."""

from __future__ import annotations

from mailer.message import Address
from mailer.model.inbound import Done, Result
from mailer.office import Office


def answer(office: Office, sender: Address) -> Result:
    """Say that there are none yet, and that a person answers (B1)."""
    sent = office.write(Address.parse(sender.key), "faq", {}, in_reply_to="")
    return Result(Done.FAQ_SENT if sent else Done.ANSWERED_TODAY)
