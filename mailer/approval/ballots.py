"""How a handler asks a board about its subject: it opens a ballot, and may withdraw it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from mailer.approval.conclusions import conclude, count_votes, subject_of, tell_editors, votes_for_people
from mailer.approval.requests import Question, ask, tell_member, tell_members
from mailer.errors import Refused
from mailer.message import Address
from mailer.model.approvals import (
    CHOICES,
    UNSETTLED,
    Ballot,
    Choice,
    Excused,
    Outcome,
    Paper,
    Subject,
    Tally,
    Vote,
    require_voters,
)
from mailer.model.authorship import is_author
from mailer.model.deadlines import passed_on
from mailer.model.lists import Membership
from mailer.model.policies import Policy, Terms
from mailer.office import ApprovalSubject, Office


def open_ballot(office: Office, subject: Subject, lists: Mapping[str, int], note: str = "") -> Ballot:
    """Ask those whose consent the subject needs whether it may go to ``lists``, each in the given version.

    ``note`` tells them what has changed, and why. Raises Refused as ``open_for``, or if no policy covers the subject.
    """
    about = office.resources.subjects[subject.kind](office, subject.id)
    policy = office.rules.policy_for(about.document, about.publication)
    return open_for(office, policy, subject, about, lists, note)


def open_for(
    office: Office,
    policy: Policy,
    subject: Subject,
    about: ApprovalSubject,
    lists: Mapping[str, int],
    note: str = "",
) -> Ballot:
    """Ask the board of ``policy``. Votes on the same bytes stand, and may decide at once.

    Raises Refused if the board is too small to grant anything, or if an objection to these bytes stands.
    """
    approvals, members = office.work.approvals, electorate(office, policy.board, policy, about)
    authors = () if policy.own_text_counts else [member for member in members if _wrote(member, about)]
    voters = [member for member in members if member not in authors]
    require_voters(policy, voters)
    earlier = approvals.latest_ballot(subject.kind, subject.id)
    standing = _standing(office, earlier, policy, subject, lists)
    if earlier and standing:
        lists = earlier.lists  # these versions are what the votes are about
    revision = earlier.revision + (earlier.subject.digest != subject.digest) if earlier else 1
    deadline = office.rules.calendar.after(office.now, policy.deadline)
    ballot = approvals.open_ballot(subject, policy, lists, office.now, deadline, revision=revision, note=note)
    approvals.add_papers(ballot.id, [member.contact.id for member in voters], now=office.now)
    approvals.add_papers(ballot.id, [member.contact.id for member in authors], Excused.OWN_TEXT, now=office.now)
    asked = [paper for paper in approvals.papers(ballot.id) if paper.asked]
    for paper in asked:
        question = Question(ballot, paper, about)
        if vote := standing.get(paper.contact):
            _carry(office, question, vote)
        else:
            ask(office, question)
    details = {"note": note} if note else {}
    office.record("submitted", about.name, digest=subject.digest, members=len(voters), lists=lists, **details)
    _tell_of_opening(office, ballot, [paper for paper in asked if paper.contact in standing], asked)
    if standing:
        conclude(office, ballot, about, count_votes(office, ballot), office.now)
    return ballot


def _standing(
    office: Office, earlier: Ballot | None, policy: Policy, subject: Subject, lists: Mapping[str, int]
) -> Mapping[int, Vote]:
    """The votes of the ballot before that stand, because nothing that they were about has changed; by contact.

    Raises Refused if they reject it at once.
    """
    if earlier is None or not earlier.asks_the_same(subject, policy, lists):
        return {}
    late = replace(earlier, deadline=max(earlier.deadline, office.now))  # the last vote stands, also one that came late
    count, papers = count_votes(office, late), office.work.approvals.papers(earlier.id)
    if count.rejected:
        against = {vote.paper for vote in count.votes.values() if vote.choice is Choice.OBJECT}
        who = " and ".join(paper.name for paper in papers if paper.id in against)
        raise Refused(
            f"{who} objected to exactly this version: they can take that back by a reply to the request, or it has to "
            "change before it is submitted again."
        )
    own = {paper.id: paper.contact for paper in papers if paper.stands_for is None}
    return {own[vote.paper]: vote for vote in count.votes.values() if vote.paper in own}


def _carry(office: Office, question: Question, vote: Vote) -> None:
    """Repeat a vote on the new ballot, and tell the member that it stands."""
    paper, ballot = question.paper, question.ballot
    office.work.approvals.add_vote(
        paper.id,
        vote.choice,
        vote.comment,
        vote.received_at,
        vote.message_id,
        carried_from=vote.id,
        by_hand=vote.by_hand,
    )
    tell_member(office, question, "stands", {"choice": CHOICES[vote.choice], "note": ballot.note})


def _tell_of_opening(office: Office, ballot: Ballot, standing: Sequence[Paper], asked: Sequence[Paper]) -> None:
    """Tell the editors and the secretary, who can answer."""
    values = {
        "by": acting(office),
        "revision": ballot.revision,
        "note": ballot.note,
        "standing": ", ".join(paper.name for paper in standing),
        "asked": ", ".join(paper.name for paper in asked if paper not in standing),
    }
    about = subject_of(office, ballot)
    tell_editors(office, ballot, about, "submitted", values, to=[*about.editors, office.rules.secretary])


def acting(office: Office) -> str:
    """Who acts, for people: an address. At the command line it is the secretary."""
    return office.actor if "@" in office.actor else str(office.rules.secretary)


def electorate(office: Office, board: str, terms: Terms, about: ApprovalSubject) -> list[Membership]:
    """The members of the board whom the terms ask about this subject."""
    return [one for one in office.work.lists.members(board) if about.asks(one.contact, terms.voters)]


def _wrote(member: Membership, about: ApprovalSubject) -> bool:
    """Whether the text is the member's own."""
    contact = member.contact
    return is_author(about.authors, contact.address, contact.details.name)


def newcomers(office: Office, ballot: Ballot) -> list[Membership]:
    """Members of the board who were not asked, or not at the address that they have by now (A29).

    Who shares a mailbox with another member has no vote beside theirs (A30).
    """
    papers = [paper for paper in office.work.approvals.papers(ballot.id) if paper.on_board]
    seats = {paper.contact for paper in papers if paper.stands_for is None}
    mailboxes = {Address.parse(paper.address).base_key for paper in papers}
    return [
        member
        for member in electorate(office, ballot.board, ballot.terms, subject_of(office, ballot))
        if member.contact.id not in seats and Address.parse(member.contact.address).base_key not in mailboxes
    ]


def ask_newcomers(office: Office, ballot: Ballot) -> list[str]:
    """Ask the new members of the board; their addresses. The quorum is computed again with them."""
    approvals, about, found = office.work.approvals, subject_of(office, ballot), newcomers(office, ballot)
    before = approvals.papers(ballot.id)
    authors = {paper.contact for paper in before if paper.excused is Excused.OWN_TEXT}  # at any address
    for member in found:
        wrote = member.contact.id in authors or (not ballot.terms.own_text_counts and _wrote(member, about))
        excused = Excused.OWN_TEXT if wrote else Excused.NO
        approvals.add_papers(ballot.id, [member.contact.id], excused, now=office.now)
    moved = {paper.contact for paper in before}
    known = {paper.id for paper in before}
    for paper in approvals.papers(ballot.id):
        if paper.id not in known and paper.asked:
            ask(office, Question(ballot, paper, about), f"asked {paper.id}", moved=paper.contact in moved)
    asked = [member.contact.address for member in found]
    if asked:
        office.record("asked", about.name, members=asked)
    return asked


def withdraw(office: Office, kind: str, subject_id: int) -> bool:
    """End the latest ballot and void the grant, because their subject has changed; False if there was neither.

    What was rejected is left as it is: a member who takes an objection back then is told why that is too late.
    """
    ballot = office.work.approvals.latest_ballot(kind, subject_id)
    if ballot is None or ballot.outcome not in UNSETTLED:
        return False
    _end(office, ballot, Outcome.WITHDRAWN)
    return True


def withdraw_ballot(office: Office, ballot: Ballot, values: Mapping[str, object]) -> None:
    """Ask the board no longer, void the grant, and say so; the subject stays as it is."""
    tell_members(office, ballot, "withdrawn", lambda question: values)
    _end(office, ballot, Outcome.WITHDRAWN)
    subject_of(office, ballot).decided(Outcome.WITHDRAWN)


def cancel_ballot(
    office: Office, kind: str, subject_id: int, notice: str, outcome: Outcome = Outcome.CANCELLED
) -> None:
    """End the latest ballot and void the grant, because their subject is given up. Who voted on it gets ``notice``."""
    ballot = office.work.approvals.latest_ballot(kind, subject_id)
    if ballot is None or not ballot.may_end(outcome):
        return
    if ballot.outcome in UNSETTLED:
        tell_members(office, ballot, notice, lambda question: {})
    _end(office, ballot, outcome)


def _end(office: Office, ballot: Ballot, outcome: Outcome) -> None:
    office.work.approvals.close_ballot(ballot.id, outcome)
    office.work.approvals.void_grants(ballot.subject.kind, ballot.subject.id, office.now)


def pass_on(office: Office, ballot: Ballot, about: ApprovalSubject) -> Ballot:
    """Ask the board that the policy names next, by the same rule; the ballot there.

    Raises Refused if the policy names none, or if that board is too small for the rule.
    """
    board, count = ballot.terms.escalate_to, count_votes(office, ballot)
    if not board:
        raise Refused(f"The policy of ballot {ballot.id} ({ballot.policy}) names no other board (escalate_to).")
    known = office.rules.policies.get(ballot.policy)
    policy = passed_on(ballot, known.title if known else "", about.document)
    asked = open_for(office, policy, ballot.subject, about, ballot.lists)
    office.work.approvals.close_ballot(ballot.id, Outcome.LAPSED)
    office.record("passed on", about.name, board=board, approvals=count.approvals, needed=count.needed)
    title = office.rules.list_rules(board).title
    tell_members(office, ballot, "passed-on", lambda question: {"board": title})
    tell_without_quorum(office, ballot, asked, about, count, board=title)
    return asked


def tell_without_quorum(
    office: Office, was: Ballot, ballot: Ballot, about: ApprovalSubject, count: Tally, board: str
) -> None:
    """Tell the editors what became of ``was`` without a quorum. ``board`` decides now; empty if it is the same."""
    values = {
        "board": board,
        "counted": count.approvals,
        "needed": count.needed,
        "enough": count.has_minimum,
        "early": office.now <= was.deadline,
        "votes": votes_for_people(count, office.work.approvals.papers(was.id)),
    }
    once = f"without-quorum {ballot.id} {ballot.extended}"
    tell_editors(office, ballot, about, "without-quorum", values, once=once)
