"""Pictures, text boxes and objects in a .docx (DrawingML and VML)."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping

from lxml import etree

from mailer.adapters.conversion.document import Block, Box, Kind, Losses, Paragraph, Picture, Words
from mailer.adapters.conversion.docx_package import Target
from mailer.adapters.conversion.docx_runs import MARKUP
from mailer.adapters.conversion.docx_styles import W
from mailer.adapters.conversion.pictures import LEAST_CROP, MAX_BYTES, WHOLE, Crop, printable
from mailer.adapters.packed_xml import Archive, Refused

_R = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}"
_OFFICE = "{urn:schemas-microsoft-com:office:office}"
_A = "{http://schemas.openxmlformats.org/drawingml/2006/main}"

Read = Callable[[etree._Element], list[Block]]


def chosen(element: etree._Element) -> list[etree._Element]:
    """What is inside the first alternative that we know, which is the first one."""
    for name in ("Choice", "Fallback"):
        found = element.find(f"{MARKUP}{name}")
        if found is not None and len(found):
            return list(found)
    return []


def is_drawing(element: etree._Element) -> bool:
    """Whether alternatives are drawings."""
    return any(one.tag in (f"{W}drawing", f"{W}pict", f"{W}object") for one in chosen(element))


def blocks(
    element: etree._Element, archive: Archive, targets: Mapping[str, Target], losses: Losses, read: Read
) -> list[Block]:
    """The pictures, and the text boxes as boxes; ``read`` reads what is in one."""
    return list(_Drawing(archive, targets, losses, read).blocks(element, ""))


def _name(element: etree._Element) -> str:
    return etree.QName(element).localname if isinstance(element.tag, str) else ""


class _Drawing:
    def __init__(self, archive: Archive, targets: Mapping[str, Target], losses: Losses, read: Read) -> None:
        self._archive, self._targets, self._losses, self._read = archive, targets, losses, read

    def blocks(self, element: etree._Element, alt: str) -> Iterator[Block]:
        """``alt``: what the drawing says of itself."""
        name = _name(element)
        if element.tag == f"{MARKUP}AlternateContent":
            for one in chosen(element):
                yield from self.blocks(one, alt)
        elif name == "txbxContent":
            yield Box(self._read(element))
        elif name == "pic":
            yield from self._picture(element, alt)
        elif name == "imagedata":
            yield from self._vml(element, alt)
        elif name in ("chart", "relIds", "OLEObject", "control"):
            self._losses.add("object", alt or str(element.get("ProgID", "")) or name)
        elif name == "textpath":
            yield Paragraph([Words(str(element.get("string", "")))])
        elif name == "rect" and element.get(f"{_OFFICE}hr") == "t":
            yield Paragraph([], Kind.RULE)
        else:
            yield from self._inside(element, alt)

    def _inside(self, element: etree._Element, alt: str) -> Iterator[Block]:
        about = next((one for one in element if _name(one) == "docPr"), None)
        own = _described(about) if about is not None else str(element.get("alt", ""))
        found = [block for child in element for block in self.blocks(child, own or alt)]
        if _name(element) in ("wsp", "wgp") and not found:
            self._losses.add("drawing", own or alt)
        yield from found

    def _picture(self, element: etree._Element, alt: str) -> Iterator[Picture]:
        blip = next(element.iter(f"{_A}blip"), None)
        cut = next(element.iter(f"{_A}srcRect"), None)
        crop = WHOLE
        if cut is not None:
            crop = Crop(*(_part(str(cut.get(edge, "0"))) for edge in ("l", "t", "r", "b")))
        own = next((_described(one) for one in element.iter() if _name(one) == "cNvPr"), "")
        if blip is not None:
            by = str(blip.get(f"{_R}embed", "")) or str(blip.get(f"{_R}link", ""))
            yield from self._loaded(by, alt or own, crop)

    def _vml(self, element: etree._Element, alt: str) -> Iterator[Picture]:
        crop = Crop(*(_fraction(str(element.get(f"crop{edge}", "0"))) for edge in ("left", "top", "right", "bottom")))
        by = str(element.get(f"{_R}id", "")) or str(element.get(f"{_R}pict", ""))
        yield from self._loaded(by, alt or str(element.get(f"{_OFFICE}title", "")), crop)

    def _loaded(self, by: str, alt: str, crop: Crop) -> Iterator[Picture]:
        target = self._targets.get(by)
        if target is None:
            self._losses.add("picture", alt)
        elif target.outside:
            self._losses.add("picture elsewhere", target.name)
        elif data := self._printable(target.name, crop):
            if max(crop) > LEAST_CROP:
                self._losses.add("cropped")
            yield Picture(data, alt)
        else:
            self._losses.add("picture", alt or target.name.rpartition("/")[2])

    def _printable(self, name: str, crop: Crop) -> bytes | None:
        try:
            return printable(self._archive.data(name, MAX_BYTES), crop)
        except Refused:
            return None


def _described(element: etree._Element) -> str:
    return str(element.get("descr", "") or element.get("title", ""))


def _part(text: str) -> float:
    """A part of a width in thousandths of a per cent."""
    try:
        return max(float(text.rstrip("%")) / (100 if text.endswith("%") else 100_000), 0.0)
    except ValueError:
        return 0.0


def _fraction(text: str) -> float:
    """A part of a width as VML has it: ``0.1``, or ``6554f`` of 65,536."""
    try:
        return max(float(text[:-1]) / 65_536 if text.endswith("f") else float(text), 0.0)
    except ValueError:
        return 0.0
