"""The mails that ask a member for a vote, or tell them what became of a ballot."""

from __future__ import annotations

from collections.abc import Callable, Container, Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from mailer.approval.conclusions import count_votes, subject_of
from mailer.compose.drafts import compare
from mailer.compose.notices import Attachment
from mailer.inbound.parse import parse
from mailer.message import Address
from mailer.model.approvals import (
    CHOICES,
    Ballot,
    Choice,
    Paper,
)
from mailer.model.changes import Changes, sentences
from mailer.model.notices import DraftEdition, Notice
from mailer.model.rule_sentences import rule_sentences
from mailer.office import ApprovalSubject, Office, Preview
from mailer.phrases import Language
from mailer.tokens import Purpose, Token

_CHOICES = tuple(choice.value for choice in Choice)


@dataclass(frozen=True, slots=True)
class Question:
    """One member of a board, asked about one subject."""

    ballot: Ballot
    paper: Paper
    about: ApprovalSubject

    @property
    def member(self) -> Address:
        return Address.parse(self.paper.address, self.paper.name)


def tell_members(
    office: Office,
    ballot: Ballot,
    notice: str,
    values: Callable[[Question], Mapping[str, object]],
    once: str = "",
    only: Container[int] | None = None,
) -> None:
    """Send a notice to every member who was asked and still is on the board; ``only``: to these papers.

    ``values`` are what it says to each. ``once`` tells it from an earlier one.
    """
    about = subject_of(office, ballot)
    for paper in office.work.approvals.papers(ballot.id):
        if paper.asked and (only is None or paper.id in only):
            question = Question(ballot, paper, about)
            tell_member(office, question, notice, values(question), once)


def tell_standing(office: Office, ballot: Ballot, notice: str, said: Mapping[str, object]) -> None:
    """Tell each member the new deadline, and which of their votes counts."""
    count = count_votes(office, ballot)
    papers = {paper.id: paper for paper in office.work.approvals.papers(ballot.id)}
    by_seat = {papers[vote.paper].seat: vote for vote in count.votes.values() if vote.paper in papers}

    def values(question: Question) -> dict[str, object]:
        vote = by_seat.get(question.paper.seat)
        return {"choice": CHOICES[vote.choice] if vote else "", **said}

    tell_members(office, ballot, notice, values, once=f"{ballot.deadline:%Y-%m-%dT%H:%M:%S}")


def tell_member(
    office: Office,
    question: Question,
    notice: str,
    values: Mapping[str, object],
    once: str = "",
    attachments: Sequence[Attachment] = (),
) -> None:
    """Send a notice to one member, who can answer it with a vote unless the vote is over."""
    about, paper = question.about, question.paper
    said = {"member": paper.name, "heading": about.heading, **about.values, **how_to_vote(office, question), **values}
    token = None if notice in OVER else token_of(office, paper)
    cause = cause_of(paper, f"{notice} {once}".rstrip())
    office.write(question.member, notice, said, token=token, once=cause, attachments=attachments)


OVER = frozenset({"cancelled", "stopped", "withdrawn", "closed", "passed-on"})
"""Notices that say that the vote is over; words in answer to them are for a person."""


def ask(office: Office, question: Question, once: str = "", *, moved: bool | None = None) -> None:
    """Ask one member. ``once`` limits it as in ``Office.write``.

    Without ``moved``, that is because they replied to an earlier draft; else because they are new on the board, or
    have moved to another address.
    """
    shown = _shown(office, question)
    values = _values(office, question, shown, superseded=bool(once) and moved is None, moved=bool(moved))
    office.write(
        question.member,
        "ballot",
        values,
        token=token_of(office, question.paper),
        once=cause_of(question.paper, once or "request"),
        attachments=shown.preview.attachments,
        drafts=shown.drafts,
    )
    draft = {"revision": question.ballot.revision, "digest": question.ballot.subject.digest}
    office.record("draft shown", question.about.name, to=str(question.member), **draft)


def cause_of(paper: Paper, what: str) -> str:
    """The cause of a mail that asks for a vote on this paper; ``requests_sent`` finds what has such a cause."""
    return f"paper {paper.id} {what}"


def requests_sent(office: Office, question: Question) -> list[Notice]:
    """The mails that asked for a vote on this paper, as they were sent."""
    payloads = office.work.outbox.payloads(f"paper {question.paper.id}")
    mails = (parse(payload, office.now) for payload in payloads)
    return [Notice(mail.subject, mail.text or "", mail.html) for mail in mails]


class _Shown(NamedTuple):
    """What a member sees of the subject."""

    preview: Preview
    drafts: Sequence[DraftEdition]
    """With marks where they differ from what the member was asked about before."""
    changes: Sequence[Changes]
    before: Ballot | None
    """The ballot in which the member was asked before."""


def _shown(office: Office, question: Question) -> _Shown:
    ballot, about = question.ballot, question.about
    preview, before = (
        about.preview(question.member, ballot.opened_at),
        office.work.approvals.asked_before(question.paper),
    )
    if before is None:
        return _Shown(preview, preview.editions, (), None)
    drafts, changes = compare(preview.editions, about.preview(question.member, before.opened_at).editions)
    return _Shown(preview, drafts, changes, before)


def _values(office: Office, question: Question, shown: _Shown, *, superseded: bool, moved: bool) -> dict[str, object]:
    """What a request says."""
    ballot, about = question.ballot, question.about
    return {
        "lists": office.rules.titles(list(ballot.lists)),
        "superseded": superseded,
        "moved": moved,
        "stands_for": _name_of(office, question.paper.stands_for),
        "drafts": [
            {"tag": draft.language, "language": Language(draft.language), "text": draft.text, "html": draft.html}
            for draft in shown.drafts
        ],
        "changes": [
            {
                "language": Language(one.language),
                "is_new": one.is_new,
                "is_gone": one.is_gone,
                "sentences": sentences(one.changes),
            }
            for one in shown.changes
        ],
        "asked_before": shown.before.revision if shown.before else 0,
        "embargo": None,
        **shown.preview.values,
        **about.values,
        **how_to_vote(office, question),
    }


def _name_of(office: Office, contact_id: int | None) -> str:
    """The member whom a substitute stands for; empty for a member."""
    contact = office.work.lists.contact(contact_id) if contact_id else None
    return contact.label if contact else ""


def how_to_vote(office: Office, question: Question) -> dict[str, object]:
    """What a member needs to know to vote: which version it is, the words, the replies, the rule, the deadline."""
    ballot, token, voting = question.ballot, token_of(office, question.paper), office.rules.voting
    words = voting.in_language(office.language_of(question.member))
    eligible = len({paper.seat for paper in office.work.approvals.papers(ballot.id) if paper.asked})
    own = {choice: words.of(choice)[0] for choice in _CHOICES}
    others = {choice: [word for word in voting.all.of(choice) if word != own[choice]] for choice in _CHOICES}
    return {
        "member": question.paper.name,
        "revision": ballot.revision,
        "note": ballot.note,
        "digest": ballot.subject.digest[:12],
        "deadline": ballot.deadline,
        **own,
        "others": others if all(others.values()) else {},
        **{f"{choice}_reply": office.rules.prepared(token, own[choice]) for choice in _CHOICES},
        "voting_address": str(office.rules.to(token) if office.rules.plus else token),
        "rule": rule_sentences(ballot.terms, eligible, _title(office, ballot.terms.escalate_to)),
    }


def _title(office: Office, board: str) -> str:
    rules = office.rules.lists.get(board)
    return rules.title if rules else board


def token_of(office: Office, paper: Paper) -> Token:
    return office.token(Purpose.VOTE, paper.id)
