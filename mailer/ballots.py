"""How a handler asks a board about its subject: it opens a ballot, and may withdraw it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from mailer.message import Address
from mailer.model.approvals import Ballot, Excused, Outcome, Paper, Subject, require_voters
from mailer.model.lists import Membership
from mailer.model.notices import Notice
from mailer.model.policies import Policy
from mailer.office import ApprovalSubject, Office, Preview
from mailer.tokens import Purpose, Token


@dataclass(frozen=True, slots=True)
class Question:
    """One member of a board, asked about one subject."""

    ballot: Ballot
    paper: Paper
    about: ApprovalSubject

    @property
    def member(self) -> Address:
        return Address.parse(self.paper.address, self.paper.name)


def open_ballot(office: Office, subject: Subject, lists: Mapping[str, int]) -> Ballot:
    """Ask those whose consent the subject needs whether it may go to ``lists``, each in the given version.

    Raises Refused if no policy covers the subject, or if the board is too small to grant anything.
    """
    about = office.resources.subjects[subject.kind](office, subject.id)
    policy = office.rules.policy_for(about.document, about.publication)
    return open_for(office, policy, subject, about, lists)


def open_for(
    office: Office, policy: Policy, subject: Subject, about: ApprovalSubject, lists: Mapping[str, int]
) -> Ballot:
    """Ask the board of ``policy``. Raises Refused if it is too small to grant anything."""
    approvals, members = office.work.approvals, office.work.lists.members(policy.board)
    authors = () if policy.authors_vote else [member for member in members if _wrote(member, about)]
    voters = [member for member in members if member not in authors]
    require_voters(policy, voters)
    deadline = office.rules.calendar.after(office.now, policy.deadline)
    ballot = approvals.open_ballot(subject, policy, lists, office.now, deadline)
    approvals.add_papers(ballot.id, [member.contact.id for member in voters])
    approvals.add_papers(ballot.id, [member.contact.id for member in authors], Excused.OWN_TEXT)
    for paper in approvals.papers(ballot.id):
        if paper.asked:
            ask(office, Question(ballot, paper, about))
    office.record("submitted", about.name, digest=subject.digest, members=len(voters), lists=lists)
    return ballot


def _wrote(member: Membership, about: ApprovalSubject) -> bool:
    """Whether the text is the member's own, as far as its authors are named by their addresses."""
    key = Address.parse(member.contact.address).base_key
    return any(Address.parse(author).base_key == key for author in about.authors)


def withdraw(office: Office, kind: str, subject_id: int, notice: str = "") -> bool:
    """Withdraw the latest ballot and void the grant; False if there was neither. The members get ``notice``, if any."""
    ballot = office.work.approvals.latest_ballot(kind, subject_id)
    if ballot is None or not ballot.may_end(Outcome.WITHDRAWN):
        return False
    if notice:
        tell_members(office, ballot, notice)
    office.work.approvals.close_ballot(ballot.id, Outcome.WITHDRAWN)
    office.work.approvals.void_grants(kind, subject_id, office.now)
    return True


def subject_of(office: Office, ballot: Ballot) -> ApprovalSubject:
    """What the ballot is about, in its current state."""
    return office.resources.subjects[ballot.subject.kind](office, ballot.subject.id)


def tell_members(office: Office, ballot: Ballot, notice: str) -> None:
    """Send a notice to every member who was asked and still is on the board."""
    about = subject_of(office, ballot)
    for paper in office.work.approvals.papers(ballot.id):
        if paper.asked:
            values = {"member": paper.name, **about.values}
            office.write(Address.parse(paper.address, paper.name), notice, values, once=f"{notice} {paper.id}")


def ask(office: Office, question: Question, once: str = "") -> None:
    """Ask one member. ``once`` limits it as in ``Office.write``, for a member who replied to an earlier draft."""
    preview = question.about.preview(question.member)
    values = _values(office, question, preview, superseded=bool(once))
    token = token_of(office, question.paper)
    office.write(question.member, "ballot", values, token=token, once=once, attachments=preview.attachments)


def requests_sent(office: Office, question: Question) -> list[Notice]:
    """The requests that the member may have got, composed once more: a first one, and one after a newer draft."""
    preview = question.about.preview(question.member)
    both = [_values(office, question, preview, superseded=superseded) for superseded in (False, True)]
    return [office.compose(question.member, "ballot", values) for values in both]


def _values(office: Office, question: Question, preview: Preview, *, superseded: bool) -> dict[str, object]:
    """What a request says."""
    ballot = question.ballot
    eligible = sum(paper.asked for paper in office.work.approvals.papers(ballot.id))
    return {
        "member": question.paper.name,
        "lists": office.rules.titles(list(ballot.lists)),
        "digest": ballot.subject.digest[:12],
        "needed": ballot.terms.needed(eligible),
        "eligible": eligible,
        "superseded": superseded,
        "text": preview.text,
        **preview.values,
        **question.about.values,
        **how_to_vote(office, question),
    }


def how_to_vote(office: Office, question: Question) -> dict[str, object]:
    """What a member needs to know to vote: the words, the links, the deadline."""
    ballot, token = question.ballot, token_of(office, question.paper)
    words = office.rules.voting.in_language(office.language_of(question.member))
    subject = f"Re: {question.about.heading}"
    return {
        "approve": words.approve[0],
        "object": words.object[0],
        "approve_link": office.rules.link(token, subject, f"{words.approve[0]}\r\n\r\n{token}\r\n"),
        "object_link": office.rules.link(token, subject, f"{words.object[0]}\r\n\r\n\r\n\r\n{token}\r\n"),
        "voting_address": str(office.rules.to(token) if office.rules.plus else token),
        "deadline": ballot.deadline,
    }


def token_of(office: Office, paper: Paper) -> Token:
    return office.token(Purpose.VOTE, paper.id)
