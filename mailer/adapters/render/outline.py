"""Numbered headings: the sections of a chapter, each with a number and a place that the contents lead to."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import NamedTuple

import lxml.html
from lxml.html import HtmlElement
from lxml.html import builder as html
from markupsafe import Markup

from mailer.adapters.render.view import ArticleView


class Section(NamedTuple):
    """A section of a chapter, in the contents."""

    number: str
    """Such as 2.1."""
    title: str
    id: str


def numbered(chapter: ArticleView) -> tuple[ArticleView, Sequence[Section]]:
    """The chapter with a number before each of its headings, and the sections that these begin."""
    root = lxml.html.fragment_fromstring(str(chapter.html), create_parent="div")
    sections: list[Section] = []
    for heading in root.iter("h3"):
        number = f"{chapter.number}.{len(sections) + 1}"
        section = Section(number, str(heading.text_content()).strip(), f"section-{number}")
        sections.append(section)
        _number(heading, section)
    inner = Markup("").join(Markup(lxml.html.tostring(one, encoding="unicode")) for one in root)
    return replace(chapter, html=inner), sections


def _number(heading: HtmlElement, section: Section) -> None:
    number = html.SPAN(section.number, html.CLASS("no"))
    number.tail = f" {heading.text or ''}"
    heading.text = None
    heading.insert(0, number)
    heading.set("id", section.id)
