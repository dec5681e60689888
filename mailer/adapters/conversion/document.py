"""A document as every reader of a kind of file makes it, before it is written as Markdown."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import NamedTuple, TypeAlias

MAX_EXAMPLES = 5
"""How many of the words that were lost are shown for each kind of loss."""
MAX_EXAMPLE = 160
"""Characters of each."""


class Words(NamedTuple):
    """Some text with one look."""

    text: str
    tags: tuple[str, ...] = ()
    """Of ``TAGS``, in that order."""
    link: str = ""
    """Where it leads to; empty if nowhere."""


TAGS = ("strong", "em", "s", "sup", "sub")


class NoteMark(NamedTuple):
    """Where a footnote belongs."""

    note: str


class LineBreak(NamedTuple):
    """A new line in the same paragraph."""


Piece: TypeAlias = "Words | NoteMark | LineBreak"


class Kind(StrEnum):
    """What a paragraph is."""

    TEXT = "text"
    TITLE = "title"
    HEADING = "heading"
    QUOTE = "quote"
    CODE = "code"
    CAPTION = "caption"
    RULE = "rule"


class Point(NamedTuple):
    """Where a paragraph stands in a list."""

    depth: int
    """From 0."""
    number: int | None
    """Its number; None for a bullet."""
    begins: bool = True
    """Whether it begins the point; if not, it is a further paragraph of it."""


@dataclass(frozen=True, slots=True)
class Paragraph:
    """A paragraph, a heading or a point of a list."""

    pieces: Sequence[Piece]
    kind: Kind = Kind.TEXT
    level: int = 0
    """Of a heading, from 1."""
    point: Point | None = None

    @property
    def text(self) -> str:
        return "".join(
            piece.text if isinstance(piece, Words) else " " if isinstance(piece, LineBreak) else ""
            for piece in self.pieces
        ).strip()

    @property
    def is_empty(self) -> bool:
        return not self.text and not any(isinstance(piece, NoteMark) for piece in self.pieces)


@dataclass(frozen=True, slots=True)
class Picture:
    """A picture where it stands."""

    data: bytes
    alt: str = ""
    caption: str = ""


@dataclass(frozen=True, slots=True)
class Table:
    """Rows of cells, each of which is a few blocks."""

    rows: Sequence[Sequence[Sequence[Block]]]
    title: Sequence[Piece] = ()


@dataclass(frozen=True, slots=True)
class Box:
    """What stands apart from the text."""

    blocks: Sequence[Block]


Block: TypeAlias = "Paragraph | Picture | Table | Box"


class Losses:
    """What a document has and its Markdown does not have, by kind: how often, and the first words of it."""

    def __init__(self) -> None:
        self._counts: Counter[str] = Counter()
        self._examples: dict[str, list[str]] = {}

    def add(self, kind: str, example: str = "", count: int = 1) -> None:
        self._counts[kind] += count
        example = " ".join(example.split())
        shown = self._examples.setdefault(kind, [])
        if example and len(shown) < MAX_EXAMPLES and example not in shown:
            shown.append(example if len(example) <= MAX_EXAMPLE else f"{example[: MAX_EXAMPLE - 1]}…")

    def all(self) -> list[tuple[str, int, list[str]]]:
        return [(kind, count, self._examples[kind]) for kind, count in self._counts.items()]


@dataclass(frozen=True, slots=True)
class Document:
    """What was read."""

    blocks: Sequence[Block]
    notes: Mapping[str, Sequence[Block]] = field(default_factory=dict)
    """The footnotes by what their marks say."""


def plain(blocks: Iterable[Block]) -> str:
    """The words alone, on one line."""
    return " ".join(filter(None, (_plain(block) for block in blocks)))


def _plain(block: Block) -> str:
    match block:
        case Paragraph():
            return block.text
        case Picture():
            return block.caption
        case Table():
            return " ".join(plain(cell) for row in block.rows for cell in row)
        case Box():
            return plain(block.blocks)


def joined(pieces: Iterable[Piece]) -> list[Piece]:
    """The pieces with those of one look together, and without empty ones."""
    found: list[Piece] = []
    for piece in pieces:
        last = found[-1] if found else None
        if isinstance(piece, Words) and isinstance(last, Words) and piece[1:] == last[1:]:
            found[-1] = last._replace(text=last.text + piece.text)
        elif not isinstance(piece, Words) or piece.text:
            found.append(piece)
    return found
