"""The states of an assignment."""

from __future__ import annotations

from datetime import date, timedelta
from itertools import product

import pytest

from mailer.errors import Refused
from mailer.model.assignments import TRANSITIONS, State, Step, advance, wait_for
from tests.contracts.test_assignments import ASKED


@pytest.mark.parametrize(("state", "step"), list(product(State, Step)))
def test_each_step_has_one_outcome_or_is_refused(state: State, step: Step) -> None:
    if (state, step) in TRANSITIONS:
        assert advance(state, step) is TRANSITIONS[state, step]
    else:
        with pytest.raises(Refused, match="cannot take the step"):
            advance(state, step)


def test_an_answer_ends_the_question_and_a_report_is_asked_only_of_who_presented() -> None:
    reported = [state for state in State if (state, Step.REPORT) in TRANSITIONS]
    assert reported == [State.PRESENTED, State.REPORTED, State.UNREPORTED]
    assert (ASKED.takes(Step.AGREE), ASKED.takes(Step.REPORT)) == (True, False)


@pytest.mark.parametrize(("days", "wait"), [(100, 8), (32, 8), (20, 5), (4, 1), (0, 1)])
def test_a_near_event_leaves_less_time_for_an_answer(days: int, wait: int) -> None:
    today = date(2027, 1, 10)
    assert wait_for(today + timedelta(days=days), today) == timedelta(days=wait)
