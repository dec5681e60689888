"""The colours of a picture in sRGB, which is what mail programs and the PDF take its numbers for.

An embedded profile says what the numbers mean (ICC.1). Numbers without one are sRGB, but for two kinds: CMYK, which is
taken for offset printing on coated paper, and photographs whose camera says Adobe RGB in their EXIF data.
"""

from __future__ import annotations

import struct
from functools import cache
from io import BytesIO

from PIL import Image, ImageCms, ImageFilter

MAX_PROFILE_BYTES = 4_000_000
"""A profile of a printing press has 0.5 to 2.5 MB."""

_CHANNELS = {"L": "GRAY", "RGB": "RGB", "CMYK": "CMYK"}
"""The colour space of a profile that describes pictures of a mode."""

_GRID = 17
_PAPER_AND_INKS = {
    (0, 0, 0): ((255, 255, 255), (35, 31, 32)),
    (1, 0, 0): ((0, 174, 239), (0, 18, 25)),
    (0, 1, 0): ((236, 0, 140), (30, 0, 10)),
    (0, 0, 1): ((255, 242, 0), (29, 26, 0)),
    (1, 1, 0): ((46, 49, 146), (0, 0, 10)),
    (1, 0, 1): ((0, 166, 81), (0, 15, 2)),
    (0, 1, 1): ((237, 28, 36), (24, 0, 0)),
    (1, 1, 1): ((54, 54, 57), (0, 0, 0)),
}
"""What full areas of cyan, magenta and yellow look like on coated paper, without black and with it, in sRGB."""

_ADOBE_RGB = "R03"
"""The interoperability index of cameras that are set to Adobe RGB (DCF 2.0)."""


def in_srgb(picture: Image.Image, profile: bytes | None, camera: str = "") -> Image.Image:
    """A picture of mode ``L``, ``RGB`` or ``CMYK`` as RGB.

    ``profile`` is the embedded one. One that is damaged, or of another kind of picture, is ignored. ``camera``: the
    interoperability index of its EXIF data.
    """
    if profile is None and camera == _ADOBE_RGB and picture.mode == "RGB":
        profile = adobe_rgb()
    if profile and len(profile) <= MAX_PROFILE_BYTES and (converted := _by_profile(picture, profile)):
        return converted
    return _as_printed(picture) if picture.mode == "CMYK" else picture.convert("RGB")


def _by_profile(picture: Image.Image, profile: bytes) -> Image.Image | None:
    try:
        meant = ImageCms.ImageCmsProfile(BytesIO(profile))
        if meant.profile.xcolor_space.strip() != _CHANNELS[picture.mode]:
            return None
        transform = ImageCms.buildTransform(
            meant,
            ImageCms.createProfile("sRGB"),
            picture.mode,
            "RGB",
            ImageCms.Intent.PERCEPTUAL,  # of a profile without tables this is relative colorimetric
            ImageCms.Flags.BLACKPOINTCOMPENSATION,
        )
        converted = ImageCms.applyTransform(picture, transform)
    except (ImageCms.PyCMSError, OSError, ValueError, TypeError):
        return None
    assert converted is not None
    converted.info.pop("icc_profile", None)
    return converted


def _as_printed(picture: Image.Image) -> Image.Image:
    """CMYK without a profile, between the colours of full areas (after Neugebauer and Yule)."""
    cyan, magenta, yellow, black = picture.split()
    inks = Image.merge("RGB", (cyan, magenta, yellow))
    without, with_black = (inks.filter(table) for table in _tables())
    return Image.composite(with_black, without, black)


@cache
def _tables() -> tuple[ImageFilter.Color3DLUT, ImageFilter.Color3DLUT]:
    return _table(0), _table(1)


def _table(black: int) -> ImageFilter.Color3DLUT:
    def colour(cyan: float, magenta: float, yellow: float) -> tuple[float, float, float]:
        shares = {
            corner: _share(cyan, corner[0]) * _share(magenta, corner[1]) * _share(yellow, corner[2])
            for corner in _PAPER_AND_INKS
        }
        red, green, blue = (
            sum(share * _PAPER_AND_INKS[corner][black][channel] for corner, share in shares.items()) / 255
            for channel in range(3)
        )
        return red, green, blue

    return ImageFilter.Color3DLUT.generate(_GRID, colour)


def _share(ink: float, full: int) -> float:
    return ink if full else 1 - ink


# --- A profile for Adobe RGB (1998), from its published numbers ---

_D50 = 0.96420, 1.0, 0.82491
_PRIMARIES = {
    b"rXYZ": (0.60974, 0.31111, 0.01947),
    b"gXYZ": (0.20528, 0.62567, 0.06087),
    b"bXYZ": (0.14919, 0.06322, 0.74457),
}
_GAMMA = 563 / 256


def adobe_rgb() -> bytes:
    """An ICC profile (version 2) with the primaries, white and gamma of Adobe RGB (1998)."""
    return matrix_profile("Adobe RGB", _PRIMARIES, _GAMMA)


def matrix_profile(name: str, primaries: dict[bytes, tuple[float, float, float]], gamma: float) -> bytes:
    """An ICC profile (version 2) of a display: its primaries as XYZ for D50, by their tags, and its gamma."""
    curve = struct.pack(">4sIIHxx", b"curv", 0, 1, round(gamma * 256))
    tags = {
        b"desc": struct.pack(f">4sII{len(name) + 1}s78x", b"desc", 0, len(name) + 1, name.encode()),
        b"cprt": struct.pack(">4sI14sxx", b"text", 0, b"public domain\0"),
        b"wtpt": _xyz(_D50),
        **{tag: _xyz(colour) for tag, colour in primaries.items()},
        **dict.fromkeys((b"rTRC", b"gTRC", b"bTRC"), curve),
    }
    table, body = struct.pack(">I", len(tags)), b""
    start = 128 + 4 + 12 * len(tags)
    for tag, content in tags.items():
        table += struct.pack(">4sII", tag, start + len(body), len(content))
        body += content + bytes(-len(content) % 4)
    header = struct.pack(
        ">I4xI4s4s4s12x4s28x12s48x", start + len(body), 0x02100000, b"mntr", b"RGB ", b"XYZ ", b"acsp", _fixed(_D50)
    )
    return header + table + body


def _xyz(colour: tuple[float, float, float]) -> bytes:
    return struct.pack(">4sI12s", b"XYZ ", 0, _fixed(colour))


def _fixed(numbers: tuple[float, float, float]) -> bytes:
    return b"".join(struct.pack(">i", round(number * 65536)) for number in numbers)
