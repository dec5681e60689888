"""A document as the Markdown of docs/writing.md."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from itertools import groupby

from mailer.adapters.conversion.arranging import arranged, note_marks, paragraphs, together, without_note_marks
from mailer.adapters.conversion.document import (
    Block,
    Box,
    Document,
    Kind,
    LineBreak,
    Losses,
    NoteMark,
    Paragraph,
    Picture,
    Point,
    Table,
    Words,
    plain,
)
from mailer.adapters.conversion.inline import InlineWriter
from mailer.adapters.manuscripts.marks import escape
from mailer.adapters.render.markdown_parser import parse, without_marks

MAX_LEVELS = 4
"""Levels of headings, and of lists in one another."""
MAX_TITLE = 300
"""Characters of a title or a caption."""

_STRONG = ("strong",)


def write(document: Document, losses: Losses) -> tuple[str, str, list[tuple[str, Picture]]]:
    """The title, the Markdown, and the pictures by their names in it."""
    title, blocks = _without_title(list(document.blocks))
    writer = _Writer(document, losses, blocks)
    body = writer.blocks(blocks)
    notes = writer.notes()
    return title, "\n\n".join(filter(None, (body, notes))).strip() + "\n", writer.pictures


# --- the title ---


def _without_title(blocks: list[Block]) -> tuple[str, list[Block]]:
    """The title, and the blocks without it: what is styled as one, or the only heading of the highest level, first."""
    first = next((at for at, block in enumerate(blocks) if not (isinstance(block, Paragraph) and block.is_empty)), None)
    if first is None or not isinstance(one := blocks[first], Paragraph) or not one.text:
        return "", blocks
    others = [block for block in blocks[first + 1 :] if isinstance(block, Paragraph) and block.kind is Kind.HEADING]
    leads = one.kind is Kind.HEADING and all(other.level > one.level for other in others) and len(blocks) > first + 1
    has_notes = any(isinstance(piece, NoteMark) for piece in one.pieces)
    if (one.kind is Kind.TITLE or leads) and not has_notes and len(one.text) <= MAX_TITLE:
        return without_marks(" ".join(one.text.split())), [*blocks[:first], *blocks[first + 1 :]]
    return "", blocks


class _Writer:
    def __init__(self, document: Document, losses: Losses, blocks: Sequence[Block]) -> None:
        self._document, self._losses = document, losses
        self.pictures: list[tuple[str, Picture]] = []
        order = [note for note in dict.fromkeys(note_marks(blocks)) if note in document.notes]
        self._labels = {note: str(number) for number, note in enumerate(order, 1)}
        self._inline = InlineWriter(losses, self._labels)
        levels = {block.level for block in paragraphs(blocks) if block.kind is Kind.HEADING}
        self._levels = {level: min(at, MAX_LEVELS) for at, level in enumerate(sorted(levels), 1)}
        if len(levels) > MAX_LEVELS:
            losses.add("levels")
        self._last_level = 0

    def blocks(self, blocks: Sequence[Block], *, inside: bool = False) -> str:
        """The blocks, with an empty line between them. ``inside`` a box there are no headings and no other boxes."""
        return "\n\n".join(filter(None, self._each(arranged(blocks), inside)))

    def _each(self, blocks: Sequence[Block], inside: bool) -> Iterator[str]:
        for kind, group in groupby(blocks, together):
            own = list(group)
            if kind == "list":
                points = [block for block in own if isinstance(block, Paragraph)]
                yield _ListWriter(self._inline, self._losses).write(points)
            elif kind in (Kind.CODE, Kind.QUOTE):
                texts = [block for block in own if isinstance(block, Paragraph)]
                yield _code(texts) if kind is Kind.CODE else self._quote(texts)
            else:
                for block in own:
                    yield self._block(block, inside)

    def _block(self, block: Block, inside: bool) -> str:
        match block:
            case Picture():
                return self._picture(block)
            case Table():
                return self._table(block)
            case Box():
                return self.blocks(block.blocks, inside=True) if inside else self._box(block)
            case Paragraph(kind=Kind.RULE):
                return "---"
            case Paragraph(kind=Kind.HEADING | Kind.TITLE):
                return self._heading(block, inside)
            case _:
                return self._inline.write(block.pieces)

    def _heading(self, block: Paragraph, inside: bool) -> str:
        text = self._inline.write(block.pieces, breaks=False, without=_STRONG)
        if not text:
            return ""
        if inside or block.kind is Kind.TITLE:
            return f"**{text}**" if not inside else text
        level = min(self._levels[block.level], self._last_level + 1)
        self._last_level = level
        return f"{'#' * (level + 1)} {text}"

    def _quote(self, paragraphs: Sequence[Paragraph]) -> str:
        texts = [text for paragraph in paragraphs if (text := self._inline.write(paragraph.pieces))]
        return "\n".join(f"> {line}".rstrip() for line in "\n\n".join(texts).split("\n")) if texts else ""

    def _picture(self, picture: Picture) -> str:
        if not picture.alt:
            self._losses.add("undescribed")
        name = f"picture-{len(self.pictures) + 1}.{_ending(picture.data)}"
        said = replace(picture, alt=_stated(picture.alt), caption=_stated(picture.caption))
        self.pictures.append((name, said))
        return _pictured(name, said)

    def _box(self, box: Box) -> str:
        blocks = [block for block in box.blocks if not (isinstance(block, Paragraph) and block.is_empty)]
        self._losses.add("box", plain(blocks))
        title, rest = "", blocks
        if len(blocks) > 1 and isinstance(first := blocks[0], Paragraph) and _is_box_title(first):
            title, rest = self._inline.write(first.pieces, breaks=False, without=_STRONG), blocks[1:]
        body = self.blocks(rest, inside=True)
        return f"::: box {title}".rstrip() + f"\n{body}\n:::" if body else ""

    # --- tables ---

    def _table(self, table: Table) -> str:
        width = max(map(len, table.rows), default=0)
        rows = [[self._cell(cell, head=not at) for cell in row] for at, row in enumerate(table.rows)]
        if not width or not any(map(any, rows)):
            return ""
        lines = [_row([*row, *([""] * (width - len(row)))]) for row in rows]
        title = self._inline.write(table.title, breaks=False, without=("strong", "em"))
        return "\n".join((*([f"Table: {title}"] if title else []), lines[0], _row(["---"] * width), *lines[1:]))

    def _cell(self, blocks: Sequence[Block], *, head: bool) -> str:
        texts = list(self._cell_texts(blocks, _STRONG if head else ()))
        if len(texts) > 1:
            self._losses.add("cell", plain(blocks))
        return " ".join(texts)

    def _cell_texts(self, blocks: Iterable[Block], without: Sequence[str]) -> Iterator[str]:
        for block in blocks:
            match block:
                case Paragraph():
                    if text := self._inline.write(block.pieces, breaks=False, without=without):
                        yield text
                case Table():
                    self._losses.add("nested", plain([block]))
                    for row in block.rows:
                        for cell in row:
                            yield from self._cell_texts(cell, without)
                case Box():
                    yield from self._cell_texts(block.blocks, without)
                case Picture():
                    pass  # it stands below the table

    # --- footnotes ---

    def notes(self) -> str:
        return "\n\n".join(self._note(note, label) for note, label in self._labels.items())

    def _note(self, note: str, label: str) -> str:
        # a mark in a note has nothing below it
        texts = [
            self._inline.write(without_note_marks(block.pieces)) for block in paragraphs(self._document.notes[note])
        ]
        text = "\n\n".join(filter(None, texts)) or "…"
        return f"[^{label}]: " + text.replace("\n", "\n    ").replace("\n    \n", "\n\n")


def _pictured(name: str, picture: Picture) -> str:
    """A picture with as few signs escaped as Markdown needs to read its words as they are."""
    written = ""
    for every in (None, False, True):
        alt, caption = escape(picture.alt, every=every), escape(picture.caption, every=every)
        title = f' "{caption}"' if caption else ""
        written = f"![{alt}]({name}{title})"
        found = next((token for token in parse(written).tokens if token.type == "picture"), None)
        if found is not None and (found.meta["alt"], found.meta["caption"]) == (picture.alt, picture.caption):
            break
    return written


def _row(cells: Iterable[str]) -> str:
    return f"| {' | '.join(cells)} |"


def _ending(data: bytes) -> str:
    return "png" if data.startswith(b"\x89PNG") else "jpg" if data.startswith(b"\xff\xd8") else "webp"


def _stated(text: str) -> str:
    """A description or a caption: one line that is printed as it stands."""
    return without_marks(" ".join(text.replace("|", "/").split())[:MAX_TITLE]).strip()


def _is_box_title(paragraph: Paragraph) -> bool:
    words = [piece for piece in paragraph.pieces if isinstance(piece, Words) and piece.text.strip()]
    is_head = paragraph.kind in (Kind.HEADING, Kind.TITLE) or all("strong" in piece.tags for piece in words)
    return bool(words) and is_head and len(paragraph.text) <= 80 and paragraph.point is None


def _code(paragraphs: Sequence[Paragraph]) -> str:
    lines = [
        line
        for paragraph in paragraphs
        for line in "".join(
            piece.text if isinstance(piece, Words) else "\n" if isinstance(piece, LineBreak) else ""
            for piece in paragraph.pieces
        ).split("\n")
    ]
    if not any(line.strip() for line in lines):
        return ""
    fence = "`" * max(3, 1 + max((len(run) for line in lines for run in re.findall("`+", line)), default=0))
    return "\n".join((fence, *lines, fence))


# --- lists ---


class _ListWriter:
    """Points that follow one another."""

    def __init__(self, inline: InlineWriter, losses: Losses) -> None:
        self._inline, self._losses = inline, losses
        self._lines: list[str] = []
        self._marks: list[str] = []
        """The mark of the point that is open at each depth."""
        self._numbers: list[int | None] = []

    def write(self, points: Sequence[Paragraph]) -> str:
        for paragraph in points:
            assert paragraph.point
            self._add(paragraph, paragraph.point)
        return "\n".join(self._lines)

    def _add(self, paragraph: Paragraph, point: Point) -> None:
        text = self._inline.write(paragraph.pieces)
        if not text:
            return
        depth = min(point.depth, MAX_LEVELS - 1)
        if depth < point.depth:
            self._losses.add("deep")
        if point.begins or not self._marks:
            depth = min(depth, len(self._marks))  # no level is left out
            mark = self._mark(depth, point.number)
            if self._lines and not self._goes_on(depth, mark) and point.number not in (None, 1):
                self._lines.append("")  # or else Markdown takes the number for words of the line above
            del self._marks[depth:], self._numbers[depth:]
            indent = sum(map(len, self._marks)) * " "
            self._marks.append(mark)
            self._numbers.append(point.number)
            self._lines.append(indent + mark + self._indented(text))
        else:
            del self._marks[depth + 1 :], self._numbers[depth + 1 :]
            indent = sum(map(len, self._marks)) * " "
            self._lines += ["", indent + self._indented(text)]

    def _mark(self, depth: int, number: int | None) -> str:
        """How the point begins; a list of other numbers than those that go on has another sign."""
        same = self._marks[depth][-2] if depth < len(self._marks) else ""
        before = self._numbers[depth] if depth < len(self._numbers) else None
        if number is None:
            return "- "
        if before is None or not same:
            return f"{number}. "
        goes_on = number == before + 1
        other = ")" if same == "." else "."
        return f"{number}{same if goes_on else other} "

    def _goes_on(self, depth: int, mark: str) -> bool:
        return depth < len(self._marks) and self._marks[depth][-2] == mark[-2]

    def _indented(self, text: str) -> str:
        return text.replace("\n", "\n" + sum(map(len, self._marks)) * " ")
