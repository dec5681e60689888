"""What differs between two drafts: how it is marked in the HTML, and how it is said."""

from __future__ import annotations

import re
import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from lxml import html

from mailer.compose.changes import ADDED, REMOVED, mark
from mailer.model.changes import MOST_NAMED, Change, What, sentences

ARTICLE = '<table><tr><td id="article-{}"><h2>{}</h2>{}</td></tr></table>'


def document(body: str) -> html.HtmlElement:
    return html.document_fromstring(f"<html><body>{body}</body></html>")


def compared(before: str, now: str) -> tuple[str, list[str]]:
    """The marked body, in which short tags stand for the marks, and what is said."""
    old, new = document(before), document(now)
    said = sentences(mark(old, new))
    assert html.tostring(old) == html.tostring(document(before))
    shown = html.tostring(new.body, encoding="unicode").removeprefix("<body>").removesuffix("</body>")
    return shown.replace(f' class="{ADDED}"', "").replace(f' class="{REMOVED}"', ""), [str(one) for one in said]


def unmarked(root: html.HtmlElement) -> str:
    """The document without its marks."""
    for gone in [*root.iter("del"), *root.iterfind(".//*[@data-draft]")]:
        gone.tail = (gone.tail or "").removeprefix(" ") if gone.tag == "del" else gone.tail
        gone.drop_tree()
    for new in [*root.iter("ins")]:
        new.drop_tag()
    return html.tostring(root, encoding="unicode")


@pytest.mark.parametrize(
    ("before", "now", "marked", "said"),
    [
        (
            "<p>We meet on 5 May 2026 in <b>Geneva</b>.</p>",
            "<p>We meet on 6 May 2026 in <b>Geneva</b>.</p>",
            "<p>We meet on <del>5</del> <ins>6</ins> May 2026 in <b>Geneva</b>.</p>",
            ["“on 5 May” is now “on 6 May”."],
        ),
        (
            "<p>We meet in <b>Geneva</b>.</p>",
            "<p>We meet in <b>Bern</b> and more.</p>",
            "<p>We meet in <b><del>Geneva</del> <ins>Bern</ins></b> <ins>and more</ins>.</p>",
            ["“in Geneva.” is now “in Bern and more.”."],
        ),
        ("<p>One.</p>", "<p>One.</p><p>Two.</p>", "<p>One.</p><p><ins>Two.</ins></p>", ["“Two.” is new."]),
        (
            "<p>One.</p><p>Two.</p>",
            "<p>One.</p>",
            '<p>One.</p><p data-draft="removed"><del>Two.</del></p>',
            ["“Two.” is gone."],
        ),
        ("<ul><li>One<li>Two</ul>", "<ul><li>Two</ul>", "<ul><li><del>One</del>Two</li></ul>", ["“One” is gone."]),
        ("<p>5 May</p>", "<p>5  May</p>", "<p>5  May</p>", []),
        ("<p>a<b>b</b></p>", "<p>a<i>b</i></p>", "<p>a<i>b</i></p>", []),
        (
            "<p>a</p>",
            "<style>x { color: red }</style><p>a<span style='display: none'>hidden</span></p>",
            '<style>x { color: red }</style><p>a<span style="display: none">hidden</span></p>',
            [],
        ),
        (
            "<p>会议于5月5日举行。</p>",
            "<p>会议于5月6日举行。</p>",
            "<p>会议于5月<del>5</del> <ins>6</ins>日举行。</p>",
            ["“月5日” is now “月6日”."],
        ),
        (
            "<div>a b c<br>d e f<br>g h i</div>",
            "<div>a b c<br>d x f<br>g h i</div>",
            "<div>a b c<br>d <del>e</del> <ins>x</ins> f<br>g h i</div>",
            ["“d e f” is now “d x f”."],
        ),
    ],
)
def test_the_words_that_differ_are_marked_and_named(before: str, now: str, marked: str, said: list[str]) -> None:
    assert compared(before, now) == (marked, said)


def test_pictures_are_compared_by_their_content_and_their_description() -> None:
    before, now = ('<p><img src="cid:{}" alt="{}"></p>'.format(*one) for one in ((1, "A lake"), (2, "A sea")))
    assert compared(before, now) == (
        '<p><img src="cid:2" alt="A sea"><ins>[A sea]</ins><del>[A lake]</del> </p>',
        ["The picture “A sea” is another one."],
    )
    assert compared(before, before.replace("lake", "pond"))[1] == ["“A lake” is now “A pond”."]
    assert compared("<p>One.</p>", f"<p>One.</p>{before}")[1] == ["The picture “A lake” is new."]
    assert compared(f"<p>One.</p>{before}", "<p>One.</p>")[1] == ["The picture “A lake” is gone."]


def test_a_link_that_leads_elsewhere_is_named_although_its_words_are_the_same() -> None:
    before, now = (f'<p>See <a href="https://{host}.example/">here</a>.</p>' for host in "ab")
    marked, said = compared(before, now)
    assert said == ["The link “here” leads to https://b.example/, no longer to https://a.example/."]
    assert "here<ins> (https://b.example/)</ins><del> (https://a.example/)</del></a>" in marked


def test_an_article_that_is_new_or_gone_is_named_once_and_the_others_keep_their_numbers() -> None:
    one = ARTICLE.format(1, "One", "<p>The first text of all.</p>")
    zero = ARTICLE.format(1, "Zero", "<p>Something else.</p><p>And a word more.</p>")
    moved = ARTICLE.format(2, "One", "<p>The first text of them.</p>")
    assert compared(one, zero + moved)[1] == [
        "Article 1, “Zero”, is new.",
        "Article 2: “of all.” is now “of them.”.",
    ]
    assert compared(zero + moved, one.replace("all", "them"))[1] == ["The article “Zero” is gone."]


def test_a_title_that_is_listed_is_named_where_it_stands() -> None:
    before, now = (
        f'<p><a href="#article-1">{title}</a></p>' + ARTICLE.format(1, title, "<p>Text.</p>")
        for title in ("The road", "The path")
    )
    assert compared(before, now)[1] == ["Article 1: “The road” is now “The path”."]


WORDS = st.lists(st.sampled_from(["one", "two", "5", "May", "<b>six</b>", "ten.", "<br>"]), max_size=8).map(" ".join)
BODIES = st.lists(st.tuples(st.sampled_from(["p", "h2", "li", "div", "td"]), WORDS), max_size=6).map(
    lambda blocks: "".join(f"<{tag}>{words}</{tag}>" for tag, words in blocks)
)


@given(BODIES, BODIES)
@settings(max_examples=60)
def test_without_its_marks_a_draft_is_what_its_readers_get(before: str, now: str) -> None:
    old, new = document(before), document(now)
    said = mark(old, new)
    words = [re.findall(r"\w+|\.", " ".join(document(body).itertext())) for body in (before, now)]
    assert bool(said) == bool([*new.iter("ins", "del")]) or not words[1]
    assert said or words[0] == words[1]
    assert unmarked(new) == html.tostring(document(now), encoding="unicode")


def test_many_changes_are_named_up_to_a_number() -> None:
    said = sentences([Change(What.WORDS, f"a{number}", f"b{number}") for number in range(MOST_NAMED + 3)])
    assert (len(said), said[-1]) == (MOST_NAMED + 1, "3 more changes are marked in the draft.")
    (long,) = sentences([Change(What.WORDS, "", "word " * 200 + "end")])
    assert len(long) < 200 and "word … word" in long and long.endswith("end” is new.")


@pytest.mark.parametrize(
    "now",
    [
        "".join(f"<p>{'word ' * 120}{number}</p>" for number in range(300)),
        "".join(f"<p>{number} {number * 7} other text of {number * 3} things</p>" for number in range(700)),
        f"<table>{'<tr><td>–</td><td>1</td></tr>' * 500}</table>",
        f"<p>{'a b ' * 20_000}</p>",
    ],
)
def test_the_time_to_compare_long_drafts_is_bounded(now: str) -> None:
    before = (
        now.replace("word", "term", 40).replace("other", "each").replace("<td>1", "<td>2", 700).replace("b", "c", 9)
    )
    began = time.process_time()
    mark(document(before), document(now))
    assert time.process_time() - began < 2
