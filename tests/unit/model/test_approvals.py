"""From votes to an outcome: which votes count, the quorum, and independence of the order of events."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from fractions import Fraction
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mailer.model.approvals import Ballot, Choice, Outcome, Paper, Quorum, Subject, Tally, Vote, decide, tally
from tests.fakes import NOON

DEADLINE = NOON + timedelta(days=7)
SECOND = timedelta(seconds=1)


def ballot(quorum: str = "majority") -> Ballot:
    subject = Subject("issue", 1, "d" * 64)
    return Ballot(1, subject, "cag", Quorum(quorum), {}, NOON, DEADLINE, Outcome.OPEN)


def paper(number: int, on_board: bool = True) -> Paper:
    return Paper(number, 1, 100 + number, f"member{number}@cag.example", f"Member {number}", on_board)


def vote(number: int, member: int, choice: Choice, at: datetime) -> Vote:
    return Vote(number, member, choice, "", at)


@pytest.mark.parametrize(
    ("quorum", "of"),
    [
        ("majority", {0: 1, 1: 1, 2: 2, 3: 2, 4: 3, 5: 3, 6: 4, 100: 51}),
        ("all", {0: 1, 1: 1, 2: 2, 7: 7}),
        ("2/3", {0: 1, 1: 1, 2: 2, 3: 2, 4: 3, 5: 4, 6: 4, 7: 5}),
        ("1/2", {1: 1, 2: 1, 3: 2, 4: 2}),
        ("1/1", {1: 1, 3: 3}),
        ("1/100", {0: 1, 1: 1, 100: 1, 101: 2}),
        ("1", {0: 1, 1: 1, 9: 1}),
        ("3", {0: 3, 2: 3, 3: 3, 9: 3}),
    ],
)
def test_the_quorum_of_a_board(quorum: str, of: dict[int, int]) -> None:
    assert {eligible: Quorum(quorum).needed(eligible) for eligible in of} == of


@given(st.integers(1, 60), st.integers(1, 60), st.integers(1, 200))
def test_a_share_is_rounded_up(top: int, bottom: int, eligible: int) -> None:
    share = Fraction(min(top, bottom), max(top, bottom))
    needed = Quorum(f"{share.numerator}/{share.denominator}").needed(eligible)
    assert needed - 1 < share * eligible <= needed


@given(st.sampled_from(["majority", "all", "2/3", "1/2", "1", "3"]), st.integers(0, 50))
def test_a_quorum_is_at_least_one(quorum: str, eligible: int) -> None:
    assert Quorum(quorum).needed(eligible) >= 1


TIMES = st.integers(-3, 3).map(lambda seconds: DEADLINE + seconds * SECOND)
BOARDS = st.lists(st.booleans(), min_size=0, max_size=6).map(
    lambda seats: [paper(number, on_board) for number, on_board in enumerate(seats)]
)
CAST = st.lists(st.tuples(st.integers(0, 6), st.sampled_from(Choice), TIMES), max_size=20).map(
    lambda cast: [vote(number, *what) for number, what in enumerate(cast)]
)


def expected(papers: Sequence[Paper], votes: Sequence[Vote]) -> dict[int, Choice]:
    """The rule in its simplest form: for each paper, the newest of its votes before the deadline."""
    counting = {}
    for seat in papers:
        mine = [v for v in votes if v.paper == seat.id and seat.on_board and not v.received_at > DEADLINE]
        if mine:
            counting[seat.id] = max(mine, key=lambda v: (v.received_at, v.id)).choice
    return counting


@given(BOARDS, CAST, st.randoms())
def test_A26_A28_A29_the_last_vote_in_time_of_each_present_member_counts(
    papers: list[Paper], votes: list[Vote], chance: Random
) -> None:
    shuffled = list(votes)
    chance.shuffle(shuffled)
    count = tally(ballot(), papers, shuffled)
    assert {member: v.choice for member, v in count.votes.items()} == expected(papers, votes)
    assert count.eligible == sum(p.on_board for p in papers)
    assert count.needed == Quorum("majority").needed(count.eligible)


@given(BOARDS, CAST, st.sampled_from(["majority", "all", "2/3", "1", "3"]), TIMES)
def test_an_objection_always_wins_and_a_quorum_is_never_short(
    papers: list[Paper], votes: list[Vote], quorum: str, now: datetime
) -> None:
    count = tally(ballot(quorum), papers, votes)
    outcome = decide(count, now, DEADLINE)
    counted = list(expected(papers, votes).values())
    assert (outcome is Outcome.OBJECTED) == (Choice.OBJECT in counted)
    if outcome is Outcome.GRANTED:
        assert len(counted) >= Quorum(quorum).needed(count.eligible) > 0
    if outcome is Outcome.LAPSED:
        assert now > DEADLINE


@pytest.mark.parametrize(
    ("approvals", "objections", "after", "outcome"),
    [
        (0, 0, -SECOND, Outcome.OPEN),
        (1, 0, timedelta(0), Outcome.OPEN),
        (1, 0, SECOND, Outcome.LAPSED),
        (2, 0, -SECOND, Outcome.GRANTED),
        (2, 0, SECOND, Outcome.GRANTED),
        (2, 1, -SECOND, Outcome.OBJECTED),
        (0, 1, SECOND, Outcome.OBJECTED),
    ],
)
def test_A27_the_standing_of_a_ballot(approvals: int, objections: int, after: timedelta, outcome: Outcome) -> None:
    choices = [Choice.APPROVE] * approvals + [Choice.OBJECT] * objections
    votes = {number: vote(number, number, choice, NOON) for number, choice in enumerate(choices)}
    assert decide(Tally(votes, 3, 2), DEADLINE + after, DEADLINE) is outcome


def test_A26_the_allowed_changes_of_an_outcome() -> None:
    moves = [(old, new) for old in Outcome for new in Outcome if replace(ballot(), outcome=old).may_end(new)]
    assert moves == [
        (Outcome.OPEN, Outcome.GRANTED),
        (Outcome.OPEN, Outcome.OBJECTED),
        (Outcome.OPEN, Outcome.LAPSED),
        (Outcome.OPEN, Outcome.WITHDRAWN),
        (Outcome.GRANTED, Outcome.OBJECTED),
        (Outcome.GRANTED, Outcome.WITHDRAWN),
    ]


def test_a_board_without_members_grants_nothing() -> None:
    gone = [paper(1, on_board=False)]
    votes = [vote(1, 1, Choice.APPROVE, NOON)]
    for quorum in ("majority", "all", "2/3", "1"):
        assert decide(tally(ballot(quorum), gone, votes), NOON, DEADLINE) is Outcome.OPEN


@pytest.mark.parametrize(
    ("after", "counts"), [(-SECOND, True), (timedelta(0), True), (timedelta(microseconds=1), False), (SECOND, False)]
)
def test_A27_the_deadline_is_exact_to_the_second(after: timedelta, counts: bool) -> None:
    count = tally(ballot("1"), [paper(1)], [vote(1, 1, Choice.APPROVE, DEADLINE + after)])
    assert bool(count.approvals) is counts
