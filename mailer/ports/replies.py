"""Replies to ballot papers, and the challenges that some of them cause."""

from __future__ import annotations

from datetime import datetime
from typing import Protocol

from mailer.model.replies import BallotReply, Challenge


class ReplyQueries(Protocol):
    """What came in answer to ballot papers; part of ApprovalQueries."""

    def add_reply(self, reply: BallotReply, raw: bytes | None = None) -> int:
        """Record a reply, whose own id does not matter, and its mail, if it is to be kept; returns its id."""

    def replies(self, ballot_id: int) -> list[BallotReply]:
        """Every reply to a paper of the ballot, counted or not, the oldest first."""

    def reply(self, reply_id: int) -> BallotReply | None: ...
    def raw_reply(self, reply_id: int) -> bytes | None:
        """The mail as it was received, or None if it was not kept."""

    def add_challenge(self, paper_id: int, address: str, now: datetime) -> Challenge: ...
    def challenge(self, challenge_id: int) -> Challenge | None: ...
    def spend_challenges(self, paper_id: int, now: datetime) -> None:
        """Spend every challenge of a paper that is still good."""
