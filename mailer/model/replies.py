"""What came in answer to a ballot paper: each mail with what became of it, and what its proof rests on."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from mailer.model.approvals import Choice

KEPT = 1_000_000
"""Octets of the largest mail that is kept as it was received."""


class ReplyOutcome(StrEnum):
    """What became of a reply."""

    COUNTED = "counted"
    NO_VOTE = "no-vote"
    UNPROVEN = "unproven"
    NOT_YOURS = "not-yours"
    SUPERSEDED = "superseded"  # it answers an earlier revision
    LATE = "late"  # it came after the deadline
    DECIDED = "decided"  # it came when it could change nothing any more
    NOT_ON_BOARD = "not-on-board"
    REPLAYED = "replayed"  # a copy of a mail that was counted before


@dataclass(frozen=True, slots=True)
class Proof:
    """What the proof of a reply rests on, so that others can check it later."""

    keys: Mapping[str, str] = field(default_factory=dict)
    """Key records (RFC 6376 3.6) as the DNS had them, by their names: ``s1._domainkey.board.example``."""
    covered: tuple[str, ...] = ()
    """The header fields that are proven, in lower case."""
    authserv_id: str = ""
    """The server whose verdict was believed; empty if we verified the mail ourselves."""
    openpgp: str = ""
    """The fingerprint of the OpenPGP key that signed it, or empty."""


@dataclass(frozen=True, slots=True)
class BallotReply:
    """A mail that answered a ballot paper with a genuine token."""

    id: int
    paper: int
    received_at: datetime
    message_id: str
    sender: str
    """The address in From."""
    choice: Choice | None
    """What it says; None if it is no vote."""
    outcome: ReplyOutcome
    reason: str = ""
    """Why it was not counted, in English; empty if it was."""
    comment: str = ""
    how: str = ""
    """How it was proven: ``signed by board.example``; empty if it was not."""
    proof: Proof = field(default_factory=Proof)
    has_raw: bool = False
    """Whether the mail is kept as it was received."""

    @property
    def counted(self) -> bool:
        return self.outcome is ReplyOutcome.COUNTED


@dataclass(frozen=True, slots=True)
class Challenge:
    """A question to a member whether a vote was theirs (A1). Its token is good once."""

    id: int
    paper: int
    address: str
    """Where it went, and where its answer has to come from."""
    created_at: datetime
    spent_at: datetime | None = None
