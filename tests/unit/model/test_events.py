"""Events: their states, and which are likely the same."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from itertools import product

import pytest

from mailer.errors import Refused
from mailer.model.events import TRANSITIONS, Event, State, Step, advance, doubles, is_double, similar
from tests.fakes import NOON

EVENT = Event(
    id=1,
    title="Seminar on social responsibility",
    organiser="Instituto Hondureño",
    country="HN",
    starts=date(2027, 5, 3),
    ends=date(2027, 5, 5),
    created_at=NOON,
    changed_at=NOON,
)


@pytest.mark.parametrize(("state", "step"), list(product(State, Step)))
def test_every_state_takes_a_step_or_refuses_it(state: State, step: Step) -> None:
    event = replace(EVENT, state=state)
    if event.takes(step):
        assert advance(state, step) is TRANSITIONS[state, step]
    else:
        with pytest.raises(Refused, match=f"An event that is {state} cannot take the step “{step}”"):
            advance(state, step)


def test_only_accepted_events_that_are_not_internal_are_public() -> None:
    shown = {state for state in State if replace(EVENT, state=state).is_public}
    assert shown == {State.ACCEPTED, State.CHANGED, State.HELD}
    assert not any(replace(EVENT, state=state, internal=True).is_public for state in State)


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("Seminar on SR", "seminar on  SR!", True),
        ("Séminaire sur la RS", "SEMINAIRE SUR LA RS", True),
        ("Seminar on social responsibility", "Seminar on social responsibilities", True),
        ("Seminar on SR", "Workshop on water", False),
        ("", "", False),
        ("!!!", "???", False),
        ("社会的責任セミナー", "社会的責任セミナー", True),
    ],
)
def test_similar_titles(one: str, other: str, same: bool) -> None:
    assert similar(one, other) is same


def test_a_double_has_the_same_country_days_and_title_or_organiser_or_the_uid_of_its_file() -> None:
    other = replace(EVENT, id=2)
    assert is_double(EVENT, replace(other, title="Something else"))
    assert is_double(EVENT, replace(other, organiser="", starts=date(2027, 5, 5), ends=date(2027, 5, 6)))
    assert not is_double(EVENT, replace(other, title="Something else", organiser="Others"))
    assert not is_double(EVENT, replace(other, country="BR"))
    assert not is_double(EVENT, replace(other, starts=date(2027, 5, 6), ends=date(2027, 5, 6)))
    moved = replace(other, country="BR", source_uid="x@y")
    assert is_double(replace(EVENT, source_uid="x@y"), moved)
    assert doubles(EVENT, [EVENT, other]) == [other]
