"""Answers to notices to staff: who may give them, once, and what happens to all others."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from email.message import EmailMessage
from typing import Any

import pytest

from mailer import staff_replies
from mailer.inbound.intents import StaffReply
from mailer.message import Address, Inbound
from mailer.model.inbound import Done, Result
from mailer.model.staff import StaffNotice
from mailer.office import Office
from mailer.ports import Folder
from mailer.staff import renew, write_to_staff
from mailer.staff_replies import StaffKind
from tests.unit.harness import DAY, SECRETARY, Harness, text_of

EVE = "eve@elsewhere.example"
REFUSED = "Your answer had no effect"


@dataclass
class Kind:
    """A kind of notice about things with a state; what was answered, in order."""

    state: str = "open"
    understood: bool = True
    answers: list[str] = field(default_factory=list)

    def act(self, office: Office, mail: Inbound, reply: StaffReply, notice: StaffNotice) -> Result:
        self.answers.append(reply.text)
        if not self.understood:
            renew(office, notice)
        return Result(Done.IGNORED, {"reason": "answered"})


@pytest.fixture
def kind(monkeypatch: pytest.MonkeyPatch) -> Iterator[Kind]:
    made = Kind()
    table: Any = staff_replies.KINDS
    monkeypatch.setitem(table, "test", StaffKind(lambda office, notice: made.state, made.act))
    yield made


def tell(harness: Harness, to: str = SECRETARY, **options: Any) -> EmailMessage:
    """Write to staff, and return the mail."""
    values = {"reason": "the mailbox is full"}
    with harness.office() as office:
        assert write_to_staff(
            office,
            Address.parse(to),
            "unfiled",
            values,
            kind="test",
            subject=7,
            state="open",
            about="feedback 7",
            **options,
        )
    harness.tick()
    return harness.mails_to(to)[-1]


def reply(harness: Harness, by: str, to: EmailMessage, words: str, **headers: str) -> None:
    harness.environment.reply(by, to, words, **headers)
    harness.tick()


def refusals(harness: Harness, address: str = SECRETARY) -> list[str]:
    """Why answers had no effect, as the addressee was told."""
    told = [text_of(mail) for mail in harness.mails_to(address) if mail["Subject"] == REFUSED]
    return [re.split(r"\. If you wrote it|\.? -- ", text.partition("The reason: ")[2])[0].rstrip(".") for text in told]


def test_an_answer_is_handled_once(harness: Harness, kind: Kind) -> None:
    notice = tell(harness)
    assert f"{notice['Reply-To']}".startswith("tg2+staff-")
    reply(harness, SECRETARY, notice, "Thank you.")
    assert (kind.answers, harness.filed()) == (["Thank you."], {Folder.PROCESSED: 1})
    reply(harness, SECRETARY, notice, "Thank you again.")
    assert kind.answers == ["Thank you."]
    assert refusals(harness) == ["it was answered before, on Monday 23 November 2026, 12:00 UTC"]


def test_one_cause_writes_one_notice(harness: Harness, kind: Kind) -> None:
    tell(harness, once="item 7")
    with harness.office() as office:
        added = write_to_staff(
            office, Address.parse(SECRETARY), "unfiled", {}, kind="test", subject=7, once="item 7"
        )  # fmt: skip
    assert not added


def test_A9_the_same_answer_twice_is_handled_once_and_nobody_is_told(harness: Harness, kind: Kind) -> None:
    notice = tell(harness)
    reply(harness, SECRETARY, notice, "Thank you.")
    again = harness.mailbox.folders[Folder.PROCESSED][-1]
    harness.raw(b"Received: from x by y; Mon, 23 Nov 2026 12:01:00 +0000\r\n" + again)
    assert (kind.answers, refusals(harness)) == (["Thank you."], [])


def test_A1_an_answer_that_is_not_proven_waits_for_a_person_and_the_addressee_is_told_once_a_day(
    harness: Harness, kind: Kind
) -> None:
    notice = tell(harness)
    for number in range(3):
        reply(harness, SECRETARY, notice, "Yes.", **{"X-Forged": "yes", "X-Nr": str(number)})
    assert (kind.answers, harness.filed()) == ([], {Folder.ATTENTION: 3})
    why = "it is not proven to be yours: there is no valid signature of iso-sr.example"
    assert refusals(harness) == [why]
    harness.pass_by(DAY)
    reply(harness, SECRETARY, notice, "Yes.", **{"X-Forged": "yes", "X-Nr": "3"})
    assert refusals(harness) == [why] * 2
    reply(harness, SECRETARY, notice, "Yes.")
    assert kind.answers == ["Yes."]


def test_A8_an_answer_of_somebody_else_waits_for_a_person_and_the_addressee_is_told(
    harness: Harness, kind: Kind
) -> None:
    notice = tell(harness)
    reply(harness, EVE, notice, "Yes.")
    assert (kind.answers, harness.filed(), harness.mails_to(EVE)) == ([], {Folder.ATTENTION: 1}, [])
    assert refusals(harness) == ["it came from another address, eve@elsewhere.example"]


def test_A30_the_addressee_may_answer_from_an_alias(harness: Harness, kind: Kind) -> None:
    reply(harness, "Secretary+desk@iso-sr.example", tell(harness), "Yes.")
    assert kind.answers == ["Yes."]


def test_A39_a_token_that_the_signature_does_not_cover_is_of_no_use(harness: Harness, kind: Kind) -> None:
    token = str(tell(harness)["Reply-To"])
    for number, name in enumerate(("X-Original-To", "Delivered-To", "Cc", "In-Reply-To", "References")):
        value = token if name not in ("In-Reply-To", "References") else f"<{token}>"
        headers = {name: value, "X-Nr": str(number)}
        harness.write(SECRETARY, "colleague@iso-sr.example", "Re: lunch", f"Yes.\n\n{number}", **headers)
    assert kind.answers == []
    assert set(refusals(harness)) == {"your signature does not cover the address that it came to"}


def test_an_answer_has_no_effect_when_its_time_is_over_or_the_state_has_changed(harness: Harness, kind: Kind) -> None:
    notice = tell(harness, valid=DAY)
    kind.state = "closed"
    reply(harness, SECRETARY, notice, "Yes.")
    harness.pass_by(2 * DAY)
    reply(harness, SECRETARY, notice, "Yes!")
    assert (kind.answers, harness.filed()) == ([], {Folder.REFUSED: 2})
    assert refusals(harness) == ["what it is about has changed since", "the time for an answer is over"]


def test_another_answer_is_asked_for_only_if_it_can_have_an_effect(harness: Harness, kind: Kind) -> None:
    notice = tell(harness)
    reply(harness, EVE, notice, "Yes.")
    (told,) = (text_of(mail) for mail in harness.mails_to(SECRETARY) if mail["Subject"] == REFUSED)
    assert "please answer our mail once more" in told
    assert f"write to {SECRETARY}" not in told
    for words in ("Yes.", "Yes, again."):
        reply(harness, SECRETARY, notice, words)
    told = text_of(harness.mails_to(SECRETARY)[-1])
    assert "it was answered before" in told
    assert "once more" not in told


def test_an_editor_who_is_none_any_more_has_no_say(harness: Harness, kind: Kind) -> None:
    gone = "gone@iso-sr.example"
    notice = tell(harness, to=gone)
    reply(harness, gone, notice, "Yes.")
    assert kind.answers == []
    assert refusals(harness, gone) == ["you are neither the secretary nor an editor any more"]


def test_a_person_who_is_not_of_the_staff_may_answer_what_was_written_to_them(harness: Harness, kind: Kind) -> None:
    body = "nmb@body.example"
    reply(harness, body, tell(harness, to=body, person=True), "Our comment.")
    assert kind.answers == ["Our comment."]


def test_an_answer_that_was_not_understood_can_be_given_again(harness: Harness, kind: Kind) -> None:
    kind.understood = False
    notice = tell(harness)
    for words in ("Perhaps.", "Yes."):
        reply(harness, SECRETARY, notice, words)
    assert kind.answers == ["Perhaps.", "Yes."]


def test_A16_a_note_of_absence_without_a_mark_is_not_acted_on_and_told_once_a_day(harness: Harness, kind: Kind) -> None:
    notice = tell(harness)
    for number in range(2):
        reply(harness, SECRETARY, notice, f"I am out of the office until Monday. {number}")
    assert kind.answers == []
    assert refusals(harness) == ["it reads like a note that you are away, which is passed on to nobody"]
    reply(harness, SECRETARY, notice, "Yes.")
    assert kind.answers == ["Yes."]


def test_A35_a_guessed_token_does_nothing(harness: Harness, kind: Kind) -> None:
    address = str(tell(harness)["Reply-To"])
    harness.write(SECRETARY, address[:-20] + "a" + address[-19:], "Re: x", "Yes.\n")
    assert kind.answers == []


def test_words_in_answer_to_a_notice_of_a_kind_that_is_gone_are_kept(harness: Harness) -> None:
    reply(harness, SECRETARY, tell(harness), "Yes.")
    assert harness.filed() == {Folder.PROCESSED: 1}
    assert len(harness.mails_to(SECRETARY)) == 2
