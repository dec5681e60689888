"""Delivery states, and the one table of moves between them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import NamedTuple

from mailer.errors import Refused


class Delivery(StrEnum):
    """Where one mail to one recipient stands."""

    QUEUED = "queued"  # waits for its turn
    SENDING = "sending"  # claimed; the relay may have been told
    SENT = "sent"  # the relay took it (2xx after the final dot)
    DEFERRED = "deferred"  # 4xx or no connection: tried again when due
    FAILED = "failed"  # 5xx, or expired
    SUPPRESSED = "suppressed"  # left, or bounced hard, before it was claimed
    DOUBTFUL = "in doubt"  # the connection went after the final dot: nobody knows


TRANSITIONS: Mapping[Delivery, frozenset[Delivery]] = {
    Delivery.QUEUED: frozenset({Delivery.SENDING, Delivery.SUPPRESSED}),
    Delivery.DEFERRED: frozenset({Delivery.SENDING, Delivery.SUPPRESSED, Delivery.FAILED}),
    Delivery.SENDING: frozenset({Delivery.SENT, Delivery.DEFERRED, Delivery.FAILED, Delivery.DOUBTFUL}),
    Delivery.DOUBTFUL: frozenset({Delivery.SENT, Delivery.FAILED, Delivery.QUEUED}),
    Delivery.SENT: frozenset({Delivery.FAILED}),  # a bounce came back
    Delivery.FAILED: frozenset({Delivery.QUEUED}),  # resend, when a person says so
    Delivery.SUPPRESSED: frozenset(),
}


class Fate(StrEnum):
    """What a delivery report says of a mail that the relay has taken (RFC 3464 2.3.3)."""

    ARRIVED = "arrived"  # delivered, or passed on to where no reports come from
    DELAYED = "delayed"  # is tried again
    RETURNED = "returned"  # given up, though the address may be good
    REFUSED = "refused"  # given up, because that address takes no mail


REPORTED: Mapping[Fate, tuple[frozenset[Delivery], Delivery]] = {
    Fate.ARRIVED: (frozenset({Delivery.DOUBTFUL}), Delivery.SENT),
    Fate.DELAYED: (frozenset(), Delivery.SENT),
    Fate.RETURNED: (frozenset({Delivery.DOUBTFUL}), Delivery.FAILED),
    Fate.REFUSED: (frozenset({Delivery.DOUBTFUL, Delivery.SENT}), Delivery.FAILED),
}
"""Which deliveries a report moves, and where to: it settles doubts, and what it says is not always of the address."""

UNRESOLVED = frozenset({Delivery.QUEUED, Delivery.SENDING, Delivery.DEFERRED})
"""While any copy of a mailing is in one of these, the mailing is not finished."""

UNDELIVERED = frozenset({Delivery.FAILED, Delivery.DOUBTFUL})
"""What a person may want to look at."""


def move(old: Delivery, new: Delivery) -> Delivery:
    """``new``. Raises Refused where the table has no such move."""
    if new not in TRANSITIONS[old]:
        raise Refused(f"A delivery that is {old} cannot become {new}.")
    return new


@dataclass(frozen=True, slots=True)
class Batch:
    """Copies of one mailing that one worker sends: those that wait among these ids."""

    mailing: int
    rows: range


class Outcome(NamedTuple):
    """What became of one attempt; ``reply`` is the relay's own words, one line."""

    row: int
    state: Delivery
    reply: str


RETRY_AFTER = tuple(timedelta(minutes=m) for m in (1, 5, 15, 60, 120, 240, 480))
"""Delays after the first, second … deferral; the last repeats (RFC 5321 4.5.4.1)."""

EXPIRES_AFTER = timedelta(days=3)
"""Time of trying, not since the row was written: a pause, or a slow rate, may let it wait for longer than that."""


def retry_delay(attempts: int) -> timedelta | None:
    """How long to wait after ``attempts`` attempts, at least one; None where it has been tried for long enough."""
    delays = [*RETRY_AFTER, *[RETRY_AFTER[-1]] * attempts][:attempts]
    return delays[-1] if sum(delays, timedelta()) <= EXPIRES_AFTER else None


@dataclass(frozen=True, slots=True)
class Draft:
    """A service mail to be queued: composed whole, Message-ID fixed."""

    cause: str
    """What it follows from; with the recipient it is unique, so that a cause handled twice mails once."""
    recipient: str
    message_id: str
    payload: bytes


class Due(NamedTuple):
    """A row whose turn it is, with what it takes to compose it; nothing is claimed yet."""

    id: int
    recipient: str
    domain: str
    message_id: str
    attempts: int
    """Attempts so far, this one included."""
    payload: bytes | None
    """A service mail whole; None for a copy of a mailing."""
    mailing: int | None
    contact: int | None
    name: str
    """The reader's, as are the next three."""
    organisation: str
    format: str | None
    """As Format has it; None is the office's default."""
    country: str
    barred: str
    """Why this recipient is not to be mailed after all, or empty (E12)."""


@dataclass(frozen=True, slots=True)
class Counts:
    """How the deliveries of one mailing, or of all conversation, stand."""

    by_state: Mapping[Delivery, int]

    def __getitem__(self, state: Delivery) -> int:
        return self.by_state.get(state, 0)

    @property
    def total(self) -> int:
        return sum(self.by_state.values())

    @property
    def unresolved(self) -> int:
        return sum(self[state] for state in UNRESOLVED)


@dataclass(frozen=True, slots=True)
class Troubled:
    """A domain that does not take its mail: how many copies to it wait for another try, and how many failed."""

    domain: str
    deferred: int
    failed: int


@dataclass(frozen=True, slots=True)
class Failed:
    """How many copies of a mailing failed, by whether they may be sent once more."""

    ready: int = 0
    suppressed: int = 0
    """The address takes no mail: it bounced or complained since."""
    left: int = 0
    """They have left the publication, or are on none of the mailing's lists any more."""


@dataclass(frozen=True, slots=True)
class DeliveryRow:
    """One copy of a mailing, as the ledger has it."""

    id: int
    recipient: str
    state: Delivery
    attempts: int
    reply: str
    """The relay's own words, or why it was held back."""
    message_id: str
    due_at: datetime | None
    """When a waiting one goes next."""
    settled_at: datetime | None


@dataclass(frozen=True, slots=True)
class Trouble:
    """A delivery that a person may want to look at."""

    recipient: str
    state: Delivery
    reply: str
