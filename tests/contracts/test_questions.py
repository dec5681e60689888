"""Every store keeps questions and the answers that nobody has proven."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from mailer.message import Address
from mailer.model.questions import VALID, KeptReply, KeptState, Question
from mailer.store.database import SqlStore
from tests.fakes import NOON

ANNA = Address.parse("anna@union.example")
QUESTION = Question(
    id=0,
    addressee=str(ANNA),
    contact=None,
    kind="review",
    subject=7,
    state="open",
    about="the directory",
    language="fr",
    offered={"name": "Anna"},
    asked_at=NOON,
    expires_at=NOON + VALID,
)
"""A question to somebody who is no contact."""
KEPT = KeptReply(0, 1, "eve@x.example", NOON, KeptState.WAITING, '["it is late", {}]', b"From: x\r\n\r\nyes\r\n")
"""An answer to the first question."""


def test_a_question_is_asked_once_for_its_cause_and_mailbox(store: SqlStore) -> None:
    with store.transaction() as work:
        made = work.questions.add(QUESTION, ANNA, "round 1")
        assert made == replace(QUESTION, id=1)
        assert work.questions.add(QUESTION, Address.parse("Anna+x@union.example"), "round 1") is None
    with store.snapshot() as work:
        assert (work.questions.question(1), work.questions.question(2)) == (made, None)
        assert work.questions.about("review", 7) == [made]
        assert work.questions.asked_of(None, (ANNA.base_key,)) == [made]
        assert work.questions.asked_of(3, ()) == []


def test_a_question_is_answered_and_asked_back(store: SqlStore) -> None:
    with store.transaction() as work:
        work.questions.add(QUESTION, ANNA, "round 1")
        work.questions.answer(1, NOON)
        work.questions.ask_back(1, {"name": "Anne"}, NOON)
    with store.transaction() as work:
        assert work.questions.question(1) == replace(
            QUESTION, id=1, offered={"name": "Anne"}, answered_at=NOON, asked_back_at=NOON
        )  # fmt: skip
        work.questions.answer(1, None)
        assert work.questions.question(1) == replace(
            QUESTION, id=1, offered={"name": "Anne"}, asked_back_at=NOON
        )  # fmt: skip


def test_an_unproven_answer_is_kept_for_a_time(store: SqlStore) -> None:
    later = NOON + timedelta(days=1)
    with store.transaction() as work:
        work.questions.add(QUESTION, ANNA, "round 1")
        first, second = work.questions.keep(KEPT), work.questions.keep(replace(KEPT, received_at=later))
        work.questions.set_kept(first, KeptState.ASKED)
    with store.transaction() as work:
        assert work.questions.kept(first) == replace(KEPT, id=first, state=KeptState.ASKED)
        assert [one.id for one in work.questions.kept_of(1)] == [first, second]
        assert work.questions.waiting(5) == [replace(KEPT, id=second, received_at=later, raw=b"")]
        assert (work.questions.has_kept(NOON), work.questions.has_kept(later)) == (False, True)
        assert work.questions.drop_kept(later) == 1
        assert work.questions.kept(first) is None
