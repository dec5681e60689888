"""What anybody proposes by mail, with a subject of its own: from the first word to a person, and to its end (B11)."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import timedelta
from email.message import EmailMessage
from typing import Any

import pytest

from mailer import question_replies, submissions
from mailer.adapters import data
from mailer.adapters.catalogues import Catalogues
from mailer.errors import Refused
from mailer.inbound.filled import read_filled
from mailer.inbound.intents import Verdict
from mailer.inbound.parse import parse
from mailer.inbound.wording import words_of
from mailer.model.inbound import Done, Result
from mailer.model.questionnaires import Field, FieldKind, Questionnaire
from mailer.model.submissions import LARGEST, OPEN_ONES, UNCONFIRMED, State, Submission
from mailer.office import Office
from mailer.phrases import phrase
from mailer.submissions import SubmissionKind
from tests.unit.harness import Harness, text_of
from tests.unit.inbound.mails import raw

ULLA = "ulla@nmb.example"
TALK = Questionnaire(
    "talk",
    (
        Field("title", phrase("Title"), required=True),
        Field("country", phrase("Country"), FieldKind.COUNTRY),
        Field("when", phrase("When"), FieldKind.DATE, coming=True, hint=phrase("for example 3 May 2027")),
        Field("host", phrase("Host"), FieldKind.ADDRESS),
    ),
    phrase("a talk"),
)


@dataclass
class Talks:
    """The subject: what reached a person, and what was taken back."""

    confirmed: list[Submission] = field(default_factory=list)
    withdrawn: list[Submission] = field(default_factory=list)


@pytest.fixture
def talks(monkeypatch: pytest.MonkeyPatch) -> Iterator[Talks]:
    made = Talks()
    kind = SubmissionKind(
        TALK,
        confirmed=lambda office, submission: made.confirmed.append(submission),
        withdrawn=lambda office, submission: made.withdrawn.append(submission),
    )
    questions: Any = question_replies.QUESTIONS
    monkeypatch.setitem(questions, "submission talk", question_replies.of_submission(kind))
    yield made


def propose(harness: Harness, body: str, *, authentic: bool = False, octets: bytes | None = None) -> Result:
    """What the handler of the command ``talk`` does with a mail."""
    mail = parse(octets or raw(body, From=f"Ulla Berg <{ULLA}>", Subject="talk"), harness.now)
    with harness.office() as office:
        office = replace(office, cause=f"mail {mail.digest[:8]} {harness.now}")
        filled = read_filled(mail, TALK, wordings=office.renderer.wordings)
        result = submissions.begin(office, mail, "talk", TALK, filled, Verdict(authentic, "as it says"))
    harness.tick()
    return result


def newest(harness: Harness) -> EmailMessage:
    return harness.mails_to(ULLA)[-1]


def lines_of(mail: EmailMessage) -> str:
    """The text with its line ends."""
    body = mail.get_body(("plain",))
    assert body is not None
    return str(body.get_content()).replace("\r\n", "\n")


def edit(harness: Harness, old: str, new: str) -> None:
    """Answer the newest mail by a change in what it quotes."""
    mail = newest(harness)
    quoted = "".join(f"> {line}".rstrip() + "\n" for line in lines_of(mail).split("\n"))
    assert old in quoted
    headers = {"In-Reply-To": str(mail["Message-ID"])}
    to = str(mail["Reply-To"]).rpartition("<")[2].rstrip(">")
    harness.write(ULLA, to, f"Re: {mail['Subject']}", quoted.replace(old, new), **headers)


def answer(harness: Harness, words: str) -> None:
    harness.environment.reply(ULLA, newest(harness), words)
    harness.tick()


def kept(harness: Harness) -> list[Submission]:
    with harness.environment.store.snapshot() as work:
        return [one for number in range(1, 20) if (one := work.submissions.by_id(number))]


LINES = "talk\n\nTitle: On roads\nCountry: Kenya\nHost: bea@host.example\n\nBest regards,\nUlla Berg\n"


def test_B1_a_writer_who_is_not_proven_is_told_only_that_something_came(harness: Harness, talks: Talks) -> None:
    assert propose(harness, LINES) == Result(Done.SUBMISSION_ASKED, {"kind": "talk", "number": 1})
    told = text_of(newest(harness))
    assert "Somebody, we believe it was you, sent us a talk." in told
    assert [word for word in ("roads", "Kenya", "bea@", "Ulla") if word in told] == []
    assert newest(harness)["In-Reply-To"] is None
    assert (talks.confirmed, [one.state for one in kept(harness)]) == ([], [State.ASKED])


def test_B11_G10_a_yes_confirms_and_shows_the_lines(harness: Harness, talks: Talks) -> None:
    propose(harness, LINES)
    answer(harness, "yes\n")
    (submission,) = talks.confirmed
    assert submission.values == {"title": "On roads", "country": "KE", "host": "bea@host.example"}
    assert (submission.state, submission.revision, submission.beside) == (State.CONFIRMED, 1, "")
    received = lines_of(newest(harness))
    assert "We have a talk; a person reads it" in received
    assert (
        "\nTitle: On roads\nCountry: Kenya\nWhen:\n    (for example 3 May 2027)\nHost: bea@host.example\n" in received
    )
    assert harness.mails_to("bea@host.example") == []


def test_an_authentic_writer_sees_the_lines_at_once_and_corrects_them_in_place(harness: Harness, talks: Talks) -> None:
    propose(harness, LINES + "\n\nIt would be good to talk to you about the microphones before.", authentic=True)
    asked = lines_of(newest(harness))
    assert "You sent us a talk. This is how we understood it:" in asked
    edit(harness, "> Country: Kenya\n> When:", "> Country: Ouganda\n> When: 3 May 2030")
    (submission,) = talks.confirmed
    assert submission.values == {"title": "On roads", "country": "UG", "host": "bea@host.example", "when": "2030-05-03"}


def test_what_is_not_certain_is_named_to_an_authentic_writer_alone(harness: Harness, talks: Talks) -> None:
    body = "talk\n\nTitle: On roads\nCountry: Kenja\nWhen: 3 May 2019\n"
    propose(harness, body, authentic=True)
    asked = text_of(newest(harness)).replace("\n", " ")
    assert "perhaps you mean “Kenya”. You wrote: “Kenja”" in " ".join(asked.split())
    assert "When: it is over. You wrote: “3 May 2019”" in " ".join(asked.split())
    answer(harness, "Country: Kenya\nWhen: 3 May 2030\n")
    assert [one.values["when"] for one in talks.confirmed] == ["2030-05-03"]


def test_a_yes_to_what_lacks_something_asks_for_it(harness: Harness, talks: Talks) -> None:
    propose(harness, "talk\n\nCountry: Kenya\n")
    answer(harness, "yes\n")
    assert talks.confirmed == []
    assert "Title: it is missing." in text_of(newest(harness))
    answer(harness, "Title: On roads\n")
    assert [dict(one.values) for one in talks.confirmed] == [{"title": "On roads", "country": "KE"}]


def test_the_command_alone_gets_the_lines_and_its_answer_is_confirmed(harness: Harness, talks: Talks) -> None:
    assert propose(harness, "talk\n") == Result(Done.SUBMISSION_LINES_SENT, {"kind": "talk"})
    assert "\nTitle:\nCountry:\nWhen:\n    (for example 3 May 2027)\nHost:\n" in lines_of(newest(harness))
    edit(harness, "> Title:", "> Title: On roads")
    assert [one.values for one in talks.confirmed] == [{"title": "On roads"}]


def test_a_confirmed_one_is_corrected_and_taken_back_by_reply(harness: Harness, talks: Talks) -> None:
    propose(harness, LINES)
    answer(harness, "yes\n")
    answer(harness, "Country: Uganda\nHost: -\n")
    assert [(one.revision, one.values.get("country"), one.values.get("host")) for one in talks.confirmed] == [
        (1, "KE", "bea@host.example"),
        (2, "UG", None),
    ]
    told = lines_of(newest(harness))
    assert "- Country: Uganda (it was: Kenya)\n- Host: nothing (it was: bea@host.example)\n" in told
    answer(harness, "no\n")
    assert [one.state for one in talks.withdrawn] == [State.WITHDRAWN]
    assert "You have taken back a talk." in text_of(newest(harness))


def test_a_no_erases_what_may_never_have_been_theirs(harness: Harness, talks: Talks) -> None:
    propose(harness, LINES)
    answer(harness, "no\n")
    (submission,) = kept(harness)
    assert (submission.state, submission.address, submission.values) == (State.WITHDRAWN, "", {})
    assert (talks.confirmed, talks.withdrawn, len(harness.mails_to(ULLA))) == ([], [], 1)


def test_what_nobody_confirms_expires_and_is_erased(harness: Harness, talks: Talks) -> None:
    propose(harness, LINES)
    harness.pass_by(UNCONFIRMED + timedelta(hours=1))
    harness.tick()
    (submission,) = kept(harness)
    assert submission == Submission(
        1, "talk", "", "", "", {}, submission.asked_at, state=State.EXPIRED, decided_at=submission.decided_at
    )
    answer(harness, "yes\n")
    assert talks.confirmed == []


def test_what_was_decided_is_erased_in_its_time(harness: Harness, talks: Talks) -> None:
    propose(harness, LINES)
    answer(harness, "yes\n")

    def accept(office: Office) -> None:
        submissions.decide(office, talks.confirmed[0], State.ACCEPTED)

    harness.do(accept)
    answer(harness, "Country: Uganda\n")  # too late: it is another's now
    assert [one.values["country"] for one in kept(harness)] == ["KE"]
    with pytest.raises(Refused), harness.office() as office:
        submissions.decide(office, kept(harness)[0], State.DECLINED)
    harness.pass_by(timedelta(days=91))  # [personal_data] submissions
    harness.tick()
    assert [(one.state, one.address, one.raw) for one in kept(harness)] == [(State.ACCEPTED, "", b"")]


def test_B14_one_too_many_goes_to_a_person(harness: Harness, talks: Talks) -> None:
    results = [propose(harness, LINES.replace("roads", f"road {number}")) for number in range(OPEN_ONES + 1)]
    taken = [result.done for result in results].count(Done.SUBMISSION_ASKED)
    assert 0 < taken <= OPEN_ONES
    assert results[-1] == Result(Done.SUBMISSION_NOT_TAKEN, {"kind": "talk"})
    assert len(kept(harness)) == taken == len(harness.mails_to(ULLA))


def with_file(octets: bytes) -> bytes:
    mail = EmailMessage()
    mail["From"], mail["To"], mail["Subject"] = ULLA, "tg2@iso-sr.example", "talk"
    mail.set_content(LINES)
    mail.add_attachment(octets, maintype="application", subtype="pdf", filename="talk.pdf")
    return mail.as_bytes()


def test_a_proven_mail_is_kept_for_its_attachments_unless_it_is_too_large(harness: Harness, talks: Talks) -> None:
    propose(harness, LINES, authentic=True)
    propose(harness, "", octets=with_file(b"%PDF-1.7"), authentic=True)
    propose(harness, "", octets=with_file(b"x" * LARGEST), authentic=True)
    propose(harness, "", octets=with_file(b"%PDF-1.7"))
    assert [b"%PDF" in one.raw or b"JVBER" in one.raw for one in kept(harness)] == [False, True, False, False]
    assert [len(one.raw) > 0 for one in kept(harness)] == [False, True, False, False]


def _questionnaires() -> list[Questionnaire]:
    kinds = [kind.questionnaire for kind in question_replies.QUESTIONS.values()]
    return list({one.key: one for one in (TALK, *kinds) if isinstance(one, Questionnaire)}.values())


@pytest.mark.parametrize("questionnaire", _questionnaires(), ids=lambda one: one.key)
def test_labels_are_others_in_each_language(questionnaire: Questionnaire) -> None:
    wordings = Catalogues(data.TEMPLATES / "locale").wordings
    labels = [{words_of(name) for name in wordings(one.label)} for one in questionnaire.fields]
    assert [(one, other) for number, one in enumerate(labels) for other in labels[:number] if one & other] == []
