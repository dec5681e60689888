"""The styles of an .odt (ISO/IEC 26300-1, 16 and 20)."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import NamedTuple

from lxml import etree

from mailer.adapters.conversion.document import Kind

_URN = "urn:oasis:names:tc:opendocument:xmlns:"
OFFICE, TEXT, TABLE, STYLE, DRAW = (f"{{{_URN}{name}:1.0}}" for name in ("office", "text", "table", "style", "drawing"))
FO, SVG = (f"{{{_URN}{name}-compatible:1.0}}" for name in ("xsl-fo", "svg"))
XLINK = "{http://www.w3.org/1999/xlink}"
DC = "{http://purl.org/dc/elements/1.1/}"
MAX_CHAIN = 20
"""How many styles are looked at that are based on one another."""

_HEADING = re.compile(r"Heading_20_(\d{1,2})")
_KINDS: Mapping[str, Kind] = {
    "Title": Kind.TITLE,
    "Quotations": Kind.QUOTE,
    "Preformatted_20_Text": Kind.CODE,
    "Horizontal_20_Line": Kind.RULE,
    **dict.fromkeys(("Caption", "Illustration", "Table", "Figure", "Drawing"), Kind.CAPTION),
}
"""What a paragraph of a style is, by the style's name, which is the same in every language of LibreOffice."""


class Look(NamedTuple):
    """How words look. None: as what is around them."""

    bold: bool | None = None
    italic: bool | None = None
    struck: bool | None = None
    raised: int | None = None
    """1 above the line, -1 below it, 0 on it."""
    hidden: bool | None = None
    lost: frozenset[str] = frozenset()
    """Kinds of looks that are not carried over."""

    def within(self, outer: Look) -> Look:
        """This look where it says something, else the one around it."""
        return Look(
            outer.bold if self.bold is None else self.bold,
            outer.italic if self.italic is None else self.italic,
            outer.struck if self.struck is None else self.struck,
            outer.raised if self.raised is None else self.raised,
            outer.hidden if self.hidden is None else self.hidden,
            self.lost | outer.lost,
        )

    @property
    def tags(self) -> tuple[str, ...]:
        named = (("strong", self.bold), ("em", self.italic), ("s", self.struck))
        raised = {1: ("sup",), -1: ("sub",)}.get(self.raised or 0, ())
        return (*(tag for tag, on in named if on), *raised)


class ListLevel(NamedTuple):
    """How the points of a list look at one depth."""

    bullet: bool
    lettered: bool
    shown: bool
    start: int


_BULLET = ListLevel(True, False, True, 1)


class Styles:
    """All styles of a document, by family and name."""

    def __init__(self, roots: Iterable[etree._Element]) -> None:
        self._styles: dict[tuple[str, str], etree._Element] = {}
        self._automatic: set[tuple[str, str]] = set()
        self._lists: dict[str, dict[int, ListLevel]] = {}
        self._looks: dict[tuple[str, str], Look] = {}
        for root in roots:
            for style in root.iter(f"{STYLE}style"):
                key = str(style.get(f"{STYLE}family", "")), str(style.get(f"{STYLE}name", ""))
                self._styles[key] = style
                parent = style.getparent()
                if parent is not None and parent.tag == f"{OFFICE}automatic-styles":
                    self._automatic.add(key)
            for one in root.iter(f"{TEXT}list-style"):
                self._lists[str(one.get(f"{STYLE}name", ""))] = dict(map(_level, one))

    def _chain(self, family: str, name: str) -> list[tuple[str, etree._Element]]:
        found: list[tuple[str, etree._Element]] = []
        while (family, name) in self._styles and len(found) < MAX_CHAIN:
            style = self._styles[family, name]
            found.append((name, style))
            name = str(style.get(f"{STYLE}parent-style-name", ""))
        return found

    def kind(self, name: str) -> tuple[Kind, int]:
        """What a paragraph of the style is, and the level of a heading."""
        names = [one for one, _ in self._chain("paragraph", name)]
        for one in names or [name]:
            if heading := _HEADING.fullmatch(one):
                return Kind.HEADING, int(heading[1])
            if one in _KINDS:
                return _KINDS[one], 0
        return Kind.TEXT, 0

    def look(self, name: str) -> Look:
        """How words of a style of characters look."""
        return self._look("text", name, [style for _, style in self._chain("text", name)])

    def own_look(self, name: str) -> Look:
        """How the words of a paragraph were made to look by hand; its named style is another matter."""
        is_automatic = ("paragraph", name) in self._automatic
        return self._look("paragraph", name, [self._styles["paragraph", name]] if is_automatic else [])

    def _look(self, family: str, name: str, styles: Iterable[etree._Element]) -> Look:
        if (family, name) not in self._looks:
            found = Look()
            for style in styles:
                properties = style.find(f"{STYLE}text-properties")
                if properties is not None:
                    found = found.within(_look(properties))
            self._looks[family, name] = found
        return self._looks[family, name]

    def property(self, family: str, name: str, properties: str, attribute: str) -> str:
        """What the style itself says, without those that it is based on."""
        style = self._styles.get((family, name))
        own = style.find(f"{STYLE}{properties}") if style is not None else None
        return str(own.get(attribute, "")) if own is not None else ""

    def columns(self, section: str) -> int:
        style = self._styles.get(("section", section))
        columns = style.find(f"{STYLE}section-properties/{STYLE}columns") if style is not None else None
        return number(str(columns.get(f"{FO}column-count", "1")), 1) if columns is not None else 1

    def list_level(self, name: str, depth: int) -> ListLevel:
        return self._lists.get(name, {}).get(depth, _BULLET)

    def list_of(self, paragraph: str) -> str:
        """The list style of a style of paragraphs."""
        named = (style.get(f"{STYLE}list-style-name") for _, style in self._chain("paragraph", paragraph))
        return next((str(name) for name in named if name), "")


def number(text: str, default: int = 0) -> int:
    return int(text) if re.fullmatch(r"\d{1,9}", text) else default


def _level(element: etree._Element) -> tuple[int, ListLevel]:
    depth = number(str(element.get(f"{TEXT}level", "1")), 1) - 1
    name = etree.QName(element).localname
    if name == "list-level-style-bullet":
        return depth, _BULLET._replace(shown=bool(element.get(f"{TEXT}bullet-char")))
    if name == "list-level-style-image":
        return depth, _BULLET
    kind = str(element.get(f"{STYLE}num-format", ""))
    start = number(str(element.get(f"{TEXT}start-value", "1")), 1)
    return depth, ListLevel(False, kind not in ("", "1"), bool(kind), start)


_PLAIN_COLOURS = ("", "#000000", "transparent", "#ffffff")


def _look(properties: etree._Element) -> Look:
    def own(name: str) -> str | None:
        return properties.get(name)

    def switched(value: str | None, off: tuple[str, ...]) -> bool | None:
        return None if value is None else value not in off

    lost = {
        "underline": own(f"{STYLE}text-underline-style") not in (None, "none"),
        "colour": (own(f"{FO}color") or "") not in _PLAIN_COLOURS,
        "highlight": (own(f"{FO}background-color") or "") not in _PLAIN_COLOURS,
        "capitals": own(f"{FO}font-variant") == "small-caps" or own(f"{FO}text-transform") == "uppercase",
    }
    return Look(
        switched(own(f"{FO}font-weight"), ("normal", "100", "200", "300", "400", "500")),
        switched(own(f"{FO}font-style"), ("normal",)),
        switched(own(f"{STYLE}text-line-through-style"), ("none",)),
        _raised(own(f"{STYLE}text-position")),
        switched(own(f"{TEXT}display"), ("true",)),
        frozenset(kind for kind, is_lost in lost.items() if is_lost),
    )


def _raised(position: str | None) -> int | None:
    first = (position or "").split(" ")[0]
    if first in ("super", "sub"):
        return 1 if first == "super" else -1
    if not (found := re.fullmatch(r"(-?)(\d{1,4})(?:\.\d+)?%", first)):
        return None
    return 0 if not int(found[2]) else -1 if found[1] else 1
