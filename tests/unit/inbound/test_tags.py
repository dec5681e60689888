"""HTML with plain tags reads as it did, and costs little (C11)."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mailer.inbound import markup
from mailer.inbound.tags import plain_tags

WORDS = (
    *(
        "<p>",
        "</p>",
        "<b ",
        ">",
        "a=1 ",
        'class="x" ',
        "style='display:none' ",
        "hidden ",
        "<!--",
        "-->",
        "--!>",
        "<",
        "</",
    ),
    *(
        "<script>",
        "</script>",
        "<style>",
        "</style>",
        ".x{display:none}",
        "word ",
        "<?",
        "<!",
        '"',
        "'",
        "=",
        "/",
        "&amp;",
    ),
    *(
        "<blockquote>",
        "</blockquote>",
        "<br/>",
        "<textarea>",
        "</textarea>",
        "<title>",
        "</title>",
        "\n",
        " ",
        "é",
        "<td>",
    ),
    *("<div class=gmail_quote>", "</div>", "<o:p>", "\t", "id=a", "<pre>", "</pre>", "&lt;"),
)


@given(st.lists(st.sampled_from(WORDS), max_size=14))
def test_the_text_that_a_reader_sees_is_the_same(words: list[str]) -> None:
    text = "".join(words)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(markup, "plain_tags", lambda markup: markup)
        before = markup.visible_text(text)
    assert markup.visible_text(text).split() == before.split()


@pytest.mark.parametrize(
    ("written", "plain"),
    [
        ('<P Class="a" data-x=1 class=b>x</P >', '<p class="a">x</p>'),
        ("<p style='a:\"b\"' hidden>x", '<p style="a:&quot;b&quot;" hidden="">x'),
        ("<p id=a/b name = c>", '<p id="a/b" name="c">'),
        ("<p" + " a=1" * 100_000 + " hidden>x", '<p hidden="">x'),
        ('<p title="a > b">x', "<p>x"),
        ("a < b <> c </> d </ e", "a &lt; b &lt;> c  d "),
        ("a<!-- <p> -->b<!-->c<!DOCTYPE html>d<![CDATA[e]]>f<?g?>h", "abcdfh"),
        ("<script>if (a<b) '</p>'</script>x", "<script></script>x"),
        ("<style>.a{b:'<p>'}</style>x", "<style>.a{b:' p>'}</style>x"),
        ("<xmp><p></xmp>x", "<pre>&lt;p&gt;</pre>x"),
        ("x<p class='a", "x"),
        ('<b"><' + "a" * 50 + ">", "<span><span>"),
        ("&lt;p&gt; &amp;amp;", "&lt;p&gt; &amp;amp;"),
    ],
)
def test_plain_tags(written: str, plain: str) -> None:
    assert plain_tags(written) == plain
