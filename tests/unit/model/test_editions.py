"""The life of a translation: every pair of state and event."""

from __future__ import annotations

from itertools import product

import pytest

from mailer.errors import Refused
from mailer.model.editions import STATE_NAMES, Event, State, advance

TRANSITIONS = """
           OFFER     RETURN    PROVE  AGREE   SUBMIT     GRANT    OBJECT    LAPSE     REOPEN     WITHDRAW  SEND  END
WISHED     ASKED     -         -      -       -          -        -         -         -          -         -     ENDED
ASKED      ASKED     RETURNED  -      -       -          -        -         -         -          -         -     ENDED
RETURNED   RETURNED  RETURNED  PROOF  -       -          -        -         -         -          -         -     ENDED
PROOF      -         RETURNED  -      AGREED  -          -        -         -         -          -         -     ENDED
AGREED     -         RETURNED  -      -       SUBMITTED  -        -         -         SUBMITTED  -         -     ENDED
SUBMITTED  -         RETURNED  -      -       -          GRANTED  REJECTED  REJECTED  -          AGREED    -     ENDED
GRANTED    -         -         -      -       -          -        REJECTED  -         SUBMITTED  AGREED    SENT  ENDED
SENT       -         -         -      -       -          -        -         -         -          -         SENT  -
REJECTED   -         RETURNED  -      -       SUBMITTED  GRANTED  -         -         SUBMITTED  AGREED    -     ENDED
ENDED      -         -         -      -       -          -        -         -         -          -         -     -
"""


def table() -> dict[tuple[State, Event], State | None]:
    head, *rows = (line.split() for line in TRANSITIONS.strip().splitlines())
    return {
        (State[state], Event[event]): None if to == "-" else State[to]
        for state, *cells in rows
        for event, to in zip(head, cells, strict=True)
    }


def test_the_table_of_this_test_is_complete() -> None:
    assert set(table()) == set(product(State, Event))
    assert set(STATE_NAMES) == set(State)


@pytest.mark.parametrize(("state", "event", "to"), [(*pair, to) for pair, to in table().items()])
def test_every_pair_of_state_and_event(state: State, event: Event, to: State | None) -> None:
    if to is not None:
        assert advance(state, event) is to
    else:
        with pytest.raises(Refused, match=f"^A translation that is {state} cannot take the step “{event}”\\.$"):
            advance(state, event)
