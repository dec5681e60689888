"""The states of an article by mail, the digest of its words, and the plan of an issue."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from itertools import product

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule

from mailer.errors import Refused
from mailer.model.article_plan import Planned, Standing, find, rows
from mailer.model.articles import (
    IN_FOLDER,
    OVER,
    TRANSITIONS,
    Article,
    State,
    Step,
    advance,
    count_words,
    digest_of,
)
from mailer.model.captions import credited
from mailer.model.issues import Article as Printed
from mailer.model.manuscripts import Kind, Unit
from tests.fakes import NOON

INVITATION = Article(
    id=1, publication="update", number=2, title="Invitation to Bangkok", words=400, due=date(2027, 1, 15),
    address="anong@tisi.example", name="Anong Kim", language="en", asked_at=NOON, changed_at=NOON,
)  # fmt: skip
TODAY = date(2027, 1, 10)


@pytest.mark.parametrize(("state", "step"), list(product(State, Step)))
def test_every_pair_is_in_the_table_or_refused(state: State, step: Step) -> None:
    article = replace(INVITATION, state=state)
    if article.takes(step):
        assert advance(state, step) is TRANSITIONS[state, step]
    else:
        with pytest.raises(Refused, match=step.value):
            advance(state, step)


class Life(RuleBasedStateMachine):
    """Whatever happens, an article is agreed to only by a yes to the words of its last proof."""

    def __init__(self) -> None:
        super().__init__()
        self.state = State.ASKED
        self.words, self.shown, self.agreed = 0, -1, -1

    @rule(step=st.sampled_from([step for step in Step if step is not Step.AGREE]))
    def happens(self, step: Step) -> None:
        if (self.state, step) not in TRANSITIONS:
            return
        self.state = advance(self.state, step)
        if step is Step.PROVE:
            self.shown = self.words
        elif step in (Step.TAKE, Step.APPLY):
            self.words += 1

    @rule()
    def says_yes(self) -> None:
        if (self.state, Step.AGREE) in TRANSITIONS:
            self.state, self.agreed = advance(self.state, Step.AGREE), self.shown

    @invariant()
    def a_yes_is_to_what_is_printed(self) -> None:
        if self.state is State.AGREED:
            assert self.agreed == self.shown == self.words
        assert self.state is not State.PROOF or self.shown >= 0


TestLife = Life.TestCase
TestLife.settings = settings(max_examples=40, stateful_step_count=20, deadline=None)


def test_what_is_over_stays_over() -> None:
    assert [pair for pair in TRANSITIONS if pair[0] in OVER] == []
    assert {TRANSITIONS[state, Step.PROVE] for state in IN_FOLDER} == {State.PROOF}


UNITS = (
    Unit(1, 0, Kind.TITLE, "Come to Bangkok"),
    Unit(2, 0, Kind.PARAGRAPH, "See [the map](1).", ("https://a.example",)),
)


@given(st.text(max_size=20), st.text(max_size=20))
@settings(max_examples=50)
def test_the_digest_is_of_the_words_alone(one: str, other: str) -> None:
    units = [Unit(1, 0, Kind.TITLE, one)], [Unit(1, 0, Kind.TITLE, other)]
    same = one.split() == other.split()
    assert (digest_of("A", units[0]) == digest_of("A", units[1])) == same


def test_the_digest_covers_name_kinds_and_links() -> None:
    others = [
        ("Anong", (UNITS[0], replace(UNITS[1], links=("https://b.example",)))),
        ("Anong", (replace(UNITS[0], kind=Kind.HEADING), UNITS[1])),
        ("Anong", (UNITS[1], UNITS[0])),
        ("Bo", UNITS),
    ]
    assert digest_of("Anong", UNITS) not in [digest_of(author, units) for author, units in others]


@pytest.mark.parametrize(
    ("text", "words"), [("One, two – three.", 3), ("l’hôtel de la ville", 4), ("曼谷欢迎您", 5), ("", 0)]
)
def test_words_are_counted_in_every_script(text: str, words: int) -> None:
    assert count_words(text) == words


def test_a_credit_is_told_from_a_caption() -> None:
    assert credited("The hall (photo: Anna Kim)") == ("The hall", "photo: Anna Kim")
    assert credited("The hall | Anna Kim") == ("The hall", "Anna Kim")
    assert credited("The hall") == ("The hall", "")


# --- the plan ---

PLAN = (
    Planned(publication="update", number=2, title="Invitation to Bangkok", by="TISI", words=400),
    Planned(publication="update", number=2, title="Message from the TG leaders"),
    Planned(publication="update", number=3, title="After Bangkok"),
    Planned(publication="update", number=2, title="The old name", file="01-road.md"),
)
ROAD = Printed("01-road.md", "The road", "TG 2", "", "x")


@pytest.mark.parametrize(
    ("state", "standing"),
    [
        (State.ASKED, Standing.ASKED),
        (State.PROMISED, Standing.PROMISED),
        (State.IN, Standing.IN),
        (State.TAKEN, Standing.IN_ISSUE),
        (State.PROOF, Standing.WITH_AUTHOR),
        (State.AGREED, Standing.PROOFED),
        (State.DECLINED, Standing.DECLINED),
    ],
)
def test_the_plan_says_how_far_each_article_is(state: State, standing: Standing) -> None:
    found = list(rows("update", 2, PLAN, [replace(INVITATION, state=state)], (ROAD,), TODAY))
    assert [(row.title, row.standing, row.article) for row in found] == [
        ("Invitation to Bangkok", standing, 1),
        ("Message from the TG leaders", Standing.PLANNED, None),
        ("The old name", Standing.IN_ISSUE, None),
    ]


def test_what_is_late_and_what_nobody_planned_are_shown() -> None:
    late = replace(INVITATION, title="Another one", due=date(2027, 1, 9))
    printed = (ROAD, Printed("02-x.md", "X", "Bo", "", "x"))
    found = list(rows("update", 2, (), [late], printed, TODAY))
    assert [(row.title, row.standing, row.is_file_alone) for row in found] == [
        ("Another one", Standing.LATE, False),
        ("The road", Standing.IN_ISSUE, True),
        ("X", Standing.IN_ISSUE, True),
    ]


def test_somebody_else_who_was_asked_takes_the_place_of_who_said_no() -> None:
    both = [replace(INVITATION, state=State.DECLINED), replace(INVITATION, id=2, name="Somchai")]
    (row, *_) = rows("update", 2, PLAN, both, (), TODAY)
    assert (row.article, row.by, row.standing) == (2, "Somchai", Standing.ASKED)


def test_what_is_planned_is_found_by_its_title() -> None:
    assert find(PLAN, "update", 2, "invitation  to Bangkok") == PLAN[0]
    assert find(PLAN, "update", 3, "Invitation to Bangkok") is None
