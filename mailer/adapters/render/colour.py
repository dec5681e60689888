"""Colours of the identity, adjusted so that text is readable (WCAG 2.2, 1.4.3 and 1.4.11)."""

from __future__ import annotations

import colorsys
import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import TypeAlias

from mailer.errors import ConfigError

RGB: TypeAlias = tuple[float, float, float]

AA = 4.5
"""Minimal contrast between text and its background."""
AA_DARK = 6.0
"""The same for light text on a dark background, which looks thinner."""
EDGE = 3.0
"""The same for rules, borders and the edges of areas."""

_HEX = re.compile(r"#[0-9a-fA-F]{6}")
_DARK_PAPER = "#15181c"
_DARK_INK = "#e7e5e0"
_ADDED, _REMOVED = "#1a7f37", "#b3261e"


@dataclass(frozen=True, slots=True)
class Scheme:
    """The colours of the light or the dark appearance, as ``#rrggbb``."""

    paper: str
    backdrop: str
    """Around the paper."""
    ink: str
    muted: str
    """Captions and small print."""
    accent: str
    """Links and headings."""
    band: str
    """The background of the masthead and of buttons."""
    on_band: str
    rule: str
    added: str
    """Words that are new in a draft; they are underlined, too."""
    removed: str
    """Words that are gone; they are struck out, too."""


@dataclass(frozen=True, slots=True)
class Palette:
    light: Scheme
    dark: Scheme


def palette(accent: str, ink: str, paper: str) -> Palette:
    """Both appearances. Raises ConfigError if a colour is not ``#rrggbb`` or the ink has too little contrast."""
    named = {"accent": accent, "ink": ink, "paper": paper}
    faults = [
        f"[identity] {key} = {value!r}: write a colour as #rrggbb"
        for key, value in named.items()
        if not _HEX.fullmatch(value)
    ]
    if not faults and contrast(ink, paper) < AA:
        faults = [f"[identity] ink {ink} on paper {paper} has a contrast of {contrast(ink, paper):.1f}; {AA} is needed"]
    if faults:
        raise ConfigError(faults)
    return Palette(_scheme(accent, ink, paper, AA), _scheme(accent, _DARK_INK, _DARK_PAPER, AA_DARK))


def contrast(one: str, other: str) -> float:
    """Contrast ratio from 1 to 21 (WCAG 2.2, definition of contrast ratio)."""
    darker, lighter = sorted((_luminance(one), _luminance(other)))
    return (lighter + 0.05) / (darker + 0.05)


def mix(one: str, other: str, share: float) -> str:
    """``one`` mixed with a ``share`` (0 to 1) of ``other``."""
    return _to_hex(a + (b - a) * share for a, b in zip(_parse(one), _parse(other), strict=True))


def readable(colour: str, *grounds: str, wanted: float = AA) -> str:
    """``colour``, made only as much darker or lighter as a contrast of ``wanted`` on all ``grounds`` needs."""
    hue, lightness, saturation = colorsys.rgb_to_hls(*_parse(colour))
    far = _farthest(grounds[0])
    steps = (lightness + (_luminance(far) - lightness) * step / 40 for step in range(41))
    shades = (_to_hex(colorsys.hls_to_rgb(hue, step, saturation)) for step in steps)
    return next((shade for shade in shades if all(contrast(shade, ground) >= wanted for ground in grounds)), far)


def _farthest(ground: str) -> str:
    """Black or white, whichever has more contrast on ``ground``."""
    return max("#000000", "#ffffff", key=lambda end: contrast(end, ground))


def _scheme(accent: str, ink: str, paper: str, comfort: float) -> Scheme:
    light = _luminance(paper) > _luminance(ink)
    shade = mix(paper, ink, 0.06) if light else mix(paper, "#000000", 0.4)
    backdrop = shade if contrast(_farthest(paper), shade) >= comfort else paper
    band = readable(accent, paper, backdrop, wanted=EDGE)
    return Scheme(
        paper=paper,
        backdrop=backdrop,
        ink=ink,
        muted=readable(mix(ink, paper, 0.4), paper, backdrop, wanted=comfort),
        accent=readable(accent, paper, backdrop, wanted=comfort),
        band=band,
        on_band=_farthest(band),
        rule=_rule(ink, paper, backdrop),
        added=readable(_ADDED, paper, backdrop, wanted=comfort),
        removed=readable(_REMOVED, paper, backdrop, wanted=comfort),
    )


def _rule(ink: str, *grounds: str) -> str:
    steps = (mix(grounds[0], ink, step / 20) for step in range(1, 20))
    return next((step for step in steps if all(contrast(step, ground) >= EDGE for ground in grounds)), ink)


def _parse(colour: str) -> RGB:
    red, green, blue = (int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5))
    return red, green, blue


def _to_hex(channels: Iterable[float]) -> str:
    return "#" + "".join(f"{round(channel * 255):02x}" for channel in channels)


def _luminance(colour: str) -> float:
    """Relative luminance (WCAG 2.2, definition)."""
    red, green, blue = (c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in _parse(colour))
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def steps(accent: str, paper: str, count: int) -> list[str]:
    """``count`` areas of the accent's hue, the first one strongest. Each differs in lightness from the one before."""
    strong = readable(accent, paper, wanted=AA)
    return [mix(strong, paper, 0.66 * at / max(count - 1, 1)) for at in range(count)]


def for_section(colour: str, colours: Palette) -> tuple[str, str]:
    """The colour of a section in the light and in the dark appearance, as readable as the accent."""
    light, dark = colours.light, colours.dark
    return (
        readable(colour, light.paper, light.backdrop, wanted=AA),
        readable(colour, dark.paper, dark.backdrop, wanted=AA_DARK),
    )
