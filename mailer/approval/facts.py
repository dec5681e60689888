"""What there is to know of a ballot: who voted what and how that was proven, who has not, what was refused."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from mailer.approval.conclusions import count_votes, subject_of
from mailer.model.approvals import Ballot, Outcome, Paper, Tally, Vote, called, still_to_vote, without_vote
from mailer.model.reminders import next_reminder, reminder_times
from mailer.model.replies import BallotReply
from mailer.office import Office


@dataclass(frozen=True, slots=True)
class Seat:
    """A paper of a ballot with the vote on it."""

    paper: Paper
    vote: Vote | None
    """The vote that counts, or None."""
    how: str = ""
    """How it was proven."""


@dataclass(frozen=True, slots=True)
class BallotFacts:
    """What there is to know of a ballot."""

    ballot: Ballot
    name: str
    heading: str
    count: Tally
    seats: Sequence[Seat]
    """The members who are asked, and those who voted and are not asked any more."""
    votes: Sequence[Vote]
    """All votes, in the order in which they came."""
    replies: Sequence[BallotReply]
    """All replies, in the order in which they came."""
    next_reminder: datetime | None
    follows: Ballot | None
    """The ballot about the same subject before it."""
    followed_by: Ballot | None

    @property
    def missing(self) -> list[str]:
        """Whose votes are missing, by name, one for each seat."""
        return still_to_vote(self._papers, self.count)

    @property
    def _papers(self) -> list[Paper]:
        return [seat.paper for seat in self.seats]

    @property
    def refused(self) -> list[BallotReply]:
        return [reply for reply in self.replies if not reply.counted]

    def counts(self, vote: Vote) -> bool:
        """Whether it is the vote of its member that counts."""
        return self.count.votes.get(vote.paper) == vote

    def how(self, vote: Vote) -> str:
        """How it was proven, if that is known."""
        return _how(vote, {reply.id: reply for reply in self.replies})

    def member(self, paper_id: int) -> str:
        """The name of the member whose paper it is, and of a substitute for whom."""
        papers = self._papers
        return next((called(paper, papers) for paper in papers if paper.id == paper_id), f"paper {paper_id}")


def facts(office: Office, ballot: Ballot) -> BallotFacts:
    approvals, about = office.work.approvals, subject_of(office, ballot)
    count, votes, replies = count_votes(office, ballot), approvals.votes(ballot.id), approvals.replies(ballot.id)
    by_id = {reply.id: reply for reply in replies}
    others = approvals.ballots_of(ballot.subject.kind, ballot.subject.id)
    at = [other.id for other in others].index(ballot.id)
    return BallotFacts(
        ballot,
        about.name,
        about.heading,
        count,
        [_seat(paper, count, by_id) for paper in approvals.papers(ballot.id)],
        votes,
        replies,
        next_reminder(reminders(office, ballot), office.now) if ballot.outcome is Outcome.OPEN else None,
        others[at - 1] if at else None,
        others[at + 1] if at + 1 < len(others) else None,
    )


def _seat(paper: Paper, count: Tally, replies: Mapping[int, BallotReply]) -> Seat:
    vote = count.votes.get(paper.id)
    return Seat(paper, vote, _how(vote, replies) if vote else "")


def _how(vote: Vote, replies: Mapping[int, BallotReply]) -> str:
    carried = "given on an earlier ballot about the same version" if vote.carried_from else ""
    reply = replies.get(vote.reply or 0)
    return carried or (reply.how if reply else "")


def reminders(office: Office, ballot: Ballot) -> list[datetime]:
    """When those who have not voted are reminded."""
    return reminder_times(ballot, office.rules.calendar)


def silent(office: Office, ballot: Ballot) -> list[Paper]:
    """Those who are asked and for whose seat there is no vote."""
    return without_vote(office.work.approvals.papers(ballot.id), count_votes(office, ballot))
