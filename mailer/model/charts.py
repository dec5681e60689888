"""A chart in an article: a small table of numbers, and how it is to be drawn."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum

MAX_LABEL = 60
"""Characters of a label, or of the name of a column."""


class ChartKind(StrEnum):
    """How a chart is drawn."""

    BAR = "bar"
    """A bar for each row and column, one below the other."""
    COLUMN = "column"
    """The same with upright bars, for a few points in time."""
    STACKED = "stacked"
    """A bar for each row, with its columns one after the other."""
    LINE = "line"
    """A line for each column; the rows are points in time."""
    SHARE = "share"
    """One bar, whose parts are the rows."""


@dataclass(frozen=True, slots=True)
class Row:
    """One row of a chart's table."""

    label: str
    values: tuple[Decimal | None, ...]
    """One for each column; None where no number is known."""


@dataclass(frozen=True, slots=True)
class Chart:
    """A chart, read and checked."""

    kind: ChartKind
    title: str
    """What the chart says, for readers who do not see it, too."""
    unit: str
    """What the numbers count, such as ``%`` or ``members``; may be empty."""
    columns: tuple[str, ...]
    """Names of the columns of numbers."""
    rows: tuple[Row, ...]
    label: str = ""
    """The heading of the column of labels; may be empty."""
    source: str = ""
    """Where the numbers are from; may be empty."""

    @property
    def whole(self) -> Decimal:
        """The sum of all numbers."""
        return sum((value for row in self.rows for value in row.values if value is not None), Decimal(0))

    @property
    def numbers_are_shares(self) -> bool:
        """Whether the numbers of a whole in parts are its shares themselves, so that one column says both."""
        return self.unit.strip() == "%" and self.whole == 100


MAX_BARS = 60
MAX_PARTS = 8


def unfit(chart: Chart) -> Iterator[str]:
    """Why numbers cannot be drawn as a chart of this kind, and what to do."""
    kind, rows, columns = chart.kind, len(chart.rows), len(chart.columns)
    numbers = [value for row in chart.rows for value in row.values if value is not None]
    if kind in (ChartKind.STACKED, ChartKind.SHARE) and min(numbers) < 0:
        yield f"a chart of the kind {kind} has no negative numbers; use “kind: bar”"
    elif kind in (ChartKind.STACKED, ChartKind.SHARE) and not any(numbers):
        yield f"a chart of the kind {kind} has a number above 0; use “kind: bar”"
    if kind is ChartKind.SHARE and columns > 1:
        yield f"a chart of the kind share has one column of numbers, not {columns}; use “kind: stacked”"
    if kind is ChartKind.SHARE and rows > MAX_PARTS:
        yield f"the whole has {rows} parts; {MAX_PARTS} are allowed: put small ones together, or use “kind: bar”"
    if kind in (ChartKind.BAR, ChartKind.COLUMN) and rows * columns > MAX_BARS:
        yield f"the chart has {rows * columns} bars; {MAX_BARS} are allowed: make it a table"
