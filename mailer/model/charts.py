"""A chart in an article: a small table of numbers, and how it is to be drawn."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum


class ChartKind(StrEnum):
    """How a chart is drawn."""

    BAR = "bar"
    """A bar for each row and column, side by side."""
    STACKED = "stacked"
    """A bar for each row, with its columns one after the other."""
    LINE = "line"
    """A line for each column; the rows are points in time."""


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
