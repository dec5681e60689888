"""An .odt (ISO/IEC 26300-1) as blocks, with what cannot be carried over named."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import NamedTuple

from lxml import etree

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
from mailer.adapters.conversion.odt_drawings import Drawings
from mailer.adapters.conversion.odt_styles import DC, DRAW, FO, OFFICE, STYLE, TABLE, TEXT, XLINK, Look, Styles, number
from mailer.adapters.packed_xml import Archive, Refused

_CONTENTS = frozenset(
    f"{TEXT}{name}"
    for name in (
        *("table-of-content", "alphabetical-index", "illustration-index", "table-index", "object-index", "user-index"),
    )
)
_AROUND = frozenset(
    (
        *(f"{TEXT}{name}" for name in ("section", "bibliography", "index-body", "numbered-paragraph", "index-title")),
        *(f"{TABLE}{name}" for name in ("table-header-rows", "table-rows", "table-row-group")),
    )
)
_NOTHING = frozenset(
    (
        *(f"{TEXT}{name}" for name in ("sequence-decls", "variable-decls", "user-field-decls", "dde-connection-decls")),
        *(f"{TEXT}{name}" for name in ("soft-page-break", "bibliography-source", "tracked-changes", "bookmark")),
        *(f"{TEXT}{name}" for name in ("bookmark-start", "bookmark-end", "reference-mark", "reference-mark-start")),
        *(f"{TEXT}{name}" for name in ("reference-mark-end", "toc-mark", "toc-mark-start", "toc-mark-end")),
        *(f"{TEXT}{name}" for name in ("alphabetical-index-mark", "alphabetical-index-mark-start")),
        *(f"{TEXT}{name}" for name in ("alphabetical-index-mark-end", "user-index-mark", "change", "ruby-text")),
        *(f"{OFFICE}{name}" for name in ("forms", "annotation-end", "event-listeners", "settings")),
    )
)
_INLINE = frozenset(f"{TEXT}{name}" for name in ("span", "meta", "meta-field", "ruby-base", "sequence"))
_MAX_REPEATED = 63


def read(data: bytes, losses: Losses) -> Document:
    """Raises Refused if it cannot be read."""
    archive = Archive(data)
    if "META-INF/manifest.xml" in archive.names:
        manifest = archive.tree("META-INF/manifest.xml")
        if any(etree.QName(one).localname == "encryption-data" for one in manifest.iter("{*}*")):
            raise Refused("encrypted")
    root = archive.tree("content.xml")
    body = root.find(f"{OFFICE}body/{OFFICE}text")
    if body is None:
        raise Refused("damaged")
    others = archive.tree("styles.xml") if "styles.xml" in archive.names else None
    reader = _Reader(archive, Styles([root, *([others] if others is not None else [])]), losses)
    reader.tracked(body.find(f"{TEXT}tracked-changes"))
    blocks = reader.blocks(body)
    if others is not None:
        reader.edges(others)
    scripts = root.find(f"{OFFICE}scripts")
    if any(name.startswith(("Basic/", "Scripts/")) for name in archive.names) or (scripts is not None and len(scripts)):
        losses.add("macro")
    reader.finish()
    return Document(blocks, reader.notes)


class _List(NamedTuple):
    """The list that is read."""

    style: str
    depth: int
    counts: dict[int, int]


class _Reader:
    def __init__(self, archive: Archive, styles: Styles, losses: Losses) -> None:
        self._styles, self._losses = styles, losses
        self._drawings = Drawings(archive, styles, losses, self.blocks)
        self.notes: dict[str, list[Block]] = {}
        self._floats: list[Block] = []
        self._lists: dict[str, dict[int, int]] = {}
        """The numbers of lists by id, and of the last one of a style by ``style:NAME``."""
        self._inserting: dict[str, list[str]] = {}
        self._insertions: set[str] = set()
        self._lettered = False

    # --- blocks ---

    def blocks(self, parent: etree._Element) -> list[Block]:
        return [block for child in parent for block in self._block(child, None)]

    def _block(self, element: etree._Element, of: _List | None) -> Iterator[Block]:
        tag = str(element.tag)
        if tag in (f"{TEXT}p", f"{TEXT}h"):
            yield from self._paragraph(element, None)
        elif tag == f"{TEXT}list":
            yield from self._list(element, of)
        elif tag == f"{TABLE}table":
            yield self._table(element)
        elif tag in _CONTENTS:
            self._losses.add("contents")
        elif tag in _AROUND:
            yield from self._section(element, of)
        elif tag.startswith(DRAW):
            drawn, pieces = self._drawings.read(element)
            yield from ([Paragraph(pieces)] if pieces else [])
            yield from drawn
        elif tag in (f"{TEXT}change-start", f"{TEXT}change-end"):
            self._change(element)

    def _section(self, element: etree._Element, of: _List | None) -> Iterator[Block]:
        if element.tag == f"{TEXT}section":
            if element.get(f"{TEXT}display") == "none":
                self._losses.add("hidden", "".join(map(str, element.itertext())))
                return
            if self._styles.columns(str(element.get(f"{TEXT}style-name", ""))) > 1:
                self._losses.add("columns")
            source = element.find(f"{TEXT}section-source")
            if source is not None:
                self._losses.add("elsewhere", str(source.get(f"{XLINK}href", "")))
        for child in element:
            yield from self._block(child, of)

    def _paragraph(self, element: etree._Element, point: Point | None) -> Iterator[Block]:
        name = str(element.get(f"{TEXT}style-name", ""))
        kind, level = self._styles.kind(name)
        if element.tag == f"{TEXT}h":
            kind, level = Kind.HEADING, number(str(element.get(f"{TEXT}outline-level", "1")), 1)
        outer, self._floats = self._floats, []
        look = Look() if kind is Kind.HEADING else self._styles.own_look(name)
        pieces = self._pieces(element, look, "")
        floats, self._floats = self._floats, outer
        own = point if kind in (Kind.TEXT, Kind.QUOTE, Kind.CODE) else None
        paragraph = Paragraph(pieces, Kind.TEXT if own else kind, level, own)
        self._name(name, paragraph)
        if kind is Kind.CAPTION:
            yield from (block for block in floats if isinstance(block, Picture))
            floats = [block for block in floats if not isinstance(block, Picture)]
        yield paragraph
        yield from floats

    def _name(self, style: str, paragraph: Paragraph) -> None:
        def of(attribute: str) -> str:
            return self._styles.property("paragraph", style, "paragraph-properties", attribute)

        if of(f"{FO}break-before") == "page" or of(f"{FO}break-after") == "page":
            self._losses.add("page break")
        turned = of(f"{STYLE}writing-mode").startswith("rl")
        aligned = of(f"{FO}text-align") in ("center", "end", "right") and not turned
        if aligned and paragraph.kind in (Kind.TEXT, Kind.QUOTE) and paragraph.text:
            self._losses.add("alignment", paragraph.text)

    # --- lists ---

    def _list(self, element: etree._Element, of: _List | None) -> Iterator[Block]:
        own = str(element.get(f"{TEXT}style-name", "") or (of.style if of else ""))
        here = _List(own, of.depth + 1, of.counts) if of else _List(own, 0, self._counts(element, own))
        here.counts.pop(here.depth, None) if of else None
        for item in element:
            if item.tag in (f"{TEXT}list-item", f"{TEXT}list-header"):
                yield from self._item(item, here)
            elif item.tag in (f"{TEXT}change-start", f"{TEXT}change-end"):
                self._change(item)

    def _counts(self, element: etree._Element, style: str) -> dict[int, int]:
        """The numbers that the list goes on with."""
        by_id = str(element.get(f"{TEXT}continue-list", ""))
        goes_on = element.get(f"{TEXT}continue-numbering") == "true"
        earlier = self._lists.get(by_id) or (self._lists.get(f"style:{style}") if goes_on else None)
        counts: dict[int, int] = earlier if earlier is not None else {}
        own = str(element.get("{http://www.w3.org/XML/1998/namespace}id", ""))
        self._lists[own or "last"] = self._lists[f"style:{style}"] = counts
        return counts

    def _item(self, item: etree._Element, of: _List) -> Iterator[Block]:
        begun = item.tag == f"{TEXT}list-header"
        for child in item:
            if child.tag == f"{TEXT}h":
                level = self._styles.list_level(of.style, of.depth)
                if level.shown and not level.bullet:
                    self._losses.add("numbered headings")
                yield from self._paragraph(child, None)
            elif child.tag == f"{TEXT}p":
                yield from self._paragraph(child, self._point(item, child, of, begins=not begun))
                begun = True
            else:
                yield from self._block(child, of)

    def _point(self, item: etree._Element, paragraph: etree._Element, of: _List, *, begins: bool) -> Point | None:
        style = of.style or self._styles.list_of(str(paragraph.get(f"{TEXT}style-name", "")))
        level = self._styles.list_level(style, of.depth)
        if not level.shown:
            return None
        if not begins:
            return Point(of.depth, None, begins=False)
        start = number(str(item.get(f"{TEXT}start-value", "")), -1)
        count = start if start >= 0 else of.counts.get(of.depth, level.start - 1) + 1
        of.counts[of.depth] = count
        for deeper in [depth for depth in of.counts if depth > of.depth]:
            del of.counts[deeper]
        self._lettered |= level.lettered
        return Point(of.depth, None if level.bullet else count)

    # --- tables ---

    def _table(self, element: etree._Element) -> Table:
        rows = list(self._rows(element))
        merged = any(
            cell.tag == f"{TABLE}covered-table-cell" for row in rows for cell in row if str(cell.tag).startswith(TABLE)
        )
        if merged:
            self._losses.add("merged")
        return Table([list(self._cells(row)) for row in rows])

    def _rows(self, element: etree._Element) -> Iterator[etree._Element]:
        for child in element:
            if child.tag == f"{TABLE}table-row":
                yield child
            elif child.tag in _AROUND:
                yield from self._rows(child)

    def _cells(self, row: etree._Element) -> Iterator[list[Block]]:
        for cell in row:
            if cell.tag not in (f"{TABLE}table-cell", f"{TABLE}covered-table-cell"):
                continue
            repeated = number(str(cell.get(f"{TABLE}number-columns-repeated", "1")), 1)
            yield self.blocks(cell)
            yield from [[]] * (min(repeated, _MAX_REPEATED) - 1)

    # --- words ---

    def _pieces(self, element: etree._Element, look: Look, link: str) -> list[Piece]:
        pieces: list[Piece] = self._words(element.text or "", look, link)
        for child in element:
            pieces += self._piece(child, look, link)
            pieces += self._words(child.tail or "", look, link)
        return pieces

    def _words(self, text: str, look: Look, link: str) -> list[Piece]:
        if not text:
            return []
        if look.hidden:
            self._losses.add("hidden", text)
            return []
        for inserted in self._inserting.values():
            inserted.append(text)
        if text.strip() and not link:
            for kind in sorted(look.lost):
                self._losses.add(kind, text)
        return [Words(text, look.tags, link)]

    def _piece(self, element: etree._Element, look: Look, link: str) -> list[Piece]:
        tag = str(element.tag)
        if tag in _INLINE:
            own = self._styles.look(str(element.get(f"{TEXT}style-name", ""))) if tag == f"{TEXT}span" else Look()
            return self._pieces(element, own.within(look), link)
        if tag == f"{TEXT}a":
            return self._pieces(element, look, str(element.get(f"{XLINK}href", "")))
        if tag in _PIECES:
            return _PIECES[tag](self, element, look, link)
        if tag in _NOTHING:
            return []
        if tag.startswith(DRAW) or tag == f"{OFFICE}annotation":
            return self._set_aside(element)
        return self._field(element, look, link)

    def _set_aside(self, element: etree._Element) -> list[Piece]:
        if element.tag == f"{OFFICE}annotation":
            author = element.findtext(f"{DC}creator") or ""
            paragraphs = ("".join(map(str, one.itertext())) for one in element.iter(f"{TEXT}p"))
            text = " ".join(paragraphs)
            self._losses.add("comment", f"{author}: {text}" if author else text)
            return []
        drawn, pieces = self._drawings.read(element)
        self._floats += drawn
        return pieces

    def _field(self, element: etree._Element, look: Look, link: str) -> list[Piece]:
        pieces = self._pieces(element, look, link)
        if text := Paragraph(pieces).text:
            self._losses.add("field", text)
        return pieces

    def _space(self, element: etree._Element, look: Look, link: str) -> list[Piece]:
        count = min(number(str(element.get(f"{TEXT}c", "1")), 1), 200)
        return self._words(" " * count, look, link)

    def _tab(self, _: etree._Element, look: Look, link: str) -> list[Piece]:
        return self._words(" ", look, link)

    def _break(self, _: etree._Element, look: Look, link: str) -> list[Piece]:
        return [LineBreak()]

    def _note(self, element: etree._Element, look: Look, link: str) -> list[Piece]:
        body = element.find(f"{TEXT}note-body")
        if element.get(f"{TEXT}note-class") == "endnote":
            self._losses.add("endnote")
        mark = f"n{len(self.notes) + 1}"
        self.notes[mark] = []
        self.notes[mark] = self.blocks(body) if body is not None else []
        return [NoteMark(mark)]

    def _ruby(self, element: etree._Element, look: Look, link: str) -> list[Piece]:
        ruby = element.find(f"{TEXT}ruby-text")
        above = "".join(map(str, ruby.itertext())) if ruby is not None else ""
        return [*self._pieces(element, look, link), *self._words(f" ({above})" if above else "", look, link)]

    def _hidden(self, element: etree._Element, look: Look, link: str) -> list[Piece]:
        self._losses.add("hidden", str(element.get(f"{TEXT}string-value", "")))
        return []

    def _script(self, element: etree._Element, look: Look, link: str) -> list[Piece]:
        self._losses.add("macro")
        return []

    def _change_piece(self, element: etree._Element, look: Look, link: str) -> list[Piece]:
        self._change(element)
        return []

    # --- tracked changes ---

    def tracked(self, changes: etree._Element | None) -> None:
        """Name the deletions, and note which regions are insertions."""
        for region in changes if changes is not None else ():
            own = str(region.get(f"{TEXT}id", "") or region.get("{http://www.w3.org/XML/1998/namespace}id", ""))
            if (deletion := region.find(f"{TEXT}deletion")) is not None:
                texts = ("".join(map(str, one.itertext())) for one in deletion.iter(f"{TEXT}p", f"{TEXT}h"))
                if text := " ".join(texts).strip():
                    self._losses.add("deleted", text)
            elif region.find(f"{TEXT}insertion") is not None:
                self._insertions.add(own)
            else:
                self._losses.add("formatting changes")

    def _change(self, element: etree._Element) -> None:
        own = str(element.get(f"{TEXT}change-id", ""))
        if element.tag == f"{TEXT}change-start" and own in self._insertions:
            self._inserting[own] = []
        elif element.tag == f"{TEXT}change-end" and (text := "".join(self._inserting.pop(own, ())).strip()):
            self._losses.add("inserted", text)

    # --- the rest ---

    def edges(self, root: etree._Element) -> None:
        """Name what stands at the head and foot of pages."""
        masters = root.find(f"{OFFICE}master-styles")
        for page in masters if masters is not None else ():
            for edge in page:
                texts = ("".join(map(str, one.itertext())) for one in edge.iter(f"{TEXT}p", f"{TEXT}h"))
                if text := " ".join(texts).strip():
                    self._losses.add("edge", text)

    def finish(self) -> None:
        if self._lettered:
            self._losses.add("lettered")


_PIECES: dict[str, Callable[[_Reader, etree._Element, Look, str], list[Piece]]] = {
    f"{TEXT}s": _Reader._space,
    f"{TEXT}tab": _Reader._tab,
    f"{TEXT}line-break": _Reader._break,
    f"{TEXT}note": _Reader._note,
    f"{TEXT}ruby": _Reader._ruby,
    f"{TEXT}hidden-text": _Reader._hidden,
    f"{TEXT}script": _Reader._script,
    f"{TEXT}change-start": _Reader._change_piece,
    f"{TEXT}change-end": _Reader._change_piece,
}
