"""Brochures of the library: a cover, contents with page numbers, numbered headings; and a leaflet of one sheet."""

from __future__ import annotations

import shutil
from dataclasses import replace
from datetime import UTC, datetime
from io import BytesIO
from pathlib import Path
from typing import NamedTuple

import pikepdf
import pytest

from mailer.adapters import data, library_folder
from mailer.adapters.render import Renderer
from mailer.errors import ConfigError
from mailer.model.library import Layout, Manuscript, Publish, State, Version
from mailer.model.printing import Paper
from mailer.model.publications import Identity
from tests.flows.environment import configured
from tests.pages import PrintedPage, installed, pages
from tests.tagged import Tagged

DEMO = data.CONFIG / "demo" / "library"


class Brochure(NamedTuple):
    manuscript: Manuscript
    html: str
    a4: bytes
    a5: bytes


def identity() -> Identity:
    return replace(configured().rules.identity, masthead="ISO/SR TG 2")


def printed(key: str) -> Brochure:
    manuscript, named = library_folder.read(DEMO / key), identity()
    renderer = Renderer(data.TEMPLATES, named)
    made = renderer.document(manuscript, "", named)
    return Brochure(manuscript, made.html, made.pdf, renderer.reprinted_document(manuscript, "", named, Paper.A5))


@pytest.fixture(scope="module")
def introduction() -> Brochure:
    return printed("introduction")


@pytest.fixture(scope="module")
def leaflet() -> Brochure:
    return printed("leaflet")


def found(document: bytes, folder: Path) -> list[PrintedPage]:
    return pages(document, folder)


@installed
@pytest.mark.parametrize("paper", ["a4", "a5"])
def test_the_contents_name_the_page_of_each_chapter_and_section(
    introduction: Brochure, paper: str, tmp_path: Path
) -> None:
    cover, contents, *chapters, back = found(getattr(introduction, paper), tmp_path)
    assert "Introduction to ISO/SR" in cover.text
    assert back.text.startswith("ISO/SR TG 2 tg2@iso-sr.example")
    for title in ("How an International Standard is made", "In harmony with what exists", "Words you will meet"):
        (page,) = (at for at, one in enumerate(chapters, start=3) if title in one.text)
        entry = contents.text.partition(title)[2]
        assert next(word for word in entry.split() if word.isdecimal()) == str(page)


@installed
def test_the_chapter_runs_at_the_head_of_right_pages_and_the_title_of_left_ones(
    introduction: Brochure, tmp_path: Path
) -> None:
    heads = [[word.text for word in page.words if word.top < 22] for page in found(introduction.a4, tmp_path)]
    assert [" ".join(head) for head in heads[:5]] == [
        "",
        "Introduction to ISO/SR",
        "Why a standard on social responsibility",
        "Introduction to ISO/SR",
        "Who writes this one",
    ]


@pytest.mark.parametrize("paper", ["a4", "a5"])
def test_a_brochure_is_read_out_whole(introduction: Brochure, leaflet: Brochure, paper: str) -> None:
    for brochure in (introduction, leaflet):
        assert Tagged(getattr(brochure, paper)).faults == []


def test_headings_have_their_numbers_on_a_screen_too(introduction: Brochure) -> None:
    assert introduction.html.count('<h3 id="section-') == 19
    assert '<a href="#section-1.2"' in introduction.html.replace("\n", "")


@installed
def test_a_leaflet_is_one_sheet_and_folded_it_has_a_front(leaflet: Brochure, tmp_path: Path) -> None:
    assert (leaflet.manuscript.layout, leaflet.manuscript.has_cover) == (Layout.LEAFLET, False)
    with pikepdf.open(BytesIO(leaflet.a4)) as a4, pikepdf.open(BytesIO(leaflet.a5)) as a5:
        assert (len(a4.pages), len(a5.pages)) == (2, 4)
    front, *_ = found(leaflet.a5, tmp_path)
    assert front.text == "ISO/SR TG 2 ISO/SR on one sheet From the working group to everybody outside it"


def test_what_waits_says_so_on_its_pages() -> None:
    made = library_folder.read(DEMO / "implementation")
    assert (made.kind, made.has_cover, made.waits_for) == ("brochure", True, "the guidance document")


def test_the_layout_is_one_of_two_and_of_a_brochure(tmp_path: Path) -> None:
    folder = tmp_path / "leaflet"
    shutil.copytree(DEMO / "leaflet", folder)
    described = folder / "document.toml"
    text = described.read_text()
    for wrong in (text.replace('"leaflet"', '"poster"'), text.replace('"brochure"', '"document"')):
        described.write_text(wrong)
        with pytest.raises(ConfigError, match=r"document.toml:6: layout is “book” or “leaflet”, of a brochure"):
            library_folder.read(folder)


def test_a_document_is_read_again_from_the_files_that_are_kept(introduction: Brochure) -> None:
    made, now = introduction.manuscript, datetime(2027, 1, 20, tzinfo=UTC)
    draft = (State.DRAFT, Publish.BY_COMMAND, "", (), "", now)
    version = Version(1, made.key, made.kind, made.number, "en", made.source.title, *draft)
    again = library_folder.restored(version, made.source.files, "", UTC)
    assert (again.key, again.source.digest) == (made.key, made.source.digest)
