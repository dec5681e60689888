"""The library: states of a version, its number, and what differs between two."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from typing import Any

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
    to_read,
    too_early,
)
from mailer.model.library_changes import ParagraphChange, What, changes, in_words
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


OUT = replace(VERSION, state=State.PUBLISHED)
FRENCH = replace(OUT, id=2, language="fr", translates="1.0")
BRAZILIAN = replace(OUT, id=3, language="pt-BR", translates="1.0")


@pytest.mark.parametrize(
    ("language", "found"),
    [
        ("", [OUT]),
        ("en", [OUT]),
        ("de", [OUT]),
        ("fr-CA", [FRENCH, OUT]),
        ("pt", [BRAZILIAN, OUT]),
        ("PT-br", [BRAZILIAN, OUT]),
    ],
)
def test_a_reader_gets_the_closest_language_or_else_the_original(language: str, found: list[Version]) -> None:
    assert to_read([OUT, FRENCH, BRAZILIAN], language) == found


def test_a_translation_of_an_earlier_version_is_read_and_one_of_a_withdrawn_version_is_not() -> None:
    newer = replace(OUT, id=4, number=Number(1, 1))
    assert to_read([replace(OUT, state=State.SUPERSEDED), newer, FRENCH], "fr") == [FRENCH, newer]
    assert to_read([replace(OUT, state=State.WITHDRAWN), FRENCH], "fr") == []


def test_an_edition_is_found_by_its_language_and_the_original_without_or_by_its_own() -> None:
    known = [OUT, FRENCH]
    assert [find(known, "scope", language=tag) for tag in ("", "en", "FR")] == [OUT, OUT, FRENCH]
    assert (published(known), published(known, "fr"), published(known, "de")) == (OUT, FRENCH, None)
    with pytest.raises(Refused, match="“scope” in “de” was built yet: `mailer library build scope --language de`"):
        find(known, "scope", language="de")


@pytest.mark.parametrize(
    ("changes", "why"),
    [
        ({}, ""),
        ({"waits_for": "the guidance document"}, "is not to be published before the guidance document"),
        ({"not_before": NOON.date() + timedelta(days=1)}, "is not to be published before 20"),
        ({"not_before": NOON.date()}, ""),
        ({"embargo": NOON + timedelta(hours=1)}, "is under an embargo until"),
        ({"embargo": NOON}, ""),
    ],
)
def test_a_version_says_why_it_is_not_published_yet(changes: dict[str, Any], why: str) -> None:
    found = too_early(replace(VERSION, **changes), NOON.date(), NOON)
    assert (why in found, bool(found)) == (True, bool(why))


def test_what_has_changed_is_said_by_chapter() -> None:
    old = "Title\n\n# Task\n\nOne.\n\nTwo.\n\n# Costs\n\nThe host pays.\n\n# Kit\n\nSlides."
    new = (
        "Title\n\n# Task\n\nOne or so.\n\nTwo.\n\nThree.\n\nFour.\n\n# Costs\n\nThe host pays.\n\n# Report\n\nBy mail."
    )
    assert [str(one) for one in in_words(old, new)] == [
        "“Task”: 2 paragraphs are new.",
        "“Task”: 1 paragraph reads differently.",
        "“Report” is new.",
        "“Kit” is no longer there.",
    ]
    assert in_words(old, old) == []
