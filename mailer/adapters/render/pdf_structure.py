"""The structure of a PDF: what each mark on its pages is, for those who hear the issue or read it as text (PDF/UA-1).

WeasyPrint makes one element of each piece of a page, so a list that goes on in the next column becomes two, and a link
of two lines two links. Here each element of the HTML is one element of the PDF, however many pieces it is in.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import reduce
from itertools import count, groupby
from typing import Any, TypeAlias

import pydyf
from weasyprint.formatting_structure import boxes
from weasyprint.layout.absolute import AbsolutePlaceholder

Box: TypeAlias = Any
"""A box of WeasyPrint's."""
Rectangle: TypeAlias = tuple[float, float, float, float]
"""Left, bottom, right, top, in points from the lower left corner of the page."""

_SVG = "{http://www.w3.org/2000/svg}svg"

TAGS: Mapping[str, str] = {
    **{name: name.upper() for name in ("p", "h1", "h2", "h3", "h4", "h5", "h6", "tr", "th", "td")},
    "main": "Part",
    "article": "Art",
    "section": "Sect",
    "aside": "Sect",
    "nav": "Sect",
    "header": "Div",
    "div": "Div",
    "figure": "Div",
    "footer": "Div",
    "figcaption": "Caption",
    "caption": "Caption",
    "blockquote": "BlockQuote",
    "pre": "P",
    "code": "Code",
    "a": "Link",
    "img": "Figure",
    _SVG: "Figure",
    "ul": "L",
    "ol": "L",
    "li": "LI",
    "dl": "L",
    "dt": "LI",
    "dd": "LI",
    "table": "Table",
    "thead": "THead",
    "tbody": "TBody",
    "tfoot": "TFoot",
}
"""What an element of the HTML is in the PDF. Others, such as ``strong``, are no more than a part of their paragraph."""

_TABLE_PARTS = {"Table", "THead", "TBody", "TFoot", "TR"}
_WORDS_IN = {"Div", "Sect", "Art", "Part", "Document", "BlockQuote", "LI", "L", "TOC", "TOCI"}
"""Elements that hold paragraphs: words that stand in one directly are made a paragraph of."""
_SHAPED = re.compile(
    "[\u0300-\u036f\u0590-\u1cff\u200c\u200d\ua800-\uabff\ufb1d-\ufeff\U00010800-\U00011fff\U0001f000-\U0001faff]"
)
"""Letters of which one glyph may be several, or several one, or that run from right to left."""
_NEAR = 5
"""Points between the lines of one link, at most."""


@dataclass(slots=True)
class Node:
    """An element of the structure."""

    tag: str
    parent: Node | None = None
    element: Any = None
    kids: list[Node | Mark] = field(default_factory=list)
    lang: str = ""
    alt: str = ""
    text: str = ""
    """What is written, if the glyphs do not tell, or not in this order."""
    id: str = ""
    kind: str = ""
    """``notes`` or ``contents``: what the lists in it are."""
    attributes: dict[str, Any] = field(default_factory=dict)
    box: Box = None
    """Its box, for what has a place: a picture."""
    page: int = 0
    annotations: list[tuple[int, Any]] = field(default_factory=list)
    """Those of a link, each with its page."""
    places: list[tuple[int, Rectangle]] = field(default_factory=list)
    """Where the words of a link are, each with its page."""
    object: Any = None

    def child(self, tag: str, **more: Any) -> Node:
        made = Node(tag, self, **more)
        self.kids.append(made)
        return made


@dataclass(frozen=True, slots=True)
class Mark:
    """A piece of a page's content."""

    page: int
    number: int


def add_tags(pdf: Any, document: Any, pdf_version: str | None, page_streams: Sequence[Any]) -> None:
    """Add the structure to a PDF. It stands in for the function of this name in WeasyPrint."""
    builder = _Builder(pdf, document, page_streams)
    for page in range(len(document.pages)):
        builder.read(page)
    builder.write()


class _Builder:
    """Reads the boxes of all pages, then writes the elements."""

    def __init__(self, pdf: Any, document: Any, streams: Sequence[Any]) -> None:
        self._pdf, self._document, self._streams = pdf, document, streams
        self._root = Node("Document")
        self._nodes: dict[tuple[int, str], Node] = {}
        self._heads: dict[int, int] = {}
        """The table's piece in which the head of a table was read."""
        self._levels: list[int] = []
        self._owners: list[dict[int, Node]] = []
        """For each page, the element of each mark."""
        self._notes = self._page = 0
        self._tables = count(1)
        self._tags: dict[Box, dict[str, Any]] = {}
        self._artifacts: list[tuple[int, str]] = []

    # --- Reading ---

    def read(self, page: int) -> None:
        """Read one page, in the order of the HTML."""
        self._page, self._tags, self._artifacts = page, self._streams[page]._tags, []
        self._owners.append({})
        for box in self._document.pages[page]._page_box.children:
            if isinstance(box, boxes.MarginBox):
                self._leave_out(box, "/Pagination")
            else:
                self._walk(box, self._root, "")
        for box in list(self._tags):  # nothing that is drawn gets lost
            self._mark(box, self._root.child("P"))
        self._mark_artifacts()

    def _walk(self, box: Box, parent: Node, language: str) -> None:
        if isinstance(box, AbsolutePlaceholder):
            box = box._box
        element, name = box.element, box.element_tag or ""
        node = self._nodes.get((id(element), name)) if element is not None else None
        if isinstance(box, boxes.TextBox):
            self._mark(box, parent)
            return
        if node is None and element is not None and not isinstance(box, boxes.LineBox):
            node = self._made(box, element, name, parent, language)
        if element is not None and "::" not in name:
            language = element.get("lang") or language
        node = node or parent
        if self._is_repeated(box, name):
            self._leave_out(box, "/Pagination")
            return
        self._note_link(box, node)
        if isinstance(box, boxes.ReplacedBox):
            if node.tag == "Figure" and node.alt:
                node.box, node.page = node.box or box, self._page if node.box is None else node.page
                self._mark(box, node)
            else:  # a picture without a text is an ornament
                self._artifacts.append((self._tags.pop(box)["mcid"], "/Layout"))
            return
        for child in box.children:
            self._walk(child, node, language)

    def _made(self, box: Box, element: Any, name: str, parent: Node, language: str) -> Node:
        """The new element for a box, or its parent's if it needs none of its own."""
        plain, _, pseudo = name.partition("::")
        if pseudo == "marker":
            made = self._item(parent).child("Lbl")
        elif pseudo or plain in ("html", "body", "br", "hr"):
            made = parent
        else:
            made = self._element(box, element, plain, parent, language)
        self._nodes[id(element), name] = made
        return made

    def _element(self, box: Box, element: Any, name: str, parent: Node, language: str) -> Node:
        own = element.get("lang") or ""
        different = own if own and own != (language or self._document.metadata.lang) else ""
        tag = self._tag(element, name, parent)
        if tag == "LI" or (tag == "L" and parent.tag == "LI"):
            return _listed(element, tag, parent, different)
        if tag.startswith("H") and tag[1:].isdigit():
            tag = f"H{self._level(int(tag[1:]))}"
        if not tag:
            return self._holder("Span", parent).child("Span", element=element, lang=different) if different else parent
        parent = self._holder(tag, parent)
        made = parent.child(tag, element=element, lang=different)
        if tag == "Note":
            self._notes += 1
            made.id = f"note-{self._notes}"
        elif tag == "Sect":
            made.kind = "notes" if "notes" in _classes(element) else "contents" if name == "nav" else ""
        elif describe := _DESCRIBED.get(tag):
            describe(made, box)
        return made

    def _tag(self, element: Any, name: str, parent: Node) -> str:
        """What an element is; empty if it is only a part of its paragraph."""
        tag = TAGS.get(name, "")
        if name == "p" and "table-title" in _classes(element):
            return "Caption"
        if tag in ("L", "LI") and parent.kind == "notes":
            return "" if tag == "L" else "Note"
        if tag in ("L", "LI") and self._in_contents(parent):
            return "TOC" if tag == "L" else "TOCI"
        return "" if tag == "Link" and not element.get("href") else tag

    def _holder(self, tag: str, parent: Node) -> Node:
        if parent.tag == "LI":
            parent = _body(parent)
        if tag == "Link" and parent.tag == "TOCI":
            return parent.child("Reference")
        if tag in ("Link", "Code", "Span") and parent.tag in _WORDS_IN:
            return _paragraph(parent)
        return parent

    def _item(self, node: Node) -> Node:
        """The point of a list that a marker belongs to."""
        at: Node | None = node
        while at is not None and at.tag not in ("LI", "Note", "TOCI"):
            at = at.parent
        return at or node

    def _in_contents(self, node: Node | None) -> bool:
        return node is not None and (node.kind == "contents" or self._in_contents(node.parent))

    def _level(self, level: int) -> int:
        """The level of a heading, so that none is left out on the way down."""
        self._levels = [above for above in self._levels if above < level] + [level]
        return len(self._levels)

    def _is_repeated(self, box: Box, name: str) -> bool:
        """Whether this is the head or foot of a table, once more on another page or column."""
        if name not in ("thead", "tfoot"):
            return False
        key = id(box.element)
        return self._heads.setdefault(key, id(box)) != id(box) and not isinstance(box, boxes.LineBox)

    def _note_link(self, box: Box, node: Node) -> None:
        if getattr(box, "link_annotation", None) is None:
            return
        if (link := _link(node)) is not None:
            link.annotations.append((self._page, box.link_annotation))

    def _mark(self, box: Box, parent: Node) -> None:
        """Give what is drawn of a box to an element."""
        found = self._tags.pop(box, None)
        if found is None:
            return
        if parent.tag == "LI":
            parent = _body(parent)
        if not (getattr(box, "text", "x").strip() or parent.tag not in _WORDS_IN | _TABLE_PARTS):
            self._artifacts.append((found["mcid"], "/Layout"))
            return
        if parent.tag in _WORDS_IN:
            parent = _paragraph(parent)
        if (link := _link(parent)) is not None:
            link.places.append((self._page, self._place(self._page, box)))
        if _SHAPED.search(getattr(box, "text", "")):
            parent = parent.child("Span", text=box.text)
        parent.kids.append(Mark(self._page, found["mcid"]))
        self._owners[self._page][found["mcid"]] = parent

    def _leave_out(self, box: Box, kind: str) -> None:
        """What is on the page again and again is not part of the text."""
        if isinstance(box, AbsolutePlaceholder):
            box = box._box
        if found := self._tags.pop(box, None):
            self._artifacts.append((found["mcid"], kind))
        for child in getattr(box, "children", ()):
            self._leave_out(child, kind)

    def _mark_artifacts(self) -> None:
        stream = self._streams[self._page].stream
        places = {item["MCID"]: at for at, item in enumerate(stream) if isinstance(item, dict) and "MCID" in item}
        for number, kind in self._artifacts:
            at = places[number]
            stream[at - 1], stream[at] = "/Artifact", pydyf.Dictionary({"Type": kind})

    # --- Writing ---

    def write(self) -> None:
        self._name_glyphs()
        root = pydyf.Dictionary({"Type": "/StructTreeRoot"})
        self._pdf.add_object(root)
        self._prune(self._root)
        for table in _all(self._root, "Table"):
            _relate(table, next(self._tables))
        self._add(self._root, root)
        root["K"] = pydyf.Array([self._root.object.reference])
        numbers = pydyf.Array()
        for page, owners in enumerate(self._owners):
            last = max(owners, default=-1)
            found = [owners[at].object.reference if at in owners else "null" for at in range(last + 1)]
            numbers.extend([page, pydyf.Array(found)])
        links = [(node, annotation) for node in _all(self._root, "Link") for _, annotation in node.annotations]
        for at, (node, annotation) in enumerate(links, len(self._owners)):
            numbers.extend([at, node.object.reference])
            annotation["StructParent"] = at
        for name, tree in {"ParentTree": {"Nums": numbers}, "IDTree": {"Names": self._ids()}}.items():
            made = pydyf.Dictionary(tree)
            self._pdf.add_object(made)
            root[name] = made.reference
        self._pdf.catalog["StructTreeRoot"] = root.reference
        self._pdf.catalog["MarkInfo"] = pydyf.Dictionary({"Marked": "true"})
        shown = {"DisplayDocTitle": "true"}
        if self._document.pages[0]._page_box.children[0].style["direction"] == "rtl":
            shown["Direction"] = "/R2L"
        self._pdf.catalog["ViewerPreferences"] = pydyf.Dictionary(shown)

    def _name_glyphs(self) -> None:
        """Each glyph has to stand for a letter, also the dot of one, which WeasyPrint leaves without."""
        for stream in (one.stream for one in self._pdf.objects if isinstance(one, pydyf.Stream)):
            if stream and stream[0] == b"/CIDInit /ProcSet findresource begin":
                stream[:] = [line[:-2] + b"<200b>" if line.endswith(b" <>") else line for line in stream]

    def _prune(self, node: Node) -> None:
        """Take out what has no content; the cells of a table stay."""
        for kid in list(node.kids):
            if isinstance(kid, Node):
                self._prune(kid)
                if not kid.kids and not kid.annotations and kid.tag not in ("TD", "TH"):
                    node.kids.remove(kid)

    def _add(self, node: Node, parent: Any) -> None:
        """The object of an element and of all below it."""
        first = next((kid.page for kid in node.kids if isinstance(kid, Mark)), node.page)
        pages = self._pdf.page_references
        made = node.object = pydyf.Dictionary({"Type": "/StructElem", "S": f"/{node.tag}", "P": parent.reference})
        self._pdf.add_object(made)
        if any(isinstance(kid, Mark) for kid in node.kids) or node.annotations:
            made["Pg"] = pages[first]
        for key, value in {"Lang": node.lang, "Alt": node.alt, "ActualText": node.text, "ID": node.id}.items():
            if value:
                made[key] = pydyf.String(value)
        if node.box is not None:
            node.attributes = {
                "O": "/Layout",
                "Placement": "/Block",
                "BBox": pydyf.Array(self._place(node.page, node.box)),
            }
        if node.attributes:
            made["A"] = pydyf.Dictionary(node.attributes)
        kids = pydyf.Array()
        for kid in node.kids:
            if isinstance(kid, Node):
                self._add(kid, made)
                kids.append(kid.object.reference)
            elif kid.page == first:
                kids.append(kid.number)
            else:
                kids.append(pydyf.Dictionary({"Type": "/MCR", "Pg": pages[kid.page], "MCID": kid.number}))
        node.annotations = self._joined(node)
        for page, annotation in node.annotations:
            reference = {"Type": "/OBJR", "Obj": annotation.reference, "Pg": pages[page]}
            kids.append(pydyf.Dictionary(reference))
        made["K"] = kids

    def _place(self, number: int, box: Box) -> Rectangle:
        """Where it is seen on its page: what goes beyond the edge, for a printer, is trimmed."""
        page, left, top = self._document.pages[number], box.content_box_x(), box.content_box_y()
        right, bottom = min(left + box.width, page.width), min(top + box.height, page.height)
        corners = (max(left, 0), page.height - bottom, right, page.height - max(top, 0))
        left, low, right, top = (round(0.75 * corner, 2) for corner in corners)
        return left, low, right, top

    def _joined(self, node: Node) -> list[tuple[int, Any]]:
        """The annotations of a link: one for words beside each other, with its name, and printed."""
        name = " ".join("".join(node.element.itertext()).split()) if node.annotations else ""
        joined: list[tuple[int, Any]] = []
        for page, found in groupby(node.annotations, key=lambda one: one[0]):
            areas = _areas(place for at, place in node.places if at == page)
            for number, (_, annotation) in enumerate(found):
                if number >= len(areas):
                    self._forget(page, annotation)
                    continue
                lines = areas[number]
                annotation["Rect"] = pydyf.Array(reduce(_around, lines))
                annotation["Contents"], annotation["F"] = pydyf.String(name), 4
                if len(lines) > 1:
                    annotation["QuadPoints"] = pydyf.Array([corner for line in lines for corner in _corners(line)])
                joined.append((page, annotation))
        return joined

    def _forget(self, page: int, annotation: Any) -> None:
        """Take an annotation from its page."""
        pages = [one for one in self._pdf.objects if isinstance(one, dict) and one.get("Type") == "/Page"]
        pages[page]["Annots"].remove(annotation.reference)
        annotation.clear()

    def _ids(self) -> Any:
        found = {node.id: node.object.reference for node in _all(self._root) if node.id}
        return pydyf.Array([part for key in sorted(found) for part in (pydyf.String(key), found[key])])


# --- Elements ---


def _all(node: Node, tag: str = "") -> Iterator[Node]:
    """An element and all below it, in order; with ``tag`` only those of this kind."""
    if tag in ("", node.tag):
        yield node
    for kid in node.kids:
        if isinstance(kid, Node):
            yield from _all(kid, tag)


def _relate(table: Node, number: int) -> None:
    """Name the headers of each cell of a table."""
    taken: set[tuple[int, int]] = set()
    columns: dict[int, list[str]] = {}
    group: list[str] = []
    """The heading of the rows that follow it."""
    for row, line in enumerate(_all(table, "TR")):
        of_row: list[str] = []
        column = 0
        for cell in (kid for kid in line.kids if isinstance(kid, Node)):
            while (row, column) in taken:
                column += 1
            wide, high = cell.attributes.get("ColSpan", 1), cell.attributes.get("RowSpan", 1)
            places = range(column, column + wide)
            taken.update((row + down, place) for down in range(high) for place in places)
            if cell.tag == "TH":
                cell.id = f"table-{number}-{row}-{column}"
                if cell.element is not None and cell.element.get("scope") == "rowgroup":
                    group = [cell.id]
                    continue
                for into in (
                    [of_row] if cell.attributes["Scope"] == "/Row" else [columns.setdefault(at, []) for at in places]
                ):
                    into.append(cell.id)
            elif headers := [*group, *of_row, *(name for place in places for name in columns.get(place, ()))]:
                cell.attributes["Headers"] = pydyf.Array([pydyf.String(name) for name in headers])
            column += wide


def _link(node: Node | None) -> Node | None:
    """The link that an element is, or is in."""
    while node is not None and node.tag != "Link":
        node = node.parent
    return node


def _body(item: Node) -> Node:
    """The body of a point of a list."""
    last = item.kids[-1] if item.kids else None
    return last if isinstance(last, Node) and last.tag == "LBody" else item.child("LBody")


def _paragraph(parent: Node) -> Node:
    """The paragraph for words that stand directly in an element; it goes on as long as nothing comes between."""
    last = parent.kids[-1] if parent.kids else None
    return last if isinstance(last, Node) and last.tag == "P" and last.element is None else parent.child("P")


def _listed(element: Any, tag: str, parent: Node, language: str) -> Node:
    """A point of a list, whose text is its body; and a list in a point, which is in the body, too."""
    if tag == "LI":
        return (parent if parent.tag == "L" else parent.child("L")).child("LI", element=element, lang=language)
    return _body(parent).child("L", element=element, lang=language)


def _classes(element: Any) -> list[str]:
    return (element.get("class") or "").split()


def _describe_figure(node: Node, box: Box) -> None:
    """Its alt text, or a drawing's title."""
    if node.element.tag == _SVG:
        title = node.element.find("{http://www.w3.org/2000/svg}title")
        node.alt = (title.text or "").strip() if title is not None else ""
    else:
        node.alt = str(node.element.get("alt") or "").strip()


def _describe_list(node: Node, box: Box) -> None:
    plain = "/None" if box.style["list_style_type"] == "none" else "/Disc"
    node.attributes = {"O": "/List", "ListNumbering": "/Decimal" if box.element_tag == "ol" else plain}


def _describe_cell(node: Node, box: Box) -> None:
    node.attributes = {"O": "/Table"}
    if box.colspan != 1:
        node.attributes["ColSpan"] = box.colspan
    if box.rowspan != 1:
        node.attributes["RowSpan"] = box.rowspan
    if node.tag == "TH":
        node.attributes["Scope"] = "/Row" if node.element.get("scope") in ("row", "rowgroup") else "/Column"


_DESCRIBED: Mapping[str, Callable[[Node, Box], None]] = {
    "Figure": _describe_figure,
    "L": _describe_list,
    "TH": _describe_cell,
    "TD": _describe_cell,
}


# --- Rectangles, as PDF has them ---


def _areas(places: Iterable[Rectangle]) -> list[list[Rectangle]]:
    """The lines that are beside each other, each as one rectangle; what is farther off is another area."""
    areas: list[list[Rectangle]] = []
    for place in places:
        if not areas or not _beside(areas[-1][-1], place):
            areas.append([place])
        elif abs(areas[-1][-1][1] - place[1]) < _NEAR:  # on the same line
            areas[-1][-1] = _around(areas[-1][-1], place)
        else:
            areas[-1].append(place)
    return areas


def _beside(one: Rectangle, other: Rectangle) -> bool:
    """Whether one is on the line of the other, or on the next line of the same column."""
    aside = max(one[0], other[0]) - min(one[2], other[2])
    above = max(one[1], other[1]) - min(one[3], other[3])
    return above <= _NEAR and (aside <= _NEAR or abs(one[1] - other[1]) < _NEAR)


def _around(one: Rectangle, other: Rectangle) -> Rectangle:
    return min(one[0], other[0]), min(one[1], other[1]), max(one[2], other[2]), max(one[3], other[3])


def _corners(rectangle: Rectangle) -> tuple[float, ...]:
    left, low, right, high = rectangle
    return left, high, right, high, left, low, right, low
