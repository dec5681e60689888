"""Reviews: the tables of transitions, when each step is due, and the figures."""

from __future__ import annotations

import itertools
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mailer.errors import Refused
from mailer.model.review_decisions import MOST_NUMBERS, Decisions, Word, read_decisions
from mailer.model.reviews import (
    ANSWERED,
    DECIDED,
    ENTRIES,
    OPEN_ROUNDS,
    REST,
    ROUNDS,
    STAGES,
    STATE_NAMES,
    TO_DECIDE,
    WAITING,
    EntryEvent,
    EntryState,
    ReviewPolicy,
    ReviewRules,
    Round,
    RoundEvent,
    RoundState,
    Stage,
    Start,
    Tally,
    advance_entry,
    advance_round,
    due_at,
    latest_day,
    next_day,
    next_step,
    start_of,
    total,
)

NOON = datetime(2027, 3, 1, 12, 0, tzinfo=UTC)
RULES = ReviewRules()
ROUND = Round(
    id=1,
    list="nmb",
    planned_for=None,
    state=RoundState.RUNNING,
    stage=Stage.ASKED,
    stage_at=NOON,
    started_at=NOON,
    started_by="jane",
    ends_at=NOON + RULES.decide,
    policy=ReviewPolicy.FLAG,
    publish=False,
)
ANSWERS = (EntryEvent.CONFIRM, EntryEvent.CHANGE, EntryEvent.LEAVE, EntryEvent.NAME)


@pytest.mark.parametrize("state", RoundState)
@pytest.mark.parametrize("event", RoundEvent)
def test_a_round_does_what_its_table_says(state: RoundState, event: RoundEvent) -> None:
    if (state, event) in ROUNDS:
        assert advance_round(state, event) is ROUNDS[state, event]
    else:
        with pytest.raises(Refused, match=f"is {state}"):
            advance_round(state, event)
    assert ((state, RoundEvent.CANCEL) in ROUNDS) == (state in OPEN_ROUNDS)


def test_an_answer_counts_in_every_state_in_which_the_entry_is_on_the_list() -> None:
    gone = {EntryState.LEFT, EntryState.PASSED_ON}
    for event in (EntryEvent.CONFIRM, EntryEvent.CHANGE):
        assert {state for state in EntryState if advance_entry(state, event) is None} == gone
    for event in (EntryEvent.LEAVE, EntryEvent.NAME):
        assert {state for state in EntryState if advance_entry(state, event) is None} == {*gone, EntryState.REMOVED}


def test_nothing_but_an_answer_or_a_person_changes_what_was_answered() -> None:
    machine = {EntryEvent.REMIND, EntryEvent.ASK_SECOND, EntryEvent.BOUNCE, EntryEvent.LAPSE}
    answered = set(ANSWERED) - {EntryState.NAMED}
    assert [(state, event) for state, event in ENTRIES if event in machine and state in {*answered, *DECIDED}] == []


def test_nobody_is_removed_or_suspended_who_has_answered() -> None:
    for event in (EntryEvent.REMOVE, EntryEvent.SUSPEND, EntryEvent.FLAG):
        assert {state for state, one in ENTRIES if one is event} == {
            *TO_DECIDE,
            EntryState.FLAGGED,
            EntryState.SUSPENDED,
        }


@given(st.lists(st.sampled_from(EntryEvent), max_size=12))
def test_whatever_happens_an_entry_ends_in_a_state_that_people_can_read(events: list[EntryEvent]) -> None:
    state, answers = EntryState.ASKED, 0
    for event in events:
        after = advance_entry(state, event)
        answers += after is not None and event in ANSWERS
        state = after or state
    assert STATE_NAMES[state]
    if state in (EntryState.OK, EntryState.CHANGED, EntryState.LEFT):
        assert answers
    if state in WAITING and state is not EntryState.NAMED:
        assert not answers


@given(
    st.lists(st.integers(1, 40 * 24), min_size=1, max_size=60),
    st.integers(1, 90),
)
def test_each_step_is_taken_once_in_order_and_with_rest_between(hours: list[int], days: int) -> None:
    """Whenever the office looks, and however long it slept."""
    one, now = replace(ROUND, ends_at=NOON + timedelta(days=days)), NOON
    taken = [(one.stage, now)]
    for span in hours:
        now += timedelta(hours=span)
        if stage := next_step(one, RULES, now):
            assert due_at(stage, one, RULES) <= now
            one = one.at(stage, now)
            taken.append((stage, now))
    assert [stage for stage, _ in taken] == list(STAGES[: len(taken)])
    between = min(REST, (one.ends_at - NOON) / 3 - timedelta(seconds=1))
    assert all(later - earlier >= between for (_, earlier), (_, later) in itertools.pairwise(taken))


def test_no_step_is_due_while_a_stage_has_mails_to_write_or_the_round_is_over() -> None:
    late = NOON + timedelta(days=100)
    assert next_step(ROUND, RULES, late) is Stage.REMINDED
    assert next_step(replace(ROUND, cursor=0), RULES, late) is None
    assert next_step(replace(ROUND, state=RoundState.ENDED), RULES, late) is None
    assert next_step(replace(ROUND, stage=Stage.PROPOSED), RULES, late) is None
    with pytest.raises(Refused, match="has come further"):
        replace(ROUND, stage=Stage.SECOND).at(Stage.REMINDED, late)


@pytest.mark.parametrize(
    ("today", "latest", "following"),
    [
        (date(2027, 3, 1), date(2027, 3, 1), date(2027, 9, 1)),
        (date(2027, 2, 28), date(2026, 9, 1), date(2027, 3, 1)),
        (date(2027, 12, 31), date(2027, 9, 1), date(2028, 3, 1)),
    ],
)
def test_the_days_of_review_go_round_the_year(today: date, latest: date, following: date) -> None:
    days = [(3, 1), (9, 1)]
    assert (latest_day(days, today), next_day(days, today)) == (latest, following)


@given(st.dates(date(2026, 1, 1), date(2040, 1, 1)), st.integers(0, 60))
def test_a_day_of_review_asks_for_one_start(today: date, late: int) -> None:
    day = latest_day([(3, 1), (9, 1)], today)
    expected = Start.NOW if day == today else Start.LATE if (today - day).days <= late else Start.MISSED
    assert start_of(day, today, timedelta(days=late)) is expected


WORDS = {"keep": Word.KEEP, "remove": Word.REMOVE, "garder": Word.KEEP, "残す": Word.KEEP}


@pytest.mark.parametrize(
    ("text", "each"),
    [
        ("3 keep", {3: Word.KEEP}),
        ("3: remove.\n\n5, 7-9 Garder", {3: Word.REMOVE, **dict.fromkeys((5, 7, 8, 9), Word.KEEP)}),
        ("Dear all,\n12 残す。\nBest, Jane", {12: Word.KEEP}),
        ("1、2 keep\n2 keep", {1: Word.KEEP, 2: Word.KEEP}),
        ("1 2 remove", {1: Word.REMOVE, 2: Word.REMOVE}),
    ],
)
def test_numbers_with_a_word_are_read(text: str, each: dict[int, Word]) -> None:
    assert read_decisions(text.split("\n"), WORDS) == Decisions(each, "")


@pytest.mark.parametrize(
    "line", ["not 3 keep", "3 keep or remove", "9-3 keep", "1-99999 remove", "3", "keep 3", "3 - keep but ask first"]
)
def test_what_is_not_clear_is_asked_back(line: str) -> None:
    assert read_decisions([line], WORDS).unclear == line


def test_one_number_with_two_words_is_asked_back() -> None:
    assert read_decisions(["3 keep", "2-4 remove"], WORDS).unclear == "2-4 remove"


def test_C7_a_long_number_is_read_at_once() -> None:
    line = "1" * 5_000
    assert read_decisions([line], WORDS).unclear == line[:200]


@given(st.text(alphabet="0123456789-–,;:. kepmov", max_size=80))
def test_no_line_decides_about_more_than_it_may(line: str) -> None:
    assert len(read_decisions([line] * 3, WORDS).each) <= MOST_NUMBERS


@given(st.lists(st.dictionaries(st.sampled_from(EntryState), st.integers(0, 50)), max_size=4))
def test_every_entry_is_counted_in_one_of_the_figures(parts: list[dict[EntryState, int]]) -> None:
    tally = total([Tally(part) for part in parts])
    assert tally.entries == sum(sum(part.values()) for part in parts)
    assert tally.answered + tally.waiting + tally.silent + tally.bounced == tally.entries
