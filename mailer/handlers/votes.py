"""What a reply to a ballot paper does, for subjects of any kind."""

from __future__ import annotations

import hashlib

from mailer.ballots import Question, ask, cause_of, how_to_vote, requests_sent, token_of
from mailer.conclusions import apply_vote, no_effect, subject_of
from mailer.inbound.intents import Verdict
from mailer.inbound.intents import Vote as Reply
from mailer.inbound.keywords import quotes_only, read_ballot, seen_text
from mailer.inbound.proof import bears, body_of, same_as_signed
from mailer.message import Address, Inbound
from mailer.model.approvals import Ballot, Choice, Outcome, Paper
from mailer.model.inbound import Done, Folder, Result
from mailer.office import Office
from mailer.phrases import Phrase, phrase
from mailer.tokens import Token


def vote(office: Office, mail: Inbound, reply: Reply, verdict: Verdict) -> Result:
    """Count the reply if it is authentic and about the current ballot; if not, tell the member why."""
    question = _question(office, reply.token)
    if question is None or mail.sender is None:
        return _refused(Done.NO_SUCH_BALLOT)
    if mail.sender.base_key != question.member.base_key:
        return _not_yours(office, mail.sender, question)
    marks = _marks(mail, verdict, question.paper)
    seen = office.work.signatures.seen(marks)
    if verdict.authentic and _counted_for(question.paper) in seen.values():
        return Result(Done.COUNTED_BEFORE)
    if reason := _unproven(office, mail, reply, verdict, question, replayed=bool(seen)):
        return _challenge(office, question, reason)
    if not question.paper.on_board:
        return _refused(Done.NOT_ON_BOARD, member=question.paper.address)
    subject = question.ballot.subject
    latest = office.work.approvals.latest_ballot(subject.kind, subject.id)
    if latest and latest.id != question.ballot.id and latest.outcome is Outcome.OPEN:
        return _superseded(office, question, latest)
    choice, comment, reason = reply.choice, reply.comment, reply.reason
    if reply.below and quotes_only(reply.quoted, _texts_sent(office, question)):
        choice, comment = reply.below, reply.remark
    if choice is None and no_effect(office, question.ballot, question.about):
        return _refused(Done.SUPERSEDED_AND_WITHDRAWN)
    if choice is None:
        return _help(office, mail, comment, reason, question)
    office.work.signatures.remember(marks, _counted_for(question.paper), office.now)
    return _count(office, mail, choice, comment, question)


def _counted_for(paper: Paper) -> str:
    return f"paper {paper.id}"


def _marks(mail: Inbound, verdict: Verdict, paper: Paper) -> tuple[str, ...]:
    """What is this reply's alone: its signatures, or else its body and Date as an answer to this paper (A9)."""
    date = mail.header("date") if "date" in verdict.covered else ""
    own = f"{_counted_for(paper)}\0{date}\0".encode() + body_of(mail)
    return verdict.signatures or (hashlib.sha256(own).hexdigest(),)


def _unproven(
    office: Office, mail: Inbound, reply: Reply, verdict: Verdict, question: Question, *, replayed: bool
) -> Phrase:
    """Why the reply is not proven to be the member's answer to this question; empty if it is."""
    if not verdict.authentic:
        return verdict.reason if isinstance(verdict.reason, Phrase) else Phrase(verdict.reason)
    if replayed:
        return phrase("it is a copy of a mail that was counted before")
    if not _bears(office, mail, reply, verdict, question):
        return phrase("your signature does not cover that it is an answer to this request")
    voting = office.rules.voting

    def said(seen: Inbound) -> tuple[Choice | None, Choice | None]:
        ballot = read_ballot(seen, voting.all, voting.banners)
        return ballot.choice, ballot.below

    if not same_as_signed(mail, verdict, said):
        return phrase("your signature does not cover how the text of your mail is to be read")
    return Phrase()


def _bears(office: Office, mail: Inbound, reply: Reply, verdict: Verdict, question: Question) -> bool:
    """Whether the token is the member's, for us (A39). The requests are composed only if their subjects matter."""
    address, heading = office.rules.address, question.about.heading
    if bears(mail, verdict, reply.token, address, [heading]):
        return True
    subjects = [notice.subject for notice in requests_sent(office, question)]
    return bears(mail, verdict, reply.token, address, subjects)


def _texts_sent(office: Office, question: Question) -> list[str]:
    return [text for notice in requests_sent(office, question) for text in (notice.text, seen_text(notice.html or " "))]


def _question(office: Office, token: Token) -> Question | None:
    paper = office.work.approvals.paper(token.subject)
    ballot = office.work.approvals.ballot(paper.ballot) if paper else None
    return Question(ballot, paper, subject_of(office, ballot)) if paper and ballot else None


def _refused(done: Done, **details: object) -> Result:
    return Result(done, details, Folder.REFUSED)


def _not_yours(office: Office, sender: Address, question: Question) -> Result:
    paper, about = question.paper, question.about
    office.record("vote refused", about.name, member=paper.address, reason="sent by another")
    values = {"member": paper.name, "sender": str(sender), **about.values}
    office.write(question.member, "not-yours", values, once=f"not-yours {paper.id} {office.today}")
    return _refused(Done.TOKEN_OF_ANOTHER)


def _challenge(office: Office, question: Question, reason: Phrase) -> Result:
    paper, about = question.paper, question.about
    office.record("vote refused", about.name, member=paper.address, reason=reason)
    values = {"member": paper.name, "reason": reason, **about.values}
    office.write(question.member, "challenge", values, once=f"challenge {paper.id} {office.today}")
    return _refused(Done.NOT_AUTHENTIC, reason=reason)


def _superseded(office: Office, question: Question, latest: Ballot) -> Result:
    """Send the member the current draft, whose ballot is open (A18)."""
    contact = question.paper.contact
    current = next((paper for paper in office.work.approvals.papers(latest.id) if paper.contact == contact), None)
    if current is not None:
        ask(office, Question(latest, current, question.about), once=f"superseded {current.id} {office.today}")
    return _refused(Done.SUPERSEDED)


def _help(office: Office, mail: Inbound, comment: str, reason: Phrase, question: Question) -> Result:
    paper, about = question.paper, question.about
    office.record("no vote", about.name, member=paper.address, reason=reason, comment=comment)
    values = {
        "member": paper.name,
        "reason": reason,
        **about.values,
        **how_to_vote(office, question),
    }
    # An automatic reply that is not marked as one would answer each help: explain each fault once a day (B8).
    once = cause_of(paper, f"help {office.today} {reason}")[:200]
    token = token_of(office, paper)
    office.write(question.member, "ballot-help", values, token=token, in_reply_to=mail.message_id, once=once)
    return Result(Done.NO_VOTE, {"reason": reason})


def _count(office: Office, mail: Inbound, choice: Choice, comment: str, question: Question) -> Result:
    paper, ballot, about = question.paper, question.ballot, question.about
    given = office.work.approvals.add_vote(paper.id, choice, comment, mail.received_at, mail.message_id)
    late = mail.received_at > ballot.deadline
    office.record("voted", about.name, member=paper.address, choice=choice.value, late=late, comment=comment)
    effect = apply_vote(office, ballot, about, paper, given)
    count = effect.count
    values = {
        "member": paper.name,
        "choice": choice.value,
        "counted": count.approvals,
        "needed": count.needed,
        "deadline": ballot.deadline,
        "late": effect.late,
        "closed": effect.closed,
        "reopened": effect.reopened,
        "stopped": effect.outcome is Outcome.OBJECTED and choice is not Choice.OBJECT,
        **about.values,
    }
    token = token_of(office, paper)
    office.write(question.member, "ballot-receipt", values, token=token, in_reply_to=mail.message_id)
    if effect.late:
        return Result(Done.VOTED_LATE, {"choice": choice})
    if effect.closed:
        return Result(Done.DECIDED_BEFORE, {"choice": choice})
    return Result(Done.VOTE_COUNTED, {"choice": choice, "approvals": count.approvals, "needed": count.needed})
