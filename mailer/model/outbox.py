"""Deliveries, their states, and the table of transitions between these."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import NamedTuple

from mailer.errors import Refused
from mailer.model.refusals import Refusal


class Delivery(StrEnum):
    """Where one mail to one recipient stands."""

    QUEUED = "queued"  # waits for its turn
    SENDING = "sending"  # claimed; the relay may act on it
    SENT = "sent"  # the relay took it (2xx after the final dot)
    DEFERRED = "deferred"  # 4xx or no connection; tried again when due
    FAILED = "failed"  # 5xx, or expired
    SUPPRESSED = "suppressed"  # not sent: the recipient left or bounced, or the mailing was cancelled
    DOUBTFUL = "in doubt"  # the relay had the mail, but its answer is not known


TRANSITIONS: Mapping[Delivery, frozenset[Delivery]] = {
    Delivery.QUEUED: frozenset({Delivery.SENDING, Delivery.SUPPRESSED, Delivery.DOUBTFUL}),  # restored from a backup
    Delivery.DEFERRED: frozenset({Delivery.SENDING, Delivery.SUPPRESSED, Delivery.FAILED, Delivery.DOUBTFUL}),
    Delivery.SENDING: frozenset({Delivery.SENT, Delivery.DEFERRED, Delivery.FAILED, Delivery.DOUBTFUL}),
    Delivery.DOUBTFUL: frozenset({Delivery.SENT, Delivery.FAILED, Delivery.QUEUED}),
    Delivery.SENT: frozenset({Delivery.FAILED}),  # a bounce came back
    Delivery.FAILED: frozenset({Delivery.QUEUED}),  # a person resends it
    Delivery.SUPPRESSED: frozenset(),
}


class Fate(StrEnum):
    """What a delivery report says about a mail that the relay took (RFC 3464 2.3.3)."""

    ARRIVED = "arrived"  # delivered, or relayed to a system that sends no reports
    DELAYED = "delayed"  # still being tried
    RETURNED = "returned"  # given up, though the address may be good
    REFUSED = "refused"  # given up, because the address takes no mail


REPORTED: Mapping[Fate, tuple[frozenset[Delivery], Delivery]] = {
    Fate.ARRIVED: (frozenset({Delivery.DOUBTFUL}), Delivery.SENT),
    Fate.DELAYED: (frozenset(), Delivery.SENT),
    Fate.RETURNED: (frozenset({Delivery.DOUBTFUL}), Delivery.FAILED),
    Fate.REFUSED: (frozenset({Delivery.DOUBTFUL, Delivery.SENT}), Delivery.FAILED),
}
"""For each fate: the states that a report changes, and the state that they become."""

UNRESOLVED = frozenset({Delivery.QUEUED, Delivery.SENDING, Delivery.DEFERRED})
"""A mailing is not finished while any of its copies is in one of these states."""

UNDELIVERED = frozenset({Delivery.FAILED, Delivery.DOUBTFUL})
"""States that a person may want to look at."""


def transition(old: Delivery, new: Delivery) -> Delivery:
    """Returns ``new``. Raises Refused if the table has no such transition."""
    if new not in TRANSITIONS[old]:
        raise Refused(f"A delivery that is {old} cannot become {new}.")
    return new


@dataclass(frozen=True, slots=True)
class Batch:
    """Copies of one mailing for one worker to send: those with ids in ``rows`` that wait."""

    mailing: int
    rows: range


class Outcome(NamedTuple):
    """The result of one attempt; ``reply`` is one line in the relay's own words."""

    row: int
    state: Delivery
    reply: str
    refusal: Refusal | None = None
    """What the relay refuses, if that is or may be about us."""
    counted: bool = True
    """Whether the attempt counts among those after which the mail expires."""


RETRY_AFTER = tuple(timedelta(minutes=m) for m in (1, 5, 15, 60, 120, 240, 480))
"""Delays after the first, second … attempt; the last repeats (RFC 5321 4.5.4.1)."""

EXPIRES_AFTER = timedelta(days=3)
"""The delays of a mail add up to at most this. It may exist for longer: a pause or a slow rate does not count."""


def retry_delay(attempts: int) -> timedelta | None:
    """How long to wait after ``attempts`` attempts, at least one; None to give up."""
    delays = [*RETRY_AFTER, *[RETRY_AFTER[-1]] * attempts][:attempts]
    return delays[-1] if sum(delays, timedelta()) <= EXPIRES_AFTER else None


class Doubts(StrEnum):
    """What a person decides about deliveries in doubt."""

    RESEND = "resend"
    GIVE_UP = "give up"


@dataclass(frozen=True, slots=True)
class Draft:
    """A service mail to be queued, complete with its Message-ID."""

    cause: str
    """What it follows from. It is unique with the recipient, so a cause that is handled twice sends one mail."""
    recipient: str
    message_id: str
    payload: bytes
    regardless: bool = False
    """Whether it goes also to an address that gets no mailings."""


class GivenOut(NamedTuple):
    """A mail that the relay may have had."""

    recipient: str
    written_at: datetime


class Due(NamedTuple):
    """A row that is due, with what composing its mail needs; it is not claimed yet."""

    id: int
    recipient: str
    domain: str
    message_id: str
    attempts: int
    """Attempts so far, this one included."""
    payload: bytes | None
    """The complete service mail; None for a copy of a mailing."""
    mailing: int | None
    contact: int | None
    name: str
    """The reader's, like the next four."""
    organisation: str
    format: str | None
    """A value of Format; None means the office's default."""
    language: str
    """BCP 47; empty if the reader has not chosen one."""
    country: str
    barred: str
    """Why this recipient must not get the mail, or empty (E12)."""


@dataclass(frozen=True, slots=True)
class Counts:
    """How many deliveries are in each state."""

    by_state: Mapping[Delivery, int]

    def __getitem__(self, state: Delivery) -> int:
        return self.by_state.get(state, 0)

    @property
    def total(self) -> int:
        return sum(self.by_state.values())

    @property
    def unresolved(self) -> int:
        return sum(self[state] for state in UNRESOLVED)

    @property
    def mostly_failed(self) -> bool:
        """Whether more mails have failed than were sent, so that a person should look why."""
        return self[Delivery.FAILED] > self[Delivery.SENT]

    @property
    def can_go_now(self) -> bool:
        """Whether a sender has something to do; what is deferred is for later."""
        return bool(self[Delivery.QUEUED] or self[Delivery.SENDING])


@dataclass(frozen=True, slots=True)
class Troubled:
    """A domain with copies that were deferred or failed, and how many."""

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
    """They have left the publication, or all of the mailing's lists."""


@dataclass(frozen=True, slots=True)
class DeliveryRow:
    """One copy of a mailing, as the outbox has it."""

    id: int
    recipient: str
    state: Delivery
    attempts: int
    reply: str
    """The relay's own words, or why the copy was suppressed."""
    message_id: str
    due_at: datetime | None
    """When a waiting copy is due."""
    settled_at: datetime | None


@dataclass(frozen=True, slots=True)
class Trouble:
    """A delivery that a person may want to look at."""

    recipient: str
    state: Delivery
    reply: str
