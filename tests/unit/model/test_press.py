"""Press releases: their states, and when they go out."""

from __future__ import annotations

from contextlib import suppress
from datetime import timedelta
from itertools import product

import pytest

from mailer.errors import Refused
from mailer.model.media_types import media_type_of
from mailer.model.press import TRANSITIONS, Event, Release, State, advance, due_at
from tests.fakes import NOON

HOUR = timedelta(hours=1)
RELEASE = Release(0, 1, "journalists", NOON, State.PLANNED, NOON, "secretary")


@pytest.mark.parametrize(("state", "event"), [*product(State, Event)])
def test_every_step_is_in_the_table_or_refused(state: State, event: Event) -> None:
    after = None
    with suppress(Refused):
        after = advance(state, event)
    assert after == TRANSITIONS.get((state, event))


@pytest.mark.parametrize(
    ("wanted", "embargo", "due"),
    [
        (None, None, NOON),
        (NOON + HOUR, None, NOON + HOUR),
        (None, NOON + HOUR, NOON + HOUR),
        (None, NOON - HOUR, NOON),
        (NOON + HOUR, NOON + 2 * HOUR, NOON + 2 * HOUR),
        (NOON + 2 * HOUR, NOON + HOUR, NOON + 2 * HOUR),
    ],
)
def test_it_never_goes_out_before_its_embargo_ends(wanted: object, embargo: object, due: object) -> None:
    assert due_at(wanted, embargo, NOON) == due  # type: ignore[arg-type]


def test_media_types_are_known_by_the_name() -> None:
    assert media_type_of("kit-1.0.PPTX") == "application/vnd.openxmlformats-officedocument.presentationml.presentation"
    assert media_type_of("x.unknown") == "application/octet-stream"
