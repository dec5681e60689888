"""Words for a person, while their language is not known yet."""

from __future__ import annotations

import pytest

from mailer.phrases import Phrase, phrase

NESTED = phrase(
    "Line %(number)s: %(problem)s",
    number=2,
    problem=phrase("%(key)s is one of %(words)s.", key="Format", words="pdf, html, text"),
)


@pytest.mark.parametrize(
    ("said", "words"),
    [
        (phrase("it is encrypted"), "it is encrypted"),
        (phrase("it is 50% of it"), "it is 50% of it"),
        (phrase("Dear %(name)s,", name="100% %(name)s"), "Dear 100% %(name)s,"),
        (NESTED, "Line 2: Format is one of pdf, html, text."),
        (Phrase(), ""),
    ],
)
def test_a_phrase_is_a_string_in_english(said: Phrase, words: str) -> None:
    assert said == words
    assert bool(said) is bool(words)


@pytest.mark.parametrize("said", [phrase("it is encrypted"), NESTED, Phrase()])
def test_a_phrase_is_kept_with_its_values(said: Phrase) -> None:
    restored = Phrase.restored(said.stored())
    assert (restored, restored.message, restored.values) == (said, said.message, said.values)
    assert restored.stored() == said.stored()
