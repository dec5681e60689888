"""The scale of a chart: where its numbers are, and the round numbers that its axis names."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import NamedTuple

from babel.numbers import format_decimal, format_percent

from mailer.compose.catalogue import Catalogue
from mailer.model.charts import Chart, ChartKind

_STEPS = tuple(map(Decimal, ("1", "2", "2.5", "5", "10")))
_MOST_DECIMALS = 6
_NOTHING = Decimal(0)


@dataclass(frozen=True, slots=True)
class Scale:
    """An axis from ``low`` to ``high``."""

    low: Decimal
    high: Decimal
    ticks: tuple[Decimal, ...]
    """The round numbers on it, both ends among them; none where each number stands beside its bar."""

    def at(self, number: Decimal) -> float:
        """Where a number is: 0 is the low end, and 1 the high one."""
        return float((number - self.low) / (self.high - self.low))


class Extent(NamedTuple):
    """The smallest and the largest number."""

    low: Decimal
    high: Decimal


def scale(chart: Chart, most: int = 5) -> Scale:
    """The scale for all that a chart draws; that of lines has about ``most`` round numbers.

    It begins at zero, so that nothing looks larger than it is. Only a line may begin elsewhere, if all of it is far
    from zero.
    """
    low, high = extent(chart)
    apart = chart.kind is ChartKind.LINE and high - low < min(abs(low), abs(high)) / 2 and low * high > 0
    if not apart or low == high:
        low, high = min(low, _NOTHING), max(high, _NOTHING)
    if low == high:
        return Scale(_NOTHING, Decimal(1), (_NOTHING,))
    if chart.kind is not ChartKind.LINE:
        return Scale(low, high, ())
    step = _step((high - low) / most)
    first, last = low // step - (low % step < 0), -(-high // step)
    first = first if first * step <= low else first - 1
    last = last if last * step >= high else last + 1
    ticks = tuple(step * at for at in range(int(first), int(last) + 1))
    return Scale(ticks[0], ticks[-1], ticks)


def extent(chart: Chart) -> Extent:
    """Of all numbers that are drawn; of a bar of several parts the whole is drawn."""
    rows = ([value for value in row.values if value is not None] for row in chart.rows)
    if chart.kind is ChartKind.STACKED:
        numbers: Iterable[Decimal] = (sum(row, _NOTHING) for row in rows)
    else:
        numbers = (value for row in rows for value in row)
    known = list(numbers) or [_NOTHING]
    return Extent(min(known), max(known))


def _step(rough: Decimal) -> Decimal:
    """The round number that is nearest above a rough step."""
    power = Decimal(10) ** rough.adjusted()
    return next(step * power for step in _STEPS if step * power >= rough)


# --- Numbers in words of a language ---


_LEFT_TO_RIGHT = "\N{LEFT-TO-RIGHT MARK}"
"""Keeps a minus before its number where text runs from right to left, as CLDR has it."""


class Numbers:
    """Writes the numbers of a chart, all with as many decimals."""

    def __init__(self, chart: Chart, catalogue: Catalogue) -> None:
        self._locale = catalogue.locale
        self._minus = _LEFT_TO_RIGHT if catalogue.direction == "rtl" else ""
        self._percent = chart.unit.strip() == "%"
        self._decimals = _decimals(value for row in chart.rows for value in row.values if value is not None)

    def value(self, number: Decimal | None) -> str:
        """A number of the data; a dash where none is known."""
        return "–" if number is None else self._written(number, self._decimals)

    def ticks(self, numbers: Sequence[Decimal]) -> list[str]:
        """The numbers of an axis."""
        decimals = _decimals(numbers)
        return [self._written(number, decimals) for number in numbers]

    def share(self, part: Decimal | None, whole: Decimal) -> str:
        """A part in per cent of the whole."""
        if part is None or not whole:
            return "–"
        return format_percent((part / whole).quantize(Decimal("0.01")), locale=self._locale)

    def _written(self, number: Decimal, decimals: int) -> str:
        mark = self._minus if number < 0 else ""
        return mark + self._formatted(number.quantize(Decimal(1).scaleb(-decimals)), decimals)

    def _formatted(self, fixed: Decimal, decimals: int) -> str:
        if self._percent:
            pattern = self._locale.percent_formats[None].pattern
            whole, percent = pattern.replace("0", "0." + "0" * decimals if decimals else "0", 1), fixed / 100
            return format_percent(percent, format=whole, locale=self._locale, decimal_quantization=False)
        return format_decimal(fixed, format=_pattern(decimals), locale=self._locale)


def _pattern(decimals: int) -> str:
    return "#,##0" + ("." + "0" * decimals if decimals else "")


def _decimals(numbers: Iterable[Decimal]) -> int:
    """How many decimals the numbers need."""
    return max((min(_MOST_DECIMALS, max(0, -_exponent(number))) for number in numbers), default=0)


def _exponent(number: Decimal) -> int:
    exponent = number.normalize().as_tuple().exponent
    assert isinstance(exponent, int)  # a number of a chart is finite
    return exponent
