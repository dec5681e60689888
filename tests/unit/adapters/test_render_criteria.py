"""The criteria as HTML, text and PDF: whole, the same bytes each time, readable everywhere."""

from __future__ import annotations

import hashlib
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import date
from itertools import pairwise
from pathlib import Path

import lxml.etree
import lxml.html
import pytest

from mailer.adapters import data
from mailer.adapters.render import Renderer, criteria, pdf
from mailer.adapters.render.drawing import draw
from mailer.adapters.render.folding import columns
from mailer.adapters.render.text_table import table
from mailer.errors import ConfigError
from mailer.model.criteria import (
    Clause,
    CriteriaRules,
    Document,
    Handover,
    Kind,
    Label,
    Paragraph,
    Party,
    Printed,
    Route,
)
from mailer.model.criteria_versions import DOCUMENTS
from tests import rendering
from tests.flows.environment import configured
from tests.unit.adapters.test_render import decompressed

ROOT = Path(__file__).parents[3]
RULES = configured().rules
DISCLOSURE = DOCUMENTS[Kind.DISCLOSURE](RULES)
LABEL = Label(2, date(2026, 11, 28), draft=False, language="en", original="en", replaces=1)
CHANGED = DOCUMENTS[Kind.DISCLOSURE](replace(RULES, criteria=CriteriaRules(status="Until 2030", country="SE")))


@pytest.fixture(scope="module", autouse=True)
def pdfs(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """Each PDF is made once for all processes that run tests."""
    folder = tmp_path_factory.getbasetemp()
    with rendering.shared((folder.parent if folder.name.startswith("popen-") else folder) / "pdfs"):
        yield


@pytest.fixture(scope="module")
def renderer() -> Renderer:
    return configured().renderer


@pytest.fixture(scope="module")
def printed(renderer: Renderer, pdfs: None) -> Printed:
    return renderer.criteria(DISCLOSURE, LABEL)


@pytest.fixture
def quick(renderer: Renderer, monkeypatch: pytest.MonkeyPatch) -> Renderer:
    """A renderer that sets no PDF."""
    monkeypatch.setattr(pdf, "write", lambda *_, **__: (b"%PDF", 1))
    return renderer


def test_the_title_block_says_which_version_it_is(quick: Renderer) -> None:
    text = quick.criteria(DISCLOSURE, LABEL).text
    assert text.startswith(
        "ISO/SR TG 2\n\nCRITERIA FOR THE DISCLOSURE OF INFORMATION\n==========================================\n"
        "Document      C 1\n"
        "Version       2\n"
        "Date          28 November 2026\n"
        "Status        Interim until the next plenary\n"
        "Replaces      version 1\n"
        "Secretariat   secretary@iso-sr.example\n"
        "Language      English\n\n"
        "This version was put to the board on the date above. It is in force once\nthe board has granted it.\n"
    )
    draft = quick.criteria(DISCLOSURE, replace(LABEL, draft=True, replaces=0)).text
    assert ("\nVersion       draft of version 2\n" in draft, "Replaces" in draft) == (True, False)
    french = quick.criteria(DISCLOSURE, replace(LABEL, language="fr")).text
    assert "28 novembre 2026" in french


@pytest.mark.parametrize("language", data.languages())
@pytest.mark.parametrize("kind", Kind)
def test_the_text_fits_72_columns(
    renderer: Renderer, monkeypatch: pytest.MonkeyPatch, kind: Kind, language: str
) -> None:
    monkeypatch.setattr(criteria, "_pdf", lambda *_: (b"%PDF", 1))
    document = DOCUMENTS[kind](RULES)
    text = renderer.criteria(document, replace(LABEL, language=language)).text
    assert [line for line in text.splitlines() if columns(line) > 72] == []
    assert re.findall(r"<[a-z/][^@]*?>|&\w+;|%\(", text) == []


def test_A12_no_keyword_is_a_line_by_itself(quick: Renderer) -> None:
    printed = quick.criteria(DISCLOSURE, LABEL)
    blocks = lxml.html.fromstring(printed.html).xpath("//p | //li | //td | //th | //h1 | //h2 | //h3")
    lines = [*printed.text.splitlines(), *(str(block.text_content()) for block in blocks)]
    keywords = {word.casefold() for choice in ("approve", "object", "abstain") for word in RULES.voting.all.of(choice)}
    assert [line for line in lines if line.strip(" .,;:“”()\n").casefold() in keywords] == []


def test_the_page_has_one_title_and_its_headings_in_order(quick: Renderer) -> None:
    page = lxml.html.fromstring(quick.criteria(DISCLOSURE, LABEL).html)
    assert [one.tag for one in page.xpath("//h1 | //h2 | //h3")] == ["h1", *["h2"] * 5, *["h3"] * 3, *["h2"] * 5]
    targets = {link.get("href") for link in page.xpath("//nav//a")}
    assert targets == {f"#{section.get('id')}" for section in page.xpath("//section[@id]")}
    assert page.xpath("//table[.//thead][not(.//th[@scope='col'])] | //script | //link | //img") == []
    assert page.xpath("count(//*[local-name()='svg'][@role='img'][@aria-label])") == 1


def test_the_words_of_a_drawing_in_arabic_are_in_it_each_in_one_piece(
    renderer: Renderer, monkeypatch: pytest.MonkeyPatch
) -> None:
    """They are shaped as a whole when the PDF is written (test_render_scripts)."""
    made: list[Mapping[str, bytes]] = []
    monkeypatch.setattr(pdf, "write", lambda html, assets, *_, **__: (made.append(assets) or b"%PDF", 1))
    renderer.criteria(DISCLOSURE, replace(LABEL, language="ar"))
    picture = next(octets for name, octets in made[-1].items() if name.startswith("drawing/"))
    names = lxml.etree.fromstring(picture).xpath("//*[local-name()='text'][@class='name']")
    assert names[0].text == "أعضاء المجموعة"


def arguments(html: str, assets: Mapping[str, bytes], identifier: str, **_: object) -> tuple[bytes, int]:
    """Instead of a PDF, what it is made of: ``pdf.write`` makes the same bytes of the same arguments."""
    parts = (
        html.encode(),
        identifier.encode(),
        *(part for name in sorted(assets) for part in (name.encode(), assets[name])),
    )
    return hashlib.sha256(b"\0".join(parts)).digest(), 1


def test_the_same_document_gives_the_same_bytes_in_another_process(
    renderer: Renderer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pdf, "write", arguments)
    code = (
        "import sys; sys.path.insert(0, sys.argv[1])\n"
        "from tests.unit.adapters.test_render_criteria import *\n"
        "pdf.write = arguments\n"
        "print(configured().renderer.criteria(DISCLOSURE, LABEL).digest)"
    )
    other = subprocess.run([sys.executable, "-c", code, str(ROOT)], capture_output=True, check=True, text=True, cwd="/")
    assert other.stdout.strip() == renderer.criteria(DISCLOSURE, LABEL).digest


def test_the_pdf_is_tagged_and_has_bookmarks_a_language_and_a_described_drawing(printed: Printed) -> None:
    content = decompressed(printed.pdf)
    marks = (b"/StructTreeRoot", b"/Marked true", b"/Outlines", b"/Lang (en)", b"(D:20261128", b"pdfuaid:part")
    assert [mark for mark in marks if mark not in content] == []
    assert [content.count(b"/S /" + tag) for tag in (b"H1", b"H2", b"H3", b"Figure")] == [1, 10, 3, 1]
    assert content.count(b"/Alt ") == 1


@pytest.mark.skipif(not shutil.which("qpdf"), reason="qpdf is not installed")
def test_the_pdf_is_valid(printed: Printed, tmp_path: Path) -> None:
    (tmp_path / "criteria.pdf").write_bytes(printed.pdf)
    subprocess.run(["qpdf", "--check", tmp_path / "criteria.pdf"], check=True, capture_output=True)


@pytest.mark.skipif(not shutil.which("pdftotext"), reason="pdftotext is not installed")
def test_no_page_ends_with_a_heading_and_the_annex_begins_one(printed: Printed, tmp_path: Path) -> None:
    (tmp_path / "criteria.pdf").write_bytes(printed.pdf)
    found = subprocess.run(
        ["pdftotext", "-layout", tmp_path / "criteria.pdf", "-"], check=True, capture_output=True, text=True
    )
    pages = [[line for line in page.splitlines() if line.strip()] for page in found.stdout.split("\f")][:-1]
    headings = re.compile(r"\s*(\d+(\.\d+)?|Annex [A-Z])   ?\S.*")
    assert len(pages) == printed.pages
    assert [page[-2] for page in pages[1:] if headings.fullmatch(page[-2])] == []
    assert [page[1].strip() for page in pages if "Annex A" in page[1]] == ["Annex A The route of information"]


def test_a_comparison_marks_the_words_and_lists_the_clauses(quick: Renderer) -> None:
    compared = quick.criteria(CHANGED, replace(LABEL, version=3, draft=True, replaces=2), DISCLOSURE)
    assert "\n7  Time and absences: changed\n9  Changes to these criteria: changed\n" in compared.text
    assert "{+Until 2030+}" in compared.text
    assert "\n1 Scope\n" not in compared.text
    page = lxml.html.fromstring(compared.html)
    assert [one.text for one in page.xpath("//*[@id='changes']//ins")] == ["Until 2030"]
    assert [one.text for one in page.xpath("//*[@id='changes']//del")] == ["Interim until the next plenary"]
    same = quick.criteria(DISCLOSURE, replace(LABEL, draft=True), DISCLOSURE)
    assert (same.text.endswith("\nNo clause differs.\n"), "<ins" in same.html) == (True, False)


HOSTILE = ("<script>alert(1)</script>", "{{7*7}}", "</style><b>x", '"><svg onload=x>')


@pytest.mark.parametrize("text", HOSTILE)
def test_D1_D2_what_the_configuration_says_is_text(quick: Renderer, text: str) -> None:
    parties = (Party("a", text, (text,)), Party("b", text))
    clauses = (Clause("a", text, (Paragraph(text),)),)
    document = Document(text, text, text, text, text, clauses)
    page = lxml.html.fromstring(quick.criteria(document, LABEL).html)
    assert page.xpath("//script | //b | //*[@onload]") == []
    assert page.xpath("string(//h1)") == text
    drawing = lxml.html.fromstring(draw(Route(parties, (Handover("a", "b", text),))).svg(text))
    assert drawing.xpath("//script | //b | //*[@onload]") == []


def test_D8_a_character_without_a_font_is_a_fault(quick: Renderer) -> None:
    with pytest.raises(ConfigError, match="no font has ★, which the criteria contain"):
        quick.criteria(replace(DISCLOSURE, group="★"), LABEL)


# --- The drawing ---

PARTIES = tuple(Party(key, key.upper(), ("one@x.example",)) for key in "abcd")


def places(svg: str, kind: str) -> list[tuple[float, ...]]:
    names = {"box": ("x", "y", "width", "height"), "badge": ("cx", "cy")}[kind]
    found = re.findall(rf'<\w+ class="{kind}"([^>]*)>', svg)
    return [tuple(float(re.search(rf'\b{name}="([^"]*)"', one)[1]) for name in names) for one in found]  # type: ignore[index]


def test_the_drawing_has_a_box_for_each_party_and_a_number_for_each_handover_and_none_overlap() -> None:
    pairs = ("ab", "ba", "bc", "cd", "da", "ca", "ad")
    svg = draw(Route(PARTIES, tuple(Handover(one, other, "x") for one, other in pairs))).svg("alt")
    boxes, badges = places(svg, "box"), places(svg, "badge")
    assert (len(boxes), len(badges)) == (4, 7)
    assert all(upper[1] + upper[3] < lower[1] for upper, lower in pairwise(boxes))
    apart = [(x - ox) ** 2 + (y - oy) ** 2 for at, (x, y) in enumerate(badges) for ox, oy in badges[:at]]
    assert min(apart) > 18**2
    assert all(9 <= x <= 360 - 9 for x, _ in badges)
    assert not any(x < cx < x + width and y < cy < y + height for cx, cy in badges for x, y, width, height in boxes)


def test_long_names_are_wrapped_within_their_box() -> None:
    name = "Chairman's advisory group of the working group on social responsibility " * 2
    svg = draw(Route((Party("a", name.strip()), Party("b", "社会的責任に関する作業部会" * 4)), ())).svg("alt")
    lines = re.findall(r'<text class="name"[^>]*>([^<]*)<', svg)
    assert (len(lines) > 5, "".join(lines[-4:]).count("社")) == (True, 4)
    assert max(len(line) for line in lines) < 42


# --- Tables in text ---


def test_a_table_is_folded_to_its_width_or_becomes_lines() -> None:
    head = ("Name", "What it is")
    assert table(head, [("a", "short")]) == ["Name  What it is", "----  ----------", "a     short"]
    folded = table(head, [("a " * 20, "b " * 60)], 40)
    assert (max(map(len, folded)) <= 40, folded[0].split()) == (True, ["Name", "What", "it", "is"])
    wide = table(("One", "Two"), [(f"{'x' * 25}@{'y' * 25}.example", f"{'z' * 20}@x.example")], 72)
    assert [line.partition(":")[0] for line in wide] == ["One", "Two"]
