"""The picture of an issue that other sites show beside a link to it (Open Graph), in the office's colours."""

from __future__ import annotations

from collections.abc import Iterator
from io import BytesIO

from PIL import Image, ImageDraw, ImageFont

from mailer.adapters.render.charts import typeface
from mailer.adapters.render.colour import Scheme
from mailer.adapters.render.fonts import Family, Fonts
from mailer.compose.catalogue import direction

WIDTH, HEIGHT = 1200, 630
"""Pixels, as those who show it ask for."""
_MARGIN, _BAND = 80, 18
_SIZES = (84, 72, 60, 50)
"""Of the title; the first in which it fits."""
_LINES = 4


def card(masthead: str, facts: str, title: str, publisher: str, colours: Scheme, fonts: Fonts, language: str) -> bytes:
    """A PNG. A text whose characters no single font has is left out."""
    sheet = Image.new("RGB", (WIDTH, HEIGHT), colours.paper)
    draw = ImageDraw.Draw(sheet)
    draw.rectangle((0, 0, WIDTH, 150), fill=colours.band)
    draw.rectangle((0, HEIGHT - _BAND, WIDTH, HEIGHT), fill=colours.band)
    rtl = direction(language) == "rtl"
    place, anchor = (WIDTH - _MARGIN, "rm") if rtl else (_MARGIN, "lm")
    families = fonts.needed(f"{masthead} {facts} {title} {publisher}", language)

    def put(text: str, top: float, size: int, colour: str, weight: int = 400, role: str = "sans") -> None:
        font = _font(tuple(families), text, weight, size, role)
        if font is not None:
            draw.text((place, top), text, fill=colour, font=font, anchor=anchor)

    put(_cut(masthead, tuple(families), 50), 75, 50, colours.on_band, 600)
    put(facts, 215, 32, colours.muted)
    size, lines = _fitted(title, tuple(families))
    for at, line in enumerate(lines):
        put(line, 300 + at * size * 1.18, size, colours.ink, 600, "serif")
    put(publisher, HEIGHT - 66, 28, colours.muted)
    out = BytesIO()
    sheet.quantize(32, dither=Image.Dither.NONE).save(out, "PNG")
    return out.getvalue()


def _fitted(title: str, families: tuple[Family, ...]) -> tuple[int, list[str]]:
    """The largest size in which the title fits, and its lines."""
    lines: list[str] = []
    for size in _SIZES:
        font = _font(families, title, 600, size, "serif")
        if font is None:
            return size, []
        lines = list(_broken(title, font))
        if len(lines) * size * 1.18 <= 290:
            return size, lines
    return _SIZES[-1], [*lines[: _LINES - 1], f"{lines[_LINES - 1][:-1]}…"]


def _broken(text: str, font: ImageFont.FreeTypeFont) -> Iterator[str]:
    """Lines between spaces, or between letters where there are none."""
    line = ""
    for piece in text.replace(" ", " \0").split("\0"):
        for part in [piece] if font.getlength(piece) <= WIDTH - 2 * _MARGIN else piece:
            if line and font.getlength((line + part).rstrip()) > WIDTH - 2 * _MARGIN:
                yield line.rstrip()
                line = ""
            line += part
    if line.strip():
        yield line.rstrip()


def _cut(text: str, families: tuple[Family, ...], size: int) -> str:
    font = _font(families, text, 600, size, "sans")
    lines = list(_broken(text, font)) if font else []
    return lines[0] if lines else text


def _font(families: tuple[Family, ...], text: str, weight: int, size: int, role: str) -> ImageFont.FreeTypeFont | None:
    """A font for the text; that of shipped letters is read once for each size."""
    wanted = frozenset(sign for sign in text if not sign.isspace())
    for known, font in _KNOWN.get((weight, size, role), ()):
        if wanted <= known:
            return font
    plain = families and all(ord(sign) < LATIN for sign in wanted)
    sample = "".join(map(chr, range(33, 127))) + "".join(map(chr, range(161, LATIN))) if plain else text
    made = typeface(families, sample, weight, size, role) or typeface(families, text, weight, size, role)
    if made is not None and plain:
        _KNOWN.setdefault((weight, size, role), []).append((frozenset(sample), made))
    return made


_KNOWN: dict[tuple[int, int, str], list[tuple[frozenset[str], ImageFont.FreeTypeFont]]] = {}
LATIN = 0x180
"""Letters of Latin alphabets are below it."""
