"""Questions to people who are not staff: each is for one person, about one thing in one state, and good once."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import Enum, StrEnum, auto

from mailer.message import Address
from mailer.model.personal_data import FORGOTTEN
from mailer.model.questionnaires import Filled

VALID = timedelta(days=60)
"""How long a question can be answered, unless it says otherwise."""

KEPT = timedelta(days=30)
"""How long an answer that nobody has proven is kept for its addressee's yes."""

LARGEST, LARGEST_FREE = 2_000_000, 20_000_000
"""Octets of an unproven answer that is kept; a larger one goes to a person. The second is of what is free."""

UNPROVEN_A_DAY, UNPROVEN_AT_ONCE = 10, 3
"""How many unproven answers to one question are kept in a day, and wait at a time; others go to a person."""


class Choice(StrEnum):
    """What an answer says."""

    YES = "yes"
    NO = "no"
    LATER = "later"  # ask me again
    LEAVE = "leave"  # take me off the list
    NEVER = "never"  # and do not ask again
    OK = "ok"  # everything is right as it is
    INSTEAD = "instead"  # ask somebody else, whose address follows


class Proof(Enum):
    """What an answer needs so that it is acted on."""

    TOKEN = auto()
    """The question's token, which went to its addressee alone, as for a sign-up (B11)."""
    AUTHENTIC = auto()
    """An authentic mail of the addressee, as a vote (A1 to A9, A38 to A40); or else their yes to a challenge."""


@dataclass(frozen=True, slots=True)
class Reply:
    """An answer as it was read."""

    choice: Choice | None = None
    number: int | None = None
    """The number that it names of a list, if it names one."""
    address: Address | None = None
    """Whom to ask instead."""
    filled: Filled | None = None
    """The lines as they came back; None if the question has none."""
    words: str = ""
    """What the writer says besides."""

    @property
    def is_empty(self) -> bool:
        """Whether nothing in it can be acted on."""
        has_lines = self.filled is not None and bool(self.filled.changed or self.filled.problems)
        return self.choice is None and self.number is None and not has_lines


@dataclass(frozen=True, slots=True)
class Question:
    """A question that was sent; its addressee answers it once."""

    id: int
    addressee: str
    contact: int | None
    kind: str
    """Which handler gets the answer."""
    subject: int
    """The id of what it is about; each kind has its own ids."""
    state: str
    """Of the subject when the question was asked. An answer has no effect once the state is another."""
    about: str
    """What people call the subject; may be empty."""
    language: str
    offered: Mapping[str, str]
    """The values of the lines as they were sent."""
    asked_at: datetime
    expires_at: datetime
    answered_at: datetime | None = None
    asked_back_at: datetime | None = None
    """When an answer was not understood, and another one was asked for."""

    @property
    def to(self) -> Address:
        return Address.parse(self.addressee)

    @property
    def is_erased(self) -> bool:
        """Whether its addressee was forgotten."""
        return self.to.domain == FORGOTTEN


class KeptState(StrEnum):
    """What becomes of an answer that nobody has proven."""

    WAITING = "waiting"
    ASKED = "asked"  # its addressee was asked whether it is theirs
    ACTED = "acted"
    REFUSED = "refused"


@dataclass(frozen=True, slots=True)
class KeptReply:
    """An answer that nobody has proven yet. It is acted on if the question's addressee says that it is theirs."""

    id: int
    question: int
    sender: str
    received_at: datetime
    state: KeptState
    reason: str
    """Why it is not proven, as a stored phrase."""
    raw: bytes = field(repr=False, default=b"")
