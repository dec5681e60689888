"""What the secretary answers about a review: whether it may begin, and what becomes of entries."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from mailer.inbound.answers import Answer, read_answer, read_decision
from mailer.inbound.intents import StaffReply
from mailer.inbound.words.review import DECISIONS
from mailer.message import Inbound
from mailer.model.inbound import Done, Result
from mailer.model.review_decisions import Word, read_decisions
from mailer.model.reviews import (
    TO_DECIDE,
    EntryEvent,
    Round,
    RoundEvent,
    RoundState,
    Stage,
)
from mailer.model.staff import StaffNotice
from mailer.office import Office
from mailer.phrases import phrase
from mailer.reviewing.entries import apply_words
from mailer.reviewing.secretary import conclude, propose, state_of
from mailer.staff import answer_unclear

WORDS: Mapping[str, Word] = {written: Word(word) for word, said in DECISIONS.items() for written in said}
"""What people write for each decision, in any of our languages."""


def state(office: Office, notice: StaffNotice) -> str:
    """Where the round is, which an answer depends on."""
    one = office.work.reviews.by_id(notice.subject)
    return state_of(office, one) if one else ""


def answer(office: Office, mail: Inbound, reply: StaffReply, notice: StaffNotice) -> Result:
    """Do what the secretary says: yes or no to all of it, or numbers with a word for each."""
    one = office.work.reviews.by_id(notice.subject)
    if one is None:
        return answer_unclear(office, notice, mail, phrase("there is no such review any more"), again=False)
    if one.state is RoundState.PLANNED:
        return _answer_plan(office, mail, notice, one)
    if any(mark.isdigit() for mark in reply.first):
        return _answer_numbers(office, mail, reply, notice, one)
    said = read_decision(mail, reply.text)
    if said is Answer.OTHER:
        return answer_unclear(office, notice, mail, _HOW)
    if said is Answer.YES:
        moved = replace(one, stage=Stage.DECIDED, stage_at=office.now, cursor=0)
        office.work.reviews.save(moved)
        office.record("review policy agreed", one.name, policy=one.policy.value)
        return Result(Done.REVIEW_DECIDED, {"review": one.name, "word": one.policy.value})
    office.work.reviews.move(one.id, EntryEvent.KEEP, office.now, TO_DECIDE)
    conclude(office, one)
    return Result(Done.REVIEW_DECIDED, {"review": one.name, "word": "keep"})


_HOW = phrase("it says neither YES nor NO, nor numbers with a word for each, such as “3 keep” or “5-9 remove”")


def _answer_plan(office: Office, mail: Inbound, notice: StaffNotice, one: Round) -> Result:
    if read_answer(mail, "agreement") is not Answer.NO:
        return answer_unclear(office, notice, mail, phrase("it does not say NO; without an answer the review begins"))
    office.work.reviews.save(one.ended(RoundEvent.CANCEL, office.now))
    office.record("review cancelled", one.name)
    return Result(Done.REVIEW_DECIDED, {"review": one.name, "word": "cancelled"})


def _answer_numbers(office: Office, mail: Inbound, reply: StaffReply, notice: StaffNotice, one: Round) -> Result:
    """Decide about the entries that are named, and ask about the rest."""
    found = read_decisions(reply.text.split("\n"), WORDS)
    if found.unclear:
        return answer_unclear(office, notice, mail, phrase("this line is not clear: %(line)s", line=found.unclear))
    undone = apply_words(office, one, {number: word.event for number, word in found.each.items()})
    if len(undone) == len(found.each):
        return answer_unclear(office, notice, mail, phrase("none of these entries is to be decided"))
    propose(office, one)
    return Result(Done.REVIEW_DECIDED, {"review": one.name, "word": f"{len(found.each) - len(undone)} entries"})
