"""Filled-in forms as three dozen mail programs return them, changed in the manners of people, in two languages."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Mapping
from datetime import date

import pytest
from babel import Locale
from hypothesis import given, settings
from hypothesis import strategies as st

from mailer.adapters import data
from mailer.adapters.render import Renderer
from mailer.inbound.filled import read_filled
from mailer.inbound.parse import parse
from mailer.model.questionnaires import Field, FieldKind, Filled, Questionnaire, shown
from mailer.phrases import phrase
from tests.client_replies import PROGRAMS
from tests.filled_replies import EVENT, FORMS, MANNERS, MARKUPS, Reply, Sender, mail_in_place, replies, wordings
from tests.unit.inbound.mails import DATA, RECEIVED, mail

ALL = [reply for number, reply in enumerate(replies()) if number % 5 == 0]
SENDER = Sender()


def read(reply: Reply) -> Filled:
    return read_filled(parse(reply.raw, RECEIVED), reply.form.questionnaire, reply.form.offered, wordings)


def outcome(filled: Filled, values: Mapping[str, str], unclear: frozenset[str]) -> str:
    """``right``, ``asked back``, or ``wrong``: another value than was meant, and nobody is asked."""
    asked = {problem.key for problem in filled.problems}
    wrong = {key for key in {*filled.values, *values} if filled.values.get(key, "") != values.get(key, "")}
    if wrong - asked or not unclear <= asked:
        return "wrong"
    return "right" if asked == unclear else "asked back"


def test_the_figure_covers_each_program_and_manner() -> None:
    assert len(ALL) >= 60
    assert {reply.manner for reply in ALL} == set(MANNERS)
    assert {reply.program for reply in ALL} == {name for name in PROGRAMS if not name.startswith("prepared")}
    assert {(reply.form.questionnaire.key, reply.name[-2:]) for reply in ALL} == {
        (form.questionnaire.key, language) for form in FORMS for language in ("en", "fr")
    }


@pytest.mark.parametrize("manner", MANNERS)
def test_G8_forms_are_read_right_or_asked_back_as_programs_return_them(manner: str) -> None:
    found = {reply.name: outcome(read(reply), reply.values, reply.unclear) for reply in ALL if reply.manner == manner}
    counts = Counter(found.values())
    assert [name for name, said in found.items() if said == "wrong"] == []
    assert counts["right"] >= 0.95 * len(found)


SAVED = json.loads((DATA / "filled" / "values.json").read_text(encoding="utf-8"))


@pytest.mark.parametrize("name", SAVED)
def test_saved_mails_are_read_right(name: str) -> None:
    form = next(form for form in FORMS if form.questionnaire.key == SAVED[name]["form"])
    mail = parse((DATA / "filled" / name).read_bytes(), RECEIVED)
    filled = read_filled(mail, form.questionnaire, form.offered, wordings)
    assert (dict(filled.values), sorted(problem.key for problem in filled.problems)) == (
        SAVED[name]["values"],
        SAVED[name]["asked"],
    )


TITLES = st.from_regex(r"[A-Z][a-z]{2,9}( [a-z]{1,12}){0,6}", fullmatch=True)
DAYS = st.dates(date(2026, 1, 1), date(2040, 12, 31))
VALUES = st.fixed_dictionaries(
    {"title": TITLES, "country": st.sampled_from(["KE", "FR", "UG", "CI", "KR"])},
    optional={
        "kind": st.sampled_from(["seminar", "conference", "workshop"]),
        "place": TITLES,
        "when": st.tuples(DAYS, DAYS).map(lambda days: f"{min(days)}/{max(days)}"),
        "audience": st.integers(1, 99_999).map(str),
        "website": st.sampled_from(["https://a.example", "https://www.b.example/c?d=e&f=1"]),
        "wants": st.sampled_from(["yes", "no"]),
    },
)


@settings(max_examples=25)
@given(
    offered=VALUES,
    wanted=VALUES,
    language=st.sampled_from(["en", "fr"]),
    program=st.sampled_from([name for name in PROGRAMS if not name.startswith("prepared")]),
    markup=st.sampled_from(list(MARKUPS)),
)
def test_what_is_shown_and_changed_in_place_comes_back(
    offered: dict[str, str], wanted: dict[str, str], language: str, program: str, markup: str
) -> None:
    wanted = {**offered, **wanted}
    form = FORMS[1]
    raw = mail_in_place(SENDER, form, language, wanted, program, markup)
    filled = read_filled(parse(raw, RECEIVED), EVENT, offered, wordings)
    asked = {problem.key for problem in filled.problems}
    assert {key: value for key, value in filled.values.items() if key not in asked} == {
        key: value for key, value in wanted.items() if key not in asked
    }
    assert asked <= {"when"}  # a period that is over, or longer than a year
    assert filled.changed == {key for key, value in wanted.items() if value != offered.get(key) and key not in asked}


@given(body=st.text(alphabet="TitleCounry: \n>-=：Kenya*.()2", max_size=200))
def test_whatever_is_written_is_read(body: str) -> None:
    filled = read_filled(parse(b"From: a@x.example\r\n\r\n" + body.encode(), RECEIVED), EVENT, {}, wordings)
    assert filled.changed == set(filled.values)


SHOWN = {
    "name": "Anna Kim",
    "organisation": "The long and winding union of those who keep the standards of all roads and bridges",
    "country": "KE",
    "language": "en,fr,ar",
    "busy": "2027-05-03/2027-05-05,2027-06-07/2027-06-07",
}
KNOWN = Questionnaire(
    "known",
    (
        Field("name", phrase("Name"), required=True),
        Field("organisation", phrase("Organisation")),
        Field("country", phrase("Country"), FieldKind.COUNTRY),
        Field("language", phrase("Language"), FieldKind.LANGUAGES),
        Field("busy", phrase("Date"), FieldKind.PERIODS),
    ),
    phrase("an event"),
)


@pytest.fixture(scope="module")
def renderer() -> Renderer:
    return Renderer(data.TEMPLATES)


@pytest.mark.parametrize("language", data.languages())
def test_G8_a_notice_comes_back_in_each_language(renderer: Renderer, language: str) -> None:
    values = {"title": KNOWN.title, "changed": [], "fields": shown(KNOWN, SHOWN), "also": []}
    office = {"office": "TG 2", "office_address": "tg2@iso-sr.example", "secretary": "secretary@iso-sr.example"}
    text = renderer.notice("submission-received", {**values, **office}, language).text
    quoted = "".join(f"> {line}".rstrip() + "\n" for line in text.split("\n"))
    kenya, uganda = (Locale.parse(language).territories[code] for code in ("KE", "UG"))
    for body, changed in ((quoted, {}), (quoted.replace(kenya, uganda), {"country": "UG"})):
        filled = read_filled(mail(body), KNOWN, SHOWN, renderer.wordings)
        assert ({key: filled.values[key] for key in filled.changed}, filled.problems) == (changed, ())
