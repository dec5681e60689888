"""How a ballot ends, and how it opens again: its votes are counted, and its subject and the editors are told."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from mailer.approval.silence import unheard
from mailer.inbound.ballot_wishes import words_for
from mailer.message import Address
from mailer.model.approvals import (
    BALLOT_NOTICE,
    CHOICES,
    Ballot,
    Choice,
    Outcome,
    Paper,
    Tally,
    Vote,
    decide,
    tally,
    without_last_entered,
)
from mailer.model.rule_sentences import tally_sentences
from mailer.office import ApprovalSubject, Office
from mailer.phrases import Phrase, phrase
from mailer.staff import write_to_staff


def count_votes(office: Office, ballot: Ballot) -> Tally:
    """The votes on a ballot as they stand."""
    approvals = office.work.approvals
    papers, votes = approvals.papers(ballot.id), approvals.votes(ballot.id)
    return tally(ballot, papers, votes, unheard(office, ballot, papers))


def decided(office: Office, ballot: Ballot, count: Tally, at: datetime) -> Outcome:
    """How the votes decide it. Votes that were entered by hand after the last one by mail make no grant.

    A vote by mail that does not count, because it came late or its member has left, is not the last one.
    """
    outcome = decide(count, at, ballot.deadline)
    if outcome is not Outcome.GRANTED:
        return outcome
    own = without_last_entered(count.votes.values())
    papers = office.work.approvals.papers(ballot.id)
    return decide(tally(ballot, papers, own, unheard(office, ballot, papers)), at, ballot.deadline)


def no_effect(office: Office, ballot: Ballot, about: ApprovalSubject) -> Phrase:
    """Why a vote on this ballot changes nothing any more; empty if it does (A26)."""
    subject = ballot.subject
    latest = office.work.approvals.latest_ballot(subject.kind, subject.id)
    if latest is not None and latest.board != ballot.board:
        return phrase("another board decides about it by now")
    if latest is not None and latest.id != ballot.id:
        return phrase("the board was asked about it once more, in another mail")
    if about.closed:
        return about.closed
    if about.digest != subject.digest:
        return phrase("it has been edited since")
    return ENDED.get(ballot.outcome, Phrase())


ENDED: Mapping[Outcome, Phrase] = {
    Outcome.LAPSED: phrase("the vote had ended without enough votes"),
    Outcome.WITHDRAWN: phrase("it has been withdrawn"),
    Outcome.CANCELLED: phrase("it has been cancelled"),
}
"""Why a vote on such a ballot changes nothing, as long as nobody opens it again."""


@dataclass(frozen=True, slots=True)
class Effect:
    """What followed from a vote."""

    count: Tally
    was: Outcome
    outcome: Outcome
    """How the ballot stands now."""
    late: bool
    closed: Phrase
    """Why the vote changes nothing; empty if it counts."""

    @property
    def reopened(self) -> bool:
        """Whether it took back an objection, or an approval that was necessary."""
        ends = {Outcome.OBJECTED: (Outcome.OPEN, Outcome.GRANTED), Outcome.GRANTED: (Outcome.OPEN,)}
        return self.outcome in ends.get(self.was, ())


def apply_vote(office: Office, ballot: Ballot, about: ApprovalSubject, paper: Paper, vote: Vote) -> Effect:
    """What follows from a vote that was just recorded. The last vote of each member counts (A26).

    The editors are told what it decides, of each objection, and of words that come too late.
    """
    count, late = count_votes(office, ballot), vote.received_at > ballot.deadline
    closed = phrase("it came after the deadline") if late else no_effect(office, ballot, about)
    if closed:
        if vote.choice is Choice.OBJECT or vote.comment or ballot.outcome in (Outcome.OBJECTED, Outcome.LAPSED):
            _tell_of_late_vote(office, ballot, about, paper, vote, closed)
        return Effect(count, ballot.outcome, ballot.outcome, late, closed)
    outcome = conclude(office, ballot, about, count, vote.received_at, by=paper)
    if outcome is ballot.outcome is Outcome.OBJECTED and vote.choice is Choice.OBJECT:
        announce(office, ballot, about, count, Outcome.OBJECTED)  # the editors must know every reason
    return Effect(count, ballot.outcome, outcome, late, closed)


def _tell_of_late_vote(
    office: Office, ballot: Ballot, about: ApprovalSubject, paper: Paper, vote: Vote, why: Phrase
) -> None:
    can_stop = ballot.outcome is Outcome.GRANTED and about.takes(Outcome.WITHDRAWN)
    values = {
        "member": paper.name,
        "choice": CHOICES[vote.choice],
        "objects": vote.choice is Choice.OBJECT,
        "comment": vote.comment,
        "why": why,
        "can_stop": can_stop,
    }
    tell_editors(office, ballot, about, "late-vote", values, once=f"late-vote {vote.id}")


def conclude(
    office: Office, ballot: Ballot, about: ApprovalSubject, count: Tally, at: datetime, by: Paper | None = None
) -> Outcome:
    """Let the ballot stand as the votes or its deadline decide; how it stands then.

    Its subject and the editors are told. ``by`` is the member whose vote changed it, if one did.
    """
    outcome = decided(office, ballot, count, at)
    if outcome is ballot.outcome or not ballot.may_end(outcome):
        return ballot.outcome
    if no_effect(office, ballot, about):
        return ballot.outcome
    if outcome is Outcome.UNDECIDED:
        return _leave_to_a_person(office, ballot, about, count)
    if not about.takes(outcome):
        return ballot.outcome
    turn(office, ballot, about, outcome)
    _record(office, ballot, about, count, outcome)
    announce(office, ballot, about, count, outcome, by)
    return outcome


def _record(office: Office, ballot: Ballot, about: ApprovalSubject, count: Tally, outcome: Outcome) -> None:
    """Record the outcome. Notices name the head of the record, so this comes before they are written."""
    office.record(
        "reopened" if outcome is Outcome.OPEN else outcome.value,
        about.name,
        digest=ballot.subject.digest,
        approvals=count.approvals,
        needed=count.needed,
    )


def _leave_to_a_person(office: Office, ballot: Ballot, about: ApprovalSubject, count: Tally) -> Outcome:
    """The deadline has passed, and the silence of some members may be no consent: ask those in charge."""
    outcome, papers = Outcome.UNDECIDED, {paper.id: paper for paper in office.work.approvals.papers(ballot.id)}
    reasons = unheard(office, ballot, list(papers.values()))
    office.work.approvals.close_ballot(ballot.id, outcome)
    office.record(outcome.value, about.name, members=[papers[paper_id].address for paper_id in reasons])
    values = {
        "silent": [{"member": papers[paper_id].name, "reason": reason} for paper_id, reason in reasons.items()],
        "votes": votes_for_people(count, papers.values()),
    }
    to, once = [*about.editors, office.rules.secretary], f"undecided {ballot.id} {ballot.extended}"
    tell_editors(office, replace(ballot, outcome=outcome), about, "undecided", values, to=to, once=once)
    return outcome


def votes_for_people(count: Tally, papers: Iterable[Paper]) -> list[dict[str, object]]:
    """Every vote that counts, as notices show it."""
    names = {paper.id: paper.name for paper in papers}
    return [
        {"member": names[vote.paper], "choice": vote.choice.value, "comment": vote.comment, "by_hand": vote.by_hand}
        for vote in count.votes.values()
    ]


def turn(office: Office, ballot: Ballot, about: ApprovalSubject, outcome: Outcome) -> None:
    """Let the ballot have this outcome, with what follows for grants and its subject."""
    approvals, subject = office.work.approvals, ballot.subject
    approvals.close_ballot(ballot.id, outcome)
    if outcome is Outcome.GRANTED:
        approvals.add_grant(ballot, office.now, _lists_seen(office, ballot))
    else:
        approvals.void_grants(subject.kind, subject.id, office.now)
    about.decided(outcome)


def _lists_seen(office: Office, ballot: Ballot) -> datetime:
    """When the lists had the versions of the ballot: its votes may be carried over from an earlier one."""
    subject = ballot.subject
    asked = office.work.approvals.ballots_of(subject.kind, subject.id)
    same = [one.opened_at for one in asked if one.subject == subject and one.lists == ballot.lists]
    return min(same, default=ballot.opened_at)


def as_it_stands(office: Office, ballot: Ballot) -> Outcome:
    """How the ballot ends if it ends now: without enough votes it has lapsed, and silence is no consent."""
    outcome = decided(office, ballot, count_votes(office, ballot), min(office.now, ballot.deadline))
    return Outcome.LAPSED if outcome is Outcome.OPEN else outcome


def close_as_it_stands(office: Office, ballot: Ballot) -> Outcome:
    """End the ballot now, and tell the editors."""
    about, outcome = subject_of(office, ballot), as_it_stands(office, ballot)
    count = count_votes(office, ballot)
    turn(office, ballot, about, outcome)
    _record(office, ballot, about, count, outcome)
    announce(office, ballot, about, count, outcome, early=True)
    return outcome


def would_grant(office: Office, ballot: Ballot, paper: Paper, choice: Choice) -> bool:
    """Whether a vote that is entered by hand now would make the grant, now or at the deadline."""
    approvals = office.work.approvals
    papers, votes = approvals.papers(ballot.id), approvals.votes(ballot.id)
    entered = Vote(1 + max((vote.id for vote in votes), default=0), paper.id, choice, "", office.now, by_hand=True)

    def granted(cast: Sequence[Vote]) -> bool:
        return decide(tally(ballot, papers, cast), office.now, ballot.deadline) is Outcome.GRANTED

    return granted([*votes, entered]) and not granted(votes)


def subject_of(office: Office, ballot: Ballot) -> ApprovalSubject:
    """What the ballot is about, in its current state."""
    return office.resources.subjects[ballot.subject.kind](office, ballot.subject.id)


# --- what the editors are told ---


def announce(
    office: Office,
    ballot: Ballot,
    about: ApprovalSubject,
    count: Tally,
    outcome: Outcome,
    by: Paper | None = None,
    *,
    early: bool = False,
) -> None:
    """Tell the editors the outcome, with every vote and its comment, and the board if it is a grant.

    ``by``: whose vote changed it; ``early``: whether a person ended it before its deadline.
    """
    papers = office.work.approvals.papers(ballot.id)
    names = {paper.id: paper.name for paper in papers}
    votes = votes_for_people(count, papers)
    objections = [vote for vote in count.votes.values() if vote.choice is Choice.OBJECT]
    newest = max(objections, key=lambda vote: (vote.received_at, vote.id), default=None)
    values = {
        "votes": votes,
        "standing": tally_sentences(count),
        "digest": ballot.subject.digest[:12],
        "member": by.name if by and outcome is Outcome.OPEN else names[newest.paper] if newest else "",
        "comment": newest.comment if newest else "",
        "was_granted": ballot.outcome is Outcome.GRANTED,
        "silence": ballot.terms.silence_consents and count.silent > 0,
        "early": early,
        **office.work.audit.head().values,
    }
    last = max((vote.id for vote in office.work.approvals.votes(ballot.id)), default=0)
    notice = "open-again" if outcome is Outcome.OPEN else outcome.value
    once = f"ballot {ballot.id} {notice} {last} {ballot.extended}"
    tell_editors(office, replace(ballot, outcome=outcome), about, notice, values, once=once)
    if outcome is Outcome.GRANTED:
        said = {"heading": about.heading, **about.values, **values}
        for paper in papers:
            if paper.asked:
                office.write(Address.parse(paper.address, paper.name), "board-granted", said, once=f"board {once}")
    if outcome is Outcome.LAPSED and not early:
        _tell_board_of_lapse(office, ballot, about, count)


def _tell_board_of_lapse(office: Office, ballot: Ballot, about: ApprovalSubject, count: Tally) -> None:
    """Tell those who were asked that the time is over, and how the votes stand."""
    said = {"heading": about.heading, "deadline": ballot.deadline, "standing": tally_sentences(count), **about.values}
    for paper in office.work.approvals.papers(ballot.id):
        if paper.asked:
            to, once = Address.parse(paper.address, paper.name), f"board-lapsed {paper.id} {ballot.extended}"
            office.write(to, "board-lapsed", {**said, "name": paper.name}, once=once)


def tell_editors(
    office: Office,
    ballot: Ballot,
    about: ApprovalSubject,
    notice: str,
    values: Mapping[str, object],
    *,
    to: Sequence[Address] = (),
    once: str = "",
    in_reply_to: str | None = None,
) -> None:
    """Send a notice to the editors, or to others in charge, who can answer what is to be done with the ballot.

    ``ballot`` is as it stands now.
    """
    said = {
        "heading": about.heading,
        "ballot": ballot.id,
        "deadline": ballot.deadline,
        "verbs": words_for(office.rules.language, ballot.outcome),
        **about.values,
        **values,
    }
    for person in {one.base_key: one for one in to or about.editors}.values():
        write_to_staff(
            office,
            person,
            notice,
            dict(said),
            kind=BALLOT_NOTICE,
            subject=ballot.id,
            state=ballot.state,
            about=about.heading,
            once=once or f"{notice} {ballot.id}",
            in_reply_to=in_reply_to,
        )
