"""How wide text is in the fonts of the PDF, for drawings, whose text does not break by itself."""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping, Sequence
from functools import lru_cache
from pathlib import Path

_LETTER = 0.64
"""The width of a letter in its size in a font that is not known here."""
_BOLD = 1.06
"""How much wider the same text is in bold."""
_ROUNDING = 0.001
"""What widths that were added up may be wrong by."""
_VIRAMA = 9
"""The combining class of the marks that join the letters of India."""
_NOT_AFTER, _NOT_BEFORE = "\N{ZERO WIDTH JOINER}เแโใไ", "ะาำๅ"
"""Letters that belong to the one that follows, and to the one before, besides marks."""


class Width:
    """Measures text. A letter that no font of it has is taken to be as wide as one of another font."""

    def __init__(self, font: Path, index: int = 0, others: Sequence[Path] = ()) -> None:
        """``index``: the font's number in a collection. ``others``: fonts for letters that it lacks."""
        self._advances = [_advances(font, index), *(_advances(other, 0) for other in others)]

    def __call__(self, text: str, size: float, *, bold: bool = False) -> float:
        """In units of ``size``."""
        return size * sum(self._advance(sign) for sign in text) * (_BOLD if bold else 1)

    def wrapped(self, text: str, room: float, size: float) -> list[str]:
        """The lines of ``text``; a word that is wider than ``room`` is broken."""
        lines = [""]
        room += _ROUNDING
        for word in text.split():
            longer = f"{lines[-1]} {word}".strip()
            if lines[-1] and self(longer, size) > room:
                lines.append(word)
            else:
                lines[-1] = longer
            while self(lines[-1], size) > room and len(parts := self._broken(lines[-1], room, size)) > 1:
                lines[-1:] = parts
        return lines

    def _broken(self, word: str, room: float, size: float) -> list[str]:
        """As much of a word as has room, and the rest; letters that are written as one stay together."""
        places = [at for at in range(1, len(word)) if _is_between_letters(word, at)]
        kept = next((at for at in reversed(places) if self(word[:at], size) <= room), (places or [len(word)])[0])
        return [word[:kept], word[kept:]] if kept < len(word) else [word]

    def _advance(self, sign: str) -> float:
        known = (advances[ord(sign)] for advances in self._advances if ord(sign) in advances)
        if (found := next(known, None)) is not None:
            return found
        if unicodedata.category(sign) in ("Mn", "Me", "Cf"):
            return 0
        return 1 if unicodedata.east_asian_width(sign) in "WF" else _LETTER


def _is_between_letters(text: str, at: int) -> bool:
    before, after = text[at - 1], text[at]
    is_mark = unicodedata.category(after) in ("Mn", "Mc", "Me", "Cf") or unicodedata.combining(before) == _VIRAMA
    return not is_mark and before not in _NOT_AFTER and after not in _NOT_BEFORE


@lru_cache(maxsize=32)
def _advances(font: Path, index: int) -> Mapping[int, float]:
    """By code point, in the font's size."""
    from fontTools.ttLib import TTFont

    with font.open("rb") as file:
        opened = TTFont(file, fontNumber=index, lazy=True)
        metrics, em = opened["hmtx"].metrics, opened["head"].unitsPerEm
        return {code: metrics[name][0] / em for code, name in opened.getBestCmap().items()}
