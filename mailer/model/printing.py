"""Printing on paper: the sizes of pages, what a printer trims, and the order of a booklet's pages on its sheets."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from enum import StrEnum
from typing import NamedTuple

BLEED = 3.0
"""Millimetres beyond the edge of a page up to which its colours and pictures go, because a guillotine is not exact."""
MARGIN = 12.0
"""Millimetres around a page that are there for the printer's marks, with the bleed in them."""


class Paper(StrEnum):
    """The size of a page (ISO 216)."""

    A4 = "A4"
    A5 = "A5"


class Side(NamedTuple):
    """A side of a sheet: the pages on its left and its right half, counted from 0; None is an empty half."""

    left: int | None
    right: int | None


def booklet_sides(pages: int, *, right_to_left: bool = False, has_back: bool = False) -> Iterator[Side]:
    """The sides of a booklet's sheets, the front of each and then its back.

    The sheets are turned over their short edge, laid into each other and folded once. Each has four pages, so empty
    pages are added: at the end, or before the last page if that is the back of the cover (``has_back``). A booklet
    that is read from right to left has its spine on the right.
    """
    order = _padded(pages, has_back)
    last = len(order) - 1
    for sheet in range(len(order) // 4):
        outer, inner = (last - 2 * sheet, 2 * sheet), (2 * sheet + 1, last - 2 * sheet - 1)
        for left, right in (outer, inner):
            side = Side(order[left], order[right])
            yield Side(side.right, side.left) if right_to_left else side


def _padded(pages: int, has_back: bool) -> Sequence[int | None]:
    """The pages, with so many empty ones that four fit on each sheet."""
    known: list[int | None] = list(range(pages))
    empty: list[int | None] = [None] * (-pages % 4)
    return [*known[:-1], *empty, *known[-1:]] if has_back else [*known, *empty]
