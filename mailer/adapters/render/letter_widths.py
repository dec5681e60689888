"""How wide text is in the fonts of the PDF, for drawings, whose text does not break by itself."""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping
from functools import lru_cache
from pathlib import Path

_LETTER = 0.64
"""The width of a letter in its size in a font that is not known here."""
_BOLD = 1.06
"""How much wider the same text is in bold."""


class Width:
    """Measures text that is set in one font. A letter that it lacks is taken to be as wide as one of another font."""

    def __init__(self, font: Path, index: int = 0) -> None:
        """``index``: its number in a collection."""
        self._advances = _advances(font, index)

    def __call__(self, text: str, size: float, *, bold: bool = False) -> float:
        """In units of ``size``."""
        return size * sum(self._advance(sign) for sign in text) * (_BOLD if bold else 1)

    def wrapped(self, text: str, room: float, size: float) -> list[str]:
        """The lines of ``text``; a word that is wider than ``room`` is broken."""
        lines = [""]
        for word in text.split():
            longer = f"{lines[-1]} {word}".strip()
            if lines[-1] and self(longer, size) > room:
                lines.append(word)
            else:
                lines[-1] = longer
            while self(lines[-1], size) > room and len(lines[-1]) > 1:
                kept = next(
                    at for at in range(len(lines[-1]) - 1, 0, -1) if at == 1 or self(lines[-1][:at], size) <= room
                )
                lines[-1:] = [lines[-1][:kept], lines[-1][kept:]]
        return lines

    def _advance(self, sign: str) -> float:
        if (known := self._advances.get(ord(sign))) is not None:
            return known
        if unicodedata.category(sign) in ("Mn", "Me", "Cf"):
            return 0
        return 1 if unicodedata.east_asian_width(sign) in "WF" else _LETTER


@lru_cache(maxsize=8)
def _advances(font: Path, index: int) -> Mapping[int, float]:
    """By code point, in the font's size."""
    from fontTools.ttLib import TTFont

    with font.open("rb") as file:
        opened = TTFont(file, fontNumber=index, lazy=True)
        metrics, em = opened["hmtx"].metrics, opened["head"].unitsPerEm
        return {code: metrics[name][0] / em for code, name in opened.getBestCmap().items()}
