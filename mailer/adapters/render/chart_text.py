"""What a chart says in words: its title, its numbers, and its alternative text."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from mailer.adapters.render.chart_scale import Numbers
from mailer.compose.catalogue import Catalogue
from mailer.model.charts import Chart, ChartKind
from mailer.phrases import phrase

ALL_SAID = 12
"""An alternative text has all numbers of a chart with at most as many; of a larger one it has the ends and extremes."""


def heading(chart: Chart) -> str:
    """The title with the unit: ``Members (thousands)``. Numbers in per cent say so themselves."""
    unit = chart.unit.strip()
    return f"{chart.title} ({unit})" if unit and unit != "%" else chart.title


def cells(chart: Chart, catalogue: Catalogue) -> list[list[str]]:
    """The rows of the table: a label, and the numbers; of a whole in parts their shares, too, where they differ."""
    numbers = Numbers(chart, catalogue)
    made = [[row.label, *map(numbers.value, row.values)] for row in chart.rows]
    if chart.kind is ChartKind.SHARE and not chart.numbers_are_shares:
        whole = chart.whole
        for line, row in zip(made, chart.rows, strict=True):
            line.append(numbers.share(row.values[0], whole))
    return made


def alternative(chart: Chart, catalogue: Catalogue) -> str:
    """The chart for a reader who does not see it: what it is about, and its numbers."""
    said = [heading(chart), *_series(chart, catalogue)]
    return " ".join(part if part.endswith((".", "?", "!")) else f"{part}." for part in said)


def _series(chart: Chart, catalogue: Catalogue) -> Iterator[str]:
    """A sentence for each column of numbers."""
    table = cells(chart, catalogue)
    for at, name in enumerate(chart.columns, start=1):
        pairs = [(line[0], line[-1] if chart.kind is ChartKind.SHARE else line[at]) for line in table]
        if len(pairs) > ALL_SAID:
            pairs = _ends_and_extremes(chart, at - 1, pairs)
        numbers = "; ".join(f"{label} {value}" for label, value in pairs)
        yield f"{name}: {numbers}" if len(chart.columns) > 1 else numbers


def _ends_and_extremes(chart: Chart, column: int, pairs: Sequence[tuple[str, str]]) -> list[tuple[str, str]]:
    known = [(value, at) for at, row in enumerate(chart.rows) if (value := row.values[column]) is not None]
    if not known:
        return []
    places = {known[0][1], known[-1][1], min(known)[1], max(known, key=lambda pair: (pair[0], -pair[1]))[1]}
    return [pairs[at] for at in sorted(places)]


def source(chart: Chart, catalogue: Catalogue) -> str:
    """Where the numbers are from."""
    return catalogue.translate(phrase("Source: %(source)s", source=chart.source))
