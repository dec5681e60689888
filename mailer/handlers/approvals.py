"""What is due of open ballots: their deadlines."""

from __future__ import annotations

from datetime import datetime
from functools import partial

from mailer.conclusions import conclude, count_votes, subject_of
from mailer.model.approvals import Outcome
from mailer.office import Decision, Office


def due(office: Office, now: datetime) -> list[Decision]:
    """Review every open ballot: its deadline may have passed, or the board may have changed (A29)."""
    return [
        Decision(f"ballot {ballot.id}", partial(_review, ballot_id=ballot.id, now=now))
        for ballot in office.work.approvals.open_ballots()
    ]


def _review(office: Office, ballot_id: int, now: datetime) -> None:
    ballot = office.work.approvals.ballot(ballot_id)
    if ballot is not None and ballot.outcome is Outcome.OPEN:
        conclude(office, ballot, subject_of(office, ballot), count_votes(office, ballot), now)
