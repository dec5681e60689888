"""A chart as shapes: numbers stand beside what they measure, and no colour is needed to read it."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from decimal import Decimal
from functools import cached_property
from typing import NamedTuple, TypeAlias

from mailer.adapters.render.chart_scale import Numbers, Scale, scale
from mailer.adapters.render.colour import Scheme, contrast, steps
from mailer.adapters.render.letter_widths import Width
from mailer.compose.catalogue import Catalogue
from mailer.model.charts import Chart, ChartKind

Point: TypeAlias = tuple[float, float]

WIDTH = 321
"""CSS pixels of a column of the page, 85 mm. One unit of the drawing is one of them."""
SIZE, SMALL = 11.0, 10.0
"""Sizes of letters: of labels and numbers, and of an axis."""
_LINE = 13.5
_BAR, _THIN, _BETWEEN, _GROUPS = 14, 11, 7, 9
"""The height of a bar, that of one among several, and the room between bars and between groups of them."""
_PLOT = 150
"""The height of columns and lines."""
_SPACE = 5
"""Between a bar and its number."""
_MOST_LABEL = 0.42
"""The most of the width that labels take."""
MARK = 3.2
"""Half of the width of a mark on a line."""

PATTERNS = 6
"""Areas are told apart by their lightness and by as many patterns, the first of which is none."""


class Area(NamedTuple):
    """A rectangle that stands for a number."""

    series: int
    x: float
    y: float
    width: float
    height: float


class Ground(NamedTuple):
    """A rectangle of paper below a number that stands on a pattern."""

    x: float
    y: float
    width: float
    height: float


class Stroke(NamedTuple):
    """A straight line: ``zero`` or ``grid``."""

    kind: str
    start: Point
    end: Point


class Line(NamedTuple):
    """The numbers of a column, one after the other."""

    series: int
    points: tuple[Point, ...]


class Mark(NamedTuple):
    """A number on a line: a polygon, or around its place a circle if that has no corners."""

    series: int
    place: Point
    corners: tuple[Point, ...]


class Text(NamedTuple):
    """``kind``: ``label``, ``value`` (bold), ``number``, ``inside`` or ``axis`` (small)."""

    kind: str
    place: Point
    anchor: str
    """``start``, ``middle`` or ``end``, as seen from left to right."""
    text: str
    fill: str = ""
    """The colour of ink if it is empty."""


Shape: TypeAlias = Area | Ground | Stroke | Line | Mark | Text


class Drawing:
    """One chart in the words of a language."""

    def __init__(self, chart: Chart, catalogue: Catalogue, colours: Scheme, width: Width) -> None:
        """``width`` measures text in the font of the labels."""
        self._chart, self.colours, self._width = chart, colours, width
        self._numbers = Numbers(chart, catalogue)
        self.direction = catalogue.direction
        self._mirrored = self.direction == "rtl"

    @cached_property
    def shapes(self) -> tuple[Sequence[Shape], float]:
        """What it is made of, and its height."""
        return self._form()()

    @cached_property
    def fills(self) -> list[str]:
        """The colours of its areas."""
        chart = self._chart
        return steps(self.colours.accent, self.colours.paper, max(len(chart.columns), self._parts))

    @property
    def text(self) -> str:
        """All that may stand in it, for the choice of fonts."""
        chart = self._chart
        numbers = (self._numbers.value(value) for row in chart.rows for value in row.values)
        ticks = self._numbers.ticks(self._scale.ticks)
        return " ".join((*chart.columns, *(row.label for row in chart.rows), *numbers, *ticks, "0123456789%–"))

    # --- kinds ---

    def _form(self) -> Callable[[], tuple[list[Shape], float]]:
        """What draws it."""
        forms = {
            ChartKind.LINE: self._lines,
            ChartKind.SHARE: self._share,
            ChartKind.STACKED: self._stacked,
            ChartKind.BAR: self._bars,
            ChartKind.COLUMN: self._columns if self._fits_upright() else self._bars,
        }
        return forms[self._chart.kind]

    @cached_property
    def _scale(self) -> Scale:
        return scale(self._chart)

    @property
    def _parts(self) -> int:
        return len(self._chart.rows) if self._chart.kind is ChartKind.SHARE else 1

    def _bars(self) -> tuple[list[Shape], float]:
        """A bar for each number, from a common zero, with its number at its end."""
        several = len(self._chart.columns) > 1
        thick = _THIN if several else _BAR
        shapes, y = self._legend(self._chart.columns if several else (), 0)
        room = self._label_room()
        left, right = room + self._number_room(negative=True), WIDTH - self._number_room(negative=False)
        zero = left + (right - left) * self._scale.at(Decimal(0))
        top = y
        for row in self._chart.rows:
            lines = self._wrapped(row.label, room - 2 * _SPACE)
            high = max(len(row.values) * thick, len(lines) * _LINE)
            shapes += self._label(lines, room - 2 * _SPACE, y + high / 2)
            at = y + (high - len(row.values) * thick) / 2
            for series, value in enumerate(row.values):
                shapes += self._bar(series, value, (left, right), zero, (at, thick - (2 if several else 0)))
                at += thick
            y += high + (_GROUPS if several else _BETWEEN)
        bottom = y - (_GROUPS if several else _BETWEEN)
        shapes.append(self._stroke("zero", (zero, top - 3), (zero, bottom + 3)))
        return shapes, bottom + 4

    def _bar(
        self, series: int, value: Decimal | None, ends: tuple[float, float], zero: float, place: tuple[float, float]
    ) -> Iterator[Shape]:
        y, thick = place
        x = zero if value is None else ends[0] + (ends[1] - ends[0]) * self._scale.at(value)
        if value:
            yield self._area(series, min(x, zero), y, abs(x - zero), thick)
        negative = value is not None and value < 0
        yield self._text(
            "value", x - _SPACE if negative else x + _SPACE, y + thick / 2 + 4, self._numbers.value(value),
            "end" if negative else "start",
        )  # fmt: skip

    def _stacked(self) -> tuple[list[Shape], float]:
        """A bar for each row, of one part for each column; the whole at its end."""
        shapes, y = self._legend(self._chart.columns, 0)
        room = self._label_room()
        right = WIDTH - self._number_room(negative=False)
        top = y
        for row in self._chart.rows:
            lines = self._wrapped(row.label, room - 2 * _SPACE)
            high = max(_BAR + 2, len(lines) * _LINE)
            shapes += self._label(lines, room - 2 * _SPACE, y + high / 2)
            x, at = room, y + (high - _BAR - 2) / 2
            for series, value in enumerate(row.values):
                long = (right - room) * float((value or 0) / self._scale.high)
                shapes += self._part(series, x, at, long, self._numbers.value(value)) if value else ()
                x += long
            whole = sum((value for value in row.values if value is not None), Decimal(0))
            shapes.append(self._text("value", x + _SPACE, at + _BAR / 2 + 5, self._numbers.value(whole), "start"))
            y += high + _BETWEEN
        shapes.append(self._stroke("zero", (room, top - 3), (room, y - _BETWEEN + 3)))
        return shapes, y - _BETWEEN + 4

    def _part(self, series: int, x: float, y: float, long: float, said: str) -> Iterator[Shape]:
        yield self._area(series, x, y, long, _BAR + 2)
        wide, middle = self._width(said, SMALL), x + long / 2
        if wide + 6 > long:
            return
        if hatched := bool(series % PATTERNS):
            yield self._ground(middle - wide / 2 - 2, y + 2.5, wide + 4, _BAR - 3)
        colour = self.colours.ink if hatched else on(self.fills[series])
        yield self._text("inside", middle, y + _BAR / 2 + 4.5, said, "middle", colour)

    def _share(self) -> tuple[list[Shape], float]:
        """One bar for the whole; its parts are named below it, with what they are of it."""
        whole = self._chart.whole
        x = 0.0
        shapes: list[Shape] = []
        for series, row in enumerate(self._chart.rows):
            long = WIDTH * float((row.values[0] or 0) / whole) if whole else 0
            shapes += [self._area(series, x, 0, long, 26)] if long else []
            x += long
        y = 26 + 10.0
        values = [self._numbers.value(row.values[0]) for row in self._chart.rows]
        shares = [self._numbers.share(row.values[0], whole) for row in self._chart.rows]
        numbers = max(self._width(value, SIZE) for value in values) + _GROUPS
        if self._chart.numbers_are_shares:
            values, shares, numbers = [""] * len(values), values, 0
        wide = max(self._width(share, SIZE, bold=True) for share in shares)
        room = WIDTH - 18 - wide - numbers - _GROUPS
        for series, (row, share, value) in enumerate(zip(self._chart.rows, shares, values, strict=True)):
            lines = self._wrapped(row.label, room)
            shapes.append(self._area(series, 0, y, 11, 11))
            shapes += [self._text("label", 18, y + 9.5 + at * _LINE, line, "start") for at, line in enumerate(lines)]
            shapes.append(self._text("value", WIDTH - numbers, y + 9.5, share, "end"))
            shapes += [self._text("label", WIDTH, y + 9.5, value, "end")] if value else []
            y += len(lines) * _LINE + 4
        return shapes, y - 2

    def _columns(self) -> tuple[list[Shape], float]:
        """Upright bars, each with its number at its end and its label below."""
        several = len(self._chart.columns) > 1
        shapes, top = self._legend(self._chart.columns if several else (), 0)
        low = self._scale.low
        top += 14
        bottom = top + _PLOT
        zero = bottom - _PLOT * self._scale.at(Decimal(0))
        step = WIDTH / len(self._chart.rows)
        wide = min(step * 0.72, 44.0 * len(self._chart.columns)) / len(self._chart.columns)
        for at, row in enumerate(self._chart.rows):
            middle = step * (at + 0.5)
            x = middle - wide * len(row.values) / 2
            for series, value in enumerate(row.values):
                y = zero if value is None else bottom - _PLOT * self._scale.at(value)
                if value:
                    shapes.append(self._area(series, x + 0.5, min(y, zero), wide - 1, abs(y - zero)))
                below = value is not None and value < 0
                number = self._numbers.value(value)
                shapes.append(self._text("number", x + wide / 2, y + 12 if below else y - 4, number, "middle"))
                x += wide
        shapes.append(self._stroke("zero", (0, zero), (WIDTH, zero)))
        foot = bottom + (14 if low < 0 else 2)
        deepest = 0
        for at, row in enumerate(self._chart.rows):
            lines = self._wrapped(row.label, step - 4)
            deepest = max(deepest, len(lines))
            shapes += [
                self._text("label", step * (at + 0.5), foot + 11 + line * _LINE, said, "middle")
                for line, said in enumerate(lines)
            ]
        return shapes, foot + deepest * _LINE + 3

    def _fits_upright(self) -> bool:
        """Whether each number is no wider than its column, and each label than its group."""
        rows, columns = self._chart.rows, len(self._chart.columns)
        step = WIDTH / len(rows)
        wide = min(step * 0.72, 44.0 * columns) / columns
        room = step if columns == 1 else wide + 3
        numbers = (self._numbers.value(value) for row in rows for value in row.values)
        words = (word for row in rows for word in row.label.split())
        return all(self._width(number, SMALL) <= room for number in numbers) and all(
            self._width(word, SIZE) <= step - 4 for word in words
        )

    def _lines(self) -> tuple[list[Shape], float]:
        """A line for each column, with its last number and its name at its end."""
        names = self._names_at_ends()
        heights = [max(len(lines), 1) * _LINE for _, lines in names]
        ticks = self._numbers.ticks(self._scale.ticks)
        left = max(self._width(tick, SMALL) for tick in ticks) + 8
        wide = (self._width(number, SIZE, bold=True) + 4 + self._names_width(lines) for number, lines in names)
        right = WIDTH - max(wide) - 8
        top, bottom = 8.0, 8.0 + max(_PLOT, sum(heights))
        shapes: list[Shape] = []
        for tick, number in zip(ticks, self._scale.ticks, strict=True):
            y = bottom - (bottom - top) * self._scale.at(number)
            shapes.append(self._stroke("zero" if number == 0 else "grid", (left, y), (right, y)))
            shapes.append(self._text("axis", left - 5, y + 3.5, tick, "end"))
        places = self._places(left + MARK + 2, right - MARK - 2)
        ends: list[tuple[float, int]] = []
        for series in range(len(self._chart.columns)):
            points = [
                (x, bottom - (bottom - top) * self._scale.at(value)) if value is not None else None
                for x, value in zip(places, (row.values[series] for row in self._chart.rows), strict=True)
            ]
            shapes += self._line(series, points)
            last = next((point for point in reversed(points) if point), None)
            ends += [(last[1], series)] if last else []
        for y, series in _apart(ends, heights, (top - 6, bottom + 6)):
            shapes += self._name(names[series], right + 6, y - heights[series] / 2 + 10.5)
        shapes += self._below(places, bottom + 16)
        return shapes, bottom + 16 + 6

    def _names_at_ends(self) -> list[tuple[str, list[str]]]:
        """What stands at the end of each line: its last number, and its name in lines if there are several."""
        said = []
        for series, name in enumerate(self._chart.columns):
            known = [row.values[series] for row in self._chart.rows if row.values[series] is not None]
            named = self._wrapped(name, WIDTH * 0.25) if len(self._chart.columns) > 1 else []
            said.append((self._numbers.value(known[-1]) if known else "", named))
        return said

    def _names_width(self, lines: Sequence[str]) -> float:
        return max((self._width(line, SIZE) for line in lines), default=0)

    def _name(self, said: tuple[str, list[str]], x: float, y: float) -> Iterator[Shape]:
        number, lines = said
        yield self._text("value", x, y, number, "start")
        beside = x + self._width(number, SIZE, bold=True) + 4
        for at, line in enumerate(lines):
            yield self._text("label", beside, y + at * _LINE, line, "start")

    def _places(self, left: float, right: float) -> list[float]:
        """Where the rows are, from left to right; a single one is in the middle."""
        count = len(self._chart.rows)
        if count == 1:
            return [(left + right) / 2]
        return [left + (right - left) * at / (count - 1) for at in range(count)]

    def _line(self, series: int, points: Sequence[tuple[float, float] | None]) -> Iterator[Shape]:
        """The line, broken where a number is not known, and its marks."""
        run: list[tuple[float, float]] = []
        for point in [*points, None]:
            if point:
                run.append(point)
                continue
            if len(run) > 1:
                yield Line(series, tuple((self._x(x), y) for x, y in run))
            yield from (self._mark(series, x, y) for x, y in run if len(points) <= 24 or len(run) == 1)
            run = []

    def _mark(self, series: int, x: float, y: float) -> Mark:
        half = MARK
        corners = {
            1: ((-half, -half), (half, -half), (half, half), (-half, half)),
            2: ((0, -half - 1), (half + 1, half), (-half - 1, half)),
            3: ((0, -half - 1), (half + 1, 0), (0, half + 1), (-half - 1, 0)),
            4: ((0, half + 1), (half + 1, -half), (-half - 1, -half)),
        }.get(series, ())
        x = self._x(x)
        return Mark(series, (x, y), tuple((x + dx, y + dy) for dx, dy in corners))

    def _below(self, places: Sequence[float], y: float) -> Iterator[Shape]:
        """The labels of the rows below the lines: as many as have room, the first and the last among them."""
        taken: list[tuple[float, float]] = []
        last = len(places) - 1
        for at in sorted(range(len(places)), key=lambda at: (at not in (0, last), at)):
            label = self._chart.rows[at].label
            wide = self._width(label, SMALL)
            start = min(max(places[at] - wide / 2, 0.0), WIDTH - wide)
            if all(start > end + 8 or start + wide < begin - 8 for begin, end in taken) and wide < WIDTH / 2:
                taken.append((start, start + wide))
                yield self._text("axis", start + wide / 2, y, label, "middle")

    # --- what kinds share ---

    def _legend(self, names: Sequence[str], y: float) -> tuple[list[Shape], float]:
        """The areas with their names, in lines; and where what follows begins."""
        shapes: list[Shape] = []
        x = 0.0
        for series, name in enumerate(names):
            lines = self._wrapped(name, WIDTH - 18)
            wide = 16 + max(self._width(line, SIZE) for line in lines)
            if x and x + wide > WIDTH:
                x, y = 0.0, y + _LINE + 3
            shapes.append(self._area(series, x, y, 10, 10))
            for at, line in enumerate(lines):
                shapes.append(self._text("label", x + 15, y + 9 + at * _LINE, line, "start"))
            y += (len(lines) - 1) * _LINE
            x += wide + 14
        return shapes, y + (22 if names else 3)

    def _label_room(self) -> float:
        """The width of the labels beside the bars, with the room between."""
        longest = max(self._width(row.label, SIZE) for row in self._chart.rows)
        return min(longest, WIDTH * _MOST_LABEL) + 2 * _SPACE

    def _number_room(self, *, negative: bool) -> float:
        """The room for numbers beyond the bars on one side."""
        values = [value for row in self._chart.rows for value in row.values]
        if self._chart.kind is ChartKind.STACKED:
            values = [sum((value for value in row.values if value is not None), Decimal(0)) for row in self._chart.rows]
        here = [value for value in values if (value is not None and value < 0) is negative]
        return max((self._width(self._numbers.value(value), SIZE, bold=True) + 2 * _SPACE for value in here), default=0)

    def _label(self, lines: Sequence[str], right: float, middle: float) -> Iterator[Shape]:
        y = middle - len(lines) * _LINE / 2 + 10
        for at, line in enumerate(lines):
            yield self._text("label", right, y + at * _LINE, line, "end")

    def _wrapped(self, text: str, room: float) -> list[str]:
        return self._width.wrapped(text, room, SIZE)

    def _area(self, series: int, x: float, y: float, wide: float, high: float) -> Area:
        return Area(series, self._x(x + wide) if self._mirrored else x, y, max(wide, 0.4), high)

    def _ground(self, x: float, y: float, wide: float, high: float) -> Ground:
        return Ground(self._x(x + wide) if self._mirrored else x, y, wide, high)

    def _text(self, kind: str, x: float, y: float, text: str, anchor: str, fill: str = "") -> Text:
        if self._mirrored and anchor != "middle":
            anchor = "start" if anchor == "end" else "end"
        return Text(kind, (self._x(x), y), anchor, text, fill)

    def _stroke(self, kind: str, start: Point, end: Point) -> Stroke:
        (x1, y1), (x2, y2) = start, end
        return Stroke(kind, (self._x(x1), y1), (self._x(x2), y2))

    def _x(self, x: float) -> float:
        """In a language that is written from right to left, the drawing is too."""
        return WIDTH - x if self._mirrored else x


def on(fill: str) -> str:
    """Black or white, whichever is read better on an area."""
    return max("#000000", "#ffffff", key=lambda ink: contrast(ink, fill))


def _apart(
    ends: Sequence[tuple[float, int]], heights: Sequence[float], room: tuple[float, float]
) -> list[tuple[float, int]]:
    """Where the names at the ends of lines stand, from above; those that would overlap are moved down, and up again."""
    placed: list[tuple[float, int]] = []
    free = room[0]
    for y, series in sorted(ends):
        half = heights[series] / 2
        placed.append((max(y, free + half), series))
        free = placed[-1][0] + half
    free = room[1]
    for at in range(len(placed) - 1, -1, -1):
        y, series = placed[at]
        half = heights[series] / 2
        placed[at] = min(y, free - half), series
        free = placed[at][0] - half
    return placed
