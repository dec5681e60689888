"""A chart of lines as a PNG, for the mail: from the same shapes as the PDF's."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from functools import singledispatchmethod
from io import BytesIO
from itertools import pairwise
from math import hypot

from PIL import Image, ImageDraw, ImageFont

from mailer.adapters.render.chart_drawing import (
    MARK,
    SIZE,
    SMALL,
    WIDTH,
    Drawing,
    Line,
    Mark,
    Point,
    Shape,
    Stroke,
    Text,
)
from mailer.adapters.render.chart_svg import DASHES, grid

SHOWN = 400
"""CSS pixels of its width in the mail; its letters are then as large as those of a caption."""
_DENSITY = 2
"""Pixels for each CSS pixel."""
_FINER = 2
"""It is drawn so many times larger, and scaled down, so that its lines are smooth."""
_UNIT = SHOWN * _DENSITY * _FINER / WIDTH
_ANCHORS = {"start": "ls", "middle": "ms", "end": "rs"}

Typeface = Callable[[str, int, float], ImageFont.FreeTypeFont | None]
"""The font for a text of a weight and a size in pixels; None if no font has all of its characters."""


def png(drawing: Drawing, typeface: Typeface) -> tuple[bytes, int]:
    """The picture, and its height in CSS pixels where it is ``SHOWN`` wide."""
    shapes, height = drawing.shapes
    size = round(WIDTH * _UNIT), round(height * _UNIT)
    sheet = Image.new("RGB", size, drawing.colours.paper)
    painter = _Painter(ImageDraw.Draw(sheet), drawing, typeface)
    for shape in shapes:
        painter.draw(shape)
    small = sheet.resize((SHOWN * _DENSITY, round(size[1] / _FINER)), Image.Resampling.BOX)
    out = BytesIO()
    small.quantize(64, dither=Image.Dither.NONE).save(out, "PNG", optimize=True)
    return out.getvalue(), round(small.height / _DENSITY)


class _Painter:
    def __init__(self, sheet: ImageDraw.ImageDraw, drawing: Drawing, typeface: Typeface) -> None:
        self._sheet, self._colours, self._typeface = sheet, drawing.colours, typeface

    @singledispatchmethod
    def draw(self, shape: Shape) -> None:
        raise TypeError(f"{shape!r} is no shape of a chart of lines")

    @draw.register
    def _(self, stroke: Stroke) -> None:
        strong = stroke.kind == "zero"
        colour, width = (self._colours.ink, 0.8) if strong else (grid(self._colours), 0.5)
        self._sheet.line(_scaled((stroke.start, stroke.end)), fill=colour, width=max(1, round(width * _UNIT)))

    @draw.register
    def _(self, line: Line) -> None:
        dash = [float(part) for part in DASHES[line.series].split()]
        for part in _dashed(line.points, dash) if dash else [line.points]:
            self._sheet.line(_scaled(part), fill=self._colours.accent, width=round(1.8 * _UNIT), joint="curve")

    @draw.register
    def _(self, mark: Mark) -> None:
        accent = self._colours.accent
        if mark.corners:
            self._sheet.polygon(_scaled(mark.corners), fill=accent)
            return
        (x, y) = mark.place
        box = _scaled(((x - MARK, y - MARK), (x + MARK, y + MARK)))
        self._sheet.ellipse(
            box, fill=self._colours.paper if mark.series else accent, outline=accent, width=round(_UNIT)
        )

    @draw.register
    def _(self, text: Text) -> None:
        size = (SMALL if text.kind == "axis" else SIZE) * _UNIT
        font = self._typeface(text.text, 600 if text.kind == "value" else 400, size)
        if font is None:
            return
        colour = self._colours.muted if text.kind == "axis" else self._colours.ink
        (place,) = _scaled((text.place,))
        self._sheet.text(place, text.text, fill=colour, font=font, anchor=_ANCHORS[text.anchor])


def _scaled(points: Sequence[Point]) -> list[Point]:
    return [(x * _UNIT, y * _UNIT) for x, y in points]


def _dashed(points: Sequence[Point], pattern: Sequence[float]) -> Iterator[list[Point]]:
    """The strokes of a broken line; it goes around its corners without beginning anew."""
    at, left = 0, pattern[0]
    run: list[Point] = [points[0]]
    for start, end in pairwise(points):
        long = hypot(end[0] - start[0], end[1] - start[1])
        gone = 0.0
        while long - gone > left:
            gone += left
            place = tuple(a + (b - a) * gone / long for a, b in zip(start, end, strict=True))
            if at % 2 == 0:
                yield [*run, (place[0], place[1])]
            run = [(place[0], place[1])]
            at += 1
            left = pattern[at % len(pattern)]
        left -= long - gone
        run.append(end)
    if at % 2 == 0 and len(run) > 1:
        yield run
