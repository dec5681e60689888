"""Attacks on what readers and staff ask for by mail: each tries to act, or to learn something, in another's name."""

from __future__ import annotations

from dataclasses import replace
from email.message import EmailMessage

import pytest

from mailer import contacts
from mailer.message import Address
from mailer.model.feedback import FeedbackRules, Route
from mailer.model.lists import Standing
from tests.flows.office import letter
from tests.unit.harness import ANA, DAY, NILS, OFFICE, SECRETARY, Harness, text_of

READER, THIEF, BODY = "reader@x.example", "thief@evil.example", "nmb@sis.example"
THROUGH = FeedbackRules(routes=(Route(to=("secretary",), through=BODY),))


def delivered_to(address: str, raw: bytes) -> bytes:
    """The same mail, as it is when somebody sends it on to another address of the office."""
    return f"Delivered-To: {address}\r\n".encode() + raw


# --- what a signature does not cover ---


def test_A39_a_signed_mail_that_is_sent_on_to_the_address_for_leaving_takes_nobody_off(harness: Harness) -> None:
    harness.import_list("nmb", [NILS])
    harness.raw(delivered_to("tg2+unsubscribe@iso-sr.example", letter(NILS, OFFICE, "Page 2", "It is wrong.\n")))
    assert harness.standing("nmb", NILS) is Standing.ACTIVE


def test_A39_a_signed_mail_that_is_sent_on_to_the_address_for_confirming_signs_nobody_up(harness: Harness) -> None:
    harness.write(READER, OFFICE, "subscribe", "subscribe\n", **{"X-Forged": "yes"})
    harness.raw(delivered_to("tg2+confirm@iso-sr.example", letter(READER, OFFICE, "Page 2", "It is wrong.\n")))
    assert harness.standing("subscriber", READER) is None


def test_A38_a_signed_wish_to_leave_counts_once(harness: Harness) -> None:
    harness.import_list("nmb", [NILS])
    leaving = letter(NILS, OFFICE, "x", "unsubscribe\n")
    harness.raw(leaving)
    assert harness.standing("nmb", NILS) is Standing.LEFT
    harness.answer(NILS, "yes", to=harness.mails_to(NILS)[-1])
    assert harness.standing("nmb", NILS) is Standing.ACTIVE
    harness.raw(b"Received: from elsewhere\r\n" + leaving)
    assert harness.standing("nmb", NILS) is Standing.ACTIVE


def test_A38_a_signed_change_of_details_counts_once(harness: Harness) -> None:
    harness.import_list("nmb", [NILS])
    first = letter(NILS, OFFICE, "x", "set name Nils A\n")
    harness.raw(first)
    harness.write(NILS, OFFICE, "x", "set name Nils B\n")
    harness.raw(b"Received: from elsewhere\r\n" + first)
    with harness.environment.store.snapshot() as work:
        found = work.lists.contact_at(NILS)
    assert found is not None
    assert found.details.name == "Nils B"


# --- former addresses ---


def test_a_yes_from_a_former_mailbox_moves_nobody(harness: Harness) -> None:
    harness.import_list("nmb", [NILS])
    harness.write(NILS, OFFICE, f"change address to {THIEF}", f"change address to {THIEF}\n")
    questions = harness.mails_to(NILS)[-1], harness.mails_to(THIEF)[-1]
    harness.do(lambda office: contacts.change(office, NILS, Address.parse("nils@new.example"), {}))
    harness.answer(NILS, "yes", to=questions[0])
    harness.answer(THIEF, "yes", to=questions[1])
    assert harness.standing("nmb", THIEF) is None
    assert harness.standing("nmb", "nils@new.example") is Standing.ACTIVE


def test_a_yes_from_a_former_mailbox_forgets_nobody_and_sets_nothing(harness: Harness) -> None:
    harness.import_list("nmb", [NILS])
    for words in ("forget me", "set name Thief"):
        harness.write(NILS, OFFICE, words, f"{words}\n", **{"X-Forged": "yes"})
    questions = harness.mails_to(NILS)
    harness.do(lambda office: contacts.change(office, NILS, Address.parse("nils@new.example"), {}))
    for question in questions:
        harness.answer(NILS, "yes", to=question)
    with harness.environment.store.snapshot() as work:
        found = work.lists.contact_at("nils@new.example")
    assert found is not None
    assert found.details.name == ""
    assert harness.standing("nmb", "nils@new.example") is Standing.ACTIVE


# --- feedback through a member body ---


def test_consent_needs_the_token_of_that_very_item(harness: Harness) -> None:
    harness.restart(feedback=THROUGH)
    harness.write(READER, OFFICE, "Page 2", "There is a mistake.\n")
    harness.write(THIEF, OFFICE, "Page 3", "Another one.\n")
    receipt = harness.mails_to(THIEF)[-1]
    to = str(receipt["Reply-To"]).rpartition("<")[2].rstrip(">")
    harness.write(READER, to, "Re: Page 2 (#1)", "You may pass on my name\n", **{"X-Forged": "yes"})
    assert not any(READER in text_of(mail) for mail in harness.mails_to(BODY))


def test_short_names_and_names_without_blanks_are_hidden_from_the_member_body(harness: Harness) -> None:
    harness.restart(feedback=THROUGH)
    for name, words in (
        ("李明", "我是李明。第二页有错。"),
        ("Bo Li", "I am Li, and page 2 is wrong."),
        ("José", "Jose\u0301 here."),
    ):
        mail = EmailMessage()
        mail["From"], mail["To"], mail["Subject"] = f"{name} <{name.encode().hex()}@x.example>", OFFICE, "Page 2"
        mail["Message-ID"], mail["Date"] = f"<{len(words)}@x.example>", "Mon, 23 Nov 2026 12:00:00 +0000"
        mail.set_content(f"{words}\n")
        harness.raw(mail.as_bytes().replace(b"\n", b"\r\n"))
    texts = [text_of(mail) for mail in harness.mails_to(BODY)]
    assert len(texts) == 3
    assert "李明" not in texts[0]
    assert "Li," not in texts[1]
    assert "Jose" not in texts[2]


def test_a_name_that_only_the_address_has_is_hidden_from_the_member_body(harness: Harness) -> None:
    harness.restart(feedback=THROUGH)
    harness.write(
        "jean.dupont@x.example", OFFICE, "Page 2", "Page 2 is wrong, as I said.\n\nBest wishes\nJean Dupont\n"
    )
    (asked,) = harness.mails_to(BODY)
    assert "Page 2 is wrong" in text_of(asked)
    assert "Dupont" not in text_of(asked)


# --- staff ---


def test_A16_an_answer_that_looks_like_a_machines_is_passed_on_to_nobody(harness: Harness) -> None:
    harness.write(READER, OFFICE, "Page 2", "There is a mistake.\n")
    before = len(harness.mails_to(READER))
    harness.answer(SECRETARY, "We have received your request.", to=harness.mails_to(SECRETARY)[-1], Precedence="bulk")
    assert len(harness.mails_to(READER)) == before


def test_B8_an_unmarked_automatic_reply_of_staff_ends(harness: Harness) -> None:
    harness.write(READER, OFFICE, "Page 2", "There is a mistake.\n")
    harness.do(lambda office: office.work.lists.suppress(READER, "complained", office.now))
    for number in range(8):
        mails = harness.mails_to(SECRETARY)
        if number < len(mails):
            harness.answer(SECRETARY, f"Thank you for your mail. Ticket {number}.", to=mails[number])
    assert harness.subjects(SECRETARY)[1:] == [
        "#1: your answer was not sent",
        "Your answer had no effect",
        "Your mail is kept as number 2",
    ]


def test_a_draft_in_a_mail_that_is_attached_to_an_answer_goes_to_nobody(harness: Harness) -> None:
    harness.asked()
    harness.write(READER, OFFICE, "Page 2", "There is a mistake.\n")
    copy = harness.mails_to(SECRETARY)[-1]
    mail = EmailMessage()
    mail["From"], mail["To"], mail["Subject"] = SECRETARY, str(copy["Reply-To"]), f"Re: {copy['Subject']}"
    mail["Message-ID"], mail["Date"] = "<own@iso-sr.example>", "Mon, 23 Nov 2026 12:00:00 +0000"
    mail.set_content("See there.\n")
    mail.add_attachment(harness.request(ANA))
    harness.raw(mail.as_bytes().replace(b"\n", b"\r\n"))
    assert harness.subjects(SECRETARY)[-1] == "#1: your answer was not sent"
    assert "is of an issue that the board has not granted" in text_of(harness.mails_to(SECRETARY)[-1])


def test_an_answer_goes_to_the_address_that_its_asker_has_now(harness: Harness) -> None:
    harness.import_list("nmb", [NILS])
    harness.write(NILS, OFFICE, "Page 2", "There is a mistake.\n")
    harness.do(lambda office: contacts.change(office, NILS, Address.parse("nils@new.example"), {}))
    before = len(harness.mails_to(NILS))
    harness.answer(SECRETARY, "It is mended.", to=harness.mails_to(SECRETARY)[-1])
    assert (len(harness.mails_to(NILS)), harness.subjects("nils@new.example")) == (before, ["Re: Page 2 (#1)"])


# --- floods ---


@pytest.mark.parametrize("wish", ["unsubscribe", "forget me"])
def test_B14_a_flood_from_strangers_does_not_keep_anybody_from_going(harness: Harness, wish: str) -> None:
    harness.restart(caps=replace(harness.process.rules.caps, per_day=3))
    harness.import_list("nmb", [NILS])
    for number in range(4):
        harness.write(f"x{number}@y{number}.example", OFFICE, "help", "help\n")
    harness.write(NILS, OFFICE, "x", f"{wish}\n", **{"X-Forged": "yes"})
    assert len(harness.mails_to(NILS)) == 1


@pytest.mark.parametrize("wish", ["unsubscribe", "forget me"])
def test_B14_what_is_asked_in_somebodys_name_does_not_keep_them_from_going(harness: Harness, wish: str) -> None:
    harness.restart(caps=replace(harness.process.rules.caps, per_mailbox=3))
    harness.import_list("nmb", [NILS])
    for words in ("help", "faq", "status", "status"):
        harness.write(NILS, OFFICE, words, f"{words}\n", **{"X-Forged": "yes"})
        harness.pass_by(DAY / 100)
    before = len(harness.mails_to(NILS))
    harness.write(NILS, OFFICE, "x", f"{wish}\n", **{"X-Forged": "yes"})
    assert (before, len(harness.mails_to(NILS))) == (3, 4)


def test_B14_a_question_that_is_not_asked_any_more_does_not_end_the_last_one(harness: Harness) -> None:
    harness.import_list("nmb", [NILS])
    for number in range(5):
        harness.write(NILS, OFFICE, f"{number}", "forget me\n", **{"X-Forged": "yes"})
    questions = harness.mails_to(NILS)
    assert len(questions) == 2
    harness.answer(NILS, "yes", to=questions[-1])
    assert harness.standing("nmb", NILS) is None


def test_B14_writing_in_somebodys_name_makes_no_member_of_them(harness: Harness) -> None:
    harness.restart(caps=replace(harness.process.rules.caps, per_domain=3))
    for number in range(4):
        for words in ("Hello, there is a mistake.", "status", "faq"):
            harness.write(f"v{number}@y.example", OFFICE, words, f"{words}\n", **{"X-Forged": "yes"})
    assert len([to for to, _ in harness.environment.relay.accepted if to.endswith("@y.example")]) == 3


# --- words beside a command (law 7) ---

MORE = "The table on page two has the wrong year, and our delegates rely upon it. Please tell the editors."


def with_a_person(harness: Harness) -> bool:
    return any("wrong year" in text_of(mail) for mail in harness.mails_to(SECRETARY))


@pytest.mark.parametrize(
    "command",
    [
        *("status", "set language fr", "set\nlanguage: fr", "get", "faq", "forget me", "confirm", "help", "subscribe"),
        *("unsubscribe", "change address to nils@new.example"),
    ],
)
def test_words_below_any_command_reach_a_person(harness: Harness, command: str) -> None:
    harness.import_list("nmb", [NILS])
    harness.write(NILS, OFFICE, "Hello", f"{command}\n\n{MORE}\n")
    assert with_a_person(harness)


@pytest.mark.parametrize("command", ["status", "set\n\nlanguage: fr\nname: Nils Nordby", "get 1", "faq"])
def test_a_command_with_thanks_and_a_name_bothers_nobody(harness: Harness, command: str) -> None:
    harness.import_list("nmb", [NILS])
    harness.write(f"Nils Nordby <{NILS}>", OFFICE, "Hello", f"{command}\n\nThank you,\nNils Nordby\n")
    assert harness.mails_to(SECRETARY) == []


@pytest.mark.parametrize("answer", ["yes", "no"])
def test_words_below_an_answer_about_ones_data_reach_a_person(harness: Harness, answer: str) -> None:
    harness.import_list("nmb", [NILS])
    harness.write(NILS, OFFICE, "x", "forget me\n")
    harness.answer(NILS, f"{answer}\n\n{MORE}", to=harness.mails_to(NILS)[-1])
    assert with_a_person(harness)


def test_a_yes_to_a_question_that_another_replaced_reaches_a_person(harness: Harness) -> None:
    harness.import_list("nmb", [NILS])
    for name in ("Nils A", "Nils B"):
        harness.write(NILS, OFFICE, "x", f"set name {name}\n", **{"X-Forged": "yes"})
    harness.answer(NILS, "yes", to=harness.mails_to(NILS)[0])
    assert len(harness.mails_to(SECRETARY)) == 1
