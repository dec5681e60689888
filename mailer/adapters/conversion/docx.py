"""A .docx (ISO/IEC 29500-1) as blocks, with what cannot be carried over named."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import NamedTuple

from lxml import etree

from mailer.adapters.conversion import docx_drawings
from mailer.adapters.conversion.document import (
    Block,
    Document,
    Kind,
    LineBreak,
    Losses,
    NoteMark,
    Paragraph,
    Picture,
    Piece,
    Point,
    Table,
    Words,
)
from mailer.adapters.conversion.docx_package import Package, Target
from mailer.adapters.conversion.docx_runs import MARKUP, MATH, Fields, Look, look, run_texts, words_of
from mailer.adapters.conversion.docx_styles import Numbering, Styles, W, is_on, number, outline, value
from mailer.adapters.conversion.formulas import text as formula_text
from mailer.adapters.conversion.formulas import words as formula_words

_R = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}"
_AROUND = frozenset(f"{W}{name}" for name in ("customXml", "smartTag", "bdo", "dir", "sdtContent", "moveToRangeStart"))
"""What stands around blocks or runs and means nothing here."""
_INSERTED = frozenset((f"{W}ins", f"{W}moveTo"))
_DELETED = frozenset((f"{W}del", f"{W}moveFrom"))
_MAX_SPAN = 63


def read(data: bytes, losses: Losses) -> Document:
    """Raises Refused if it cannot be read."""
    package = Package(data)
    reader = _Reader(package, losses)
    blocks = reader.blocks(package.body())
    notes = {**reader.notes("footnotes", "footnote"), **reader.notes("endnotes", "endnote")}
    reader.finish()
    return Document(blocks, notes)


class _Place(NamedTuple):
    """Where runs stand."""

    link: str = ""


class _Reader:
    def __init__(self, package: Package, losses: Losses) -> None:
        self._package, self._losses = package, losses
        self._targets: dict[str, Target] = package.main_targets
        self._styles = Styles(package.part("styles"))
        self._numbering = Numbering(package.part("numbering"))
        self._fields = Fields(losses)
        self._carried: list[Piece] = []
        """The words of a paragraph whose end was deleted, which belong to the next one."""
        self._floats: list[Block] = []
        """Pictures and boxes of the paragraph that is read."""
        self._last_depth = -1
        """How deep the list is that the last paragraph belongs to; -1 if to none."""

    # --- blocks ---

    def blocks(self, parent: etree._Element) -> list[Block]:
        return [block for child in parent for block in self._block(child)]

    def _block(self, element: etree._Element) -> Iterator[Block]:
        if (read := _BLOCKS.get(str(element.tag))) is not None:
            yield from read(self, element)
        elif element.tag in _AROUND or element.tag in _INSERTED:
            for child in element:
                yield from self._block(child)

    def _alternatives(self, element: etree._Element) -> Iterator[Block]:
        for one in docx_drawings.chosen(element):
            yield from self._block(one)

    def _other_document(self, _: etree._Element) -> Iterator[Block]:
        self._losses.add("object")
        yield from ()

    def _formula_alone(self, element: etree._Element) -> Iterator[Block]:
        yield Paragraph(self._formula(element))

    def _controlled(self, element: etree._Element) -> Iterator[Block]:
        gallery = value(element.find(f"{W}sdtPr/{W}docPartObj/{W}docPartGallery"))
        if gallery == "Table of Contents":
            self._losses.add("contents")
            return
        for child in element.iterchildren(f"{W}sdtContent"):
            for inner in child:
                yield from self._block(inner)

    def _section(self, element: etree._Element) -> Iterator[Block]:
        self._name_columns(element)
        yield from ()

    def _name_columns(self, section: etree._Element) -> None:
        if number(value(section.find(f"{W}cols"), "num", "1"), 1) > 1:
            self._losses.add("columns")

    def _paragraph(self, element: etree._Element) -> Iterator[Block]:
        properties = element.find(f"{W}pPr")
        outer, self._floats = self._floats, []
        begun = self._fields.in_contents
        pieces = [*self._carried, *self._pieces(element, _Place())]
        floats, self._floats = self._floats, outer
        self._carried = []
        if begun and self._fields.skips(pieces):
            return
        if properties is not None and properties.find(f"{W}rPr/{W}del") is not None:
            self._carried = pieces
            yield from floats
            return
        paragraph = self._styled(pieces, properties)
        self._name(properties, paragraph)
        if paragraph.kind is Kind.CAPTION:
            yield from (block for block in floats if isinstance(block, Picture))
            floats = [block for block in floats if not isinstance(block, Picture)]
        yield paragraph
        yield from floats

    def _styled(self, pieces: list[Piece], properties: etree._Element | None) -> Paragraph:
        style = value(properties.find(f"{W}pStyle")) if properties is not None else ""
        kind, level = self._styles.kind(style)
        if (own := outline(properties)) is not None and kind is Kind.TEXT:
            kind, level = Kind.HEADING, own
        list_id, depth = self._list(style, properties)
        shows = bool(list_id) and bool(self._numbering.format(list_id, depth))
        if kind in (Kind.HEADING, Kind.TITLE, Kind.CAPTION):
            self._last_depth = -1
            if shows and kind is Kind.HEADING:
                self._losses.add("numbered headings")
            return Paragraph(pieces, kind, level)
        if shows:
            self._last_depth = depth
            return Paragraph(pieces, Kind.TEXT, point=Point(depth, self._numbering.next(list_id, depth)))
        if self._last_depth >= 0 and kind is Kind.TEXT and self._is_indented(properties):
            return Paragraph(pieces, kind, point=Point(self._last_depth, None, begins=False))
        self._last_depth = -1
        return Paragraph(pieces, kind)

    def _list(self, style: str, properties: etree._Element | None) -> tuple[str, int]:
        own = properties.find(f"{W}numPr") if properties is not None else None
        by_style = self._styles.numbering(style)
        if own is None:
            return by_style
        list_id = value(own.find(f"{W}numId"), default=by_style[0])
        return ("" if list_id == "0" else list_id), number(value(own.find(f"{W}ilvl")), by_style[1])

    @staticmethod
    def _is_indented(properties: etree._Element | None) -> bool:
        """Whether a paragraph behind a point may be a further paragraph of it."""
        if properties is not None and properties.find(f"{W}numPr") is not None:
            return True
        indent = properties.find(f"{W}ind") if properties is not None else None
        return any(number(value(indent, name)) > 0 for name in ("start", "left", "leftChars"))

    def _name(self, properties: etree._Element | None, paragraph: Paragraph) -> None:
        """Name what of the paragraph's properties is not carried over."""
        if properties is None:
            return
        if (section := properties.find(f"{W}sectPr")) is not None:
            self._name_columns(section)
        if is_on(properties, "pageBreakBefore"):
            self._losses.add("page break")
        if properties.find(f"{W}pPrChange") is not None:
            self._losses.add("formatting changes")
        aligned = value(properties.find(f"{W}jc"))
        is_plain = paragraph.kind in (Kind.TEXT, Kind.QUOTE) and paragraph.text and not is_on(properties, "bidi")
        if is_plain and aligned in ("center", "right", "end"):
            self._losses.add("alignment", paragraph.text)

    # --- tables ---

    def _table(self, element: etree._Element) -> Iterator[Table]:
        rows = [row for row in self._within(element, "tr") if not self._is_deleted(row)]
        spans = False
        found: list[list[list[Block]]] = []
        for row in rows:
            cells: list[list[Block]] = []
            for cell in self._within(row, "tc"):
                merged = cell.find(f"{W}tcPr/{W}vMerge")
                goes_on = merged is not None and value(merged, default="continue") != "restart"
                width = number(value(cell.find(f"{W}tcPr/{W}gridSpan"), default="1"), 1)
                spans = spans or merged is not None or width > 1
                cells += [[] if goes_on else self.blocks(cell), *([[]] * (min(width, _MAX_SPAN) - 1))]
            found.append(cells)
        if spans:
            self._losses.add("merged")
        self._last_depth = -1
        yield Table(found)

    def _is_deleted(self, row: etree._Element) -> bool:
        if row.find(f"{W}trPr/{W}del") is None:
            return False
        self._losses.add("deleted", words_of(row))
        return True

    def _within(self, parent: etree._Element, name: str) -> Iterator[etree._Element]:
        """The rows of a table, or the cells of a row."""
        for child in parent:
            if child.tag == f"{W}{name}":
                yield child
            elif child.tag in _AROUND or child.tag == f"{W}sdt":
                yield from self._within(child, name)

    # --- words ---

    def _pieces(self, parent: etree._Element, place: _Place) -> list[Piece]:
        return [piece for child in parent for piece in self._piece(child, place)]

    def _piece(self, element: etree._Element, place: _Place) -> list[Piece]:
        tag = element.tag
        if tag == f"{W}r":
            return self._run(element, place)
        if tag == f"{W}hyperlink":
            return self._pieces(element, _Place(self._address(element) or place.link))
        if tag == f"{W}fldSimple":
            return self._fields.simple(value(element, "instr"), self._pieces(element, place))
        if tag in (f"{MATH}oMath", f"{MATH}oMathPara"):
            return self._formula(element)
        if tag == f"{MARKUP}AlternateContent":
            return [piece for chosen in docx_drawings.chosen(element) for piece in self._piece(chosen, place)]
        if tag in _AROUND or tag == f"{W}sdt":
            return self._pieces(element, place)
        return self._changed(element, place)

    def _changed(self, element: etree._Element, place: _Place) -> list[Piece]:
        """Words that were inserted; none of those that were deleted."""
        if element.tag in _DELETED:
            if text := words_of(element).strip():
                self._losses.add("deleted", text)
            return []
        inside = self._pieces(element, place) if element.tag in _INSERTED else []
        if text := Paragraph(inside).text:
            self._losses.add("inserted", text)
        return inside

    def _address(self, element: etree._Element) -> str:
        target = self._targets.get(str(element.get(f"{_R}id", "")))
        anchor = value(element, "anchor")
        if target is None:
            return ""  # it leads to a place in the document
        return f"{target.name}#{anchor}" if anchor and "#" not in target.name else target.name

    def _formula(self, element: etree._Element) -> list[Piece]:
        self._losses.add("formula", formula_text(element))
        return list(formula_words(element))

    def _run(self, element: etree._Element, place: _Place) -> list[Piece]:
        seen = look(element, self._styles, self._losses, in_link=bool(place.link))
        pieces: list[Piece] = []
        for child in element:
            if child.tag in (f"{W}drawing", f"{W}pict", f"{W}object", f"{MARKUP}AlternateContent"):
                if not self._fields.hides:
                    pieces += self._drawn(child, place)
            elif child.tag == f"{W}fldChar":
                pieces += self._fields.char(value(child, "fldCharType"))
            elif child.tag == f"{W}instrText":
                self._fields.instruct(child.text or "")
            elif child.tag in (f"{W}footnoteReference", f"{W}endnoteReference"):
                pieces.append(NoteMark(f"{'e' if 'endnote' in str(child.tag) else 'f'}{value(child, 'id')}"))
            elif not self._fields.hides:
                pieces += self._words(child, seen, place)
        return pieces

    def _words(self, element: etree._Element, seen: Look, place: _Place) -> list[Piece]:
        if seen.hidden:
            return []
        if element.tag == f"{W}br" and value(element, "type") in ("page", "column"):
            self._losses.add("page break" if value(element, "type") == "page" else "columns")
            return []
        if element.tag in (f"{W}br", f"{W}cr"):
            return [LineBreak()]
        link = place.link or self._fields.link
        texts = run_texts(element, self._losses)
        self._fields.show("".join(texts))
        return [Words(text, seen.tags, link) for text in texts]

    def _drawn(self, element: etree._Element, place: _Place) -> list[Piece]:
        """Put aside the pictures and boxes, which stand below the paragraph; a line drawn by Word is a rule."""
        if element.tag == f"{MARKUP}AlternateContent" and not docx_drawings.is_drawing(element):
            return [piece for one in docx_drawings.chosen(element) for piece in self._words(one, Look(), place)]
        self._floats += docx_drawings.blocks(element, self._package.archive, self._targets, self._losses, self.blocks)
        return []

    # --- other parts ---

    def notes(self, part: str, name: str) -> dict[str, list[Block]]:
        """The footnotes or endnotes, by what their marks say."""
        root = self._package.part(part)
        if root is None:
            return {}
        self._targets = self._package.part_targets(part)
        found = {}
        for note in root.iter(f"{W}{name}"):
            if value(note, "type", "normal") == "normal":
                found[f"{name[0]}{value(note, 'id')}"] = self.blocks(note)
        if found and name == "endnote":
            self._losses.add("endnote")
        return found

    def finish(self) -> None:
        """Name what stands in parts that are not read."""
        comments = self._package.part("comments")
        for comment in comments.iter(f"{W}comment") if comments is not None else ():
            author = value(comment, "author")
            self._losses.add("comment", f"{author}: {words_of(comment)}" if author else words_of(comment))
        for part in (*self._package.parts("header"), *self._package.parts("footer")):
            if text := words_of(part).strip():
                self._losses.add("edge", text)
        if self._numbering.lettered:
            self._losses.add("lettered")
        self._package.name_the_rest(self._losses)


_BLOCKS: Mapping[str, Callable[[_Reader, etree._Element], Iterator[Block]]] = {
    f"{W}p": _Reader._paragraph,
    f"{W}tbl": _Reader._table,
    f"{W}sdt": _Reader._controlled,
    f"{W}sectPr": _Reader._section,
    f"{W}altChunk": _Reader._other_document,
    f"{MARKUP}AlternateContent": _Reader._alternatives,
    **dict.fromkeys((f"{MATH}oMathPara", f"{MATH}oMath"), _Reader._formula_alone),
}
