"""Channels: what becomes of a pack, and how it is named."""

from __future__ import annotations

from dataclasses import replace
from itertools import product

import pytest

from mailer.errors import Refused
from mailer.model.channels import Event, GivenPack, State, advance, find, noted
from mailer.model.packs import PackedPicture, slug
from tests.fakes import NOON

GIVEN = GivenPack(
    id=0,
    channel="iso-focus",
    issue=1,
    language="en",
    articles=(1, 3),
    digest="d" * 64,
    state=State.MAILED,
    made_at=NOON,
    made_by="secretary",
    address="editor@iso-focus.example",
    files=7,
)


@pytest.mark.parametrize(("state", "event"), [*product(State, Event)])
def test_plans_change_so_every_step_is_possible(state: State, event: Event) -> None:
    assert advance(state, event) is {Event.TAKE: State.TAKEN, Event.DECLINE: State.DECLINED}[event]


@pytest.mark.parametrize(
    ("given", "said"),
    [
        (GIVEN, "mailed"),
        (replace(GIVEN, state=State.TAKEN), "taken"),
        (replace(GIVEN, state=State.TAKEN, appears="May 2027"), "May 2027"),
        (replace(GIVEN, state=State.TAKEN, appears="May 2027", place="page 12"), "May 2027 (page 12)"),
        (replace(GIVEN, state=State.DECLINED, appears="May 2027"), "declined"),
    ],
)
def test_what_became_of_a_pack_in_words(given: GivenPack, said: str) -> None:
    assert str(given.outcome) == said


@pytest.mark.parametrize(
    ("words", "kept"),
    [
        ("It appears in May.\n\nBest wishes\nElena", "It appears in May."),
        ("Thanks!\n\nWe print it in the next issue.", "We print it in the next issue."),
        ("5/2027", "5/2027"),
        ("Thanks", ""),
        ("", ""),
        ("May " * 100, ("May " * 50).strip()),
    ],
)
def test_of_words_the_first_line_that_says_anything_is_noted(words: str, kept: str) -> None:
    assert noted(words) == kept


def test_a_channel_that_is_not_configured_is_refused() -> None:
    with pytest.raises(Refused, match="There is no channel “x”; there are: none yet"):
        find({}, "x")


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("From Salvador to Bangkok", "from-salvador-to-bangkok"),
        ("Économie & société: où?", "economie-societe-ou"),
        ("曼谷会议", "article"),
        ("../../etc/passwd", "etc-passwd"),
        ("a word " * 20, "a-word-a-word-a-word-a-word-a-word-a-word-a-word"),
    ],
)
def test_C6_names_of_files_are_small_letters_and_digits(text: str, name: str) -> None:
    assert slug(text) == name


def test_a_picture_says_how_large_it_can_be_printed() -> None:
    assert PackedPicture("pictures/1.jpg", 1, "", "", "", 2400, 1200).millimetres == (203, 101)
