"""The lines that a mail gateway puts above a mail (A36): how many of a mail's first lines are its."""

from __future__ import annotations

import re
from collections.abc import Sequence

from mailer.inbound.words.banners import ADVICE, CONTINUED, LABEL, OPENING

BLANK = " \t\xa0\u202f\ufeff"
"""What may stand around the text of a line and is nothing."""

_LINES, _LENGTH = 4, 700
"""How many lines a sentence may be wrapped over, and how long the lines may be."""
_MOST = 40
_RULE = re.compile(r"[-=*_#+~|─━═\s]{3,200}")
_LINK = re.compile(r"<[^<>\s]{1,400}>|\(?https?://[^\s<>]{1,400}")
_ADDRESS = re.compile(r"[^\s@]{1,100}@[^\s@]{1,100}?(?=[.,;:]?(?:\s|$))")
_MARK = re.compile(r"[\[({<>*_|=~#\s]+")
_END = re.compile(r"[.!?:;]+(?:\s|$)|\s[-–—]+\s|[\])}。]")


def banner_lines(lines: Sequence[str], configured: Sequence[str] = ()) -> int:
    """How many of the first lines are banners, with the blank lines and rules around them; 0 if there is no banner.

    ``configured`` are the office's own, in lower case, as whole lines or sentences.
    """
    lines = lines[:_MOST]
    passed, is_begun = 0, False
    while passed < len(lines):
        place = _after_rules(lines, passed)
        size = _begun(lines[place:], configured)
        if not size and is_begun:
            size = _continued(lines[place:], is_next=place == passed)
        if not size:
            break
        passed, is_begun = place + size, True
    after = _after_rules(lines, passed)
    is_framed = any(_is_rule(line) for line in lines[passed:after])
    return (after if is_framed else passed) if is_begun else 0


def _begun(lines: Sequence[str], configured: Sequence[str]) -> int:
    """Over how many lines a banner goes that begins here; the fewest that make one, and 0 if none do."""
    for number, text in _joined(lines):
        sentences = _sentences(text)
        first = next((place for place, one in enumerate(sentences) if not LABEL.fullmatch(one)), len(sentences))
        opens = bool(sentences[first:]) and OPENING.fullmatch(sentences[first]) is not None
        if " ".join(text.split()).lower() in configured or (opens and all(map(_is_known, sentences[first:]))):
            return number
    return 0


def _continued(lines: Sequence[str], *, is_next: bool) -> int:
    """Over how many lines a banner goes on here. A line that is wrapped in a sentence follows at once."""
    for number, text in _joined(lines):
        sentences = _sentences(text)
        if sentences and all(_is_known(one) or (is_next and set(one.split()) <= CONTINUED) for one in sentences):
            return number
    return 0


def _joined(lines: Sequence[str]) -> list[tuple[int, str]]:
    """The first line, the first two as one, and so on, up to a blank one."""
    found: list[tuple[int, str]] = []
    text = ""
    for number, line in enumerate(lines[:_LINES], 1):
        bare = line.strip(BLANK)
        if not bare or len(text) + len(bare) > _LENGTH:
            break
        text = f"{text} {bare}".strip()
        found.append((number, text))
    return found


def _is_known(sentence: str) -> bool:
    return any(pattern.fullmatch(sentence) for pattern in (LABEL, OPENING, ADVICE))


def _sentences(text: str) -> list[str]:
    """The sentences in lower case, without marks, links and addresses."""
    bare = _ADDRESS.sub("x", _LINK.sub(" ", text.lower()))
    parts = _END.split(_MARK.sub(" ", bare))
    return [one for part in parts if (one := " ".join(part.split()).strip(" ,!"))]


def _after_rules(lines: Sequence[str], place: int) -> int:
    while place < len(lines) and (not lines[place].strip(BLANK) or _is_rule(lines[place])):
        place += 1
    return place


def _is_rule(line: str) -> bool:
    """Whether it is a line drawn with characters; two hyphens begin a signature, and many low lines a quotation."""
    bare = line.strip(BLANK)
    return bool(bare) and _RULE.fullmatch(bare) is not None and len(bare.strip("_")) > 0
