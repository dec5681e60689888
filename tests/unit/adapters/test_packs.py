"""Packs: articles as .docx and Markdown that other programs read, and pictures that are fit for print."""

from __future__ import annotations

import zipfile
from dataclasses import replace
from datetime import date
from functools import cache
from io import BytesIO

import pytest
from lxml import etree
from PIL import Image

from mailer.adapters import data, issue_folder
from mailer.adapters.packs import Order, packed
from mailer.adapters.packs.prose import Prose
from mailer.compose.catalogue import ENGLISH
from mailer.errors import Refused
from mailer.model.issues import Article, Source
from mailer.model.packs import Pack

ORDER = Order("example-1-iso-focus", "ISO/SR Update", "Published by TG 2.", words=40)
BODY = """A **bold** word, an *eager* one, a ~~struck~~ one, `code`, x^2^, H~2~O, and a [link](https://x.example/?a=1&b="2").[^1]

## A heading & more

- first
- second with a
  longer line
    1. inner
    2. again

3. third
4. fourth

> A quotation.

::: box What to do
- [x] read
- [ ] write
:::

::: quote
We speak.
-- Ana Lee
:::

Table: Numbers

| Year | Members |
|------|--------:|
| 2026 | 12 |

    code <here>

* * *

The last paragraph, with 1 < 2 \\* 3.

[^1]: A note with a [second link](mailto:a@x.example).
"""
W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"


def source(body: str = BODY, language: str = "en", **front: str) -> Source:
    article = Article("01-a.md", front.pop("title", "Where we are"), front.pop("author", "Ana Lee"), "In short.", body)
    return Source("update", 1, "The road", date(2026, 12, 1), language, (article,), "0" * 64)


@cache
def made() -> Pack:
    return packed(source(), ORDER, ENGLISH)


def parts(docx: bytes) -> dict[str, etree._Element]:
    with zipfile.ZipFile(BytesIO(docx)) as archive:
        return {name: etree.fromstring(archive.read(name)) for name in archive.namelist()}


def paragraphs(docx: bytes) -> list[tuple[str, str]]:
    """Style and words of each paragraph."""
    body = parts(docx)["word/document.xml"]
    return [
        (one.find(f"{W}pPr/{W}pStyle").get(f"{W}val"), "".join(text.text or "" for text in one.iter(f"{W}t")))
        for one in body.iter(f"{W}p")
    ]


def test_the_word_file_has_every_word_in_a_named_style() -> None:
    found = paragraphs(made().files["1-where-we-are.docx"])
    assert found[:4] == [
        ("Title", "Where we are"),
        ("Subtitle", "In short."),
        ("Author", "By Ana Lee"),
        ("BodyText", "A bold word, an eager one, a struck one, code, x2, H2O, and a link."),
    ]
    assert [one for one in found if one[0] != "BodyText"][3:] == [
        ("Heading1", "A heading & more"),
        ("ListParagraph", "first"),
        ("ListParagraph", "second with a longer line"),
        ("ListParagraph", "inner"),
        ("ListParagraph", "again"),
        ("ListParagraph", "third"),
        ("ListParagraph", "fourth"),
        ("Quote", "A quotation."),
        ("BoxTitle", "What to do"),
        ("ListParagraph", "☑ read"),
        ("ListParagraph", "☐ write"),
        ("IntenseQuote", "We speak."),
        ("QuoteBy", "Ana Lee"),
        ("Caption", "Numbers"),
        ("TableHead", "Year"),
        ("TableHead", "Members"),
        ("TableText", "2026"),
        ("TableText", "12"),
        ("AfterTable", ""),
        ("Code", "code <here>"),
        ("Rule", "* * *"),
        ("Colophon", "From ISO/SR Update 1, “The road”, 1 December 2026."),
        ("Colophon", "Published by TG 2."),
        ("Colophon", "Please name the source and the author, and tell us in which issue it appears."),
    ]


def test_the_word_file_refers_to_nothing_that_it_does_not_have() -> None:
    found = parts(made().files["1-where-we-are.docx"])
    styles = {one.get(f"{W}styleId") for one in found["word/styles.xml"].iter(f"{W}style")}
    used = {
        one.get(f"{W}val") for part in found.values() for one in part.iter(f"{W}pStyle", f"{W}rStyle", f"{W}tblStyle")
    }
    assert used <= styles
    lists = {one.get(f"{W}numId") for one in found["word/numbering.xml"].iter(f"{W}num")}
    assert {one.get(f"{W}val") for one in found["word/document.xml"].iter(f"{W}numId")} <= lists
    links = {one.get("Id"): one.get("Target") for one in found["word/_rels/document.xml.rels"]}
    assert "https://x.example/?a=1&b=%222%22" in links.values()
    notes = {one.get(f"{W}id") for one in found["word/footnotes.xml"].iter(f"{W}footnote")}
    assert {one.get(f"{W}id") for one in found["word/document.xml"].iter(f"{W}footnoteReference")} <= notes
    assert "mailto:a@x.example" in {one.get("Target") for one in found["word/_rels/footnotes.xml.rels"]}


def test_the_markdown_is_that_of_other_programs() -> None:
    text = made().files["1-where-we-are.md"].decode()
    assert text.startswith(
        "# Where we are\n\n**In short.**\n\nBy Ana Lee\n\nA **bold** word, an *eager* one, a ~~struck~~"
    )
    for line in (
        "x<sup>2</sup>, H<sub>2</sub>O",
        "- first\n- second with a longer line\n   1. inner\n   2. again\n",
        "3. third\n4. fourth\n",
        "> — Ana Lee",
        "| Year | Members |\n| --- | ---: |\n| 2026 | 12 |",
        "    code <here>",
        "1 \\< 2 \\* 3",
        "[^1]: A note with a [second link](mailto:a@x.example).",
    ):
        assert line in text


def test_the_same_source_gives_the_same_bytes() -> None:
    assert packed(source(), ORDER, ENGLISH) == made()


def test_a_longer_article_is_there_as_its_first_paragraphs_too() -> None:
    (article,) = made().articles
    assert (article.short, article.words) == (38, 61)
    short = made().files["1-where-we-are-short.md"].decode()
    assert "A quotation." in short and "The last paragraph" not in short
    assert "Shortened to its first 38 words, and otherwise unchanged; the whole text has 61." in short
    assert "1-where-we-are-short.md" not in packed(source(), replace(ORDER, words=0), ENGLISH).files


def test_a_text_is_shortened_at_a_paragraph_and_never_ends_with_a_heading() -> None:
    body = "One two three.\n\n## Four five\n\nSix seven eight nine.\n"
    pack = packed(source(body), replace(ORDER, words=6), ENGLISH)
    short = pack.files["1-where-we-are-short.md"].decode()
    assert "One two three." in short and "Four five" not in short
    assert Prose([]).shortened(3) == Prose([])


def test_some_articles_can_be_chosen_and_others_are_refused() -> None:
    with pytest.raises(Refused, match="The issue has no article 2; it has 1"):
        packed(source(), replace(ORDER, articles=(2,)), ENGLISH)


def test_pictures_keep_their_pixels_lose_what_cameras_note_and_say_300_dpi() -> None:
    folder = data.CONFIG / "demo" / "issues" / "update-1"
    read = issue_folder.read(folder, "update")
    pack = packed(read, replace(ORDER, articles=(1,)), ENGLISH)
    (picture,) = pack.pictures
    assert (picture.file, picture.article, picture.width, picture.height) == ("pictures/1-1-road.png", 1, 1060, 397)
    with Image.open(BytesIO(pack.files[picture.file])) as shown:
        assert (shown.size, round(shown.info["dpi"][0]), "exif" in shown.info) == ((1060, 397), 300, False)
    text = paragraphs(pack.files["1-from-salvador-to-bangkok.docx"])
    assert [words for style, words in text if style == "Picture"] == ["Picture: 1-1-road.png"]
    (line,) = [words for style, words in text if style == "PictureLine"]
    assert line.startswith("pictures/1-1-road.png  Where the group comes from, and where it goes. It shows: A wind")


def test_D3_signs_that_xml_cannot_have_are_left_out_and_markup_stays_text() -> None:
    pack = packed(
        source("A <b>bell</b>? No & never.\n".replace("<b>", "\\<b>").replace("</b>", "\\</b>"), title="A\x07 <i>"),
        ORDER,
        ENGLISH,
    )
    (docx,) = [content for name, content in pack.files.items() if name.endswith(".docx")]
    found = paragraphs(docx)
    assert (found[0][1], found[3][1]) == ("A <i>", "A <b>bell</b>? No & never.")
