"""Pictures resampled for a mail or a printed page, without metadata such as GPS positions."""

from __future__ import annotations

import hashlib
import warnings
from dataclasses import dataclass
from io import BytesIO

from PIL import Image, ImageOps

from mailer.errors import ConfigError
from mailer.model.issues import Article, Picture

MAIL_PIXELS = 1104
"""Twice the 552 px of a picture in the mail, for high-resolution screens."""
PRINT_PIXELS = 1400
"""About 200 dpi over the 178 mm between the margins of an A4 page."""
MAX_PIXELS = 40_000_000
DRAWING_COLOURS = 1 << 15
"""A picture with more colours than this is a photograph."""


@dataclass(frozen=True, slots=True)
class Resampled:
    data: bytes
    media_type: str
    width: int
    height: int

    @property
    def digest(self) -> str:
        """Twelve hexadecimal digits that identify it."""
        return hashlib.sha256(self.data).hexdigest()[:12]


def resample(article: Article, picture: Picture, pixels: int, quality: int) -> Resampled:
    """At most ``pixels`` wide, as JPEG or PNG. Raises ConfigError if it cannot be read."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", Image.DecompressionBombWarning)  # our own limit is below
            with Image.open(BytesIO(picture.data), formats=["PNG", "JPEG", "WEBP"]) as opened:
                if opened.width * opened.height > MAX_PIXELS:
                    raise ConfigError([f"{article.name}: {picture.name} has too many pixels; save it smaller"])
                opened.draft("RGB", (pixels * 2, pixels * 2))
                upright = ImageOps.exif_transpose(opened)
                whole = _on_white(upright)
    except (Image.DecompressionBombError, OSError, SyntaxError, ValueError):
        raise ConfigError([f"{article.name}: {picture.name} cannot be read; save it again"]) from None
    if whole.width > pixels:
        height = max(1, round(whole.height * pixels / whole.width))
        whole = whole.resize((pixels, height), Image.Resampling.LANCZOS, reducing_gap=3.0)
    data, media_type = _encoded(whole, quality)
    return Resampled(data, media_type, whole.width, whole.height)


def _on_white(picture: Image.Image) -> Image.Image:
    """Opaque RGB; transparent areas become white, also in a dark mail."""
    if picture.has_transparency_data:
        ground = Image.new("RGBA", picture.size, "white")
        return Image.alpha_composite(ground, picture.convert("RGBA")).convert("RGB")
    return picture.convert("RGB")


def _encoded(picture: Image.Image, quality: int) -> tuple[bytes, str]:
    """A drawing has few colours and sharp edges, which JPEG blurs; it becomes a PNG unless that is far larger."""
    jpeg, png = BytesIO(), BytesIO()
    picture.save(jpeg, "JPEG", quality=quality, optimize=True, progressive=True)
    if colours := picture.getcolors(maxcolors=DRAWING_COLOURS):
        few = picture if len(colours) <= 256 else picture.quantize(256, dither=Image.Dither.NONE)
        few.save(png, "PNG", optimize=True)
        if len(png.getvalue()) <= 2 * len(jpeg.getvalue()):
            return png.getvalue(), "image/png"
    return jpeg.getvalue(), "image/jpeg"
