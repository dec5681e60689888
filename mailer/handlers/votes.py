"""What a reply to a ballot paper does, for subjects of any kind."""

from __future__ import annotations

import hashlib
from dataclasses import replace

from mailer.approval.ballots import ask_newcomers
from mailer.approval.conclusions import apply_vote, no_effect, subject_of
from mailer.approval.replies import Answer, keep, keep_unproven, may_help, pass_on, repeats
from mailer.approval.requests import Question, ask, cause_of, how_to_vote, requests_sent, token_of
from mailer.errors import Malformed
from mailer.guesses import guesses
from mailer.inbound.intents import ChallengeReply, Verdict
from mailer.inbound.intents import Vote as Reply
from mailer.inbound.keywords import quotes_only, read_ballot, seen_text
from mailer.inbound.openpgp import find_signed, identity, is_for_us, signature_of, signed_mail
from mailer.inbound.proof import bears, body_of, same_as_signed
from mailer.message import Address, Inbound
from mailer.model.approvals import Ballot, Choice, Outcome, Paper
from mailer.model.inbound import Done, Folder, Result
from mailer.model.replies import Proof, ReplyOutcome
from mailer.model.rule_sentences import tally_sentences
from mailer.model.vote_cures import cure_of
from mailer.office import Office
from mailer.phrases import Phrase, phrase
from mailer.tokens import Purpose, Token


def vote(office: Office, mail: Inbound, reply: Reply, verdict: Verdict) -> Result:
    """Count the reply if it is proven and about the current ballot; if not, tell the member or the secretary why."""
    question = _question(office, reply.token.subject)
    if question is None or mail.sender is None:
        return _refused(Done.NO_SUCH_BALLOT)
    answer = _answer(office, mail, reply, question)
    if mail.sender.base_key != question.member.base_key:
        return _not_yours(office, answer)
    marks = _marks(mail, verdict, question.paper)
    seen = office.work.signatures.seen(marks)
    if verdict.authentic and _counted_for(question.paper) in seen.values():
        return Result(Done.COUNTED_BEFORE)
    reason = _unproven(office, mail, reply, verdict, question, replayed=bool(seen))
    if not reason:
        covered = tuple(sorted(verdict.covered))
        proof = Proof(verdict.keys, covered, verdict.authserv_id)
        return _receive(office, replace(answer, how=str(verdict.reason), proof=proof, marks=marks))
    signed = _signed_with_openpgp(office, answer, reply)
    if isinstance(signed, Answer):
        if _counted_for(question.paper) in office.work.signatures.seen(signed.marks).values():
            return Result(Done.COUNTED_BEFORE)
        return _receive(office, signed)
    return _challenge(office, answer, signed or reason, replayed=bool(seen))


def answer_challenge(office: Office, mail: Inbound, reply: ChallengeReply, verdict: Verdict) -> Result:
    """Count the vote in an answer to a challenge: it needs no signature, because its token went to the member (A1)."""
    challenge = office.work.approvals.challenge(reply.token.subject)
    question = _question(office, challenge.paper) if challenge else None
    if challenge is None or question is None or mail.sender is None:
        return _refused(Done.NO_SUCH_BALLOT)
    answer = _answer(office, mail, reply, question)
    asked = Address.parse(challenge.address).base_key
    if mail.sender.base_key != asked or question.member.base_key != asked:
        return _not_yours(office, answer)
    own = hashlib.sha256(f"challenge {challenge.id}\0".encode() + body_of(mail)).hexdigest()
    if office.work.signatures.seen([own]):
        return Result(Done.COUNTED_BEFORE)
    if challenge.spent_at is not None:
        return _challenge(office, answer, phrase("the question that it answers was answered before"))
    return _receive(office, replace(answer, how="challenge answered", marks=(own,), by_challenge=True))


def _answer(office: Office, mail: Inbound, reply: Reply, question: Question) -> Answer:
    """The reply as it is read; a choice below a quotation counts if that is of our own request alone (A12)."""
    choice, comment, reason = reply.choice, reply.comment, reply.reason
    if reply.below and quotes_only(reply.quoted, _texts_sent(office, question)):
        choice, comment, reason = reply.below, reply.remark, Phrase()
    return Answer(mail, question, choice, comment, reason)


def _receive(office: Office, answer: Answer) -> Result:
    """What a proven reply does."""
    question = answer.question
    if not question.paper.asked:
        if _asked_elsewhere(office, question):
            _keep_refused(office, answer, ReplyOutcome.SUPERSEDED, _MOVED)
            return _refused(Done.SUPERSEDED)
        _keep_refused(office, answer, ReplyOutcome.NOT_ON_BOARD, _NOT_ON_BOARD)
        return _refused(Done.NOT_ON_BOARD, member=question.paper.address)
    subject = question.ballot.subject
    latest = office.work.approvals.latest_ballot(subject.kind, subject.id)
    newer = latest if latest and latest.id != question.ballot.id and latest.outcome is Outcome.OPEN else None
    if newer and (paper := _paper(office, question, newer)):
        _keep_refused(office, answer, ReplyOutcome.SUPERSEDED, _SUPERSEDED)
        if answer.comment or answer.mail.attachments:
            pass_on(office, answer, counted=False, reason=_SUPERSEDED)
        return _superseded(office, question, newer, paper)
    if answer.choice is None and (over := no_effect(office, question.ballot, question.about)):
        _keep_refused(office, answer, ReplyOutcome.SUPERSEDED, over)
        return _refused(Done.SUPERSEDED_AND_WITHDRAWN)
    if answer.choice is None:
        return _help(office, answer)
    office.work.signatures.remember(answer.marks, _counted_for(question.paper), office.now)
    if answer.by_challenge:
        office.work.approvals.spend_challenges(question.paper.id, office.now)
    return _count(office, answer, answer.choice)


_SIGNATURES = frozenset({"application/pgp-signature", "application/pkcs7-signature", "application/x-pkcs7-signature"})
_NOT_ON_BOARD = phrase("its writer has no vote on it, or is no longer on the board")
_SUPERSEDED = phrase("it answers an earlier revision")
_MOVED = phrase("it answers a mail to an address that the member has no longer")


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
        return phrase("its signature does not cover that it is an answer to this request")
    voting = office.rules.voting

    def said(seen: Inbound) -> tuple[Choice | None, Choice | None]:
        ballot = read_ballot(seen, voting.all, voting.banners)
        return ballot.choice, ballot.below

    if not same_as_signed(mail, verdict, said):
        return phrase("its signature does not cover how its text is to be read")
    return Phrase()


def _signed_with_openpgp(office: Office, answer: Answer, reply: Reply) -> Answer | Phrase:
    """The answer as its writer signed it with an enrolled key; or why that proves nothing, empty if it is not signed.

    Only what is signed counts: the keyword and the token must be in it, for us (A38, A39).
    """
    mail, question = answer.mail, answer.question
    keys = office.work.member_keys.of(question.paper.contact)
    signed = find_signed(mail) if keys else None
    if signed is None:
        return Phrase()
    certificates = [key.certificate for key in keys]
    signature = signature_of(signed) or b""
    is_detached = signed.signature is not None
    found = office.resources.openpgp.verify(signed.octets, signature, is_detached, certificates, office.now)
    if found.reason:
        return found.reason
    try:
        own = signed_mail(signed, found.octets, mail.received_at)
    except Malformed as fault:
        return phrase("its OpenPGP signature cannot be read: %(problem)s", problem=fault.reason)
    headings = [question.about.heading, *(notice.subject for notice in requests_sent(office, question))]
    if not is_for_us(own, reply.token, office.rules.address, headings):
        return phrase("what is signed with OpenPGP does not say that it is an answer to this request")
    voting = office.rules.voting
    read = read_ballot(own, voting.all, voting.banners)
    if (read.choice, read.below) != (reply.choice, reply.below):
        return phrase("what is signed with OpenPGP does not say the same as the mail")
    mark = identity(question.member, found.octets, found.created_at)
    if office.work.signatures.seen([mark]).get(mark, _counted_for(question.paper)) != _counted_for(question.paper):
        return phrase("it is a copy of a mail that was counted before")
    covered = tuple(sorted({name for name, _ in own.headers}))
    how = f"signed with the OpenPGP key {found.fingerprint[-16:].upper()}"
    return replace(answer, how=how, proof=Proof({}, covered, "", found.fingerprint), marks=(mark,))


def _bears(office: Office, mail: Inbound, reply: Reply, verdict: Verdict, question: Question) -> bool:
    """Whether the token is the member's, for us (A39). The requests are composed only if their subjects matter."""
    address, heading = office.rules.address, question.about.heading
    if bears(mail, verdict, reply.token, address, [heading]):
        return True
    subjects = [notice.subject for notice in requests_sent(office, question)]
    return bears(mail, verdict, reply.token, address, subjects)


def _texts_sent(office: Office, question: Question) -> list[str]:
    return [text for notice in requests_sent(office, question) for text in (notice.text, seen_text(notice.html or " "))]


def _question(office: Office, paper_id: int) -> Question | None:
    paper = office.work.approvals.paper(paper_id)
    ballot = office.work.approvals.ballot(paper.ballot) if paper else None
    return Question(ballot, paper, subject_of(office, ballot)) if paper and ballot else None


def _refused(done: Done, **details: object) -> Result:
    return Result(done, details, Folder.REFUSED)


def _keep_refused(office: Office, answer: Answer, outcome: ReplyOutcome, reason: Phrase) -> None:
    """Keep a proven reply that cannot count. The entry comes after it, because it records the row (docs/audit.md)."""
    keep(office, answer, outcome, reason)
    office.record("vote refused", answer.question.about.name, member=answer.question.paper.address, reason=reason)


def _not_yours(office: Office, answer: Answer) -> Result:
    question, sender = answer.question, answer.mail.author
    paper, about = question.paper, question.about
    reason = phrase("it came from %(sender)s, whose voting address it is not", sender=str(sender))
    keep_unproven(office, answer, ReplyOutcome.NOT_YOURS, reason)
    office.record("vote refused", about.name, member=paper.address, reason="sent by another")
    if not guesses(office, sender):
        values = {"member": paper.name, "sender": str(sender), **about.values}
        office.write(question.member, "not-yours", values, once=f"not-yours {paper.id} {office.today}")
    return _refused(Done.TOKEN_OF_ANOTHER)


def _challenge(office: Office, answer: Answer, reason: Phrase, *, replayed: bool = False) -> Result:
    """Ask the member, once a day, whether an unproven vote is theirs; the secretary hears of any other refusal (A1).

    The question goes to the enrolled address. It has nothing of the mail but its time and its keyword.
    """
    question = answer.question
    paper, ballot, about = question.paper, question.ballot, question.about
    keep_unproven(office, answer, ReplyOutcome.REPLAYED if replayed else ReplyOutcome.UNPROVEN, reason)
    office.record("vote refused", about.name, member=paper.address, reason=reason)
    once = cause_of(paper, f"challenge {office.today}")
    choice = answer.choice
    wanted = office.rules.voting.challenge and not replayed
    open_to_it = paper.asked and not no_effect(office, ballot, about)
    if choice is None or not wanted or not open_to_it or office.work.outbox.written(once):
        return _refused(Done.NOT_AUTHENTIC, reason=reason)
    values = {
        "member": paper.name,
        "choice": choice.value,
        "keyword": office.rules.voting.in_language(office.language_of(question.member)).of(choice)[0],
        "received": answer.mail.received_at,
        "reason": reason,
        "address": paper.address,
        **about.values,
        **_how_to_answer(office, question, token := _new_challenge(office, question)),
    }
    office.write(question.member, "challenge", values, token=token, once=once)
    return _refused(Done.CHALLENGED, member=paper.address, reason=reason)


def _how_to_answer(office: Office, question: Question, token: Token) -> dict[str, object]:
    """How the member votes by a reply with this token."""
    how = how_to_vote(office, question)
    replies = {f"{choice.value}_reply": office.rules.prepared(token, str(how[choice.value])) for choice in Choice}
    return {**how, **replies, "voting_address": str(office.rules.to(token) if office.rules.plus else token)}


def _new_challenge(office: Office, question: Question) -> Token:
    """A token that is good for one vote of this member on this ballot."""
    made = office.work.approvals.add_challenge(question.paper.id, question.paper.address, office.now)
    return office.token(Purpose.PROVE, made.id)


def _asked_elsewhere(office: Office, question: Question) -> bool:
    """Send a member who has another address by now the request that went there once more; False if there is none."""
    mine = _paper(office, question, question.ballot)
    if mine is None or question.ballot.outcome is not Outcome.OPEN:
        return False
    current = Question(question.ballot, mine, question.about)
    ask(office, current, once=f"superseded {mine.id} {office.today}", moved=True)
    return True


def _paper(office: Office, question: Question, ballot: Ballot) -> Paper | None:
    """The paper of the same member on another ballot; None if they are not asked there."""
    papers = office.work.approvals.papers(ballot.id)
    return next((paper for paper in papers if paper.asked and paper.contact == question.paper.contact), None)


def _superseded(office: Office, question: Question, latest: Ballot, paper: Paper) -> Result:
    """Send the member the current draft, whose ballot is open (A18)."""
    ask(office, Question(latest, paper, question.about), once=f"superseded {paper.id} {office.today}")
    return _refused(Done.SUPERSEDED)


def _help(office: Office, answer: Answer) -> Result:
    """Tell the member what stood in the way, each time; the editors and the secretary get the words (A37)."""
    question, reason = answer.question, answer.reason
    paper, about = question.paper, question.about
    repeated = repeats(office, answer)
    keep(office, answer, ReplyOutcome.NO_VOTE, reason)
    office.record("no vote", about.name, member=paper.address, reason=reason, comment=answer.comment)
    if repeated:
        return Result(Done.NO_VOTE, {"reason": reason})
    pass_on(office, answer, counted=False, reason=reason)
    if may_help(office, question):
        token = _new_challenge(office, question) if answer.by_challenge else token_of(office, paper)
        values = {
            "member": paper.name,
            "reason": reason,
            "cure": cure_of(reason).member,
            **about.values,
            **_how_to_answer(office, question, token),
        }
        message_id = answer.mail.message_id
        once = cause_of(paper, f"help {office.cause}")
        office.write(question.member, "ballot-help", values, token=token, in_reply_to=message_id, once=once)
    return Result(Done.NO_VOTE, {"reason": reason})


def _count(office: Office, answer: Answer, choice: Choice) -> Result:
    mail, comment, question = answer.mail, answer.comment, answer.question
    paper, ballot, about = question.paper, question.ballot, question.about
    late = mail.received_at > ballot.deadline
    closed = phrase("it came after the deadline") if late else no_effect(office, ballot, about)
    outcome = ReplyOutcome.LATE if late else ReplyOutcome.DECIDED if closed else ReplyOutcome.COUNTED
    reply = keep(office, answer, outcome, closed)
    approvals = office.work.approvals
    if not closed and ballot.outcome is not Outcome.GRANTED:
        ask_newcomers(office, ballot)  # nobody who is on the board by now may be missing when the votes are counted
    given = approvals.add_vote(paper.id, choice, comment, mail.received_at, mail.message_id, reply=reply)
    office.record("voted", about.name, member=paper.address, choice=choice.value, late=late, comment=comment)
    effect = apply_vote(office, ballot, about, paper, given)
    count = effect.count
    values = {
        "member": paper.name,
        "choice": choice.value,
        "standing": tally_sentences(count),
        "deadline": ballot.deadline,
        "late": effect.late,
        "closed": effect.closed,
        "reopened": effect.reopened,
        "stopped": effect.outcome is Outcome.OBJECTED and choice is not Choice.OBJECT,
        **about.values,
    }
    token = _new_challenge(office, question) if answer.by_challenge else token_of(office, paper)
    once = cause_of(paper, f"receipt {office.cause}")
    office.write(question.member, "ballot-receipt", values, token=token, in_reply_to=mail.message_id, once=once)
    is_told = bool(effect.closed) or effect.outcome is not effect.was
    is_told |= effect.outcome is Outcome.OBJECTED and choice is Choice.OBJECT
    if any(file.media_type not in _SIGNATURES for file in mail.attachments) or (comment and not is_told):
        pass_on(office, answer, counted=not effect.closed, reason=effect.closed)
    if effect.late:
        return Result(Done.VOTED_LATE, {"choice": choice})
    if effect.closed:
        return Result(Done.DECIDED_BEFORE, {"choice": choice})
    return Result(Done.VOTE_COUNTED, {"choice": choice, "approvals": count.approvals, "needed": count.needed})
