"""A translator's copy of an issue, its files, and the issue that is made of what comes back."""

from __future__ import annotations

import subprocess
import sys
import zipfile
from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from io import BytesIO
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from lxml import etree

from mailer.adapters import issue_folder
from mailer.adapters.catalogues import Catalogues
from mailer.adapters.manuscripts import Manuscripts, blocks, marks, reading
from mailer.adapters.render import markdown
from mailer.compose.catalogue import direction
from mailer.errors import ConfigError
from mailer.inbound.manuscripts import read_text
from mailer.message import clean
from mailer.model.issues import Article, Picture, Source
from mailer.model.manuscripts import DocumentKind, Kind, Unreadable
from tests.manuscripts import TRANSLATIONS, UNITS

ROOT = Path(__file__).parents[3]
CATALOGUES = Catalogues(ROOT / "templates" / "locale")
MANUSCRIPTS = Manuscripts(CATALOGUES)

BODY = """\
# A *heading*

## Below **bold** and [a link](https://a.example/x?a=1&b=2) at https://b.example/y, or write to a@b.example

- a point with `co|de`
- [ ] a task[^1]
  on two lines
1. an address\\
   on two lines

> A quotation
> with **more** in it.

::: box A *titled* box
Inside.

- a point
:::

::: quote
Say it
so **loud**.
-- Anna Kim
:::

Table: Members of all

| Year | Members \\| more | [Source](https://c.example) |
|------|:--:|---|
| 1,000 | two | www.foo.example |
| x `a\\|b` | | y |
| 2 | 3 | 4 |

![What it shows](map.png "The caption | The credit")

```chart
kind: bar
title: Growth
unit: members
Year, "Members, all"
Spring 2004, 3
"x, y", 4
```

    code [is](not) *touched*

[^1]: A note with *emphasis*.

    Its second paragraph.

Bold **「強調」**です, and H~2~O, x^2^, ~~gone~~. See [one][ref] and [two][ref].

[ref]: https://d.example/z

* * *
"""
PICTURE = Picture("map.png", b"", "What it shows", "The caption", "The credit")
ARTICLE = Article(
    "01-one.md", "The title", "Anna Kim", "The summary", BODY,
    picture=Picture("top.png", b"", "What is above", "Its caption", "Its credit"),
    kicker="The kicker", section="The section", pictures={"map.png": PICTURE},
)  # fmt: skip
SECOND = Article("02-two.md", "Another title", "", "", "Words.\n", section="The section")
SOURCE = Source("update", 3, "The issue", date(2026, 12, 1), "en", (ARTICLE, SECOND), "0" * 64)
OWN = MANUSCRIPTS.units(SOURCE)
ALL = {unit.number: unit.text for unit in OWN}
DEMO = issue_folder.read(ROOT / "config" / "demo" / "issues" / "update-1", "update")


def links_of(body: str) -> list[str]:
    tree = markdown.read(replace(ARTICLE, body=body), "en")[0]
    assert tree
    return sorted(str(node.attrs["href"]) for node in tree.tree.walk() if node.type == "link")


# --- units ---


def test_the_texts_of_an_issue_are_numbered_in_order() -> None:
    shown = [(unit.kind, unit.text) for unit in OWN]
    assert [unit.number for unit in OWN] == list(range(1, len(OWN) + 1))
    assert shown == [
        (Kind.ISSUE_TITLE, "The issue"),
        (Kind.SECTION, "The section"),
        (Kind.KICKER, "The kicker"),
        (Kind.TITLE, "The title"),
        (Kind.SUMMARY, "The summary"),
        (Kind.ALT, "What is above"),
        (Kind.CAPTION, "Its caption"),
        (Kind.CREDIT, "Its credit"),
        (Kind.HEADING, "A *heading*"),
        (Kind.HEADING, "Below **bold** and [a link](1) at https://b.example/y, or write to a@b.example"),
        (Kind.ITEM, "a point with `co|de`"),
        (Kind.ITEM, "a task[^1] on two lines"),
        (Kind.ITEM, "an address ⏎ on two lines"),
        (Kind.PARAGRAPH, "A quotation with **more** in it."),
        (Kind.BOX_TITLE, "A *titled* box"),
        (Kind.PARAGRAPH, "Inside."),
        (Kind.ITEM, "a point"),
        (Kind.QUOTE, "Say it so **loud**."),
        (Kind.BY, "Anna Kim"),
        (Kind.TABLE_TITLE, "Members of all"),
        (Kind.HEAD, "Year | Members \\| more | [Source](1)"),
        (Kind.ROW, "1,000 | two | www.foo.example"),
        (Kind.ROW, "x `a|b` | | y"),
        (Kind.ALT, "What it shows"),
        (Kind.CAPTION, "The caption"),
        (Kind.CREDIT, "The credit"),
        (Kind.CHART, "Growth"),
        (Kind.CHART, "members"),
        (Kind.CHART_ROW, "Year | Members, all"),
        (Kind.CHART_LABEL, "Spring 2004"),
        (Kind.CHART_LABEL, "x, y"),
        (
            Kind.PARAGRAPH,
            "Bold **「強調」**です, and H~2~O, x^2^, ~~gone~~. See [one](1) and [two](2).",
        ),
        (Kind.FOOTNOTE, "A note with *emphasis*."),
        (Kind.FOOTNOTE, "Its second paragraph."),
        (Kind.TITLE, "Another title"),
        (Kind.PARAGRAPH, "Words."),
    ]


def test_a_unit_knows_its_links() -> None:
    heading = next(unit for unit in OWN if unit.text.startswith("Below"))
    assert heading.links == ("https://a.example/x?a=1&b=2",)
    assert heading.addresses == ("https://b.example/y", "a@b.example")


def test_a_text_that_nobody_translates_is_no_unit() -> None:
    body = "`code`\n\n[^1]\n\n| 2 | 3 |\n|---|---|\n| 4 | 5 |\n\n[^1]: 7\n"
    assert MANUSCRIPTS.units(replace(SOURCE, articles=(replace(SECOND, body=body, section=""),)))[2:] == ()


def test_an_odd_sign_is_a_fault_that_names_the_article() -> None:
    source = replace(SOURCE, articles=(replace(SECOND, body="Words ^[a note in the text] and more.\n"),))
    with pytest.raises(ConfigError, match=r"02-two\.md"):
        MANUSCRIPTS.units(source)


# --- the copy ---


def test_the_text_has_numbered_paragraphs_in_short_lines() -> None:
    text = MANUSCRIPTS.text(OWN, "en")
    assert max(map(len, text.split("\n"))) <= 72
    assert "[5: summary] The summary\n" in text
    assert "[16] Inside.\n" in text
    assert not any(line.startswith("|") for line in text.split("\n"))


@pytest.mark.parametrize("quoted", [False, True])
def test_the_text_is_read_back_whole(quoted: bool) -> None:
    text = MANUSCRIPTS.text(OWN, "en").replace("title", "TITEL").replace("Words", "Wörter").replace("issue", "Ausgabe")
    if quoted:
        text = "".join(f"> {line}\n" for line in text.split("\n"))
    found = read_text(text, OWN).texts
    wanted = {number: words.replace("title", "TITEL").replace("Words", "Wörter") for number, words in ALL.items()}
    wanted[1] = "The Ausgabe"
    assert found == {number: " ".join(words.split()) for number, words in wanted.items()}


@pytest.mark.parametrize("kind", [DocumentKind.ODT, DocumentKind.DOCX])
def test_a_document_is_a_table_that_is_read_back(kind: DocumentKind) -> None:
    data = MANUSCRIPTS.document(OWN, kind, "en", "ar", "fr")
    assert data == MANUSCRIPTS.document(OWN, kind, "en", "ar", "fr")
    text = MANUSCRIPTS.read(data, kind)
    assert [line.split("\t")[1] for line in text.split("\n") if line[:1].isdigit()] == [
        " ".join(unit.text.split()) for unit in OWN
    ]
    assert read_text(text, OWN).texts == {}


def test_a_document_has_languages_and_directions() -> None:
    data = MANUSCRIPTS.document(UNITS, DocumentKind.DOCX, "en", "ar", "fr")
    with zipfile.ZipFile(BytesIO(data)) as archive:
        document = archive.read("word/document.xml").decode()
    assert direction("ar") == "rtl"
    assert document.count("<w:bidi/>") == len(UNITS)
    assert document.count('<w:lang w:val="ar"') == len(UNITS)
    assert "<w:tblHeader/>" in document


# --- an issue in another language ---


def test_with_its_own_texts_an_issue_is_what_it_was() -> None:
    for source in (SOURCE, DEMO):
        own = {unit.number: unit.text for unit in MANUSCRIPTS.units(source)}
        made = MANUSCRIPTS.translated(source, own, "en", "")
        assert made == replace(source, original="en", digest=made.digest)


def html_of(article: Article) -> list[str]:
    prose, faults = markdown.read(article, "en")
    assert prose, faults
    return [" ".join(str(prose.html(form)).split()) for form in markdown.Form]


def test_a_text_that_is_written_anew_looks_the_same() -> None:
    places = blocks.places(BODY)
    body = blocks.rebuilt(BODY, {at: place.inline.shown for at, place in enumerate(places) if place.has_words}, {})
    assert html_of(replace(ARTICLE, body=body)) == html_of(ARTICLE)


def test_translations_stand_where_the_originals_stood() -> None:
    made = MANUSCRIPTS.translated(SOURCE, {number: f"Ü {text}" for number, text in ALL.items()}, "de", "Bodo, DIN")
    article = made.articles[0]
    assert (made.title, made.language, made.translator, made.original) == ("Ü The issue", "de", "Bodo, DIN", "en")
    assert (article.kicker, article.title, article.summary) == ("Ü The kicker", "Ü The title", "Ü The summary")
    assert [one.section for one in made.articles] == ["Ü The section"] * 2
    assert article.picture == Picture("top.png", b"", "Ü What is above", "Ü Its caption", "Ü Its credit")
    assert article.pictures == {"map.png": Picture("map.png", b"", "Ü What it shows", "Ü The caption", "Ü The credit")}
    assert "\n- [ ] Ü a task[^1] on two lines\n" in article.body
    assert "\n::: box Ü A *titled* box\n" in article.body
    assert "\n-- Ü Anna Kim\n:::\n" in article.body
    assert '\n"Ü Spring 2004", 3\n' in article.body
    assert "\n    code [is](not) *touched*\n" in article.body
    assert links_of(article.body) == links_of(BODY)
    assert made.digest not in (SOURCE.digest, MANUSCRIPTS.translated(SOURCE, ALL, "de", "").digest)


def test_a_link_that_is_missing_is_put_at_the_end() -> None:
    number = next(unit.number for unit in OWN if unit.text.startswith("Below"))
    made = MANUSCRIPTS.translated(SOURCE, {number: "Ohne Verweis"}, "de", "").articles[0]
    assert links_of(made.body) == links_of(BODY)


def test_a_link_that_an_editor_agreed_to_replaces_the_original() -> None:
    links = {"https://c.example": "https://c.example/fr", "mailto:a@b.example": "mailto:fr@b.example"}
    made = MANUSCRIPTS.translated(SOURCE, ALL | {1: "x"}, "fr", "", links).articles[0]
    assert links_of(made.body) == sorted(links.get(link, link) for link in links_of(BODY))
    assert "<fr@b.example>" in made.body


@pytest.mark.parametrize(
    "text",
    [
        "**「強調」**です",
        "これは**「大事」**です。",
        "**Ü**x",
        "a**b**c",
        "*(a)*b",
        "日本語*「い」*ない人々",
        "**a *b* c**",
        "***x***",
    ],
)
def test_emphasis_holds_in_scripts_without_spaces(text: str) -> None:
    body = blocks.rebuilt("Some **bold** and *soft* text.\n", {0: text}, {})
    html = html_of(replace(ARTICLE, body=body, pictures={}))[0]
    assert "*" not in html


@pytest.mark.parametrize(
    "text", ["**a", "a ** b", "2 * 3 * 4", "a*", "* a", "__a__", "[a](7)", "`x`", "~a~", "^a^", "[^7]"]
)
def test_what_is_no_mark_of_the_original_is_text(text: str) -> None:
    body = blocks.rebuilt("Some words.\n", {0: text}, {})
    assert markdown_text(body) == text


def markdown_text(body: str) -> str:
    """The text of the only paragraph, which has no mark."""
    (place,) = blocks.places(body)
    (text,) = place.inline.nodes
    assert isinstance(text, str)
    return text


PIECES = st.sampled_from(
    [
        *(
            "<b>",
            "</b>",
            "<script>",
            "&lt;",
            "&amp;",
            "&#60;",
            "[x](https://evil.example)",
            "![x](map.png)",
            "[x][ref]",
        ),
        *("https://evil.example", "www.evil.example", "mailto:e@evil.example", "e@evil.example", "<https://e.example>"),
        *(
            "# ",
            "## x",
            "- ",
            "+ ",
            "* ",
            "1. ",
            "2) ",
            "> ",
            ":::",
            "::: box x",
            "::: quote",
            "```",
            "~~~",
            "---",
            "===",
        ),
        *(
            "| ",
            "|",
            "｜",
            "Table: x",
            "-- who",
            "[ ] ",
            "[x] ",
            "[^1]",
            "[^1]: x",
            "[ref]: https://e.example",
            "\\",
            "`",
        ),
        *(
            "**",
            "*",
            "***",
            "_",
            "~~",
            "~",
            "^",
            "^[x]",
            "[",
            "]",
            "(1)",
            "[a](1)",
            "[b](2)",
            "⏎",
            "\n",
            "\n\n",
            "    ",
            "\t",
        ),
        *("⟦greeting⟧", "⟦leave⟧", "\x00", "\x1b", "\u202e", "\u2028", '"', "'", "co|de", "`co|de`", "!", "{x}", "$x$"),
        *("强调", "「x」", "word", "Wörter", "1,234.5", "כ", "www.foo.example", "https://b.example/y", "a@b.example"),
    ]
)
HOSTILE = st.lists(st.one_of(PIECES, st.text(max_size=6)), min_size=1, max_size=14).map("".join)


def test_the_name_of_a_translator_is_only_text() -> None:
    made = MANUSCRIPTS.translated(SOURCE, {}, "de", "⟦leave⟧ A\u202eB\n\u200bC" + "x" * 1_000)
    assert made.translator == ("[leave] AB C" + "x" * 1_000)[:300]


def test_a_text_that_begins_like_a_point_is_only_text() -> None:
    made = blocks.rebuilt("A paragraph.", {0: "・点 A"}, {})
    assert markdown.read(replace(SOURCE.articles[0], body=made, picture=None, pictures={}), "ja")[1] == []
    assert blocks.places(made)[0].inline.shown == "・点 A"


CHART_TEXTS = {
    "HTML with a link": '<a href="https://evil.example/of-a-length-that-no-label-has">Frühling</a> 2004',
    "quotes": '"' * 70,
    "commas and lines": 'a, b\nc | d, "e"',
    "marks": "```\ntitle: x\n```\n[a](https://e.example) `b` 1: 2",
    "a long word": "Donaudampfschifffahrtselektrizitätenhauptbetriebswerkbauunterbeamtengesellschaft",
}


@pytest.mark.parametrize("text", CHART_TEXTS.values(), ids=CHART_TEXTS)
def test_whatever_stands_in_a_chart_is_only_text(text: str) -> None:
    chart = [unit for unit in OWN if unit.kind in (Kind.CHART, Kind.CHART_LABEL, Kind.CHART_ROW)]
    for texts in ({unit.number: text} for unit in chart):
        article = MANUSCRIPTS.translated(SOURCE, texts, "de", "").articles[0]
        assert blocks.structure(article.body, {}) == blocks.structure(BODY, {})
        assert markdown.read(article, "de")[1] == []
        assert links_of(article.body) == links_of(BODY)


@pytest.mark.parametrize("hidden", ["\x17", "\ufeff", "&#x17;", "&amp;#x17;"])
def test_a_character_that_is_no_text_hides_no_marks(hidden: str) -> None:
    for unit in (unit for unit in OWN if unit.article == 0 and unit.kind in (Kind.TITLE, Kind.CAPTION)):
        article = MANUSCRIPTS.translated(SOURCE, {unit.number: f"{hidden}*<b>*"}, "de", "").articles[0]
        assert markdown.read(article, "de")[1] == []


@settings(deadline=None, max_examples=30)
@given(st.data())
def test_whatever_a_translator_writes_is_only_text(data: st.DataObject) -> None:
    body_units = [unit for unit in OWN if unit.article == 0]
    chosen = data.draw(st.lists(st.sampled_from(body_units), min_size=1, max_size=4, unique=True))
    texts = {unit.number: data.draw(HOSTILE) for unit in chosen}
    made = MANUSCRIPTS.translated(SOURCE, texts, "de", "")
    article = made.articles[0]
    assert blocks.structure(article.body, {}) == blocks.structure(BODY, {})
    faults = markdown.read(article, "de")[1]
    assert [fault for fault in faults if "is longer than 60 characters" not in fault] == []  # labels of a chart
    assert faults or links_of(article.body) == links_of(BODY)
    assert not {"⟦", "⟧"} & set(article.body + article.title + article.summary + article.kicker)
    assert len(article.body.split("\n")) <= len(BODY.split("\n")) + sum(text.count("⏎") for text in texts.values())


@settings(deadline=None)
@given(HOSTILE)
def test_words_come_out_as_they_were_written(text: str) -> None:
    wanted = " ".join(clean(text, 1_000).split())
    if {*"*\\"} & set(wanted) or not wanted:
        return
    body = blocks.rebuilt("Some words.\n", {0: wanted}, {})
    assert " ".join(markdown_text(body).split()) == wanted


# --- files that come back ---


def test_C5_a_text_file_is_read_in_any_of_its_encodings() -> None:
    text = "[2] Qui parle, à 9 h\n"
    for encoding in ("utf-8", "utf-8-sig", "utf-16", "cp1252"):
        assert MANUSCRIPTS.read(text.encode(encoding), DocumentKind.TEXT) == text


def changed(data: bytes, name: str, xml: str) -> bytes:
    """The archive with other XML in one of its files."""
    out = BytesIO()
    with zipfile.ZipFile(BytesIO(data)) as old, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as new:
        for info in old.infolist():
            new.writestr(info.filename, xml if info.filename == name else old.read(info))
    return out.getvalue()


W = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'
DOCX = MANUSCRIPTS.document(UNITS, DocumentKind.DOCX, "en", "fr", "fr")
ODT = MANUSCRIPTS.document(UNITS, DocumentKind.ODT, "en", "fr", "fr")


def word(body: str, before: str = "") -> bytes:
    return changed(DOCX, "word/document.xml", f"{before}<w:document {W}><w:body>{body}</w:body></w:document>")


def test_C5_a_document_of_word_is_read_as_it_is_seen() -> None:
    data = word(
        '<w:p><w:r><w:t xml:space="preserve">[2] Qui </w:t></w:r><w:ins w:id="1"><w:r><w:t>peut </w:t></w:r></w:ins>'
        '<w:del w:id="2"><w:r><w:delText>doit </w:delText></w:r></w:del>'
        "<w:r><w:rPr><w:b/></w:rPr><w:t>parler</w:t></w:r>"
        '<w:r><w:fldChar w:fldCharType="begin"/><w:instrText>HYPERLINK "https://evil.example"</w:instrText></w:r></w:p>'
        "<w:tbl><w:tr><w:tc><w:p><w:r><w:t>3</w:t></w:r></w:p></w:tc><w:tc><w:p><w:r><w:t>Two</w:t></w:r></w:p></w:tc>"
        "<w:tc><w:p><w:r><w:t>Deux</w:t></w:r></w:p><w:p><w:r><w:t>règles</w:t><w:tab/></w:r></w:p></w:tc></w:tr></w:tbl>"
    )
    text = MANUSCRIPTS.read(data, DocumentKind.DOCX)
    assert text == "[2] Qui peut **parler**\n\n3\tTwo\tDeux règles"


def test_C5_a_document_of_writer_is_read_as_it_is_seen() -> None:
    with zipfile.ZipFile(BytesIO(ODT)) as archive:
        xml = archive.read("content.xml").decode()
    style = (
        '<style:style style:name="T1" style:family="text"><style:text-properties fo:font-weight="bold"/></style:style>'
    )
    xml = xml.replace("<office:automatic-styles>", f"<office:automatic-styles>{style}", 1)
    row = (
        "<table:table-row><table:table-cell><text:p>3</text:p></table:table-cell><table:table-cell/><table:table-cell>"
        "<text:p>Deux<text:s/>règles<text:note><text:note-body><text:p>no</text:p></text:note-body></text:note></text:p>"
        "</table:table-cell></table:table-row></table:table>"
    )
    xml = xml.replace("</table:table>", row)
    xml = xml.replace("<text:p/>", '<text:p>[2] Qui <text:span text:style-name="T1">parle</text:span></text:p>')
    lines = MANUSCRIPTS.read(changed(ODT, "content.xml", xml), DocumentKind.ODT).strip().split("\n")
    assert lines[-2:] == ["3\t\tDeux règles", "[2] Qui **parle**"]


def test_C5_a_document_in_rtf_is_read() -> None:
    text = b"{\\rtf1\\ansi {\\b [2]} Qui parle \\'e0 9 h\\par {\\*\\comment no}[3] \\u1044?\\u1072?\\par}"
    assert MANUSCRIPTS.read(text, DocumentKind.RTF).split("\n")[:2] == ["[2] Qui parle à 9 h", "[3] Да"]
    table = b"{\\rtf1\\ansi\\trowd\\intbl 3\\cell Two\\cell Deux | trois\\cell\\row}"
    assert "3\tTwo\tDeux | trois" in MANUSCRIPTS.read(table, DocumentKind.RTF)


def bomb(size: int) -> bytes:
    return word("<w:p><w:r><w:t>" + "a" * size + "</w:t></w:r></w:p>")


def nested(levels: int) -> bytes:
    start = "<w:tbl><w:tr><w:tc>"
    return word(start * levels + "<w:p/>" + "</w:tc></w:tr></w:tbl>" * levels)


ENTITIES = (
    '<!DOCTYPE x [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;"><!ENTITY c "&b;&b;&b;&b;&b;&b;">]>'
)
FILES = '<!DOCTYPE x [<!ENTITY a SYSTEM "file:///etc/passwd">]>'
NETWORK = '<!DOCTYPE x SYSTEM "http://127.0.0.1:9/x.dtd">'


def crowded() -> bytes:
    out = BytesIO(DOCX)
    with zipfile.ZipFile(out, "a") as archive:
        for number in range(3_001):
            archive.writestr(f"x{number}", b"")
    return out.getvalue()


def encrypted() -> bytes:
    """The document, marked as encrypted where its directory has it."""
    data = bytearray(DOCX)
    at = data.find(b"PK\x01\x02")
    while at >= 0:
        data[at + 8] |= 1
        at = data.find(b"PK\x01\x02", at + 4)
    return bytes(data)


@pytest.mark.parametrize(
    ("data", "kind", "reason"),
    [
        (b"", DocumentKind.DOCX, "damaged"),
        (b"PK\x03\x04 and more", DocumentKind.ODT, "damaged"),
        (DOCX[:-200], DocumentKind.DOCX, "damaged"),
        (DOCX, DocumentKind.ODT, "damaged"),
        (ODT, DocumentKind.RTF, "damaged"),
        (word("<w:p>"), DocumentKind.DOCX, "damaged"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600), DocumentKind.DOCX, "encrypted"),
        (encrypted(), DocumentKind.DOCX, "encrypted"),
        (bomb(30_000_000), DocumentKind.DOCX, "large"),
        (crowded(), DocumentKind.DOCX, "large"),
        (nested(2_000), DocumentKind.DOCX, "damaged"),
        (word("<w:p><w:r><w:t>&c;</w:t></w:r></w:p>", ENTITIES), DocumentKind.DOCX, "forbidden"),
        (word("<w:p><w:r><w:t>&a;</w:t></w:r></w:p>", FILES), DocumentKind.DOCX, "forbidden"),
        (word("<w:p/>", NETWORK), DocumentKind.DOCX, "forbidden"),
        (b"[3] " + b"\n\n" * 600_000, DocumentKind.TEXT, "large"),
        (b"{\\rtf1 " + b"a" * 1_100_000 + b"}", DocumentKind.RTF, "large"),
        (bytes(reading.MAX_BYTES + 1), DocumentKind.TEXT, "large"),
    ],
    ids=range(17),
)
def test_C5_a_hostile_file_goes_to_a_person_unopened(data: bytes, kind: DocumentKind, reason: str) -> None:
    with pytest.raises(Unreadable) as fault:
        MANUSCRIPTS.read(data, kind)
    assert fault.value.reason == reading.REASONS[reason]


def test_C5_tables_within_tables_are_read_once() -> None:
    assert MANUSCRIPTS.read(nested(60), DocumentKind.DOCX).strip() == ""


def test_C5_a_file_that_takes_too_long_is_given_up() -> None:
    slow = b"{\\rtf1 " + b"{\\field{\\*\\fldinst{ HYPERLINK " * 200_000 + b"}"
    with pytest.raises(Unreadable) as fault:
        reading.read(slow, DocumentKind.RTF, cpu_seconds=1)
    assert fault.value.reason == reading.REASONS["large"]


def test_C5_a_file_that_takes_too_much_memory_is_given_up() -> None:
    with pytest.raises(Unreadable) as fault:
        reading.read(word("<w:p/>" * 300_000), DocumentKind.DOCX, memory=90 << 20)
    assert fault.value.reason == reading.REASONS["large"]


def test_C5_the_process_can_open_nothing() -> None:
    program = (
        "import socket; from mailer.adapters import child_process; child_process.close_off()\n"
        "for work in (lambda: open('/etc/hosts'), socket.socket):\n"
        "    try: work()\n"
        "    except OSError as fault: print(fault.errno)\n"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True, cwd=ROOT)
    assert done.stdout.split() == ["24", "24"]


def test_translations_come_back_in_every_kind_of_file() -> None:
    for kind, language in ((DocumentKind.DOCX, "ja"), (DocumentKind.ODT, "ar")):
        data = filled(kind, TRANSLATIONS[language])
        found = read_text(MANUSCRIPTS.read(data, kind), UNITS).texts
        assert list(found.values()) == [" ".join(text.split()) for text in TRANSLATIONS[language].values()]


def filled(kind: DocumentKind, texts: Mapping[int, str]) -> bytes:
    """The document with translations in the third column, as an editor puts them there."""
    data = MANUSCRIPTS.document(UNITS, kind, "en", "fr", "fr")
    is_word = kind is DocumentKind.DOCX
    name = "word/document.xml" if is_word else "content.xml"
    with zipfile.ZipFile(BytesIO(data)) as archive:
        root = etree.fromstring(archive.read(name))
    rows = [row for row in root.iter("{*}tr", "{*}table-row") if "".join(row[-3].itertext())[:1].isdigit()]
    for row, text in zip(rows, texts.values(), strict=True):
        paragraph = row[-1][-1]
        if is_word:
            run = etree.SubElement(paragraph, paragraph.tag[:-1] + "r")
            etree.SubElement(run, paragraph.tag[:-1] + "t").text = text
        else:
            paragraph.text = text
    return changed(data, name, etree.tostring(root, encoding="unicode"))


MARKED = blocks.places("A **b** *c* [d](https://x.example) `e` ~f~ ^g^ ~~h~~ [^1]\n\n[^1]: x\n")[0].inline
SLOW = ("*a " * 7_000, "[" * 20_000, "[a](1)" * 3_000, "**a**" * 4_000, "[*" * 10_000, "~^*[`" * 4_000, "^a " * 7_000)


@pytest.mark.parametrize("text", SLOW, ids=range(len(SLOW)))
def test_C7_a_translation_that_is_made_to_be_slow_is_read_at_once(text: str) -> None:
    marks.read(text, MARKED)
