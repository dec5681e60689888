"""The text part: how each element of Markdown is written."""

from __future__ import annotations

import textwrap

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mailer.adapters.render import markdown
from mailer.adapters.render.folding import WIDTH, columns, fold, underline
from mailer.adapters.render.plain_text import PlainText
from mailer.model.issues import Article, Picture


def plain_text(body: str) -> str:
    pictures = {"a.png": Picture("a.png", b"", "A lake")}
    prose, faults = markdown.read(Article("01-a.md", "A", "", "", body, pictures=pictures), "en")
    assert prose is not None, faults
    made = PlainText()
    return "\n".join([*made.blocks(prose.tree.children), *made.notes()])


EXAMPLES = {
    "paragraphs": ("One\ntwo.\n\nThree.", "One two.\n\nThree."),
    "emphasis": ("*a* and **b**", "_a_ and *b*"),
    "quotes": ("\"a\" and 'b'", "“a” and ‘b’"),
    "heading": ("## Why\n\nSo.", "Why\n---\n\nSo."),
    "bullets": ("- a\n- b\n  - c", "- a\n- b\n  - c"),
    "loose bullets": ("- a\n\n- b", "- a\n\n- b"),
    "numbers": ("9. a\n10. b", "9. a\n10. b"),
    "quote": ("> a\n>\n> b", "> a\n>\n> b"),
    "code": ("    a  b\n      c", "    a  b\n      c"),
    "inline code": ("say `subscribe`", "say “subscribe”"),
    "hard break": ("a\\\nb", "a\nb"),
    "rule": ("a\n\n---\n\nb", "a\n\n" + " " * 33 + "* * *\n\nb"),
    "entity": ("&amp; &lt;b&gt; \\<b>", "& <b> <b>"),
    "bare address": ("<https://a.example/b>", "<https://a.example/b>"),
    "bare mail": ("<a@b.example>", "<a@b.example>"),
    "links": (
        "[a](https://a.example) [b](https://b.example) [c](https://a.example)",
        "a [1] b [2] c [1]\n[1] https://a.example\n[2] https://b.example",
    ),
    "table": ("| a | b |\n|---|---|\n| 1 | two |", "a  b\n-  ---\n1  two"),
    "empty cells": ("| a | b |\n|---|---|\n| 1 | |", "a  b\n-  -\n1"),
    "empty item": ("- \n- b", "-\n- b"),
    "columns on the right": ("| a | b |\n|--:|---|\n| 1000 | x |", "   a  b\n----  -\n1000  x"),
    "wide signs": ("| 港 | b |\n|---|---|\n| 横浜港 | x |", "港      b\n------  -\n横浜港  x"),
    "the title of a table": ("Table: Tides\n\n| a |\n|---|\n| 1 |", "Tides\n\na\n-\n1"),
    "footnote": ("Wall[^1].\n\n[^1]: Twice *more*.", "Wall¹.\n\n¹ Twice _more_."),
    "footnotes": ("A[^x] b[^y] c[^x].\n\n[^x]: X.\n[^y]: Y.", "A¹ b² c¹.\n\n¹ X.\n² Y."),
    "struck out": ("~~nine~~ eight", "~nine~ eight"),
    "raised and lowered": ("m^2^, H~2~O, 1^er^, 10^-3^", "m², H₂O, 1er, 10⁻³"),
    "tasks": ("- [x] done\n- [ ] to do\n- other", "[x] done\n[ ] to do\n- other"),
    "box": ("::: box In short\n- a\n- b\n:::", "| *In short*\n|\n| - a\n| - b"),
    "pulled quotation": ("::: quote\nSo we wrote four.\n-- Bo\n:::", "      So we wrote four.\n      — Bo"),
    "picture": ('![A lake](a.png "The lake | Photo: Bo")', "[Picture: A lake]\nThe lake (Photo: Bo)"),
    "shares": (
        "```chart\nkind: share\ntitle: Ships\nKind, In\nSail, 1\nSteam, 3\n```",
        "Ships\n\nKind   In\n-----  --  ---\nSail    1  25%\nSteam   3  75%",
    ),
    "chart": (
        "```chart\nkind: bar\ntitle: Ships\nunit: t\nsource: Us\nYear, In\n1900, 1\n1910, -20.5\n1920, -\n```",
        "Ships (t)\n\nYear     In\n----  -----\n1900    1.0\n1910  -20.5\n1920      –\n\nSource: Us",
    ),
}


@pytest.mark.parametrize(("body", "expected"), EXAMPLES.values(), ids=EXAMPLES)
def test_markdown_becomes_plain_text(body: str, expected: str) -> None:
    assert plain_text(body) == expected


def test_a_table_whose_words_are_wider_than_a_line_becomes_records() -> None:
    wide = "very " * 13 + "long"
    address = "x" * 60 + "@harbour.example"
    assert plain_text(f"| What | Why | Who |\n|---|---|---|\n| a | {wide} | {address} |\n| b | c | d |") == (
        "What: a\n"
        + textwrap.fill(f"Why: {wide}", 72, subsequent_indent="  ")
        + f"\nWho:\n  <{address}>\n\nWhat: b\nWhy: c\nWho: d"
    )


def test_a_long_item_is_indented_behind_its_mark() -> None:
    assert plain_text("1. " + "word " * 20).split("\n") == [
        "1. " + " ".join(["word"] * 14),
        "   " + " ".join(["word"] * 6),
    ]


@given(st.text("ab #*_`[]()<>|-1.:^~x\n\\!&漢。ー\u0301\xa0", max_size=200))
def test_no_line_is_longer_than_72(body: str) -> None:
    prose, _ = markdown.read(Article("01-a.md", "A", "", "", body), "en")
    for line in PlainText().blocks(prose.tree.children) if prose else ():
        assert columns(line) <= WIDTH
        assert line == line.rstrip(" ")


@given(st.lists(st.text("abc", min_size=1, max_size=30), min_size=1, max_size=40), st.sampled_from(["", "- ", "12. "]))
def test_folding_loses_no_word_and_keeps_the_width(words: list[str], mark: str) -> None:
    lines = fold(" ".join(words), 40, mark, " " * len(mark))
    assert all(len(line) <= 40 for line in lines)
    assert " ".join(lines).removeprefix(mark).split() == words


@pytest.mark.parametrize("address", ["https://example.org/" + "x" * 90, "mailto:" + "x" * 90 + "@example.org"])
def test_a_long_address_is_never_broken(address: str) -> None:
    assert fold(f"see {address} there") == ["see", address, "there"]


def test_a_word_longer_than_a_line_is_broken() -> None:
    assert fold("x" * 100) == ["x" * 72, "x" * 28]


def test_the_underline_of_a_heading_is_as_long_as_its_longest_line() -> None:
    assert underline("Two words", "=", 5) == ["Two", "words", "====="]
