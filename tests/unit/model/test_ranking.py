"""Who of the bank suits an event best, and why."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mailer.model.presenters import Period
from mailer.model.ranking import Candidate, Ranking, Wanted, rank

TODAY = date(2027, 1, 10)
MAY = Period(date(2027, 5, 3), date(2027, 5, 5))
NAIROBI = Wanted(("en",), "KE", frozenset({"014", "202", "002"}), ("Labour practices", "Environment"), MAY)


def candidate(number: int, **values: object) -> Candidate:
    plain: dict[str, object] = {
        "languages": ("en",),
        "country": "SE",
        "home": frozenset({"154", "150"}),
        "goes_to": frozenset(),
        "topics": (),
        "busy": (),
        "asked": (),
    }
    return Candidate(number, **(plain | values))  # type: ignore[arg-type]


def told(ranking: Ranking) -> dict[int, list[tuple[int, str]]]:
    return {
        one.candidate.presenter: [(reason.points, str(reason.words)) for reason in one.reasons]
        for one in ranking.suited
    }


@pytest.mark.parametrize(
    ("values", "reasons"),
    [
        ({}, [(40, "presents in en")]),
        ({"languages": ("en-gb",)}, [(30, "presents in en")]),
        ({"country": "KE"}, [(40, "presents in en"), (30, "lives in KE")]),
        ({"goes_to": frozenset({"002"})}, [(40, "presents in en"), (20, "goes to KE")]),
        ({"goes_to": frozenset({"KE"})}, [(40, "presents in en"), (20, "goes to KE")]),
        ({"country": "UG", "home": frozenset({"014"})}, [(40, "presents in en"), (10, "lives in the same region")]),
        ({"topics": ("environment",)}, [(40, "presents in en"), (15, "knows about Environment")]),
        (
            {"topics": ("ENVIRONMENT", "labour practices", "Fish")},
            [(40, "presents in en"), (30, "knows about Labour practices, Environment")],
        ),
        ({"asked": (date(2026, 9, 1),)}, [(40, "presents in en"), (-5, "was asked once in the last year")]),
        ({"asked": (date(2025, 9, 1),)}, [(40, "presents in en")]),
        (
            {"asked": (date(2026, 9, 1),) * 7},
            [(40, "presents in en"), (-20, "was asked 7 times in the last year")],
        ),
    ],
)
def test_each_point_has_its_reason(values: dict[str, object], reasons: list[tuple[int, str]]) -> None:
    assert told(rank(NAIROBI, [candidate(1, **values)], TODAY)) == {1: reasons}


@pytest.mark.parametrize(
    ("values", "reason"),
    [
        ({"languages": ("fr", "es")}, "does not present in en"),
        ({"busy": (Period(date(2027, 5, 5), date(2027, 6, 1)),)}, "is not free then"),
        ({"busy": (Period(date(2027, 4, 1), date(2027, 5, 3)),)}, "is not free then"),
    ],
)
def test_who_cannot_present_there_is_not_ranked(values: dict[str, object], reason: str) -> None:
    ranking = rank(NAIROBI, [candidate(1, **values)], TODAY)
    assert (ranking.suited, [str(one.reason) for one in ranking.unsuited]) == ((), [reason])


def test_a_day_before_and_a_day_after_are_free() -> None:
    busy = (Period(date(2027, 5, 1), date(2027, 5, 2)), Period(date(2027, 5, 6), date(2027, 5, 7)))
    assert len(rank(NAIROBI, [candidate(1, busy=busy)], TODAY).suited) == 1


def test_of_two_alike_the_one_who_was_not_asked_for_longer_comes_first() -> None:
    old, older = date(2025, 6, 1), date(2024, 6, 1)
    alike = [candidate(1, asked=(old,)), candidate(2, asked=(older,)), candidate(3), candidate(4)]
    assert [one.candidate.presenter for one in rank(NAIROBI, alike, TODAY).suited] == [3, 4, 2, 1]


def test_an_event_that_names_no_language_and_no_country_asks_for_neither() -> None:
    online = Wanted((), "", frozenset(), (), MAY)
    assert told(rank(online, [candidate(1, languages=("fr",))], TODAY)) == {1: []}


def test_to_speak_one_of_the_languages_of_an_event_is_enough() -> None:
    both = Wanted(("ja", "en"), "", frozenset(), (), MAY)
    ranking = rank(both, [candidate(1), candidate(2, languages=("en", "ja")), candidate(3, languages=("fr",))], TODAY)
    assert told(ranking) == {1: [(40, "presents in en")], 2: [(40, "presents in ja")]}
    assert [str(one.reason) for one in ranking.unsuited] == ["presents in none of its languages"]


_TAGS = st.sampled_from(["en", "en-gb", "fr", "pt", "pt-br"])
_PLACES = st.sampled_from(["KE", "SE", "BR"])
_REGIONS = st.frozensets(st.sampled_from(["002", "014", "150", "419"]))
_TOPICS = st.lists(st.sampled_from(["Environment", "Labour practices", "Fair operating practices"])).map(tuple)
_DAYS = st.dates(date(2025, 1, 1), date(2027, 12, 31))
_PERIODS = st.builds(lambda day, more: Period(day, day + timedelta(days=more)), _DAYS, st.integers(0, 20))
_CANDIDATES = st.lists(
    st.builds(
        Candidate,
        st.integers(1, 999),
        st.lists(_TAGS, min_size=1).map(tuple),
        _PLACES,
        _REGIONS,
        _REGIONS | st.frozensets(_PLACES),
        _TOPICS,
        st.lists(_PERIODS, max_size=3).map(tuple),
        st.lists(_DAYS, max_size=6).map(tuple),
    ),
    max_size=12,
    unique_by=lambda one: one.presenter,
)
_WANTED = st.builds(Wanted, st.lists(_TAGS, max_size=2).map(tuple), _PLACES | st.just(""), _REGIONS, _TOPICS, _PERIODS)


@given(_WANTED, _CANDIDATES)
def test_the_order_agrees_with_its_explanation_and_nobody_is_lost(wanted: Wanted, candidates: list[Candidate]) -> None:
    ranking = rank(wanted, candidates, TODAY)
    sums = [sum(reason.points for reason in one.reasons) for one in ranking.suited]
    assert sums == sorted(sums, reverse=True)
    placed = [one.candidate.presenter for one in (*ranking.suited, *ranking.unsuited)]
    assert sorted(placed) == sorted(one.presenter for one in candidates)
    assert rank(wanted, reversed(candidates), TODAY).suited == ranking.suited
    assert all(not period.overlaps(*wanted.period) for one in ranking.suited for period in one.candidate.busy)
