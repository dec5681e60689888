"""The Markdown of an article: the HTML of each element in each form."""

from __future__ import annotations

import pytest
from markupsafe import Markup

from mailer.adapters.render import markdown
from mailer.adapters.render.illustrations import Shown, illustrated
from mailer.adapters.render.markdown import Form, Prose
from mailer.adapters.render.reading_time import minutes
from mailer.model.issues import Article, Picture

PICTURES = {"my lake.jpg": Picture("my lake.jpg", b"x", "")}


def prose(body: str, language: str = "en") -> Prose:
    found, faults = markdown.read(Article("01-a.md", "A", "", "", body, pictures=PICTURES), language)
    assert found is not None, faults
    return found


HTML = {
    "footnote": (
        "Salt[^s].\n\n[^s]: From the *sea*.",
        '<p>Salt<sup class="note"><a href="#note-4-1" id="ref-4-1">1</a></sup>.</p>\n'
        '<section class="notes"><ol>\n<li id="note-4-1"><p>From the <em>sea</em>.</p>\n</li>\n</ol></section>\n',
    ),
    "struck": ("~~old~~ new", "<p><s>old</s> new</p>\n"),
    "raised and lowered": ("x^2^ H~2~O", "<p>x<sup>2</sup> H<sub>2</sub>O</p>\n"),
    "stress without spaces": (
        "これは**「強調」**です。**全**部",
        "<p>これは<strong>「強調」</strong>です。<strong>全</strong>部</p>\n",
    ),
    "tasks": (
        "- [ ] book\n- [x] pay",
        '<ul>\n<li class="task open"><span class="tick">☐</span> book</li>\n'
        '<li class="task done"><span class="tick">☑</span> pay</li>\n</ul>\n',
    ),
    "addresses": (
        "See https://a.example/b--c or write to a@b.example.",
        '<p>See <a href="https://a.example/b--c" class="address">https://a.example/b--c</a> or write to '
        '<a href="mailto:a@b.example" class="address">a@b.example</a>.</p>\n',
    ),
    "addresses among other signs": (
        "(https://a.example/_b_(c)), first_last@a.example、請訪問https://b.example/d。**www.c.example** d@e.example[^1]"
        "\n\n[^1]: x",
        '<p>(<a href="https://a.example/_b_(c)" class="address">https://a.example/_b_(c)</a>), '
        '<a href="mailto:first_last@a.example" class="address">first_last@a.example</a>、請訪問'
        '<a href="https://b.example/d" class="address">https://b.example/d</a>。'
        '<strong><a href="http://www.c.example" class="address">www.c.example</a></strong> '
        '<a href="mailto:d@e.example" class="address">d@e.example</a>'
        '<sup class="note"><a href="#note-4-1" id="ref-4-1">1</a></sup></p>\n'
        '<section class="notes"><ol>\n<li id="note-4-1"><p>x</p>\n</li>\n</ol></section>\n',
    ),
    "box": (
        "::: box What it *costs*\nLittle.\n:::",
        '<aside class="box">\n<p class="box-title">What it <em>costs</em></p>\n<p>Little.</p>\n</aside>\n',
    ),
    "pull quote": (
        "::: quote\nIt was\nthe best.\n-- Anna\n:::",
        '<blockquote class="pull">\n<p>It was\nthe best.</p>\n<p class="by">Anna</p>\n</blockquote>\n',
    ),
    "pull quote with a paragraph for its author": (
        "::: quote\nBest.\n\n-- Anna\n:::",
        '<blockquote class="pull">\n<p>Best.</p>\n<p class="by">Anna</p>\n</blockquote>\n',
    ),
    "picture": (
        '![A "lake"](<my lake.jpg> "By night | Anna")',
        '<figure class="picture"><img src="picture:my%20lake.jpg" alt="A “lake”">'
        '<figcaption>By night · <span class="credit">Anna</span></figcaption></figure>\n',
    ),
    "table with a title": (
        "Table: Tides\n\n| a | b |\n|---|--:|\n| 1 | 2 |",
        '<div class="table">\n<p class="table-title">Tides</p>\n<table>\n<thead>\n<tr><th scope="col">a</th>'
        '<th scope="col" class="right">b</th></tr>\n</thead>\n<tbody>\n<tr><td>1</td><td class="right">2</td></tr>\n'
        "</tbody>\n</table>\n</div>\n",
    ),
    "chart": (
        "```chart\nkind: bar\ntitle: Members\nYear, All\n2025, 3\n```",
        '<figure class="chart"><img src="chart:1" alt=""></figure>\n',
    ),
    "headings begin below the title and leave out no level": (
        "# One\n\n### Two",
        "<h3>One</h3>\n<h4>Two</h4>\n",
    ),
}


@pytest.mark.parametrize(("body", "html"), HTML.values(), ids=HTML)
def test_an_element_has_its_html_in_a_mail(body: str, html: str) -> None:
    assert prose(body).html(Form.MAIL, article=4) == html


def test_links_are_numbered_in_print_where_the_text_is_not_the_address() -> None:
    body = "A [link](https://a.example), [again](https://a.example), <https://b.example>, [other](mailto:c@d.example)."
    html = prose(body).html(Form.PRINT, first_link=3)
    assert html == (
        '<p>A <a href="https://a.example">link</a><sup class="link">[3]</sup>, '
        '<a href="https://a.example">again</a><sup class="link">[3]</sup>, '
        '<a href="https://b.example" class="address">https://b.example</a>, '
        '<a href="mailto:c@d.example">other</a><sup class="link">[4]</sup>.</p>\n'
        '<ol class="links" start="3">\n<li><a href="https://a.example" class="address">https://a.example</a></li>\n'
        '<li><a href="mailto:c@d.example" class="address">c@d.example</a></li>\n</ol>\n'
    )


@pytest.mark.parametrize(
    ("body", "titles"),
    [
        ("Table: A\n| a |\n|---|\n| 1 |", [["A"]]),
        ("| a |\n|---|\n| 1 |\nTable: A", [["A"]]),
        ("| a |\n|---|\n| 1 |\n\nTable: A", [["A"]]),
        ("| a |\n|---|\n| 1 |\nTable: A\n\n| b |\n|---|\n| 2 |", [["A"], []]),
        ("| a |\n|---|\n| 1 |\n\nTable: B\n\n| b |\n|---|\n| 2 |", [[], ["B"]]),
        ("Table: A\n\n| a |\n|---|\n| 1 |\n\nTable: B\n\n| b |\n|---|\n| 2 |", [["A"], ["B"]]),
    ],
)
def test_a_title_belongs_to_the_table_that_it_is_next_to(body: str, titles: list[list[str]]) -> None:
    blocks = [node for node in prose(body).tree.children if node.type == "table_block"]
    found = [[node.children[0].content for node in block.children if node.type == "table_title"] for block in blocks]
    assert found == titles


@pytest.mark.parametrize(
    ("columns", "rows", "kind"),
    [(2, 12, "table"), (3, 12, "table wide"), (2, 13, "table long"), (3, 13, "table wide long")],
)
def test_a_table_says_whether_it_is_wide_or_long(columns: int, rows: int, kind: str) -> None:
    row = "| x " * columns + "|\n"
    body = row + "|---" * columns + "|\n" + row * rows
    assert prose(body).html(Form.MAIL).startswith(f'<div class="{kind}">')


def test_pictures_and_charts_are_put_in_as_a_form_shows_them() -> None:
    html = Markup(
        '<figure class="picture"><img src="picture:my%20lake.jpg" alt="A"></figure><img src="chart:1" alt="">'
    )
    shown = illustrated(html, {"my lake.jpg": Shown("cid:a@b", 300, 150, wide=True)}, [Markup("<table></table>")])
    assert shown == (
        '<figure class="picture wide"><img src="cid:a@b" width="300" height="150" alt="A"></figure><table></table>'
    )


@pytest.mark.parametrize(
    ("text", "language", "expected"),
    [
        ("", "en", 1),
        ("word " * 340, "en", 1),
        ("word " * 350, "en", 2),
        ("mot " * 2000, "fr", 10),
        ("字" * 1275, "zh", 5),
        ("かな" * 357, "ja", 2),
        ("字" * 1275 + " word" * 228, "zh-Hant", 6),
        ("word " * 900, "xx", 5),
    ],
)
def test_reading_takes_as_long_as_it_does_in_the_language(text: str, language: str, expected: int) -> None:
    assert minutes(text, language) == expected
