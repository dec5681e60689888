"""The life of an issue: every pair of state and event, the digest, and the fourth law."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from itertools import product

import pytest

from mailer.errors import Refused
from mailer.model.issues import (
    Edition,
    EditionRef,
    Event,
    Inline,
    State,
    Wording,
    advance,
    digest_of,
    edition_for,
)

TRANSITIONS = """
           RENDER    EDIT   SUBMIT     GRANT     OBJECT    LAPSE     REOPEN     WITHDRAW  SCHEDULE   UNSCHEDULE  MISS      START    SETTLE  CANCEL
DRAFT      RENDERED  -      -          -         -         -         -          -         -          -           -         -        -       CANCELLED
RENDERED   RENDERED  DRAFT  SUBMITTED  -         -         -         SUBMITTED  -         -          -           -         -        -       CANCELLED
SUBMITTED  -         DRAFT  -          APPROVED  REJECTED  REJECTED  -          RENDERED  -          -           -         -        -       CANCELLED
APPROVED   -         DRAFT  -          -         REJECTED  -         SUBMITTED  RENDERED  SCHEDULED  -           -         SENDING  -       CANCELLED
SCHEDULED  -         DRAFT  -          -         REJECTED  -         SUBMITTED  RENDERED  SCHEDULED  APPROVED    APPROVED  SENDING  -       CANCELLED
SENDING    -         -      -          -         -         -         -          -         -          -           -         SENDING  SENT    STOPPED
SENT       -         -      -          -         -         -         -          -         -          -           -         SENDING  -       -
REJECTED   RENDERED  DRAFT  SUBMITTED  APPROVED  -         -         SUBMITTED  RENDERED  -          -           -         -        -       CANCELLED
CANCELLED  RENDERED  -      -          -         -         -         -          -         -          -           -         -        -       -
STOPPED    -         -      -          -         -         -         -          -         -          -           -         -        -       -
"""  # noqa: E501


def table() -> dict[tuple[State, Event], State | None]:
    head, *rows = (line.split() for line in TRANSITIONS.strip().splitlines())
    return {
        (State[state], Event[event]): None if to == "-" else State[to]
        for state, *cells in rows
        for event, to in zip(head, cells, strict=True)
    }


def test_the_table_of_this_test_is_complete() -> None:
    assert set(table()) == set(product(State, Event))


@pytest.mark.parametrize(("state", "event", "to"), [(*pair, to) for pair, to in table().items()])
def test_every_pair_of_state_and_event(state: State, event: Event, to: State | None) -> None:
    if to is not None:
        assert advance(state, event) is to
    else:
        with pytest.raises(Refused, match=f"^An issue that is {state} cannot take the step “{event}”\\.$"):
            advance(state, event)


EDITION = Edition("Subject", "<p>html</p>", "text", b"%PDF", 2, pictures=(Inline("a@b", "image/png", b"png"),))

CHANGES: dict[str, Callable[[Edition], Edition]] = {
    "subject": lambda e: replace(e, subject="Subject."),
    "html": lambda e: replace(e, html="<p>html</p> "),
    "text": lambda e: replace(e, text="text\n"),
    "pdf": lambda e: replace(e, pdf=b"%PDF "),
    "picture": lambda e: replace(e, pictures=(Inline("a@b", "image/png", b"gnp"),)),
    "picture's type": lambda e: replace(e, pictures=(Inline("a@b", "image/jpeg", b"png"),)),
    "no picture": lambda e: replace(e, pictures=()),
    "wording": lambda e: replace(e, wording=Wording("Hello %(name)s,")),
    "a piece moved from one part to the next": lambda e: replace(e, html=e.html[:-1], text=">" + e.text),
}


@pytest.mark.parametrize("change", CHANGES)
def test_A19_the_digest_covers_everything_that_readers_get(change: str) -> None:
    assert CHANGES[change](EDITION).digest != EDITION.digest


def test_warnings_and_pages_are_not_in_the_digest() -> None:
    assert replace(EDITION, warnings=("long",), pages=3).digest == EDITION.digest


@pytest.mark.parametrize(
    ("name", "organisation", "words"),
    [
        ("Anna Kim", "The Union", "Bonjour Anna Kim,"),
        ("", "The Union", "Bonjour The Union,"),
        ("%(name)s ⟦leave⟧", "", "Bonjour %(name)s ⟦leave⟧,"),
        ("", "", "Bonjour,"),
    ],
)
def test_G6_a_copy_greets_in_the_language_of_its_edition(name: str, organisation: str, words: str) -> None:
    assert Wording("Bonjour %(name)s,", "Bonjour,").greet(name, organisation) == words


def test_a_draft_is_filled_as_for_a_reader_without_a_name() -> None:
    edition = replace(
        EDITION, text="⟦greeting⟧ ⟦recipient⟧ ⟦leave⟧", wording=Wording("B %(name)s", "B", "all", "(lien)")
    )
    assert edition.filled(edition.text, "a@x.example") == "B a@x.example (lien)"
    assert edition.filled(edition.text, "a@x.example", "#") == "B a@x.example #"


ENGLISH, FRENCH = EditionRef(7, "en", "d" * 64), EditionRef(8, "fr", "e" * 64)


def test_A19_a_digest_covers_every_edition_and_who_gets_which() -> None:
    sets = [
        (),
        (ENGLISH,),
        (FRENCH,),
        (ENGLISH, FRENCH),
        (FRENCH, ENGLISH),
        (ENGLISH, FRENCH._replace(language="de")),
        (ENGLISH, FRENCH._replace(digest="f" * 64)),
    ]
    digests = [digest_of(editions) for editions in sets]
    assert digests[:3] == [None, ENGLISH.digest, FRENCH.digest]
    assert len(set(digests)) == len(sets)
    assert digest_of((ENGLISH._replace(id=1), FRENCH._replace(id=2))) == digests[3]


@pytest.mark.parametrize(
    ("reader", "languages", "chosen"),
    [
        ("", "en fr", "en"),
        ("en", "en fr", "en"),
        ("fr", "en fr", "fr"),
        ("fr-ca", "en fr", "fr"),
        ("fr-ca", "en fr fr-CA", "fr-CA"),
        ("FR-CA", "en fr-FR fr-ca", "fr-ca"),
        ("fr", "en fr-CA fr-FR", "fr-CA"),
        ("fr-be", "en fr-CA fr", "fr"),
        ("zh-hant-hk", "en zh-Hans zh-Hant", "zh-Hant"),
        ("zh-tw", "en zh-Hans zh-Hant", "zh-Hans"),
        ("ru", "en fr", "en"),
        ("ru", "fr-CA en", "fr-CA"),
        ("e", "fr en", "fr"),
        ("fr", "en", "en"),
    ],
)
def test_a_reader_gets_the_edition_nearest_to_their_language(reader: str, languages: str, chosen: str) -> None:
    editions = [EditionRef(number, language, "") for number, language in enumerate(languages.split())]
    assert edition_for(editions, reader).language == chosen
