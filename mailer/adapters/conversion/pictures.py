"""The pictures of a document: those that can be printed as they are, and others made so."""

from __future__ import annotations

import warnings
from io import BytesIO
from typing import NamedTuple

from PIL import Image

MAX_BYTES = 12_000_000
"""Octets of one picture."""
MAX_PIXELS = 40_000_000
_DPI = 96.0
_KEPT = {"PNG": b"\x89PNG", "JPEG": b"\xff\xd8", "WEBP": b"RIFF"}
_REDRAWN = ("GIF", "BMP", "TIFF")


class Crop(NamedTuple):
    """What parts of its width and height are cut off at each edge, from 0 to 1."""

    left: float = 0.0
    top: float = 0.0
    right: float = 0.0
    bottom: float = 0.0


WHOLE = Crop()
LEAST_CROP = 0.005
"""Less than this is no crop, but how numbers were rounded."""


def prepare() -> None:
    """Import what reads pictures, before this process can open no file any more."""
    Image.preinit()
    Image.init()


def inches(data: bytes) -> tuple[float, float]:
    """How wide and high the picture is by what it says of itself; zero if it cannot be read."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            with Image.open(BytesIO(data)) as picture:
                across, down = picture.info.get("dpi", (_DPI, _DPI))
                return picture.width / (float(across) or _DPI), picture.height / (float(down) or _DPI)
    except (OSError, SyntaxError, ValueError, TypeError, Image.DecompressionBombError):
        return 0.0, 0.0


def printable(data: bytes, crop: Crop = WHOLE) -> bytes | None:
    """The picture as PNG, JPEG or WebP, without what was cropped; None if it cannot be read, or is too large."""
    kept = next((name for name, start in _KEPT.items() if data.startswith(start)), "")
    if len(data) > MAX_BYTES or not data:
        return None
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            with Image.open(BytesIO(data), formats=[kept] if kept else _REDRAWN) as picture:
                width, height = picture.size
                if width * height > MAX_PIXELS or not width or not height:
                    return None
                if kept and not _cuts(crop):
                    return data
                return _saved(picture, crop, kept or "PNG")
    except (OSError, SyntaxError, ValueError, Image.DecompressionBombError):
        return None


def _cuts(crop: Crop) -> bool:
    return max(crop) > LEAST_CROP


def _saved(picture: Image.Image, crop: Crop, kind: str) -> bytes | None:
    width, height = picture.size
    left, top, right, bottom = (min(max(edge, 0.0), 1.0) for edge in crop)
    area = (round(width * left), round(height * top), round(width * (1 - right)), round(height * (1 - bottom)))
    if area[0] >= area[2] or area[1] >= area[3]:
        return None
    modes = ("RGB", "L") if kind == "JPEG" else ("RGB", "RGBA", "L", "LA", "P", "1")
    part = picture.crop(area)
    made = BytesIO()
    (part if part.mode in modes else part.convert(modes[0])).save(made, kind)
    return made.getvalue()
