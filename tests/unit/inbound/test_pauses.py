"""Until when a pause lasts, as people write it."""

from __future__ import annotations

from datetime import date

import pytest

from mailer.inbound.days import NotRead
from mailer.inbound.pauses import read_pause

TODAY = date(2026, 11, 28)
MARCH = date(2027, 3, 1)


@pytest.mark.parametrize(
    "written",
    [
        *("until 1 March", "1 March", "till March 1", "2027-03-01", "until 1 March 2027.", "for 93 days"),
        *("jusqu'au 1er mars", "jusqu’au 1er mars 2027", "hasta el 1 de marzo", "bis zum 1. März", "até 1 de março"),
        *("fino al 1 marzo", "до 1 марта", "3月1日まで", "2027年3月1日まで", "到3月1日", "حتى 1 مارس"),
    ],
)
def test_the_day_is_read_as_people_write_it(written: str) -> None:
    assert read_pause(written, TODAY) == MARCH


@pytest.mark.parametrize(
    ("written", "until"),
    [
        ("for 3 months", date(2027, 2, 28)),
        ("3 mois", date(2027, 2, 28)),
        ("für 2 Wochen", date(2026, 12, 12)),
        ("por 2 semanas", date(2026, 12, 12)),
        ("3か月間", date(2027, 2, 28)),
        ("3个月", date(2027, 2, 28)),
        ("28 November", date(2027, 11, 28)),
        ("off", None),
        ("fin", None),
    ],
)
def test_lengths_of_time_and_ends(written: str, until: date | None) -> None:
    assert read_pause(written, TODAY) == until


@pytest.mark.parametrize(
    "written", ["until 1 March 2026", "for 400 days", "for 0 days", "until then", "2031-01-01", "9" * 90]
)
def test_what_is_over_too_far_or_no_day_is_asked_back(written: str) -> None:
    with pytest.raises(NotRead):
        read_pause(written, TODAY)
