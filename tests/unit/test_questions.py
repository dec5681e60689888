"""Questions to people who are not staff: who may answer, once, and what becomes of all other answers."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import timedelta
from email.message import EmailMessage
from typing import Any

import pytest

from mailer import question_replies
from mailer.answering import QuestionKind
from mailer.contacts import forget
from mailer.message import Address, Inbound
from mailer.model.inbound import Done, Result
from mailer.model.questionnaires import Field, FieldKind, Questionnaire
from mailer.model.questions import KEPT, VALID, Choice, Proof, Question, Reply
from mailer.office import Office
from mailer.phrases import phrase
from mailer.ports import Folder
from mailer.questions import ask, held
from mailer.tokens import Purpose
from tests.unit.harness import DAY, Harness, text_of

ANNA = "anna@x.example"
CHALLENGED = "Is this answer yours? ISO/SR TG 2"
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


def test_A1_B15_an_unproven_answer_is_acted_on_after_a_yes_from_the_mailbox_that_was_asked(
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


def test_A8_B15_an_answer_from_another_address_waits_for_the_addressee(harness: Harness, kind: Kind) -> None:
    question = put(harness)
    reply(harness, EVE, question, "yes")
    assert (kind.said, harness.subjects(EVE)) == ([], [])
    challenge = harness.mails_to(ANNA)[-1]
    assert "it came from another address, eve@elsewhere.example" in text_of(challenge)
    reply(harness, ANNA, challenge, "no")
    assert kind.said == []
    reply(harness, ANNA, question, "later")
    assert kind.said == [Choice.LATER]


def test_A1_one_challenge_a_day_and_the_rest_is_asked_about_later(harness: Harness, kind: Kind) -> None:
    question = put(harness)
    for word in ("yes", "no", "later"):
        reply(harness, ANNA, question, word, **{"X-Forged": "yes", "X-Nr": word})
    assert [subject for subject in harness.subjects(ANNA) if subject.startswith("Is this")] == [CHALLENGED]
    harness.pass_by(DAY)
    harness.tick()
    assert [subject for subject in harness.subjects(ANNA) if subject.startswith("Is this")] == [CHALLENGED] * 2
    reply(harness, ANNA, harness.mails_to(ANNA)[-1], "yes", **{"X-Forged": "yes"})
    assert kind.said == [Choice.NO]
    harness.pass_by(DAY)
    harness.tick()
    assert [subject for subject in harness.subjects(ANNA) if subject.startswith("Is this")] == [CHALLENGED] * 2


def test_A1_a_challenge_shows_labels_and_values_and_no_other_words_of_the_mail(harness: Harness, kind: Kind) -> None:
    question = put(harness, "lines", questionnaire=FORM, offered=OFFERED)
    words = "Country: France\n\nPlease visit https://evil.example and pay there at once.\n"
    reply(harness, ANNA, question, words, **{"X-Forged": "yes"})
    challenge = harness.mails_to(ANNA)[-1]
    assert "- Country: France" in text_of(challenge)
    assert "evil" not in challenge.as_string()
    assert len(harness.trail("feedback")) == 1
    reply(harness, ANNA, challenge, "", **{"X-Forged": "yes"})
    (read,) = kind.answers
    assert (read.filled and read.filled.values["country"], len(harness.trail("feedback"))) == ("FR", 1)


def test_A9_the_same_answer_twice_is_handled_once_and_nobody_is_told(harness: Harness, kind: Kind) -> None:
    question = put(harness)
    reply(harness, ANNA, question, "later")
    before = len(harness.mails_to(ANNA))
    again = harness.mailbox.folders[Folder.PROCESSED][-1]
    harness.raw(b"Received: from x by y; Mon, 23 Nov 2026 12:01:00 +0000\r\n" + again)
    assert (kind.said, len(harness.mails_to(ANNA))) == ([Choice.LATER], before)


def test_A38_a_signed_answer_to_another_question_is_a_copy(harness: Harness, kind: Kind) -> None:
    first, second = put(harness, once="1"), put(harness, once="2")
    reply(harness, ANNA, first, "later")
    raw = harness.mailbox.folders[Folder.PROCESSED][-1]
    harness.raw(raw.replace(str(first["Reply-To"]).encode(), str(second["Reply-To"]).encode()))
    assert kind.said == [Choice.LATER]


def test_A15_two_tokens_are_for_a_person(harness: Harness, kind: Kind) -> None:
    first, second = put(harness, once="1"), put(harness, once="2")
    harness.write(ANNA, f"{first['Reply-To']}, {second['Reply-To']}", "Re: x", "yes\n")
    assert (kind.said, len(harness.trail("feedback"))) == ([], 1)


@pytest.mark.parametrize("headers", [{"Auto-Submitted": "auto-replied"}, {"Return-Path": "<>"}, {}])
def test_A16_an_absence_or_a_machine_is_no_answer(harness: Harness, kind: Kind, headers: dict[str, str]) -> None:
    words = "yes\n" if headers else "I am out of the office until Monday 7 December 2026.\n"
    for name in ("plain", "proven"):
        harness.write(ANNA, str(put(harness, name, once=name)["Reply-To"]), "Out of Office: Re: x", words, **headers)
    assert (kind.said, len(harness.mails_to(ANNA))) == ([], 2)


def test_A35_a_guessed_token_is_none(harness: Harness, kind: Kind) -> None:
    address = str(put(harness)["Reply-To"])
    harness.write(ANNA, address.replace("@", "a@").replace("answer-1-", "answer-1-a", 1)[:-1] + "e", "Re", "yes\n")
    other = str(harness.token(Purpose.ANSWER, 2))
    harness.write(ANNA, f"tg2+{other}@iso-sr.example", "Re: x", "yes\n")
    assert kind.said == []


def test_an_answer_to_what_has_changed_or_is_over_has_no_effect(harness: Harness, kind: Kind) -> None:
    question = put(harness)
    kind.state = "closed"
    reply(harness, ANNA, question, "yes")
    assert "what it is about has changed since" in text_of(harness.mails_to(ANNA)[-1])
    kind.state = "open"
    harness.pass_by(VALID + DAY)
    reply(harness, ANNA, question, "yes\n\nOur telephone number is another one now.")
    assert "the time for an answer is over" in text_of(harness.mails_to(ANNA)[-1])
    assert (kind.said, len(harness.trail("feedback"))) == ([], 1)


def test_an_answer_that_is_not_understood_is_asked_back_once_and_then_goes_to_a_person(
    harness: Harness, kind: Kind
) -> None:
    question = put(harness, "lines", questionnaire=FORM, offered=OFFERED)
    reply(harness, ANNA, question, "Country: France\nUntil: 3/4/2027\n")
    back = harness.mails_to(ANNA)[-1]
    assert (back["Subject"], back["Reply-To"]) == ("Please answer once more: ISO/SR TG 2", question["Reply-To"])
    assert "Country: France" in text_of(back)
    assert harness.trail("feedback") == []
    reply(harness, ANNA, back, "Until: 4/5/2027\n")
    assert (kind.answers, len(harness.trail("feedback"))) == ([], 1)
    harness.write(ANNA, str(back["Reply-To"]), "Re: x", "Until: 2027-05-04\n")
    (read,) = kind.answers
    assert read.filled is not None
    assert dict(read.filled.values) == {"name": "Anna Kim", "country": "FR", "until": "2027-05-04"}


def test_words_and_files_beside_an_answer_reach_a_person_once(harness: Harness, kind: Kind) -> None:
    question = put(harness)
    reply(harness, ANNA, question, "yes\n\nOur telephone number is another one now.")
    assert (kind.said, len(harness.trail("feedback"))) == ([Choice.YES], 1)


def test_a_wish_to_leave_or_to_be_forgotten_is_obeyed_whatever_was_asked(harness: Harness, kind: Kind) -> None:
    harness.import_list("nmb", [ANNA])
    question = put(harness, "lines", questionnaire=FORM, offered=OFFERED)
    reply(harness, ANNA, question, "forget me")
    assert harness.subjects(ANNA)[-1] == "Do you want ISO/SR TG 2 to forget you?"
    assert kind.answers == []


def test_who_is_forgotten_is_erased_from_questions_and_their_answers_do_nothing(harness: Harness, kind: Kind) -> None:
    harness.import_list("nmb", [ANNA])
    question = put(harness, about="the directory")
    reply(harness, ANNA, question, "yes", **{"X-Forged": "yes"})
    with harness.office() as office:
        contact = office.work.lists.contact_at(ANNA)
        assert contact is not None
        assert [[row[0] for row in one.rows] for one in held(office, contact)] == [["the directory"]]
        forget(office, contact)
    with harness.office() as office:
        assert office.work.questions.kept_of(1) == []
        kept = office.work.questions.question(1)
        assert kept is not None
        assert kept.is_erased
    reply(harness, ANNA, question, "yes")
    assert kind.said == []


def test_what_nobody_claims_is_erased_after_a_time(harness: Harness, kind: Kind) -> None:
    reply(harness, ANNA, put(harness), "yes", **{"X-Forged": "yes"})
    harness.pass_by(KEPT + DAY)
    harness.tick()
    with harness.office() as office:
        assert office.work.questions.kept_of(1) == []
    harness.pass_by(VALID + timedelta(days=365))
    harness.tick()
    with harness.office() as office:
        kept = office.work.questions.question(1)
        assert kept is not None
        assert kept.is_erased
