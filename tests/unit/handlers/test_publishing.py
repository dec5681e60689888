"""What people let be published of them: asked by mail, answered by reply, changed by a command."""

from __future__ import annotations

import pytest

from mailer import contacts
from mailer.handlers import publishing
from mailer.model.publishing import Part
from tests.unit.harness import NILS, NORA, OFFICE, Harness, text_of

USUAL = (Part.NAME, Part.COUNTRY, Part.ORGANISATION)


def chosen(harness: Harness, address: str = NILS) -> tuple[Part, ...] | None:
    with harness.office() as office:
        return contacts.contact_of(office, address).published


def ask(harness: Harness) -> int:
    with harness.office() as office:
        asked = publishing.ask_all(office, "nmb", publishing.unasked(office, "nmb"))
    harness.tick()
    return asked


def listed(harness: Harness) -> None:
    harness.import_list("nmb", [NILS, NORA], organisation="SIS", country="SE", name="Nils Holm")


def test_each_member_is_asked_once_with_lines_to_change(harness: Harness) -> None:
    listed(harness)
    assert (ask(harness), ask(harness)) == (2, 0)
    (mail,) = harness.mails_to(NILS)
    text = text_of(mail)
    assert "- your name: Nils Holm - your organisation: SIS - your country: Sweden" in text
    assert "Name: yes Country: yes Organisation: yes Email address: no" in text
    assert chosen(harness) is None


@pytest.mark.parametrize(
    ("words", "parts"),
    [
        ("yes", USUAL),
        ("no", ()),
        ("Name: no\nCountry: yes\nOrganisation: yes\nEmail address: no\n", (Part.COUNTRY, Part.ORGANISATION)),
        ("Email address: yes\n", (*USUAL, Part.ADDRESS)),
    ],
)
def test_an_answer_is_kept_and_told(harness: Harness, words: str, parts: tuple[Part, ...]) -> None:
    listed(harness)
    ask(harness)
    harness.environment.reply(NILS, harness.mails_to(NILS)[-1], words)
    harness.tick()
    assert (chosen(harness), chosen(harness, NORA)) == (parts, None)
    assert "From now on this may be published of you" in text_of(harness.mails_to(NILS)[-1])


@pytest.mark.parametrize(
    ("words", "parts", "label"),
    [
        ("set publish name, country", (Part.NAME, Part.COUNTRY), "May be published"),
        ("set publish organisation and email", (Part.ORGANISATION, Part.ADDRESS), "May be published"),
        ("set publish nothing", (), "May be published"),
        ("changer publication nom et pays", (Part.NAME, Part.COUNTRY), "Publication permise"),
        ("set publish all", USUAL, "May be published"),
    ],
)
def test_a_command_by_mail_changes_it(harness: Harness, words: str, parts: tuple[Part, ...], label: str) -> None:
    listed(harness)
    harness.write(NILS, OFFICE, "x", f"{words}\n")
    asked = harness.mails_to(NILS)[-1]
    assert label in text_of(asked)
    harness.environment.reply(NILS, asked, "yes")
    harness.tick()
    assert chosen(harness) == parts


def test_status_shows_what_may_be_published(harness: Harness) -> None:
    listed(harness)
    with harness.office() as office:
        contacts.change(office, NILS, None, {}, (Part.COUNTRY,))
    harness.write(NILS, OFFICE, "x", "status\n")
    assert "Published lists: - May be published: Country" in text_of(harness.mails_to(NILS)[-1])
    assert harness.trail("changed") == []
