"""D10: what an article has that is not supported is a fault with its line, and nothing is dropped."""

from __future__ import annotations

import re
from pathlib import Path

import lxml.html
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mailer.adapters.render import markdown
from mailer.adapters.render.markdown import Form
from mailer.adapters.render.plain_text import PlainText
from mailer.model.issues import Article, Picture
from tests.unit.adapters.test_render_events import KENYA

PICTURES = {"lake.jpg": Picture("lake.jpg", b"x", "")}


def faults(body: str, **front: str) -> list[str]:
    article = Article("01-a.md", **{"title": "A", "author": "", "summary": "", **front}, body=body, pictures=PICTURES)
    return [fault.removeprefix("01-a.md:") for fault in markdown.read(article, "en")[1]]


FAULTS: dict[str, tuple[str, list[str]]] = {
    # HTML
    "HTML": ("a\nb <b>c</b>", ["2: HTML is not supported: <b>; write **words**"]),
    "HTML alone": ("<div>\na\n</div>", ["1: HTML is not supported: <div> a </div>; delete it"]),
    "line break": ("a <br> b", ["1: HTML is not supported: <br>; end the line with \\ instead"]),
    "comment": ("a\n\n<!-- ask legal -->", ["3: a comment, which readers would not see; delete it"]),
    "comment in a line": ("a <!-- b --> c", ["1: a comment, which readers would not see; delete it"]),
    "comment that is open": ("a <!-- b", ["1: <!-- begins a comment, which readers would not see; delete it"]),
    "unknown entity": ("a &foo; b", ["1: &foo; is no known sign; write the sign itself, or \\& for the &"]),
    "entity for nothing": ("a &#0; b", ["1: &#0; stands for no sign"]),
    # tables
    "surplus and missing cells": (
        "| a | b |\n|---|---|\n| 1 | 2 | room 2 |\n| 1 |",
        ["3: this row has 3, and the head 2 cells", "4: this row has 1, and the head 2 cells"],
    ),
    "text under a table": ("| a |\n|---|\n| 1 |\nmore | text", ["4: this row has 2, and the head 1 cells"]),
    "table without its line": ("| a | b |\n| 1 | 2 |", ["1: this is no table", "2: this is no table"]),
    "table with a wrong line": ("a | b\n--|--|--\n1 | 2", ["2: this is no table; below its head is a line"]),
    "title without a table": (
        "Table: Tides\n\nWords.",
        ["1: a title of a table stands right above or below its table"],
    ),
    "two titles": (
        "Table: A\n\n| a |\n|---|\n| 1 |\nTable: B",
        ["6: a title of a table stands right above or below its table"],
    ),
    "columns by tabs": ("a\tb\tc", ["1: columns that are set with tabs run together"]),
    # boxes and quotes
    "unknown box": ("::: boxx A\na", ["1: unknown ::: boxx A; did you mean ::: box?"]),
    "box of another dialect": ("::: warning\na", ["1: unknown ::: warning; known are ::: box and ::: quote"]),
    "open box": ("a\n\n::: box A\nb", ["3: ::: box is never closed; add a line ::: below it"]),
    "end of no box": ("a\n:::", ["2: ::: ends nothing; a box begins with ::: box, a quotation with ::: quote"]),
    "box in a box": (
        "::: box A\n::: box B\na\n:::\n:::",
        ["1: ::: box is never closed", "5: ::: ends nothing"],
    ),
    "empty box": ("::: box\n:::", ["1: there is nothing in it"]),
    "quote with a title": ("::: quote T\na\n:::", ["1: a quote has no title; write the words on the lines below"]),
    "GitHub's note": ("> [!NOTE]\n> a", ["1: such a note is not supported; write ::: box Title above it"]),
    "MkDocs' note": ("!!! note\n    a", ["1: such a note is not supported"]),
    # blocks of code and charts
    "open code": ("```\na", ["1: a block that begins with ``` is never closed; add a line ``` below it"]),
    "directive": ("```{note}\na\n```", ["1: ```{note} is not supported; a chart is ```chart"]),
    "drawing": ("```mermaid\na\n```", ["1: ```mermaid is not supported"]),
    "charts": ("```charts\na\n```", ["1: unknown kind of block charts; did you mean chart?"]),
    "points as code": ("    - a\n    - b", ["1: four spaces before a line make code of it"]),
    "chart": (
        "a\n\n```chart\nkind: pie\ntitel: x\nYear, All\n2025, many\n```",
        [
            "4: the chart has no title; add a line “title: what it shows”",
            "4: unknown kind pie of chart; known are bar, column, stacked, line, share",
            "5: unknown key titel of a chart; did you mean title?",
            "6: the chart has no number",
            "7: “many” is no number; write it as 1234.5",
        ],
    ),
    "chart without numbers": ("```chart\nkind: bar\ntitle: x\n```", ["5: the chart has no numbers"]),
    "row of a chart": (
        "```chart\nkind: bar\ntitle: x\na, b\nc, 1, 2\n```",
        ["5: the row has 3 values, and the head 2"],
    ),
    # footnotes and links
    "footnote without words": ("a[^1]", ["1: [^1] is a footnote without words"]),
    "footnote that is not used": (
        "a\n\n[^1]: b",
        ["3: nothing refers to the footnote [^1]; refer to it, or delete it"],
    ),
    "footnote in a list": ("- [^1]: b", ["1: nothing refers to the footnote [^1]"]),
    "footnote in a footnote": (
        "a[^1]\n\n[^1]: - [^2]: b",
        ["3: a footnote within a footnote", "3: nothing refers to the footnote [^2]"],
    ),
    "footnote twice": ("a[^1]\n\n[^1]: b\n\n[^1]: c", ["5: a second footnote [^1]; give it another name"]),
    "link without address": ("a [b][c]", ["1: [b][c] is a link without address; write [words](https://…)"]),
    "address that is not used": ("a\n\n[c]: https://a.example", ["3: nothing refers to [c]:, so readers would not"]),
    "address twice": (
        "[c]\n\n[c]: https://a.example\n[c]: https://b.example",
        ["4: a second address of the same name; give one of them another name"],
    ),
    "address in a paragraph": (
        "a [c]\n[c]: https://a.example",
        ["2: the address of a link needs an empty line above it"],
    ),
    "space in a link": ("[a](https://b c)", ["1: [a](… c is a link that does not work"]),
    "words behind an address": (
        '[a](https://b.example "c d")',
        ["1: nobody sees the words behind the address of a link"],
    ),
    "wiki link": ("see [[Page]]", ["1: [[Page]] is no link here"]),
    "citation": ("so [@smith]", ["1: [@smith is no reference here"]),
    # pictures
    "wiki picture": ("![[lake.jpg]]", ["1: ![[lake.jpg]] is no picture here; write ![what it shows](name.jpg)"]),
    "picture by reference": ("![a][b]", ["1: ![a][ is no picture here"]),
    "picture with spaces": (
        "![a](the lake.jpg)",
        ["1: ![a]( is no picture here; write ![what it shows](name.jpg), with <"],
    ),
    "picture without description": (
        "![](lake.jpg)",
        ["1: lake.jpg has no description; write ![what it shows](lake.jpg)"],
    ),
    "picture in a line": ("a ![b](lake.jpg)", ["1: a picture stands alone in its paragraph"]),
    "marks in a caption": ('![a](lake.jpg "**B**")', ["1: the caption of a picture has marks of Markdown"]),
    # headings, lists
    "heading without a space": ("a\n##B", ["2: a heading needs a space after the #; write \\# for the sign"]),
    "underlined heading": ("a\n---", ["1: the line of - below makes a heading of this; write ## before the heading"]),
    "empty heading": ("##\n\na", ["1: a heading without words"]),
    "heading too deep": ("### a\n\n## b", ["1: a heading leaves out a level; use one # less"]),
    "five levels": ("# a\n\n## b\n\n### c\n\n#### d\n\n##### e", ["9: more than 4 levels of headings; use fewer"]),
    "Word's points": ("• a\n• b", ["1: a point begins with - and a space", "2: a point begins with - and a space"]),
    "full-width points": ("－a", ["1: a point begins with - and a space"]),
    "dashes": ("– a\n– b", ["1: points that begin with a dash run together"]),
    "point without a space": ("-a\n-b", ["1: a point needs a space after the -", "2: a point needs a space"]),
    "number without a space": ("1.a", ["1: a numbered point needs a space after its number"]),
    "numbers that would change": ("1. a\n2. b\n4. c", ["3: the point 4 would be printed as 3; number on"]),
    "list in a paragraph": ("a\n2. b\n3. c", ["2: a list needs an empty line above it"]),
    "definition list": ("a\n: b", ["2: a line that begins with a colon defines nothing here"]),
    "too deep": ("> " * 8 + "a", ["1: more than 6 lists or quotations in one another"]),
    # marks
    "bold that is half open": ("**a*", ["1: * has no partner; stress words as in *words*"]),
    "star": ("Update*", ["1: * has no partner; stress words as in *words* or **words**, or write \\* for the sign"]),
    "underscore": ("_a", ["1: _ has no partner; stress words as in _words_"]),
    "struck, half open": ("~~a", ["1: ~~ has no partner; strike words as in ~~words~~"]),
    "code, half open": ("`a", ["1: ` has no partner; code begins and ends with it"]),
    "highlight": ("==a==", ["1: ==a== does not mark anything; write **words**"]),
    "underline": ("++a++", ["1: ++a++ does not underline"]),
    "hidden by Obsidian": ("%%a%%", ["1: %%a%% is no comment here, and readers would see it; delete it"]),
    "attributes": ("## A {#b}", ["1: {#b} changes nothing here; delete it"]),
    "formula": ("$x^2$", ["1: $x^2$ is a formula, which is not supported; write x^2^"]),
    "formula alone": ("$$\nx\n$$", ["1: $$ is a formula", "3: $$ is a formula"]),
    "raised": ("x^2", ["1: ^ raises nothing; write x^2^ to raise the 2"]),
    "lowered": ("H~2O", ["1: ~ lowers nothing; write H~2~O to lower the 2"]),
    "code for a sign": ("so :smile:", ["1: :smile: makes no sign; write the sign itself"]),
    "contents": ("[TOC]", ["1: [TOC] makes no contents"]),
    "front matter below": ("a\n+++", ["2: +++ stands above and below the lines at the top of the file alone"]),
    "front matter of another dialect": ("---\ntitle: x\n---\n\na", ["2: the line of - below makes a heading of this"]),
    "shortcode": ('{{< figure "a" >}}', ['1: {{< figure "a" > is not supported; delete it']),
}


@pytest.mark.parametrize(("body", "expected"), FAULTS.values(), ids=FAULTS)
def test_D10_unsupported_markdown_is_a_fault_with_its_line_and_its_cure(body: str, expected: list[str]) -> None:
    found = faults(body)
    assert [fault[: len(start)] for fault, start in zip(found, expected, strict=False)] == expected
    assert len(found) == len(expected)


def test_D10_marks_in_what_is_printed_as_it_stands_are_faults() -> None:
    found = faults("a", title="**Big**", author="**Anna**", summary="Q&amp;A", kicker="`x`", section="[a](https://b.c)")
    assert found == [
        f"1: {key} has marks of Markdown; it is printed as it stands: write the words alone"
        for key in ("title", "author", "summary", "kicker", "section")
    ]


FINE = (
    "5 * 3 = 15, 2*3, snake_case, __all__, a - b, ~5 people, $5 and $6, C++, 10:30:45, ____, [sic], (a), #",
    "Name: _____.\n\n\\*a \\_b \\`c \\# \\<b> \\[^1] \\| \\~~ 1\\. x\n\n\\## no heading\n\n\\- no point",
    "{{7*7}} {% raise %}",
    "a < b > c & d © 2026 &copy; &nbsp;&#8212;",
    "1. a\n1. b\n\n<!---->".removesuffix("\n\n<!---->"),
    "7. a\n8. b\n   - c\n\n> quoted\n> on\n\n* * *",
    "```python\nx = {'a': 1}  # <b> **\n```\n\n    code <b> | [^1]",
    "`<b>` and ``a ` b`` and first_last@a.example and https://a.example/_b_*c~d^e",
    "[a]\n\n[a]: https://a.example",
    "He came on\n12. March and left.",
    "— Nein, sagte sie.\n\n— Doch.",
    "| a | b |\n|---|:-:|\n| \\| | `x` |\n| | |",
)


@pytest.mark.parametrize("body", FINE)
def test_ordinary_text_is_no_fault(body: str) -> None:
    assert faults(body) == []


def examples_of_the_docs() -> list[str]:
    """The examples of docs/writing.md that are articles' text."""
    text = (Path(__file__).parents[3] / "docs" / "writing.md").read_text("utf-8")
    blocks = re.findall(r"(?:^ {4}.*\n|^\n(?= {4}))+", text, re.MULTILINE)
    bodies = [re.sub(r"^ {4}", "", block, flags=re.MULTILINE).strip("\n") for block in blocks]
    return [body for body in bodies if not body.startswith(("issues/", "number", "+++", "02-dates.md:"))]


def test_what_the_page_on_writing_shows_is_supported() -> None:
    bodies = examples_of_the_docs()
    pictures = {"quay.png": Picture("quay.png", b"x", "")}
    articles = [Article("01-a.md", "A", "", "", body, pictures=pictures) for body in bodies]
    read = [markdown.read(article, "en", [KENYA], KENYA.starts) for article in articles]
    assert [faults for _, faults in read] == [[]] * 6
    assert {node.type for prose, _ in read if prose for node in prose.tree.children} >= {
        *("footnote_block", "table_block", "picture", "box", "pull", "chart", "events")
    }


def test_many_faults_are_counted() -> None:
    found = faults("x^2\n" * 50)
    assert (len(found), found[-1]) == (41, " 10 more faults")


PIECES = (
    *(
        "word",
        "zwei",
        "drei",
        "vier",
        "*",
        "**",
        "_",
        "~~",
        "~",
        "^",
        "`",
        "```",
        "\n",
        "\n\n",
        " ",
        "  \n",
        "\\",
        "-",
        "- ",
    ),
    *(
        "1. ",
        "3) ",
        "# ",
        "## ",
        "#",
        "> ",
        "|",
        "| a | b |\n|---|---|\n| c | d |\n",
        "|---|",
        "[",
        "]",
        "(",
        ")",
        "](",
        "![",
    ),
    *(
        "[^1]",
        "[^1]: ",
        "[ref]",
        "[ref]: https://a.example",
        "https://a.example/x",
        "a@b.example",
        "<",
        ">",
        "<b>",
        "<!--",
    ),
    *(
        "-->",
        "&amp;",
        "&x;",
        "{",
        "}",
        "$",
        "::: box",
        "::: quote",
        ":::",
        "-- ",
        "---",
        "...",
        '"',
        "'",
        "    ",
        "\t",
        ":",
    ),
    *(
        "[ ] ",
        "[x] ",
        "Table: ",
        "![alt](lake.jpg)",
        '![alt](lake.jpg "cap | by")',
        "===",
        "*word*",
        "**zwei**",
        "é",
        "字",
    ),
)


def words_of(body: str) -> list[str]:
    """The words that readers are to see: not the marks, nor the address of a link or a picture."""
    return re.findall(r"word|zwei|drei|vier|é|字|alt|cap", body)


@settings(max_examples=150, deadline=None)
@given(st.lists(st.sampled_from(PIECES), max_size=25).map("".join))
def test_D10_each_word_is_printed_or_a_fault_is_named(body: str) -> None:
    article = Article("01-a.md", "A", "", "", body, pictures=PICTURES)
    prose, found = markdown.read(article, "en")
    if prose is None:
        assert found
        return
    html = prose.html(Form.PRINT)
    page = lxml.html.fragment_fromstring(f"<div>{html}</div>") if html else lxml.html.fragment_fromstring("<div></div>")
    shown = " ".join([page.text_content(), *(str(alt) for alt in page.xpath("//img/@alt"))])
    text = "\n".join(PlainText().blocks(prose.tree.children))
    for seen in (shown, text):
        assert words_of(seen) == words_of(body) or sorted(words_of(seen)) == sorted(words_of(body))
