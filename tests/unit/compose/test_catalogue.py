"""How catalogues write dates, numbers, lists, names and phrases, in three languages."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from gettext import NullTranslations
from zoneinfo import ZoneInfo

import pytest
from babel import Locale

from mailer.compose.catalogue import ENGLISH, Catalogue

FRENCH, ARABIC = (Catalogue(tag, Locale(tag), NullTranslations()) for tag in ("fr", "ar"))


@pytest.mark.parametrize(
    ("zone", "time", "written"),
    [
        ("UTC", datetime(2026, 12, 4, 17, 0, tzinfo=UTC), "Friday 4 December 2026, 17:00 UTC"),
        ("Europe/Berlin", datetime(2026, 12, 4, 17, 0, tzinfo=UTC), "Friday 4 December 2026, 18:00 CET"),
        ("Europe/Berlin", datetime(2026, 3, 29, 0, 59, tzinfo=UTC), "Sunday 29 March 2026, 01:59 CET"),
        ("Europe/Berlin", datetime(2026, 3, 29, 1, 0, tzinfo=UTC), "Sunday 29 March 2026, 03:00 CEST"),
        ("Europe/Berlin", datetime(2026, 10, 25, 0, 30, tzinfo=UTC), "Sunday 25 October 2026, 02:30 CEST"),
        ("Europe/Berlin", datetime(2026, 10, 25, 1, 30, tzinfo=UTC), "Sunday 25 October 2026, 02:30 CET"),
        ("Asia/Tokyo", datetime(2026, 12, 31, 15, 0, tzinfo=UTC), "Friday 1 January 2027, 00:00 JST"),
    ],
)
def test_A27_a_time_for_people_names_its_zone(zone: str, time: datetime, written: str) -> None:
    assert ENGLISH.when(time, ZoneInfo(zone)) == written


@pytest.mark.parametrize(
    ("span", "words"),
    [
        (timedelta(seconds=59), "under a minute"),
        (timedelta(minutes=1), "1 minute"),
        (timedelta(minutes=119), "119 minutes"),
        (timedelta(hours=2, minutes=5), "2 h 05 min"),
        (timedelta(hours=71, minutes=59), "71 h 59 min"),
        (timedelta(days=3), "3 days"),
        (timedelta(days=6, hours=13), "7 days"),
    ],
)
def test_a_length_of_time_as_a_person_says_it(span: timedelta, words: str) -> None:
    assert ENGLISH.duration(span) == words


@pytest.mark.parametrize(
    ("catalogue", "words"),
    [(ENGLISH, "4 December 2026"), (FRENCH, "4 décembre 2026"), (ARABIC, "4 ديسمبر 2026")],
)
def test_G6_a_day(catalogue: Catalogue, words: str) -> None:
    assert catalogue.day(date(2026, 12, 4)) == words


@pytest.mark.parametrize(
    ("catalogue", "none", "one", "two", "three"),
    [
        (ENGLISH, "", "a", "a and b", "a, b and c"),
        (FRENCH, "", "a", "a et b", "a, b et c"),
        (ARABIC, "", "a", "a وb", "a وb وc"),
    ],
)
def test_G6_a_list_of_names(catalogue: Catalogue, none: str, one: str, two: str, three: str) -> None:
    assert [catalogue.series("abc"[:count]) for count in range(4)] == [none, one, two, three]


@pytest.mark.parametrize(
    ("catalogue", "words"), [(ENGLISH, "1,234,567"), (FRENCH, "1\u202f234\u202f567"), (ARABIC, "1,234,567")]
)
def test_G6_a_number(catalogue: Catalogue, words: str) -> None:
    assert catalogue.number(1_234_567) == words


@pytest.mark.parametrize(
    ("catalogue", "countries", "languages"),
    [
        (
            ENGLISH,
            ["South Korea", "South Korea", "Ruritania", "XX", ""],
            ["French", "Portuguese (Brazil)", "none", ""],
        ),
        (
            FRENCH,
            ["Corée du Sud", "Corée du Sud", "Ruritania", "XX", ""],
            ["français", "portugais (Brésil)", "none", ""],
        ),
    ],
)
def test_G6_names_of_countries_and_languages(catalogue: Catalogue, countries: list[str], languages: list[str]) -> None:
    assert [catalogue.country(code) for code in ("KR", "kr", "Ruritania", "XX", "")] == countries
    assert [catalogue.language(tag) for tag in ("fr", "pt-br", "none", "")] == languages


def test_G6_a_language_has_a_direction() -> None:
    assert [catalogue.direction for catalogue in (ENGLISH, FRENCH, ARABIC)] == ["ltr", "ltr", "rtl"]
