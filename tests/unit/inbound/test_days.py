"""Days and periods as people write them, in ten languages."""

# ruff: noqa: E501 (what people write stands as they write it)
from __future__ import annotations

from datetime import date, timedelta

import pytest
from babel import Locale
from babel.dates import format_date, format_skeleton
from hypothesis import given
from hypothesis import strategies as st

from mailer.inbound.days import NotRead, read_day, read_period, read_periods

TODAY = date(2026, 11, 28)
THIRD, FIFTH = date(2027, 5, 3), date(2027, 5, 5)
LANGUAGES = ("en", "en_GB", "fr", "es", "de", "it", "pt", "pt_PT", "ru", "ja", "zh", "ar")


@pytest.mark.parametrize(
    "written",
    """
    3 May 2027 | 2027-05-03 | 03.05.2027 | 3.5.2027 | 2027/5/3 | 2027.05.03 | May 3, 2027 | May 3rd, 2027 | 3rd of May 2027
    Monday, 3 May 2027 | Mon 3 May 2027 | the 3rd May 2027 | 3 May, 2027 | 2027 May 3 | 03 MAY 2027 | 3-May-2027
    le 3 mai 2027 | lundi 3 mai 2027 | lun. 3 mai 2027 | 3 de mayo de 2027 | lunes, 3 de mayo de 2027 | 3 mayo 2027
    3. Mai 2027 | Montag, den 3. Mai 2027 | Mo., 3. Mai 2027 | 3 maggio 2027 | lunedì 3 maggio 2027 | 3 mag 2027
    3 de maio de 2027 | segunda-feira, 3 de maio de 2027 | 3 мая 2027 | 3 мая 2027 г. | понедельник, 3 мая 2027 года
    2027年5月3日 | 2027年5月3日(月) | 2027 年 5 月 3 日 | ２０２７年５月３日 | 2027年5月3日星期一 | ٣ مايو ٢٠٢٧
    الاثنين، ٣ مايو ٢٠٢٧ | ٣ أيار ٢٠٢٧ | 2027-05-03 to 2027-05-03 | 2027-05-03/2027-05-03 | 3 May 2027. | 3\xa0mai 2027
    \u200f٣ مايو ٢٠٢٧\u200f
    """.replace("\n", "|").split("|")[1:-1],
)
def test_a_day_is_read(written: str) -> None:
    assert written.strip() == "" or read_day(written.strip(" "), TODAY) == THIRD


@pytest.mark.parametrize(
    "written",
    """
    3-5 May 2027 | 3 - 5 May 2027 | 3–5 May 2027 | 3 to 5 May 2027 | from 3 to 5 May 2027 | between 3 and 5 May 2027
    May 3-5, 2027 | May 3rd to 5th, 2027 | May 3 - May 5, 2027 | 3 May - 5 May 2027 | 3 May 2027 - 5 May 2027
    2027-05-03/2027-05-05 | 2027-05-03 - 2027-05-05 | 2027-05-03 to 2027-05-05 | 03.05.2027 - 05.05.2027 | 3.-5.5.2027
    du 3 au 5 mai 2027 | 3-5 mai 2027 | entre le 3 et le 5 mai 2027 | del 3 al 5 de mayo de 2027 | 3. bis 5. Mai 2027
    vom 3. bis zum 5. Mai 2027 | 3.–5. Mai 2027 | dal 3 al 5 maggio 2027 | de 3 a 5 de maio de 2027 | с 3 по 5 мая 2027 г.
    2027年5月3日〜5日 | 2027年5月3日から5日まで | 2027年5月3日至5日 | 2027年5月3日～5月5日 | من ٣ إلى ٥ مايو ٢٠٢٧
    Monday 3 to Wednesday 5 May 2027 | 3—5 May 2027
    """.replace("\n", "|").split("|")[1:-1],
)
def test_a_period_is_read(written: str) -> None:
    assert written.strip() == "" or read_period(written.strip(), TODAY) == (THIRD, FIFTH)


@pytest.mark.parametrize(
    ("written", "first", "last"),
    [
        ("30 April to 2 May 2027", date(2027, 4, 30), date(2027, 5, 2)),
        ("30 December to 2 January 2028", date(2027, 12, 30), date(2028, 1, 2)),
        ("2027年12月30日〜1月2日", date(2027, 12, 30), date(2028, 1, 2)),
        ("25/05/2027 - 03/06/2027", date(2027, 5, 25), date(2027, 6, 3)),
        ("mar. 4 mai 2027", date(2027, 5, 4), date(2027, 5, 4)),
        ("29 February 2028", date(2028, 2, 29), date(2028, 2, 29)),
        ("13/05/2027", date(2027, 5, 13), date(2027, 5, 13)),
        ("05/13/2027", date(2027, 5, 13), date(2027, 5, 13)),
        ("05/05/2027", date(2027, 5, 5), date(2027, 5, 5)),
    ],
)
def test_what_one_side_lacks_is_that_of_the_other(written: str, first: date, last: date) -> None:
    assert read_period(written, TODAY) == (first, last)


@pytest.mark.parametrize(
    ("written", "reason"),
    [
        ("03/05/2027", "it can mean 2027-03-05 or 2027-05-03"),
        ("3-5-2027", "it can mean 2027-03-05 or 2027-05-03"),
        ("03.05.27", "it can mean 2003-05-27 or 2027-05-03"),
        ("01/05/2027 - 03/05/2027", "it can mean 2027-01-05 to 2027-03-05 or 2027-05-01 to 2027-05-03"),
        ("3 May", "its year is missing"),
        ("3-5 May", "its year is missing"),
        ("5月3日", "its year is missing"),
        ("3 May 27", "its year needs four digits"),
        ("May 2027", "its day is missing"),
        ("30 February 2027", "there is no such day"),
        ("32.05.2027", "there is no such day"),
        ("Tuesday, 3 May 2027", "2027-05-03 is another day of the week"),
        ("5 to 3 May 2027", "it ends before it begins"),
        ("3 May 1827", "its year is hardly meant"),
        ("3 May 20277", "there is no such day"),
        ("3 May 2127", "its year is hardly meant"),
        ("next Monday", "it is not a day that we can read"),
        ("3 or 4 May 2027", "it is not a day that we can read"),
        ("3 and 4 May 2027", "it is not a day that we can read"),
        ("3/5 May 2027", "it is not a day that we can read"),
        ("3 May 2027, 9:00", "it is not a day that we can read"),
        ("sometime in 2027", "it is not a day that we can read"),
        ("令和9年5月3日", "it is not a day that we can read"),
        ("", "it is not a day that we can read"),
        ("3", "its month is missing"),
        ("2027", "it is not a day that we can read"),
        ("x" * 500, "it is too long"),
    ],
)
def test_what_is_not_certain_is_asked_back(written: str, reason: str) -> None:
    with pytest.raises(NotRead) as fault:
        read_period(written, TODAY)
    assert fault.value.reason == reason


def test_a_day_that_has_to_come_is_not_over() -> None:
    assert read_day("28 November 2026", TODAY, coming=True) == TODAY
    for written, reason in (("3 May 2026", "it is over"), ("3 May 2027 to 3 June 2028", "it is longer than a year")):
        with pytest.raises(NotRead) as fault:
            read_period(written, TODAY, coming=True)
        assert fault.value.reason == reason


def test_a_day_is_one() -> None:
    with pytest.raises(NotRead) as fault:
        read_day("3-5 May 2027", TODAY)
    assert fault.value.reason == "it has more than one day"


@pytest.mark.parametrize(
    ("written", "found"),
    [
        ("3-5 May 2027, 7 June 2027", [(THIRD, FIFTH), (date(2027, 6, 7), date(2027, 6, 7))]),
        ("May 3, 2027, May 5, 2027", [(THIRD, THIRD), (FIFTH, FIFTH)]),
        ("7 June 2027; 3-5 May 2027", [(THIRD, FIFTH), (date(2027, 6, 7), date(2027, 6, 7))]),
        ("3-5 May 2027 and 7 June 2027", [(THIRD, FIFTH), (date(2027, 6, 7), date(2027, 6, 7))]),
        ("du 3 au 5 mai 2027\nle 7 juin 2027", [(THIRD, FIFTH), (date(2027, 6, 7), date(2027, 6, 7))]),
        ("July 2027, August 2027", [(date(2027, 7, 1), date(2027, 7, 31)), (date(2027, 8, 1), date(2027, 8, 31))]),
        ("2027-05-03/2027-05-05,2027-06-07/2027-06-07", [(THIRD, FIFTH), (date(2027, 6, 7), date(2027, 6, 7))]),
        ("between 3 and 5 May 2027", [(THIRD, FIFTH)]),
    ],
)
def test_periods_stand_in_a_row(written: str, found: list[tuple[date, date]]) -> None:
    assert read_periods(written, TODAY) == found


@pytest.mark.parametrize("written", ["3 May, 7 June 2027", "3, 4 and 5 May 2027", "03/05/2027, 7 June 2027"])
def test_periods_that_are_not_certain_are_asked_back(written: str) -> None:
    with pytest.raises(NotRead):
        read_periods(written, TODAY)


@pytest.mark.parametrize("language", LANGUAGES)
@given(day=st.dates(date(2026, 11, 28), date(2056, 12, 31)))
def test_a_day_as_CLDR_writes_it_is_read(language: str, day: date) -> None:
    for length in ("full", "long"):
        assert read_day(format_date(day, length, locale=language), TODAY) == day
    if language != "pt_PT":  # which has no name of a month in it
        assert read_day(format_skeleton("yMMMd", day, locale=Locale.parse(language)), TODAY) == day


@given(text=st.text(alphabet="0123456789 .-/,年月日May tobis", max_size=30))
def test_whatever_is_written_is_a_period_or_asked_back(text: str) -> None:
    try:
        first, last = read_period(text, TODAY)
    except NotRead as fault:
        assert fault.reason
    else:
        assert first <= last
        assert date(1900, 1, 1) <= first and last - first < timedelta(days=200_000)
