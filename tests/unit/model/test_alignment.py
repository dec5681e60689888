"""A translation beside its original: what is asked back, and what is only a hint."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mailer.model.alignment import Alignment, Trouble, align
from mailer.model.manuscripts import Kind, Returned, Unit, words_only
from tests.manuscripts import FAQ, OFFICE, TRANSLATIONS, UNITS, original

MAILBOX = "tg2@iso-sr.example"


def aligned(language: str, changed: dict[int, str] | None = None) -> Alignment:
    texts = {**TRANSLATIONS[language], **(changed or {})}
    return align(UNITS, Returned({number: text for number, text in texts.items() if text}), "en", language)


def found(alignment: Alignment) -> list[tuple[int, Trouble, str]]:
    return [
        (one.unit.number, finding.trouble, str(finding.words))
        for one in alignment.questions
        for finding in one.findings
    ]


@pytest.mark.parametrize("language", TRANSLATIONS)
def test_a_faithful_translation_raises_no_question(language: str) -> None:
    alignment = aligned(language)
    assert (found(alignment), alignment.complete, alignment.settled) == ([], True, True)
    assert [one.unit.number for one in alignment.hints] == []


@pytest.mark.parametrize(
    ("number", "old", "new", "trouble", "words"),
    [
        (3, "2026", "2027", Trouble.NUMBERS, "The original has 2026, the translation 2027."),
        (3, " 2026", "", Trouble.NUMBERS, "It lacks the numbers 2026."),
        (4, "quatre étapes", "14 étapes", Trouble.NUMBERS, "The original has no 14."),
        (6, "[secrétariat](1)", "secrétariat", Trouble.LINKS, "It lacks the link 1."),
        (6, "(1)", "(2)", Trouble.LINKS, "It lacks the link 1."),
        (6, "(1)", "(https://x.example)", Trouble.LINKS, "It lacks the link 1."),
        (7, FAQ, "le site", Trouble.LINKS, f"It lacks the address {FAQ}."),
        (7, "[^1]", "", Trouble.MARKS, "It lacks [^1]."),
        (7, "[^1]", "[^1] [^2]", Trouble.MARKS, "The original has no [^2]."),
        (5, "**.", ".", Trouble.MARKS, "The mark ** is not closed."),
        (8, " | Part", "", Trouble.CELLS, "It has 2 cells, the original 3."),
        (2, "et", "⟦leave⟧", Trouble.MARKS, "The signs ⟦ and ⟧ cannot be used."),
    ],
)
def test_what_translating_does_not_change_is_asked_about(
    number: int, old: str, new: str, trouble: Trouble, words: str
) -> None:
    text = TRANSLATIONS["fr"][number]
    assert old in text
    assert (number, trouble, words) in found(aligned("fr", {number: text.replace(old, new)}))


def test_what_has_not_come_is_missing() -> None:
    alignment = aligned("de", {4: "", 11: "  "})
    assert ([unit.number for unit in alignment.missing], alignment.settled) == ([4, 11], False)


def test_what_nobody_asked_for_is_extra() -> None:
    alignment = align(UNITS, Returned({**TRANSLATIONS["de"], 13: "Mehr"}), "en", "de")
    assert (alignment.extra, alignment.complete, alignment.settled) == (((13, "Mehr"),), True, False)


def test_what_came_twice_is_asked_about() -> None:
    returned = Returned(TRANSLATIONS["de"], {2: ("Wer?", TRANSLATIONS["de"][2])})
    (question,) = align(UNITS, returned, "en", "de").questions
    assert [str(one.words) for one in question.findings] == [
        "It came 2 times, each time different; the last one counts."
    ]


def test_an_original_that_came_back_is_not_translated() -> None:
    untranslated = [
        number for number, trouble, _ in found(aligned("fr", original())) if trouble is Trouble.UNTRANSLATED
    ]
    assert untranslated == [1, 2, 3, 4, 5, 6, 7, 10, 11, 12]


@pytest.mark.parametrize("text", ["ISO/SR", "ISO/SR Update 1", "2026 | 1,250 | 45.5%", "Bangkok", "`mailer run`"])
def test_names_and_numbers_need_no_translation(text: str) -> None:
    unit = Unit(1, 0, Kind.PARAGRAPH, text)
    assert align([unit], Returned({1: text}), "en", "fr").settled


def test_a_translation_that_leaves_much_out_is_asked_about() -> None:
    assert found(aligned("fr", {11: "Le TG 2 parle."})) == [
        (11, Trouble.LENGTH, "It is much shorter than the original.")
    ]


def test_a_name_that_is_missing_is_a_hint() -> None:
    alignment = aligned("fr", {5: TRANSLATIONS["fr"][5].replace("Salvador", "Paris").replace("ISO", "groupe")})
    assert found(alignment) == []
    assert [str(one.words) for hint in alignment.hints for one in hint.findings] == [
        "It lacks the names ISO, Salvador."
    ]


def test_another_address_needs_an_editor() -> None:
    alignment = aligned(
        "fr",
        {
            6: "Écrivez au [secrétariat](mailto:fr@iso-sr.example) avant le 1er mars 2027 à 9 h.",
            7: TRANSLATIONS["fr"][7].replace(FAQ, f"{FAQ}/fr"),
        },
    )
    assert alignment.links == {OFFICE: "mailto:fr@iso-sr.example", FAQ: f"{FAQ}/fr"}
    assert [number for number, trouble, _ in found(alignment) if trouble is Trouble.LINKS] == [6, 6, 7, 7]


@pytest.mark.parametrize(
    ("kind", "came", "asked"),
    [
        (Kind.CHART_LABEL, "x" * 60, False),
        (Kind.CHART_LABEL, "x" * 61, True),
        (Kind.CHART_ROW, "Jahr | " + "x" * 61, True),
        (Kind.CHART_ROW, f"{'x' * 50} | {'y' * 50}", False),
        (Kind.CHART, "x" * 61, False),
    ],
)
def test_a_label_that_has_no_room_in_a_chart_is_asked_about(kind: Kind, came: str, asked: bool) -> None:
    unit = Unit(1, 0, kind, "Year | Members" if kind is Kind.CHART_ROW else "Members")
    questions = align([unit], Returned({1: came}), "en", "de").questions
    assert [one.findings[0].trouble for one in questions] == [Trouble.CELLS] * asked


def test_the_words_of_a_finding_can_be_kept() -> None:
    for difference in aligned("fr", original()).differences:
        for finding in difference.findings:
            assert finding.words.restored(finding.words.stored()) == finding.words


@given(st.dictionaries(st.integers(-1, 14), st.text(max_size=200)))
def test_anything_is_compared(texts: dict[int, str]) -> None:
    align(UNITS, Returned(texts), "en", "ja")


def test_an_address_that_is_the_words_of_a_link_is_no_other_address() -> None:
    unit = Unit(
        1, 0, Kind.PARAGRAPH, f"Write to [{MAILBOX}](1) before the meeting takes place.", (f"mailto:{MAILBOX}",)
    )
    for language, text in (
        ("fr", f"Écrivez à [{MAILBOX}](1) avant la réunion."),
        ("ja", f"[{MAILBOX}](1)へ会議の前に送る。"),
    ):
        found = align([unit], Returned({1: text}), "en", language)
        assert (found.questions, found.links) == ((), {})


def test_words_that_follow_an_address_without_a_space_are_words() -> None:
    assert words_only(f"[{MAILBOX}](1)へ、https://x.example/a。最後").split() == ["へ、", "。最後"]
