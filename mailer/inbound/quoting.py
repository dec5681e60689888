"""Which lines of a mail are not its writer's own: quotations, what introduces them, and signatures.

Each rule looks at a bounded part of a few lines, so that the time is linear in the text (C7).
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from mailer.inbound.words.quotations import LABELS, MOBILE_SIGNATURES, WROTE, WROTE_UNSPACED

_LOOKED_AT = 400
"""How many characters of a line a rule looks at."""
_SPAN = 3
"""How many lines an attribution may be wrapped over."""
_BLOCK = 8
"""How many lines a header block may have."""

_WROTE = re.compile(rf"\b(?:{'|'.join(WROTE)})\b|{'|'.join(WROTE_UNSPACED)}")
_DATE = re.compile(r"(?<!\d)(?:19|20)\d\d(?!\d)|(?<!\d)\d{1,2}[./-]\d{1,2}[./-]\d{2}(?!\d)")
_TIME = re.compile(r"(?<!\d)\d{1,2}[:.h]\d\d(?!\d)")
_ADDRESS = re.compile(r"[^\s<>@]@[^\s<>@]")
_MARK = re.compile(r"[ \t\xa0]{0,8}(?:[A-Za-z]{1,3})?[>＞]|[ \t\xa0]{0,8}[|¦] ")
_INVISIBLE = re.compile(r"[\u200e\u200f\u202a-\u202e\u2066-\u2069]")


def is_quoted(line: str) -> bool:
    """Whether the line begins with a quotation mark: ``>``, ``AK>`` or ``| ``."""
    return _MARK.match(line) is not None


def own_lines(lines: Sequence[str]) -> list[str]:
    """The lines that are neither quoted nor introduce a quotation nor belong to a signature."""
    kept: list[str] = []
    in_signature = False
    for place, line in enumerate(lines):
        if is_quoted(line):
            in_signature = False
            _drop_introduction(kept)
        elif span := _attribution(lines, place):
            in_signature = False
            del kept[max(0, len(kept) - span + 1) :]
            if not _next_is_quoted(lines, place + 1):
                break
        elif _is_divider(line) or _begins_header_block(lines, place):
            break
        elif line.rstrip() == "--":
            in_signature = True
        elif not in_signature and not _is_mobile_signature(line):
            kept.append(line)
    return kept


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


def _drop_introduction(kept: list[str]) -> None:
    """Remove a last line that introduces marked quotation. Weaker signs are enough here than for unmarked quotation."""
    end = len(kept)
    while end and not kept[end - 1].strip():
        end -= 1
    if end and _compared(kept[end - 1]).endswith((":", "：")):
        text = _compared(kept[end - 1])
        if _WROTE.search(text) or _DATE.search(text) or _ADDRESS.search(text):
            del kept[end - 1 :]


def _next_is_quoted(lines: Sequence[str], place: int) -> bool:
    return is_quoted(next((line for line in lines[place : place + 4] if line.strip()), ""))


def _is_divider(line: str) -> bool:
    """“-----Original Message-----” in any language, or Outlook's line of underscores."""
    text = line[:_LOOKED_AT].strip()
    if len(text) >= 20 and not text.strip("_"):
        return True
    return text.startswith("----") and text.endswith("----") and any(c.isalpha() for c in text)


def _begins_header_block(lines: Sequence[str], place: int) -> bool:
    """Whether “From: … Sent: … To: … Subject: …” begins here, in any language."""
    if _label(lines[place]) is None:
        return False
    kinds = {_label(line) for line in lines[place : place + _BLOCK]} - {None}
    return "from" in kinds and len(kinds) >= 3


def _label(line: str) -> str | None:
    label, colon, _ = _compared(line)[:40].replace("：", ":").partition(":")
    return LABELS.get("".join(label.split()).strip("*")) if colon else None


def _is_mobile_signature(line: str) -> bool:
    return len(line) < 120 and _compared(line).startswith(MOBILE_SIGNATURES)
