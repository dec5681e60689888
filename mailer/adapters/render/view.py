"""The values for an issue's templates, made once from the source."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from itertools import groupby
from typing import NamedTuple

from markupsafe import Markup

from mailer.adapters.render import letters, markdown
from mailer.adapters.render.fonts import Fonts
from mailer.adapters.render.illustrations import Shown, illustrated
from mailer.adapters.render.markdown import Form, Prose
from mailer.adapters.render.plain_text import PlainText
from mailer.adapters.render.reading_time import minutes
from mailer.adapters.render.typography import set_text
from mailer.adapters.translation import Block
from mailer.compose.catalogue import Catalogue, direction
from mailer.errors import ConfigError
from mailer.model.issues import Article, Picture, Rank, Source

LINE = 110
"""Characters of an article's line in the contents."""

_NO_HTML = Markup()
_NO_LINES = Block()
_SENTENCE = re.compile(r".+?[.!?…。！？؟](?=\s|$)|.+?[。！？]", re.DOTALL)


@dataclass(frozen=True, slots=True)
class IssueView:
    """An issue."""

    number: int
    title: str
    language: str
    direction: str
    """``ltr`` or ``rtl``."""
    day: date
    preheader: str
    """Shown beside the subject in a list of mails."""
    translator: str = ""
    """Who translated it; empty for an original."""
    original: str = ""
    """The language that it was translated from (BCP 47)."""
    web: str = ""
    """The address of its web version, where there is one."""


@dataclass(frozen=True, slots=True)
class PictureView:
    """The picture above an article."""

    name: str
    """File name."""
    alt: str
    """Empty if the picture is only decoration."""
    caption: str
    credit: str
    src: str = ""
    """Empty in the text part."""
    width: int = 0
    """CSS pixels."""
    height: int = 0
    wide: bool = False
    """Whether it spans both columns."""


@dataclass(frozen=True, slots=True)
class ArticleView:
    """An article."""

    number: int
    """Its place in the issue, from 1; its anchor is ``article-N``."""
    title: str
    author: str
    summary: str
    """The standfirst."""
    kicker: str
    section: str
    rank: Rank
    minutes: int
    """How long it takes to read."""
    line: str
    """One line for the contents; may be empty."""
    prose: Prose
    plain_text: Block
    """The body in the text part."""
    notes: Block
    """The addresses of its links, for the text part."""
    first_link: int
    """The number of its first link."""
    html: Markup = _NO_HTML
    """Of one form: see ``in_form``."""
    picture: PictureView | None = None
    picture_lines: Block = _NO_LINES
    """What stands for it in the text part."""

    def in_form(
        self, form: Form, pictures: Mapping[str, Shown], charts: Sequence[Markup], events: Sequence[Markup] = ()
    ) -> ArticleView:
        """The article as HTML of this form. ``pictures`` are all of its pictures by file name."""
        html = illustrated(self.prose.html(form, self.number, self.first_link), pictures, charts, events)
        if self.picture is None:
            return replace(self, html=html)
        src, width, height, wide = pictures[self.picture.name]
        picture = replace(self.picture, src=src, width=width, height=height, wide=wide)
        return replace(self, html=html, picture=picture)


class Part(NamedTuple):
    """Articles in their order: briefs, which share a heading, or others."""

    brief: bool
    articles: Sequence[ArticleView]


def parts(articles: Sequence[ArticleView]) -> list[Part]:
    """The articles, each run of briefs together."""
    return [Part(brief, list(run)) for brief, run in groupby(articles, lambda article: article.rank is Rank.BRIEF)]


def issue_view(source: Source, web: str = "") -> IssueView:
    """``web``: the address of its web version, where there is one."""
    lead = next((article.summary for article in source.articles if article.summary), "")
    title, preheader = (set_text(text, source.language) for text in (source.title, lead or source.title))
    language = source.language
    return IssueView(
        source.number,
        title,
        language,
        direction(language),
        source.day,
        preheader,
        source.translator,
        source.original,
        web,
    )


def article_views(source: Source, fonts: Fonts, catalogue: Catalogue) -> tuple[ArticleView, ...]:
    """Raises ConfigError with all faults of all articles."""
    faults = markdown.too_long(source)
    if faults:
        raise ConfigError(faults)
    faults += letters.of_issue(source, fonts)
    views: list[ArticleView] = []
    first_link = 1
    for number, article in enumerate(source.articles, 1):
        prose, found = markdown.read(article, source.language, source.events, source.day)
        faults += found
        if prose:
            faults += letters.of_article(article, prose.tree.to_tokens(), fonts)
            views.append(_article_view(number, article, source.language, prose, PlainText(first_link, catalogue)))
            first_link += len(prose.links())
    if faults:
        raise ConfigError(faults)
    return tuple(views)


def _article_view(number: int, article: Article, language: str, prose: Prose, plain_text: PlainText) -> ArticleView:
    title, author, summary, kicker, section = (
        set_text(text, language)
        for text in (article.title, article.author, article.summary, article.kicker, article.section)
    )
    blocks = plain_text.blocks(prose.tree.children)
    picture = _picture_view(article.picture, language)
    lines = plain_text.picture(picture.alt, picture.caption, picture.credit) if picture else []
    return ArticleView(
        number=number,
        title=title,
        author=author,
        summary=summary,
        kicker="" if kicker == section else kicker,
        section=section,
        rank=article.rank,
        minutes=minutes(f"{article.summary} {prose.text}", language),
        line=_line(summary),
        prose=prose,
        plain_text=Block("\n".join(blocks)),
        notes=Block("\n".join(plain_text.notes())),
        first_link=plain_text.first_note,
        picture=picture,
        picture_lines=Block("\n".join(lines)),
    )


def _picture_view(picture: Picture | None, language: str) -> PictureView | None:
    if picture is None:
        return None
    alt, caption, credit = (set_text(text, language) for text in (picture.alt, picture.caption, picture.credit))
    return PictureView(picture.name, alt, caption, credit)


def _line(summary: str) -> str:
    """The first sentence, or as much of it as fits."""
    found = _SENTENCE.match(summary)
    sentence = found[0] if found else summary
    if len(sentence) <= LINE:
        return sentence
    return f"{sentence[: LINE - 1].rpartition(' ')[0] or sentence[: LINE - 1]}…"
