"""A reference line in each script, looked at as pixels: the PDF's beside the same line set by another program (D8)."""

from __future__ import annotations

import shutil
import subprocess
from html import escape
from pathlib import Path

import pytest
from PIL import Image, ImageChops, ImageDraw, ImageFilter, ImageFont, ImageOps, features

from mailer.adapters.render import pdf
from mailer.adapters.render.fonts import SCRIPTS, Fonts
from mailer.adapters.render.typesetting import typeset
from mailer.compose.catalogue import direction
from tests.unit.adapters.test_render import TEMPLATES

FOLDER = TEMPLATES / "issue" / "fonts"

LINES = {
    "latin": ("en", "serif", "serif", "Zażółć gęślą jaźń, žluťoučký kůň, ĖĮŲŪ İıŞğ ÞÆØÅ ḥṭṣẓ Ŋŋ"),
    "vietnamese": ("vi", "sans", "sans", "Tôi có thể ăn thủy tinh; Nguyễn Thử Nghiệm"),
    "greek": ("el", "serif", "serif", "Ξεσκεπάζω την ψυχοφθόρα βδελυγμία; ΐ ΰ Ώ"),
    "cyrillic": ("ru", "sans", "sans", "Съешь ещё этих мягких булок; Ґанок їжаку; Қазақ"),
    "arabic": ("ar", "serif", "arabic-serif", "نص حكيم له سر قاطع وذو شأن عظيم؛ السَّلامُ پچگ"),
    "arabic sans": ("ar", "sans", "arabic-sans", "نص حكيم له سر قاطع وذو شأن عظيم؛ السَّلامُ پچگ"),
    "hebrew": ("he", "serif", "hebrew-serif", "דג סקרן שט בים מאוכזב; שָׁלוֹם עֲלֵיכֶם"),
    "hebrew sans": ("he", "sans", "hebrew-sans", "דג סקרן שט בים מאוכזב; שָׁלוֹם עֲלֵיכֶם"),
    "devanagari": ("hi", "serif", "devanagari-serif", "ऋषियों को सताने वाले दुष्ट राक्षसों के राजा; क्षत्रिय ज्ञान श्री"),
    "devanagari sans": ("hi", "sans", "devanagari-sans", "ऋषियों को सताने वाले दुष्ट राक्षसों के राजा; क्षत्रिय ज्ञान श्री"),
    "thai": ("th", "serif", "thai-serif", "เป็นมนุษย์สุดประเสริฐเลิศคุณค่า น้ำใจ ที่นี่ ปู่"),
    "thai sans": ("th", "sans", "thai-sans", "เป็นมนุษย์สุดประเสริฐเลิศคุณค่า น้ำใจ ที่นี่ ปู่"),
    "georgian": ("ka", "serif", "georgian-serif", "ქართული ენა საქართველოს სახელმწიფო ენაა"),
    "georgian sans": ("ka", "sans", "georgian-sans", "ქართული ენა საქართველოს სახელმწიფო ენაა"),
    "armenian": ("hy", "serif", "armenian-serif", "Բոլոր մարդիկ ծնվում են ազատ ու հավասար"),
    "armenian sans": ("hy", "sans", "armenian-sans", "Բոլոր մարդիկ ծնվում են ազատ ու հավասար"),
    "emoji": ("en", "sans", "emoji-sans", "😀🎉👍🏽👩‍💻☎✈⭐✅🇫🇷"),
}
"""Each line's language, its role on the page, the beginning of its font's file, and the text."""

SIZE = 96
"""Pixels to the em, in the pictures that are compared."""
ALIKE, OTHER = 0.17, 0.28
"""How far two pictures of the same line may differ, and how far pictures of two lines do at least."""


def written(name: str) -> str:
    """The text of a line without what its font leaves to another one."""
    return LINES[name][3].replace(";", "") if "-" in LINES[name][2] else LINES[name][3]


DRAWN = [name for name, (_, role, _, _) in LINES.items() if role == "sans" and name != "emoji"]
"""Lines that stand in a drawing, too."""


@pytest.fixture(scope="module")
def printed(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Image.Image]:
    """Each line, as it is in a PDF of ours; and after ``drawing:`` as it is in a drawing there."""
    folder = tmp_path_factory.mktemp("lines")
    drawings: dict[str, bytes] = {}
    body = "".join(
        f'<p lang="{language}" class="{role}" dir="{direction(language)}">{escape(written(name))}</p>'
        for name, (language, role, _, _) in LINES.items()
    ) + "".join(f'<p><img src="asset:{at}" alt="A line"></p>' for at in range(len(DRAWN)))

    def page(values: object) -> str:
        assert isinstance(values, dict)
        faces = "".join(
            f'@font-face {{ font-family: "{face["family"]}"; font-weight: {face["weight"]};'
            f' font-style: {face["style"]}; src: url("{face["src"]}") }}'
            for face in values["faces"]
        )
        stacks = "".join(f".{role} {{ font-family: {stack} }}" for role, stack in values["stacks"].items())
        drawings.update((str(at), drawing(name, values["stacks"]["sans"])) for at, name in enumerate(DRAWN))
        size = "@page { size: 2200px 120px; margin: 20px } p { margin: 0; font-size: 48px; break-after: page }"
        return f'<!doctype html><html lang="en"><title>Lines</title><style>{faces}{stacks}{size}</style>{body}'

    document, pages = pdf.write(*typeset(page, Fonts(FOLDER), "en", drawings, "lines", lambda text: None))
    names = [*LINES, *(f"drawing:{name}" for name in DRAWN)]
    assert pages == len(names)
    (folder / "lines.pdf").write_bytes(document)
    subprocess.run(
        ["pdftoppm", "-r", str(2 * SIZE), "-png", "-gray", folder / "lines.pdf", folder / "line"], check=True
    )
    return dict(zip(names, (ink(Image.open(path)) for path in sorted(folder.glob("*.png"))), strict=True))


def drawing(name: str, fonts: str) -> bytes:
    """The line as a chart writes it."""
    way = direction(LINES[name][0])
    style = escape(f"text {{ font-family: {fonts}; font-size: 48px; direction: {way} }}", quote=False)
    place = 'x="2160" y="60"' if way == "rtl" else 'x="0" y="60"'
    return (
        '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 2160 80" width="2160" height="80">'
        f"<style>{style}</style><text {place}>{escape(written(name))}</text></svg>"
    ).encode()


def drawn(name: str, text: str = "") -> Image.Image:
    """The line as Pillow sets it, with the HarfBuzz and FreeType that it brings."""
    language, _, file, _ = LINES[name]
    font = ImageFont.truetype(str(FOLDER / f"{file}-400-normal.ttf"), SIZE, layout_engine=ImageFont.Layout.RAQM)
    made = Image.new("L", (4400, 320), 255)
    ImageDraw.Draw(made).text(
        (80, 80), text or written(name), 0, font, direction=direction(language), language=language
    )
    return ink(made)


def ink(made: Image.Image) -> Image.Image:
    """What is black in a picture, without the white around it."""
    found = ImageOps.invert(made.convert("L"))
    return found.crop(found.getbbox())


def difference(one: Image.Image, other: Image.Image) -> float:
    """How much of the ink is not in the same place, from 0 to 1, where two pictures differ most."""
    if abs(one.width - other.width) > 0.02 * one.width:
        return 1.0
    width, height = one.width + 8, max(one.height, other.height) + 8
    framed = [made.crop((-8, -8, width, height)) for made in (one, other.resize((one.width, other.height)))]
    smooth = [made.filter(ImageFilter.GaussianBlur(3)) for made in framed]
    moved = [ImageChops.offset(smooth[1], x, y) for x in (-1, 0, 1) for y in (-2, -1, 0, 1, 2)]
    apart = min((ImageChops.difference(smooth[0], made) for made in moved), key=weight)
    windows = [(left, 0, left + SIZE, height + 8) for left in range(0, one.width, SIZE // 2)]
    return max(
        weight(apart.crop(window)) / max(sum(weight(made.crop(window)) for made in smooth), SIZE * 800)
        for window in windows
    )


def weight(made: Image.Image) -> int:
    return sum(value * count for value, count in enumerate(made.histogram()))


pixels = [
    pytest.mark.skipif(not shutil.which("pdftoppm"), reason="pdftoppm is not installed"),
    pytest.mark.skipif(not features.check("raqm"), reason="Pillow has no Raqm"),
]


@pytest.mark.parametrize("name", [pytest.param(name, marks=pixels) for name in LINES])
def test_D8_a_line_in_each_script_looks_as_it_does_elsewhere(name: str, printed: dict[str, Image.Image]) -> None:
    assert difference(drawn(name), printed[name]) < ALIKE


@pytest.mark.parametrize("name", [pytest.param(name, marks=pixels) for name in DRAWN])
def test_D8_a_line_in_a_drawing_is_set_as_in_the_text(name: str, printed: dict[str, Image.Image]) -> None:
    assert difference(printed[name], printed[f"drawing:{name}"]) < ALIKE


@pytest.mark.parametrize("other", [pytest.param(name, marks=pixels) for name in ("another font", "a box")])
def test_D8_the_comparison_sees_what_is_wrong(other: str, printed: dict[str, Image.Image]) -> None:
    text = written("thai").replace("สุ", "\ufffd") if other == "a box" else written("thai")
    made = drawn("thai" if other == "a box" else "thai sans", text)
    assert difference(made.resize(printed["thai"].size), printed["thai"]) > OTHER


def test_every_script_that_is_shipped_has_a_reference_line() -> None:
    shown = {file for _, _, file, _ in LINES.values()}
    assert shown == {"serif", "sans", *(f"{script}-{role}" for script, roles in SCRIPTS.items() for role in roles)}
    assert {path.name.rsplit("-", 2)[0] for path in Path(FOLDER).glob("*.ttf")} == shown | {"code"}
