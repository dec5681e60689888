"""What was proposed by mail."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Protocol

from mailer.model.submissions import State, Submission


class SubmissionQueries(Protocol):
    """What was proposed by mail. Submissions come without their mails, which only ``by_id`` has."""

    def add(self, submission: Submission) -> Submission:
        """Keep it; returns it with its id."""

    def save(self, submission: Submission) -> None:
        """Write what may change of it, its mail included."""

    def by_id(self, submission_id: int) -> Submission | None: ...
    def each(self, states: Collection[State] = (), kind: str = "") -> Sequence[Submission]:
        """Those in these states, or all; the oldest first."""

    def of_mailbox(self, key: str, states: Collection[State] = ()) -> Sequence[Submission]:
        """Those of a mailbox, by ``Address.base_key``; the oldest first."""

    def unconfirmed(self, before: datetime) -> Sequence[int]:
        """The ids of those that have waited for a yes since before this time."""

    def erase(self, submission_id: int) -> None:
        """Forget who wrote it and what. Its kind, its state and its times stay."""
