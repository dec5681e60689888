"""A logo as SVG: only shapes and their paint are let through; whatever could run, load or set text is a fault (D2)."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any, NamedTuple, TypeAlias

import lxml.etree

from mailer.errors import ConfigError

MAX_BYTES = 200_000
MAX_ELEMENTS = 2_000
MAX_DEPTH = 32
MAX_USES = 200

Element: TypeAlias = Any
"""One of lxml, whose types say little."""

_SVG = "http://www.w3.org/2000/svg"
_XLINK = "{http://www.w3.org/1999/xlink}href"
_SHAPES = {"svg", "g", "path", "rect", "circle", "ellipse", "line", "polyline", "polygon", "use"}
_PAINT = {"defs", "symbol", "linearGradient", "radialGradient", "stop", "clipPath"}
_SILENT = {"title", "desc", "metadata"}
"""Elements that draw nothing, and are left out."""
_ATTRIBUTES = {
    *("id", "d", "x", "y", "width", "height", "rx", "ry", "cx", "cy", "r", "x1", "y1", "x2", "y2", "points", "viewBox"),
    *("transform", "fill", "fill-opacity", "fill-rule", "stroke", "stroke-width", "stroke-linecap", "stroke-linejoin"),
    *("stroke-miterlimit", "stroke-dasharray", "stroke-dashoffset", "stroke-opacity", "opacity", "color", "clip-rule"),
    *("clip-path", "clipPathUnits", "offset", "stop-color", "stop-opacity", "gradientUnits", "gradientTransform"),
    *("spreadMethod", "fx", "fy", "fr", "href", "preserveAspectRatio", "display", "visibility"),
}
_VALUE = re.compile(r"[\w\s.,;:%+\-#()!'/]*")
_LINK = re.compile(r"url\(\s*#[\w.-]+\s*\)")
_OWN = re.compile(r"#[\w.-]+")
_SIZE = re.compile(r"\s*([0-9.]+(?:[eE][+-]?[0-9]+)?)\s*(?:px|pt|mm|cm|in)?\s*")
_EXPORT = "export it from the drawing program as plain SVG"


class SafeSvg(NamedTuple):
    """A drawing of which nothing is left but shapes."""

    data: bytes
    width: float
    """In units of its own; only the proportion to ``height`` means anything."""
    height: float


def safe_svg(name: str, data: bytes) -> SafeSvg:
    """Raises ConfigError with every fault of the file, each as ``name:line: what is wrong, and what to do``."""
    root = _parsed(name, data)
    faults = list(_faults(root))
    size = _size(root)
    if size is None:
        faults.append((1, "the drawing has no size; give the outermost element a viewBox"))
    if faults or size is None:
        raise ConfigError([f"{name}:{line}: {what}" for line, what in faults[:10]])
    return SafeSvg(lxml.etree.tostring(_copied(root)), *size)


def _parsed(name: str, data: bytes) -> Element:
    if len(data) > MAX_BYTES:
        raise ConfigError([f"{name}: the drawing has more than {MAX_BYTES // 1000} KB; simplify it"])
    parser = lxml.etree.XMLParser(
        resolve_entities=False, no_network=True, load_dtd=False, remove_comments=True, remove_pis=True
    )
    try:
        root = lxml.etree.fromstring(data, parser)
    except (lxml.etree.XMLSyntaxError, ValueError) as fault:
        line = getattr(fault, "lineno", None) or 1
        raise ConfigError([f"{name}:{line}: the drawing is not well-formed; {_EXPORT}"]) from None
    if root.getroottree().docinfo.internalDTD is not None and b"<!ENTITY" in data:
        raise ConfigError([f"{name}:1: the drawing defines entities; {_EXPORT}"])
    if root.tag != f"{{{_SVG}}}svg":
        raise ConfigError([f"{name}:1: the file is no SVG drawing; {_EXPORT}"])
    return root


def _faults(root: Element) -> Iterator[tuple[int, str]]:
    """Each with its line."""
    uses = 0
    for count, element in enumerate(root.iter(), start=1):
        line = element.sourceline or 1
        if count > MAX_ELEMENTS:
            yield line, f"the drawing has more than {MAX_ELEMENTS} elements; simplify it"
            return
        if not isinstance(element.tag, str):
            yield line, f"the drawing has an entity; {_EXPORT}"
            continue
        tag = lxml.etree.QName(element)
        if tag.namespace != _SVG or tag.localname in _SILENT or _is_inside_silent(element):
            continue
        if sum(1 for _ in element.iterancestors()) > MAX_DEPTH:
            yield line, f"the drawing has more than {MAX_DEPTH} groups in one another; simplify it"
            return
        if tag.localname not in _SHAPES | _PAINT:
            yield line, f"<{tag.localname}> is not allowed in a logo; {_cure(tag.localname)}"
            continue
        uses += tag.localname == "use"
        if uses > MAX_USES:
            yield line, f"the drawing repeats more than {MAX_USES} shapes; simplify it"
            return
        yield from ((line, what) for what in _attribute_faults(element))


def _cure(tag: str) -> str:
    if tag in ("text", "tspan", "textPath"):
        return "convert the text to paths"
    if tag == "style":
        return "export it with presentation attributes instead of a style sheet"
    if tag in ("image", "foreignObject"):
        return "it must be drawn, or be a PNG instead"
    return _EXPORT


def _attribute_faults(element: Element) -> Iterator[str]:
    for name, value in _attributes(element):
        if name.lower().startswith("on"):
            yield f"{name} would run a script; {_EXPORT}"
        elif name in ("href", _XLINK):
            if not _OWN.fullmatch(value.strip()):
                yield f"href {value[:40]!r} leads out of the drawing; {_EXPORT}"
            elif lxml.etree.QName(element).localname == "use" and _repeats_a_repetition(element, value.strip()[1:]):
                yield "<use> of something that has <use> in it; simplify the drawing"
        elif name in _ATTRIBUTES and name != "d" and not _VALUE.fullmatch(_LINK.sub("", value)):
            yield f"{name} = {value[:40]!r} is not allowed in a logo; {_EXPORT}"
        elif name in _ATTRIBUTES and "url(" in _LINK.sub("", value).lower():
            yield f"{name} = {value[:40]!r} leads out of the drawing; {_EXPORT}"


def _repeats_a_repetition(element: Element, wanted: str) -> bool:
    root = element.getroottree().getroot()
    named = next((one for one in root.iter() if isinstance(one.tag, str) and one.get("id") == wanted), None)
    return named is not None and (named.tag == f"{{{_SVG}}}use" or named.find(f".//{{{_SVG}}}use") is not None)


def _attributes(element: Element) -> Iterator[tuple[str, str]]:
    """The attributes, and the properties of ``style``, which mean the same."""
    for name, value in element.attrib.items():
        if str(name) != "style":
            yield str(name), str(value)
    for declaration in str(element.get("style", "")).split(";"):
        name, colon, value = declaration.partition(":")
        if colon:
            yield name.strip(), value.strip()


def _is_inside_silent(element: Element) -> bool:
    return any(
        isinstance(above.tag, str)
        and (lxml.etree.QName(above).namespace != _SVG or lxml.etree.QName(above).localname in _SILENT)
        for above in element.iterancestors()
    )


def _size(root: Element) -> tuple[float, float] | None:
    """The width and height of its viewBox, or of its attributes; None if it has none."""
    try:
        box = [float(number) for number in str(root.get("viewBox", "")).replace(",", " ").split()]
        sides = box[2:] if len(box) == 4 else [_length(root.get(side, "")) for side in ("width", "height")]
    except (ValueError, TypeError):
        return None
    width, height = sides
    return (width, height) if 0 < width < 1e6 and 0 < height < 1e6 else None


def _length(text: str) -> float:
    found = _SIZE.fullmatch(text)
    return float(found[1]) if found else 0


def _copied(element: Element) -> Element:
    """The element with what is allowed of it, and of what is in it."""
    made = lxml.etree.Element(str(element.tag), nsmap={None: _SVG})  # type: ignore[dict-item]  # the stubs lack this
    for name, value in _attributes(element):
        if name == _XLINK:
            made.set("href", value.strip())
        elif name in _ATTRIBUTES:
            made.set(name, value)
    for child in element:
        tag = lxml.etree.QName(child) if isinstance(child.tag, str) else None
        if tag and tag.namespace == _SVG and tag.localname in _SHAPES | _PAINT:
            made.append(_copied(child))
    return made
