"""Phrases: text for people that is translated later, when the reader's language is known."""

from __future__ import annotations

import pytest

from mailer.phrases import Phrase, counted, phrase

NESTED = phrase(
    "Line %(number)s: %(problem)s",
    number=2,
    problem=phrase("%(key)s is one of %(words)s.", key="Format", words="pdf, html, text"),
)

MAILS = phrase("%(mails)s wait", mails=counted("%(count)s mail", "%(count)s mails", count=2))


@pytest.mark.parametrize(
    ("value", "words"),
    [
        (phrase("it is encrypted"), "it is encrypted"),
        (phrase("it is 50% of it"), "it is 50% of it"),
        (phrase("Dear %(name)s,", name="100% %(name)s"), "Dear 100% %(name)s,"),
        (NESTED, "Line 2: Format is one of pdf, html, text."),
        (Phrase(), ""),
        (counted("%(count)s mail", "%(count)s mails", count=1), "1 mail"),
        (counted("%(count)s mail", "%(count)s mails", count=0), "0 mails"),
    ],
)
def test_a_phrase_is_a_string_in_english(value: Phrase, words: str) -> None:
    assert value == words
    assert bool(value) is bool(words)


@pytest.mark.parametrize("value", [phrase("it is encrypted"), NESTED, Phrase(), MAILS])
def test_a_phrase_is_stored_with_its_values(value: Phrase) -> None:
    restored = Phrase.restored(value.stored())
    assert (restored, restored.message, restored.values) == (value, value.message, value.values)
    assert restored.stored() == value.stored()
