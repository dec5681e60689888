"""Feedback of readers is forwarded to the secretary without mail loops."""

from __future__ import annotations

import pytest

from tests.unit.harness import OFFICE, SECRETARY, Harness, text_of

READER = "reader@x.example"


def test_feedback_is_forwarded_to_the_secretary_and_replies_go_to_the_reader(harness: Harness) -> None:
    harness.write(READER, OFFICE, "Page 2", "There is a mistake on page 2.\n")
    (mail,) = harness.mails_to(SECRETARY)
    assert mail["Subject"] == "A reader writes: Page 2"
    assert mail["Reply-To"].addresses[0].addr_spec == READER
    assert "> There is a mistake on page 2." in text_of(mail)
    assert harness.mails_to(READER) == []


def test_D1_words_are_never_compiled(harness: Harness) -> None:
    harness.write(READER, OFFICE, "{{7*7}}", "{{7*7}} {% raise %}\n")
    (mail,) = harness.mails_to(SECRETARY)
    assert mail["Subject"] == "A reader writes: {{7*7}}"
    assert "{{7*7}} {% raise %}" in text_of(mail)


@pytest.mark.parametrize("sender", [SECRETARY, "Secretary+desk@iso-sr.example"])
def test_B8_a_machine_in_the_secretarys_name_is_not_answered(harness: Harness, sender: str) -> None:
    harness.write(READER, OFFICE, "Page 2", "There is a mistake on page 2.\n")
    for number in range(3):
        harness.write(sender, OFFICE, "Received", f"Your mail is number {number} in our queue.\n")
    assert len(harness.mails_to(SECRETARY)) == 1


def test_A9_the_same_words_in_two_mails_are_forwarded_twice_and_the_same_mail_once(harness: Harness) -> None:
    for number in range(2):
        harness.write(READER, OFFICE, "Thanks", "Thank you for the issue.\n", **{"X-Nr": str(number)})
    assert len(harness.mails_to(SECRETARY)) == 2
