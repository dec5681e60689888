"""Which lines of a mail are its writer's own, and what the others are: quoted, forwarded, a signature, a footer.

Each rule looks at a bounded part of a few lines, so that the time is linear in the text (C7).
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import NamedTuple

from mailer.inbound.words.quotations import (
    BEGINNINGS,
    DIVIDERS,
    FORWARDS,
    LABELS,
    MOBILE_SIGNATURES,
    WROTE,
    WROTE_UNSPACED,
)

_LOOKED_AT = 400
"""How many characters of a line a rule looks at."""
_SPAN = 3
"""How many lines an attribution may be wrapped over."""
_BROKEN_SPAN = 8
"""How many lines an attribution has that ends in a line of its own, “> wrote:”."""
_BLOCK = 8
"""How many lines a header block may have."""
_FOOTER = 12
"""How many lines may stand below a line of underscores: a list's footer or a disclaimer. More are the writer's."""

_WROTE = re.compile(rf"\b(?:{'|'.join(map(re.escape, WROTE))})(?!\w)|{'|'.join(map(re.escape, WROTE_UNSPACED))}")
_DATE = re.compile(r"(?<!\d)(?:19|20)\d\d(?!\d)|(?<!\d)\d{1,2}[./-]\d{1,2}[./-]\d{2}(?!\d)")
_TIME = re.compile(r"(?<!\d)\d{1,2}[:.h]\d\d(?!\d)")
_ADDRESS = re.compile(r"[^\s<>@]@[^\s<>@]")
_MARK = re.compile(r"[ \t\xa0]{0,8}(?:[A-Za-z]{1,3})?[>＞]|[ \t\xa0]{0,8}[|¦] ")
_DECORATED = re.compile(r"[ \t]{0,8}>{2,}[^<]{1,200}<{2,}\s*$")
"""A line between pointed brackets, “>>> look here <<<”, is no quotation."""
_INVISIBLE = re.compile(r"[\u200e\u200f\u202a-\u202e\u2066-\u2069]")
_DIVIDER = re.compile(
    r"[ \t*]{0,8}[-=‐–—]{3,80}[ \xa0*]{0,4}((?:[^-=‐–—]|(?<=\w)-(?=\w)){2,120})[-=‐–—]{2,80}[ \t*]{0,8}"
)
_LABEL = re.compile(r"(?:^|\s)\**([^\W\d_][\w \u00a0'-]{0,24}?)\**\s?[:：]")
_BEGINS = re.compile(rf"(?<!\w)(?:{'|'.join(BEGINNINGS)})[\s,]{{1,3}}(?:[^\s\d]{{1,20}}\s){{0,3}}\d")
_DASHES = re.compile(r"[ \t]*-*[ \t]*$")
_ENDS_IN_MARK = re.compile(r"[ \t]{0,8}>[ \t]{0,8}(\S{1,30})\s?[:：]\s*$")
_BARE_LINK = re.compile(r"\s*\((?:https?|mailto)[:/\w][^\s()]*\)[\s>]*$")


class LineKind(StrEnum):
    """What a line of a mail is."""

    OWN = "own"
    """Its writer wrote it now."""
    FORWARDED = "forwarded"
    """A mail that the writer passes on, with the line that introduces it."""
    QUOTED = "quoted"
    """A quotation, or what introduces it."""
    SIGNATURE = "signature"
    FOOTER = "footer"
    """What stands below a line of underscores."""


class Line(NamedTuple):
    """A line, or the beginning or the end of one."""

    kind: LineKind
    text: str


def is_quoted(line: str) -> bool:
    """Whether the line begins with a quotation mark: ``>``, ``AK>`` or ``| ``."""
    return _MARK.match(line) is not None and _DECORATED.match(line[:_LOOKED_AT]) is None


def read_lines(lines: Sequence[str]) -> list[Line]:
    """Each line with what it is. A line on which a reply and “On …, Anna wrote:” stand together becomes two."""
    return _Reader(lines).read()


@dataclass
class _Reader:
    lines: Sequence[str]
    found: list[Line] = field(default_factory=list)
    in_signature: bool = False
    forwards: bool = False
    """The last line of words says that a forwarded mail follows."""

    def read(self) -> list[Line]:
        for place, line in enumerate(self.lines):
            rest = self._read_line(place, line)
            if rest is not None:
                self.found += [Line(rest, line) for line in self.lines[place + 1 :]]
                break
        return self.found

    def _read_line(self, place: int, line: str) -> LineKind | None:
        """Read a line; the kind of all that follow, if it decides that."""
        if is_quoted(line):
            return self._read_marked(place, line)
        if span := _attribution(self.lines, place):
            return self._read_attribution(place, line, span)
        kind = _divider(self.lines, place)
        if kind is None and _begins_header_block(self.lines, place):
            kind = LineKind.FORWARDED if self.forwards else LineKind.QUOTED
        if kind:
            self._add(kind, line)
            return kind
        if _continues_quotation(self.lines, place):
            self._add(LineKind.QUOTED, line)
        elif line.rstrip() == "--":
            self.in_signature = True
            self._add(LineKind.SIGNATURE, line)
        elif self.in_signature or _is_mobile_signature(line):
            self._add(LineKind.SIGNATURE, line)
        elif _compared(line).rstrip(" :：") in FORWARDS:
            self.forwards = True
            self._add(LineKind.FORWARDED, line)
        else:
            self.forwards = self.forwards and not line.strip()
            self._add(LineKind.OWN, line)
        return None

    def _read_marked(self, place: int, line: str) -> LineKind | None:
        self.in_signature = False
        if _ends_attribution(line) and (span := _broken_attribution(self.lines, place)):
            self._mark(span - 1, LineKind.QUOTED)
            self._add(LineKind.QUOTED, line)
            return None if _next_is_quoted(self.lines, place + 1) else LineKind.QUOTED
        if _is_end_of_link(self.lines, place):
            self._add(self.found[-1].kind, line)
            return None
        if self.forwards:
            self._add(LineKind.FORWARDED, line)
            return None
        self._drop_introduction()
        self._add(LineKind.QUOTED, line)
        return None

    def _read_attribution(self, place: int, line: str, span: int) -> LineKind | None:
        self.in_signature = False
        self._mark(span - 1, LineKind.QUOTED)
        first = len(self.found) - span + 1
        self._add(LineKind.QUOTED, line)
        own, attribution = _without_attribution(self.found[first].text)
        if own.strip():
            self.found[first : first + 1] = [Line(LineKind.OWN, own), Line(LineKind.QUOTED, attribution)]
        return None if _next_is_quoted(self.lines, place + 1) else LineKind.QUOTED

    def _add(self, kind: LineKind, line: str) -> None:
        self.found.append(Line(kind, line))

    def _mark(self, count: int, kind: LineKind) -> None:
        """The last ``count`` lines are of that kind after all."""
        for place in range(max(0, len(self.found) - count), len(self.found)):
            self.found[place] = Line(kind, self.found[place].text)

    def _drop_introduction(self) -> None:
        """A last line that introduces marked quotation is none of the writer's. Weaker signs are enough for it."""
        end = len(self.found)
        while end and not self.found[end - 1].text.strip():
            end -= 1
        if end and self.found[end - 1].kind is LineKind.OWN and _introduces(self.found[end - 1].text):
            self._mark(len(self.found) - end + 1, LineKind.QUOTED)


def _compared(line: str) -> str:
    """``line`` as the rules compare it: bounded, lower case, without marks of emphasis and direction."""
    return _INVISIBLE.sub("", line[:_LOOKED_AT]).strip(" \t\xa0*_").lower()


def _attribution(lines: Sequence[str], place: int) -> int:
    """How many lines, this one the last, are an attribution such as “On …, Anna wrote:”; 0 if it is none.

    It is the smallest number with a date, else the smallest, because the line above may be the writer's own.
    """
    if not _compared(lines[place]).endswith((":", "：")):
        return 0
    spans = []
    for span in range(1, min(_SPAN, place + 1) + 1):
        above = lines[place - span + 1]
        if not above.strip() or is_quoted(above):
            break
        text = " ".join(_compared(line) for line in lines[place - span + 1 : place + 1])
        wrote, date, address = _WROTE.search(text), _DATE.search(text), _ADDRESS.search(text)
        if (wrote and (date or address)) or (date and address and _TIME.search(text)):
            if date:
                return span
            spans.append(span)
    return min(spans, default=0)


def _without_attribution(line: str) -> tuple[str, str]:
    """What the writer wrote on the line before an attribution such as “On …, Anna wrote:”, and the attribution."""
    if found := _BEGINS.search(line[:_LOOKED_AT]):
        own, attribution = line[: found.start()], line[found.start() :]
        if _DATE.search(attribution[:_LOOKED_AT]) and not any(sign.search(own) for sign in (_WROTE, _DATE, _ADDRESS)):
            return _DASHES.sub("", own), attribution
    return "", line


def _ends_attribution(line: str) -> bool:
    """Whether the line is “> wrote:”, where a link in the attribution was broken over lines."""
    found = _ENDS_IN_MARK.match(line[:_LOOKED_AT])
    return found is not None and _WROTE.fullmatch(found[1].lower()) is not None


def _broken_attribution(lines: Sequence[str], place: int) -> int:
    """How many lines an attribution has that ends in “> wrote:”; 0 if no line above begins one."""
    for span in range(2, min(_BROKEN_SPAN, place + 1) + 1):
        above = lines[place - span + 1][:_LOOKED_AT]
        if is_quoted(above):
            return 0
        if _BEGINS.match(above.lstrip()) and _DATE.search(above):
            return span
    return 0


def _introduces(line: str) -> bool:
    """Whether a line above marked quotation introduces it."""
    text = _compared(line)
    if text.endswith((":", "：")):
        return bool(_WROTE.search(text) or _DATE.search(text) or _ADDRESS.search(text))
    date = _DATE.search(text[:40])
    return bool(date) and text.endswith(">") and _ADDRESS.search(text) is not None


def _next_is_quoted(lines: Sequence[str], place: int) -> bool:
    return is_quoted(next((line for line in lines[place : place + 4] if line.strip()), ""))


def _is_end_of_link(lines: Sequence[str], place: int) -> bool:
    """Whether the ``>`` that the line begins with ends a link that the line above begins: “<https://…”."""
    above = lines[place - 1][-_LOOKED_AT:] if place else ""
    if is_quoted(above):
        return False
    opened = above.rpartition("<")[2]
    return opened != above and ">" not in opened and opened.lstrip().lower().startswith(("http", "mailto:"))


def _continues_quotation(lines: Sequence[str], place: int) -> bool:
    """Whether the line, between two marked ones, is a piece of a link that a mail program broke off."""
    if not (0 < place < len(lines) - 1 and is_quoted(lines[place - 1]) and is_quoted(lines[place + 1])):
        return False
    line, above = lines[place][:_LOOKED_AT], lines[place - 1][-_LOOKED_AT:]
    if _BARE_LINK.match(line):
        return True
    opened = above.rpartition("(")[2]
    return opened != above and ")" not in opened and line.rstrip().endswith(")") and " " not in line.strip()


def _divider(lines: Sequence[str], place: int) -> LineKind | None:
    """What follows “-----Original Message-----” in any language, or Outlook's line of underscores; None otherwise."""
    line = lines[place][:_LOOKED_AT]
    text = line.strip()
    if len(text) >= 20 and not text.strip("_"):
        return _below_underscores(lines, place)
    found = _DIVIDER.match(line)
    if not found:
        return None
    words = _compared(found[1]).strip(" :")
    rest = line[found.end() :].strip()
    if rest and len(_labels_within(rest)) < 3:
        return None
    if any(phrase in words for phrase in FORWARDS):
        return LineKind.FORWARDED
    known = any(word in words for word in DIVIDERS) or _WROTE.search(words) or _DATE.search(words)
    return LineKind.QUOTED if known or rest or _next_begins_header_block(lines, place + 1) else None


def _below_underscores(lines: Sequence[str], place: int) -> LineKind | None:
    if _next_begins_header_block(lines, place + 1):
        return LineKind.QUOTED
    below = sum(1 for line in lines[place + 1 : place + 5 * _FOOTER] if line.strip())
    return LineKind.FOOTER if below <= _FOOTER else None


def _next_begins_header_block(lines: Sequence[str], place: int) -> bool:
    for number in range(place, min(place + 3, len(lines))):
        if lines[number].strip():
            return _begins_header_block(lines, number)
    return False


def _begins_header_block(lines: Sequence[str], place: int) -> bool:
    """Whether “From: … Sent: … To: … Subject: …” begins here, in any language, on several lines or on one."""
    first = _label(lines[place])
    if first is None:
        return False
    kinds = {_label(line) for line in lines[place : place + _BLOCK]} - {None}
    if "from" in kinds and len(kinds) >= 3:
        return True
    if first in ("from", "date") and len(_labels_within(lines[place][:_LOOKED_AT])) >= 3:
        return True
    return first in ("from", "date") and _is_pair(lines[place : place + 2])


def _is_pair(lines: Sequence[str]) -> bool:
    """Whether two labels, on two lines or on one, have such values: an address, and a date with a time."""
    text = " ".join(_compared(line) for line in lines)
    kinds = {_label(line) for line in lines} | _labels_within(" ".join(lines)[:_LOOKED_AT])
    return {"date"} < kinds - {None} and bool(_ADDRESS.search(text) and _DATE.search(text) and _TIME.search(text))


def _label(line: str) -> str | None:
    label, colon, _ = _compared(line)[:40].replace("：", ":").partition(":")
    return LABELS.get("".join(label.split()).strip("*")) if colon else None


def _labels_within(line: str) -> set[str]:
    """The kinds of labels that stand on one line, as Yahoo writes them: “From: … To: … Sent: …”."""
    text = _INVISIBLE.sub("", line[:_LOOKED_AT]).lower()
    kinds = (LABELS.get(found[1].split()[-1]) for found in _LABEL.finditer(text))
    return {kind for kind in kinds if kind}


def _is_mobile_signature(line: str) -> bool:
    return len(line) < 120 and _compared(line).startswith(MOBILE_SIGNATURES)
