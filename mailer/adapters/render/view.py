"""The values for an issue's templates, made once from the source."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date

from markupsafe import Markup

from mailer.adapters.render import letters, markdown
from mailer.adapters.render.fonts import Fonts
from mailer.adapters.render.pictures import Resampled
from mailer.adapters.render.plain_text import PlainText
from mailer.adapters.translation import Block
from mailer.compose.catalogue import direction
from mailer.errors import ConfigError
from mailer.model.issues import Article, Source


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


@dataclass(frozen=True, slots=True)
class PictureView:
    """The picture of an article."""

    src: str
    alt: str
    width: int
    """CSS pixels."""
    wide: bool


@dataclass(frozen=True, slots=True)
class ArticleView:
    """An article."""

    title: str
    author: str
    summary: str
    html: Markup
    plain_text: Block
    """The body in the text part."""
    notes: Block
    """The addresses of its links, for the text part."""
    alt: str
    picture: PictureView | None = None

    def with_picture(self, picture: Resampled | None, src: str) -> ArticleView:
        """The article with its picture."""
        if picture is None:
            return self
        return replace(self, picture=PictureView(src, self.alt, picture.shown[0], picture.wide))


def issue_view(source: Source) -> IssueView:
    lead = next((a.summary for a in source.articles if a.summary), "")
    return IssueView(
        source.number, source.title, source.language, direction(source.language), source.day, lead or source.title
    )


def article_views(source: Source, fonts: Fonts) -> tuple[ArticleView, ...]:
    """Raises ConfigError with all faults of all articles."""
    faults = markdown.too_long(source)
    if faults:
        raise ConfigError(faults)
    faults += letters.of_issue(source, fonts)
    views: list[ArticleView] = []
    note = 1
    for article in source.articles:
        prose, found = markdown.read(article, source.language)
        faults += found
        if prose:
            faults += letters.of_article(article, prose.tree.to_tokens(), fonts)
            plain_text = PlainText(first_note=note)
            views.append(_article_view(article, prose.html, plain_text.blocks(prose.tree.children), plain_text.notes()))
            note = plain_text.next_note
    if faults:
        raise ConfigError(faults)
    return tuple(views)


def _article_view(article: Article, html: Markup, plain_text: Sequence[str], notes: Sequence[str]) -> ArticleView:
    alt = article.picture.alt if article.picture else ""
    return ArticleView(
        article.title, article.author, article.summary, html, Block("\n".join(plain_text)), Block("\n".join(notes)), alt
    )
