"""Colours of CSS, and whether text in one can be seen on another."""

from __future__ import annotations

import re
from typing import NamedTuple

READABLE = 2.0
"""The contrast (WCAG 2.2) above which text is there for a reader, if not comfortably."""

_WORDS = """
    black 000000 windowtext 000000 white ffffff red ff0000 green 008000 blue 0000ff navy 000080 gray 808080 grey
    808080 silver c0c0c0 maroon 800000 purple 800080 teal 008080 olive 808000 orange ffa500 yellow ffff00 lime
    00ff00 aqua 00ffff cyan 00ffff fuchsia ff00ff magenta ff00ff darkblue 00008b darkgreen 006400 darkred 8b0000
    brown a52a2a darkgray a9a9a9 darkgrey a9a9a9 dimgray 696969 dimgrey 696969 ivory fffff0 lightgray d3d3d3
    lightgrey d3d3d3 whitesmoke f5f5f5 snow fffafa window ffffff steelblue 4682b4 royalblue 4169e1 midnightblue
    191970 slategray 708090
"""
_NAMES = dict(re.findall(r"(\w+) ([0-9a-f]{6})", _WORDS))
_HEX = re.compile(r"#?([0-9a-f]{3}|[0-9a-f]{6})")
_RGB = re.compile(r"rgba?\((\d{1,3})[ ,]+(\d{1,3})[ ,]+(\d{1,3})(?:[ ,/]+(0?\.\d+|[01](?:\.0+)?))?\)")


class Colour(NamedTuple):
    red: int
    green: int
    blue: int

    @property
    def luminance(self) -> float:
        """Relative luminance (WCAG 2.2), from 0 for black to 1 for white."""
        return sum(
            share * (value / 12.92 if value <= 0.04045 else ((value + 0.055) / 1.055) ** 2.4)
            for share, value in zip((0.2126, 0.7152, 0.0722), (part / 255 for part in self), strict=True)
        )


BLACK, WHITE = Colour(0, 0, 0), Colour(255, 255, 255)


def read_colour(value: str) -> Colour | None:
    """The opaque colour that a value in lower case names; None if it is not certain which."""
    if found := _HEX.fullmatch(_NAMES.get(value, value)):
        digits = found[1] if len(found[1]) == 6 else "".join(digit * 2 for digit in found[1])
        return Colour(*(int(digits[place : place + 2], 16) for place in (0, 2, 4)))
    if found := _RGB.fullmatch(value):
        parts = [int(found[number]) for number in (1, 2, 3)]
        if max(parts) <= 255 and float(found[4] or 1) >= 0.6:
            return Colour(*parts)
    return None


def is_readable(text: Colour, ground: Colour) -> bool:
    """Whether text of one colour can be read on the other."""
    lighter, darker = sorted((text.luminance, ground.luminance), reverse=True)
    return (lighter + 0.05) / (darker + 0.05) >= READABLE
