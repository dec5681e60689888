"""The library: states of a version, its number, and what differs between two."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from mailer.errors import Refused
from mailer.model.issues import Article, Source
from mailer.model.library import (
    TRANSITIONS,
    Event,
    Manuscript,
    Number,
    Publish,
    State,
    Version,
    advance,
    find,
    published,
    require_newer,
)
from mailer.model.library_changes import ParagraphChange, What, changes
from tests.fakes import NOON

CHAPTER = Article("01-task.md", "The task", "", "", "A presenter speaks.\n\nThe host pays the travel.")
SOURCE = Source("scope", 1, "The task of a presenter", date(2026, 11, 23), "en", (CHAPTER,), "5" * 64, author="Ana Lee")
MANUSCRIPT = Manuscript("scope", "document", Number(1, 0), Publish.BY_COMMAND, SOURCE)
VERSION = Version(
    id=1,
    key="scope",
    kind="document",
    number=Number(1, 0),
    language="en",
    title="The task of a presenter",
    state=State.DRAFT,
    publish=Publish.BY_COMMAND,
    digest="d" * 64,
    authors=("Ana Lee",),
    replaces="",
    built_at=NOON,
)


@pytest.mark.parametrize("state", State)
@pytest.mark.parametrize("event", Event)
def test_each_step_is_in_the_table_or_refused(state: State, event: Event) -> None:
    version = replace(VERSION, state=state)
    if version.may(event):
        assert advance(state, event) is TRANSITIONS[state, event]
    else:
        with pytest.raises(Refused, match=f"that is {state} cannot take the step “{event}”"):
            advance(state, event)


@pytest.mark.parametrize("text", ["1.0", "12.34"])
def test_a_number_is_read_as_it_is_written(text: str) -> None:
    assert str(Number.parse(text)) == text


@pytest.mark.parametrize("text", ["", "1", "0.1", "1.0.0", "v1.0", "1,0", "-1.0", "١.٠", "12345.0"])
def test_anything_else_is_no_number(text: str) -> None:
    with pytest.raises(ValueError, match="is not the number of a version"):
        Number.parse(text)


def test_numbers_are_in_order() -> None:
    assert sorted([Number(1, 10), Number(2, 0), Number(1, 9)]) == [Number(1, 9), Number(1, 10), Number(2, 0)]


def test_the_newest_version_is_found_or_one_by_its_number() -> None:
    newer = replace(VERSION, id=2, number=Number(1, 1))
    assert (find([VERSION, newer], "scope"), find([VERSION, newer], "scope", Number(1, 0))) == (newer, VERSION)
    with pytest.raises(Refused, match=r"“scope” has no version 2\.0; there are 1\.0, 1\.1"):
        find([VERSION, newer], "scope", Number(2, 0))
    with pytest.raises(Refused, match="No version of “kit” was built yet"):
        find([], "kit")


def test_what_was_published_is_never_built_again() -> None:
    out = replace(VERSION, number=Number(1, 1), state=State.PUBLISHED, published_at=NOON)
    require_newer([out], Number(1, 2))
    for number in (Number(1, 0), Number(1, 1)):
        with pytest.raises(Refused, match=r"Version 1.1 has been published: .* such as 1.2"):
            require_newer([out], number)
    assert (published([VERSION, out]), published([VERSION])) == (out, None)


def test_versions_are_compared_word_by_word_under_their_headings() -> None:
    old = "# Task\n\nA presenter speaks.\n\n# Costs\n\nThe host pays the travel.\n\nNo fee."
    new = "# Task\n\nA presenter speaks.\n\nAnd listens.\n\n# Costs\n\nThe host pays all."
    assert changes(old, new) == [
        ParagraphChange(What.ADDED, "Task", "{+And listens.+}"),
        ParagraphChange(What.CHANGED, "Costs", "The host pays [-the travel.-]{+all.+}"),
        ParagraphChange(What.REMOVED, "Costs", "[-No fee.-]"),
    ]
    assert changes(old, old) == []


def test_a_manuscript_is_compared_by_its_words() -> None:
    assert MANUSCRIPT.markdown == (
        "The task of a presenter\n\n# The task\n\nA presenter speaks.\n\nThe host pays the travel."
    )
