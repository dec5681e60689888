"""Countries and languages by their codes and names."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mailer.model.cldr import NAMED_IN, country_code, language_tag, nearest_country, nearest_language


@pytest.mark.parametrize(
    ("code", "written"),
    [
        (
            "DE",
            ["DE", "de", "DEU", "276", "Germany", "GERMANY", "Deutschland", "Allemagne", "Германия", "독일", "Niemcy"],
        ),
        ("GB", ["UK", "GB", "England", "Great Britain", "the United Kingdom", "Royaume-Uni"]),
        ("KR", ["Korea", "South Korea", "Südkorea", "Corée du Sud", "KOR", "Korea, Republic of", "Republic of Korea"]),
        ("CI", ["Côte d’Ivoire", "cote d'ivoire", "Ivory Coast"]),
        ("TR", ["Türkiye", "Turkiye", "Turkey", "Turquie"]),
        ("VN", ["Vietnam", "Viet Nam"]),
        ("", ["Gremany", "Q9", "001", "EU", "UN", "SU", "ZZ", "Yugoslavia", "kongo", "-", "two words", ""]),
    ],
)
def test_a_country_is_known_by_code_and_by_name(code: str, written: list[str]) -> None:
    assert {name: country_code(name) for name in written} == dict.fromkeys(written, code)


@pytest.mark.parametrize(
    ("tag", "written"),
    [
        ("de", ["de", "DE", "deu", "German", "german", "Deutsch", "allemand", "немецкий"]),
        ("en", ["en", "English", "Englisch", "anglais"]),
        ("en-gb", ["en-GB", "en_gb", "EN-GB", "British English"]),
        ("pt-br", ["pt-br", "Brazilian Portuguese"]),
        ("zh-hant-tw", ["zh_Hant_TW"]),
        ("he", ["iw", "Hebrew"]),
        ("", ["", "Englsh", "qq", "en-", "en-toolongasubtag", "x", "whatever you like"]),
    ],
)
def test_a_language_is_known_by_tag_and_by_name(tag: str, written: list[str]) -> None:
    assert {name: language_tag(name) for name in written} == dict.fromkeys(written, tag)


def test_the_nearest_name_is_suggested() -> None:
    assert [nearest_country(name) for name in ("Gremany", "Frnace", "zzzzzz")] == ["Germany", "France", ""]
    assert [nearest_language(name) for name in ("Englsh", "Frnech", "zzzzzz")] == ["English", "French", ""]


@given(st.text(max_size=300))
def test_any_text_is_a_code_or_nothing(text: str) -> None:
    code, tag = country_code(text), language_tag(text)
    assert code in ("", code[:2].upper())
    assert tag == tag.lower()
    assert country_code(code) == code
    assert language_tag(tag) == tag


def test_our_languages_are_among_those_that_name_things() -> None:
    assert {"en", "fr"} <= set(NAMED_IN)
