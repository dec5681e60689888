"""Which members of a board are silent for a reason that may not be consent."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from mailer.message import Address
from mailer.model.approvals import Ballot, Paper
from mailer.model.outbox import Fate
from mailer.model.silence import Heard, why_unheard
from mailer.office import Office
from mailer.phrases import Phrase

_MOST = 50
"""Reports of servers about one address that are looked at, the newest."""


def unheard(office: Office, ballot: Ballot, papers: Sequence[Paper]) -> Mapping[int, Phrase]:
    """The papers whose silence is no consent, each with the reason.

    None before the deadline, and if silence means nothing anyway.
    """
    if not ballot.terms.silence_consents or office.now <= ballot.deadline:
        return {}
    replied = _replied(office, ballot, papers)
    stood_for = {paper.stands_for for paper in papers if paper.asked}
    reasons = {
        paper.id: why_unheard(
            _heard(office, ballot, paper, replied=paper.contact in replied),
            ballot.opened_at,
            stood_for=paper.contact in stood_for,
        )
        for paper in papers
        if paper.asked
    }
    return {paper_id: reason for paper_id, reason in reasons.items() if reason}


def _replied(office: Office, ballot: Ballot, papers: Sequence[Paper]) -> set[int]:
    """The contacts who have said something since the ballot was opened that does not count.

    They may have answered an earlier request, or have voted at an address that they have no longer.
    """
    approvals, subject = office.work.approvals, ballot.subject
    off_board = {paper.id: paper.contact for paper in papers if not paper.asked}
    found = {off_board[vote.paper] for vote in approvals.votes(ballot.id) if vote.paper in off_board}
    for asked in approvals.ballots_of(subject.kind, subject.id):
        contacts = {paper.id: paper.contact for paper in approvals.papers(asked.id)}
        found |= {
            contacts[reply.paper]
            for reply in approvals.replies(asked.id)
            if not reply.counted and (asked.id == ballot.id or reply.received_at >= ballot.opened_at)
        }
    return found


def _heard(office: Office, ballot: Ballot, paper: Paper, *, replied: bool) -> Heard:
    mails = tuple(office.work.outbox.sent_about(f"paper {paper.id}"))
    heard = office.work.bounces.heard(Address.parse(paper.address), _MOST)
    returned = [one.reply for one in heard if one.at >= ballot.opened_at and one.fate in (Fate.REFUSED, Fate.RETURNED)]
    return Heard(mails, returned[-1] if returned else "", replied, office.work.absences.of(paper.contact))
