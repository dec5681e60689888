"""Ballots, papers, votes, grants."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Protocol

from mailer.model.approvals import Ballot, Choice, Excused, Grant, Outcome, Paper, Subject, Vote
from mailer.model.policies import Policy
from mailer.ports.replies import ReplyQueries


class ApprovalQueries(ReplyQueries, Protocol):
    """Ballots, papers, votes, grants; ``kind`` and ``subject_id`` name what they are about, in any version of it."""

    def open_ballot(
        self,
        subject: Subject,
        policy: Policy,
        lists: Mapping[str, int],
        now: datetime,
        deadline: datetime,
        *,
        revision: int = 1,
        note: str = "",
    ) -> Ballot: ...
    def ballot(self, ballot_id: int) -> Ballot | None: ...
    def latest_ballot(self, kind: str, subject_id: int) -> Ballot | None: ...
    def open_ballots(self) -> list[Ballot]: ...
    def waiting_ballots(self) -> list[Ballot]:
        """Ballots that are open, or that a person must decide about, the oldest first."""

    def all_ballots(self) -> list[Ballot]:
        """Every ballot there ever was, the oldest first."""

    def ballots_of(self, kind: str, subject_id: int) -> list[Ballot]:
        """Every ballot about a subject, the oldest first."""

    def close_ballot(self, ballot_id: int, outcome: Outcome) -> None: ...
    def extend_ballot(self, ballot_id: int, deadline: datetime) -> None:
        """Give it a later deadline, and open it again if it was not."""

    def reminded(self, ballot_id: int, now: datetime) -> None:
        """Those who have not voted were reminded now."""

    def add_papers(
        self,
        ballot_id: int,
        contact_ids: Iterable[int],
        excused: Excused = Excused.NO,
        stands_for: int | None = None,
        *,
        now: datetime,
    ) -> None:
        """A paper for each, which counts as long as they have the address that they have now (A29)."""

    def excuse(self, paper_id: int, excused: Excused) -> None: ...
    def paper(self, paper_id: int) -> Paper | None: ...
    def papers(self, ballot_id: int) -> list[Paper]: ...
    def asked_before(self, paper: Paper) -> Ballot | None:
        """The latest earlier ballot about the same subject in which the same member was asked."""

    def add_vote(
        self,
        paper_id: int,
        choice: Choice,
        comment: str,
        received_at: datetime,
        message_id: str,
        reply: int | None = None,
        carried_from: int | None = None,
        by_hand: bool = False,
    ) -> Vote:
        """Record a vote: the one that the mail ``reply`` gave, or one that repeats a vote of an earlier ballot.

        ``by_hand``: a person entered it, and ``reply`` says why.
        """

    def votes(self, ballot_id: int) -> list[Vote]: ...
    def add_grant(self, ballot: Ballot, now: datetime, seen_at: datetime | None = None) -> None:
        """``seen_at``: when its lists had their versions; by default when the ballot was opened."""

    def votes_cast(self, contact_id: int) -> int:
        """How many votes a contact has cast, on whatever ballots."""

    def grant(self, kind: str, subject_id: int) -> Grant | None:
        """The newest grant that is not void, or None."""

    def grants_of(self, kind: str) -> Mapping[int, Grant]:
        """By their ids, each subject's newest grant that is not void and that its ballot agrees with.

        Whether it covers the subject as it is now is not asked.
        """

    def see_lists(self, grant_id: int, versions: Mapping[str, int], now: datetime) -> None:
        """A person has agreed to the members of its lists as they are now, in these versions."""

    def void_grants(self, kind: str, subject_id: int, now: datetime) -> None: ...
