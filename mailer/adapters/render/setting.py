"""What the issue's templates are given: the source, read once, as values ready to be set."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date

from markupsafe import Markup

from mailer.adapters.render import markdown
from mailer.adapters.render.letter import Letter
from mailer.adapters.render.pictures import Resampled
from mailer.adapters.translation import Block
from mailer.compose.catalogue import direction
from mailer.errors import ConfigError
from mailer.model.issues import Article, Source

WIDE = 1.5
"""A picture this many times wider than high goes across both columns."""


@dataclass(frozen=True, slots=True)
class Head:
    """The issue itself."""

    number: int
    title: str
    language: str
    direction: str
    """``ltr`` or ``rtl``."""
    day: date
    preheader: str
    """What a list of mails shows beside the subject."""


@dataclass(frozen=True, slots=True)
class Shown:
    """A picture in its place."""

    src: str
    alt: str
    width: int
    """CSS pixels."""
    wide: bool


@dataclass(frozen=True, slots=True)
class Piece:
    """An article."""

    title: str
    author: str
    summary: str
    html: Markup
    letter: Block
    """The body in the text part."""
    notes: Block
    """The addresses of its links, for the text part."""
    alt: str
    picture: Shown | None = None

    def showing(self, picture: Resampled | None, src: str, widest: int) -> Piece:
        """The same article with its picture, ``widest`` CSS pixels at most."""
        if picture is None:
            return self
        wide = picture.width >= WIDE * picture.height
        return replace(self, picture=Shown(src, self.alt, min(picture.width, widest), wide))


def head(source: Source) -> Head:
    lead = next((a.summary for a in source.articles if a.summary), "")
    return Head(
        source.number, source.title, source.language, direction(source.language), source.day, lead or source.title
    )


def pieces(source: Source) -> tuple[Piece, ...]:
    """Raises ConfigError with every fault of every article."""
    faults = markdown.too_long(source)
    if faults:
        raise ConfigError(faults)
    made: list[Piece] = []
    note = 1
    for article in source.articles:
        prose, found = markdown.read(article, source.language)
        faults += found
        if prose:
            letter = Letter(first_note=note)
            made.append(_piece(article, prose.html, letter.blocks(prose.tree.children), letter.notes()))
            note = letter.next_note
    if faults:
        raise ConfigError(faults)
    return tuple(made)


def _piece(article: Article, html: Markup, letter: Sequence[str], notes: Sequence[str]) -> Piece:
    alt = article.picture.alt if article.picture else ""
    return Piece(
        article.title, article.author, article.summary, html, Block("\n".join(letter)), Block("\n".join(notes)), alt
    )
