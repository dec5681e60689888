"""Tables in plain text: columns that fit a line, or else a list of records."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

from mailer.adapters.render.folding import WIDTH, columns, fold, is_address, padded

BETWEEN = 2
"""Columns of the screen between two columns of a table."""


class Fold(Protocol):
    """As ``folding.fold``."""

    def __call__(self, text: str, width: int = WIDTH) -> list[str]: ...


def table(
    head: Sequence[str],
    rows: Sequence[Sequence[str]],
    width: int = WIDTH,
    *,
    sides: Sequence[str] = (),
    narrowest: int = 12,
    folded: Fold = fold,
) -> list[str]:
    """The table with its cells folded; one that is too wide for that as a line for each cell.

    ``sides``: left, right or center for each column. ``narrowest``: columns of the screen that a long cell needs.
    """
    cells = [list(column) for column in zip(head, *rows, strict=True)]
    widths = _widths(cells, width - BETWEEN * (len(cells) - 1), narrowest)
    if not widths:
        return _records(head, rows, width)
    places = list(zip(widths, sides or ["left"] * len(widths), strict=True))
    lines: list[str] = []
    parts = [[folded(cell, room) or [""] for cell, room in zip(row, widths, strict=True)] for row in (head, *rows)]
    loose = any(len(cell) > 1 for row in parts[1:] for cell in row)
    for at, row in enumerate(parts):
        if loose and at > 1:
            lines.append("")
        for line in range(max(map(len, row))):
            shown = (cell[line] if line < len(cell) else "" for cell in row)
            lines.append(_joined([padded(text, *place) for text, place in zip(shown, places, strict=True)]))
        if not at:
            lines.append(_joined(["-" * room for room in widths]))
    return lines


def _joined(cells: Sequence[str]) -> str:
    return (" " * BETWEEN).join(cells).rstrip(" ")


def _widths(cells: Sequence[Sequence[str]], room: int, narrowest: int) -> list[int]:
    """How wide each column is; nothing if not even the longest words fit side by side."""
    wanted = [max(map(columns, column)) for column in cells]
    if sum(wanted) <= room:
        return wanted
    least = [min(most, max(narrowest, *map(_longest_word, column))) for most, column in zip(wanted, cells, strict=True)]
    if sum(least) > room:
        return []
    widths = list(wanted)
    while sum(widths) > room:
        at = max(range(len(widths)), key=lambda at: (widths[at] > least[at], widths[at]))
        widths[at] -= 1
    return widths


def _longest_word(cell: str) -> int:
    """The columns that a cell needs; an ordinary word is broken beyond a quarter of a line."""
    words = ((word, columns(word)) for word in cell.split())
    return max((wide if is_address(word) else min(wide, WIDTH // 4) for word, wide in words), default=0)


def _records(head: Sequence[str], rows: Sequence[Sequence[str]], width: int) -> list[str]:
    """A line ``heading: cell`` for each cell, an empty line between rows."""
    lines: list[str] = []
    for row in rows:
        if lines:
            lines.append("")
        for name, cell in zip(head, row, strict=True):
            lines += fold(f"{name}: {cell}" if name else cell, width, rest="  ") if cell else []
    return lines
