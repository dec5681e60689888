"""What a printer needs of a PDF: a booklet's pages on sheets, marks at the edges, and “draft” across a page.

All of it is made from the pages as they are: text stays text in its own fonts. pikepdf is imported when it is needed.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from io import BytesIO
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from mailer.adapters import data
from mailer.model.printing import BLEED, MARGIN, booklet_sides

if TYPE_CHECKING:
    from pikepdf import Array, Page, Pdf

_POINTS = 72 / 25.4
"""In a millimetre."""
_SHEET = 297 * _POINTS, 210 * _POINTS
"""Width and height of an A4 sheet that lies on its side."""
_MARK = 5 * _POINTS
"""Length of a mark at a corner."""
_HAIRLINE = 0.25
_DRAFT = "DRAFT"


class _Box(NamedTuple):
    """A rectangle on a page, in points from its lower left corner."""

    left: float
    bottom: float
    right: float
    top: float

    @property
    def width(self) -> float:
        return self.right - self.left

    @property
    def height(self) -> float:
        return self.top - self.bottom

    def grown(self, by: float) -> _Box:
        return _Box(self.left - by, self.bottom - by, self.right + by, self.top + by)


def booklet(pdf: bytes, *, right_to_left: bool = False, has_back: bool = False) -> bytes:
    """The pages two by two on A4 sheets, to be printed on both sides, turned over the short edge, and folded.

    A5 pages keep their size, and larger ones are made as small as that. ``has_back``: the last page is the back of the
    cover. It is made for paper, so it is not tagged.
    """
    import pikepdf

    width, height = _SHEET
    with pikepdf.open(BytesIO(pdf)) as source, pikepdf.new() as made:
        sides = booklet_sides(len(source.pages), right_to_left=right_to_left, has_back=has_back)
        for side in sides:
            sheet = made.add_blank_page(page_size=(width, height))
            content: list[str] = []
            sheet.Resources = pikepdf.Dictionary(XObject=pikepdf.Dictionary())
            for name, number, is_left in (("/Left", side.left, True), ("/Right", side.right, False)):
                if number is not None:
                    page = source.pages[number]
                    form = made.copy_foreign(page.as_form_xobject())
                    form.BBox = pikepdf.Array(_box(page.trimbox).grown(BLEED * _POINTS))
                    sheet.Resources.XObject[name] = form
                    content.append(_placed(name, _box(page.trimbox), is_left))
            sheet.Contents = made.make_stream("\n".join(content).encode())
        made.Root.Lang = source.Root.get("/Lang", pikepdf.String(""))
        for key in ("/Title", "/Author"):
            if key in source.docinfo:
                made.docinfo[key] = source.docinfo[key]
        return _saved(made)


def _placed(name: str, page: _Box, is_left: bool) -> str:
    """Draw a page on its half of the sheet, against the fold; its colours go as far as the edge of the sheet."""
    middle, height = _SHEET[0] / 2, _SHEET[1]
    scale = min(1.0, middle / page.width, height / page.height)
    across = middle - page.width * scale if is_left else middle
    up = (height - page.height * scale) / 2
    x, y = across - page.left * scale, up - page.bottom * scale
    half = f"{0 if is_left else middle:.3f} 0 {middle:.3f} {height:.3f} re W n"
    return f"q {half} {scale:.5f} 0 0 {scale:.5f} {x:.3f} {y:.3f} cm {name} Do Q"


def with_marks(pdf: bytes) -> bytes:
    """Each page with marks where it is trimmed, and 3 mm around it up to which its colours go.

    What is painted beyond the edge of a page is in every PDF of ours, and does not show there.
    """
    import pikepdf

    with _changed(pdf) as (made, out):
        for page in made.pages:
            trim = _box(page.trimbox)
            bleed, media = trim.grown(BLEED * _POINTS), trim.grown(MARGIN * _POINTS)
            page.trimbox = page.artbox = pikepdf.Array(trim)
            page.bleedbox = pikepdf.Array(bleed)
            page.mediabox = page.cropbox = pikepdf.Array(media)
            clip = f"q {bleed.left:.3f} {bleed.bottom:.3f} {bleed.width:.3f} {bleed.height:.3f} re W n\n"
            _enclose(made, page, clip, f"Q\n{_artifact(_marks(trim))}")
    return out[0]


def _marks(trim: _Box) -> Iterator[str]:
    """Lines at the four corners, and crosses for the colours in the middle of each side."""
    yield f"0 G {_HAIRLINE} w"
    near, far = BLEED * _POINTS, BLEED * _POINTS + _MARK
    for x, out in ((trim.left, -1), (trim.right, 1)):
        for y, up in ((trim.bottom, -1), (trim.top, 1)):
            yield _line(x + out * near, y, x + out * far, y)
            yield _line(x, y + up * near, x, y + up * far)
    beyond, arm = (near + far) / 2 + _HAIRLINE, _MARK / 2
    middle_x, middle_y = (trim.left + trim.right) / 2, (trim.bottom + trim.top) / 2
    for x, y in (
        (trim.left - beyond, middle_y),
        (trim.right + beyond, middle_y),
        (middle_x, trim.bottom - beyond),
        (middle_x, trim.top + beyond),
    ):
        yield _line(x - arm, y, x + arm, y)
        yield _line(x, y - arm, x, y + arm)
        yield _circle(x, y, arm * 0.6)


def _line(x: float, y: float, to_x: float, to_y: float) -> str:
    return f"{x:.3f} {y:.3f} m {to_x:.3f} {to_y:.3f} l S"


def _circle(x: float, y: float, radius: float) -> str:
    """Four Bézier curves."""
    bend = radius * 0.5523
    parts = [f"{x + radius:.3f} {y:.3f} m"]
    for at, to in (((1, 0), (0, 1)), ((0, 1), (-1, 0)), ((-1, 0), (0, -1)), ((0, -1), (1, 0))):
        first = x + at[0] * radius + to[0] * bend, y + at[1] * radius + to[1] * bend
        second = x + to[0] * radius + at[0] * bend, y + to[1] * radius + at[1] * bend
        end = x + to[0] * radius, y + to[1] * radius
        parts.append(" ".join(f"{value:.3f}" for value in (*first, *second, *end)) + " c")
    return f"{' '.join(parts)} S"


def marked_draft(pdf: bytes) -> bytes:
    """Each page with “DRAFT” across it, as shapes."""
    import pikepdf

    with _changed(pdf) as (made, out):
        for page in made.pages:
            pale = pikepdf.Dictionary(Type=pikepdf.Name.ExtGState, ca=0.16)
            name = page.add_resource(pale, pikepdf.Name.ExtGState)
            _enclose(made, page, "q\n", f"Q\n{_artifact(_across(_box(page.trimbox), str(name)))}")
    return out[0]


def _across(page: _Box, pale: str) -> Iterator[str]:
    """The word from the lower left to the upper right, so ``pale`` that what is below can be read."""
    shapes, width, height = _word()
    scale = 0.86 * page.width / width
    middle_x, middle_y = (page.left + page.right) / 2, (page.bottom + page.top) / 2
    turn = 0.819, 0.574  # cosine and sine of 35 degrees
    yield f"{pale} gs 0.72 0.13 0.13 rg"
    yield f"{turn[0]} {turn[1]} {-turn[1]} {turn[0]} {middle_x:.3f} {middle_y:.3f} cm"
    yield f"{scale:.6f} 0 0 {scale:.6f} {-width * scale / 2:.3f} {-height * scale / 2:.3f} cm"
    yield shapes


@cache
def _word() -> tuple[str, float, float]:
    """The outlines of the word, and its width and height, in units of its font."""
    from fontTools.pens.basePen import BasePen
    from fontTools.ttLib import TTFont

    class Pen(BasePen):  # type: ignore[misc]  # fontTools ships no types
        """Writes the operators of a PDF, moved to the right by ``at``."""

        at = 0.0

        def _moveTo(self, point: tuple[float, float]) -> None:  # noqa: N802
            written.append(f"{point[0] + self.at:.0f} {point[1]:.0f} m")

        def _lineTo(self, point: tuple[float, float]) -> None:  # noqa: N802
            written.append(f"{point[0] + self.at:.0f} {point[1]:.0f} l")

        def _curveToOne(self, *points: tuple[float, float]) -> None:  # noqa: N802
            written.append(" ".join(f"{x + self.at:.0f} {y:.0f}" for x, y in points) + " c")

        def _closePath(self) -> None:  # noqa: N802
            written.append("h")

    written: list[str] = []
    with TTFont(_font()) as font:
        glyphs, names = font.getGlyphSet(), font.getBestCmap()
        pen = Pen(glyphs)
        for letter in _DRAFT:
            glyph = glyphs[names[ord(letter)]]
            glyph.draw(pen)
            pen.at += glyph.width
        return "\n".join((*written, "f")), pen.at, float(font["OS/2"].sCapHeight)


def _font() -> Path:
    return data.TEMPLATES / "issue" / "fonts" / "sans-600-normal.ttf"


# --- PDF ---


@contextmanager
def _changed(pdf: bytes) -> Iterator[tuple[Pdf, list[bytes]]]:
    """The PDF to change, and where its bytes are afterwards."""
    import pikepdf

    out: list[bytes] = []
    with pikepdf.open(BytesIO(pdf)) as made:
        yield made, out
        out.append(_saved(made))


def _enclose(made: Pdf, page: Page, before: str, after: str) -> None:
    page.contents_add(made.make_stream(before.encode()), prepend=True)
    page.contents_add(made.make_stream(f"\n{after}".encode()))


def _artifact(drawn: Iterator[str]) -> str:
    """What is drawn and not read out (PDF/UA)."""
    return "\n".join(("/Artifact BMC q", *drawn, "Q EMC"))


def _box(box: Array) -> _Box:
    left, bottom, right, top = (float(value) for value in box)
    return _Box(left, bottom, right, top)


def _saved(made: Pdf) -> bytes:
    """The same pages give the same bytes."""
    import pikepdf

    out = BytesIO()
    made.save(out, deterministic_id=True, object_stream_mode=pikepdf.ObjectStreamMode.generate)
    return out.getvalue()
