"""Pictures resampled for a mail or a printed page: in sRGB, upright, never enlarged, and without metadata."""

from __future__ import annotations

import hashlib
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from io import BytesIO
from math import ceil
from typing import NamedTuple

from PIL import ExifTags, Image, ImageChops, ImageFile

from mailer.adapters.render.picture_colours import in_srgb
from mailer.errors import ConfigError
from mailer.model.issues import Article, Picture, Rank

MAX_PIXELS = 40_000_000
MAX_EXIF_BYTES = 256_000
DRAWING_COLOURS = 1 << 15
"""A picture with more colours than this is a photograph."""

MAX_LOSS = 12
"""Of 255 levels: how much the colours of a drawing may change, in all but a 100th of it."""

PRINT_DPI = 150
"""A printed picture with less than this looks blurred."""
_MM = 25.4 / 96
"""A CSS pixel in millimetres."""


class Frame(NamedTuple):
    """The most room that a picture gets, in CSS pixels, and how many pixels of its own it keeps for each of them."""

    width: int
    height: int
    density: float


MAIL = Frame(552, 828, 2)
"""The text's width in the mail; twice the pixels, for high-resolution screens."""
PRINT = Frame(658, 567, 2.12)
"""174 mm, the width between the margins of an A4 page, and 150 mm, at 200 dpi."""
LEAD, COLUMN = 429, 314
"""CSS pixels of the room for the lead's picture, 113 mm, and of one of two columns of the page, 83 mm."""
SPANNING = 2.0
"""A picture at least this many times wider than high spans the page."""
BESIDE = 1.15
"""One at least this many times wider than high, and no wider than that, can stand beside the article's head."""
WIDE = 1.5
"""A picture at least this many times wider than high spans both columns."""
_SMALLEST = 60
"""A picture whose short side is shown with fewer CSS pixels than this, and which has more, is a tower or a strip."""


@dataclass(frozen=True, slots=True)
class Resampled:
    """A picture as it is sent or printed."""

    data: bytes
    media_type: str
    width: int
    """In pixels."""
    height: int
    shown: tuple[int, int]
    """Width and height in CSS pixels, at most one for each pixel of the original."""

    @property
    def digest(self) -> str:
        """Twelve hexadecimal digits that identify it."""
        return hashlib.sha256(self.data).hexdigest()[:12]

    @property
    def wide(self) -> bool:
        """Whether it spans both columns of the page."""
        return self.width >= WIDE * self.height


def resample(article: Article, picture: Picture, frame: Frame, quality: int) -> Resampled:
    """The picture within ``frame``, as JPEG or PNG. Raises ConfigError if it cannot be read."""
    return resample_file(f"{article.name}: {picture.name}", picture.data, frame, quality)


def resample_file(name: str, data: bytes, frame: Frame, quality: int, strip: float = 0) -> Resampled:
    """As ``resample``; ``name`` is what a fault begins with.

    With ``strip``, it is the middle of a picture that is not so many times wider than high.
    """
    with _opened(name, data) as opened:
        whole, shown = _in_frame(opened, frame)
    if strip and whole.height * strip > whole.width:
        high = round(whole.width / strip)
        top = (whole.height - high) // 2
        whole, shown = whole.crop((0, top, whole.width, top + high)), (shown[0], round(shown[0] / strip))
    encoded, media_type = _encoded(whole, quality)
    return Resampled(encoded, media_type, whole.width, whole.height, shown)


def remarks(article: Article, picture: Picture) -> Iterator[str]:
    """What the secretary should know of a picture in the PDF. Raises ConfigError if it cannot be read."""
    name = f"{article.name}: {picture.name}"
    with _opened(name, picture.data) as opened:
        width, height = _upright(opened.size, _turn(_exif(opened)))
        if getattr(opened, "n_frames", 1) > 1:
            yield f"{name} is an animation; readers see its first picture."
    shown = _scaled((width, height), PRINT[:2])
    printed = min(shown[0], _room(article, picture, width / height))
    pixels = f"{width} x {height} pixels"
    if min(shown) < min(_SMALLEST, width, height):
        across, high = (round(side * _MM) for side in shown)
        yield f"{name} ({pixels}) is printed {across} x {high} mm, because it is so narrow: crop it."
    elif width < printed * PRINT_DPI / 96:
        dpi, needed = round(width * 96 / printed), ceil(printed * PRINT_DPI / 96)
        yield (
            f"{name} ({pixels}) is printed {round(printed * _MM)} mm wide, which is {dpi} dpi and looks blurred: use "
            f"one that is {needed} pixels wide, for {PRINT_DPI} dpi."
        )


def _room(article: Article, picture: Picture, shape: float) -> int:
    """The width on the page, in CSS pixels. ``shape``: how many times wider than high the picture is."""
    if article.picture is None or picture.name != article.picture.name or shape < BESIDE:
        return COLUMN
    if shape >= SPANNING:
        return PRINT.width
    return LEAD if article.rank is Rank.LEAD else COLUMN


@contextmanager
def _opened(name: str, data: bytes) -> Iterator[Image.Image]:
    """Raises ConfigError if it cannot be read, then or within the context."""
    try:
        with warnings.catch_warnings():
            ImageFile.LOAD_TRUNCATED_IMAGES = False  # WeasyPrint turns it on for the whole process
            warnings.simplefilter("ignore")  # our own limit is below; and a damaged EXIF is none of our business
            with Image.open(BytesIO(data), formats=["PNG", "JPEG", "WEBP"]) as opened:
                if opened.width * opened.height > MAX_PIXELS:
                    raise ConfigError([f"{name} has too many pixels; save it smaller"])
                yield opened
    except (Image.DecompressionBombError, OSError, SyntaxError, ValueError, EOFError):
        raise ConfigError([f"{name} cannot be read; save it again"]) from None


def _in_frame(opened: Image.Image, frame: Frame) -> tuple[Image.Image, tuple[int, int]]:
    """The picture as it is sent, and its size in CSS pixels."""
    profile, exif = opened.info.get("icc_profile"), _exif(opened)
    turn = _turn(exif)
    original = _upright(opened.size, turn)
    size = _scaled(original, (round(frame.width * frame.density), round(frame.height * frame.density)))
    lying = _upright(size, turn)
    opened.draft(None, (lying[0] * 2, lying[1] * 2))  # of a JPEG no more is decoded than is needed
    whole = _eight_bits(opened)
    if whole.size != lying:
        whole = whole.resize(lying, Image.Resampling.LANCZOS, reducing_gap=3.0)
    if turn is not None:
        whole = whole.transpose(turn)
    made = _on_white(whole, profile, _camera(exif))
    made.info = {}  # Pillow would write its profile and comments into the file
    return made, _scaled(original, frame[:2])


def _scaled(size: tuple[int, int], most: tuple[int, int]) -> tuple[int, int]:
    """The size within ``most`` in both directions; never enlarged."""
    scale = min(1.0, most[0] / size[0], most[1] / size[1])
    return max(1, round(size[0] * scale)), max(1, round(size[1] * scale))


# --- EXIF ---

_TURNS = {
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_270,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_90,
}
"""What puts a picture upright, by its orientation (EXIF 2.32, 4.6.4)."""
_ON_ITS_SIDE = {_TURNS[orientation] for orientation in (5, 6, 7, 8)}


def _turn(exif: Image.Exif) -> Image.Transpose | None:
    return _TURNS.get(exif.get(ExifTags.Base.Orientation, 1))


def _upright(size: tuple[int, int], turn: Image.Transpose | None) -> tuple[int, int]:
    """Width and height after the turn; after a second one they are as before."""
    return size[::-1] if turn in _ON_ITS_SIDE else size


def _exif(picture: Image.Image) -> Image.Exif:
    if len(picture.info.get("exif", b"")) > MAX_EXIF_BYTES:
        return Image.Exif()
    try:
        found = picture.getexif()
        found.get_ifd(ExifTags.IFD.Interop)
    except Exception:  # damaged data raises anything; the picture is as good without it
        return Image.Exif()
    return found


def _camera(exif: Image.Exif) -> str:
    """The interoperability index."""
    index = exif.get_ifd(ExifTags.IFD.Interop).get(ExifTags.Interop.InteropIndex, "")
    return index.strip("\0 ") if isinstance(index, str) else ""


# --- Modes ---


def _eight_bits(picture: Image.Image) -> Image.Image:
    """The picture as ``L``, ``RGB`` or ``CMYK``, or as ``LA`` or ``RGBA`` if it is transparent anywhere."""
    if picture.mode.startswith("I"):
        return _from_sixteen_bits(picture)
    if picture.has_transparency_data:
        return picture if picture.mode == "LA" else picture.convert("RGBA")
    if picture.mode in ("L", "RGB", "CMYK"):
        return picture.copy()
    return picture.convert("L" if picture.mode == "1" else "RGB")


def _from_sixteen_bits(picture: Image.Image) -> Image.Image:
    """A grey picture with 16 bits a pixel."""
    numbers = picture.convert("I")
    grey = numbers.point(lambda number: number * (1 / 257) + 0.5).convert("L")
    clear = picture.info.get("transparency")
    if not isinstance(clear, int):
        return grey
    mask = grey.point(lambda number: 0 if number == clear // 257 else 255)  # the nearest eight-bit grey is clear, too
    return Image.merge("LA", (grey, mask))


def _on_white(picture: Image.Image, profile: bytes | None, camera: str) -> Image.Image:
    """Opaque sRGB; transparent areas become white, also in a dark mail."""
    if picture.mode not in ("LA", "RGBA"):
        return in_srgb(picture, profile, camera)
    opaque = in_srgb(picture.convert(picture.mode[:-1]), profile, camera)
    return Image.composite(opaque, Image.new("RGB", picture.size, "white"), picture.getchannel("A"))


# --- Files ---


def _encoded(picture: Image.Image, quality: int) -> tuple[bytes, str]:
    """A drawing has few colours and sharp edges, which JPEG blurs; it becomes a PNG unless that is far larger."""
    colours = picture.getcolors(maxcolors=DRAWING_COLOURS)
    jpeg = _saved(
        picture, "JPEG", quality=quality, optimize=True, progressive=True, subsampling="4:4:4" if colours else "4:2:0"
    )
    if colours:
        png = min((_saved(drawn, "PNG", optimize=True) for drawn in _drawn(picture)), key=len)
        if len(png) <= 2 * len(jpeg):
            return png, "image/png"
    return jpeg, "image/jpeg"


def _drawn(picture: Image.Image) -> Iterator[Image.Image]:
    """The picture, and with a palette if its colours stay what they are."""
    yield picture
    few = picture.quantize(256, dither=Image.Dither.NONE)
    lost = ImageChops.difference(picture, few.convert("RGB")).split()
    histogram = ImageChops.lighter(ImageChops.lighter(lost[0], lost[1]), lost[2]).histogram()
    if sum(histogram[: MAX_LOSS + 1]) >= 0.99 * sum(histogram):
        yield few


def _saved(picture: Image.Image, kind: str, **options: object) -> bytes:
    out = BytesIO()
    picture.save(out, kind, **options)
    return out.getvalue()
