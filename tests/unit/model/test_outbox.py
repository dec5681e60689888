"""Delivery states: every pair, and the delays between attempts."""

from __future__ import annotations

from datetime import timedelta
from itertools import product

import pytest

from mailer.errors import Refused
from mailer.model.outbox import RETRY_AFTER, TRANSITIONS, UNRESOLVED, Counts, Delivery, retry_delay, transition

Q, S, OK, D, F, X, B = (
    Delivery.QUEUED,
    Delivery.SENDING,
    Delivery.SENT,
    Delivery.DEFERRED,
    Delivery.FAILED,
    Delivery.SUPPRESSED,
    Delivery.DOUBTFUL,
)
ALLOWED = {
    (Q, S), (Q, X), (Q, B),  # in doubt: restored from a backup
    (D, S), (D, X), (D, F), (D, B),
    (S, OK), (S, D), (S, F), (S, B),
    (B, OK), (B, F), (B, Q),
    (OK, F),
    (F, Q),
}  # fmt: skip


@pytest.mark.parametrize(("old", "new"), sorted(product(Delivery, Delivery)))
def test_every_pair_of_states(old: Delivery, new: Delivery) -> None:
    if (old, new) in ALLOWED:
        assert transition(old, new) is new
    else:
        with pytest.raises(Refused, match=f"^A delivery that is {old} cannot become {new}\\.$"):
            transition(old, new)


def test_the_table_names_every_state() -> None:
    assert set(TRANSITIONS) == set(Delivery)


def test_every_waiting_state_has_a_next_state() -> None:
    assert {state for state in UNRESOLVED if not TRANSITIONS[state]} == set()


@pytest.mark.parametrize(
    ("attempts", "minutes"),
    [(1, 1), (2, 5), (3, 15), (4, 60), (5, 120), (6, 240), (7, 480), (14, 480), (15, None), (100, None)],
)
def test_E5_the_delay_grows_and_the_last_repeats_for_three_days(attempts: int, minutes: int | None) -> None:
    assert retry_delay(attempts) == (None if minutes is None else timedelta(minutes=minutes))


def test_E5_no_delay_is_shorter_than_the_previous_one() -> None:
    assert list(RETRY_AFTER) == sorted(RETRY_AFTER)


def test_counts_of_absent_states_are_zero() -> None:
    counts = Counts({Q: 2, D: 1, OK: 5})
    assert (counts[F], counts.total, counts.unresolved) == (0, 8, 3)
