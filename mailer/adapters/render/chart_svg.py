"""A chart as SVG, for the PDF."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import singledispatch
from html import escape

from mailer.adapters.render.chart_drawing import (
    MARK,
    PATTERNS,
    SIZE,
    SMALL,
    WIDTH,
    Area,
    Drawing,
    Ground,
    Line,
    Mark,
    Point,
    Shape,
    Stroke,
    Text,
    on,
)
from mailer.adapters.render.colour import Scheme, mix

DASHES = ("", "6 2.5", "2 2", "8 2 2 2", "4 4", "1 2.5")
"""The strokes of lines, by their series, in units of the drawing."""

_HATCHES = (
    "",
    "M-1 1 L1 -1 M0 6 L6 0 M5 7 L7 5",
    "M0 3 L6 3",
    "M-1 5 L1 7 M0 0 L6 6 M5 -1 L7 1",
    "M3 0 L3 6",
    "M0 3 L6 3 M3 0 L3 6",
)
"""The patterns of areas, by their series, each of 6 units in square."""

_MIRRORED = {"start": "end", "middle": "middle", "end": "start"}
"""Anchors of text that is written from right to left, where SVG begins on the right."""


def svg(drawing: Drawing, font: str) -> bytes:
    """The drawing; ``font`` is the value of ``font-family`` of its text."""
    shapes, height = drawing.shapes
    size = f'viewBox="0 0 {WIDTH} {height:.2f}" width="{WIDTH}" height="{height:.2f}"'
    parts = (_style(drawing.colours, font, drawing.direction), f"<defs>{''.join(_patterns(drawing.fills))}</defs>")
    drawn = (_shape(shape, drawing) for shape in shapes)
    return f'<svg xmlns="http://www.w3.org/2000/svg" {size}>{"".join((*parts, *drawn))}</svg>'.encode()


def _style(colours: Scheme, font: str, direction: str) -> str:
    ink, accent, paper = colours.ink, colours.accent, colours.paper
    rules = (
        f"text {{ font-family: {font}; font-size: {SIZE:g}px; fill: {ink}; direction: {direction}; }}",
        f".axis, .number, .inside {{ font-size: {SMALL:g}px; }}",
        f".axis {{ fill: {colours.muted}; }}",
        ".value { font-weight: 600; }",
        f".area {{ stroke: {accent}; stroke-width: 0.6; }}",
        f".zero {{ stroke: {ink}; stroke-width: 0.8; }}",
        f".grid {{ stroke: {grid(colours)}; stroke-width: 0.5; }}",
        f".line {{ fill: none; stroke: {accent}; stroke-width: 1.8; stroke-linejoin: round; }}",
        f".mark {{ fill: {accent}; stroke: {accent}; stroke-width: 1; }}",
        f".open {{ fill: {paper}; }}",
    )
    return f"<style>{escape(' '.join(rules), quote=False)}</style>"


def grid(colours: Scheme) -> str:
    """The colour of the lines behind a chart, which nobody needs to see to read it."""
    return mix(colours.ink, colours.paper, 0.75)


def _patterns(fills: Sequence[str]) -> Iterator[str]:
    for series, fill in enumerate(fills):
        if path := _HATCHES[series % PATTERNS]:
            yield (
                f'<pattern id="h{series}" width="6" height="6" patternUnits="userSpaceOnUse">'
                f'<path d="{path}" fill="none" stroke="{on(fill)}" stroke-width="1"/></pattern>'
            )


@singledispatch
def _shape(shape: Shape, drawing: Drawing) -> str:
    raise TypeError(f"{shape!r} is no shape of a chart")


@_shape.register
def _(area: Area, drawing: Drawing) -> str:
    place = f'x="{area.x:.2f}" y="{area.y:.2f}" width="{area.width:.2f}" height="{area.height:.2f}"'
    filled = f'<rect class="area" {place} fill="{drawing.fills[area.series]}"/>'
    return filled + (f'<rect {place} fill="url(#h{area.series})"/>' if _HATCHES[area.series % PATTERNS] else "")


@_shape.register
def _(ground: Ground, drawing: Drawing) -> str:
    place = f'x="{ground.x:.2f}" y="{ground.y:.2f}" width="{ground.width:.2f}" height="{ground.height:.2f}"'
    return f'<rect {place} fill="{drawing.colours.paper}"/>'


@_shape.register
def _(stroke: Stroke, drawing: Drawing) -> str:
    (x1, y1), (x2, y2) = stroke.start, stroke.end
    return f'<line class="{stroke.kind}" x1="{x1:.2f}" y1="{y1:.2f}" x2="{x2:.2f}" y2="{y2:.2f}"/>'


@_shape.register
def _(line: Line, drawing: Drawing) -> str:
    dash = f' stroke-dasharray="{DASHES[line.series]}"' if DASHES[line.series] else ""
    return f'<polyline class="line" points="{_path(line.points)}"{dash}/>'


@_shape.register
def _(mark: Mark, drawing: Drawing) -> str:
    if mark.corners:
        return f'<polygon class="mark" points="{_path(mark.corners)}"/>'
    kind = "mark open" if mark.series else "mark"
    return f'<circle class="{kind}" cx="{mark.place[0]:.2f}" cy="{mark.place[1]:.2f}" r="{MARK}"/>'


@_shape.register
def _(text: Text, drawing: Drawing) -> str:
    colour = f' style="fill: {text.fill}"' if text.fill else ""
    anchor = _MIRRORED[text.anchor] if drawing.direction == "rtl" else text.anchor
    place = f'x="{text.place[0]:.2f}" y="{text.place[1]:.2f}" text-anchor="{anchor}"'
    return f'<text class="{text.kind}" {place}{colour}>{escape(text.text)}</text>'


def _path(points: Sequence[Point]) -> str:
    return " ".join(f"{x:.2f},{y:.2f}" for x, y in points)
