"""The shipped catalogues are complete and work; a test catalogue has the plurals of Arabic."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from babel.messages.catalog import Catalog
from babel.messages.frontend import CommandLineInterface
from babel.messages.pofile import read_po

from mailer.adapters import data
from mailer.adapters.catalogues import Catalogues, files, nearest
from mailer.compose.catalogue import ENGLISH

ROOT = Path(__file__).parents[3]
LOCALE = ROOT / "templates" / "locale"

PARTS = re.compile(r"%\(\w+\)s|%%|<[^<>]+>|`[^`]+`")
"""Values, tags and commands in a message."""

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


def forms(texts: str | Sequence[str]) -> Sequence[str]:
    """The message, or its plural forms."""
    return [texts] if isinstance(texts, str) else texts


def messages(path: Path) -> set[tuple[object, str | None]]:
    """The messages of a catalogue or template file, each with its context."""
    with path.open("rb") as file:
        return {(message.id, message.context) for message in read_po(file) if message.id}


def test_the_template_has_exactly_the_messages_of_code_and_templates(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(ROOT)
    found = tmp_path / "found.pot"
    options = ["-F", "pyproject.toml", "-k", "phrase", "-k", "counted:1,2", "--omit-header", "-o", str(found)]
    CommandLineInterface().run(["pybabel", "-q", "extract", *options, "."])
    assert messages(LOCALE / "mailer.pot") == messages(found), "run “make messages”"


def entries(path: Path) -> Catalog:
    with path.open("rb") as file:
        return read_po(file, locale=path.parts[-3], abort_invalid=True)


@pytest.mark.parametrize("language", files(LOCALE))
def test_a_catalogue_has_every_message_and_no_other(language: str) -> None:
    file = files(LOCALE)[language]
    found = entries(file)
    assert messages(file) == messages(LOCALE / "mailer.pot"), "run “make messages”"
    assert [message.id for message in found if not all(forms(message.string))] == []
    assert [message.id for message in found if message.fuzzy and message.id] == []
    assert dict(found.obsolete) == {}


@pytest.mark.parametrize("language", files(LOCALE))
def test_a_translation_has_the_values_and_the_tags_of_its_message(language: str) -> None:
    for message in filter(lambda message: message.id, entries(files(LOCALE)[language])):
        of_all = {part for form in forms(message.id) for part in PARTS.findall(form)}
        for translated in forms(message.string):
            parts = PARTS.findall(translated)
            assert set(parts) <= of_all, message.id
            if not message.pluralizable:  # “one day” needs no number
                assert Counter(parts) == Counter(PARTS.findall(message.id)), message.id


def test_french_has_its_typography() -> None:
    """Typographic apostrophes, and no-break spaces before punctuation and inside quotation marks."""
    for message in filter(lambda message: message.id and not message.context, entries(files(LOCALE)["fr"])):
        for text in (PARTS.sub("", form) for form in forms(message.string)):
            assert re.findall(r"['\"“”]| [:;!?»]|« |«(?!\xa0)|(?<!\xa0)»|\w[;!?]", text) == [], text


MARKS = {
    "ar": "«»",
    "de": "„“",
    "es": "«»",
    "fr": "«»",
    "it": "«»",
    "ja": "「」",
    "pt": "“”",
    "ru": "«»",
    "zh": "“”",
}


@pytest.mark.parametrize("language", files(LOCALE))
def test_a_catalogue_has_the_quotation_marks_of_its_language(language: str) -> None:
    wrong = "".join(set('«»„“”「」"') - set(MARKS[language]))
    for message in filter(lambda message: message.id and not message.context, entries(files(LOCALE)[language])):
        for text in (PARTS.sub("", form) for form in forms(message.string)):
            assert re.findall(f"[{wrong}]", text) == [], text


@pytest.mark.parametrize("language", files(LOCALE))
def test_G6_numbers_that_differ_in_a_language_have_forms_of_their_own(language: str) -> None:
    """By the categories of CLDR; the forms of large numbers and fractions are not needed."""
    catalogue = Catalogues(LOCALE)(language)
    found = {(catalogue.locale.plural_form(number), catalogue.messages.plural(number)) for number in range(210)}
    assert len({category for category, _ in found}) == len({form for _, form in found}) == len(found)
    assert {form for _, form in found} == set(range(entries(files(LOCALE)[language]).num_plurals))


@pytest.mark.parametrize(
    ("language", "written"),
    [
        ("ar", "الجمعة، 4 ديسمبر 2026، 09:05 CET"),
        ("de", "Freitag, 4. Dezember 2026, 09:05 Uhr CET"),
        ("ja", "2026年12月4日（金）09:05 CET"),
        ("ru", "4 декабря 2026 г. (пт), 09:05 CET"),
        ("zh", "2026年12月4日（周五）09:05 CET"),
    ],
)
def test_G6_a_time_is_written_as_its_language_has_it(language: str, written: str) -> None:
    due = datetime(2026, 12, 4, 8, 5, tzinfo=UTC)
    assert Catalogues(LOCALE)(language).when(due, ZoneInfo("Europe/Paris")) == written


def test_G6_plurals_of_a_language(folder: Path) -> None:
    catalogue = Catalogues(folder)("ar")
    texts = [
        catalogue.ngettext("You have %(count)s day.", "You have %(count)s days.", n) for n in (0, 1, 2, 3, 11, 100)
    ]
    assert texts == [
        "ليس لديك أي يوم.",
        "لديك يوم واحد.",
        "لديك يومان.",
        "لديك %(count)s أيام.",
        "لديك %(count)s يومًا.",
        "لديك %(count)s يوم.",
    ]


def test_untranslated_messages_are_english(folder: Path) -> None:
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
def test_the_nearest_catalogue_is_used(folder: Path, wanted: tuple[str, ...], default: str, tag: str) -> None:
    assert Catalogues(folder, default)(*wanted).tag == tag


def test_the_shipped_languages_are_those_with_a_catalogue() -> None:
    assert data.languages() == ("en", *files(LOCALE))


@pytest.mark.parametrize(
    ("days", "words"),
    [(0, "Vous avez 0 jour"), (1, "Vous avez 1 jour"), (2, "Vous avez 2 jours"), (30, "Vous avez 30 jours")],
)
def test_G6_french_says_no_day_in_the_singular(days: int, words: str) -> None:
    texts = Catalogues(LOCALE)("fr").ngettext("You have %(count)s day.", "You have %(count)s days.", days)
    assert (texts % {"count": days}).removesuffix(" pour le faire.") == words


def test_G6_french_times() -> None:
    french = Catalogues(LOCALE)("fr")
    due = datetime(2026, 12, 4, 8, 5, tzinfo=UTC)
    assert french.when(due, ZoneInfo("Europe/Paris")) == "vendredi 4 décembre 2026 à 9\xa0h\xa005 CET"
    spans = (timedelta(seconds=59), timedelta(minutes=1), timedelta(hours=2, minutes=5), timedelta(days=6))
    assert [french.duration(span) for span in spans] == [
        "moins d’une minute",
        "1 minute",
        "2\xa0h\xa005\xa0min",
        "6\xa0jours",
    ]


def test_english_needs_no_catalogue(tmp_path: Path) -> None:
    assert Catalogues(tmp_path)("en") is ENGLISH


def test_an_exact_tag_comes_before_its_primary_language() -> None:
    known = ("pt", "pt-BR", "zh-Hant")
    assert [nearest(tag, known) for tag in ("pt-br", "pt-PT", "zh-hant", "zh")] == ["pt-BR", "pt", "zh-Hant", ""]
