"""Requests by mail: confirmed, numbered, answered, reminded of, done."""

from __future__ import annotations

from datetime import timedelta
from email.message import EmailMessage

import pytest

from mailer.errors import Refused
from mailer.handlers import wishes
from mailer.model.feedback import State
from mailer.model.wishes import submission_of, tag_of
from tests.unit.harness import OFFICE, SECRETARY, Harness, text_of

LEA = "lea@tg5.example"


def lines(harness: Harness, days: int = 30) -> str:
    until = harness.environment.clock.now().date() + timedelta(days=days)
    return f"""request

What is wanted: a leaflet on our work, two pages
For whom: TG 5, for the plenary
Until when: {until}

We can send pictures.
"""


def last(harness: Harness, address: str) -> EmailMessage:
    return harness.mails_to(address)[-1]


def reply(harness: Harness, by: str, words: str, to: EmailMessage | None = None) -> None:
    harness.environment.reply(by, to or last(harness, by), words)
    harness.tick()


def ask(harness: Harness, days: int = 30) -> int:
    """Lea asks for a leaflet and confirms; returns its number."""
    harness.write(f"Lea Sutter <{LEA}>", OFFICE, "Our leaflet", lines(harness, days))
    reply(harness, LEA, "yes")
    with harness.office() as office:
        return wishes.find(office)[0].item.number


def said(mail: EmailMessage) -> str:
    return " ".join(text_of(mail).split())


def test_B11_a_request_is_seen_once_its_address_has_confirmed_it(harness: Harness) -> None:
    harness.write(LEA, OFFICE, "Our leaflet", lines(harness))
    assert harness.mails_to(SECRETARY) == []
    assert "leaflet" not in said(last(harness, LEA))
    reply(harness, LEA, "yes")
    told = last(harness, SECRETARY)
    assert "What is wanted: a leaflet on our work, two pages" in text_of(told)
    assert "For whom: TG 5, for the plenary" in text_of(told)
    assert "We can send pictures." in text_of(told)
    with harness.office() as office:
        (wish,) = wishes.find(office)
    assert (wish.item.state, wish.item.subject) == (State.OPEN, "a leaflet on our work, two pages")
    assert f"mailer requests done {wish.item.number}" in text_of(told)


def test_a_reply_of_the_secretary_goes_to_who_asked(harness: Harness) -> None:
    number = ask(harness)
    reply(harness, SECRETARY, "With pleasure: in March.")
    assert "With pleasure: in March." in text_of(last(harness, LEA))
    with harness.office() as office:
        assert wishes.view(office, number).item.state is State.ANSWERED
        assert (wishes.find(office), len(wishes.find(office, everything=True))) == ([], 1)


def test_a_mail_without_lines_gets_them(harness: Harness) -> None:
    harness.write(LEA, OFFICE, "x", "request\n")
    assert "Until when:" in text_of(last(harness, LEA))
    assert harness.mails_to(SECRETARY) == []


def test_a_correction_changes_the_item_and_a_no_closes_it(harness: Harness) -> None:
    number = ask(harness)
    received = last(harness, LEA)
    reply(harness, LEA, "What is wanted: a poster", received)
    assert "has changed a request" in said(last(harness, SECRETARY))
    with harness.office() as office:
        assert wishes.view(office, number).item.subject == "a poster"
    reply(harness, LEA, "no")
    assert "does not need this any more" in said(last(harness, SECRETARY))
    with harness.office() as office:
        assert wishes.view(office, number).item.state is State.CLOSED


def test_the_secretary_is_reminded_once_a_week_before(harness: Harness) -> None:
    number = ask(harness, days=10)
    before = len(harness.mails_to(SECRETARY))
    harness.pass_by(timedelta(days=1))
    harness.tick()
    assert len(harness.mails_to(SECRETARY)) == before
    harness.pass_by(timedelta(days=3))
    harness.tick()
    harness.tick()
    (reminder,) = [one for one in harness.mails_to(SECRETARY)[before:] if "is wanted until" in one["Subject"]]
    assert f"#{number}" in reminder["Subject"]
    reply(harness, SECRETARY, "It is at the printer's.", reminder)
    assert "It is at the printer's." in text_of(last(harness, LEA))


def test_who_asked_is_told_when_it_is_done(harness: Harness) -> None:
    number = ask(harness)
    with harness.office() as office:
        wishes.done(office, number, "200 copies are on their way.")
        with pytest.raises(Refused):
            wishes.done(office, number)
    harness.tick()
    told = said(last(harness, LEA))
    assert "what you asked us for is done: a leaflet on our work, two pages." in told
    assert "200 copies are on their way." in told


def test_a_number_that_is_no_request_is_named(harness: Harness) -> None:
    harness.write(LEA, OFFICE, "Hello", "A question: what is this?\n")
    with harness.office() as office, pytest.raises(Refused, match="is no request"):
        wishes.view(office, 1)


def test_who_asked_is_forgotten_with_their_lines(harness: Harness) -> None:
    ask(harness)
    harness.write(LEA, OFFICE, "x", "forget me\n")
    reply(harness, LEA, "yes")
    with harness.office() as office:
        (wish,) = wishes.find(office, everything=True)
    assert (dict(wish.values), wish.item.name, wish.until) == ({}, "", None)


def test_tags_name_the_submission() -> None:
    assert (submission_of(("request", tag_of(7))), submission_of(("request", "request-x"))) == (7, None)
