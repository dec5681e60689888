"""What a person may ask about their own data, and what stays of somebody who was forgotten."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import NamedTuple

from mailer.message import Address
from mailer.model.lists import Contact
from mailer.model.outbox import Delivery
from mailer.phrases import Phrase

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


@dataclass(frozen=True, slots=True)
class Erasing:
    """Somebody who is being forgotten."""

    contact: Contact
    addresses: Sequence[str]
    """The present and all former ones, as they are written and case folded."""
    keys: Sequence[str]
    """The same addresses as ``Address.key``."""
    replacement: Address
    """What stands in place of their address."""
    now: datetime


class Held(NamedTuple):
    """Data about one person, as ``status`` shows them to their owner."""

    title: Phrase
    rows: Sequence[tuple[Phrase | str, object]]
    """What each is called, and its value: text, a phrase, a day or a country, as notices write it."""
    data: str = ""
    """The kind of data in ``[personal_data]``, which says what they are for and how long they are kept."""
    until: date | None = None
    """When they are erased, if that is known."""
