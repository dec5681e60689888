"""The board's vote: what it is about, ballots, and the one rule that turns votes into a grant."""

from __future__ import annotations

from collections.abc import Container, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from mailer.errors import NotGranted, Refused
from mailer.message import Address
from mailer.model.forms import EMBARGO, Forms, differences, digest_of
from mailer.model.lists import Membership
from mailer.model.policies import Policy, Terms
from mailer.phrases import Phrase, phrase


class Choice(StrEnum):
    """What a board member says."""

    APPROVE = "approve"
    OBJECT = "object"
    ABSTAIN = "abstain"


CHOICES: Mapping[Choice, Phrase] = {
    Choice.APPROVE: phrase("approval"),
    Choice.OBJECT: phrase("objection"),
    Choice.ABSTAIN: phrase("abstention"),
}
"""What each vote is called, for people."""


class Outcome(StrEnum):
    """How a ballot stands."""

    OPEN = "open"
    GRANTED = "granted"
    OBJECTED = "objected"
    LAPSED = "lapsed"  # the deadline passed without a quorum
    UNDECIDED = "undecided"  # the deadline passed, and a person must say what the silence of some members means
    WITHDRAWN = "withdrawn"  # the subject was edited meanwhile, or an editor decided so
    CANCELLED = "cancelled"  # the subject was cancelled; if it is taken up again, all are asked anew


TRANSITIONS: Mapping[Outcome, frozenset[Outcome]] = {
    Outcome.OPEN: frozenset(Outcome) - {Outcome.OPEN},
    # A later vote of the same member counts as long as nothing was sent (A26): it stops what was granted, and takes
    # back an objection.
    Outcome.GRANTED: frozenset({Outcome.OPEN, Outcome.OBJECTED, Outcome.WITHDRAWN, Outcome.CANCELLED}),
    Outcome.OBJECTED: frozenset({Outcome.OPEN, Outcome.GRANTED, Outcome.WITHDRAWN, Outcome.CANCELLED}),
    Outcome.UNDECIDED: frozenset(Outcome) - {Outcome.UNDECIDED},
    Outcome.LAPSED: frozenset({Outcome.OPEN, Outcome.WITHDRAWN, Outcome.CANCELLED}),  # a person gives a new deadline
    Outcome.WITHDRAWN: frozenset({Outcome.OPEN, Outcome.CANCELLED}),
    Outcome.CANCELLED: frozenset(),
}
"""The outcomes that may follow each outcome."""

BALLOT_NOTICE = "ballot"
"""The kind of a notice to the editors about a ballot, which they can answer."""

UNSETTLED = (Outcome.OPEN, Outcome.GRANTED, Outcome.UNDECIDED)
"""Outcomes in which an edit of the subject ends what the board is asked, or has granted."""


@dataclass(frozen=True, slots=True)
class Subject:
    """What an approval is about: one thing, in exactly these bytes."""

    kind: str
    """For example ``issue``; each kind has its own ids."""
    id: int
    digest: str
    """SHA-256 over all that decides the bytes."""
    forms: Forms = field(default_factory=dict, compare=False)
    """What the digest covers, part by part, so that a difference can be named."""

    @property
    def is_damaged(self) -> bool:
        """Whether the parts are not those of the digest."""
        return bool(self.forms) and digest_of(self.forms) != self.digest


@dataclass(frozen=True, slots=True)
class Ballot:
    """One question to a board: may exactly these bytes go to these lists?"""

    id: int
    subject: Subject
    policy: str
    """The key of its policy."""
    board: str
    """The key of the list whose members vote."""
    terms: Terms
    """The policy's when the ballot was opened."""
    lists: Mapping[str, int]
    """The lists that the subject may go to, each with its version when the ballot was opened."""
    opened_at: datetime
    deadline: datetime
    outcome: Outcome
    revision: int = 1
    """Which version of its subject it is about: 1, 2, …"""
    note: str = ""
    """What changed since the revision before, and why."""
    extended: int = 0
    """How often its deadline was extended."""
    reminded_at: datetime | None = None
    """When those who had not voted were reminded last."""

    @property
    def state(self) -> str:
        """How it stands, which what an editor answers to a notice depends on."""
        return f"{self.outcome} {self.deadline:%Y-%m-%dT%H:%M:%S}"

    def asks_the_same(self, subject: Subject, policy: Policy, lists: Iterable[str]) -> bool:
        """Whether the votes on this ballot hold for a new one about ``subject``: the same bytes, rule and lists.

        After a cancellation, all are asked anew.
        """
        rule = self.policy, self.board, self.terms
        same = self.subject == subject and rule == (policy.key, policy.board, policy.terms)
        return same and self.lists.keys() == set(lists) and self.outcome is not Outcome.CANCELLED

    def may_end(self, outcome: Outcome) -> bool:
        return outcome in TRANSITIONS[self.outcome]


class Excused(StrEnum):
    """Why a member need not vote."""

    NO = ""
    OWN_TEXT = "own text"  # they have no vote on it
    AWAY = "away"  # their substitute is asked; their own vote counts all the same


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
    """Whether the member still is on the board, with the address that was asked.

    Of a substitute, whether the one whom they stand for is on the board.
    """
    excused: Excused = Excused.NO
    stands_for: int | None = None
    """The contact whose substitute this is."""
    asked_at: datetime | None = None

    @property
    def asked(self) -> bool:
        """Whether they may vote."""
        return self.on_board and self.excused is not Excused.OWN_TEXT

    @property
    def seat(self) -> int:
        """The contact whose vote this is: a member and their substitute have one vote."""
        return self.stands_for or self.contact


@dataclass(frozen=True, slots=True)
class Vote:
    """A recorded vote. All votes are kept, and the last one on a paper counts."""

    id: int
    paper: int
    choice: Choice
    comment: str
    received_at: datetime
    message_id: str = ""
    reply: int | None = None
    """The reply that gave it; None if no mail did."""
    carried_from: int | None = None
    """The vote of an earlier ballot about the same bytes that it repeats."""
    by_hand: bool = False
    """Whether a person entered it."""


def without_last_entered(votes: Iterable[Vote]) -> list[Vote]:
    """The votes without those that were entered by hand after the last one that a member gave.

    A grant has to be made by these: the last vote that it needs must be a member's own.
    """
    ordered = sorted(votes, key=lambda vote: (vote.received_at, vote.id))
    while ordered and ordered[-1].by_hand:
        ordered.pop()
    return ordered


@dataclass(frozen=True, slots=True)
class Tally:
    """The result of counting the votes."""

    votes: Mapping[int, Vote]
    """The vote that counts, by the id of its paper; one for each seat."""
    eligible: int
    """How many seats have a vote."""
    terms: Terms
    unheard: int = 0
    """How many seats are silent for a reason that may not be consent."""

    @property
    def approvals(self) -> int:
        return self._count(Choice.APPROVE)

    @property
    def objections(self) -> int:
        return self._count(Choice.OBJECT)

    @property
    def abstentions(self) -> int:
        return self._count(Choice.ABSTAIN)

    @property
    def silent(self) -> int:
        """How many seats have not voted."""
        return self.eligible - len(self.votes)

    @property
    def needed(self) -> int:
        """How many approvals make a grant. Abstentions are not in the fraction, silence is."""
        outvoted = self.objections if self.terms.silence_consents else 0
        return self.terms.needed(self.eligible - self.abstentions - outvoted)

    @property
    def has_minimum(self) -> bool:
        """Whether enough members voted; an abstention is a vote."""
        return len(self.votes) >= self.terms.minimum_votes

    @property
    def approved(self) -> bool:
        """Whether the votes themselves make a grant, without any silence."""
        return self._grants(self.approvals)

    @property
    def approved_by_silence(self) -> bool:
        """Whether the votes make a grant if silence is consent."""
        return self.terms.silence_consents and self._grants(self.approvals + self.silent)

    def _grants(self, consents: int) -> bool:
        outvoted = not self.objections if self.terms.objection_blocks else consents > self.objections
        return outvoted and consents >= self.needed and self.has_minimum

    @property
    def rejected(self) -> bool:
        """Whether the objections reject, whatever those say who are silent."""
        if not self.objections or self.terms.objection_blocks:
            return bool(self.objections)
        hoped = self.approvals + self.silent
        return hoped <= self.objections or (not self.terms.silence_consents and hoped < self.needed)

    def _count(self, choice: Choice) -> int:
        return sum(vote.choice is choice for vote in self.votes.values())


def require_voters(policy: Policy, members: Iterable[Membership]) -> None:
    """Raises Refused unless these members are enough for the policy and each has a mailbox of their own (A30)."""
    addresses = [member.contact.address for member in members]
    if not addresses:
        raise Refused(f"The board has no members: import the list first with `mailer list import {policy.board} FILE`.")
    seats: dict[str, list[str]] = {}
    for address in addresses:
        seats.setdefault(Address.parse(address).base_key, []).append(address)
    if shared := [" and ".join(seat) for seat in seats.values() if len(seat) > 1]:
        raise Refused(f"On the board, {'; '.join(shared)} are one mailbox: keep one address of each.")
    quorum = policy.quorum(len(addresses))
    if quorum > len(addresses):
        raise Refused(f"The quorum is {quorum} but the board has only {len(addresses)} members.")


def tally(ballot: Ballot, papers: Iterable[Paper], votes: Iterable[Vote], unheard: Container[int] = ()) -> Tally:
    """Count one vote for each seat of those who may vote and still are on the board (A26, A28, A29).

    Of a member's votes the last one in time counts, and none if that was given at an address that they have no
    longer. A substitute's counts only if the member has none, or one that was entered by hand. ``unheard`` are the
    papers whose silence may not be consent.
    """
    voters: dict[int, tuple[int, int | None]] = {}
    seats: dict[int, list[Paper]] = {}
    for paper in papers:
        voters[paper.id] = paper.contact, paper.stands_for
        if paper.asked:
            seats.setdefault(paper.seat, []).append(paper)
    last: dict[tuple[int, int | None], Vote] = {}
    for vote in sorted(votes, key=lambda v: (v.received_at, v.id)):
        if vote.received_at <= ballot.deadline and vote.paper in voters:
            last[voters[vote.paper]] = vote
    by_paper = {vote.paper: vote for vote in last.values()}
    counting: dict[int, Vote] = {}
    silent: list[list[Paper]] = []
    for seat in seats.values():
        own_first = sorted(seat, key=lambda paper: paper.stands_for is not None)
        given = [by_paper[paper.id] for paper in own_first if paper.id in by_paper]
        voted = min(given, key=lambda vote: vote.by_hand, default=None)
        if voted is None:
            silent.append(seat)
        else:
            counting[voted.paper] = voted
    return Tally(counting, len(seats), ballot.terms, sum(_is_unheard(seat, unheard) for seat in silent))


def _is_unheard(seat: Iterable[Paper], unheard: Container[int]) -> bool:
    """Whether silence on a seat may not be consent. That of a member who is away never is; their substitute's is."""
    papers = list(seat)
    return any(paper.id in unheard for paper in papers) or all(paper.excused is Excused.AWAY for paper in papers)


def without_vote(papers: Sequence[Paper], count: Tally) -> list[Paper]:
    """Those who are asked and for whose seat there is no vote."""
    voted = {paper.seat for paper in papers if paper.id in count.votes}
    return [paper for paper in papers if paper.asked and paper.seat not in voted]


def called(paper: Paper, papers: Iterable[Paper]) -> str:
    """What operators read: the name, and of a substitute for whom."""
    member = next((one.name for one in papers if one.contact == paper.stands_for and one.stands_for is None), "")
    return f"{paper.name} for {member}" if member else paper.name


def still_to_vote(papers: Sequence[Paper], count: Tally) -> list[str]:
    """Whose votes are missing: one name for each seat, the substitute's where one is asked."""
    return list({paper.seat: called(paper, papers) for paper in without_vote(papers, count)}.values())


def decide(count: Tally, now: datetime, deadline: datetime) -> Outcome:
    """How the ballot stands. Before its deadline, silence decides nothing.

    An objection rejects unless it can still be outvoted. Enough approvals grant. After the deadline, silence grants
    if the terms say so and all who are silent were reached, else a person decides; and without a quorum it lapses.
    """
    if count.rejected:
        return Outcome.OBJECTED
    if count.eligible and count.approved:
        return Outcome.GRANTED
    if now <= deadline:
        return Outcome.OPEN
    if count.eligible and count.approved_by_silence:
        return Outcome.UNDECIDED if count.unheard else Outcome.GRANTED
    return Outcome.LAPSED


@dataclass(frozen=True, slots=True)
class Grant:
    """A board's permission to disclose the bytes with one digest to some lists."""

    id: int
    subject: Subject
    lists: tuple[str, ...]
    granted_at: datetime
    ballot: int
    versions: Mapping[str, int]
    """The version of each list that was pinned, or whose members a person has agreed to since."""
    seen_at: datetime
    """When the lists had these versions."""

    @property
    def embargo(self) -> datetime | None:
        """Before this time nothing leaves."""
        until = self.subject.forms.get(EMBARGO)
        return datetime.fromisoformat(until) if until else None

    def require(self, subject: Subject, lists: Iterable[str], at: datetime) -> None:
        """Raises NotGranted unless the grant covers exactly this, all these lists, and this time (law 4, A19)."""
        if self.subject.digest != subject.digest or self.subject.is_damaged:
            found = [*differences(self.subject.forms, subject.forms)]
            told = f": {'; '.join(found)}" if found else ""
            raise NotGranted(f"The board approved an earlier version, not this one{told}. Submit it again.")
        if outside := sorted(set(lists) - set(self.lists)):
            raise NotGranted(f"The grant does not cover {', '.join(outside)}: only {', '.join(self.lists)}.")
        if self.embargo is not None and at < self.embargo:
            until = f"{self.embargo:%Y-%m-%d %H:%M} UTC"
            raise NotGranted(f"It is under an embargo until {until}: nothing of it goes out before.")
