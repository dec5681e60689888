"""Drafts below a notice, in one HTML page."""

from __future__ import annotations

import re
from dataclasses import replace

import pytest
from lxml import html

from mailer.compose.drafts import compare, enclose
from mailer.model.changes import Change, Changes, What
from mailer.model.issues import Inline
from mailer.model.notices import DraftEdition, Notice

SHEET = (
    "@media (prefers-color-scheme: dark) { .band, td { color: #fff !important } .prose td a { color: red } "
    "body { color: blue } }"
)
DRAFT = DraftEdition(
    "en",
    "Text",
    f'<!doctype html><html lang="en" dir="ltr"><head><title>t</title><style>{SHEET}</style></head><body class="back">'
    '<div class="preheader">seen</div><!--[if mso]><table><tr><td><![endif]--><table class="paper"><tr>'
    '<td class="band" id="article-1"><a href="#article-1">One</a> 5 May <img src="cid:1@x" alt="A lake"></td></tr>'
    '</table><a href="#">leave</a></body></html>',
    (Inline("1@x", "image/png", b"png"),),
)
NOTICE = Notice(
    "s",
    "t",
    '<html lang="fr"><head><style>@media (max-width: 480px) { td { color: green } .pad { color: red } '
    '.draft-added { color: lime } }</style></head><body class="pad"><p class="small">x</p>'
    '<ins class="draft-added" style="color: #060">new</ins><!--draft 1--><!--draft 2--></body></html>',
)


def shown(*drafts: DraftEdition) -> html.HtmlElement:
    return html.document_fromstring(enclose(NOTICE, drafts).html or "")


def test_a_draft_stands_in_the_notice_with_its_pictures() -> None:
    made = enclose(NOTICE, [DRAFT])
    (part,) = shown(DRAFT).xpath("//div[@lang]")
    assert dict(part.attrib) == {"class": "d1-back d1-body", "lang": "en", "dir": "ltr"}
    assert "seen" in part.text_content() and "5 May" in part.text_content()
    assert "<!--[if mso]><table><tr><td><![endif]-->" in (made.html or "")
    assert (made.subject, made.text, made.pictures) == ("s", "t", DRAFT.pictures)
    assert (made.html or "").count("<body") == (made.html or "").count("<html") == 1


def test_the_styles_of_a_draft_and_of_the_notice_do_not_meet() -> None:
    page = shown(DRAFT)
    notice, draft = (" ".join((style.text or "").split()) for style in page.iter("style"))
    assert notice == (
        "@media (max-width: 480px) {td.n{ color: green }.n-pad.n-pad{ color: red }.draft-added{ color: lime } }"
    )
    assert draft == (
        "@media (prefers-color-scheme: dark) {.d1-band.d1-band, td.d1{ color: #fff !important }"
        ".d1-prose.d1-prose td a.d1{ color: red }.d1-body{ color: blue } }"
    )
    names = {name for element in page.xpath("//div[@lang]//*[@class]") for name in element.get("class").split()}
    assert names == {"d1", "d1-paper", "d1-band", "d1-preheader"}
    assert page.body.get("class") == "n-pad n-body"


def test_style_sheets_stay_apart_as_a_mail_app_may_ignore_one() -> None:
    draft = replace(
        DRAFT, html=DRAFT.html.replace("</style>", "</style><style>@supports (x: y) { td { a: b } }</style>")
    )
    assert [" ".join((style.text or "").split()) for style in shown(draft).iter("style")][2:] == [
        "@supports (x: y) {td.d1{ a: b } }"
    ]


def test_lines_of_a_cell_may_break_where_something_was_removed() -> None:
    before = replace(
        DRAFT, html=DRAFT.html.replace("5 May", "4 June").replace('<td class="band"', '<td nowrap class="a"')
    )
    now = replace(before, html=before.html.replace("4 June", "5 May"))
    (marked,), _ = compare([now], [before])
    assert shown(before).xpath("//td/@nowrap") == ["nowrap"]
    assert shown(marked).xpath("//td/@nowrap") == []


def test_what_repeats_a_summary_is_not_named_as_a_further_change() -> None:
    page = '<p class="preheader">Four</p><table class="contents"><tr><td>Four<br>4 min</td></tr></table>'
    page += '<div id="article-1"><h2>A title</h2><p>Four gates</p></div>'
    before = replace(DRAFT, html=page)
    _, (change,) = compare([replace(DRAFT, html=page.replace("Four", "Five").replace("4 min", "5 min"))], [before])
    assert change == Changes("en", [Change(What.WORDS, "Four gates", "Five gates", 1)])


def test_two_drafts_keep_their_own_names_and_share_a_style_sheet() -> None:
    french = replace(DRAFT, language="fr", html=DRAFT.html.replace("One", "Un").replace('lang="en"', 'lang="fr"'))
    page = shown(DRAFT, french)
    assert [part.get("lang") for part in page.xpath("//div[@lang]")] == ["en", "fr"]
    assert page.xpath("//@id") == ["en-article-1", "fr-article-1"]
    assert page.xpath("//@href") == ["#en-article-1", "#", "#fr-article-1", "#"]
    assert len(list(page.iter("style"))) == 2
    other = replace(french, html=french.html.replace("red", "pink"))
    assert len(list(shown(DRAFT, other).iter("style"))) == 3
    assert shown(DRAFT, other).xpath("//div[@lang]/@class") == ["d1-back d1-body", "d2-back d2-body"]


def test_marks_look_as_the_notice_explains_them_but_on_the_band() -> None:
    before = replace(DRAFT, html=DRAFT.html.replace("5 May", "4 May"))
    plain = replace(DRAFT, html=DRAFT.html.replace('class="band"', 'class="plain"'))
    (marked,), _ = compare([plain], [before])
    (new,) = shown(marked).xpath("//div//ins")
    assert dict(new.attrib) == {"class": "draft-added", "style": "color: #060"}
    (marked,), _ = compare([DRAFT], [before])
    assert [dict(new.attrib) for new in shown(marked).xpath("//div//ins")] == [{}]


def test_editions_are_compared_language_by_language() -> None:
    before = replace(DRAFT, html=DRAFT.html.replace("5 May", "4 May"))
    spanish, french = replace(DRAFT, language="es"), replace(DRAFT, language="fr")
    drafts, changes = compare([DRAFT, french], [before, spanish])
    assert changes == [
        Changes("en", [Change(What.WORDS, "One 4 May", "One 5 May", 1)]),
        Changes("fr", is_new=True),
        Changes("es", is_gone=True),
    ]
    assert re.findall(r"<(?:ins|del)[^>]*>(.*?)<", drafts[0].html) == ["4", "5"]
    assert drafts[1] == french
    assert compare([DRAFT], [DRAFT]) == ([DRAFT], [])


@pytest.mark.parametrize("draft", [replace(DRAFT, html=""), replace(DRAFT, html="<p>A fragment</p>")])
def test_a_draft_may_be_only_text_or_a_fragment(draft: DraftEdition) -> None:
    assert ("A fragment" in shown(draft).text_content()) == bool(draft.html)
    assert enclose(replace(NOTICE, html=None), [draft]).html is None
