"""“faq”: frequent questions, of which there is no list yet."""

from __future__ import annotations

from tests.unit.harness import OFFICE, Harness, text_of


def test_faq_says_that_there_is_none_yet_and_who_answers(harness: Harness) -> None:
    harness.write("sven@x.example", OFFICE, "x", "faq fonts\n")
    (told,) = harness.mails_to("sven@x.example")
    assert "We have no list of frequent questions and answers yet." in text_of(told)
    assert (told["In-Reply-To"], "fonts" in text_of(told)) == (None, False)
