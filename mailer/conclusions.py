"""How a ballot ends: its votes are counted, and its subject and the editors are told."""

from __future__ import annotations

from datetime import datetime

from mailer.model.approvals import Ballot, Choice, Outcome, Tally, decide, tally
from mailer.office import ApprovalSubject, Office


def count_votes(office: Office, ballot: Ballot) -> Tally:
    """The votes on a ballot as they stand."""
    approvals = office.work.approvals
    return tally(ballot, approvals.papers(ballot.id), approvals.votes(ballot.id))


def conclude(office: Office, ballot: Ballot, about: ApprovalSubject, count: Tally, at: datetime) -> None:
    """End the ballot if the votes or its deadline decide it, and tell its subject and the editors."""
    outcome = decide(count, at, ballot.deadline)
    if outcome in (Outcome.OPEN, Outcome.UNDECIDED):
        return
    if not ballot.may_end(outcome) or not about.haltable:
        return
    approvals, subject = office.work.approvals, ballot.subject
    approvals.close_ballot(ballot.id, outcome)
    if outcome is Outcome.GRANTED:
        approvals.add_grant(ballot, office.now)
    else:
        approvals.void_grants(subject.kind, subject.id, office.now)
    about.decided(outcome)
    office.record(outcome.value, about.name, digest=subject.digest, approvals=count.approvals, needed=count.needed)
    announce(office, ballot, about, count, outcome)


def announce(office: Office, ballot: Ballot, about: ApprovalSubject, count: Tally, outcome: Outcome) -> None:
    """Tell the editors the outcome, with every vote and its comment."""
    names = {paper.id: paper.name for paper in office.work.approvals.papers(ballot.id)}
    votes = [
        {"member": names[vote.paper], "choice": vote.choice.value, "comment": vote.comment}
        for vote in count.votes.values()
    ]
    objections = [vote for vote in count.votes.values() if vote.choice is Choice.OBJECT]
    newest = max(objections, key=lambda vote: (vote.received_at, vote.id), default=None)
    values = {
        "votes": votes,
        "counted": count.approvals,
        "needed": count.needed,
        "digest": ballot.subject.digest[:12],
        "member": names[newest.paper] if newest else "",
        "comment": newest.comment if newest else "",
        **about.values,
    }
    once = f"ballot {ballot.id} {outcome.value}{f' {newest.id}' if newest else ''}"
    for editor in about.editors:
        office.write(editor, outcome.value, values, language=office.rules.language, once=once)
