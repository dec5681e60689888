"""Plain text in lines: where they break, how wide signs are, and what is never taken apart."""

from __future__ import annotations

import re

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from mailer.adapters.render.folding import (
    RIGHT_TO_LEFT,
    WIDTH,
    chopped,
    columns,
    fold,
    padded,
    right_to_left,
    unbroken,
    underline,
)
from mailer.adapters.render.text_table import table

NO_BREAK, NARROW = "\N{NO-BREAK SPACE}", "\N{NARROW NO-BREAK SPACE}"

WIDTHS = {
    "Latin": ("Harbour", 7),
    "a letter and its mark": ("e\u0301", 1),
    "Vietnamese, decomposed": ("ê\u0301", 1),
    "Chinese": ("漢字", 4),
    "Japanese": ("かなカナ", 8),
    "half-width": ("ｶﾅ", 2),
    "full-width": ("Ａ１", 4),
    "Korean": ("한국", 4),
    "Arabic with a vowel": ("مَ", 1),
    "Hindi": ("नमस्ते", 4),
    "Thai with a tone": ("ก็", 1),
    "a family": ("👩‍👩‍👧", 2),
    "a mark of direction": ("\u200f", 0),
    "a space that does not break": (NO_BREAK, 1),
}


@pytest.mark.parametrize(("text", "expected"), WIDTHS.values(), ids=WIDTHS)
def test_the_columns_of_a_text_are_those_of_a_screen(text: str, expected: int) -> None:
    assert columns(text) == expected


def test_columns_do_not_depend_on_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("UNICODE_VERSION", "4.1.0")
    assert columns("👩‍👩‍👧 漢") == 5


FOLDED = {
    "at spaces": ("one two three", 7, ["one two", "three"]),
    "Chinese between signs": ("海港委员会今天公布了计划", 10, ["海港委员会", "今天公布了", "计划"]),
    "not before a full stop": ("海港委员会。今天", 10, ["海港委员", "会。今天"]),
    "not before a closing bracket": ("これは「計画」です", 12, ["これは「計", "画」です"]),
    "not after an opening bracket": ("今日は海（北）へ", 10, ["今日は海", "（北）へ"]),
    "not before small kana or a long vowel": ("データをチェック", 12, ["データを", "チェック"]),
    "a word of Latin among Chinese": ("见ISO的标准26000", 8, ["见ISO的", "标准", "26000"]),
    "an address among Japanese": (
        "詳細はhttps://a.example/bcdをご覧ください",
        12,
        ["詳細は", "https://a.example/bcd", "をご覧くださ", "い"],
    ),
    "Korean at spaces alone": ("항만 위원회는 오늘", 10, ["항만", "위원회는", "오늘"]),
    "French before a colon": (f"Voici la liste{NO_BREAK}: a", 14, ["Voici la", f"liste{NO_BREAK}: a"]),
    "French inside quotation marks": (f"dit «{NARROW}oui{NARROW}» ici", 11, [f"dit «{NARROW}oui{NARROW}»", "ici"]),
    "a long word": ("x" * 12, 5, ["xxxxxxxx", "xxxx"]),
    "a long word with marks": ("e\u0301" * 10, 8, ["e\u0301" * 8, "e\u0301" * 2]),
    "a mark of emphasis stays with its word": ("这是_重要_的事", 6, ["这", "是_重", "要_的", "事"]),
}


@pytest.mark.parametrize(("text", "width", "expected"), FOLDED.values(), ids=FOLDED)
def test_where_lines_break(text: str, width: int, expected: list[str]) -> None:
    assert fold(text, width) == expected


WORDS = st.text(f"ab1(«»)、。」「漢字かなーッ한국مرنम\u0301\u200d{NO_BREAK}{NARROW}’-*_", min_size=1, max_size=30).map(
    lambda word: word.strip(NO_BREAK + NARROW) or "a"
)
ADDRESSES = st.from_regex(r"https://[a-z]{1,9}\.example/[a-z0-9/]{0,90}", fullmatch=True)


@given(st.lists(WORDS | ADDRESSES, min_size=1, max_size=30), st.sampled_from(["", "- ", "12. ", "¹ "]))
def test_no_line_is_wider_than_72_columns_and_no_word_is_lost(words: list[str], mark: str) -> None:
    text = " ".join(words)
    lines = fold(text, WIDTH, mark, " " * len(mark))
    for line in lines:
        assert columns(line) <= WIDTH or "https://" in line
    joined = "".join(line[len(mark) :] for line in lines)
    assert re.sub(" ", "", joined) == re.sub(" ", "", text)


@given(st.text("ab漢かー。「 \u0301", max_size=200))
def test_parts_that_stand_in_one_line_are_the_text(text: str) -> None:
    assert "".join(unbroken(text)) == text.replace(" ", "")


@given(st.text("ab漢\u0301👩\u200d", max_size=60), st.integers(2, 20))
@example("\u200d\u200da漢", 2)
def test_a_chopped_word_is_whole_and_no_piece_is_too_wide(word: str, width: int) -> None:
    pieces = list(chopped(word, width))
    assert "".join(pieces) == word
    assert all(columns(piece) <= width for piece in pieces)


@pytest.mark.parametrize(
    ("side", "expected"), [("left", "漢字  "), ("right", "  漢字"), ("center", " 漢字 "), ("", " 漢字 ")]
)
def test_a_text_is_padded_by_columns(side: str, expected: str) -> None:
    assert padded("漢字", 6, side) == expected


def test_the_underline_of_a_heading_is_as_wide_as_its_signs() -> None:
    assert underline("漢字", "=") == ["漢字", "===="]


DIRECTIONS = {
    "Arabic": ("هذا Geneva", ""),
    "Latin first": ("ISO 26000 معيار", RIGHT_TO_LEFT),
    "a number first": ("1. البند", ""),
    "a rule": ("======", RIGHT_TO_LEFT),
    "an address": ("[1] https://a.example", ""),
    "code": ("    Country: Brazil", ""),
    "nothing": ("", ""),
    "the line above a signature": ("-- ", ""),
}


@pytest.mark.parametrize(("line", "mark"), DIRECTIONS.values(), ids=DIRECTIONS)
def test_a_line_from_right_to_left_is_marked_if_it_would_be_misread(line: str, mark: str) -> None:
    assert right_to_left(f"{line}\n{line}") == f"{mark}{line}\n{mark}{line}"


# --- Tables ---


def test_a_table_is_aligned_by_columns_of_the_screen() -> None:
    assert table(["港", "Depth"], [["横浜", "7.5 m"], ["Oslo", "12 m"]], sides=["left", "right"]) == [
        "港    Depth",
        "----  -----",
        "横浜  7.5 m",
        "Oslo   12 m",
    ]


def test_a_table_with_long_cells_folds_them() -> None:
    made = table(["What", "Why"], [["a", "very " * 20 + "long"], ["b", "c"]])
    assert made[:3] == ["What  Why", "----  " + "-" * 66, "a     " + " ".join(["very"] * 13)]
    assert made[-2:] == ["", "b     c"]
    assert max(map(columns, made)) <= WIDTH


CELLS = st.text(f"ab 漢か。(«»)\u0301{NO_BREAK}", max_size=60) | ADDRESSES


@given(st.lists(st.tuples(CELLS, CELLS, CELLS), min_size=1, max_size=5))
def test_a_table_fits_72_columns_and_loses_no_word(rows: list[tuple[str, str, str]]) -> None:
    lines = table(["One", "Two", "Three"], rows)
    for line in lines:
        assert columns(line) <= WIDTH or "https://" in line
    signs = sorted("".join(lines).replace("-", "").replace(":", ""))
    wanted = sorted("".join(cell for row in rows for cell in row).replace("-", "").replace(":", ""))
    found = [sign for sign in signs if sign != " "]
    for sign in (sign for sign in wanted if sign != " "):
        assert sign in found
        found.remove(sign)
