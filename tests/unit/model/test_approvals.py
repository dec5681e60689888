"""From votes to an outcome: which votes count, the rules, and independence of the order of events."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from fractions import Fraction
from random import Random
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mailer.model.approvals import (
    Ballot,
    Choice,
    Excused,
    Outcome,
    Paper,
    Subject,
    Tally,
    Vote,
    decide,
    still_to_vote,
    tally,
)
from mailer.model.policies import Terms
from tests.fakes import NOON, POLICY

DEADLINE = NOON + timedelta(days=7)
SECOND = timedelta(seconds=1)


def terms(rule: str = "majority", **more: Any) -> Terms:
    return replace(POLICY, rule=rule, **more).terms


def ballot(rule: str = "majority", **more: Any) -> Ballot:
    subject = Subject("issue", 1, "d" * 64)
    return Ballot(1, subject, "disclosure", "cag", terms(rule, **more), {}, NOON, DEADLINE, Outcome.OPEN)


def paper(number: int, on_board: bool = True) -> Paper:
    return Paper(number, 1, 100 + number, f"member{number}@cag.example", f"Member {number}", on_board)


def vote(number: int, member: int, choice: Choice, at: datetime) -> Vote:
    return Vote(number, member, choice, "", at)


@pytest.mark.parametrize(
    ("quorum", "of"),
    [
        ("majority", {0: 1, 1: 1, 2: 2, 3: 2, 4: 3, 5: 3, 6: 4, 100: 51}),
        ("unanimous", {0: 1, 1: 1, 2: 2, 7: 7}),
        ("2/3", {0: 1, 1: 1, 2: 2, 3: 2, 4: 3, 5: 4, 6: 4, 7: 5}),
        ("1/2", {1: 1, 2: 1, 3: 2, 4: 2}),
        ("1/1", {1: 1, 3: 3}),
        ("1/100", {0: 1, 1: 1, 100: 1, 101: 2}),
        ("1", {0: 1, 1: 1, 9: 1}),
        ("3", {0: 3, 2: 3, 3: 3, 9: 3}),
    ],
)
def test_the_quorum_of_a_board(quorum: str, of: dict[int, int]) -> None:
    assert {eligible: terms(quorum).needed(eligible) for eligible in of} == of


@given(st.integers(1, 60), st.integers(1, 60), st.integers(1, 200))
def test_a_share_is_rounded_up(top: int, bottom: int, eligible: int) -> None:
    share = Fraction(min(top, bottom), max(top, bottom))
    needed = terms(f"{share.numerator}/{share.denominator}").needed(eligible)
    assert needed - 1 < share * eligible <= needed


@given(st.sampled_from(["majority", "unanimous", "2/3", "1/2", "1", "3"]), st.integers(0, 50))
def test_a_quorum_is_at_least_one(quorum: str, eligible: int) -> None:
    assert terms(quorum).needed(eligible) >= 1


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
    assert count.needed == terms("majority").needed(count.eligible - count.abstentions)


@given(BOARDS, CAST, st.sampled_from(["majority", "unanimous", "2/3", "1", "3"]), TIMES)
def test_an_objection_always_wins_and_a_quorum_is_never_short(
    papers: list[Paper], votes: list[Vote], quorum: str, now: datetime
) -> None:
    count = tally(ballot(quorum), papers, votes)
    outcome = decide(count, now, DEADLINE)
    counted = list(expected(papers, votes).values())
    assert (outcome is Outcome.OBJECTED) == (Choice.OBJECT in counted)
    if outcome is Outcome.GRANTED:
        approvals, abstentions = counted.count(Choice.APPROVE), counted.count(Choice.ABSTAIN)
        assert approvals >= terms(quorum).needed(count.eligible - abstentions) > 0
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
    assert decide(Tally(votes, 3, terms()), DEADLINE + after, DEADLINE) is outcome


def test_A26_the_allowed_changes_of_an_outcome() -> None:
    head, *rows = (line.split() for line in CHANGES.strip().splitlines())
    table = {
        (Outcome[old], Outcome[new]): cell == "x" for old, *cells in rows for new, cell in zip(head, cells, strict=True)
    }
    moves = {(old, new): replace(ballot(), outcome=old).may_end(new) for old in Outcome for new in Outcome}
    assert moves == table


CHANGES = """
           OPEN  GRANTED  OBJECTED  LAPSED  UNDECIDED  WITHDRAWN  CANCELLED
OPEN       -     x        x         x       x          x          x
GRANTED    x     -        x         -       -          x          x
OBJECTED   x     x        -         -       -          x          x
LAPSED     x     -        -         -       -          x          x
UNDECIDED  x     x        x         x       -          x          x
WITHDRAWN  x     -        -         -       -          -          x
CANCELLED  -     -        -         -       -          -          -
"""


def test_a_board_without_members_grants_nothing() -> None:
    gone = [paper(1, on_board=False)]
    votes = [vote(1, 1, Choice.APPROVE, NOON)]
    for quorum in ("majority", "unanimous", "2/3", "1"):
        assert decide(tally(ballot(quorum), gone, votes), NOON, DEADLINE) is Outcome.OPEN


@pytest.mark.parametrize(
    ("after", "counts"), [(-SECOND, True), (timedelta(0), True), (timedelta(microseconds=1), False), (SECOND, False)]
)
def test_A27_the_deadline_is_exact_to_the_second(after: timedelta, counts: bool) -> None:
    count = tally(ballot("1"), [paper(1)], [vote(1, 1, Choice.APPROVE, DEADLINE + after)])
    assert bool(count.approvals) is counts


A, N, B, S = Choice.APPROVE, Choice.OBJECT, Choice.ABSTAIN, None
"""An approval, an objection, an abstention, silence."""
BLOCKS, COUNTS = True, False
OPEN, GRANTED, OBJECTED = Outcome.OPEN, Outcome.GRANTED, Outcome.OBJECTED
LAPSED, UNDECIDED = Outcome.LAPSED, Outcome.UNDECIDED


def counted(
    rule: str, cast: Sequence[Choice | None], blocks: bool = BLOCKS, minimum: int = 0, unheard: int = 0
) -> Tally:
    votes = {number: vote(number, number, choice, NOON) for number, choice in enumerate(cast) if choice}
    return Tally(votes, len(cast), terms(rule, objection_blocks=blocks, minimum_votes=minimum), unheard)


@pytest.mark.parametrize(
    ("rule", "blocks", "minimum", "cast", "before", "after"),
    [
        # a majority of all who may vote, less those who abstain; silence is no approval
        ("majority", BLOCKS, 0, (A, A, A, S, S), GRANTED, GRANTED),
        ("majority", BLOCKS, 0, (A, A, S, S, S), OPEN, LAPSED),
        ("majority", BLOCKS, 0, (A, A, B, B, S), GRANTED, GRANTED),
        ("majority", BLOCKS, 0, (A, B, B, S, S), OPEN, LAPSED),
        ("majority", BLOCKS, 0, (A, B, B, B, B), GRANTED, GRANTED),
        ("majority", BLOCKS, 0, (B, B, B, B, B), OPEN, LAPSED),
        ("majority", BLOCKS, 0, (A, A, A, A, N), OBJECTED, OBJECTED),
        ("majority", COUNTS, 0, (A, A, A, S, N), GRANTED, GRANTED),
        ("majority", COUNTS, 0, (A, A, N, N, N), OBJECTED, OBJECTED),
        ("majority", COUNTS, 0, (A, A, N, N, S), OPEN, LAPSED),
        ("majority", COUNTS, 0, (S, S, N, N, N), OBJECTED, OBJECTED),
        # everybody who does not abstain
        ("unanimous", BLOCKS, 0, (A, A, A), GRANTED, GRANTED),
        ("unanimous", BLOCKS, 0, (A, A, B), GRANTED, GRANTED),
        ("unanimous", BLOCKS, 0, (A, A, S), OPEN, LAPSED),
        ("unanimous", BLOCKS, 0, (A, A, N), OBJECTED, OBJECTED),
        ("unanimous", BLOCKS, 0, (B, B, B), OPEN, LAPSED),
        # a fraction, of the same
        ("2/3", BLOCKS, 0, (A, A, S), GRANTED, GRANTED),
        ("2/3", BLOCKS, 0, (A, S, S), OPEN, LAPSED),
        ("2/3", BLOCKS, 0, (A, B, S, S), OPEN, LAPSED),
        ("2/3", BLOCKS, 0, (A, A, B, S), GRANTED, GRANTED),
        ("1/3", COUNTS, 0, (A, N, S), OPEN, LAPSED),  # one against one outvotes nobody
        ("1/3", COUNTS, 0, (A, N, N), OBJECTED, OBJECTED),
        ("1/3", COUNTS, 0, (A, A, N), GRANTED, GRANTED),
        # a number
        ("2", BLOCKS, 0, (A, A, S, S, S), GRANTED, GRANTED),
        ("2", BLOCKS, 0, (A, B, B, B, B), OPEN, LAPSED),
        ("2", COUNTS, 0, (A, A, N, N, S), OPEN, LAPSED),
        ("2", COUNTS, 0, (A, A, A, N, N), GRANTED, GRANTED),
        ("2", COUNTS, 0, (A, N, N, N, S), OBJECTED, OBJECTED),
        ("4", COUNTS, 0, (A, A, N, N, S), OBJECTED, OBJECTED),  # four cannot be reached any more
        # a minimum number of votes; an abstention is one
        ("majority", BLOCKS, 3, (A, A, S), OPEN, LAPSED),
        ("majority", BLOCKS, 3, (A, A, B), GRANTED, GRANTED),
        ("1", BLOCKS, 3, (A, A, S), OPEN, LAPSED),
        ("1", BLOCKS, 3, (A, B, B), GRANTED, GRANTED),
        ("1", BLOCKS, 3, (N, S, S), OBJECTED, OBJECTED),
        # no objection: silence is consent, at the deadline only
        ("no-objection", BLOCKS, 0, (S, S, S), OPEN, GRANTED),
        ("no-objection", BLOCKS, 0, (A, A, S), OPEN, GRANTED),
        ("no-objection", BLOCKS, 0, (A, B, S), OPEN, GRANTED),
        ("no-objection", BLOCKS, 0, (A, A, A), GRANTED, GRANTED),
        ("no-objection", BLOCKS, 0, (A, B, B), GRANTED, GRANTED),
        ("no-objection", BLOCKS, 0, (B, B, B), OPEN, LAPSED),
        ("no-objection", BLOCKS, 0, (N, S, S), OBJECTED, OBJECTED),
        ("no-objection", COUNTS, 0, (N, S, S), OPEN, GRANTED),
        ("no-objection", COUNTS, 0, (N, N, S), OBJECTED, OBJECTED),
        ("no-objection", COUNTS, 0, (N, S, B), OBJECTED, OBJECTED),
        ("no-objection", COUNTS, 0, (N, A, A), GRANTED, GRANTED),
        ("no-objection", BLOCKS, 1, (S, S, S), OPEN, LAPSED),
        ("no-objection", BLOCKS, 1, (B, S, S), OPEN, GRANTED),
    ],
)
def test_A27_a_policy_decides_before_and_after_the_deadline(
    rule: str, blocks: bool, minimum: int, cast: Sequence[Choice | None], before: Outcome, after: Outcome
) -> None:
    count = counted(rule, cast, blocks, minimum)
    assert (decide(count, DEADLINE, DEADLINE), decide(count, DEADLINE + SECOND, DEADLINE)) == (before, after)


@pytest.mark.parametrize(
    ("cast", "minimum", "outcome"),
    [
        ((S, S, S), 0, UNDECIDED),
        ((A, A, S), 0, UNDECIDED),
        ((A, A, N), 0, OBJECTED),
        ((A, A, A), 0, GRANTED),
        ((S, S, S), 2, LAPSED),
    ],
)
def test_silence_of_a_member_whom_mail_may_not_have_reached_needs_a_person(
    cast: Sequence[Choice | None], minimum: int, outcome: Outcome
) -> None:
    count = counted("no-objection", cast, minimum=minimum, unheard=int(S in cast))
    assert decide(count, DEADLINE + SECOND, DEADLINE) is outcome


def test_who_is_unheard_matters_only_if_silence_is_consent() -> None:
    for rule in ("majority", "unanimous", "1", "1/2"):
        for cast in ((A, S, S), (A, A, S), (S, S, S)):
            outcomes = {decide(counted(rule, cast, unheard=n), DEADLINE + SECOND, DEADLINE) for n in (0, 1)}
            assert len(outcomes) == 1


RULES = st.sampled_from(["majority", "unanimous", "2/3", "1/3", "1/1", "1", "2", "3", "no-objection"])
CASTS = st.lists(st.sampled_from([A, N, B, S]), max_size=7)
DECIDED = st.tuples(RULES, CASTS, st.booleans(), st.integers(0, 4), st.booleans())


def outcome_of(rule: str, cast: Sequence[Choice | None], blocks: bool, minimum: int, late: bool) -> Outcome:
    return decide(counted(rule, cast, blocks, minimum), DEADLINE + SECOND * late, DEADLINE)


@given(DECIDED)
def test_a_grant_has_what_its_policy_asks_for(case: tuple[str, list[Choice | None], bool, int, bool]) -> None:
    rule, cast, blocks, minimum, late = case
    if outcome_of(*case) is not GRANTED:
        return
    approvals, objections, abstentions = cast.count(A), cast.count(N), cast.count(B)
    silence = cast.count(S) if rule == "no-objection" and late else 0
    assert not (blocks and objections)
    assert approvals + silence > objections
    assert approvals + objections + abstentions >= minimum
    if rule == "no-objection":
        assert silence == cast.count(S)
    else:
        assert approvals >= terms(rule).needed(len(cast) - abstentions) > 0


@given(DECIDED, st.integers(0, 6))
def test_an_approval_never_turns_a_grant_into_anything_else(
    case: tuple[str, list[Choice | None], bool, int, bool], place: int
) -> None:
    rule, cast, blocks, minimum, late = case
    if outcome_of(*case) is GRANTED:
        better = [A if number == place else choice for number, choice in enumerate(cast)]
        assert outcome_of(rule, better, blocks, minimum, late) is GRANTED


@given(DECIDED, st.integers(0, 6))
def test_an_objection_never_makes_a_grant(case: tuple[str, list[Choice | None], bool, int, bool], place: int) -> None:
    rule, cast, blocks, minimum, late = case
    if outcome_of(*case) is not GRANTED and place < len(cast) and minimum == 0:
        worse = [N if number == place else choice for number, choice in enumerate(cast)]
        assert outcome_of(rule, worse, blocks, minimum, late) is not GRANTED


@given(RULES, CASTS, st.booleans(), st.integers(0, 4))
def test_the_deadline_changes_only_what_was_open(
    rule: str, cast: list[Choice | None], blocks: bool, minimum: int
) -> None:
    before, after = (outcome_of(rule, cast, blocks, minimum, late) for late in (False, True))
    assert before is OPEN or after is before
    assert after is not OPEN


# --- own text, and substitutes ---


def test_authors_of_the_text_have_no_vote() -> None:
    papers = [paper(1), paper(2), replace(paper(3), excused=Excused.OWN_TEXT)]
    count = tally(ballot("unanimous"), papers, [vote(1, 1, A, NOON), vote(2, 2, A, NOON), vote(3, 3, N, NOON)])
    assert (count.eligible, count.objections, decide(count, NOON, DEADLINE)) == (2, 0, GRANTED)


def substituted(member: int, number: int = 9) -> list[Paper]:
    return [replace(paper(member), excused=Excused.AWAY), replace(paper(number), stands_for=100 + member)]


@pytest.mark.parametrize(
    ("votes", "choices"),
    [
        ([(9, A, 1)], [A]),
        ([(1, N, 1)], [N]),
        ([(9, A, 1), (1, N, 2)], [N]),  # the member's own vote replaces that of the substitute
        ([(1, N, 1), (9, A, 2)], [N]),  # and the substitute's never that of the member
        ([(9, A, 1), (9, N, 2)], [N]),
        ([], []),
    ],
)
def test_a_member_and_their_substitute_have_one_vote(
    votes: list[tuple[int, Choice, int]], choices: list[Choice]
) -> None:
    cast = [vote(number, of, choice, NOON + at * SECOND) for number, (of, choice, at) in enumerate(votes)]
    count = tally(ballot(), substituted(1), cast)
    assert ([v.choice for v in count.votes.values()], count.eligible) == (choices, 1)


@pytest.mark.parametrize(
    ("papers", "unheard", "expected"),
    [
        ([paper(1)], set(), 0),
        ([paper(1)], {1}, 1),
        ([replace(paper(1), excused=Excused.AWAY)], set(), 1),  # away, and nobody stands for them
        (substituted(1), set(), 0),  # the substitute's silence is consent
        (substituted(1), {9}, 1),
        (substituted(1), {1}, 1),  # the member wrote something that was not counted
        ([replace(paper(1), on_board=False)], {1}, 0),
    ],
)
def test_whose_silence_is_no_consent(papers: list[Paper], unheard: set[int], expected: int) -> None:
    count = tally(ballot("no-objection"), papers, [], unheard)
    assert count.unheard == expected


def test_whose_vote_is_missing_is_one_name_a_seat() -> None:
    """A substitute has the vote of the member who is away: either's vote is enough, and one name is shown."""
    away = replace(paper(1), excused=Excused.AWAY)
    bert = Paper(4, 1, 104, "bert@x.example", "Bert", True, stands_for=away.contact)
    papers = [away, paper(2), replace(paper(3), excused=Excused.OWN_TEXT), bert]

    def missing(*votes: Vote) -> list[str]:
        return still_to_vote(papers, tally(ballot(), papers, votes))

    assert missing() == ["Bert for Member 1", "Member 2"]
    assert missing(vote(1, bert.id, Choice.APPROVE, NOON)) == ["Member 2"]
    assert missing(vote(1, 1, Choice.ABSTAIN, NOON), vote(2, 2, Choice.OBJECT, NOON)) == []
