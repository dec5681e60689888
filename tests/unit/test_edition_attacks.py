"""Hostile translators and readers of editions: what they send has no effect beyond what somebody has agreed to."""

from __future__ import annotations

import time
from collections.abc import Iterator
from email.message import EmailMessage
from pathlib import Path

import pytest

from mailer.adapters.manuscripts import Manuscripts, blocks
from mailer.adapters.render.markdown_parser import without_marks
from mailer.approval import ballots
from mailer.handlers import manuscripts
from mailer.inbound.manuscripts import read_text
from mailer.model.alignment import Trouble, align
from mailer.model.approvals import Outcome
from mailer.model.editions import KIND, ChangedLink, State
from mailer.model.issues import Issue, Source
from mailer.model.manuscripts import DocumentKind, Kind, Returned, Unit
from tests.unit.handlers import test_editions as editions
from tests.unit.handlers.test_editions import (
    FRANCE,
    FRENCH,
    approved,
    last,
    numbered,
    proven,
    renderer,
    reply,
    translation,
)
from tests.unit.harness import ANA, BO, NILS, OFFICE, SECRETARY, Harness, text_of

source = editions.source


@pytest.fixture
def harness(tmp_path: Path, source: Source) -> Iterator[Harness]:
    made = Harness(tmp_path)
    made.environment.renderer = editions.FakeRenderer(made.environment.renderer)
    editions.begin(made, source)
    yield made
    made.close()


# --- hostile text beside its original ---

UNIT = Unit(
    1,
    0,
    Kind.PARAGRAPH,
    "The 2 groups of 5 read [the rules](1) and write to a@iso.example.",
    ("https://iso.example/rules",),
    ("a@iso.example",),
)
FAITHFUL = "Les 2 groupes de 5 lisent [les règles](1) et écrivent à a@iso.example."


def troubles(came: str) -> set[Trouble]:
    found = align([UNIT], Returned({1: came}), "en", "fr")
    return {finding.trouble for one in found.differences for finding in one.findings if finding.certain}


def test_a_faithful_text_is_asked_about_nothing() -> None:
    assert troubles(FAITHFUL) == set()


@pytest.mark.parametrize(
    "hidden",
    ["2\u20605", "2\u200d5", "2\u200c5", "2\u034f5", "2\ufe0f5", "2\u31645", "2\u00ad5"],
    ids=lambda text: f"{ord(text[1]):04x}",
)
def test_a_number_is_not_changed_by_characters_that_nobody_sees(hidden: str) -> None:
    assert troubles(FAITHFUL.replace("2 groupes de 5", f"{hidden} groupes")) == {Trouble.NUMBERS}


@pytest.mark.parametrize("hidden", ["`99`", "`99 x`", "[^99]"])
def test_a_number_is_not_hidden_by_marks_that_the_original_has_not(hidden: str) -> None:
    assert troubles(f"{FAITHFUL} {hidden}") & {Trouble.NUMBERS, Trouble.MARKS}


@pytest.mark.parametrize(
    "address",
    [
        "HTTPS://EVIL.EXAMPLE/X",
        "WWW.evil.example",
        "https://еvil.example/x",
        "http\u200ds://evil.example",
        "evil.com",
        "evil.test/pay",
        "x@еvil.example",
        "ftp://evil.example/x",
        "(évil.com)",
    ],
)
def test_what_a_mail_program_makes_a_link_of_needs_an_editor(address: str) -> None:
    assert Trouble.LINKS in troubles(f"{FAITHFUL} {address}")


@pytest.mark.parametrize("ending", ["@evil.com", ".evil.com", "-evil"])
def test_an_address_is_not_made_another_by_what_follows_it(ending: str) -> None:
    assert Trouble.LINKS in troubles(FAITHFUL.replace("a@iso.example", f"a@iso.example{ending}"))


@pytest.mark.parametrize(
    "text", ["A-", "a.", "w.", "1.", "1", "a", "*", "[", "[^", "[x](", "`", "a@", "www.", "http://", "\\", "~", "A/"]
)
def test_a_long_text_is_compared_in_a_time_that_grows_with_it(text: str) -> None:
    began = time.process_time()
    troubles((text * 20_000)[:20_000])
    assert time.process_time() - began < 1


def test_a_title_of_brackets_takes_no_time() -> None:
    began = time.process_time()
    assert without_marks("[" * 20_000) == ""
    assert time.process_time() - began < 0.5


def test_C5_a_paragraph_that_comes_very_often_takes_no_longer_for_a_long_original() -> None:
    long = Unit(1, 0, Kind.PARAGRAPH, "word " * 4_000)
    began = time.process_time()
    assert read_text("[1] x\n\n" * 20_000, [long]).texts == {1: "x"}
    assert time.process_time() - began < 5


def test_links_that_an_editor_has_agreed_to_stand_where_the_translator_has_them() -> None:
    body = "See [the rules](https://a.example/x), a@b.example or www.c.example."
    links = {
        "https://a.example/x": "https://a.example/y",
        "mailto:a@b.example": "mailto:d@b.example",
        "http://www.c.example": "http://www.e.example",
    }
    made = blocks.rebuilt(body, {0: "Voir [les règles](https://a.example/y), d@b.example ou www.e.example."}, links)
    assert made == "Voir [les règles](<https://a.example/y>), <d@b.example> ou <http://www.e.example>."


# --- a translator who turns hostile ---


def test_a_yes_to_one_link_is_none_to_another_in_the_same_paragraph(harness: Harness, source: Source) -> None:
    approved(harness, source)
    harness.write(FRANCE, OFFICE, "x", "translate 1 fr\n")
    link = "Le groupe a **42 membres** qui lisent [les règles](https://iso-sr.example/regles)."
    reply(harness, FRANCE, "To translate", numbered({**FRENCH, 4: f"{link} https://evil.example"}))
    reply(harness, SECRETARY, "Other links", "YES")
    assert renderer(harness).sources == []
    assert "https://evil.example" in text_of(last(harness, FRANCE, "still open"))
    reply(harness, FRANCE, "still open", numbered({4: link}))
    assert "[les règles](<https://iso-sr.example/regles>)" in renderer(harness).sources[-1].articles[0].body


def test_a_yes_to_many_links_counts_for_no_link_that_came_since() -> None:
    links = [ChangedLink(number, number, "https://a.example", f"https://b.example/{number}") for number in range(200)]
    assert manuscripts._state_of_links(links) != manuscripts._state_of_links(links[:-1])
    assert len(manuscripts._state_of_links(links)) <= 200
    assert manuscripts._state_of_links([]) == ""


@pytest.mark.parametrize("text", ["as written 5", numbered(FRENCH)])
def test_whatever_takes_an_edition_back_from_the_board_ends_its_ballot(
    harness: Harness, source: Source, text: str
) -> None:
    proven(harness, source)
    reply(harness, FRANCE, "PROOF 1", "YES")
    reply(harness, SECRETARY, "can be submitted", "YES")
    reply(harness, FRANCE, "PROOF 1", text)
    with harness.environment.store.snapshot() as work:
        ballot = work.approvals.latest_ballot(KIND, translation(harness).id)
    assert ballot is not None and ballot.outcome is Outcome.WITHDRAWN
    assert translation(harness).state is State.PROOF
    for one in (ANA, BO):
        harness.answer(one, "APPROVE")
    assert translation(harness).state is State.PROOF


def test_one_translator_takes_a_few_languages_and_a_person_decides_about_more(harness: Harness, source: Source) -> None:
    approved(harness, source)
    for tag in ("fr", "it", "es", "pt", "nl"):
        harness.write(FRANCE, OFFICE, "x", f"translate 1 {tag}\n")
    with harness.environment.store.snapshot() as work:
        states = {one.language: one.state for one in work.editions.of(harness.issue.id)}
    assert states == {**dict.fromkeys(("fr", "it", "es"), State.ASKED), **dict.fromkeys(("pt", "nl"), State.WISHED)}
    assert "translates issue 1 into 3 languages already" in text_of(last(harness, SECRETARY, "would translate"))


def test_law_4_a_translator_gets_no_other_copy_of_what_is_not_granted_any_more(
    harness: Harness, source: Source
) -> None:
    approved(harness, source)
    harness.write(FRANCE, OFFICE, "x", "translate 1 fr\n")

    def end(office: object) -> None:
        ballots.withdraw(office, Issue.KIND, harness.issue.id)  # type: ignore[arg-type]
        office.record("withdrawn", harness.issue.name)  # type: ignore[attr-defined]

    harness.do(end)
    reply(harness, FRANCE, "To translate", "odt please")
    files = [part.get_filename() for mail in harness.mails_to(FRANCE) for part in mail.iter_attachments()]
    assert files == []
    assert "odt please" in text_of(harness.mails_to(SECRETARY)[-1])


@pytest.mark.parametrize(("files", "opened"), [(3, 3), (60, 0)])
def test_C5_a_mail_with_very_many_documents_is_read_by_a_person(
    harness: Harness, source: Source, files: int, opened: int
) -> None:
    approved(harness, source)
    harness.write(FRANCE, OFFICE, "x", "translate 1 fr\n")
    copy = last(harness, FRANCE, "To translate")
    mail = EmailMessage()
    mail["From"], mail["To"], mail["Subject"] = FRANCE, copy["Reply-To"], f"Re: {copy['Subject']}"
    mail["In-Reply-To"], mail["Message-ID"] = copy["Message-ID"], "<many@afnor.example>"
    mail.set_content("Here they are.")
    for number in range(files):
        mail.add_attachment(numbered(FRENCH).encode(), maintype="text", subtype="plain", filename=f"{number}.txt")
    read: list[DocumentKind] = []

    def read_one(self: Manuscripts, data: bytes, kind: DocumentKind) -> str:
        read.append(kind)
        return ""

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Manuscripts, "read", read_one)
        harness.environment.deliver(mail.as_bytes())
        harness.tick()
    assert len(read) == opened
    assert translation(harness).state is State.ASKED


# --- a reader ---


def test_a_reader_waits_for_a_few_editions_of_an_issue(harness: Harness, source: Source) -> None:
    approved(harness, source)
    harness.start()
    harness.tick()
    for tag in ("fr", "it", "es", "pt", "nl", "sv", "da", "fi"):
        harness.write(NILS, OFFICE, "x", f"get 1 {tag}\n")
    with harness.environment.store.snapshot() as work:
        assert len(work.editions.wishes(harness.issue.id)) == 5
