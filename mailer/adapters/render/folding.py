"""Folds plain text into lines by the columns that it takes on a screen, without breaking addresses.

Lines break at spaces, and between signs of Chinese and Japanese (UAX #14, JIS X 4051): not before a mark that closes
something, and not after one that opens it. A no-break space is never a place to break.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from itertools import pairwise

from rich.cells import cell_len, split_graphemes

WIDTH = 72
SIGNATURE = "-- "
"""The line above a signature (RFC 3676 4.3)."""

_UNICODE = "latest"
"""The version whose widths hold; the library would look into the environment for one."""

_SPACES = re.compile(r"[ \t\n\r\f\v]+")
_ATOM = re.compile(r"<[^<>]*(?:://|@)[^<>]*>|(?:https?://|mailto:)[!-~]+|[!-~]+@[!-~]+")
"""An address: in angle brackets, or as far as it is ASCII."""
_IDEOGRAPHIC = re.compile(
    r"[\u2e80-\u31ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\ufe30-\ufe4f\uff01-\uff64\U00020000-\U0003ffff]"
)
"""Signs of scripts that put no space between words. Korean does."""
_NEVER_LAST = frozenset("([{<“‘«‹¿¡£¥$＄￡￥（〔［｛〈《「『【〘〖〝｟｢#＃№@＠*_/")
_NEVER_FIRST = frozenset(
    ")]}>”’»›,.:;!?%‰°℃…‥—–‐-*_/"
    "、。，．・：；？！ー～〜゠々〻ゝゞヽヾぁぃぅぇぉっゃゅょゎゕゖァィゥェォッャュョヮヵヶㇰㇱㇲㇳㇴㇵㇶㇷㇸㇹㇺㇻㇼㇽㇾㇿ"
    "％）〕］｝〉》」』】〙〗〟｠｣､｡‼⁇⁈⁉\N{NO-BREAK SPACE}\N{NARROW NO-BREAK SPACE}\N{WORD JOINER}"
)
_GLUE = frozenset("\N{NO-BREAK SPACE}\N{NARROW NO-BREAK SPACE}\N{WORD JOINER}\N{ZERO WIDTH JOINER}")


def columns(text: str) -> int:
    """How many columns of a screen ``text`` takes: two for a wide sign, none for a combining mark."""
    return len(text) if text.isascii() else cell_len(text, _UNICODE)


def padded(text: str, width: int, side: str = "left") -> str:
    """``text`` with spaces up to ``width`` columns; ``side`` is where it stands: left, right or center."""
    room = max(width - columns(text), 0)
    before = {"left": 0, "right": room}.get(side, room // 2)
    return " " * before + text + " " * (room - before)


def fold(text: str, width: int = WIDTH, first: str = "", rest: str | None = None) -> list[str]:
    """``text`` as lines of at most ``width``; ``first`` is put before the first line, ``rest`` before the others.

    A word longer than a line is broken, unless it is an address, as a broken link does not work.
    """
    indent = first if rest is None else rest
    lines: list[str] = []
    line, prefix = "", first
    taken = columns(prefix)
    for space, piece in _pieces(text, max(width - columns(indent), 8)):
        wide = columns(piece)
        if line and taken + len(space) + wide > width:
            lines.append(prefix + line)
            line, prefix, taken = piece, indent, columns(indent) + wide
        else:
            line, taken = (f"{line}{space}{piece}", taken + len(space) + wide) if line else (piece, taken + wide)
    return [*lines, (prefix + line).rstrip(" ")] if line or first.strip() else lines


def unbroken(text: str) -> list[str]:
    """The parts of ``text`` that stand in one line."""
    return [part for word in _words(text) for part in _parts(word)]


def right_to_left(text: str) -> str:
    """``text`` with a mark (U+200F) at the beginning of each line that would otherwise be shown from left to right.

    Mail apps take a line's direction from its first letter. Lines without any Arabic or Hebrew stay as they are, as
    they are addresses or code, but rules and numbers stand where the text does.
    """
    return "\n".join(RIGHT_TO_LEFT + line if _is_misread(line) else line for line in text.split("\n"))


RIGHT_TO_LEFT = "\N{RIGHT-TO-LEFT MARK}"


def _is_misread(line: str) -> bool:
    if not line.strip() or line == SIGNATURE:
        return False
    strong = [kind for kind in map(unicodedata.bidirectional, line) if kind in ("L", "R", "AL")]
    return not strong or (strong[0] == "L" and any(kind != "L" for kind in strong))


def chopped(text: str, width: int) -> Iterator[str]:
    """Pieces of at most ``width``, none of which begins with a mark that belongs to the letter before."""
    spans, _ = split_graphemes(text, _UNICODE)
    piece, taken = "", 0
    for start, end, _ in spans:
        wide = columns(text[start:end])  # the spans give none for a joiner at the beginning and what it is joined to
        if piece and taken + wide > width:
            yield piece
            piece, taken = "", 0
        piece, taken = piece + text[start:end], taken + wide
    yield piece


def underline(title: str, stroke: str, width: int = WIDTH) -> list[str]:
    """A heading: the folded ``title``, and below it a line of ``stroke`` as long as its longest line."""
    lines = fold(title, width)
    return [*lines, stroke * max(map(columns, lines), default=0)]


def is_address(word: str) -> bool:
    """Whether the word is an address, or has one in it, which must not be broken."""
    return "://" in word or "@" in word


def _pieces(text: str, width: int) -> Iterator[tuple[str, str]]:
    """What stands in one line, each with the space before it: one between words, none within a word."""
    for word in _words(text):
        space = " "
        for part in _parts(word):
            for piece in [part] if columns(part) <= width or is_address(part) else chopped(part, width):
                yield space, piece
                space = ""


def _words(text: str) -> list[str]:
    return [word for word in _SPACES.split(text) if word]


def _parts(word: str) -> Iterator[str]:
    """The word, cut where a line may break."""
    if not _IDEOGRAPHIC.search(word):
        yield word
        return
    whole = [(found.start(), found.end()) for found in _ATOM.finditer(word)]
    start = 0
    for at, (before, after) in enumerate(pairwise(word), start=1):
        if _may_break(before, after) and not any(first < at < last for first, last in whole):
            yield word[start:at]
            start = at
    yield word[start:]


def _may_break(before: str, after: str) -> bool:
    if before in _NEVER_LAST or before in _GLUE or after in _NEVER_FIRST or after in _GLUE:
        return False
    is_wide = _IDEOGRAPHIC.match(before) or _IDEOGRAPHIC.match(after)
    return is_wide is not None and columns(after) > 0
