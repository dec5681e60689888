"""What is due of open ballots: their deadlines."""

from __future__ import annotations

from datetime import datetime
from functools import partial

from mailer.approval.ballots import pass_on, tell_without_quorum
from mailer.approval.conclusions import conclude, count_votes, decided, subject_of
from mailer.approval.requests import tell_standing
from mailer.errors import Refused
from mailer.model.approvals import Ballot, Outcome, Tally
from mailer.model.deadlines import without_quorum
from mailer.model.policies import WithoutQuorum
from mailer.office import ApprovalSubject, Decision, Office


def due(office: Office, now: datetime) -> list[Decision]:
    """Review every open ballot, the earliest deadline first.

    Its deadline may have passed, or the board may have changed (A29). ``now`` is the time up to which all mail was
    read, so votes that lay in the mailbox count before the deadline is judged (A27).
    """
    return [
        Decision(f"ballot {ballot.id}", partial(_review, ballot_id=ballot.id, now=now))
        for ballot in sorted(office.work.approvals.open_ballots(), key=lambda ballot: (ballot.deadline, ballot.id))
    ]


def _review(office: Office, ballot_id: int, now: datetime) -> None:
    ballot = office.work.approvals.ballot(ballot_id)
    if ballot is None or ballot.outcome is not Outcome.OPEN:
        return
    about, count = subject_of(office, ballot), count_votes(office, ballot)
    if decided(office, ballot, count, now) is Outcome.LAPSED and about.takes(Outcome.LAPSED):
        step = without_quorum(ballot)
        if step is WithoutQuorum.EXTEND:
            _extend(office, ballot, about, count, now)
            return
        if step is WithoutQuorum.ESCALATE and _pass_on(office, ballot, about):
            return
    conclude(office, ballot, about, count, now)


def _extend(office: Office, ballot: Ballot, about: ApprovalSubject, count: Tally, now: datetime) -> None:
    """Give everybody more time, once, from when the deadline was or, if nobody was at work then, from now."""
    deadline = office.rules.calendar.after(max(ballot.deadline, now), ballot.terms.extension)
    office.work.approvals.extend_ballot(ballot.id, deadline)
    given = office.work.approvals.ballot(ballot.id)
    assert given is not None
    tell_standing(office, given, "extended", {"note": "", "by": ""})
    office.record("extended", about.name, until=deadline.isoformat(), approvals=count.approvals, needed=count.needed)
    tell_without_quorum(office, ballot, given, about, count, board="")


def _pass_on(office: Office, ballot: Ballot, about: ApprovalSubject) -> bool:
    """Ask the other board; False if it cannot decide, because it is too small for the rule."""
    try:
        pass_on(office, ballot, about)
    except Refused as fault:
        office.record("not passed on", about.name, board=ballot.terms.escalate_to, reason=str(fault))
        return False
    return True
