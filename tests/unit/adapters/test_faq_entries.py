"""An entry that is written into the folder of the questions and answers; the shipped ones; and excerpts of them."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from mailer.adapters import data, library_folder
from mailer.adapters.library_folder import faq_entries
from mailer.adapters.library_folder.beginning import SHIPPED
from mailer.adapters.render import Renderer, pdf
from mailer.compose.faq import excerpt
from mailer.errors import Refused
from mailer.inbound.intents import Feedback, Unsure
from mailer.model.criteria import Printed
from mailer.model.faq import entries
from mailer.model.library import Number
from tests.flows.environment import configured
from tests.unit.test_requests import intent

DEMO = data.CONFIG / "demo" / "library" / "faq"
LANGUAGES = ("", "fr", "es", "de")
TODAY = date(2026, 12, 1)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    made = tmp_path / "faq"
    made.mkdir()
    head = '# a comment\ntitle = "Questions"\nversion = "1.0"\ndate = 2026-11-23\nkind = "faq"\n'
    (made / "document.toml").write_text(head, encoding="utf-8")
    (made / "03-cost.md").write_text('+++\ntitle = "What does it cost?"\n+++\n\nNothing.\n', encoding="utf-8")
    return made


def test_an_entry_comes_last_and_a_published_number_is_not_used_again(folder: Path) -> None:
    made = faq_entries.add(folder, 'Is "it" free?', ["price"], "Yes.\n\nAll.", TODAY, [Number(1, 0)], "New: free")
    assert (made.path.name, str(made.number)) == ("04-is-it-free.md", "1.1")
    read = library_folder.read(folder)
    assert (read.number, read.source.day, read.changes) == (Number(1, 1), TODAY, ("New: free",))
    assert [(one.question, one.answer, one.also) for one in entries(read.source.files)][1:] == [
        ('Is "it" free?', "Yes.\n\nAll.", ("price",))
    ]
    again = faq_entries.add(folder, "動物園？", [], "No.", TODAY, [Number(1, 0)], "New: zoo")
    assert (again.path.name, again.number) == ("05-entry-3.md", Number(1, 1))
    assert library_folder.read(folder).changes == ("New: free", "New: zoo")
    assert (folder / "document.toml").read_text(encoding="utf-8").startswith("# a comment\n")
    with pytest.raises(Refused, match="asks this already"):
        faq_entries.add(folder, "Is it free", [], "No.", TODAY, [], "x")


def test_before_it_is_published_a_number_stays(folder: Path) -> None:
    made = faq_entries.add(folder, "Is it free?", [], "Yes.", TODAY, [], "New: free")
    assert made.number == Number(1, 0)
    made = faq_entries.add(folder, "Is it new?", [], "Yes.", TODAY, [Number(1, 4)], "New: new")
    assert made.number == Number(1, 5)


@pytest.mark.parametrize(
    ("text", "markdown"),
    [
        ("Yes.\n\nNo.", "Yes.\n\nNo."),
        ("- one\n• two\n\n1) first", "- one\n- two\n\n1. first"),
        ("Take:\n- one\nand go", "Take\\:\n\n- one\n\nand go"),
        ("*not* <b>bold</b> [x](y)", r"\*not\* \<b\>bold\</b\> \[x\](y)"),
        ("See https://iso.org/a_b?c=1 or a_b@x.example.", "See https://iso.org/a_b?c=1 or a_b@x.example."),
        ("+++\n# Title\n::: box", "\\+\\+\\+\n\\# Title\n\\:\\:: box"),
    ],
)
def test_a_plain_answer_is_markdown_that_says_the_same(text: str, markdown: str) -> None:
    assert faq_entries.markdown(text) == markdown


# --- the shipped ones ---


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_demo_has_the_same_entries_in_each_language(language: str) -> None:
    read = library_folder.read(DEMO, language)
    original = library_folder.read(DEMO)
    found = entries(read.source.files)
    assert (read.key, read.kind, read.number, len(found)) == ("faq", "faq", Number(1, 0), 22)
    assert [one.id for one in found] == [one.id for one in entries(original.source.files)]


_SAID = re.compile("[“„«‘]\\s?([^“”„«»]+?)\\s?[”“»]")
_NO_COMMANDS = re.compile(r"Intro.*|Imple.*|.*[?…]|.*ISO/SR|yes|ja|oui|sí|Members|Membres", re.IGNORECASE)


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_words_that_the_demo_tells_people_to_write_are_understood(language: str) -> None:
    wrong = [
        (one.id, words)
        for one in entries(library_folder.read(DEMO, language).source.files)
        for words in _SAID.findall(one.answer)
        if not _NO_COMMANDS.fullmatch(words)
        if isinstance(intent(f"{words}\n"), Feedback | Unsure)
    ]
    assert wrong == []


def test_a_new_office_begins_with_a_neutral_form(tmp_path: Path) -> None:
    read = library_folder.read(SHIPPED / "faq")
    assert (read.kind, len(entries(read.source.files)) >= 5) == ("faq", True)


@pytest.fixture(scope="module")
def printed() -> Printed:
    """The shipped ones; no PDF is set."""
    identity = replace(configured().rules.identity, masthead="ISO/SR TG 2")
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(pdf, "write", lambda *_, **__: (b"%PDF-1.7", 6))
        return Renderer(data.TEMPLATES, identity).document(library_folder.read(DEMO), "", identity)


def test_law_4_an_excerpt_has_the_granted_bytes_of_its_entries_and_no_others(printed: Printed) -> None:
    known = {one.number: one for one in entries(library_folder.read(DEMO).source.files)}
    for numbers in ([9, 1], [22], list(known)):
        made = excerpt(printed, "en", numbers)
        for number, entry in known.items():
            inside = number in numbers
            assert (entry.question in made.text, f'id="article-{number}"' in made.html) == (inside, inside)
    made = excerpt(printed, "en", [12])
    assert made.text.strip() in printed.text
    assert made.text.startswith("12 What does it cost?\n---")
    assert (made.html.count("<h2"), "<h1" in made.html, "<style" in made.html) == (1, False, True)
