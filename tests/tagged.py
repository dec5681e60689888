"""A walk over a PDF's structure and its marked content: what PDF/UA-1 asks for and pdfua does not look at."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from io import BytesIO
from typing import Any

import pikepdf

CHILDREN = {
    "L": {"LI", "Caption"},
    "LI": {"Lbl", "LBody"},
    "TOC": {"TOCI", "TOC", "Caption"},
    "TOCI": {"Lbl", "Reference", "P", "NonStruct", "TOC"},
    "Table": {"THead", "TBody", "TFoot", "TR", "Caption"},
    "THead": {"TR"},
    "TBody": {"TR"},
    "TFoot": {"TR"},
    "TR": {"TH", "TD"},
    "Document": {"Part", "Art", "Sect", "Div", "P", "H1"},
}
"""What may stand in an element, and no words in any of these."""
PARENTS = {"LI": {"L"}, "Lbl": {"LI", "Note", "TOCI"}, "LBody": {"LI"}, "TR": {"Table", "THead", "TBody", "TFoot"}}
STANDARD = {
    *("Document", "Part", "Art", "Sect", "Div", "BlockQuote", "Caption", "TOC", "TOCI", "P", "H1", "H2", "H3", "H4"),
    *("H5", "H6", "L", "LI", "Lbl", "LBody", "Table", "TR", "TH", "TD", "THead", "TBody", "TFoot", "Span", "Reference"),
    *("Note", "Code", "Link", "Figure"),
}
PAINTING = {"Tj", "TJ", "'", '"', "f", "F", "f*", "B", "B*", "b", "b*", "S", "s", "Do", "sh", "INLINE IMAGE"}


@dataclass
class Element:
    """An element of the structure."""

    tag: str
    object: Any
    kids: list[Element | str] = field(default_factory=list)
    """Elements and words, in order."""
    start: float = 0.0
    """Where its first words begin, in points from the left edge of the page."""
    glyphs: str = ""
    """Its own words as they stand from left to right."""

    def all(self, *tags: str) -> list[Element]:
        found = [self] if not tags or self.tag in tags else []
        return found + [one for kid in self.kids if isinstance(kid, Element) for one in kid.all(*tags)]

    @property
    def text(self) -> str:
        if said := str(self.object.get("/ActualText", "")):
            return said
        parts = [kid if isinstance(kid, str) else kid.text for kid in self.kids]
        return re.sub(r"\s+", " ", "".join(parts))

    def outline(self) -> str:
        """The tags, as ``L(LI(Lbl LBody))``; a run of the same is written once."""
        inner = [kid.outline() for kid in self.kids if isinstance(kid, Element)]
        runs = [part for at, part in enumerate(inner) if at == 0 or inner[at - 1] != part]
        return f"{self.tag}({' '.join(runs)})" if runs else self.tag


class Tagged:
    """A PDF with its structure. ``faults`` are what is wrong with it."""

    def __init__(self, document: bytes) -> None:
        self.pdf = pikepdf.open(BytesIO(document))
        check = getattr(self.pdf, "check_pdf_syntax", None) or self.pdf.check
        self._starts: dict[tuple[int, int], float] = {}
        """Where the first glyph of each mark is, in points from the left."""
        self.faults: list[str] = [str(fault) for fault in check()]
        self._content = [self._marks(number, page) for number, page in enumerate(self.pdf.pages)]
        self._pages = {page.obj.objgen: at for at, page in enumerate(self.pdf.pages)}
        self._used: set[tuple[int, int]] = set()
        self._links: set[tuple[int, int]] = set()
        tree = self.pdf.Root.StructTreeRoot
        self._owners = dict(_pairs(tree.ParentTree))
        self._ids = {str(key) for key, _ in _pairs(tree.IDTree)}
        (top,) = tree.K
        self.root = self._read(top, None)
        self._check_content()
        self._check_links()
        self._check_elements()
        self._check_catalog()

    # --- The pages ---

    def _marks(self, number: int, page: Any) -> dict[int, str]:
        """The words of each mark of a page."""
        fonts = {name: _decoder(font) for name, font in page.Resources.Font.items()}
        words: dict[int, str] = {}
        stack: list[int | str] = []
        decode = fonts[next(iter(fonts))]
        for instruction in pikepdf.parse_content_stream(page):
            operator = str(instruction.operator)
            operands = list(instruction.operands)
            if operator in ("BDC", "BMC"):
                marked = operator == "BDC" and "/MCID" in operands[1]
                self._begin(number, int(operands[1]["/MCID"]) if marked else str(operands[0]), stack, words)
            elif operator == "EMC":
                stack.pop()
            elif operator == "Tm" and stack and isinstance(stack[-1], int):
                self._starts.setdefault((number, stack[-1]), float(operands[4]) * 0.75)
            elif operator == "Tf":
                decode = fonts[str(operands[0])]
            elif operator in PAINTING and not stack:
                self.faults.append(f"page {number}: {operator} paints neither text nor artifact")
            elif operator in ("Tj", "TJ") and isinstance(stack[-1], int):
                shown = operands[0] if operator == "TJ" else operands
                words[stack[-1]] += "".join(decode(bytes(one)) for one in shown if isinstance(one, pikepdf.String))
        return words

    def _begin(self, page: int, mark: int | str, stack: list[int | str], words: dict[int, str]) -> None:
        if stack or mark in words:
            self.faults.append(f"page {page}: the mark {mark} is there twice, or within another")
        if isinstance(mark, int):
            words.setdefault(mark, "")
        elif mark != "/Artifact":
            self.faults.append(f"page {page}: {mark} is neither text nor artifact")
        stack.append(mark)

    # --- The structure ---

    def _read(self, found: Any, page: int | None) -> Element:
        made = Element(str(found.S).lstrip("/"), found)
        starts: list[float] = []
        page = self._pages[found.Pg.objgen] if "/Pg" in found else page
        for kid in _kids(found):
            if isinstance(kid, int):
                made.kids.append(self._words(found, page, kid))
                starts.append(self._starts.get((page or 0, kid), 0.0))
            elif kid.get("/Type") == "/MCR":
                made.kids.append(self._words(found, self._pages[kid.Pg.objgen], int(kid.MCID)))
            elif kid.get("/Type") == "/OBJR":
                self._links.add(kid.Obj.objgen)
                if self._owners[int(kid.Obj.StructParent)].objgen != found.objgen or made.tag != "Link":
                    self.faults.append(f"a {made.tag} has an annotation of another element")
            else:
                if kid.P.objgen != found.objgen:
                    self.faults.append(f"a {kid.S} does not know its parent")
                inner = self._read(kid, page)
                made.kids.append(inner)
                starts.append(inner.start)
        made.glyphs = "".join(kid for kid in made.kids if isinstance(kid, str))
        made.start = starts[0] if starts else 0.0
        return made

    def _words(self, owner: Any, page: int | None, number: int) -> str:
        assert page is not None
        if (page, number) in self._used:
            self.faults.append(f"page {page}: mark {number} has two elements")
        self._used.add((page, number))
        if self._owners[page][number].objgen != owner.objgen:
            self.faults.append(f"page {page}: mark {number} has another element in the tree of parents")
        return self._content[page].get(number, "")

    # --- Faults ---

    def _check_content(self) -> None:
        there = {(page, number) for page, marks in enumerate(self._content) for number in marks}
        self.faults += [f"page {page}: mark {number} is in no element" for page, number in sorted(there - self._used)]
        self.faults += [f"page {page}: there is no mark {number}" for page, number in sorted(self._used - there)]

    def _check_links(self) -> None:
        for number, page in enumerate(self.pdf.pages):
            if page.obj.get("/Tabs") != "/S":
                self.faults.append(f"page {number}: annotations are not in the order of the structure")
            for link in page.obj.get("/Annots", ()):
                where = f"page {number}: the link {str(link.get('/Contents', ''))!r}"
                if link.objgen not in self._links:
                    self.faults.append(f"{where} is in no element")
                if not str(link.get("/Contents", "")).strip() or int(link.get("/F", 0)) != 4:
                    self.faults.append(f"{where} has no name or is not printed")
                if not _within(link.Rect, page.mediabox):
                    self.faults.append(f"{where} is off the page")

    def _check_elements(self) -> None:
        level = 0
        for element in self.root.all():
            tag, names = element.tag, {kid.tag for kid in element.kids if isinstance(kid, Element)}
            if tag not in STANDARD:
                self.faults.append(f"{tag} is no type of PDF 1.7")
            if not element.kids and tag not in ("TD", "TH"):
                self.faults.append(f"a {tag} is empty")
            if tag in CHILDREN and (names - CHILDREN[tag] or any(isinstance(kid, str) for kid in element.kids)):
                self.faults.append(f"a {tag} has words, or {', '.join(sorted(names - CHILDREN[tag]))}")
            self.faults += [
                f"a {kid} is in a {tag}" for kid in sorted(names) if kid in PARENTS and tag not in PARENTS[kid]
            ]
            if re.fullmatch("H[1-6]", tag):
                if int(tag[1]) > level + 1:
                    self.faults.append(f"{tag} {element.text!r} follows H{level}")
                level = int(tag[1])
            self._check_attributes(element)

    def _check_attributes(self, element: Element) -> None:
        tag, found = element.tag, element.object
        attributes = found.get("/A", {})
        if tag == "Figure" and not (str(found.get("/Alt", "")) and self._is_placed(found)):
            self.faults.append(f"the figure {str(found.get('/Alt', ''))!r} has no text or no place")
        if tag == "TH" and (attributes.get("/Scope") not in ("/Column", "/Row") or "/ID" not in found):
            self.faults.append(f"the header {element.text!r} has no scope")
        if tag == "Note" and str(found.get("/ID", "")) not in self._ids:
            self.faults.append(f"the note {element.text!r} has no name")
        for name in attributes.get("/Headers", ()):
            if str(name) not in self._ids:
                self.faults.append(f"the cell {element.text!r} has a header {name} that is not there")

    def _is_placed(self, found: Any) -> bool:
        box = found.get("/A", {}).get("/BBox")
        return box is not None and _within(box, self.pdf.pages[self._pages[found.Pg.objgen]].mediabox)

    def _check_catalog(self) -> None:
        root = self.pdf.Root
        shown = root.get("/ViewerPreferences", {}).get("/DisplayDocTitle")
        if not (shown and root.MarkInfo.Marked and str(root.Lang) and str(self.pdf.docinfo["/Title"])):
            self.faults.append("the document has no language, or does not show its title")
        with self.pdf.open_metadata() as about:
            if about.get("pdfuaid:part") != "1" or not about.get("dc:title"):
                self.faults.append("the metadata do not say that this is PDF/UA-1")


def _kids(found: Any) -> Iterator[Any]:
    kids = found.get("/K", [])
    yield from kids if isinstance(kids, pikepdf.Array) else [kids]


def _pairs(tree: Any) -> Iterator[tuple[Any, Any]]:
    """The keys and values of a number tree or name tree of one node."""
    entries = list(tree.get("/Nums", tree.get("/Names", [])))
    yield from zip(entries[::2], entries[1::2], strict=True)


def _within(box: Any, page: Any) -> bool:
    left, low, right, high = (float(one) for one in box)
    return (
        float(page[0]) - 1 <= left < right <= float(page[2]) + 1
        and float(page[1]) - 1 <= low < high <= float(page[3]) + 1
    )


def _decoder(font: Any) -> Any:
    """A function from the bytes of a string to its text."""
    mapped = font.ToUnicode.read_bytes().decode("latin-1")
    table = {
        int(code, 16): bytes.fromhex(text).decode("utf-16-be")
        for code, text in re.findall(r"<([0-9a-fA-F]{4})>\s*<([0-9a-fA-F]+)>", mapped.partition("beginbfchar")[2])
    }
    return lambda data: "".join(table.get(int.from_bytes(data[at : at + 2]), "\ufffd") for at in range(0, len(data), 2))
