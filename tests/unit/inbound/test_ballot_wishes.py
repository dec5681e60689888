"""What editors ask for in a reply to the notice of a ballot."""

from __future__ import annotations

import pytest

from mailer.inbound.ballot_wishes import Verb, Wish, read_span, read_wish, words_for
from mailer.inbound.words.ballots import REMIND
from mailer.model.approvals import Outcome
from mailer.model.working_days import Span


@pytest.mark.parametrize(
    ("line", "wish"),
    [
        ("remind", Wish(Verb.REMIND)),
        ("*Remind.*", Wish(Verb.REMIND)),
        ("Rappeler", Wish(Verb.REMIND)),
        ("recordar", Wish(Verb.REMIND)),
        ("withdraw", Wish(Verb.WITHDRAW)),
        ("Retirer.", Wish(Verb.WITHDRAW)),
        ("extend 2 days", Wish(Verb.EXTEND, Span(2, working=False))),
        ("Extend  by 1 day!", Wish(Verb.EXTEND, Span(1, working=False))),
        ("extend 3 working days", Wish(Verb.EXTEND, Span(3, working=True))),
        ("extend 2 weeks", Wish(Verb.EXTEND, Span(14, working=False))),
        ("prolonger de 2 jours ouvrés", Wish(Verb.EXTEND, Span(2, working=True))),
        ("ampliar 4 días hábiles", Wish(Verb.EXTEND, Span(4, working=True))),
    ],
)
def test_what_an_editor_asks_for(line: str, wish: Wish) -> None:
    assert read_wish(line) == wish


@pytest.mark.parametrize(
    "line",
    [
        "",
        "Please do not withdraw this.",
        "withdraw?",
        "remind me tomorrow",
        "extend",
        "extend 0 days",
        "extend 1000 days",
        "extend 53 weeks",
        "extend 2",
        "extend two days",
        "extend -2 days",
        "extend ٢ days",
        "extend 2 days and remind",
        "approve",
    ],
)
def test_anything_else_is_nothing_that_is_done(line: str) -> None:
    assert read_wish(line) is None


def test_a_length_of_time() -> None:
    assert read_span("2 working days") == Span(2, working=True)
    assert [read_span(text) for text in ("2", "days", "2 hours", "400 days")] == [None] * 4


@pytest.mark.parametrize("language", REMIND)
def test_the_words_that_a_notice_tells_are_understood(language: str) -> None:
    assert {name: read_wish(words) for name, words in words_for(language, Outcome.OPEN).items()} == {
        "remind": Wish(Verb.REMIND),
        "extend": Wish(Verb.EXTEND, Span(2)),
        "extend_working": Wish(Verb.EXTEND, Span(3, working=True)),
        "withdraw": Wish(Verb.WITHDRAW),
    }
