"""Lines to fill in, as they come back."""

from __future__ import annotations

from mailer.inbound.filled import read_filled
from tests.unit.inbound.mails import mail
from tests.unit.model.test_questionnaires import SEMINAR

OFFERED = {"title": "On roads", "country": "KE"}


def test_lines_are_read_in_place_between_quotation_marks() -> None:
    filled = read_filled(mail("> Title: On roads\n> Country: Uganda\n> When: 2027-05-03\n"), SEMINAR, OFFERED)
    assert filled.values == {"title": "On roads", "country": "UG", "when": "2027-05-03/2027-05-03"}
    assert (filled.changed, filled.problems, filled.beside) == (frozenset({"country", "when"}), (), "")


def test_lines_of_their_own_stand_above_the_quoted_ones() -> None:
    body = "Country: Uganda\nThank you.\n\nOn 1 May 2026, Office <x@y.example> wrote:\n> Title: On roads\n"
    filled = read_filled(mail(body), SEMINAR, OFFERED)
    assert (filled.values["country"], filled.beside) == ("UG", "Thank you.")


def test_what_is_missing_or_not_known_is_asked_back() -> None:
    filled = read_filled(mail("Country: Atlantis\n"), SEMINAR)
    assert [(one.key, one.written) for one in filled.problems] == [("country", "Atlantis"), ("title", "")]
    assert filled.values == {}
