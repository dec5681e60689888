"""What the secretary decides about mail in Attention, by reply and at the command line; status and the daily note."""

from __future__ import annotations

import re
from datetime import timedelta
from email.message import EmailMessage

import pytest

from mailer.errors import Refused
from mailer.handlers import attention
from mailer.message import Address
from mailer.model.bounces import AddressState, Bouncing
from mailer.model.inbound import HandledMail
from mailer.model.reports import Why
from mailer.model.throttle import Breaker
from mailer.ports import Folder
from tests.unit.harness import ANA, BOARD, DAY, NMB, OFFICE, SECRETARY, Harness, text_of

MALFORMED = (
    b"From: Eve <eve@x.example>\r\nTo: tg2@iso-sr.example\r\nSubject: Hello\r\n" + b"X: y\r\n" * 1_100 + b"\r\nHi\r\n"
)
TOLD = "A mail needs a person"


def set_aside(harness: Harness, raw: bytes = MALFORMED) -> EmailMessage:
    """A mail is set aside; the secretary's notice."""
    harness.raw(raw)
    notice = harness.mails_to(SECRETARY)[-1]
    assert notice["Subject"] == TOLD
    return notice


def waiting(harness: Harness) -> list[HandledMail]:
    with harness.office() as office:
        return attention.waiting(office)


def reply(harness: Harness, to: EmailMessage, words: str, by: str = SECRETARY, **headers: str) -> None:
    harness.environment.reply(by, to, words, **headers)
    harness.tick()


def reasons(harness: Harness) -> list[str]:
    told = [text_of(mail) for mail in harness.mails_to(SECRETARY) if mail["Subject"] == "Your answer had no effect"]
    return [re.split(r"\. If you wrote it|\.? -- ", text.partition("The reason: ")[2])[0].rstrip(".") for text in told]


@pytest.mark.parametrize("words", ["RELEASE", "release.", "*Release*\n\nThanks"])
def test_a_mail_is_released_whole_by_a_reply(harness: Harness, words: str) -> None:
    reply(harness, set_aside(harness), words)
    released = harness.mails_to(SECRETARY)[-1]
    (attached,) = released.iter_attachments()
    assert attached.get_content() == MALFORMED
    assert (released["Subject"], waiting(harness)) == ("Released: (no subject)", [])
    assert "it has too many header fields" in text_of(released)


def test_a_mail_that_can_be_read_is_released_with_its_words_and_a_way_to_answer(harness: Harness) -> None:
    harness.import_list("cag", BOARD)
    first = set_aside(harness)
    reply(harness, first, "RELEASE\n\nIt is Ana's.", **{"X-Forged": "yes"})  # not proven, so it is set aside itself
    second = harness.mails_to(SECRETARY)[-1]
    assert [mail["Subject"] for mail in harness.mails_to(SECRETARY)[1:]] == ["Your answer had no effect", TOLD]
    reply(harness, second, "RELEASE")
    released = harness.mails_to(SECRETARY)[-1]
    assert (released["Subject"], released["Reply-To"]) == (f"Released: Re: {TOLD}", SECRETARY)
    assert "> RELEASE" in str(released.get_body(("plain",)).get_content())  # type: ignore[union-attr]
    assert len(waiting(harness)) == 1


def test_a_mail_is_refused_by_a_reply_and_nobody_is_told(harness: Harness) -> None:
    reply(harness, set_aside(harness), "REFUSE")
    assert (waiting(harness), harness.subjects(SECRETARY)) == ([], [TOLD])
    (entry,) = harness.trail("refused")
    assert (entry.actor, entry.subject) == (SECRETARY, "mail 1")


def test_a_decision_counts_once(harness: Harness) -> None:
    notice = set_aside(harness)
    with harness.office() as office:
        attention.refuse(office, 1)
    reply(harness, notice, "RELEASE")
    assert reasons(harness) == ["what it is about has changed since"]


def test_an_answer_that_is_no_decision_is_answered_and_can_be_given_again(harness: Harness) -> None:
    notice = set_aside(harness)
    reply(harness, notice, "What is it?")
    assert reasons(harness) == ["its first line is neither RELEASE nor REFUSE"]
    reply(harness, notice, "REFUSE")
    assert waiting(harness) == []


def test_nobody_else_decides(harness: Harness) -> None:
    reply(harness, set_aside(harness), "REFUSE", by="eve@x.example")
    assert len(waiting(harness)) == 1
    assert harness.mails_to("eve@x.example") == []
    assert harness.filed() == {Folder.ATTENTION: 1, Folder.REFUSED: 1}
    assert harness.subjects(SECRETARY) == [TOLD, "Your answer had no effect"]


@pytest.mark.parametrize("words", ["REFUSE", "*Release*."])
def test_B8_a_word_that_is_not_proven_is_no_new_mail_that_needs_a_person(harness: Harness, words: str) -> None:
    notice = set_aside(harness)
    for number in range(3):
        reply(harness, notice, words, **{"X-Forged": "yes", "X-Nr": str(number)})
    assert (len(waiting(harness)), harness.filed()) == (1, {Folder.ATTENTION: 1, Folder.REFUSED: 3})
    assert harness.subjects(SECRETARY) == [TOLD, "Your answer had no effect"]


def test_B8_words_of_a_person_with_an_answer_that_is_not_proven_reach_a_person(harness: Harness) -> None:
    reply(harness, set_aside(harness), "REFUSE\n\nPlease call me first.", by="eve@x.example")
    assert len(waiting(harness)) == 2


def test_what_is_not_in_the_store_can_only_be_refused(harness: Harness) -> None:
    harness.mailbox.max_bytes = 100
    notice = set_aside(harness)
    harness.mailbox.max_bytes = 1_000_000
    assert "RELEASE" not in text_of(notice)
    reply(harness, notice, "RELEASE")
    assert reasons(harness)[0].startswith("Mail 1 is not in the store")
    reply(harness, notice, "REFUSE")
    assert waiting(harness) == []


def test_what_does_not_wait_cannot_be_decided(harness: Harness) -> None:
    set_aside(harness)
    for number in (2, 17):
        with harness.office() as office, pytest.raises(Refused, match=f"No mail with the number {number} waits"):
            attention.release(office, number)


def test_what_was_decided_is_moved_in_the_mailbox_once(harness: Harness) -> None:
    set_aside(harness)
    with harness.office() as office:
        assert office.work.attention.to_file() == []
        attention.refuse(office, 1)
        (one,) = office.work.attention.to_file()
        assert (one.number, one.folder) == (1, Folder.REFUSED)
        office.work.attention.filed([1])
        assert office.work.attention.to_file() == []


# --- status by mail ---


def ask(harness: Harness, by: str, number: int = 0, **headers: str) -> None:
    harness.write(by, OFFICE, "status", f"status\n\n-- \n{number}", **headers)


def test_the_secretary_is_told_how_the_office_stands_each_time(harness: Harness) -> None:
    harness.asked()
    for number in range(2):
        ask(harness, "Secretary+phone@iso-sr.example", number)
    told = [mail for mail in harness.mails_to(SECRETARY) if mail["Subject"] == "How ISO/SR TG 2 stands"]
    assert len(told) == 2
    assert "update 1, “The road”, is submitted." in text_of(told[0])
    assert "It has 0 of 2 approvals" in text_of(told[0])
    assert "Not voted yet: ana@cag.example" in text_of(told[0])


def test_a_question_in_the_secretary_s_name_is_answered_at_the_enrolled_address_once_an_hour(harness: Harness) -> None:
    for number in range(3):
        ask(harness, SECRETARY, number, **{"X-Forged": "yes", "Reply-To": "eve@x.example"})
    assert (harness.subjects(SECRETARY), harness.mails_to("eve@x.example")) == (["How ISO/SR TG 2 stands"], [])
    harness.pass_by(timedelta(hours=1))
    ask(harness, SECRETARY, 3, **{"X-Forged": "yes"})
    assert len(harness.mails_to(SECRETARY)) == 2


def test_others_are_told_what_is_held_about_them(harness: Harness) -> None:
    harness.import_list("nmb", NMB)
    ask(harness, NMB[0])
    ask(harness, ANA)
    assert "How ISO/SR TG 2 stands" not in harness.subjects(NMB[0]) + harness.subjects(ANA)
    assert harness.subjects(NMB[0]) == ["What ISO/SR TG 2 holds about you"]


# --- the daily note ---


def notes(harness: Harness) -> list[str]:
    return [text_of(mail) for mail in harness.mails_to(SECRETARY) if re.search("needs? you", str(mail["Subject"]))]


def test_the_secretary_gets_a_note_only_if_something_needs_a_person(harness: Harness) -> None:
    harness.pass_by(timedelta(hours=20))  # 8 o'clock
    harness.tick()
    assert notes(harness) == []
    harness.raw(MALFORMED)
    harness.tick()
    (note,) = notes(harness)
    assert "- Set aside in the folder Attention: 1 mail; decide with `mailer attention ls`." in note


def test_B9_status_by_mail_and_the_note_have_all_that_needs_a_person(harness: Harness) -> None:
    harness.import_list("nmb", NMB)
    harness.write(NMB[1], OFFICE, "A question", "What is it all about?\n")
    now, until = harness.now, harness.now + 30 * DAY
    bouncing = Bouncing(AddressState.SUSPENDED, 9, now, now, now, until, 0, None, Why.USER_UNKNOWN, "5.1.1", "no")
    with harness.office() as office:
        office.work.throttle.set_breaker("@gmail.example", Breaker(0.0, 1, until, "550 5.7.1 go away"))
        office.work.throttle.set_breaker("@slow.example", Breaker(0.5, 1, until, "421 too many"))
        office.work.bounces.save(Address.parse(NMB[0]), bouncing)
    ask(harness, SECRETARY)
    (told,) = (text_of(mail) for mail in harness.mails_to(SECRETARY) if mail["Subject"] == "How ISO/SR TG 2 stands")
    said = (
        "gmail.example refuses our mail: 550 5.7.1 go away.",
        "Our mail to slow.example is slowed: 421 too many.",
        "Feedback: 1 message waits for an answer; see `mailer feedback ls`.",
        "Mail does not reach 1 member, of late",
    )
    assert [one for one in said if one not in told] == []
    harness.pass_by(timedelta(hours=20))
    harness.tick()
    assert [one for one in said if one not in notes(harness)[-1]] == []
    harness.pass_by(20 * DAY)
    harness.tick()
    assert "Feedback is late: 1 item should have been answered" in notes(harness)[-1]


def test_a_note_that_says_the_same_is_repeated_after_a_week(harness: Harness) -> None:
    harness.pass_by(timedelta(hours=20))
    harness.raw(MALFORMED)
    for days, expected in ((1, 1), (5, 1), (1, 2), (1, 2)):
        harness.pass_by(days * DAY)
        harness.tick()
        assert len(notes(harness)) == expected
    harness.raw(MALFORMED.replace(b"Hi", b"Ho"))
    assert (len(notes(harness)), "2 mails" in notes(harness)[-1]) == (3, True)
    harness.raw(MALFORMED.replace(b"Hi", b"Ha"))
    assert len(notes(harness)) == 3  # one a day


def test_a_note_is_written_in_the_morning(harness: Harness) -> None:
    harness.pass_by(timedelta(hours=6))
    harness.raw(MALFORMED)
    harness.tick()
    assert notes(harness) == []


def test_an_answer_to_the_note_is_not_lost_without_a_word(harness: Harness) -> None:
    harness.pass_by(timedelta(hours=20))
    harness.raw(MALFORMED)
    harness.tick()
    note = next(mail for mail in harness.mails_to(SECRETARY) if " needs you" in str(mail["Subject"]))
    reply(harness, note, "I am on it.")
    assert reasons(harness) == ["the daily note takes no answer; write “status” for more"]
