"""What a person may ask about their own data, and what stays of somebody who was forgotten."""

from __future__ import annotations

from datetime import datetime
from typing import NamedTuple

from mailer.message import Address
from mailer.model.outbox import Delivery

FORGOTTEN = "forgotten.invalid"
"""The domain of those who were forgotten; no mail reaches it (RFC 2606)."""


class RecentMail(NamedTuple):
    """A copy that somebody got lately."""

    mailing: int
    state: Delivery
    at: datetime
    """When it was settled, or else queued."""


def replacement(contact: int) -> Address:
    """What stands in place of a forgotten person's address."""
    return Address(f"contact-{contact}", FORGOTTEN)
