"""Frequent questions: entries in a folder, their words, and how well they answer."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from benchmarks.faq import asked
from benchmarks.faq_questions import ANSWERED, UNANSWERED
from mailer.model.faq import Asked, Entry, answer_alone, entries, question_in, slug
from mailer.model.faq_search import answer, grouped, indexed, language_of, ranked, wanted
from mailer.model.faq_words import terms

FILES = {
    "document.toml": b'title = "x"\n',
    "10-cost.md": b'+++\ntitle = "What does it cost?"\nalso = ["price", "fee"]\n+++\n\nNothing.\n\nReally.\n',
    "02-who.md": '+++\r\ntitle = "Qui écrit ?"\r\n+++\r\n\r\nLe groupe.\r\n'.encode(),
    "picture.png": b"\x89PNG",
    "files/03-slides.md": b"",
}


def test_entries_are_the_chapters_in_their_order() -> None:
    assert entries(FILES) == (
        Entry("who", 1, "Qui écrit ?", "Le groupe."),
        Entry("cost", 2, "What does it cost?", "Nothing.\n\nReally.", ("price", "fee")),
    )


@pytest.mark.parametrize(
    ("language", "text", "found"),
    [
        ("en", "How can I subscribe to the E-Mail?", ("HOW", "subscrib", "email")),
        ("en", "When does it end", ("WHEN", "end")),
        ("en", "Is it about us?", ("is", "it", "about", "us")),  # everyday words, if there are no others
        ("fr", "Où télécharger l'ébauche ?", ("OU", "telecharg", "ebauch")),
        ("pt-BR", "inscrições", ("inscrico",)),
        ("ja", "購読するには", ("購読", "読す")),
        ("ja", "いつですか", ("いつ", "つで", "です", "すか")),  # nothing but kana
        ("zh-Hant", "訂閱通訊", ("訂閱", "閱通", "通訊")),
        ("ar", "الِاشْتِراك في النشرة", ("اشتراك", "نشر")),
        ("tlh", "Qapla' jupwI'", ("qapla", "jupwi")),
        ("en", "", ()),
        ("en", "?!_-", ()),
    ],
)
def test_the_words_of_a_text(language: str, text: str, found: tuple[str, ...]) -> None:
    assert terms(text, language) == found


@settings(max_examples=60)
@given(st.text(max_size=60), st.sampled_from(["en", "fr", "de", "ja", "ar", "th", "ru", "xx"]))
def test_words_are_without_blanks_and_bounded(text: str, language: str) -> None:
    assert all(term and not any(sign.isspace() for sign in term) and len(term) <= 40 for term in terms(text, language))


def test_the_right_entry_is_first_in_85_percent() -> None:
    found = list(asked(ANSWERED))
    assert len(found) == 40
    assert sum(one.is_right for one in found) >= 34


def test_law_7_no_question_without_an_entry_is_taken_for_answered() -> None:
    unanswered = {language: dict.fromkeys(questions, "") for language, questions in UNANSWERED.items()}
    assert [one for one in asked(unanswered) if one.is_sure] == []


@pytest.mark.parametrize(
    ("question", "numbers", "is_sure"),
    [
        ("what does it cost", (1,), True),
        ("costs", (1,), True),
        ("certifcate", (2,), True),  # a slip of the pen
        ("can we be certified", (2,), True),
        ("the cost of a zoo with xylophones and yachts", (1,), False),
        ("violins, umbrellas, quilts, yachts, zoos, and what they cost", (), False),
        ("zoo", (), False),
        ("how long is it?", (), False),  # words that only ask
        ("", (), False),
    ],
)
def test_how_well_an_entry_answers(question: str, numbers: tuple[int, ...], is_sure: bool) -> None:
    known = [indexed(Entry("cost", 1, "What does it cost?", "Nothing."), "en")]
    known.append(indexed(Entry("certificate", 2, "Is there a certificate?", "No, none."), "en"))
    assert answer(ranked(wanted(question, "en"), known, 2), 3) == (numbers, is_sure)


def test_the_language_of_a_question_is_told_by_its_words() -> None:
    languages = ["de", "en", "fr"]
    assert language_of("was kostet das", languages, "fr")[0] == "de"
    assert language_of("certification", languages, "fr-CA")[0] == "fr"
    assert language_of("zoo", languages, "ja")[0] == "de"


def test_the_same_question_in_other_words_is_one_group() -> None:
    questions = ["Who pays the flight?", "Is there a zoo?", "who pays for flights", "Wer zahlt den Flug?"]
    found = grouped([Asked(at, one, "de" if "Wer" in one else "en") for at, one in enumerate(questions)])
    assert [[one.item for one in group] for group in found] == [[0, 2], [1], [3]]


@pytest.mark.parametrize(
    ("letter", "alone"),
    [
        ("Dear Ms Fox,\n\nyes.\n\nNo.\n\nKind regards\nMaria Lopez\nSecretary", "yes.\n\nNo."),
        ("Bonjour Madame,\nOui.\n\nCordialement,\nMarie", "Oui."),
        ("Sehr geehrte Frau Fuchs,\n\nja.\n\nMit freundlichen Grüßen\nM. L.", "ja."),
        ("Estimada Eva:\n\nSí.\n\nSaludos cordiales\nM.", "Sí."),
        ("Yes.\n-- \nMaria", "Yes."),
        (
            "Kind regards are no answer.\n\nHello there is a list.",
            "Kind regards are no answer.\n\nHello there is a list.",
        ),
        ("Dear\n", ""),
    ],
)
def test_a_letter_is_reduced_to_its_answer(letter: str, alone: str) -> None:
    assert answer_alone(letter) == alone


def test_a_question_in_a_mail() -> None:
    assert question_in("Thank you. Is there\na zoo? Best, Eva") == "Is there a zoo?"
    assert question_in("Thank you, that helps.") == ""
    assert question_in("ありがとう。動物園はありますか？") == "動物園はありますか？"


def test_the_name_of_an_entry() -> None:
    assert (slug("Who pays the flight, please?"), slug("動物園？")) == ("who-pays-the-flight-please", "")
