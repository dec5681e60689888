"""What a printer gets of a PDF: booklets, marks at the edges, and drafts."""

from __future__ import annotations

import subprocess
from collections.abc import Callable
from io import BytesIO
from pathlib import Path

import pdfua
import pikepdf
import pytest
from PIL import Image

from mailer.adapters import data, issue_folder
from mailer.adapters.render import Renderer, imposition, pdf
from mailer.model.printing import Paper
from mailer.model.publications import Forwarding
from tests.flows.environment import configured
from tests.pages import installed, pages
from tests.tagged import Tagged
from tests.unit.adapters.test_render import TEMPLATES

FONT = TEMPLATES / "issue" / "fonts" / "serif-400-normal.ttf"
PAGE = """<!doctype html><html lang="en"><head><title>Six pages</title><style>
@font-face { font-family: Own; src: url("asset:font"); }
@page { size: SIZE; margin: 20mm; }
body { margin: 0; font: 12pt Own; } p { break-after: page; }
.band { margin: -23mm -23mm 0; height: 30mm; background: #0b5563; }
</style></head><body><div class="band"></div>WORDS</body></html>"""
_MM = 72 / 25.4


def made(size: str, count: int = 6) -> bytes:
    words = "".join(f"<p>page{number}</p>" for number in range(1, count)) + f"<div>page{count}</div>"
    html = PAGE.replace("SIZE", size).replace("WORDS", words)
    return pdf.write(html, {"font": FONT.read_bytes()}, "one")[0]


@pytest.fixture(scope="module")
def a4() -> bytes:
    return made("A4")


def fonts(document: bytes) -> list[str]:
    with pikepdf.open(BytesIO(document)) as opened:
        return sorted(
            str(one["/BaseFont"])
            for one in opened.objects
            if isinstance(one, pikepdf.Dictionary) and one.get("/Subtype") == "/Type0"
        )


@installed
@pytest.mark.parametrize("size", ["A4", "A5"])
def test_a_booklet_has_its_pages_two_by_two_on_sheets(size: str, a4: bytes, tmp_path: Path) -> None:
    document = a4 if size == "A4" else made(size)
    sheets = pages(imposition.booklet(document), tmp_path)
    assert [(round(sheet.width), round(sheet.height)) for sheet in sheets] == [(297, 210)] * 4
    halves = [{word.text: "left" if word.right < 148.5 else "right" for word in sheet.words} for sheet in sheets]
    assert halves == [
        {"page1": "right"},
        {"page2": "left"},
        {"page6": "left", "page3": "right"},
        {"page4": "left", "page5": "right"},
    ]
    first = sheets[0].words[0]
    inset = 20 * (2**-0.5 if size == "A4" else 1)
    assert (first.left - 148.5) == pytest.approx(inset, abs=0.6)


def test_a_booklet_keeps_fonts_language_and_title_and_claims_no_tags(a4: bytes) -> None:
    booklet = imposition.booklet(a4)
    assert fonts(booklet) == fonts(a4)
    assert len(fonts(a4)) == 1
    with pikepdf.open(BytesIO(booklet)) as opened:
        assert (str(opened.Root.Lang), str(opened.docinfo["/Title"])) == ("en", "Six pages")
        assert [name for name in ("/StructTreeRoot", "/Metadata", "/MarkInfo") if name in opened.Root] == []


def test_the_back_of_the_cover_is_beside_the_front(a4: bytes, tmp_path: Path) -> None:
    with pikepdf.open(BytesIO(imposition.booklet(a4, has_back=True))) as opened:
        assert [sorted(str(name) for name in page.Resources.XObject) for page in opened.pages] == [
            ["/Left", "/Right"],
            ["/Left"],
            ["/Right"],
            ["/Left", "/Right"],
        ]


def test_marks_stand_outside_of_the_page_and_its_colours_go_beyond_its_edge(a4: bytes) -> None:
    with pikepdf.open(BytesIO(imposition.with_marks(a4))) as opened:
        (page, *_) = opened.pages
        boxes = {name: [round(float(one) / _MM) for one in page[f"/{name}"]] for name in ("TrimBox", "BleedBox")}
        assert boxes == {"TrimBox": [0, 0, 210, 297], "BleedBox": [-3, -3, 213, 300]}
        assert [round(float(one) / _MM) for one in page.MediaBox] == [-12, -12, 222, 309]


@pytest.mark.skipif(not Path("/usr/bin/pdftoppm").exists(), reason="pdftoppm is not installed")
def test_what_is_seen_around_a_page_with_marks(a4: bytes, tmp_path: Path) -> None:
    """A pixel is a millimetre."""
    (tmp_path / "marks.pdf").write_bytes(imposition.with_marks(a4))
    subprocess.run(["pdftoppm", "-r", "25.4", "-l", "1", "-png", "marks.pdf", "seen"], cwd=tmp_path, check=True)
    seen = Image.open(next(tmp_path.glob("seen*.png"))).convert("RGB")
    band, white = (11, 85, 99), (255, 255, 255)
    assert [seen.getpixel((10, 30)), seen.getpixel((30, 10)), seen.getpixel((7, 30))] == [band, band, white]
    dark = [any(seen.getpixel((x, y))[0] < 240 for y in (11, 12)) for x in range(12)]
    assert dark == [False] * 4 + [True] * 5 + [True, True, True]


@pytest.mark.parametrize("change", [imposition.with_marks, imposition.marked_draft])
def test_a_page_with_marks_is_still_read_out_as_before(
    change: Callable[[bytes], bytes], a4: bytes, tmp_path: Path
) -> None:
    changed = change(a4)
    tagged = Tagged(changed)
    assert (tagged.faults, fonts(changed)) == ([], fonts(a4))
    (tmp_path / "changed.pdf").write_bytes(changed)
    assert list(pdfua.validate(str(tmp_path / "changed.pdf")).findings) == []


def test_a_draft_is_marked_on_each_page(a4: bytes) -> None:
    with pikepdf.open(BytesIO(imposition.marked_draft(a4))) as opened:
        marks = [page.Contents[-1].read_bytes().count(b" gs 0.72") for page in opened.pages]
    assert marks == [1] * 6


def test_the_shipped_member_update_is_two_sides_or_a_booklet_of_four_pages() -> None:
    identity = configured().rules.identity_of("member-update")
    folder = data.CONFIG / "demo" / "issues" / "member-update-1"
    source = issue_folder.with_events(issue_folder.read(folder, "member-update"), ())
    renderer = Renderer(data.TEMPLATES, identity)
    edition, folded = renderer.edition(source, identity), renderer.reprinted(source, identity, Paper.A5)
    assert (edition.pages, edition.warnings) == (2, ())
    assert (identity.design, identity.forwarding) == ("handout", Forwarding.NONE)
    for document, count in ((edition.pdf, 2), (folded, 4)):
        assert (len(Tagged(document).pdf.pages), Tagged(document).faults) == (count, [])
    assert renderer.reprinted(source, identity, Paper.A4) == edition.pdf


def test_the_same_pages_give_the_same_bytes(a4: bytes) -> None:
    assert imposition.booklet(a4) == imposition.booklet(a4)
    assert imposition.with_marks(a4) == imposition.with_marks(a4)
