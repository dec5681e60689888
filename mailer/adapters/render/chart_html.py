"""A chart in the mail: bars are cells of tables, which every mail program shows, and text is text, also in the dark.

Lines are a picture, with a table of their numbers below it.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from decimal import Decimal
from typing import NamedTuple

from markupsafe import Markup

from mailer.adapters.render.chart_scale import Numbers, scale
from mailer.adapters.render.chart_text import cells, heading, source
from mailer.adapters.render.colour import Palette, steps
from mailer.compose.catalogue import Catalogue
from mailer.model.charts import Chart, ChartKind, Row

_TABLE = Markup(
    '<table role="presentation" class="{}" width="100%" cellpadding="0" cellspacing="0" border="0">{}</table>'
)
_NOTHING = Decimal(0)


class AreaColour(NamedTuple):
    """The colour of one of several areas, in both appearances."""

    name: str
    """Its class."""
    light: str
    dark: str


class MailChart:
    """One chart as HTML."""

    def __init__(self, chart: Chart, catalogue: Catalogue, colours: Palette) -> None:
        self._chart, self._catalogue = chart, catalogue
        self._numbers = Numbers(chart, catalogue)
        count = len(chart.rows) if chart.kind is ChartKind.SHARE else len(chart.columns)
        schemes = colours.light, colours.dark
        shades = zip(*(steps(scheme.accent, scheme.paper, count) for scheme in schemes), strict=True)
        self.areas = [AreaColour(f"a{count}-{at}", light, dark) for at, (light, dark) in enumerate(shades)]
        """The colours of its areas."""

    def html(self, picture: Markup) -> Markup:
        """What stands in its ``figure``. ``picture`` is shown for a chart of lines."""
        said = Markup('<p class="chart-title">{}</p>').format(heading(self._chart))
        return said + self._body(picture) + self._source()

    def _body(self, picture: Markup) -> Markup:
        kind = self._chart.kind
        if kind is ChartKind.LINE:
            return picture + self._table()
        if kind is ChartKind.SHARE:
            return self._share()
        return self._stacked() if kind is ChartKind.STACKED else self._bars()

    def _bars(self) -> Markup:
        several = len(self._chart.columns) > 1
        span = scale(self._chart)
        zero = span.at(_NOTHING) if span.low < span.high else 0
        rows: list[Markup] = []
        for row in self._chart.rows:
            if several:
                rows.append(Markup('<tr><td class="bar-group" colspan="3">{}</td></tr>').format(row.label))
            for series, value in enumerate(row.values):
                end = zero if value is None else span.at(value)
                ends = sorted((zero, end))
                bar = self._room([("", ends[0]), (self._area(series), ends[1] - ends[0]), ("", 1 - ends[1])])
                rows.append(self._row(self._chart.columns[series] if several else row.label, bar, value))
        return _TABLE.format("bars", Markup("").join(rows))

    def _stacked(self) -> Markup:
        high = scale(self._chart).high
        rows = []
        for row in self._chart.rows:
            parts = [(self._area(series), float((value or 0) / high)) for series, value in enumerate(row.values)]
            whole = sum((value for value in row.values if value is not None), _NOTHING)
            rest = 1 - sum(part for _, part in parts)
            rows.append(self._row(row.label, self._room([*parts, ("", rest)]), whole))
        legend = Markup(" &nbsp; ").join(
            Markup('<span class="swatch">{}</span>&nbsp;{}').format(self._swatch(series), name)
            for series, name in enumerate(self._chart.columns)
        )
        return (
            Markup('<p class="legend">{}</p>').format(legend)
            + _TABLE.format("bars", Markup("").join(rows))
            + self._table()
        )

    def _share(self) -> Markup:
        whole = self._chart.whole
        values = [row.values[0] or _NOTHING for row in self._chart.rows]
        bar = self._room(
            [(self._area(at), float(value / whole) if whole else 0) for at, value in enumerate(values)], 24
        )
        rows = Markup("").join(self._part(at, row, whole) for at, row in enumerate(self._chart.rows))
        return bar + _TABLE.format("bars parts", rows)

    def _part(self, series: int, row: Row, whole: Decimal) -> Markup:
        value = self._numbers.value(row.values[0])
        share = self._numbers.share(row.values[0], whole)
        if self._chart.numbers_are_shares:
            value, share = "", value
        number = Markup('<td class="bar-number" align="right">{}</td>').format(value) if value else ""
        return Markup(
            '<tr><td class="bar-swatch" width="24">{}</td><td class="bar-name">{}</td>'
            '<td class="bar-share" align="right"><strong>{}</strong></td>{}</tr>'
        ).format(self._swatch(series), row.label, share, number)

    # --- what kinds share ---

    def _row(self, name: str, bar: Markup, value: Decimal | None) -> Markup:
        return Markup(
            '<tr><td class="bar-name" width="34%">{}</td><td class="bar-room" width="52%">{}</td>'
            '<td class="bar-number" width="14%" align="right">{}</td></tr>'
        ).format(name, bar, self._numbers.value(value))

    def _area(self, series: int) -> Markup:
        area = self.areas[series]
        return Markup('class="area {}" bgcolor="{}"').format(area.name, area.light)

    def _swatch(self, series: int) -> Markup:
        area = self.areas[series]
        style = Markup('style="background-color: {}"').format(area.light)
        return Markup('<span class="{}" {}>&nbsp;&nbsp;&nbsp;</span>').format(area.name, style)

    @staticmethod
    def _room(parts: Sequence[tuple[str, float]], height: int = 14) -> Markup:
        """The cells of a bar, each with its part of the width; one that is too small for a cell gets a hundredth."""
        widths = _hundredths([part for _, part in parts], [bool(area) for area, _ in parts])
        cells = Markup("").join(
            Markup('<td {} width="{}%" height="{}">&nbsp;</td>').format(area, width, height)
            for (area, _), width in zip(parts, widths, strict=True)
            if width
        )
        return _TABLE.format("bar", Markup("<tr>{}</tr>").format(cells))

    def _table(self) -> Markup:
        """The numbers."""
        head = (self._chart.label, *self._chart.columns)
        heads = Markup("").join(
            Markup('<th scope="col"{}>{}</th>').format(_side(at), name or Markup("&nbsp;"))
            for at, name in enumerate(head)
        )
        rows = Markup("").join(
            Markup("<tr>{}</tr>").format(
                Markup("").join(Markup("<td{}>{}</td>").format(_side(at), cell) for at, cell in enumerate(line))
            )
            for line in cells(self._chart, self._catalogue)
        )
        kind = "table wide" if len(head) > 2 else "table"
        table = Markup("<table><thead><tr>{}</tr></thead><tbody>{}</tbody></table>").format(heads, rows)
        return Markup('<div class="{}">{}</div>').format(kind, table)

    def _source(self) -> Markup:
        if not self._chart.source:
            return Markup()
        return Markup("<figcaption>{}</figcaption>").format(source(self._chart, self._catalogue))


def _side(column: int) -> Markup:
    return Markup(' class="right"') if column else Markup()


def _hundredths(parts: Iterable[float], drawn: Sequence[bool]) -> list[int]:
    """Whole numbers that add up to 100, at least 1 for what is drawn and not nothing."""
    exact = [part * 100 for part in parts]
    whole = [max(int(part), 1) if area and part > 0 else int(part) for part, area in zip(exact, drawn, strict=True)]
    order = sorted(range(len(exact)), key=lambda at: exact[at] - whole[at], reverse=True)
    for at in order[: max(0, 100 - sum(whole))]:
        whole[at] += 1
    while sum(whole) > 100:
        whole[whole.index(max(whole))] -= 1
    return whole
