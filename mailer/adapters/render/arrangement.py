"""What stands where on the printed page: what spans it, what runs in columns, which articles share a strip of it."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from itertools import groupby
from math import ceil

import lxml.html
from lxml.html import HtmlElement
from markupsafe import Markup

from mailer.adapters.render.pictures import BESIDE, SPANNING
from mailer.adapters.render.view import ArticleView
from mailer.model.issues import Rank

_BESIDE_THE_LEAD = 8
"""Entries of a table of contents that stands beside the lead's head."""
_SHORT = 1100
"""Characters of an article that fits in one column, beside another."""
_FEW = 220
"""Characters of a text that is too short to be set in two columns."""
_STANDFIRST = 60
"""Characters of a summary that fills the room beside a picture."""
_COLUMN_CHARACTERS = 52
"""Characters of a table's row that fit in a column."""
_LONG = 12
"""Rows of a table beyond which it breaks over columns and pages."""
_LONG_WORD = 18
"""Characters of a word that may be divided anywhere in a table; others are whole, and set the width of their column."""
_COLUMN, _LINE, _CHARACTERS = 83, 5, 47
"""Of a column: its width and the height of its lines in mm, and the characters of a line."""
_RUNT = 26
"""Characters of the last two words of a paragraph that are kept on one line."""

_HEADINGS = {"h3", "h4", "h5", "h6"}
NO_BREAK_SPACE = "\xa0"
_LAST_WORDS = re.compile(r"(\S+)[ \n](\S+)\s*$")

_NONE = Markup()


class Place(StrEnum):
    """Where an article's picture stands."""

    NONE = "none"
    ACROSS = "across"  # the whole width, below the article's head
    BESIDE = "beside"  # beside the article's head
    COLUMN = "column"  # at the top of the first column


class Measure(StrEnum):
    """How wide a part of an article is set."""

    ONE = "one"  # as wide as its article, which stands in a column
    COLUMNS = "columns"
    FEW = "few"  # a few words, in one column
    ACROSS = "across"
    ROWS = "rows"  # a long table of short rows, which runs through the columns
    TITLE = "title"  # of what follows
    NOTES = "notes"


class Kind(StrEnum):
    """How a strip of the page is divided among its articles."""

    LEAD = "lead"
    SINGLE = "single"  # one article across the page
    SHORT = "short"  # short articles, one below the other through the columns
    BRIEF = "brief"


@dataclass(frozen=True, slots=True)
class Part:
    measure: Measure
    html: Markup


@dataclass(frozen=True, slots=True)
class Arranged:
    """An article as it is printed."""

    view: ArticleView
    place: Place
    parts: tuple[Part, ...]
    beginning: Markup = _NONE
    """The first paragraphs, where they stand below the head and beside the picture."""


@dataclass(frozen=True, slots=True)
class Strip:
    """Articles that share a strip of the page, from its one side to the other."""

    kind: Kind
    articles: tuple[Arranged, ...]


@dataclass(frozen=True, slots=True)
class Arrangement:
    """An issue as it is printed."""

    strips: tuple[Strip, ...]
    contents: str
    """Where the table of contents stands: ``beside`` the lead's head, or ``above`` the lead."""


def arrange(views: Sequence[ArticleView]) -> Arrangement:
    """The strips of an issue, in the order of its articles."""
    kept = [replace(view, title=joined(view.title), summary=joined(view.summary)) for view in views]
    arranged = [(_kind(view), view) for view in kept]
    strips: list[Strip] = []
    for kind, group in groupby(arranged, key=lambda pair: pair[0]):
        members = [view for _, view in group]
        if kind is Kind.SHORT and len(members) == 1:
            kind = Kind.SINGLE
        if kind in (Kind.SHORT, Kind.BRIEF):
            strips.append(Strip(kind, tuple(_in_one_column(view) for view in members)))
        else:
            strips += [Strip(kind, (_across(view),)) for view in members]
    beside = strips[0].kind is Kind.LEAD and strips[0].articles[0].place in (Place.BESIDE, Place.ACROSS)
    return Arrangement(tuple(strips), "beside" if beside and len(views) <= _BESIDE_THE_LEAD else "above")


def _kind(view: ArticleView) -> Kind:
    if view.rank is Rank.LEAD:
        return Kind.LEAD
    if view.rank is Rank.BRIEF:
        return Kind.BRIEF
    root = _parsed(view.html)
    short = len(_text(root)) <= _SHORT and view.picture is None
    narrow = all(_measure(element) is Measure.COLUMNS for element in root)
    return Kind.SHORT if short and narrow else Kind.SINGLE


def _in_one_column(view: ArticleView) -> Arranged:
    place = Place.COLUMN if view.picture else Place.NONE
    root = _parsed(view.html)
    _set_details(root)
    return Arranged(view, place, (Part(Measure.ONE, _joined(root)),))


def _across(view: ArticleView) -> Arranged:
    root = _parsed(view.html)
    _set_details(root)
    place = _place(view)
    beginning = list(_beginning(view, root)) if place is Place.BESIDE and view.rank is not Rank.LEAD else []
    parts = tuple(_parts(root))
    if place is Place.COLUMN and (not parts or parts[0].measure is not Measure.COLUMNS):
        parts = (Part(Measure.COLUMNS, Markup("")), *parts)
    return Arranged(view, place, parts, _joined(beginning))


def _beginning(view: ArticleView, root: HtmlElement) -> Iterator[HtmlElement]:
    """The first paragraphs, taken from the body: as many as fill the room below the head, beside the picture."""
    assert view.picture is not None
    room = _COLUMN * view.picture.height / max(view.picture.width, 1) / _LINE
    room -= (
        1.4 * ceil(len(view.title) / 26) + 1.1 * ceil(len(view.summary) / 44) + bool(view.author) + bool(view.kicker)
    )
    while len(root) > 1 and root[0].tag == "p":
        room -= ceil(len(_text(root[0])) / _CHARACTERS)
        if room < 0:
            return
        first = root[0]
        root.remove(first)
        yield first


def _place(view: ArticleView) -> Place:
    if view.picture is None:
        return Place.NONE
    shape = view.picture.width / max(view.picture.height, 1)
    if shape >= SPANNING:
        return Place.ACROSS
    if shape < BESIDE:
        return Place.COLUMN
    if view.rank is Rank.LEAD or len(view.summary) >= _STANDFIRST:
        return Place.BESIDE
    return Place.COLUMN


def _parts(root: HtmlElement) -> Iterator[Part]:
    """The body in runs of what is set alike, so that each is a block of its own, which breaks over pages by itself."""
    elements = [(_measure(element), element) for element in root]
    for at, (_, element) in enumerate(elements):
        if element.tag in _HEADINGS and at + 1 < len(elements) and elements[at + 1][0] is not Measure.COLUMNS:
            elements[at] = (Measure.ACROSS, element)  # a heading stands above what it heads
    for measure, group in groupby(elements, key=lambda pair: pair[0]):
        run = [element for _, element in group]
        if measure is Measure.ROWS:
            for element in run:
                yield from _long_table(element)
        elif measure is Measure.COLUMNS and _is_few(run):
            yield Part(Measure.FEW, _joined(run))
        else:
            yield Part(measure, _joined(run))


def _long_table(element: HtmlElement) -> Iterator[Part]:
    """Its title stands above both columns, so that their first rows are in line."""
    titles = element.find_class("table-title")
    for title in titles:
        title.getparent().remove(title)
    if titles:
        yield Part(Measure.TITLE, _joined(titles))
    yield Part(Measure.ROWS, _outer(element))


def _is_few(run: Sequence[HtmlElement]) -> bool:
    return sum(len(_text(element)) for element in run) <= _FEW and all(element.tag in ("p", "ul") for element in run)


def _measure(element: HtmlElement) -> Measure:
    classes = element.get("class", "").split()
    if element.tag == "section" or "links" in classes:
        return Measure.NOTES
    table = element if element.tag == "table" else next(element.iter("table"), None)
    if table is not None and (element.tag == "table" or "table" in classes):
        return _measure_of_table(table)
    picture = next(element.iter("img"), None) if "picture" in classes else None
    return Measure.ACROSS if picture is not None and _shape(picture) >= SPANNING else Measure.COLUMNS


def _shape(picture: HtmlElement) -> float:
    """How many times wider than high it is."""
    return float(picture.get("width", 1)) / max(float(picture.get("height", 1)), 1)


def _is_wide(picture: HtmlElement) -> bool:
    """Whether it spans both columns: it is so low that only a smaller width makes it lower."""
    return "picture" in picture.getparent().get("class", "").split() and _shape(picture) >= SPANNING


def _set_details(root: HtmlElement) -> None:
    """What a stylesheet cannot say: last lines, first numbers, long words in cells, pictures that are not enlarged."""
    _keep_last_words(root)
    for numbered in root.iter("ol"):
        if first := numbered.get("start"):  # WeasyPrint heeds it only with all other hints of HTML
            numbered.set("style", f"counter-reset: list-item {int(first) - 1}")
    for cell in root.iter("td", "th"):
        if max(map(len, _text(cell).split()), default=0) > _LONG_WORD:
            cell.classes.add("breakable")
    for picture in root.iter("img"):
        if width := picture.get("width"):
            most = "calc(100% * min(1, var(--picture, 1)))" if _is_wide(picture) else "100%"
            picture.set("style", f"max-width: min({most}, {width}px)")


def _measure_of_table(table: HtmlElement) -> Measure:
    rows = [[_text(cell) for cell in row.iter("td", "th")] for row in table.iter("tr")]
    widest = [max(map(len, column)) for column in zip(*rows, strict=False)]
    narrow = sum(widest) + 2 * len(widest) <= _COLUMN_CHARACTERS
    if len(rows) > _LONG and narrow:
        return Measure.ROWS
    return Measure.COLUMNS if len(widest) < 3 and len(rows) <= _LONG else Measure.ACROSS


def _keep_last_words(root: HtmlElement) -> None:
    """Join the last two words of each paragraph, so that no word stands on the last line alone."""
    for paragraph in root.iter("p", "li"):
        last = paragraph[-1] if len(paragraph) else None
        if last is None:
            paragraph.text = joined(paragraph.text or "")
        elif last.tail and last.tail.strip():
            last.tail = joined(last.tail)


def joined(text: str) -> str:
    """``text`` with a no-break space before its last word, if its last two words are short."""
    found = _LAST_WORDS.search(text)
    if found is None or len(found.group()) > _RUNT:
        return text
    return f"{text[: found.start()]}{found[1]}{NO_BREAK_SPACE}{found[2]}"


def _parsed(html: str) -> HtmlElement:
    return lxml.html.fragment_fromstring(html, create_parent="div")


def _outer(element: HtmlElement) -> Markup:
    return Markup(lxml.html.tostring(element, encoding="unicode", with_tail=False))


def _joined(elements: Iterable[HtmlElement]) -> Markup:
    return Markup("").join(_outer(element) for element in elements)


def _text(element: HtmlElement) -> str:
    return str(element.text_content()).strip()
