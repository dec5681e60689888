"""The runs of a .docx: their words and their look, and the fields around them (ISO/IEC 29500-1, 17.3 and 17.16)."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import NamedTuple

from lxml import etree

from mailer.adapters.conversion.document import Losses, Paragraph, Piece, Words
from mailer.adapters.conversion.docx_styles import Styles, W, is_on, value

MATH = "{http://schemas.openxmlformats.org/officeDocument/2006/math}"
MARKUP = "{http://schemas.openxmlformats.org/markup-compatibility/2006}"

_SIGNS: Mapping[str, str] = {
    f"{W}tab": " ",
    f"{W}ptab": " ",
    f"{W}noBreakHyphen": "\u2011",
}
_SYMBOLS: Mapping[tuple[str, int], str] = {
    ("wingdings", 0x4A): "☺",
    ("wingdings", 0x6C): "●",
    ("wingdings", 0x6E): "■",
    ("wingdings", 0xA7): "▪",
    ("wingdings", 0xA8): "☐",
    ("wingdings", 0xDF): "←",
    ("wingdings", 0xE0): "→",
    ("wingdings", 0xFB): "✗",
    ("wingdings", 0xFC): "✓",
    ("wingdings", 0xFD): "☒",
    ("wingdings", 0xFE): "☑",
    ("symbol", 0xA3): "≤",
    ("symbol", 0xB0): "°",
    ("symbol", 0xB1): "±",
    ("symbol", 0xB3): "≥",
    ("symbol", 0xB4): "×",
    ("symbol", 0xB7): "•",
    ("symbol", 0xB9): "≠",
    ("symbol", 0xAE): "→",
    **{("symbol", 0x61 + at): sign for at, sign in enumerate("αβχδεφγηιϕκλμνοπθρστυϖωξψζ")},
}
"""Signs of fonts that have others in the place of letters."""


class Look(NamedTuple):
    """How a run looks."""

    tags: tuple[str, ...] = ()
    hidden: bool = False


def words_of(element: etree._Element) -> str:
    """All words within, deleted ones too, on one line."""
    found = []
    for one in element.iter(f"{W}t", f"{W}delText", f"{W}tab", f"{W}p", f"{MATH}t"):
        found.append(" " if one.tag in (f"{W}tab", f"{W}p") else one.text or "")
    return " ".join("".join(found).split())


def look(run: etree._Element, styles: Styles, losses: Losses, *, in_link: bool) -> Look:
    """How the run looks; what of it is not carried over is named."""
    properties = run.find(f"{W}rPr")
    if properties is None:
        return Look()
    style = value(properties.find(f"{W}rStyle"))

    def on(name: str) -> bool:
        own = is_on(properties, name)
        return styles.look(style, name) if own is None else own

    text = words_of(run)
    if on("vanish") and text:
        losses.add("hidden", text)
        return Look(hidden=True)
    raised = value(properties.find(f"{W}vertAlign"))
    tags = (
        *(("strong",) if on("b") else ()),
        *(("em",) if on("i") else ()),
        *(("s",) if on("strike") or on("dstrike") else ()),
        *(("sup",) if raised == "superscript" else ("sub",) if raised == "subscript" else ()),
    )
    if text.strip():
        _name(properties, text, losses, in_link)
    return Look(tags)


def _name(properties: etree._Element, text: str, losses: Losses, in_link: bool) -> None:
    """Name the look that is not carried over."""
    if is_on(properties, "u") and not in_link:
        losses.add("underline", text)
    if value(properties.find(f"{W}color"), default="auto") not in ("auto", "000000") and not in_link:
        losses.add("colour", text)
    shading = properties.find(f"{W}shd")
    is_shaded = value(shading, "fill", "auto").lower() not in ("auto", "ffffff")
    if is_on(properties, "highlight") or is_shaded:
        losses.add("highlight", text)
    if is_on(properties, "caps") or is_on(properties, "smallCaps"):
        losses.add("capitals", text)
    if properties.find(f"{W}rPrChange") is not None:
        losses.add("formatting changes")


def run_texts(element: etree._Element, losses: Losses) -> list[str]:
    """The words of a part of a run."""
    if element.tag == f"{W}t":
        return [element.text or ""]
    if element.tag == f"{W}sym":
        return [_symbol(element, losses)]
    if element.tag == f"{W}ruby":
        parts = (element.find(f"{W}rubyBase"), element.find(f"{W}rt"))
        base, above = (words_of(one) if one is not None else "" for one in parts)
        return [f"{base} ({above})"]
    return [_SIGNS[str(element.tag)]] if element.tag in _SIGNS else []


def _symbol(element: etree._Element, losses: Losses) -> str:
    code = value(element, "char")
    sign = int(code, 16) if re.fullmatch(r"[0-9A-Fa-f]{1,4}", code) else 0
    found = _SYMBOLS.get((value(element, "font").lower(), sign & 0xFF))
    if found is None and not 0xE000 <= sign <= 0xF8FF and sign >= 0x20 and not 0xD800 <= sign <= 0xDFFF:
        found = chr(sign)
    if found is None:
        losses.add("symbol", f"{value(element, 'font')} {code}")
    return found or ""


class _Field:
    def __init__(self) -> None:
        self.instruction = ""
        self.in_result = False
        self.shown = ""

    @property
    def kind(self) -> str:
        return (self.instruction.split() or [""])[0].upper()


_QUIET = ("HYPERLINK", "SEQ", "FORMTEXT", "FORMCHECKBOX", "FORMDROPDOWN", "ADDIN", "CITATION", "QUOTE", "")
"""Fields whose words are nothing else than words."""
_CONTENTS = ("TOC", "INDEX", "TOA")
_LINK = re.compile(r'HYPERLINK\s+(?:\\[a-z]\s+)*"([^"]*)"', re.IGNORECASE)


class Fields:
    """The fields that are open where the text is read. A field is an instruction, and then its result."""

    def __init__(self, losses: Losses) -> None:
        self._losses = losses
        self._open: list[_Field] = []

    def char(self, kind: str) -> Sequence[Piece]:
        if kind == "begin":
            self._open.append(_Field())
        elif kind == "separate" and self._open:
            self._open[-1].in_result = True
        elif kind == "end" and self._open:
            field = self._open.pop()
            self._name(field.kind, field.shown)
            if self._open:
                self._open[-1].shown += field.shown
        return ()

    def _name(self, kind: str, shown: str) -> None:
        if kind in _CONTENTS:
            self._losses.add("contents")
        elif kind not in _QUIET and not self.in_contents and shown.strip():
            self._losses.add("field", shown)

    def show(self, text: str) -> None:
        """Note words of the innermost field's result."""
        if self._open:
            self._open[-1].shown += text

    def instruct(self, text: str) -> None:
        if self._open and not self._open[-1].in_result:
            self._open[-1].instruction += text

    def simple(self, instruction: str, result: list[Piece]) -> list[Piece]:
        kind = (instruction.split() or [""])[0].upper()
        if kind in _CONTENTS:
            self._losses.add("contents")
            return []
        self._name(kind, Paragraph(result).text)
        link = _LINK.search(instruction)
        if link:
            return [piece._replace(link=link[1]) if isinstance(piece, Words) else piece for piece in result]
        return result

    @property
    def hides(self) -> bool:
        """Whether what is read now is an instruction, or contents, which are left out."""
        return self.in_contents or any(not field.in_result for field in self._open)

    @property
    def in_contents(self) -> bool:
        return any(field.kind in _CONTENTS for field in self._open)

    @property
    def link(self) -> str:
        """Where the words lead to that are read now; empty if nowhere."""
        for field in reversed(self._open):
            if found := _LINK.search(field.instruction):
                return found[1]
        return ""

    def skips(self, pieces: Sequence[Piece]) -> bool:
        """Whether a paragraph in the contents has nothing else."""
        return not Paragraph(list(pieces)).text
