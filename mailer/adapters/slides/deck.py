"""The slides of a kit, as its chapters have them: a heading begins a slide, and ``::: notes`` what its presenter says.

These are the marks of Pandoc's slide shows, so a kit's Markdown can be used there, too.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from math import ceil

from mailer.adapters.packs import prose
from mailer.adapters.packs.prose import Block
from mailer.adapters.packs.prose import Kind as BlockKind
from mailer.adapters.render import markdown
from mailer.compose.catalogue import Catalogue
from mailer.errors import ConfigError
from mailer.model.issues import Article, Picture, Source

_HEADING = re.compile(r"##[ \t]+(\S.*?)[ \t]*#*[ \t]*")
_NOTES = re.compile(r":::[ \t]*notes[ \t]*")
_END = re.compile(r":::[ \t]*")
_FENCE = re.compile(r"[ \t]{0,3}(`{3,}|~{3,})")

LINES, BESIDE = 9, 9
"""Lines of text that a slide has room for; and one with a picture beside it."""
_SIGNS, _SIGNS_BESIDE = 66, 34
"""Signs of such a line."""
_MOST = 120
"""Slides of one kit."""


class Kind(StrEnum):
    """How a slide is laid out."""

    SECTION = "section"  # begins a chapter
    POINTS = "points"
    STATEMENT = "statement"  # one sentence, large
    BESIDE = "beside"  # text, and a picture beside it
    PICTURE = "picture"  # a picture alone
    TABLE = "table"


@dataclass(frozen=True, slots=True)
class Slide:
    """One slide."""

    kind: Kind
    chapter: int
    """The number of its chapter, from 1."""
    shown: Article
    """What is shown: its title, and its body with the lines that the chapter's file has it on."""
    notes: Article
    """What its presenter says; its body may be empty."""
    blocks: Sequence[Block]
    """The body as plain blocks."""
    said: Sequence[Block]
    """The notes as plain blocks."""

    @property
    def picture(self) -> Picture | None:
        """The first one that it shows."""
        return next(iter(self.shown.pictures.values()), None)


def slides(source: Source, catalogue: Catalogue) -> list[Slide]:
    """All slides in their order. Raises ConfigError with every fault, each with its file and line."""
    faults: list[str] = []
    made = []
    for number, chapter in enumerate(source.articles, start=1):
        found, wrong = _of_chapter(chapter)
        faults += wrong
        for place, (shown, notes) in enumerate(found):
            blocks = _blocks(shown, source, catalogue, faults)
            said = _blocks(notes, source, catalogue, faults)
            kind = Kind.SECTION if not place else _kind(blocks)
            slide = Slide(kind, number, shown, notes, blocks, said)
            faults += _too_full(slide)
            made.append(slide)
    if len(made) > _MOST:
        faults.append(f"the kit has {len(made)} slides; {_MOST} are allowed: make two kits of it")
    if faults:
        raise ConfigError(faults)
    return made


def _of_chapter(chapter: Article) -> tuple[list[tuple[Article, Article]], list[str]]:
    """Each slide's body and notes; the first one begins the chapter."""
    faults: list[str] = []
    parts: list[list[tuple[int, str]]] = [[]]
    titles = [(chapter.title, chapter.line)]
    notes: list[list[tuple[int, str]]] = [[]]
    fence, in_notes = "", False
    for at, line in enumerate(chapter.body.split("\n")):
        mark = _FENCE.match(line)
        if mark and (not fence or mark[1].startswith(fence)):
            fence = "" if fence else mark[1]
        heading = None if fence else _HEADING.fullmatch(line)
        if not fence and _NOTES.fullmatch(line):
            in_notes = True
        elif in_notes and not fence and _END.fullmatch(line):
            in_notes = False
        elif heading and in_notes:
            faults.append(f"{chapter.name}:{chapter.line + at}: the notes above have no end; write ::: below them")
            in_notes = False
        elif heading:
            parts, notes = [*parts, []], [*notes, []]
            titles.append((heading[1], chapter.line + at))
        else:
            (notes if in_notes else parts)[-1].append((at, line))
    if in_notes:
        faults.append(f"{chapter.name}:{chapter.line}: its last notes have no end; write ::: below them")
    pairs = zip(titles, parts, notes, strict=True)
    return [(_article(chapter, *title, shown), _article(chapter, *title, said)) for title, shown, said in pairs], faults


def _article(chapter: Article, title: str, line: int, lines: Sequence[tuple[int, str]]) -> Article:
    """A part of a chapter, whose faults have the lines of its file."""
    while lines and not lines[0][1].strip():
        lines = lines[1:]
    while lines and not lines[-1][1].strip():
        lines = lines[:-1]
    body = "\n".join(text for _, text in lines)
    named = markdown.pictures_named(body)
    shown: Mapping[str, Picture] = {name: one for name, one in chapter.pictures.items() if name in named}
    first = chapter.line + lines[0][0] if lines else line
    return Article(chapter.name, title, "", "", body, line=first, lines={"title": line}, pictures=shown)


def _blocks(article: Article, source: Source, catalogue: Catalogue, faults: list[str]) -> Sequence[Block]:
    found, wrong = markdown.read(article, source.language)
    faults += wrong
    return prose.read(found.tree, catalogue).blocks if found else ()


def _kind(blocks: Sequence[Block]) -> Kind:
    kinds = {block.kind for block in blocks}
    if kinds == {BlockKind.PICTURE}:
        return Kind.PICTURE
    if BlockKind.PICTURE in kinds:
        return Kind.BESIDE
    if kinds and kinds <= {BlockKind.PULL, BlockKind.PULL_BY}:
        return Kind.STATEMENT
    return Kind.TABLE if BlockKind.TABLE in kinds else Kind.POINTS


def _too_full(slide: Slide) -> Iterator[str]:
    """The fault of a slide with more than fits on it, so that nothing is cut off."""
    room, signs = (BESIDE, _SIGNS_BESIDE) if slide.kind is Kind.BESIDE else (LINES, _SIGNS)
    needed = sum(_lines(block, signs) for block in slide.blocks)
    if needed > room:
        what = f"the slide “{slide.shown.title}” has about {needed:.0f} lines, and room for {room}"
        yield f"{slide.shown.name}:{slide.shown.line}: {what}; make two slides of it, or put some of it into its notes"


def _lines(block: Block, signs: int) -> float:
    if block.kind is BlockKind.PICTURE:
        return 0
    if block.kind is BlockKind.TABLE:
        return sum(_rows(row, signs) for row in block.rows)
    return ceil(max(1, len(block.text)) / signs) * (1.6 if block.kind is BlockKind.PULL else 1)


def _rows(row: Sequence[prose.Runs], signs: int) -> float:
    """How many lines a row of a table takes. It is set smaller, and its columns are as wide as their text wants."""
    return ceil(max(1, sum(len(run.text) for cell in row for run in cell)) / (signs * 1.4)) * 0.85
