"""Questions to people who are not staff: who may answer, once, and what becomes of all other answers."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from email.message import EmailMessage
from typing import Any

import pytest

from mailer import question_replies
from mailer.message import Address, Inbound
from mailer.model.inbound import Done, Result
from mailer.model.questionnaires import Field, FieldKind, Questionnaire
from mailer.model.questions import Choice, Proof, Question, Reply
from mailer.office import Office
from mailer.phrases import phrase
from mailer.question_replies import QuestionKind
from mailer.questions import ask
from tests.unit.harness import Harness, text_of

ANNA = "anna@x.example"
EVE = "eve@elsewhere.example"
FORM = Questionnaire(
    "entry",
    (
        Field("name", phrase("Name"), required=True),
        Field("country", phrase("Country"), FieldKind.COUNTRY),
        Field("until", phrase("Until"), FieldKind.DATE),
    ),
)
OFFERED = {"name": "Anna Kim", "country": "KE"}


@dataclass
class Kind:
    """A kind of question about things with a state; what was answered, in order."""

    state: str = "open"
    answers: list[Reply] = field(default_factory=list)

    def act(self, office: Office, mail: Inbound, reply: Reply, question: Question) -> Result:
        self.answers.append(reply)
        return Result(Done.IGNORED, {"reason": "answered"})

    @property
    def said(self) -> list[Choice | None]:
        return [reply.choice for reply in self.answers]


@pytest.fixture
def kind(monkeypatch: pytest.MonkeyPatch) -> Iterator[Kind]:
    made = Kind()
    table: Any = question_replies.QUESTIONS
    choices = frozenset(Choice) - {Choice.OK}
    for name, proof in (("plain", Proof.TOKEN), ("proven", Proof.AUTHENTIC)):
        monkeypatch.setitem(table, name, QuestionKind(lambda *_: made.state, made.act, choices=choices, proof=proof))
    lines = QuestionKind(lambda *_: made.state, made.act, FORM, frozenset({Choice.OK, Choice.LEAVE}))
    monkeypatch.setitem(table, "lines", lines)
    yield made


def put(harness: Harness, kind: str = "proven", to: str = ANNA, **options: Any) -> EmailMessage:
    """Ask somebody, and return the mail."""
    values = {"reason": "it is time", "about": "the list", "written": harness.now}
    with harness.office() as office:
        assert ask(
            office, Address.parse(to), "question-refused", values, kind=kind, subject=7, state="open", **options
        )  # fmt: skip
    harness.tick()
    return harness.mails_to(to)[-1]


def reply(harness: Harness, by: str, to: EmailMessage, words: str, **headers: str) -> None:
    harness.environment.reply(by, to, words, **headers)
    harness.tick()


@pytest.mark.parametrize("proof", ["plain", "proven"])
def test_an_answer_is_acted_on_once(harness: Harness, kind: Kind, proof: str) -> None:
    question = put(harness, proof)
    assert f"{question['Reply-To']}".startswith("tg2+answer-")
    reply(harness, ANNA, question, "Yes, thank you!\n\nAnna")
    assert kind.said == [Choice.YES]
    reply(harness, ANNA, question, "no")
    assert kind.said == [Choice.YES]
    assert "it was answered before" in text_of(harness.mails_to(ANNA)[-1])


def test_A1_an_unproven_answer_is_acted_on_after_a_yes_from_the_mailbox_that_was_asked(
    harness: Harness, kind: Kind
) -> None:
    question = put(harness)
    reply(harness, ANNA, question, "later", **{"X-Forged": "yes"})
    assert kind.said == []
    challenge = harness.mails_to(ANNA)[-1]
    assert "The answer is “later”." in text_of(challenge)
    reply(harness, ANNA, challenge, "yes", **{"X-Forged": "yes"})
    assert kind.said == [Choice.LATER]


def test_a_plain_question_needs_its_token_alone(harness: Harness, kind: Kind) -> None:
    reply(harness, EVE, put(harness, "plain"), "yes", **{"X-Forged": "yes"})
    assert kind.said == [Choice.YES]


def test_lines_that_are_corrected_are_an_answer(harness: Harness, kind: Kind) -> None:
    question = put(harness, "lines", questionnaire=FORM, offered=OFFERED)
    reply(harness, ANNA, question, "Country: France\n")
    (read,) = kind.answers
    assert read.filled is not None
    assert (read.choice, dict(read.filled.values)) == (None, {"name": "Anna Kim", "country": "FR"})
