"""Presenters: the states of a registration, when each is free, and which countries each serves."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from mailer.errors import Refused
from mailer.model.cldr import nearest_region, region_code
from mailer.model.presenters import (
    MOST_TOPICS,
    TRANSITIONS,
    Event,
    Period,
    Presenter,
    State,
    advance,
    topics_of,
)
from mailer.model.regions import CODES, COUNTRIES, contains, countries_of, regions_of
from tests.fakes import NOON

AWAY = Period(date(2027, 5, 1), date(2027, 5, 9))
AMINA = Presenter(
    id=1,
    contact=7,
    address="amina@x.example",
    name="Amina Odhiambo",
    organisation="Labour Forum",
    country="KE",
    languages=("en", "sw"),
    regions=("014", "FR"),
    topics=("labour practices",),
    experience="Twenty seminars.",
    busy=(AWAY,),
    may_publish=True,
    state=State.APPROVED,
    scope="1.0",
    registered_at=NOON,
    changed_at=NOON,
    approved_at=NOON,
    given="scope 1.0",
)


@pytest.mark.parametrize("state", State)
@pytest.mark.parametrize("event", Event)
def test_each_step_is_in_the_table_or_refused(state: State, event: Event) -> None:
    presenter = replace(AMINA, state=state)
    if presenter.may(event):
        assert advance(state, event) is TRANSITIONS[state, event]
    else:
        with pytest.raises(Refused, match=f"who is {state} cannot take the step “{event}”"):
            advance(state, event)


def test_a_presenter_is_free_but_for_the_days_that_they_named() -> None:
    days = {day: AMINA.is_free(date(2027, 4, day)) for day in (1, 30)}
    assert days == {1: True, 30: True}
    assert not AMINA.is_free(date(2027, 4, 30), date(2027, 5, 1))
    assert not AMINA.is_free(date(2027, 5, 9))
    assert AMINA.is_free(date(2027, 5, 10), date(2027, 5, 12))


def test_topics_are_those_of_the_office_where_they_are_near_enough() -> None:
    known = ("human rights", "labour practices", "the environment")
    said = "Labour Practises; poetry, human right , , POETRY, poetry."
    assert topics_of(said, known) == ("labour practices", "poetry", "human rights", "POETRY")
    assert len(topics_of(",".join(map(str, range(100))), known)) == MOST_TOPICS


def test_what_somebody_said_is_the_values_of_the_lines() -> None:
    again = AMINA.with_values(AMINA.values, ())
    assert again == AMINA
    assert replace(AMINA, busy=(), topics=(), regions=(), may_publish=False).values.keys() == {
        *("name", "organisation", "country", "languages", "experience", "publish")
    }


@pytest.mark.parametrize("text", ["2027-05-01/2027-05-09", "2027-05-01"])
def test_a_period_is_read_as_it_is_written(text: str) -> None:
    assert str(Period.parse(text)) == text


def test_a_period_does_not_end_before_it_begins() -> None:
    with pytest.raises(ValueError, match="the last day is before the first one"):
        Period.parse("2027-05-09/2027-05-01")


def test_a_presenter_serves_their_own_country_and_their_regions() -> None:
    assert {code: AMINA.serves(code) for code in ("KE", "UG", "FR", "DE", "")} == {
        "KE": True,
        "UG": True,
        "FR": True,
        "DE": False,
        "": False,
    }


def test_every_country_is_in_one_smallest_region_and_in_the_world() -> None:
    listed = [country for countries in COUNTRIES.values() for country in countries.split()]
    assert sorted(listed) == sorted(countries_of("001"))
    assert contains("001", "KE")
    assert set(COUNTRIES) < CODES


def test_the_regions_of_a_country() -> None:
    assert {code: regions_of(code) for code in ("KE", "MX", "")} == {
        "KE": {"014", "002", "202"},
        "MX": {"013", "003", "019", "419"},
        "": set(),
    }


@pytest.mark.parametrize(
    ("written", "code"),
    [
        ("East Africa", "014"),
        ("Afrique de l'Ouest", "011"),
        ("Atlantique de l’Est", ""),
        ("Moyen-Orient", "145"),
        ("Eastern Africa", "014"),
        ("Afrique de l’Est", "014"),
        ("Afrique orientale", "014"),
        ("América Latina", "419"),
        ("Asien", "142"),
        ("the Caribbean", "029"),
        ("Middle East", "145"),
        ("009", "009"),
        ("Kenya", "KE"),
        ("ke", "KE"),
        ("worldwide", "001"),
        ("Atlantis", ""),
        ("", ""),
    ],
)
def test_a_region_is_read_by_its_name_in_any_language_or_by_its_code(written: str, code: str) -> None:
    assert region_code(written) == code


def test_the_nearest_region_is_named() -> None:
    assert (nearest_region("Eastern Afrika"), nearest_region("Keniya")) == ("Eastern Africa", "Kenya")
