"""What translators return, as mail programs and people write it."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mailer.inbound.manuscripts import read_reply, read_text
from mailer.inbound.parse import parse
from tests.client_replies import LANGUAGES, PROGRAMS, Typed, mail_of
from tests.manuscripts import TRANSLATIONS, UNITS, numbered, original, spaces_joined
from tests.unit.inbound.mails import RECEIVED, mail

SENT = "Please translate:\n\n" + numbered(original()) + "\n"
SENT_HTML = "<html><body>" + "".join(f"<p>{part}</p>" for part in SENT.split("\n\n")) + "</body></html>"
CHARSET = "text/plain; charset=utf-8"
DIGITS = {"ar": str.maketrans("0123456789", "٠١٢٣٤٥٦٧٨٩"), "ja": str.maketrans("0123456789", "０１２３４５６７８９")}


def returned(text: str) -> dict[int, str]:
    return dict(read_text(text, UNITS).texts)


# --- mail programs ---


def written(program: str, language: str, translation: str, **changed: str) -> dict[int, str]:
    """What is read of a reply that this program makes of the translation."""
    words = language if language in LANGUAGES else "en"
    typed = Typed("Hello,", translation, words, "Update 3", changed.get("asked", SENT), SENT_HTML, is_signed=True)
    reply = parse(mail_of(PROGRAMS[program](typed), "tg2@iso-sr.example", "Update 3", len(program)), RECEIVED)
    return dict(read_reply(reply, UNITS).texts)


@pytest.mark.parametrize("language", TRANSLATIONS)
@pytest.mark.parametrize("program", [name for name in PROGRAMS if not name.startswith("prepared")])
def test_a_translation_above_the_quoted_original_is_read(program: str, language: str) -> None:
    texts = TRANSLATIONS[language]
    found = written(program, language, numbered(texts))
    assert spaces_joined(found.values()) == spaces_joined(texts.values())


@pytest.mark.parametrize("language", TRANSLATIONS)
@pytest.mark.parametrize(
    "program", ["thunderbird", "thunderbird_flowed", "gmail", "mutt", "outlook", "apple_mail", "k9"]
)
def test_an_article_alone_leaves_the_quoted_rest_out(program: str, language: str) -> None:
    texts = {number: TRANSLATIONS[language][number] for number in (5, 6, 7)}
    found = written(program, language, numbered(texts))
    assert list(found) == [5, 6, 7]
    assert spaces_joined(found.values()) == spaces_joined(texts.values())


@pytest.mark.parametrize("language", TRANSLATIONS)
@pytest.mark.parametrize(
    "program", ["thunderbird_flowed", "mutt", "apple_mail_plain", "roundcube_plain", "outlook_text"]
)
def test_a_translation_within_the_quotation_is_read(program: str, language: str) -> None:
    texts = TRANSLATIONS[language]
    found = written(program, language, "Please see below.", asked="Please translate:\n\n" + numbered(texts))
    assert spaces_joined(found.values()) == spaces_joined(texts.values())


# --- where it stands, and how the numbers are written ---

WAYS: dict[str, Callable[[int, str, str], str]] = {
    "below the original": lambda number, old, new: f"[{number}] {old}\n\n{new}",
    "right below it": lambda number, old, new: f"[{number}] {old}\n{new}",
    "above the original": lambda number, old, new: f"[{number}] {new}\n\n{old}",
    "below the quoted original": lambda number, old, new: f"> [{number}] {old}\n\n{new}",
    "with the number twice": lambda number, old, new: f"[{number}] {old}\n\n[{number}] {new}",
    "below the quoted original, with the number": lambda number, old, new: f"> [{number}] {old}\n\n[{number}] {new}",
    "with a full stop": lambda number, old, new: f"{number}. {new}",
    "with a bracket": lambda number, old, new: f"{number}) {new}",
    "in round brackets": lambda number, old, new: f"({number}) {new}",
    "in Chinese brackets": lambda number, old, new: f"【{number}】{new}",
    "in wide brackets": lambda number, old, new: f"［{number}］{new}",
    "with what it is": lambda number, old, new: f"[{number} : résumé] {new}",
    "with a hard space": lambda number, old, new: f"[{number}]\xa0{new}",
    "on a line of its own": lambda number, old, new: f"[{number}]\n{new}",
    "with marks of direction": lambda number, old, new: f"\u200f[{number}]\u200f {new}",
    "as a row": lambda number, old, new: f"{number}\t{old}\t{new}",
    "in two columns": lambda number, old, new: f"{number}\t{new}",
}


@pytest.mark.parametrize("language", TRANSLATIONS)
@pytest.mark.parametrize("way", WAYS)
def test_a_translation_is_read_wherever_it_stands(way: str, language: str) -> None:
    texts = TRANSLATIONS[language]
    parts = [WAYS[way](unit.number, unit.text, texts[unit.number]) for unit in UNITS]
    assert spaces_joined(returned("\n\n".join(parts)).values()) == spaces_joined(texts.values())


@pytest.mark.parametrize("language", ["ar", "ja"])
def test_numbers_in_other_digits_are_read(language: str) -> None:
    marks = [f"[{unit.number}] ".translate(DIGITS[language]) for unit in UNITS]
    text = "\n\n".join(mark + new for mark, new in zip(marks, TRANSLATIONS[language].values(), strict=True))
    assert list(returned(text).values()) == spaces_joined(TRANSLATIONS[language].values())


@pytest.mark.parametrize("width", [40, 60, 76])
def test_lines_that_were_wrapped_anew_are_joined(width: int) -> None:
    def wrap(text: str) -> str:
        lines, line = [], ""
        for word in text.split(" "):
            if len(line) + len(word) >= width:
                lines.append(line)
                line = word
            else:
                line = f"{line} {word}".strip()
        return "\n".join([*lines, line])

    for texts in (TRANSLATIONS["fr"], TRANSLATIONS["de"]):
        assert spaces_joined(returned(wrap_all(numbered(texts), wrap)).values()) == spaces_joined(texts.values())


def wrap_all(text: str, wrap: Callable[[str], str]) -> str:
    return "\n\n".join(wrap(part) for part in text.split("\n\n"))


def test_japanese_that_was_wrapped_has_no_spaces_put_in() -> None:
    text = TRANSLATIONS["ja"][5]
    wrapped = "\n".join(text[at : at + 20] for at in range(0, len(text), 20))
    assert returned(f"[5] {wrapped}\n").get(5, "").replace(" ", "") == text.replace(" ", "")
    assert returned("[2] 誰が、いつ\n話せるか\n") == {2: "誰が、いつ話せるか"}


def test_paragraphs_that_a_program_joined_are_divided_again() -> None:
    texts = TRANSLATIONS["de"]
    assert list(returned(numbered(texts, between=" ")).values()) == spaces_joined(texts.values())


def test_what_else_was_written_is_kept_apart() -> None:
    text = "Bonjour,\n\nvoici la suite.\n\n[2] Qui parle\n\n[3] Deux règles\n\nBien à vous,\nAnna"
    found = read_text(text, UNITS)
    assert dict(found.texts) == {2: "Qui parle", 3: "Deux règles"}
    assert found.other == "Bonjour,\nvoici la suite.\nBien à vous,\nAnna"


def test_what_we_wrote_ourselves_is_no_remark() -> None:
    found = read_text("Please translate:\n\n[2] Qui parle\n\nMerci !", UNITS, SENT)
    assert found.other == "Merci !"


def test_an_original_that_was_left_in_place_is_not_translated() -> None:
    assert returned(f"[2] Qui parle\n\n[3] {UNITS[2].text}") == {2: "Qui parle", 3: UNITS[2].text}


def test_a_row_without_a_translation_has_not_come() -> None:
    assert returned(f"2\t{UNITS[1].text}\tQui parle\n3\t{UNITS[2].text}\t\n") == {2: "Qui parle"}


def test_a_row_that_was_written_over_is_the_translation() -> None:
    assert returned("2\tQui parle\t\n3\tDeux règles\t") == {2: "Qui parle", 3: "Deux règles"}


def test_a_number_that_comes_twice_has_both_texts() -> None:
    found = read_text("[2] Qui parle\n\n[3] Deux\n\n[2] Qui peut parler", UNITS)
    assert (dict(found.texts), dict(found.twice)) == (
        {2: "Qui peut parler", 3: "Deux"},
        {2: ("Qui parle", "Qui peut parler")},
    )


def test_a_number_that_we_never_gave_is_shown() -> None:
    assert returned("[2] Qui parle\n\n[14] Encore") == {2: "Qui parle", 14: "Encore"}


def test_a_year_in_brackets_is_no_number() -> None:
    assert returned("[2] Qui parle,\n(2026) et\n[2026] quand\n\n[3] Deux") == {
        2: "Qui parle, (2026) et [2026] quand",
        3: "Deux",
    }


@pytest.mark.parametrize("between", ["\n\n", "\n"])
def test_numbers_in_another_style_that_go_on_are_read(between: str) -> None:
    text = between.join(["[7] Voir", "8. Année | Membres | Part", "9) 2026 | 1250 | 45,5 %", "(10) La suite"])
    assert returned(text) == {
        7: "Voir",
        8: "Année | Membres | Part",
        9: "2026 | 1250 | 45,5 %",
        10: "La suite",
    }


@pytest.mark.parametrize(
    "text",
    [
        "Trois points :\n\n1. un\n\n2. deux\n\n3. trois",
        "Trois points :\n1. un\n2. deux\n3. trois",
        "Le groupe se réunit le\n8. décembre à midi",
        "Le groupe\n\n2026. Puis 9) et 11. plus tard",
    ],
)
def test_a_list_within_a_paragraph_stays_text(text: str) -> None:
    assert list(returned(f"[6] Un\n\n[7] {text}\n\n[8] Année")) == [6, 7, 8]


@pytest.mark.parametrize(
    "text",
    [
        "[2] Trois points :\n\n1. un\n\n2. deux\n\n3. trois",
        "[2] Qui peut parler, et quand, dans une réunion qui se tient le\n3. Dezember",
        "[2] Qui parle\n\n4. non",
    ],
)
def test_a_number_that_may_be_the_texts_own_begins_no_paragraph(text: str) -> None:
    assert list(returned(text)) == [2]


def test_a_number_that_stands_in_brackets_elsewhere_begins_no_paragraph_in_another_style() -> None:
    assert returned("[2] Dates :\n\n3. mai\n\n[3] Deux") == {2: "Dates : 3. mai", 3: "Deux"}


def test_a_link_at_the_beginning_of_a_line_is_no_number() -> None:
    assert returned("[6] Écrivez au\n[1](1) ou à [nous](1).") == {6: "Écrivez au [1](1) ou à [nous](1)."}


def test_a_later_answer_counts_for_what_it_has() -> None:
    first, later = read_text("[2] Un\n\n[3] Deux\n\n[3] Trois", UNITS), read_text("[3] Quatre\n\n[4] Cinq", UNITS)
    together = first.with_more(later)
    assert (dict(together.texts), together.twice) == ({2: "Un", 3: "Quatre", 4: "Cinq"}, {})


def test_a_mail_without_any_number_returns_nothing() -> None:
    found = read_reply(mail("I am on holiday until Monday.\n", Content_Type=CHARSET), UNITS)
    assert (found.texts, found.other) == ({}, "I am on holiday until Monday.")


@given(st.text(max_size=400))
def test_any_text_is_read(text: str) -> None:
    read_text(text, UNITS)


@given(
    st.lists(
        st.sampled_from(["[3]", "4.", "\n", "> ", "\t", "word", "[", "]", UNITS[2].text, "\n\n", "-- "]), max_size=60
    )
)
def test_any_pieces_are_read(pieces: list[str]) -> None:
    found = read_text(" ".join(pieces), UNITS)
    assert all(text == " ".join(text.split()) for text in found.texts.values())


@pytest.mark.parametrize(
    "text",
    ["[3] a\n\n" * 60_000, "[3] " + "x\n\n" * 200_000, "[" * 500_000, "\t" * 500_000, "3\t" * 300_000, "> " * 300_000],
)
def test_C7_a_text_that_is_made_to_be_slow_is_read_at_once(text: str) -> None:
    read_text(text, UNITS)
