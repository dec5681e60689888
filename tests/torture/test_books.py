"""That the books of a campaign find each kind of fault: a campaign that cannot fail proves nothing."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

import pytest

from mailer.model.outbox import Delivery
from tests.torture.books import Books, Life, Phase

SENT, SENDING, QUEUED = Delivery.SENT, Delivery.SENDING, Delivery.QUEUED
DOUBTFUL, FAILED = Delivery.DOUBTFUL, Delivery.FAILED


def life(states: Sequence[Delivery], taken: str = "", opened: int = 1) -> Life:
    """Readers are a, b and c, and their Message-IDs <a>, <b> and <c>."""
    rows: Mapping[str, tuple[Delivery, str]] = {
        who: (state, f"<{who}>") for who, state in zip("abc", states, strict=False)
    }
    return Life(opened, [(who, f"<{who}>") for who in taken], rows)


def books(*lives: Life) -> Books:
    kept = Books("abc")
    for one in lives:
        kept.after(one)
    return kept


def test_books_that_agree() -> None:
    kept = books(
        life([], opened=0),
        life([SENT, SENDING, QUEUED], "ab"),
        life([SENT, DOUBTFUL, SENT], "c"),
        life([SENT, SENT, SENT], "b"),
    )
    kept.close()
    assert (kept.faults, kept.doubts, kept.doubles, kept.lost()) == ([], 1, 1, set())


def test_those_who_share_a_mail_are_in_doubt_together() -> None:
    assert books(replace(life([SENDING] * 3, "abc"), sharing=3)).faults == []


def test_who_is_given_up_on_request_is_not_lost() -> None:
    kept = books(life([SENT, SENT, SENDING], "ab"), life([SENT, SENT, DOUBTFUL]), life([SENT, SENT, FAILED]))
    kept.close()
    assert (kept.faults, kept.given_up, kept.lost()) == ([], 1, set())


@pytest.mark.parametrize(
    ("lives", "fault"),
    [
        ([life([SENT, SENT], "ab")], "there are 2 rows for 3 readers"),
        ([life([QUEUED] * 3), life([])], "there are 0 rows for 3 readers"),
        ([life([SENT, QUEUED, QUEUED])], "a is said to have what the relay never took"),
        ([life([QUEUED] * 3, "a")], "the relay took <a> to a, whose row says"),
        ([life([SENT, QUEUED, QUEUED], "aa")], "a was mailed 2 times, 0 times on request"),
        ([life([SENDING, QUEUED, QUEUED], "a"), life([SENT, QUEUED, QUEUED], "a"), life([SENT] * 3, "abc")], "a was"),
        ([life([SENDING, QUEUED, QUEUED], "a"), life([DOUBTFUL, SENT, SENT], "abc")], "a was mailed 2 times"),
        ([life([SENT, QUEUED, QUEUED], "a"), life([QUEUED] * 3)], "a had it, and is now queued"),
        ([life([SENDING, SENDING, QUEUED], "a")], "2 in doubt after a crash with 1 connections"),
    ],
)
def test_each_kind_of_fault_is_found(lives: list[Life], fault: str) -> None:
    assert [found for found in books(*lives).faults if found.startswith(fault)] != []


@pytest.mark.parametrize(
    ("states", "fault"),
    [([SENT, SENT, QUEUED], "1 rows are not settled"), ([SENT, SENT, SENT], "1 have nothing")],
)
def test_the_end_is_looked_at_too(states: list[Delivery], fault: str) -> None:
    kept = books(life(states, "ab"))
    kept.close()
    assert [found for found in kept.faults if found.startswith(fault)] != []


@pytest.mark.parametrize(
    ("end", "phase"),
    [
        (life([], opened=0), Phase.STARTING),
        (life([SENT, QUEUED, QUEUED], "a"), Phase.BETWEEN),
        (life([SENDING, QUEUED, QUEUED]), Phase.BEGUN),
        (life([SENT, SENDING, QUEUED], "ab"), Phase.TAKEN),
    ],
)
def test_what_an_end_hit(end: Life, phase: Phase) -> None:
    assert Books("abc").after(end) is phase
