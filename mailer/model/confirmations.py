"""What somebody is asked to confirm by reply, because From alone does not show who wrote."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


class Asked(StrEnum):
    """What a confirmation is about."""

    DETAILS = "details"  # other details, by name
    ADDRESS = "address"  # another address: the present one and the new one are asked
    FORGET = "forget"  # to be forgotten


class Answer(StrEnum):
    """How a confirmation stands."""

    OPEN = "open"
    YES = "yes"
    NO = "no"
    SUPERSEDED = "superseded"  # the same was asked again, or the person was forgotten


@dataclass(frozen=True, slots=True)
class Confirmation:
    """One question to one address."""

    id: int
    asked: Asked
    contact: int | None
    """Whose data it is about; None if nobody has the address that was named."""
    address: str
    """Who is asked."""
    wanted: Mapping[str, str]
    """What changes with a yes: details by name, or the new address."""
    partner: int | None
    """Another confirmation that needs a yes, too."""
    asked_at: datetime
    answer: Answer
