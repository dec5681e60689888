"""The board's vote: what it is about, ballots, and the one rule that turns votes into a grant."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from fractions import Fraction

from mailer.errors import Refused
from mailer.message import Address
from mailer.model.lists import Membership


class Choice(StrEnum):
    """What a board member says."""

    APPROVE = "approve"
    OBJECT = "object"


class Outcome(StrEnum):
    """How a ballot stands."""

    OPEN = "open"
    GRANTED = "granted"
    OBJECTED = "objected"
    LAPSED = "lapsed"  # the deadline passed without a quorum
    WITHDRAWN = "withdrawn"  # the subject was edited or cancelled meanwhile


TRANSITIONS: Mapping[Outcome, frozenset[Outcome]] = {
    Outcome.OPEN: frozenset({Outcome.GRANTED, Outcome.OBJECTED, Outcome.LAPSED, Outcome.WITHDRAWN}),
    Outcome.GRANTED: frozenset({Outcome.OBJECTED, Outcome.WITHDRAWN}),  # an objection stops what was granted (A26)
    Outcome.OBJECTED: frozenset(),
    Outcome.LAPSED: frozenset(),
    Outcome.WITHDRAWN: frozenset(),
}
"""The outcomes that may follow each outcome."""


@dataclass(frozen=True, slots=True)
class Quorum:
    """How many approvals make a grant."""

    rule: str
    """``majority``, ``all``, a fraction such as ``2/3``, or a number of members."""

    def needed(self, eligible: int) -> int:
        """How many of ``eligible`` members must approve: at least one, and a fraction is rounded up."""
        if self.rule == "majority":
            return eligible // 2 + 1
        if self.rule == "all":
            return max(eligible, 1)
        share = Fraction(self.rule)
        if "/" in self.rule:
            return max(-(-eligible * share.numerator // share.denominator), 1)
        return max(int(share), 1)


@dataclass(frozen=True, slots=True)
class BoardRules:
    """Who votes, by when, in which words, and how many must approve (configuration, ``[board]``)."""

    list: str
    """The key of the list whose members vote; it is also the board's key."""
    quorum: Quorum
    deadline: timedelta
    approve: tuple[str, ...]
    object: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Subject:
    """What an approval is about: one thing, in exactly these bytes."""

    kind: str
    """For example ``issue``; each kind has its own ids."""
    id: int
    digest: str
    """SHA-256 of the bytes."""


@dataclass(frozen=True, slots=True)
class Ballot:
    """One question to a board: may exactly these bytes go to these lists?"""

    id: int
    subject: Subject
    board: str
    """The key of the board's list."""
    quorum: Quorum
    """The board's when the ballot was opened."""
    lists: Mapping[str, int]
    """The lists that the subject may go to, each with its version when the ballot was opened."""
    opened_at: datetime
    deadline: datetime
    outcome: Outcome

    def may_end(self, outcome: Outcome) -> bool:
        return outcome in TRANSITIONS[self.outcome]


@dataclass(frozen=True, slots=True)
class Paper:
    """One member's ballot paper. The member's token carries its id."""

    id: int
    ballot: int
    contact: int
    address: str
    """The member's current address on the list."""
    name: str
    on_board: bool
    """Whether the member still is on the board."""


@dataclass(frozen=True, slots=True)
class Vote:
    """A recorded vote. All votes are kept, and the last one on a paper counts."""

    id: int
    paper: int
    choice: Choice
    comment: str
    received_at: datetime


@dataclass(frozen=True, slots=True)
class Tally:
    """The result of counting the votes."""

    votes: Mapping[int, Vote]
    """The vote that counts, by the paper's id."""
    eligible: int
    """How many members may vote."""
    needed: int
    """How many approvals make a grant."""

    @property
    def approvals(self) -> int:
        return sum(vote.choice is Choice.APPROVE for vote in self.votes.values())

    @property
    def objections(self) -> int:
        return sum(vote.choice is Choice.OBJECT for vote in self.votes.values())


def require_voters(board: BoardRules, members: Iterable[Membership]) -> None:
    """Raises Refused unless these members are enough for the quorum and each has a mailbox of their own (A30)."""
    addresses = [member.contact.address for member in members]
    if not addresses:
        raise Refused(f"The board has no members: import the list first with `mailer list import {board.list} FILE`.")
    seats: dict[str, list[str]] = {}
    for address in addresses:
        seats.setdefault(Address.parse(address).base_key, []).append(address)
    if shared := [" and ".join(seat) for seat in seats.values() if len(seat) > 1]:
        raise Refused(f"On the board, {'; '.join(shared)} are one mailbox: keep one address of each.")
    needed = board.quorum.needed(len(addresses))
    if needed > len(addresses):
        raise Refused(f"The quorum is {needed} but the board has only {len(addresses)} members.")


def tally(ballot: Ballot, papers: Iterable[Paper], votes: Iterable[Vote]) -> Tally:
    """Count the last vote in time of each member who still is on the board (A26, A28, A29)."""
    eligible = {paper.id for paper in papers if paper.on_board}
    counting: dict[int, Vote] = {}
    for vote in sorted(votes, key=lambda v: (v.received_at, v.id)):
        if vote.paper in eligible and vote.received_at <= ballot.deadline:
            counting[vote.paper] = vote
    return Tally(counting, len(eligible), ballot.quorum.needed(len(eligible)))


def decide(count: Tally, now: datetime, deadline: datetime) -> Outcome:
    """One objection is enough to object, a quorum grants, and a ballot without either lapses at the deadline."""
    if count.objections:
        return Outcome.OBJECTED
    if count.eligible and count.approvals >= count.needed:
        return Outcome.GRANTED
    return Outcome.LAPSED if now > deadline else Outcome.OPEN


@dataclass(frozen=True, slots=True)
class Grant:
    """A board's permission to disclose the bytes with one digest to some lists."""

    id: int
    subject: Subject
    lists: tuple[str, ...]
    granted_at: datetime

    def require(self, digest: str, lists: Iterable[str]) -> None:
        """Raises Refused unless the grant covers exactly these bytes and all these lists (law 4, A19)."""
        if self.subject.digest != digest:
            raise Refused("The board approved an earlier version, not this one: submit it again.")
        if outside := sorted(set(lists) - set(self.lists)):
            raise Refused(f"The grant does not cover {', '.join(outside)}: only {', '.join(self.lists)}.")
