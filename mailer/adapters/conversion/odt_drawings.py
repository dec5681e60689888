"""Pictures, text boxes, formulas and objects in an .odt (ISO/IEC 26300-1, 10)."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Callable, Iterator

from lxml import etree

from mailer.adapters.conversion.document import Block, Box, Losses, Picture, Piece
from mailer.adapters.conversion.formulas import text as formula_text
from mailer.adapters.conversion.formulas import words as formula_words
from mailer.adapters.conversion.odt_styles import DRAW, FO, SVG, TEXT, XLINK, Styles
from mailer.adapters.conversion.pictures import LEAST_CROP, MAX_BYTES, WHOLE, Crop, inches, printable
from mailer.adapters.packed_xml import Archive, Refused

_MATH = "{http://www.w3.org/1998/Math/MathML}math"
_CLIP = re.compile(r"rect\(\s*([^,\s]+)[,\s]+([^,\s]+)[,\s]+([^,\s]+)[,\s]+([^,\s)]+)\s*\)")
_UNITS = {"in": 1.0, "cm": 1 / 2.54, "mm": 1 / 25.4, "pt": 1 / 72, "pc": 1 / 6, "px": 1 / 96}

Read = Callable[[etree._Element], list[Block]]


class Drawings:
    """What is drawn. ``read`` reads the blocks in a text box."""

    def __init__(self, archive: Archive, styles: Styles, losses: Losses, read: Read) -> None:
        self._archive, self._styles, self._losses, self._read = archive, styles, losses, read

    def read(self, element: etree._Element) -> tuple[list[Block], list[Piece]]:
        """The blocks of a drawing, and the words of formulas, which stand in the line."""
        pieces: list[Piece] = []
        return list(self._blocks(element, pieces)), pieces

    def _blocks(self, element: etree._Element, pieces: list[Piece]) -> Iterator[Block]:
        if element.tag == f"{DRAW}frame":
            yield from self._frame(element, pieces)
        elif element.tag in (f"{DRAW}g", f"{DRAW}a"):
            for child in element:
                if str(child.tag).startswith(DRAW):
                    yield from self._blocks(child, pieces)
        elif element.tag == f"{DRAW}control":
            self._losses.add("object", str(element.get(f"{DRAW}name", "")))
        elif any("".join(map(str, one.itertext())).strip() for one in element.iter(f"{TEXT}p")):
            yield Box(self._read(element))  # a shape with words
        else:
            self._losses.add("drawing", _described(element))

    def _frame(self, frame: etree._Element, pieces: list[Piece]) -> Iterator[Block]:
        for child in frame:
            name = etree.QName(child).localname if str(child.tag).startswith(DRAW) else ""
            if name == "text-box":
                yield Box(self._read(child))
            elif name == "image":
                yield from self._image(child, frame)
            elif name == "object":
                yield from self._object(child, frame, pieces)
            elif name in ("object-ole", "applet", "plugin", "floating-frame"):
                yield from self._replaced(frame)
            else:
                continue
            return  # what follows is there for programs that cannot show it

    def _object(self, element: etree._Element, frame: etree._Element, pieces: list[Piece]) -> Iterator[Block]:
        folder = posixpath.normpath(str(element.get(f"{XLINK}href", "")))
        content = f"{folder}/content.xml"
        formula = element.find(_MATH)
        if formula is None and content in self._archive.names:
            root = self._archive.tree(content)
            formula = root if root.tag == _MATH else None
        if formula is None:
            yield from self._replaced(frame)
            return
        self._losses.add("formula", formula_text(formula))
        pieces += formula_words(formula)

    def _replaced(self, frame: etree._Element) -> Iterator[Picture]:
        """An object by the picture that stands for it, if it can be printed."""
        what = _described(frame) or str(frame.get(f"{DRAW}name", ""))
        for image in frame.iter(f"{DRAW}image"):
            name = posixpath.normpath(str(image.get(f"{XLINK}href", "")))
            if data := self._printable(name, WHOLE):
                self._losses.add("object picture", what)
                yield Picture(data, _described(frame))
                return
        self._losses.add("object", what)

    def _image(self, image: etree._Element, frame: etree._Element) -> Iterator[Picture]:
        href, alt = str(image.get(f"{XLINK}href", "")), _described(frame)
        name = posixpath.normpath(href)
        if name not in self._archive.names:
            self._losses.add("picture elsewhere" if ":" in href or href.startswith("..") else "picture", href or alt)
            return
        clip = self._styles.property(
            "graphic", str(frame.get(f"{DRAW}style-name", "")), "graphic-properties", f"{FO}clip"
        )
        crop = self._crop(name, clip)
        if data := self._printable(name, crop):
            if max(crop) > LEAST_CROP:
                self._losses.add("cropped")
            yield Picture(data, alt)
        else:
            self._losses.add("picture", alt or name.rpartition("/")[2])

    def _crop(self, name: str, clip: str) -> Crop:
        """The parts that are cut off, which the document has as lengths: top, right, bottom, left."""
        found = _CLIP.fullmatch(clip)
        lengths = [_length(one) for one in found.groups()] if found else []
        if not lengths or max(lengths) <= 0:
            return WHOLE
        width, height = inches(self._data(name))
        if not width or not height:
            return WHOLE
        top, right, bottom, left = lengths
        return Crop(left / width, top / height, right / width, bottom / height)

    def _printable(self, name: str, crop: Crop) -> bytes | None:
        return printable(self._data(name), crop)

    def _data(self, name: str) -> bytes:
        try:
            return self._archive.data(name, MAX_BYTES) if name in self._archive.names else b""
        except Refused:
            return b""


def _described(element: etree._Element) -> str:
    return (element.findtext(f"{SVG}desc") or element.findtext(f"{SVG}title") or "").strip()


def _length(text: str) -> float:
    """A length in inches; 0 for ``auto``."""
    found = re.fullmatch(r"(-?\d{1,6}(?:\.\d{1,10})?)([a-z]{2})", text)
    return max(float(found[1]) * _UNITS.get(found[2], 0.0), 0.0) if found else 0.0
