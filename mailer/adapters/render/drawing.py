"""The route that information takes, drawn as SVG: a box for each party, and a numbered arrow for each handover."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from html import escape
from typing import NamedTuple

from mailer.model.criteria import Party, Route

WIDTH = 360
"""Units of the drawing, which are pixels on a phone: it is narrow and high, so that nobody has to enlarge it."""
_LANE, _PAD, _GAP, _EDGE = 26, 9, 46, 6
_NAME, _DETAIL = 13.5, 11.5
"""Sizes of letters."""
_NAME_LINE, _DETAIL_LINE = 17, 15
_LETTER = 0.64
"""The width of a letter in its size, in a wide font. What font a browser has is not known here."""
_BADGE = 9
"""The radius of the circle around a number."""


@dataclass(frozen=True, slots=True)
class _Box:
    top: float
    height: float
    name: Sequence[str]
    details: Sequence[str]

    @property
    def bottom(self) -> float:
        return self.top + self.height


@dataclass(frozen=True, slots=True)
class _Arrow:
    number: int
    start: int
    """The index of a box."""
    end: int

    @property
    def adjacent(self) -> bool:
        return abs(self.end - self.start) == 1

    @property
    def between(self) -> tuple[int, int]:
        return min(self.start, self.end), max(self.start, self.end)


class Label(NamedTuple):
    """A line of words in a box of the drawing, in its units."""

    kind: str
    """``name`` or ``detail``."""
    left: float
    width: float
    baseline: float
    text: str


class Drawing(NamedTuple):
    """The parts of a drawing."""

    height: float
    shapes: Sequence[str]
    labels: Sequence[Label]

    def svg(self, alt: str, style: str = "") -> str:
        """The drawing, which a screen reader reads as ``alt``. Without a ``style`` of its own, the page has it."""
        sheet = f"<style>{style}</style>" if style else ""
        words = (
            f'<text class="{one.kind}" x="{one.left + one.width / 2:g}" y="{one.baseline:g}">{escape(one.text)}</text>'
            for one in self.labels
        )
        return (
            f'<svg xmlns="http://www.w3.org/2000/svg" class="route" viewBox="0 0 {WIDTH} {self.height:g}" role="img" '
            f'aria-label="{escape(alt)}">{sheet}{"".join(self.shapes)}{"".join(words)}</svg>'
        )


def draw(route: Route) -> Drawing:
    """The drawing of the route."""
    arrows = _arrows(route)
    beside = [arrow for arrow in arrows if not arrow.adjacent]
    up, down = _lanes([a for a in beside if a.end < a.start]), _lanes([a for a in beside if a.end > a.start])
    left, right = _EDGE + _LANE * len(down), WIDTH - _EDGE - _LANE * len(up)
    boxes = _boxes(route.parties, right - left - 2 * _PAD)
    shapes = [*_frames(boxes, left, right), *_in_gaps(arrows, boxes, left, right)]
    shapes += _in_lanes(down, beside, boxes, left, -1)
    shapes += _in_lanes(up, beside, boxes, right, 1)
    return Drawing(boxes[-1].bottom + _EDGE, shapes, list(_labels(boxes, left, right)))


def _arrows(route: Route) -> list[_Arrow]:
    places = {party.key: at for at, party in enumerate(route.parties)}
    return [_Arrow(at, places[one.giver], places[one.taker]) for at, one in enumerate(route.handovers, 1)]


def _lanes(arrows: Sequence[_Arrow]) -> list[_Arrow]:
    """The arrows beside the boxes, the innermost lane first: short ones do not cross long ones."""
    return sorted(arrows, key=lambda arrow: (arrow.between[1] - arrow.between[0], arrow.number))


def _boxes(parties: Sequence[Party], room: float) -> list[_Box]:
    boxes: list[_Box] = []
    top: float = _EDGE
    for party in parties:
        name = _wrapped(party.name, room, _NAME)
        details = [line for detail in party.details for line in _wrapped(detail, room, _DETAIL)]
        height = 2 * _PAD + len(name) * _NAME_LINE + len(details) * _DETAIL_LINE
        boxes.append(_Box(top, height, name, details))
        top += height + _GAP
    return boxes


def _wrapped(text: str, room: float, size: float) -> list[str]:
    lines = [""]
    for word in text.split():
        longer = f"{lines[-1]} {word}".strip()
        if lines[-1] and _width(longer, size) > room:
            lines.append(word)
        else:
            lines[-1] = longer
        while _width(lines[-1], size) > room:  # an address, or a script without blanks
            kept = next(
                at for at in range(len(lines[-1]) - 1, 0, -1) if at == 1 or _width(lines[-1][:at], size) <= room
            )
            lines[-1:] = [lines[-1][:kept], lines[-1][kept:]]
    return lines


def _width(text: str, size: float) -> float:
    return size * sum(1 if unicodedata.east_asian_width(sign) in "WF" else _LETTER for sign in text)


def _frames(boxes: Sequence[_Box], left: float, right: float) -> Iterator[str]:
    for box in boxes:
        yield (
            f'<rect class="box" x="{left:g}" y="{box.top:g}" width="{right - left:g}" height="{box.height:g}" rx="5"/>'
        )


def _labels(boxes: Sequence[_Box], left: float, right: float) -> Iterator[Label]:
    for box in boxes:
        y = box.top + _PAD - 4
        for line in box.name:
            y += _NAME_LINE
            yield Label("name", left, right - left, y, line)
        for line in box.details:
            y += _DETAIL_LINE
            yield Label("detail", left, right - left, y, line)


def _in_gaps(arrows: Sequence[_Arrow], boxes: Sequence[_Box], left: float, right: float) -> Iterator[str]:
    """The arrows between neighbours, side by side."""
    for upper in range(len(boxes) - 1):
        here = [arrow for arrow in arrows if arrow.between == (upper, upper + 1)]
        for at, arrow in enumerate(here, 1):
            x = left + (right - left) * at / (len(here) + 1)
            top, bottom = boxes[upper].bottom, boxes[upper + 1].top
            start, end = (top, bottom) if arrow.end > arrow.start else (bottom, top)
            yield from _line([(x, start), (x, end)])
            yield from _badge(arrow.number, x, (top + bottom) / 2)


def _in_lanes(
    lanes: Sequence[_Arrow], beside: Sequence[_Arrow], boxes: Sequence[_Box], edge: float, side: int
) -> Iterator[str]:
    """The arrows that pass boxes by, on the left (``side`` -1) or on the right (1) of them."""
    for lane, arrow in enumerate(lanes):
        x = edge + side * (lane + 0.6) * _LANE
        start, end = (_entry(arrow, lanes, boxes, at) for at in (arrow.start, arrow.end))
        yield from _line([(edge, start), (x, start), (x, end), (edge, end)])
        yield from _badge(arrow.number, x, (start + end) / 2)


def _entry(arrow: _Arrow, lanes: Sequence[_Arrow], boxes: Sequence[_Box], at: int) -> float:
    """Where an arrow meets the side of a box; several that do keep apart."""
    here = [other for other in lanes if at in (other.start, other.end)]
    if at == max(arrow.between):  # from above: the innermost lane comes first
        here.sort(key=lambda other: (at != max(other.between), lanes.index(other)))
    else:
        here.sort(key=lambda other: (at != max(other.between), -lanes.index(other)))
    return boxes[at].top + boxes[at].height * (here.index(arrow) + 1) / (len(here) + 1)


def _line(points: Sequence[tuple[float, float]]) -> Iterator[str]:
    """A line with a head at its last point."""
    (x0, y0), (x, y) = points[-2:]
    dx, dy = (x > x0) - (x < x0), (y > y0) - (y < y0)
    path = " ".join(f"{px:g},{py:g}" for px, py in (*points[:-1], (x - 6 * dx, y - 6 * dy)))
    yield f'<polyline class="arrow" points="{path}"/>'
    back, across = (x - 9 * dx, y - 9 * dy), (4.5 * dy, 4.5 * dx)
    corners = (x, y), (back[0] + across[0], back[1] + across[1]), (back[0] - across[0], back[1] - across[1])
    yield f'<polygon class="head" points="{" ".join(f"{px:g},{py:g}" for px, py in corners)}"/>'


def _badge(number: int, x: float, y: float) -> Iterator[str]:
    yield f'<circle class="badge" cx="{x:g}" cy="{y:g}" r="{_BADGE}"/>'
    yield f'<text class="number" x="{x:g}" y="{y + 4:g}">{number}</text>'
