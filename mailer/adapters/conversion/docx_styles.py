"""The styles and the numbering of a .docx (ISO/IEC 29500-1, 17.7 and 17.9)."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field

from lxml import etree

from mailer.adapters.conversion.document import Kind

W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
MAX_CHAIN = 20
"""How many styles are looked at that are based on one another."""

_HEADING = re.compile(r"heading ([1-9])")
_KINDS: Mapping[str, Kind] = {
    "title": Kind.TITLE,
    "caption": Kind.CAPTION,
    "illustration": Kind.CAPTION,
    "table": Kind.CAPTION,
    "figure": Kind.CAPTION,
    "drawing": Kind.CAPTION,
    "quote": Kind.QUOTE,
    "intense quote": Kind.QUOTE,
    "quotations": Kind.QUOTE,
    "block text": Kind.QUOTE,
    "preformatted text": Kind.CODE,
    "html preformatted": Kind.CODE,
    "plain code": Kind.CODE,
    "horizontal line": Kind.RULE,
}
"""What a paragraph of a style is, by the style's name, which is the same in every language of Word."""


def value(element: etree._Element | None, name: str = "val", default: str = "") -> str:
    return str(element.get(f"{W}{name}", default)) if element is not None else default


def number(text: str, default: int = 0) -> int:
    return int(text) if re.fullmatch(r"-?\d{1,9}", text) else default


def is_on(properties: etree._Element | None, name: str) -> bool | None:
    """Whether the properties switch something on; None if they say nothing of it."""
    found = properties.find(f"{W}{name}") if properties is not None else None
    return None if found is None else value(found, default="1") not in ("0", "false", "off", "none")


@dataclass(slots=True)
class Styles:
    """The styles by their ids."""

    root: etree._Element | None
    _by_id: dict[str, etree._Element] = field(default_factory=dict)

    def __post_init__(self) -> None:
        if self.root is not None:
            self._by_id = {value(style, "styleId"): style for style in self.root.iter(f"{W}style")}

    def chain(self, style: str) -> list[etree._Element]:
        """The style and those that it is based on."""
        found: list[etree._Element] = []
        while style in self._by_id and len(found) < MAX_CHAIN and self._by_id[style] not in found:
            found.append(self._by_id[style])
            style = value(self._by_id[style].find(f"{W}basedOn"))
        return found

    def kind(self, style: str) -> tuple[Kind, int]:
        """What a paragraph of the style is, and the level of a heading from 1."""
        for one in self.chain(style):
            name = value(one.find(f"{W}name")).lower()
            if heading := _HEADING.fullmatch(name):
                return Kind.HEADING, int(heading[1])
            if name in _KINDS:
                return _KINDS[name], 0
            if (level := outline(one.find(f"{W}pPr"))) is not None:
                return Kind.HEADING, level
        return Kind.TEXT, 0

    def numbering(self, style: str) -> tuple[str, int]:
        """The list and the depth that the style puts its paragraphs into; an empty list if none."""
        for one in self.chain(style):
            own = one.find(f"{W}pPr/{W}numPr")
            if own is not None:
                return value(own.find(f"{W}numId")), number(value(own.find(f"{W}ilvl")))
        return "", 0

    def look(self, style: str, name: str) -> bool:
        """Whether a style of characters switches something on, such as ``b``."""
        for one in self.chain(style):
            if (on := is_on(one.find(f"{W}rPr"), name)) is not None:
                return on
        return False


def outline(properties: etree._Element | None) -> int | None:
    """The level, from 1, that properties of a paragraph give it in the outline."""
    found = properties.find(f"{W}outlineLvl") if properties is not None else None
    level = number(value(found), 9) + 1
    return level if found is not None and level <= 9 else None


class Numbering:
    """Counts the points of the lists."""

    def __init__(self, root: etree._Element | None) -> None:
        self._levels: dict[str, dict[int, etree._Element]] = {}
        self._list_of: dict[str, str] = {}
        self._starts: dict[tuple[str, int], int] = {}
        self._counts: dict[tuple[str, int], int] = {}
        self._seen: set[str] = set()
        self.lettered = False
        """Whether a list has other numbers than 1, 2, 3."""
        if root is not None:
            self._read(root)

    def _read(self, root: etree._Element) -> None:
        for abstract in root.iter(f"{W}abstractNum"):
            levels = {number(value(level, "ilvl")): level for level in abstract.iter(f"{W}lvl")}
            self._levels[value(abstract, "abstractNumId")] = levels
        for one in root.iter(f"{W}num"):
            own = value(one, "numId")
            self._list_of[own] = value(one.find(f"{W}abstractNumId"))
            for override in one.iter(f"{W}lvlOverride"):
                start = override.find(f"{W}startOverride")
                if start is not None:
                    self._starts[own, number(value(override, "ilvl"))] = number(value(start), 1)

    def format(self, list_id: str, depth: int) -> str:
        """``bullet``, ``decimal`` and so on; empty if there is no such list, or it shows nothing."""
        level = self._levels.get(self._list_of.get(list_id, ""), {}).get(depth)
        if level is None:
            return ""
        found = value(level.find(f"{W}numFmt"), default="decimal")
        shows = value(level.find(f"{W}lvlText"), default="x") or level.find(f"{W}lvlPicBulletId") is not None
        return "" if found == "none" or not shows else found

    def next(self, list_id: str, depth: int) -> int | None:
        """The number of the next point; None for a bullet."""
        shared = self._list_of.get(list_id, list_id)
        kind = self.format(list_id, depth)
        level = self._levels.get(shared, {}).get(depth)
        start = number(value(level.find(f"{W}start") if level is not None else None, default="1"), 1)
        if list_id not in self._seen:
            self._seen.add(list_id)
            for (one, of), first in self._starts.items():
                if one == list_id:
                    self._counts[shared, of] = first - 1
        for one, deeper in list(self._counts):
            if one == shared and deeper > depth:
                del self._counts[one, deeper]
        self._counts[shared, depth] = self._counts.get((shared, depth), start - 1) + 1
        if kind == "bullet":
            return None
        self.lettered |= kind not in ("decimal", "decimalZero", "ordinal")
        return max(self._counts[shared, depth], 0)
