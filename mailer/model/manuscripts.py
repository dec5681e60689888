"""A translator's copy: an issue's texts as numbered units, and what a translator returns of them."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from mailer.phrases import Phrase, phrase

MAX_UNITS = 4_000
"""Units in one issue."""
MAX_UNIT = 20_000
"""Characters in one unit as it is returned."""
MAX_TEXT = 1_000_000
"""Characters in all that one answer returns."""

ISSUE = -1
"""The article of a unit that belongs to the issue itself."""


class Kind(StrEnum):
    """What a unit is in its issue."""

    ISSUE_TITLE = "issue title"
    KICKER = "kicker"
    SECTION = "section"
    TITLE = "title"
    SUMMARY = "summary"
    ALT = "alt"
    CAPTION = "caption"
    CREDIT = "credit"
    HEADING = "heading"
    PARAGRAPH = "paragraph"
    ITEM = "item"
    QUOTE = "quote"
    BY = "by"
    BOX_TITLE = "box title"
    TABLE_TITLE = "table title"
    HEAD = "head"
    ROW = "row"
    FOOTNOTE = "footnote"
    CHART = "chart"
    CHART_LABEL = "chart label"
    CHART_ROW = "chart row"


KIND_NAMES: Mapping[Kind, Phrase] = {
    Kind.ISSUE_TITLE: phrase("title of the issue"),
    Kind.KICKER: phrase("line above the title"),
    Kind.SECTION: phrase("section"),
    Kind.TITLE: phrase("title"),
    Kind.SUMMARY: phrase("summary"),
    Kind.ALT: phrase("description of a picture, for readers who cannot see it"),
    Kind.CAPTION: phrase("caption"),
    Kind.CREDIT: phrase("credit"),
    Kind.HEADING: phrase("heading"),
    Kind.PARAGRAPH: phrase("paragraph"),
    Kind.ITEM: phrase("point of a list"),
    Kind.QUOTE: phrase("quotation"),
    Kind.BY: phrase("who is quoted"),
    Kind.BOX_TITLE: phrase("title of a box"),
    Kind.TABLE_TITLE: phrase("title of a table"),
    Kind.HEAD: phrase("head of a table"),
    Kind.ROW: phrase("row of a table"),
    Kind.FOOTNOTE: phrase("footnote"),
    Kind.CHART: phrase("words of a chart"),
    Kind.CHART_LABEL: phrase("words of a chart"),
    Kind.CHART_ROW: phrase("row of a chart"),
}
"""What a unit is, in words for the translator."""

PLAIN = frozenset(
    (
        *(Kind.ISSUE_TITLE, Kind.KICKER, Kind.SECTION, Kind.TITLE, Kind.SUMMARY, Kind.ALT, Kind.CAPTION, Kind.CREDIT),
        *(Kind.CHART, Kind.CHART_LABEL, Kind.CHART_ROW),
    )
)
"""Kinds whose text has no marks of emphasis, links or notes."""

TABULAR = frozenset((Kind.HEAD, Kind.ROW, Kind.CHART_ROW))
"""Kinds whose text is cells with ``|`` between them."""

RULES: tuple[Phrase, ...] = (
    phrase("Write your translation in place of each text, or below it. Leave the numbers in brackets."),
    phrase(
        "Keep the marks: **bold**, *emphasis*, `code`, [words of a link](1), [^1] for a footnote, "
        "and | between the cells of a table."
    ),
    phrase("Pictures and the addresses of links are taken from the original."),
    phrase("You can send your translation in one piece, or article by article."),
)
"""What a translator has to know."""

TABLE_RULES: tuple[Phrase, ...] = (phrase("Write your translation into the third column."), *RULES[1:3])
"""What a translator has to know of the table in a document."""

LABELLED = frozenset(
    (
        *(Kind.KICKER, Kind.SECTION, Kind.SUMMARY, Kind.ALT, Kind.CAPTION, Kind.CREDIT, Kind.BY),
        *(Kind.CHART, Kind.CHART_LABEL, Kind.CHART_ROW),
    )
)
"""Kinds whose text does not show what it is."""


@dataclass(frozen=True, slots=True)
class Unit:
    """One text that is translated as a whole."""

    number: int
    """From 1, through the whole issue."""
    article: int
    """Which article it belongs to, from 0; ``ISSUE`` for the issue's own."""
    kind: Kind
    text: str
    """One line with marks: ``**bold**``, ``*emphasis*``, ``[words](1)`` for the first of ``links``, ``cell | cell``."""
    links: tuple[str, ...] = ()
    """The addresses of its links, in the order of their numbers."""
    addresses: tuple[str, ...] = ()
    """The addresses that stand in the text itself and are links, as they are written there."""


class DocumentKind(StrEnum):
    """A file that a translator gets or returns."""

    TEXT = "txt"
    ODT = "odt"
    DOCX = "docx"
    RTF = "rtf"

    @property
    def media_type(self) -> str:
        return _MEDIA_TYPES[self]


_MEDIA_TYPES: Mapping[DocumentKind, str] = {
    DocumentKind.TEXT: "text/plain",
    DocumentKind.ODT: "application/vnd.oasis.opendocument.text",
    DocumentKind.DOCX: "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    DocumentKind.RTF: "application/rtf",
}


def document_kind(name: str, media_type: str) -> DocumentKind | None:
    """What an attachment is that may be a translation, by its file name, else by its type; None for anything else."""
    suffix = name.rpartition(".")[2].lower() if "." in name else ""
    by_name = next((kind for kind in DocumentKind if kind == suffix), None)
    if suffix:
        return by_name
    known = {**{own: kind for kind, own in _MEDIA_TYPES.items()}, "text/rtf": DocumentKind.RTF}
    return known.get(media_type.lower())


@dataclass(frozen=True, slots=True)
class Returned:
    """What a translator has returned, as it was read; nothing of it is checked."""

    texts: Mapping[int, str] = field(default_factory=dict)
    """The translations by the number of their unit."""
    twice: Mapping[int, tuple[str, ...]] = field(default_factory=dict)
    """The different texts of numbers that came more than once; ``texts`` has the last one."""
    other: str = ""
    """What else was written: a greeting, a remark."""

    def __bool__(self) -> bool:
        return bool(self.texts)

    def with_more(self, later: Returned) -> Returned:
        """This and a later answer together. What is in both is as the later one has it."""
        twice = {number: texts for number, texts in self.twice.items() if number not in later.texts}
        other = "\n\n".join(filter(None, (self.other, later.other)))
        return Returned({**self.texts, **later.texts}, {**twice, **later.twice}, other)


class Unreadable(Exception):
    """A document that is not opened or cannot be read; a person has to look at it."""

    def __init__(self, reason: Phrase) -> None:
        self.reason = reason
        super().__init__(reason)


_NOT_WORDS = re.compile(r"`[^`]*`|\]\(\d+\)|\[\^[^\]]{0,100}\]|https?://[!-~]+|(?<![!-~])[!-?A-~]+@[!-~]+")


def words_only(text: str) -> str:
    """The text without code, marks of links and footnotes, and addresses."""
    return _NOT_WORDS.sub(" ", text)
