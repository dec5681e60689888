"""Pictures as readers see them: their colours, their size, and what is left out of them."""

from __future__ import annotations

import struct
import zlib
from collections.abc import Callable, Iterator
from io import BytesIO
from pathlib import Path

import pytest
from PIL import ExifTags, Image, ImageCms

from mailer.adapters.render.picture_colours import MAX_PROFILE_BYTES, adobe_rgb
from mailer.adapters.render.pictures import MAIL, MAX_EXIF_BYTES, PRINT, Frame, Resampled, remarks, resample_file
from mailer.errors import ConfigError
from mailer.model.issues import Article, Picture, Rank

PICTURES = Path(__file__).parents[2] / "data" / "pictures"
Pixel = tuple[int, int, int]


def shown(data: bytes, frame: Frame = MAIL) -> tuple[Resampled, Image.Image]:
    """What is sent of a picture, and as a viewer without profiles opens it."""
    made = resample_file("01-a.md: a.png", data, frame, 80)
    with Image.open(BytesIO(made.data)) as opened:
        assert "icc_profile" not in opened.info
        return made, opened.convert("RGB")


def pixel(picture: Image.Image, x: int, y: int) -> Pixel:
    found = picture.getpixel((x, y))
    assert isinstance(found, tuple)
    red, green, blue = found
    return int(red), int(green), int(blue)


def saved(picture: Image.Image, kind: str = "PNG", **options: object) -> bytes:
    out = BytesIO()
    picture.save(out, kind, **options)
    return out.getvalue()


def plain(mode: str, colour: object, size: tuple[int, int] = (8, 8)) -> Image.Image:
    return Image.new(mode, size, colour)  # type: ignore[arg-type]  # a number or several


def distance(one: Pixel, other: Pixel) -> int:
    return max(abs(a - b) for a, b in zip(one, other, strict=True))


# --- Colours, beside those that a browser shows for the same file ---


def tag_places(profile: bytes) -> Iterator[tuple[bytes, int, int]]:
    (count,) = struct.unpack_from(">I", profile, 128)
    for at in range(count):
        yield struct.unpack_from(">4sII", profile, 132 + 12 * at)


def display_p3() -> bytes:
    """The profile of sRGB with the primaries of Display P3, as XYZ for D50."""
    primaries = {
        b"rXYZ": (0.51512, 0.24120, -0.00105),
        b"gXYZ": (0.29198, 0.69225, 0.04189),
        b"bXYZ": (0.15710, 0.06657, 0.78407),
    }
    profile = bytearray(ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes())
    for tag, start, _ in tag_places(bytes(profile)):
        for channel, number in enumerate(primaries.get(tag, ())):
            struct.pack_into(">i", profile, start + 8 + 4 * channel, round(number * 65536))
    return bytes(profile)


def press(inks: dict[tuple[int, ...], tuple[int, int, int]]) -> bytes:
    """The profile of a printing press: Lab (each 0 to 255) of the sixteen combinations of full inks."""
    corners = [tuple(at >> shift & 1 for shift in (3, 2, 1, 0)) for at in range(16)]
    body = struct.pack(">4s4xBBBx9i", b"mft1", 4, 3, 2, *(65536 if at % 4 == 0 else 0 for at in range(9)))
    body += bytes(range(256)) * 4 + bytes(n for corner in corners for n in inks.get(corner, (128, 128, 128)))
    body += bytes(range(256)) * 3
    tags = {b"A2B0": body, b"desc": b"desc\0\0\0\0\0\0\0\6press\0" + bytes(78)}
    start = 128 + 4 + 24
    table, data = struct.pack(">I", 2), b""
    for tag, content in tags.items():
        table += struct.pack(">4sII", tag, start + len(data), len(content))
        data += content + bytes(-len(content) % 4)
    white = struct.pack(">3i", 63190, 65536, 54061)
    head = struct.pack(
        ">I4xI4s4s4s12x4s28x12s48x", start + len(data), 0x02100000, b"prtr", b"CMYK", b"Lab ", b"acsp", white
    )
    return head + table + data


WIDE = {
    "Display P3, the red of sRGB": (display_p3, (234, 51, 35), (255, 0, 0)),
    "Display P3, the green of sRGB": (display_p3, (117, 251, 76), (0, 255, 0)),
    "Display P3, its own red": (display_p3, (255, 0, 0), (255, 0, 0)),
    "Display P3, a grey": (display_p3, (120, 120, 120), (120, 120, 120)),
    "Adobe RGB, the red of sRGB": (adobe_rgb, (219, 0, 0), (255, 0, 0)),
    "Adobe RGB, the green of sRGB": (adobe_rgb, (144, 255, 60), (0, 255, 0)),
    "Adobe RGB, a grey": (adobe_rgb, (128, 128, 128), (128, 128, 128)),
    "Adobe RGB, skin": (adobe_rgb, (188, 148, 127), (201, 147, 126)),
}


@pytest.mark.parametrize(("profile", "colour", "right"), WIDE.values(), ids=WIDE)
def test_wide_gamut_is_shown_as_a_viewer_that_knows_profiles_shows_it(
    profile: Callable[[], bytes], colour: Pixel, right: Pixel
) -> None:
    _, picture = shown(saved(plain("RGB", colour), icc_profile=profile()))
    assert distance(pixel(picture, 4, 4), right) <= 3


def test_the_photograph_with_a_wide_gamut_has_its_colours() -> None:
    _, picture = shown((PICTURES / "a98.jpg").read_bytes())
    bars = [pixel(picture, x, 250) for x in (60, 190, 320, 450, 580, 710)]
    right = [(255, 0, 0), (0, 255, 0), (0, 0, 255), (255, 255, 0), (0, 0, 0), (255, 255, 255)]
    assert max(map(distance, bars, right)) <= 2


def test_a_camera_that_says_adobe_rgb_in_its_exif_data_is_believed() -> None:
    exif = Image.Exif()
    exif[ExifTags.IFD.Exif] = {ExifTags.IFD.Interop: {ExifTags.Interop.InteropIndex: "R03"}}
    _, picture = shown(saved(plain("RGB", (144, 255, 60)), exif=exif.tobytes()))
    assert distance(pixel(picture, 4, 4), (0, 255, 0)) <= 2


@pytest.mark.parametrize("at", [0, 1, 255, 256, 399, 511, 799])
def test_sixteen_bits_of_grey_look_like_themselves(at: int) -> None:
    original = Image.open(PICTURES / "gray16.png")
    number = original.getpixel((at, 100))
    assert isinstance(number, int)
    _, picture = shown((PICTURES / "gray16.png").read_bytes(), PRINT)
    assert pixel(picture, at, 100) == (round(number / 257),) * 3


SIXTEEN = {
    "black": (0, 0),
    "dark": (257 * 20, 20),
    "middle": (32896, 128),
    "light": (257 * 250 + 90, 250),
    "white": (65535, 255),
}


@pytest.mark.parametrize(("number", "right"), SIXTEEN.values(), ids=SIXTEEN)
def test_sixteen_bits_are_rounded_to_eight(number: int, right: int) -> None:
    _, picture = shown(saved(plain("I;16", number)))
    assert pixel(picture, 4, 4) == (right, right, right)


def sixteen_bit_colour(red: int, green: int, blue: int) -> bytes:
    row = b"\0" + struct.pack(">3H", red, green, blue) * 4
    chunks = {b"IHDR": struct.pack(">2I5B", 4, 4, 16, 2, 0, 0, 0), b"IDAT": zlib.compress(row * 4), b"IEND": b""}
    parts = (struct.pack(">I", len(d)) + n + d + struct.pack(">I", zlib.crc32(n + d)) for n, d in chunks.items())
    return b"\x89PNG\r\n\x1a\n" + b"".join(parts)


def test_sixteen_bits_of_colour_look_like_themselves() -> None:
    _, picture = shown(sixteen_bit_colour(257 * 200, 257 * 100, 257 * 5))
    assert pixel(picture, 2, 2) == (200, 100, 5)


INKS = {
    "cyan": ((255, 0, 0, 0), (0, 174, 239)),
    "magenta": ((0, 255, 0, 0), (236, 0, 140)),
    "yellow": ((0, 0, 255, 0), (255, 242, 0)),
    "black": ((0, 0, 0, 255), (35, 31, 32)),
    "red": ((0, 255, 255, 0), (237, 28, 36)),
    "paper": ((0, 0, 0, 0), (255, 255, 255)),
}


@pytest.mark.parametrize(("inks", "right"), INKS.values(), ids=INKS)
def test_cmyk_without_a_profile_looks_printed_and_does_not_glare(inks: tuple[int, ...], right: Pixel) -> None:
    _, picture = shown(saved(plain("CMYK", inks), "JPEG", quality=95))
    assert distance(pixel(picture, 4, 4), right) <= 4


def test_cmyk_is_shown_by_its_profile() -> None:
    profile = press({(0, 0, 0, 0): (255, 128, 128), (1, 0, 0, 0): (136, 208, 195)})  # on this press, cyan is a red
    white, cyan = (
        pixel(shown(saved(plain("CMYK", inks), "JPEG", quality=95, icc_profile=profile))[1], 4, 4)
        for inks in ((0, 0, 0, 0), (255, 0, 0, 0))
    )
    assert distance(white, (255, 255, 255)) <= 4
    assert distance(cyan, (255, 0, 0)) <= 12


def test_grey_with_a_profile_of_colours_is_shown_without_it() -> None:
    _, picture = shown(saved(plain("L", 120), icc_profile=adobe_rgb()))
    assert pixel(picture, 4, 4) == (120, 120, 120)


DAMAGED = {
    "rubbish": b"rubbish",
    "cut": adobe_rgb()[:200],
    "of a printer": adobe_rgb().replace(b"RGB XYZ ", b"CMYKXYZ "),
    "no curves": adobe_rgb().replace(b"rTRC", b"zzzz"),
    "tags beyond the end": adobe_rgb()[:128] + struct.pack(">I4sII", 1, b"rXYZ", 0x7FFFFFFF, 20),
    "a million tags": adobe_rgb()[:128] + struct.pack(">I", 1_000_000),
    "too large": adobe_rgb() + bytes(MAX_PROFILE_BYTES),
}


@pytest.mark.parametrize("profile", DAMAGED.values(), ids=DAMAGED)
def test_D5_a_damaged_profile_is_ignored(profile: bytes) -> None:
    _, picture = shown(saved(plain("RGB", (144, 250, 60)), "JPEG", quality=95, icc_profile=profile))
    assert distance(pixel(picture, 4, 4), (144, 250, 60)) <= 3


# --- Which side is up ---


@pytest.mark.parametrize("orientation", range(1, 9))
def test_a_photograph_is_upright_whatever_the_camera_noted(orientation: int) -> None:
    upright = plain("RGB", "white", (60, 40))
    upright.paste((255, 0, 0), (0, 0, 30, 20))
    back = {
        2: Image.Transpose.FLIP_LEFT_RIGHT,
        3: Image.Transpose.ROTATE_180,
        4: Image.Transpose.FLIP_TOP_BOTTOM,
        5: Image.Transpose.TRANSPOSE,
        6: Image.Transpose.ROTATE_90,
        7: Image.Transpose.TRANSVERSE,
        8: Image.Transpose.ROTATE_270,
    }
    noted = upright.transpose(back[orientation]) if orientation in back else upright
    exif = Image.Exif()
    exif[ExifTags.Base.Orientation] = orientation
    made, picture = shown(saved(noted, "JPEG", quality=95, exif=exif.tobytes()))
    assert (made.width, made.height, made.shown) == (60, 40, (60, 40))
    corners = [pixel(picture, x, y) for x, y in ((5, 5), (55, 5), (5, 35), (55, 35))]
    right = [(255, 0, 0), *[(255, 255, 255)] * 3]
    assert max(map(distance, corners, right)) <= 6


EXIF = {
    "rubbish": b"Exif\0\0rubbish",
    "a loop": b"Exif\0\0II*\0\x08\0\0\0\x01\0\x69\x87\x04\0\x01\0\0\0\x08\0\0\0\x08\0\0\0",
    "an orientation that is text": b"Exif\0\0II*\0\x08\0\0\0\x01\0\x12\x01\x02\0\x03\0\0\0ab\0\0\0\0\0\0",
}


@pytest.mark.parametrize("exif", EXIF.values(), ids=EXIF)
def test_D5_damaged_exif_data_is_ignored(exif: bytes) -> None:
    made, _ = shown(saved(plain("RGB", (10, 20, 30), (30, 20)), "JPEG", exif=exif))
    assert (made.width, made.height) == (30, 20)


def test_D5_exif_data_that_is_too_large_is_not_read() -> None:
    exif = Image.Exif()
    exif[ExifTags.Base.Orientation] = 6
    exif[ExifTags.Base.ImageDescription] = "x" * MAX_EXIF_BYTES
    made, _ = shown(saved(plain("RGB", (10, 20, 30), (30, 20)), exif=exif.tobytes()))
    assert (made.width, made.height) == (30, 20)


# --- What is transparent or moves ---


def test_what_is_transparent_becomes_white_in_every_mode() -> None:
    palette = plain("P", 0)
    palette.putpalette([0, 0, 0, 200, 0, 0])
    palette.paste(1, (0, 0, 4, 8))
    made = {
        "palette": saved(palette, transparency=0),
        "palette with alpha": saved(palette, transparency=b"\0\xff"),
        "RGBA": saved(plain("RGBA", (0, 0, 0, 0))),
        "LA": saved(plain("LA", (0, 0))),
        "L": saved(plain("L", 7), transparency=7),
        "1": saved(plain("1", 0), transparency=0),
        "I;16": saved(plain("I;16", 257 * 7), transparency=257 * 7),
        "RGB": saved(plain("RGB", (1, 2, 3)), transparency=(1, 2, 3)),
        "WebP": saved(plain("RGBA", (0, 0, 0, 0)), "WEBP", lossless=True),
    }
    assert {name: pixel(shown(data)[1], 6, 4) for name, data in made.items()} == dict.fromkeys(made, (255, 255, 255))
    assert pixel(shown(made["palette"])[1], 2, 4) == (200, 0, 0)


def test_half_transparent_wide_gamut_keeps_its_colour() -> None:
    _, picture = shown(saved(plain("RGBA", (219, 0, 0, 128)), icc_profile=adobe_rgb()))
    assert distance(pixel(picture, 4, 4), (255, 127, 127)) <= 2


@pytest.mark.parametrize("kind", ["PNG", "WEBP"])
def test_of_an_animation_the_first_picture_is_shown_and_that_is_said(kind: str) -> None:
    frames = [plain("RGB", colour, (400, 600)) for colour in ("red", "blue", "green")]
    data = saved(frames[0], kind, save_all=True, append_images=frames[1:], duration=100, lossless=True)
    _, picture = shown(data)
    assert pixel(picture, 10, 10) == (255, 0, 0)
    said = list(remarks(Article("01-a.md", "", "", "", ""), Picture("a.png", data, "x")))
    assert said[0] == "01-a.md: a.png is an animation; readers see its first picture."


# --- Sizes ---


SIZES = {
    "a logo is not enlarged": ((140, 50), (140, 50), (140, 50), (140, 50)),
    "one pixel": ((1, 1), (1, 1), (1, 1), (1, 1)),
    "a photograph": ((3000, 2000), (552, 368), (1104, 736), (658, 439)),
    "a portrait": ((1500, 2000), (552, 736), (1104, 1472), (425, 567)),
    "a tower": ((300, 6000), (41, 828), (83, 1656), (28, 567)),
    "a strip": ((6000, 300), (552, 28), (1104, 55), (658, 33)),
    "a hair": ((1, 9000), (1, 828), (1, 1656), (1, 567)),
}


@pytest.mark.parametrize(("size", "mail", "pixels", "print_"), SIZES.values(), ids=SIZES)
def test_a_picture_is_bounded_in_both_directions_and_never_enlarged(
    size: tuple[int, int], mail: tuple[int, int], pixels: tuple[int, int], print_: tuple[int, int]
) -> None:
    data = saved(plain("L", 200, size))
    made, _ = shown(data)
    assert (made.shown, (made.width, made.height)) == (mail, pixels)
    assert shown(data, PRINT)[0].shown == print_


def narrow(pixels: str, printed: str) -> list[str]:
    return [f"01-a.md: a.png ({pixels} pixels) is printed {printed} mm, because it is so narrow: crop it."]


def blurred(pixels: str, wide: int, dpi: int, needed: int) -> list[str]:
    return [
        f"01-a.md: a.png ({pixels} pixels) is printed {wide} mm wide, which is {dpi} dpi and looks blurred: "
        f"use one that is {needed} pixels wide, for 150 dpi."
    ]


REMARKS = {
    "large enough for the page": ((1100, 400), Rank.SECOND, True, []),
    "small for the page": ((1000, 400), Rank.SECOND, True, blurred("1000 x 400", 174, 146, 1029)),
    "large enough for the lead": ((700, 500), Rank.LEAD, True, []),
    "small for the lead": ((600, 400), Rank.LEAD, True, blurred("600 x 400", 114, 134, 671)),
    "large enough for a column": ((500, 700), Rank.LEAD, True, []),
    "small for a column": ((400, 500), Rank.SECOND, True, blurred("400 x 500", 83, 122, 491)),
    "in the text": ((1000, 400), Rank.LEAD, False, []),
    "a logo": ((140, 50), Rank.SECOND, True, blurred("140 x 50", 37, 96, 219)),
    "a tower": ((300, 6000), Rank.SECOND, True, narrow("300 x 6000", "7 x 150")),
    "a strip": ((6000, 300), Rank.SECOND, True, narrow("6000 x 300", "174 x 9")),
}


@pytest.mark.parametrize(("size", "rank", "own", "said"), REMARKS.values(), ids=REMARKS)
def test_the_check_names_a_picture_that_is_too_small_for_print(
    size: tuple[int, int], rank: Rank, own: bool, said: list[str]
) -> None:
    picture = Picture("a.png", saved(plain("L", 200, size)), "x")
    article = Article("01-a.md", "", "", "", "", picture if own else None, rank=rank)
    assert list(remarks(article, picture)) == said


# --- Files ---


def test_a_drawing_stays_crisp_and_has_the_colours_that_it_had() -> None:
    made, picture = shown((PICTURES / "logo.png").read_bytes())
    with Image.open(PICTURES / "logo.png") as original:
        assert picture.tobytes() == original.convert("RGB").tobytes()
    assert made.media_type == "image/png"


def test_the_edges_between_colours_stay_sharp_in_a_drawing_that_is_scaled_down() -> None:
    drawing = plain("RGB", "white", (2208, 1000))
    drawing.paste((200, 16, 46), (0, 0, 1104, 1000))
    made, picture = shown(saved(drawing))
    assert made.media_type == "image/png"
    assert [pixel(picture, x, 200) for x in (0, 540, 563, 1103)] == [(200, 16, 46)] * 2 + [(255, 255, 255)] * 2


def test_a_photograph_with_few_colours_is_no_drawing_that_loses_some() -> None:
    soft = Image.merge("RGB", [Image.linear_gradient("L").rotate(turn) for turn in (0, 90, 180)]).resize((800, 800))
    made, picture = shown(saved(soft))
    assert (
        max(
            distance(pixel(picture, x, y), pixel(soft, round(x * 800 / picture.width), round(y * 800 / picture.height)))
            for x in range(20, 780, 40)
            for y in range(20, 780, 40)
        )
        <= 12
    )
    assert made.shown == (552, 552)


def test_the_same_picture_gives_the_same_bytes() -> None:
    data = (PICTURES / "a98.jpg").read_bytes()
    assert shown(data)[0] == shown(data)[0]


def test_nothing_of_a_file_travels_beside_its_picture() -> None:
    exif = Image.Exif()
    exif[ExifTags.Base.ImageDescription] = "at home"
    noise = Image.merge("RGB", [Image.effect_noise((400, 300), 90) for _ in range(3)])
    made, _ = shown(saved(noise, "JPEG", exif=exif.tobytes(), comment=b"at home, too", icc_profile=adobe_rgb()))
    assert made.media_type == "image/jpeg"
    assert b"at home" not in made.data
    assert b"ICC_PROFILE" not in made.data


UNREADABLE = {
    "rubbish": b"rubbish",
    "cut off": saved(Image.effect_noise((90, 90), 50))[:900],
    "a text chunk of a gigabyte": saved(plain("L", 1))[:33]
    + struct.pack(">I4s", len(bomb := b"k\0\0" + zlib.compress(bytes(100_000_000))), b"zTXt")
    + bomb
    + struct.pack(">I", zlib.crc32(b"zTXt" + bomb))
    + saved(plain("L", 1))[33:],
}


@pytest.mark.parametrize("data", UNREADABLE.values(), ids=UNREADABLE)
def test_D5_a_picture_that_cannot_be_read_is_a_fault(data: bytes) -> None:
    with pytest.raises(ConfigError) as caught:
        shown(data)
    assert caught.value.problems == ("01-a.md: a.png cannot be read; save it again",)
