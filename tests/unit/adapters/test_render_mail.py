"""The HTML of an issue: small, without hidden text, and in what Outlook for Windows knows, which shows it with Word."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import date

import cssselect2
import lxml.html
import pytest
import tinycss2
from markupsafe import Markup

from mailer.adapters import data, issue_folder
from mailer.adapters.render import Renderer, pdf
from mailer.adapters.render.mail_html import CARDS, adapted
from mailer.model.issues import Article, Edition, Marker, Picture, Rank, Source
from tests.unit.adapters.test_render import IDENTITY, ROOT, image

DESIGNS = ("journal", "bulletin", "handout", "letter")

ELEMENTS = {
    *("html", "head", "meta", "title", "style", "body", "div", "p", "br", "hr", "h1", "h2", "h3", "h4", "h5", "h6"),
    *("strong", "em", "s", "sup", "sub", "span", "a", "img", "ul", "ol", "li", "blockquote", "pre", "code"),
    *("table", "thead", "tbody", "tr", "th", "td"),
}
"""What Word knows, as far as we need it. It knows nothing that came with HTML 5."""

LEGIBLE = {
    *("color", "background-color", "font-family", "font-size", "font-weight", "font-style", "line-height"),
    *("text-align", "text-decoration", "vertical-align", "list-style-type", "border-collapse", "width"),
    *("margin", "margin-top", "margin-bottom", "padding", "padding-top", "padding-right", "padding-bottom"),
    *("padding-left", "border", "border-top", "border-right", "border-bottom", "border-left"),
}
"""The properties that Word has, on which the mail relies."""

DECORATION = {
    "max-width": "a conditional table is 600 pixels wide, and pictures have a width",
    "table-layout": "long words widen the sheet; those in tables may break",
    "min-width": "columns of long words may get narrower",
    "height": "pictures keep their proportions without it",
    "display": "a picture in a block of its own needs none",
    "white-space": "code and short names may be broken, and code has no long lines by word-wrap",
    "word-wrap": "addresses that are longer than a line widen the sheet",
    "overflow-wrap": "as word-wrap",
    "word-break": "of 2019 and later; before, as word-wrap",
    "overflow-x": "the window is wide enough for tables",
}
"""What Word does not have, and what is seen instead."""

PADDED = {"ul", "ol", "blockquote", "pre", "div.notes"}
"""Elements other than cells that lose a distance in Outlook, and are legible without."""
EDGED = {"table.sheet", "blockquote", "pre", "hr", "div.notes", "img", "span"}
"""Elements other than cells that lose an edge."""


def elements() -> Source:
    return issue_folder.read(ROOT / "tests" / "data" / "issues" / "elements", "update")


@pytest.fixture(scope="module")
def renderer() -> Iterator[Renderer]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(pdf, "write", lambda *_: (b"%PDF-", 3))
        yield Renderer(data.TEMPLATES)


@pytest.fixture(scope="module")
def editions(renderer: Renderer) -> Mapping[str, Edition]:
    return {name: renderer.edition(elements(), replace(IDENTITY, design=name)) for name in DESIGNS}


@pytest.fixture(scope="module", params=DESIGNS)
def edition(request: pytest.FixtureRequest, editions: Mapping[str, Edition]) -> Edition:
    return editions[request.param]


def issue(*articles: Article, language: str = "en", title: str = "Spring") -> Source:
    return Source("update", 3, title, date(2026, 3, 1), language, articles, "ab" * 32)


# --- Outlook ---


def test_outlook_knows_every_element(edition: Edition) -> None:
    page = lxml.html.document_fromstring(edition.html)
    assert {element.tag for element in page.iter() if isinstance(element.tag, str)} - ELEMENTS == set()


def rules(html: str) -> Iterator[tuple[str, str, Sequence[str]]]:
    """Each declaration outside of media queries: what has it, its name, and the elements that get it."""
    page = lxml.html.document_fromstring(html)
    root = cssselect2.ElementWrapper.from_html_root(page)
    wrapped = list(root.iter_subtree())
    for style in page.iter("style"):
        for rule in tinycss2.parse_stylesheet(style.text or "", skip_comments=True, skip_whitespace=True):
            if rule.type == "qualified-rule":
                selectors = cssselect2.compile_selector_list(rule.prelude)
                got = [one for one in wrapped if any(selector.test(one) for selector in selectors)]
                for declaration in tinycss2.parse_declaration_list(rule.content, skip_whitespace=True):
                    yield tinycss2.serialize(rule.prelude).strip(), declaration.name, [name(one) for one in got]
    for element in wrapped:
        text = element.etree_element.get("style") or ""
        for declaration in tinycss2.parse_declaration_list(text, skip_whitespace=True):
            yield "style", declaration.name, [name(element)]


def name(element: cssselect2.ElementWrapper) -> str:
    kinds = [kind for kind in ("notes", "sheet") if kind in element.classes]
    return ".".join([element.local_name, *kinds])


def test_outlook_has_every_property_that_legibility_needs(edition: Edition) -> None:
    assert {found for _, found, _ in rules(edition.html)} - LEGIBLE - set(DECORATION) == set()


def test_outlook_pads_and_edges_nothing_but_cells(edition: Edition) -> None:
    for selector, found, got in rules(edition.html):
        others = {one for one in got if one not in ("td", "th")}
        if found.startswith("padding"):
            assert others <= PADDED | {"body"}, selector
        elif found.startswith("border") and found != "border-collapse":
            assert others <= EDGED, selector
        elif found == "width":
            assert others <= {"table"}, selector


def test_outlook_has_the_width_of_the_sheet_and_of_pictures(edition: Edition) -> None:
    opened, closed = re.findall(r"<!--\[if mso\]>(<(?:table|/td).*?)<!\[endif\]-->", edition.html)
    assert 'width="600"' in opened and closed == "</td></tr></table>"
    page = lxml.html.document_fromstring(edition.html)
    assert [int(img.get("width")) <= 552 for img in page.iter("img")] == [True] * 3
    for table in page.xpath("//table"):
        assert [table.get(name) for name in ("width", "cellspacing", "border")] == ["100%", "0", "0"]


# --- Size, and what filters look at ---


def test_the_demo_is_under_60_kb_of_html(renderer: Renderer) -> None:
    demo = issue_folder.read(data.CONFIG / "demo" / "issues" / "update-1", "update")
    assert len(renderer.edition(demo, IDENTITY).html.encode()) < 60_000


def test_gmail_reads_every_style_sheet(edition: Edition) -> None:
    """It ignores what is longer than 8 KB, and all of a sheet with a rule that it does not know."""
    sheets = re.findall(r"<style>(.*?)</style>", edition.html, re.DOTALL)
    assert [len(sheet) < 8_000 for sheet in sheets] == [True] * 4
    assert sum(map(len, sheets)) < 16_000
    assert ["@supports" in sheet for sheet in sheets] == [False, False, False, True]


def test_the_character_set_comes_first(edition: Edition) -> None:
    page = lxml.html.document_fromstring(edition.html)
    assert dict(page.head[0].attrib) == {"charset": "utf-8"}
    assert edition.html.index("<meta charset") < 250


def test_no_text_is_hidden(edition: Edition) -> None:
    """Filters count it: text that is invisible or tiny, and signs without width."""
    assert re.search(r"[\u034f\u00ad\u200b-\u200d\u2060\ufeff]|&(?:zwnj|#847);", edition.html) is None
    everywhere = edition.html.partition("@media")[0] + edition.html.partition("<body")[2]
    assert re.search(r"display: ?none|visibility|opacity|mso-hide", everywhere) is None
    assert min(int(size) for size in re.findall(r"font-size: ?(\d+)px", everywhere)) >= 13


def test_what_a_list_of_mails_shows_is_the_first_text(edition: Edition) -> None:
    page = lxml.html.document_fromstring(edition.html)
    assert page.body.text_content().split()[:4] == ["After", "eleven", "meetings", "the"]


# --- The issue's parts ---


def test_the_contents_say_what_each_article_is_about_and_how_long_it_takes(edition: Edition) -> None:
    page = lxml.html.document_fromstring(edition.html)
    rows = [[" ".join(cell.itertext()).split() for cell in row] for row in page.xpath("//table[@class='contents']//tr")]
    assert [" ".join(word for cell in row for word in cell) for row in rows] == [
        "1 The northern wall comes first, and the southern one waits After eleven meetings the commission has a plan, "
        "a price and a date. 1 min",
        "2 Tides and people Every spring tide, and whom to ask. 1 min",
        "3 The ferry sails every hour 1 min",
        "4 Dogs are allowed on the quay again 1 min",
    ]


def test_headings_leave_no_level_out_and_briefs_share_one(edition: Edition) -> None:
    page = lxml.html.document_fromstring(edition.html)
    assert [heading.tag for heading in page.xpath("//h1 | //h2 | //h3")] == ["h1", "h2", "h3", "h2", "h2", "h3", "h3"]
    assert page.xpath("//h2/text()")[2] == "In brief"


def test_a_lead_has_its_picture_first_with_caption_and_credit(edition: Edition) -> None:
    page = lxml.html.document_fromstring(edition.html)
    (lead,) = page.xpath("//td[@id='article-1']")
    assert [child.get("class") or child.tag for child in lead] == [
        *("picture", "kicker", "h2", "standfirst", "author", "prose")
    ]
    assert lead.xpath("string(.//p[@class='caption'])") == "The northern wall in October · Photograph: Jon Poulsen"


def test_the_web_version_is_linked_in_both_parts(renderer: Renderer) -> None:
    address = "https://www.harbour.example/{language}/{number}?a=1&b"
    made = renderer.edition(elements(), replace(IDENTITY, web_version=address))
    page = lxml.html.document_fromstring(made.html)
    assert page.xpath("//p[@class='preheader']/a/@href") == ["https://www.harbour.example/en/4?a=1&b"]
    assert "\nRead on the web:\nhttps://www.harbour.example/en/4?a=1&b\n" in made.text
    assert "Read on the web" not in (without := renderer.edition(elements(), IDENTITY)).html + without.text


def test_a_translation_says_who_made_it(renderer: Renderer) -> None:
    made = renderer.edition(replace(elements(), translator="Ana Ruiz", original="fr"), IDENTITY)
    assert ">Translated by Ana Ruiz.</p>" in made.html
    assert "\nTranslated by Ana Ruiz.\n" in made.text


def test_G6_from_right_to_left_the_sides_are_changed(renderer: Renderer) -> None:
    body = "- مرفأ\n\n> قول\n\n| اليوم | المكان |\n|---|---:|\n| 1 مارس | جنيف |\n\nISO 26000 معيار\n\n`a/` <https://a.example/>"
    for design in DESIGNS:
        made = renderer.edition(
            issue(Article("01-a.md", "مرفأ", "", "", body), language="ar"), replace(IDENTITY, design=design)
        )
        page = lxml.html.document_fromstring(made.html)
        assert (page.get("dir"), page.xpath("//div[@role='main']/@dir")) == ("rtl", ["rtl"])
        sheets = " ".join(re.findall(r"<style>(.*?)</style>", made.html, re.DOTALL))
        rule = dict(re.findall(r"^(ul, ol|blockquote|\.minutes) (\{.*\})", sheets, re.MULTILINE))
        assert ("padding-right" in rule["ul, ol"], "padding-left" in rule["ul, ol"]) == (True, False)
        assert "border-right" in rule["blockquote"]
        assert "text-align: left" in rule[".minutes"]
        assert "\n\u200fISO 26000 معيار\n" in made.text
        assert [element.get("dir") for element in page.xpath("//code | //a[@class='address']")] == ["ltr", "ltr"]


def test_the_text_has_every_word_of_the_html(editions: Mapping[str, Edition]) -> None:
    made = editions["journal"]
    text = made.text.translate(str.maketrans("⁰¹²³₂", "01232"))
    page = lxml.html.document_fromstring(re.sub(r"<(/?(?:p|td|th|tr|li|h\d|div)|br)\b", r" <\1", made.html))
    articles = " ".join(cell.text_content() for cell in page.xpath("//td[starts-with(@id, 'article-')]"))
    words, said = (set(re.findall(r"\w+", part)) for part in (articles, text))
    assert words - said == {"3f786850e387550fdab836ed7e6dc881de23001b" * 2}  # is longer than a line


def test_scripts_without_italics_have_none(renderer: Renderer) -> None:
    sheets = {
        language: renderer.edition(issue(Article("01-a.md", "A", "", "", "*b*"), language=language), IDENTITY).html
        for language in ("en", "ar", "th")
    }
    assert {language: "em { font-style: normal" in html for language, html in sheets.items()} == {
        "en": False,
        "ar": True,
        "th": True,
    }


# --- Tables ---


def table(markdown_rows: Sequence[Sequence[str]]) -> lxml.html.HtmlElement:
    head, *rows = ["".join(f"<td>{cell}</td>" for cell in row) for row in markdown_rows]
    body = "".join(f"<tr>{row}</tr>" for row in rows)
    html = adapted(Markup(f"<table><thead><tr>{head.replace('td>', 'th>')}</tr></thead><tbody>{body}</tbody></table>"))
    return lxml.html.fragment_fromstring(html)


def test_a_table_that_fits_a_phone_stays_one() -> None:
    box = table([["Day", "Where"], ["1 March", "Geneva"]])
    assert (box.get("class"), box.get("tabindex")) == ("table", None)
    assert box.xpath("//@data-label") == []


def test_a_table_in_a_box_or_a_list_has_less_room() -> None:
    head = Markup("<tr><th>Day</th><th>Where</th><th>a</th></tr>")
    rows = head.join(
        [Markup("<table>"), Markup("<tr><td>1 March 2026</td><td>Geneva, hall</td><td>b, c</td></tr></table>")]
    )
    assert 'class="table"' in adapted(rows)
    assert 'class="table cards scroll"' in adapted(
        Markup("<aside class='box'><ul><li>{}</li></ul></aside>").format(rows)
    )


WIDE = [["Day", "High", "Low", "Gates", "Remark"], ["1 March", "6.1 m", "0.1 m", "22:00–04:00", "keep clear"]]


def test_a_wide_table_becomes_cards_with_the_names_of_its_columns_or_scrolls() -> None:
    box = table(WIDE)
    assert dict(box.attrib) == {
        "class": "table cards scroll",
        "tabindex": "0",
        "role": "group",
        "aria-label": "Day, High, Low, Gates, Remark",
    }
    assert box.xpath("//td/@data-label") == WIDE[0]


def test_a_long_wide_table_scrolls_in_a_box_of_its_own() -> None:
    box = table(WIDE + WIDE[1:] * CARDS)
    assert box.get("class") == "table scroll"
    assert box.xpath("//@data-label") == []


def test_short_cells_stay_in_one_line_and_long_words_may_break() -> None:
    box = table([["Day", "Address"], ["1 March", "firstname.lastname@department.example.org"]])
    assert [cell.get("nowrap") is not None for cell in box.iter("td")] == [True, False]
    assert ["break" in (cell.get("class") or "") for cell in box.iter("td")] == [False, True]


def test_chinese_breaks_anywhere_and_is_no_long_word() -> None:
    box = table([["甲", "乙"], ["海港委员会今天公布了计划海港委员会今天公布了计划", "二"]])
    assert box.get("class") == "table"


# --- D3: attacks ---

HOSTILE = (
    "<![endif]--><script>alert(1)</script>",
    "--><img src=x onerror=alert(1)>",
    "<!--[if mso]><p>x</p><![endif]-->",
    '" onload="alert(1)',
    "' style='display:none",
    "</style><script>alert(1)</script>",
    "}} body { display: none } /* in the head alone */",
    "expression(alert(1)); background: url(https://x.example/)",
    "]]></title><svg onload=alert(1)>",
)


@pytest.mark.parametrize("text", HOSTILE)
def test_D3_no_text_breaks_out_of_an_attribute_a_style_or_a_conditional_comment(renderer: Renderer, text: str) -> None:
    picture = Picture("a.png", image(40, 20), text, text, text)
    articles = [
        Article("01-a.md", text, text, text, "Words.", picture, kicker=text, rank=Rank.LEAD),
        Article("02-b.md", text, text, text, "Words.", rank=Rank.BRIEF),
    ]
    other = replace(picture, alt="A", caption="A", credit="A")
    plain = [replace(one, title="A", author="A", summary="A", kicker="A") for one in articles]
    plain[0] = replace(plain[0], picture=other)
    identity = replace(IDENTITY, masthead=text, tagline=text, publisher=text, imprint=text)
    hostile = renderer.edition(replace(issue(*articles, title=text), translator=text), identity)
    harmless = renderer.edition(replace(issue(*plain, title="A"), translator="A"), replace(IDENTITY))
    shape = []
    for made in (hostile, harmless):
        page = lxml.html.document_fromstring(made.html)
        comments = [str(comment) for comment in page.xpath("//comment()")]
        styles = [style.text for style in page.iter("style")]
        handlers = [attribute for attribute in page.xpath("//@*/..//@*") if str(attribute.attrname).startswith("on")]
        shape.append((comments, styles, handlers, page.xpath("//script | //svg")))
    assert shape[0] == shape[1]


def test_D3_a_picture_of_an_article_says_what_it_shows_whatever_that_is(renderer: Renderer) -> None:
    text = 'A "quay" & <b>boats</b>'
    made = renderer.edition(
        issue(Article("01-a.md", "A", "", "", "Words.", Picture("a.png", image(40, 20), text))), IDENTITY
    )
    assert lxml.html.document_fromstring(made.html).xpath("//img/@alt") == ["A “quay” & <b>boats</b>"]
    assert all(marker in made.html for marker in Marker)
