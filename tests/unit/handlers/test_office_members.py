"""Members by office are told once, and can object."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from email.message import EmailMessage

import pytest

from mailer import inviting
from mailer.handlers import imports
from mailer.model.imports import ImportOptions
from mailer.model.lists import Standing
from tests.flows.environment import configured
from tests.unit.handlers.test_invitations import rows
from tests.unit.harness import DAY, SECRETARY, Harness, text_of

INSTITUTE = "ana@institute.example"


@pytest.fixture
def by_office(harness: Harness) -> Iterator[Harness]:
    lists = configured().rules.lists
    harness.restart(lists={**lists, "nmb": replace(lists["nmb"], by_office=True, leave=False)})
    harness.import_list("nmb", [INSTITUTE])
    harness.tick()
    yield harness


def told(harness: Harness) -> list[EmailMessage]:
    return [mail for mail in harness.mails_to(INSTITUTE) if str(mail["Subject"]).startswith("You are on a list")]


def test_a_member_by_office_is_told_once_what_they_get_why_and_by_whom(by_office: Harness) -> None:
    (mail,) = told(by_office)
    text = text_of(mail)
    assert "The secretary of ISO/SR TG 2 has put you on this list: National member bodies." in text
    assert "From now on you receive ISO/SR Update." in text
    by_office.pass_by(DAY)
    by_office.tick()
    by_office.import_list("nmb", [INSTITUTE, "bo@institute.example"])
    by_office.tick()
    assert (len(told(by_office)), len(by_office.mails_to("bo@institute.example"))) == (1, 1)


def test_a_no_takes_them_off_and_no_import_brings_them_back(by_office: Harness) -> None:
    by_office.environment.reply(INSTITUTE, told(by_office)[0], "No, thank you.", **{"X-Forged": "yes"})
    by_office.tick()
    assert by_office.standing("nmb", INSTITUTE) is Standing.LEFT
    assert by_office.subjects(SECRETARY)[-1].endswith("objects: National member bodies")
    by_office.import_list("nmb", [INSTITUTE])
    by_office.tick()
    assert (by_office.standing("nmb", INSTITUTE), len(told(by_office))) == (Standing.LEFT, 1)


def test_a_yes_changes_nothing(by_office: Harness) -> None:
    by_office.environment.reply(INSTITUTE, told(by_office)[0], "yes")
    by_office.tick()
    assert (by_office.standing("nmb", INSTITUTE), len(by_office.mails_to(INSTITUTE))) == (Standing.ACTIVE, 1)


def test_who_was_invited_and_said_yes_is_not_told_that_nobody_asked_them(by_office: Harness) -> None:
    with by_office.office() as office:
        inviting.invite(office, "nmb", rows("bo@institute.example"))
    by_office.tick()
    (invitation,) = by_office.mails_to("bo@institute.example")
    by_office.environment.reply("bo@institute.example", invitation, "yes")
    by_office.tick()
    by_office.tick()
    assert by_office.standing("nmb", "bo@institute.example") is Standing.ACTIVE
    assert len(by_office.mails_to("bo@institute.example")) == 2  # the invitation and the welcome


def test_nobody_else_is_told_and_the_audit_trail_keeps_how_they_agreed(harness: Harness) -> None:
    with harness.office() as office:
        options = ImportOptions(consent="signed the form of 3 May")
        imports.import_rows(office, "nmb", rows(INSTITUTE), options)
    harness.tick()
    assert harness.mails_to(INSTITUTE) == []
    assert harness.trail("imported")[-1].detail["consent"] == "signed the form of 3 May"
