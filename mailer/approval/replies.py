"""What is kept of a reply to a ballot paper, and who hears of it: the editors and the secretary (A1, A37)."""

from __future__ import annotations

import json
from dataclasses import dataclass, field, replace
from datetime import timedelta
from email.message import EmailMessage
from email.policy import SMTP

from mailer import feedback_mail
from mailer.approval.conclusions import subject_of
from mailer.approval.requests import Question
from mailer.inbound.attachments import contents
from mailer.inbound.extracts import copy_of
from mailer.inbound.parse import parse
from mailer.message import Address, Inbound, clean
from mailer.model.approvals import Choice
from mailer.model.caps import BALLOT_HELP, UNPROVEN_REPLIES, HeldNotice
from mailer.model.feedback import Item, ReplyTo, State
from mailer.model.replies import KEPT, BallotReply, Proof, ReplyOutcome
from mailer.model.vote_cures import cure_of
from mailer.office import Office
from mailer.phrases import Phrase
from mailer.staff import write_to_staff
from mailer.tokens import redact_tokens

HELD_REPLY = "vote"
"""What the list of held notices calls a reply that was not counted."""

_LINE = 400
"""Characters that are kept of a held notice."""

_AT_ONCE = timedelta(minutes=1)
"""Within this time a machine answers, and nobody writes the same words once more."""


@dataclass(frozen=True, slots=True)
class Answer:
    """A reply as it was read, and how it was proven."""

    mail: Inbound
    question: Question
    choice: Choice | None
    comment: str
    reason: str = ""
    """Why there is no choice."""
    how: str = ""
    """How it was proven; empty if it was not."""
    proof: Proof = field(default_factory=Proof)
    marks: tuple[str, ...] = ()
    """What is this mail's alone (A9, A38)."""
    by_challenge: bool = False
    """Whether it is proven by a token that went to the member's mailbox (A1)."""


def keep(office: Office, answer: Answer, outcome: ReplyOutcome, reason: str = "") -> int:
    """Record the reply, with the mail as it was received if it is proven; returns its id."""
    mail, is_kept = answer.mail, bool(answer.how) and len(answer.mail.raw) <= KEPT
    reply = BallotReply(
        id=0,
        paper=answer.question.paper.id,
        received_at=mail.received_at,
        message_id=mail.message_id,
        sender=str(mail.author),
        choice=answer.choice,
        outcome=outcome,
        reason=str(reason),
        comment=answer.comment if answer.how else "",
        how=answer.how,
        proof=answer.proof,
    )
    return office.work.approvals.add_reply(reply, mail.raw if is_kept else None)


def keep_unproven(office: Office, answer: Answer, outcome: ReplyOutcome, reason: Phrase) -> None:
    """Record a reply that nobody has proven, and list it for the secretary; so many a day and no more."""
    counter = f"unproven {answer.question.paper.id}"
    if office.work.caps.counts([counter], office.today).get(counter, 0) >= UNPROVEN_REPLIES:
        return
    office.work.caps.count([counter], office.today)
    number = keep(office, answer, outcome, reason)
    about = json.dumps([number, reason.stored()])
    secretary = str(office.rules.secretary)
    held = about if len(about) <= _LINE else json.dumps([number, Phrase("%(words)s", words=reason[:200]).stored()])
    office.work.caps.hold(HeldNotice(0, HELD_REPLY, secretary, held, office.now))


def refused(office: Office, about: str) -> dict[str, object] | None:
    """What the list for the secretary says of a reply that ``keep_unproven`` has held; None if it is gone."""
    number, stored = json.loads(about)
    reply = office.work.approvals.reply(number)
    paper = office.work.approvals.paper(reply.paper) if reply else None
    ballot = office.work.approvals.ballot(paper.ballot) if paper else None
    if reply is None or paper is None or ballot is None:
        return None
    reason = Phrase.restored(stored)
    return {
        "member": paper.name,
        "received": reply.received_at,
        "heading": subject_of(office, ballot).heading,
        "reason": reason,
        "cure": cure_of(reason).secretary,
    }


def repeats(office: Office, answer: Answer) -> bool:
    """Whether the same words came just before: a machine that answers our help, or a mail that came twice (B8)."""
    paper, now = answer.question.paper, answer.mail.received_at
    return any(
        reply.paper == paper.id and reply.comment == answer.comment and now - reply.received_at < _AT_ONCE
        for reply in office.work.approvals.replies(paper.ballot)
        if reply.outcome is ReplyOutcome.NO_VOTE
    )


def may_help(office: Office, question: Question) -> bool:
    """Whether the member gets help once more today, and count it."""
    counter = f"ballot-help {question.paper.id}"
    if office.work.caps.counts([counter], office.today).get(counter, 0) >= BALLOT_HELP:
        return False
    office.work.caps.count([counter], office.today)
    return True


def pass_on(office: Office, answer: Answer, *, counted: bool, reason: str = "") -> None:
    """Give the editors what a member writes beside a vote, or instead of one, with the mail itself (A37).

    The secretary gets what was not counted. A reply to the copy goes to the member.
    """
    about, paper = answer.question.about, answer.question.paper
    said = copy_of(answer.mail)
    mail = _without_token(answer.mail, said.text) if answer.by_challenge else answer.mail
    own = answer.comment if counted else said.text
    staff = _staff(office, answer, counted=counted)
    item = _item(office, answer, staff, waits=not counted)
    entry = feedback_mail.keep(office, item, mail, own)
    office.record("feedback", str(mail.author), number=item.number, item=f"feedback {item.number}")
    enclosed = feedback_mail.enclose(office, entry, whole=True, mail=mail)
    values = {
        "number": item.number,
        "member": paper.name,
        "heading": about.heading,
        "choice": answer.choice.value if answer.choice else "",
        "counted": counted,
        "received": mail.received_at,
        "reason": reason,
        "cure": cure_of(reason).secretary if reason else "",
        "text": own,
        "files": enclosed.files,
        "original": enclosed.original,
        "left_out": said.left_out,
    }
    for to in staff:
        write_to_staff(
            office,
            to,
            "ballot-words",
            values,
            kind=ReplyTo.ASKER,
            subject=item.number,
            about=f"#{item.number}",
            once=f"ballot-words {entry.id} {office.cause}"[:200],
            attachments=enclosed.attachments,
        )


def _without_token(mail: Inbound, text: str) -> Inbound:
    """A mail of the same writer with the text, which has no tokens, and the same files.

    The token of a challenge votes without any signature (A1), so nobody but the member may get it.
    """
    made = EmailMessage()
    made["From"] = str(mail.author)
    made["Subject"] = redact_tokens(clean(mail.subject, 200))
    made["Date"] = mail.received_at
    made.set_content(text)
    for file, data in contents(mail):
        made.add_attachment(data, "application", "octet-stream", filename=file.name or None)
    return replace(parse(made.as_bytes(policy=SMTP), mail.received_at), message_id=mail.message_id)


def _staff(office: Office, answer: Answer, *, counted: bool) -> list[Address]:
    others = () if counted else (office.rules.secretary,)
    return list({one.base_key: one for one in (*answer.question.about.editors, *others)}.values())


def _item(office: Office, answer: Answer, staff: list[Address], *, waits: bool) -> Item:
    """The words as an item of feedback, which waits for an answer if they were no vote."""
    mail, paper, about = answer.mail, answer.question.paper, answer.question.about
    item = Item(
        number=0,
        address=paper.address,
        name=clean(paper.name, 200),
        contact=paper.contact,
        language=office.language_of(answer.question.member),
        publication=about.publication,
        issue=None,
        lists=(answer.question.ballot.board,),
        subject=mail.subject,
        state=State.OPEN if waits else State.ANSWERED,
        assignee="",
        tags=(),
        staff=tuple(map(str, staff)),
        through="",
        may_name=False,
        received_at=office.now,
        written_at=office.now,
        changed_at=office.now,
    )
    return replace(item, number=office.work.feedback.add(item, answer.question.member.base_key))
