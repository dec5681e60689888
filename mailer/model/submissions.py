"""Submissions: what anybody proposes by mail in the lines of a questionnaire, until a person has decided on it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum

from mailer.message import Address

LARGEST = 1_000_000
"""Octets of a mail that is kept with its submission."""

OPEN_ONES = 10
"""How many submissions of one mailbox may wait for its yes at a time. More go to a person."""

UNCONFIRMED = timedelta(days=14)
"""How long a submission waits for the yes of the address that it came from. Then it is erased."""

CORRECTED = timedelta(days=180)
"""How long the receipt of one can be answered with corrections, unless it is decided on before."""


class State(StrEnum):
    """How a submission stands."""

    ASKED = "asked"
    """Its address was asked whether it is theirs. Nobody sees it yet."""
    CONFIRMED = "confirmed"
    """It waits for a person."""
    ACCEPTED = "accepted"
    DECLINED = "declined"
    WITHDRAWN = "withdrawn"
    """Its address took it back, or says that it is not theirs."""
    EXPIRED = "expired"
    """Nobody confirmed it, and it was erased."""


TRANSITIONS: Mapping[State, frozenset[State]] = {
    State.ASKED: frozenset({State.CONFIRMED, State.WITHDRAWN, State.EXPIRED}),
    State.CONFIRMED: frozenset({State.ACCEPTED, State.DECLINED, State.WITHDRAWN}),
    State.ACCEPTED: frozenset(),
    State.DECLINED: frozenset(),
    State.WITHDRAWN: frozenset(),
    State.EXPIRED: frozenset(),
}
"""From each state, those that may follow."""


@dataclass(frozen=True, slots=True)
class Submission:
    """One of them. Addresses in its values are data: nothing is written to them before a person accepted it."""

    id: int
    kind: str
    """What is proposed: ``event``, ``presenter``."""
    address: str
    """Who proposes it."""
    name: str
    language: str
    """BCP 47; may be empty."""
    values: Mapping[str, str]
    """By the keys of the questionnaire."""
    asked_at: datetime
    beside: str = ""
    """What they wrote beside the lines."""
    state: State = State.ASKED
    revision: int = 0
    """It grows with each correction."""
    confirmed_at: datetime | None = None
    decided_at: datetime | None = None
    """When it was accepted, declined, withdrawn or expired."""
    raw: bytes = field(repr=False, default=b"")
    """The newest proven mail with attachments; empty if there is none, or if it was too large or has been erased."""

    @property
    def to(self) -> Address:
        """Where mail about it goes."""
        return Address.parse(self.address, self.name)

    @property
    def key(self) -> str:
        """Equal for all submissions of a mailbox."""
        return self.to.base_key

    @property
    def stands(self) -> str:
        """Its state as far as an answer to a notice depends on it: what has been corrected since is another thing."""
        return f"{self.state.value} {self.revision}"

    def may_be(self, state: State) -> bool:
        """Whether this state may follow."""
        return state in TRANSITIONS[self.state]
