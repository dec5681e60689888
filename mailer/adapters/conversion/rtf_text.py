"""The texts in an RTF file, that of the document and those of notes and boxes: their paragraphs and tables."""

from __future__ import annotations

import re

from mailer.adapters.conversion.document import Kind, Losses, Paragraph, Picture, Piece, Point, Table
from mailer.adapters.conversion.rtf_state import HEADING, KINDS, NUMBER, Format, Output


class Texts:
    """Makes blocks of what is read; the last of ``outputs`` is the text that is written now."""

    def __init__(self, losses: Losses) -> None:
        self.losses = losses
        self.outputs: list[Output] = [Output()]
        self.styles: dict[int, str] = {}
        """The names of styles, in small letters."""
        self.changes: dict[str, list[str]] = {"deleted": [], "inserted": []}
        """The words of a tracked change that is read."""
        self.looks: dict[str, list[str]] = {}
        """Words with looks that are not carried over."""
        self.merged = False
        """Whether the table that is read has merged cells."""

    @property
    def out(self) -> Output:
        return self.outputs[-1]

    def end_paragraph(self, *, only_words: bool = False) -> None:
        out = self.out
        if only_words and not out.pieces and not out.floats:
            return
        self.end_changes()
        self.end_looks()
        block = self._styled(out.pieces, out.format)
        floats, out.pieces, out.floats, out.mark = out.floats, [], [], ""
        first = [one for one in floats if isinstance(one, Picture)] if block.kind is Kind.CAPTION else []
        added = [*first, block, *(one for one in floats if one not in first)]
        if out.format.in_table:
            out.cell += added
        else:
            self.end_table()
            out.blocks += added

    def _styled(self, pieces: list[Piece], own: Format) -> Paragraph:
        name = self.styles.get(own.style, "")
        heading = HEADING.fullmatch(name)
        if heading or (0 <= own.outline < 9 and name not in KINDS):
            return Paragraph(pieces, Kind.HEADING, int(heading[1]) if heading else own.outline + 1)
        kind = KINDS.get(name, Kind.TEXT)
        paragraph = Paragraph(pieces, kind)
        mark = self.out.mark.strip()
        if mark and kind is Kind.TEXT:
            number = NUMBER.fullmatch(mark)
            if not number and re.fullmatch(r"\(?[A-Za-z]{1,6}[.)]", mark):
                self.losses.add("lettered")
                return Paragraph(pieces, point=Point(own.depth, self._next_letter(own.depth)))
            return Paragraph(pieces, point=Point(own.depth, int(number[1]) if number else None))
        if own.aligned and not own.turned and paragraph.text and kind is Kind.TEXT:
            self.losses.add("alignment", paragraph.text)
        return paragraph

    def _next_letter(self, depth: int) -> int:
        """The number of a point with a letter: one more than that of the point before it."""
        for block in reversed(self.out.cell if self.out.format.in_table else self.out.blocks):
            if not isinstance(block, Paragraph) or not block.point or block.point.depth < depth:
                break
            if block.point.depth == depth:
                return (block.point.number or 0) + 1
        return 1

    def end_cell(self) -> None:
        out = self.out
        out.format.in_table = True
        self.end_paragraph(only_words=True)
        out.row.append(out.cell)
        out.cell = []

    def end_row(self) -> None:
        out = self.out
        if out.row:
            out.rows.append(out.row)
        out.row = []

    def end_table(self) -> None:
        out = self.out
        if out.row or out.cell:
            out.rows.append([*out.row, *([out.cell] if out.cell else [])])
            out.row, out.cell = [], []
        if out.rows:
            out.blocks.append(Table(out.rows))
            out.rows = []
            if self.merged:
                self.losses.add("merged")
            self.merged = False

    def end_changes(self) -> None:
        for kind, texts in self.changes.items():
            if text := "".join(texts).strip():
                self.losses.add(kind, text)
            texts.clear()

    def end_looks(self, kept: frozenset[str] = frozenset()) -> None:
        """Name the looks that are not carried over, but for those that go on."""
        for kind in [kind for kind in self.looks if kind not in kept]:
            if text := "".join(self.looks.pop(kind)).strip():
                self.losses.add(kind, text)
