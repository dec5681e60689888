"""An issue as the site says of it, and as one page by itself. Pure."""

from __future__ import annotations

import base64
import re
from typing import cast

import lxml.html
from lxml.html import HtmlElement

from mailer.message import clean
from mailer.model.issues import Edition, Marker
from mailer.model.site import EditionFacts

SUMMARY = 280
"""Characters of a summary, at most."""

SHORTEST = 40
"""Characters of a paragraph that says something."""

_ARTICLE = "//*[contains(concat(' ', @class, ' '), ' article ')]"
_TITLES = f"{_ARTICLE}//h2 | {_ARTICLE}//h3[contains(@class, 'title')]"
_SECTIONS = "//*[contains(concat(' ', @class, ' '), ' section ')]"
_KICKERS = "//p[contains(concat(' ', @class, ' '), ' kicker ')]"
_STANDFIRST = "//*[contains(@class, 'standfirst')]"
_PARAGRAPH = re.compile(r"\n\s*\n")
_POINT = re.compile(r"(?:[-*•]|\d{1,3}\.)\s")
_EMPHASIS = re.compile(r"(?<!\w)([*_])(\S[^*_\n]{0,200})\1(?!\w)")
"""How the text form marks it: ``*bold*``, ``_emphasis_``."""


def whole_page(edition: Edition) -> str:
    """The HTML with its pictures in it, so that it is a page by itself."""
    html = edition.html
    for one in edition.pictures:
        data = base64.b64encode(one.data).decode()
        html = html.replace(f"cid:{one.cid}", f"data:{one.media_type};base64,{data}")
    return html


def facts_of(edition: Edition) -> EditionFacts:
    """What pages say of an issue, in words that stand in its bytes."""
    page = lxml.html.document_fromstring(edition.html)
    articles, topics = _texts(page, _TITLES), _texts(page, _SECTIONS) or _texts(page, _KICKERS)
    beginning = next(iter(_texts(page, _STANDFIRST)), "")
    return EditionFacts(
        summary=cut(beginning) if len(beginning) > SHORTEST else summary(edition.text),
        articles=tuple(dict.fromkeys(filter(None, articles))),
        topics=tuple(dict.fromkeys(filter(None, topics))),
        pages=edition.pages,
        words=len(edition.text.split()),
    )


def _texts(page: HtmlElement, path: str) -> list[str]:
    found = cast("list[HtmlElement]", page.xpath(path))
    return [clean(" ".join(str(one.text_content()).split()), SUMMARY * 2) for one in found]


def summary(text: str) -> str:
    """The first paragraph of running text, without marks, cut at a word."""
    for paragraph in _PARAGRAPH.split(text):
        line = " ".join(paragraph.split())
        if len(line) > SHORTEST and not _POINT.match(line) and not any(marker in line for marker in Marker):
            return cut(_EMPHASIS.sub(r"\2", line))
    return ""


def cut(line: str) -> str:
    """The line, cut at a word if it is too long."""
    return line if len(line) <= SUMMARY else f"{line[:SUMMARY].rpartition(' ')[0] or line[:SUMMARY]} …"
