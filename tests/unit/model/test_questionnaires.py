"""Questionnaires: how values are shown, and how a filled one is stored."""

from __future__ import annotations

from mailer.model.questionnaires import Field, FieldKind, Filled, Problem, Questionnaire, shown
from mailer.phrases import Country, Days, Language, Phrase, phrase

SEMINAR = Questionnaire(
    "seminar",
    (
        Field("title", phrase("Title"), required=True),
        Field("country", phrase("Country"), FieldKind.COUNTRY),
        Field("languages", phrase("Languages"), FieldKind.LANGUAGES),
        Field("when", phrase("When"), FieldKind.PERIOD, hint=phrase("for example 3-5 May 2027")),
        Field("kind", phrase("Kind"), FieldKind.CHOICE, {"a": phrase("seminar"), "b": phrase("workshop")}),
    ),
)


def test_values_are_shown_as_a_catalogue_writes_them() -> None:
    values = {"title": "On roads", "country": "KE", "languages": "en,fr", "when": "2027-05-03/2027-05-05", "kind": "b"}
    found = {one.key: one.value for one in shown(SEMINAR, values)}
    assert found == {
        "title": "On roads",
        "country": "KE",
        "languages": "en, fr",
        "when": "2027-05-03/2027-05-05",
        "kind": "workshop",
    }
    country, languages, when, kind = (found[key] for key in ("country", "languages", "when", "kind"))
    assert (type(country), type(languages), type(when), type(kind)) == (Country, Phrase, Days, Phrase)
    assert isinstance(languages, Phrase) and languages.values == {"before": Language("en"), "last": Language("fr")}


def test_a_line_without_a_value_is_shown_empty_with_its_hint() -> None:
    assert [(str(one.label), one.value, str(one.hint)) for one in shown(SEMINAR, {})][3] == (
        "When",
        "",
        "for example 3-5 May 2027",
    )


def test_what_a_mail_said_can_be_stored() -> None:
    problem = Problem("country", "Kenja", phrase("It is not one of %(count)s.", count=3))
    filled = Filled({"title": "On roads"}, (problem,), "Thank you!", frozenset({"title"}))
    again = Filled.restored(filled.stored())
    assert again == filled
    assert again.problems[0].reason.values == {"count": 3}
