"""``mailer issue print`` and ``mailer library print``: what has a grant, and drafts."""

from __future__ import annotations

import shutil
from io import BytesIO
from pathlib import Path

import pikepdf
import pytest

from mailer.adapters import data
from mailer.adapters.render import pdf
from mailer.model.printing import Paper
from tests.secretary import Secretary

A4 = (595, 842)
A5 = (420, 595)


def blank(size: tuple[int, int], count: int, of: str = "") -> bytes:
    out = BytesIO()
    with pikepdf.new() as made:
        for _ in range(count):
            made.add_blank_page(page_size=size)
        made.docinfo["/Subject"] = of
        made.save(out, deterministic_id=True)
    return out.getvalue()


@pytest.fixture(autouse=True)
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    """No PDF is set: three pages of A4, or five of A5, with what they are made of in their properties."""

    def write(html: str, assets: object, identifier: str, **limits: object) -> tuple[bytes, int]:
        small = "size: A5" in html
        document = blank(A5 if small else A4, 5 if small else 3, of=f"{identifier} {hash(html)}")
        return document, 5 if small else 3

    monkeypatch.setattr(pdf, "write", write)


def granted(secretary: Secretary) -> None:
    secretary.imports("cag", "ana@cag.example", "bo@cag.example")
    secretary.imports("nmb", "nils@nmb.example")
    secretary.writes()
    secretary.grants()


def sheets(path: Path) -> tuple[int, list[int], bool]:
    """The number of pages, the size of the first one in mm, and whether the word DRAFT is drawn."""
    with pikepdf.open(path) as opened:
        box = [round(float(one) * 25.4 / 72) for one in opened.pages[0].mediabox]
        drawn = b"".join(one.read_bytes() for one in opened.objects if isinstance(one, pikepdf.Stream))
        return len(opened.pages), [box[2] - box[0], box[3] - box[1]], b"0.72 0.13 0.13 rg" in drawn


def test_an_issue_without_a_grant_is_a_draft_on_each_page_with_an_audit_entry(secretary: Secretary) -> None:
    secretary.writes()
    assert secretary.types("issue", "build", "1").code == 0
    result = secretary.types("issue", "print", "1", "--booklet", "--out", "print")
    assert (result.code, result.out.splitlines()[0]) == (
        0,
        "Written to print: draft-update-1-booklet.pdf, marked as a draft.",
    )
    assert "has no grant from the board" in result.err
    assert sheets(secretary.folder / "print/draft-update-1-booklet.pdf") == (4, [297, 210], True)
    assert "draft printed" in secretary.types("audit", "--of", "update 1").out


def test_what_is_granted_is_printed_without_a_mark(secretary: Secretary) -> None:
    granted(secretary)
    for arguments, name, expected in (
        (("--booklet",), "update-1-booklet.pdf", (4, [297, 210], False)),
        (("--marks",), "update-1-marks-a4.pdf", (3, [234, 321], False)),
        (("--marks", "--a5"), "update-1-marks-a5.pdf", (5, [172, 234], False)),
    ):
        result = secretary.types("issue", "print", "1", *arguments, "--out", "print")
        assert (result.code, result.err) == (0, "")
        assert sheets(secretary.folder / "print" / name) == expected
    assert "printed" not in secretary.types("audit", "--of", "update 1").out


def test_what_would_not_be_the_granted_bytes_any_more_is_not_set_anew(
    secretary: Secretary, monkeypatch: pytest.MonkeyPatch
) -> None:
    granted(secretary)
    monkeypatch.setattr(pdf, "write", lambda *_, **__: (blank(A5, 5, of="other templates"), 5))
    result = secretary.types("issue", "print", "1", "--booklet", "--out", "print")
    assert result.err == "warning: its pages are made smaller, because they cannot be set for A5\n"
    assert sheets(secretary.folder / "print/update-1-booklet.pdf") == (2, [297, 210], False)
    refused = secretary.types("issue", "print", "1", "--marks", "--a5", "--out", "print")
    assert (refused.code, "cannot be set on pages of A5" in refused.err) == (77, True)


@pytest.mark.parametrize("options", [(), ("--booklet", "--marks"), ("--booklet", "--a5")])
def test_one_form_is_chosen(secretary: Secretary, options: tuple[str, ...]) -> None:
    secretary.writes()
    secretary.types("issue", "build", "1")
    assert secretary.types("issue", "print", "1", *options, "--out", "print").code == 64


def test_a_brochure_that_waits_is_a_draft_and_its_back_stays_outside(secretary: Secretary) -> None:
    shutil.copytree(data.CONFIG / "demo/library/implementation", secretary.folder / "library/implementation")
    assert secretary.types("library", "build", "implementation").code == 0
    assert secretary.types("library", "print", "implementation", "--booklet", "--out", "print").code == 0
    name = "draft-implementation-1.0-booklet.pdf"
    with pikepdf.open(secretary.folder / "print" / name) as opened:
        front, *_ = opened.pages
        assert sorted(str(one) for one in front.Resources.XObject) == ["/Left", "/Right"]
    assert "draft printed" in secretary.types("audit").out


def test_paper_is_named_as_css_does() -> None:
    assert [str(one) for one in Paper] == ["A4", "A5"]
