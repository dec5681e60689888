"""The catalogues that ship: complete, and read as they should be; a made-up one, with the plurals of Arabic."""

from __future__ import annotations

from pathlib import Path

import pytest
from babel.messages.frontend import CommandLineInterface
from babel.messages.pofile import read_po

from mailer.adapters import data
from mailer.adapters.catalogues import Catalogues, files, nearest
from mailer.compose.catalogue import ENGLISH

ROOT = Path(__file__).parents[3]
LOCALE = ROOT / "templates" / "locale"

ARABIC = """
msgid ""
msgstr ""
"Content-Type: text/plain; charset=utf-8\\n"
"Plural-Forms: nplurals=6; plural=(n==0 ? 0 : n==1 ? 1 : n==2 ? 2 : n%100>=3 && n%100<=10 ? 3 : n%100>=11 ? 4 : 5);\\n"

msgid "Good day,"
msgstr "مرحبًا،"

#, fuzzy
msgid "Please confirm"
msgstr "شيء آخر"

#, python-format
msgid "You have %(count)s day."
msgid_plural "You have %(count)s days."
msgstr[0] "ليس لديك أي يوم."
msgstr[1] "لديك يوم واحد."
msgstr[2] "لديك يومان."
msgstr[3] "لديك %(count)s أيام."
msgstr[4] "لديك %(count)s يومًا."
msgstr[5] "لديك %(count)s يوم."
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    file = tmp_path / "ar" / "LC_MESSAGES" / "mailer.po"
    file.parent.mkdir(parents=True)
    file.write_text(ARABIC, encoding="utf-8")
    return tmp_path


def messages(path: Path) -> set[tuple[object, str | None]]:
    """The messages of a catalogue or template file, each with its context."""
    with path.open("rb") as file:
        return {(message.id, message.context) for message in read_po(file) if message.id}


def test_messages_are_those_that_code_and_templates_have(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(ROOT)
    found = tmp_path / "found.pot"
    options = ["-F", "pyproject.toml", "-k", "phrase", "--omit-header", "-o", str(found)]
    CommandLineInterface().run(["pybabel", "-q", "extract", *options, "."])
    assert messages(LOCALE / "mailer.pot") == messages(found), "run “make messages”"


def test_G6_plurals_are_the_language_s_own(folder: Path) -> None:
    catalogue = Catalogues(folder)("ar")
    said = [catalogue.ngettext("You have %(count)s day.", "You have %(count)s days.", n) for n in (0, 1, 2, 3, 11, 100)]
    assert said == [
        "ليس لديك أي يوم.",
        "لديك يوم واحد.",
        "لديك يومان.",
        "لديك %(count)s أيام.",
        "لديك %(count)s يومًا.",
        "لديك %(count)s يوم.",
    ]


def test_what_is_not_translated_is_said_in_english(folder: Path) -> None:
    catalogue = Catalogues(folder)("ar")
    assert [catalogue.gettext(message) for message in ("Good day,", "Please confirm", "Welcome")] == [
        "مرحبًا،",
        "Please confirm",  # fuzzy: its English has changed since
        "Welcome",
    ]


@pytest.mark.parametrize(
    ("wanted", "default", "tag"),
    [
        ((), "en", "en"),
        ((), "ar", "ar"),
        (("ar",), "en", "ar"),
        (("AR-eg",), "en", "ar"),
        (("ar_EG",), "en", "ar"),
        (("arc",), "en", "en"),
        (("sv", "ar"), "en", "ar"),
        (("en-GB",), "ar", "en"),
        (("sv",), "ar", "ar"),
        (("",), "ar", "ar"),
        (("../ar",), "sv", "en"),
    ],
)
def test_the_nearest_catalogue_is_taken(folder: Path, wanted: tuple[str, ...], default: str, tag: str) -> None:
    assert Catalogues(folder, default)(*wanted).tag == tag


def test_the_languages_that_ship_are_those_that_there_is_a_catalogue_of() -> None:
    assert data.languages() == ("en", *files(LOCALE))


def test_english_needs_no_catalogue(tmp_path: Path) -> None:
    assert Catalogues(tmp_path)("en") is ENGLISH


def test_an_exact_tag_comes_before_its_primary_language() -> None:
    known = ("pt", "pt-BR", "zh-Hant")
    assert [nearest(tag, known) for tag in ("pt-br", "pt-PT", "zh-hant", "zh")] == ["pt-BR", "pt", "zh-Hant", ""]
