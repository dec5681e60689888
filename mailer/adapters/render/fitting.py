"""Fills the pages of an issue: lays them out again with pictures or text a little smaller or larger till none is bare.

A page is left bare where the head of the next article does not fit with its picture, as neither is divided. What each
layout shows says how much smaller that picture has to be. Nothing but the boxes decides, so an issue is fitted alike
everywhere.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, TypeAlias

FULL = 0.78
"""A page that is filled as far down as this is left as it is."""
BARE = 2 / 3
"""A page that is filled less than this is bare, unless it is the last."""
LAST = 0.12
"""A last page that is filled less than this has hardly more than the imprint."""
THIN = 0.3
"""A last page that is filled less than this may fit on the ones before it."""
PASSES = 6
"""Layouts after the first one."""
WORK = 20_000
"""Lines that are set in all layouts, some ten seconds of work. Columns set theirs for each height that is tried."""

SMALLEST, LARGEST = 0.6, 1.25
"""How much smaller or larger than designed a picture may be."""
TIGHT, LOOSE = 0.97, 1.03
"""How much smaller or larger than designed the text may be."""

_LINES = 114.0
"""CSS pixels that a head with a picture needs around it: the room above it, and the first lines of its text."""

Layout: TypeAlias = Any
"""WeasyPrint's document. Its boxes have no types either."""


@dataclass(frozen=True, slots=True)
class Sizes:
    """How large things are; 1 is as designed."""

    text: float = 1.0
    picture: float = 1.0
    pictures: Mapping[str, float] = field(default_factory=dict)
    """Pictures of single articles, by the article's id."""

    def of(self, article: str) -> float:
        return self.pictures.get(article, self.picture)

    def with_picture(self, article: str, size: float) -> Sizes:
        return Sizes(self.text, self.picture, {**self.pictures, article: _bounded(size)})

    def with_all_pictures(self, change: float) -> Sizes:
        pictures = {article: _bounded(size * change) for article, size in self.pictures.items()}
        return Sizes(self.text, _bounded(self.picture * change), pictures)

    def with_text(self, text: float) -> Sizes:
        return Sizes(text, self.picture, self.pictures)


@dataclass(frozen=True, slots=True)
class Figure:
    """A picture as it stands on a page, in CSS pixels."""

    article: str
    height: float
    bottom: float


@dataclass(frozen=True, slots=True)
class Page:
    """What a page has on it, in CSS pixels."""

    top: float
    """Where the page begins, within its margins."""
    bottom: float
    filled: float
    """Where its lowest line or picture ends."""
    figures: tuple[Figure, ...] = ()
    first: str = ""
    """The id of the article that begins at its top; empty if none does."""
    articles: int = 1
    """The number of articles that have something on it."""

    @property
    def fill(self) -> float:
        return (self.filled - self.top) / (self.bottom - self.top)


def fitted(lay_out: Callable[[Sizes], Layout], work: Callable[[], int]) -> Layout:
    """The best of a few layouts; the first one, if it is good. ``work`` says how many lines were set so far."""
    sizes = best_sizes = Sizes()
    best = lay_out(sizes)
    pages = best_pages = measured(best)
    tried = [sizes]
    once = work()
    while len(tried) <= PASSES and work() + once <= WORK and not _is_good(best_pages):
        cures = (cure for cure in _cures(best_pages, best_sizes) if cure not in tried)
        sizes = next(cures, best_sizes)
        if sizes in tried:
            break
        tried.append(sizes)
        layout = lay_out(sizes)
        pages = measured(layout)
        if _worth(pages) > _worth(best_pages):
            best, best_pages, best_sizes = layout, pages, sizes
    for page in best.pages:
        _without_last_rule(page._page_box.children[0])
    return best


def _is_good(pages: Sequence[Page]) -> bool:
    return all(page.fill >= FULL for page in pages[:-1]) and (len(pages) == 1 or pages[-1].fill >= THIN)


def _is_poor(last: Page, pages: int) -> bool:
    return pages > 1 and (last.fill < LAST or not last.articles)


def _worth(pages: Sequence[Page]) -> tuple[float, ...]:
    """The more the better: no bare page, then few pages, then well-filled ones."""
    last = pages[-1]
    bare = sum(page.fill < BARE for page in pages[:-1]) + _is_poor(last, len(pages))
    full = sum(page.fill >= FULL for page in pages[:-1]) + (last.fill >= THIN)
    return -bare, -len(pages), full, sum(page.fill for page in pages[:-1])


def _cures(pages: Sequence[Page], sizes: Sizes) -> Iterator[Sizes]:
    """What may help, the most likely first."""
    bare = [at for at, page in enumerate(pages[:-1]) if page.fill < FULL]
    for at in bare:
        yield from _cures_of_bare(pages[at], pages[at + 1], sizes)
    last = pages[-1]
    heights = sum(figure.height for page in pages for figure in page.figures)
    if last.fill < THIN and heights:
        yield sizes.with_all_pictures(1 - 1.3 * (last.filled - last.top) / heights)
    yield sizes.with_text(TIGHT)
    yield sizes.with_text(LOOSE)
    if bare or _is_poor(last, len(pages)):
        yield sizes.with_all_pictures(0.8)
        yield sizes.with_all_pictures(0.8).with_text(TIGHT)
        yield sizes.with_all_pictures(1.2)


def _cures_of_bare(page: Page, following: Page, sizes: Sizes) -> Iterator[Sizes]:
    room = page.bottom - page.filled
    moved = [figure for figure in following.figures if figure.article == following.first]
    if moved:
        figure = moved[0]
        surplus = figure.bottom - following.top + _LINES - room
        wanted = (figure.height - surplus) / figure.height * sizes.of(figure.article)
        if SMALLEST <= wanted < sizes.of(figure.article):
            yield sizes.with_picture(figure.article, wanted)
    for figure in sorted(page.figures, key=lambda figure: -figure.height):
        wanted = (figure.height + room) / figure.height * sizes.of(figure.article)
        if sizes.of(figure.article) < LARGEST:
            yield sizes.with_picture(figure.article, min(wanted, LARGEST))
    if moved:
        yield sizes.with_picture(moved[0].article, SMALLEST)
        yield sizes.with_picture(moved[0].article, SMALLEST).with_text(TIGHT)


def _bounded(size: float) -> float:
    return round(min(max(size, SMALLEST), LARGEST), 2)


# --- What stands on a page ---


def measured(layout: Layout) -> list[Page]:
    """What each page has on it."""
    return [_measured(page._page_box) for page in layout.pages]


def _measured(page: Any) -> Page:
    root = page.children[0]
    top, bottom = page.content_box_y(), page.content_box_y() + page.height
    marks = list(_marks(root, ""))
    filled = max((low for _, _, low, _ in marks), default=top)
    figures = tuple(Figure(article, low - high, low) for article, high, low, is_picture in marks if is_picture)
    articles = {article for article, *_ in marks if article}
    first = min(marks, key=lambda mark: mark[1], default=("", 0.0, 0.0, False))[0]
    begins = first if first and _begins(root, first) else ""
    return Page(top, bottom, filled, figures, begins, len(articles))


def _marks(box: Any, article: str) -> Iterator[tuple[str, float, float, bool]]:
    """Lines and pictures: the article, where each begins and ends, and whether it is a picture."""
    element = box.element
    if element is not None and element.tag == "article":
        article = element.get("id", "")
    name = type(box).__name__
    if name == "LineBox" or "Replaced" in name:
        yield article, box.position_y, box.position_y + box.margin_height(), "Replaced" in name
        return
    for child in getattr(box, "children", ()):
        yield from _marks(child, article)


def _begins(box: Any, article: str) -> bool:
    """Whether a page has the head of an article."""
    element = box.element
    if element is not None and element.tag == "article" and element.get("id", "") == article:
        return any(inner.element is not None and inner.element.tag == "header" for inner in box.descendants())
    return any(_begins(child, article) for child in getattr(box, "children", ()))


def _without_last_rule(root: Any) -> None:
    """Draw no rule below the last thing on a page: it would part it from nothing."""
    lowest = max((low for _, _, low, _ in _marks(root, "")), default=0)
    for box in root.descendants():
        strip = box.element is not None and "strip" in box.element.get("class", "").split()
        if strip and box.position_y + box.margin_height() >= lowest:
            box.border_bottom_width = 0
