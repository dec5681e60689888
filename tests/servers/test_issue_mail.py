"""An issue's mail in Chromium: at 320, 600 and 1000 pixels, light and dark, with its pictures and without."""

from __future__ import annotations

import os
import re
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

import pytest

from mailer.adapters import data, issue_folder
from mailer.adapters.render import Renderer, pdf
from mailer.model.issues import Edition, Source
from tests import chromium
from tests.chromium import Measured, axe, measure, with_pictures
from tests.unit.adapters.test_render import IDENTITY, ROOT

pytestmark = pytest.mark.servers

WIDTHS = (320, 600, 1000)


def shown(edition: Edition) -> str:
    return with_pictures(edition.filled(edition.html, "reader@harbour.example", leave="#"), edition.pictures)


def without_pictures(page: str) -> str:
    return re.sub(r'src="[^"]*"', 'src="about:blank"', page)


def as_gmail_has_it(page: str) -> str:
    """Without the style sheet whose rules it does not know."""
    return re.sub(r"<style>[^<]*@supports.*?</style>", "", page, flags=re.DOTALL)


def without_styles(page: str) -> str:
    """As it is after it was forwarded, and in apps that know inline styles alone."""
    return re.sub(r"<style>.*?</style>", "", page, flags=re.DOTALL)


def long_words(source: Source) -> Source:
    """The issue with a word in each of its texts that is wider than a phone."""
    word = "Nachhaltigkeitsberichterstattungsvereinbarungsentwurf"
    lead, *others = source.articles
    assert lead.picture is not None
    picture = replace(lead.picture, alt=word, caption=word, credit=word)
    lead = replace(lead, title=word, kicker=word, author=word, summary=word, picture=picture)
    lead = replace(lead, body=f"## {word}\n\n{word}\n\n- - - - - {word}\n\n::: box {word}\n{word}\n:::\n\n> {word}")
    return replace(source, title=word, articles=(lead, *others))


@pytest.fixture(scope="module")
def pages() -> Mapping[str, str]:
    if chromium.PROGRAM is None:
        if os.environ.get("MAILER_REQUIRE_SERVERS") == "1":
            pytest.fail("install Debian's chromium")
        pytest.skip("Chromium is not installed")
    elements = issue_folder.read(ROOT / "tests" / "data" / "issues" / "elements", "update")
    demo = issue_folder.read(data.CONFIG / "demo" / "issues" / "update-1", "update")
    arabic = replace(elements, language="ar", title="العدد الرابع: كل شيء مرة واحدة")
    renderer = Renderer(data.TEMPLATES)
    web = replace(IDENTITY, web_version="https://www.harbour.example/{number}")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(pdf, "write", lambda *_: (b"%PDF-", 3))
        designs = {name: replace(web, design=name) for name in ("journal", "bulletin", "handout", "letter")}
        made = {name: shown(renderer.edition(elements, identity)) for name, identity in designs.items()}
        made["demo"] = shown(renderer.edition(demo, IDENTITY))
        made |= {
            f"{name}, long words": shown(renderer.edition(long_words(elements), named))
            for name, named in designs.items()
        }
        made |= {f"{name} ar": shown(renderer.edition(arabic, identity)) for name, identity in designs.items()}
    return made


@pytest.fixture(scope="module")
def measured(pages: Mapping[str, str], tmp_path_factory: pytest.TempPathFactory) -> Mapping[str, Measured]:
    folder = tmp_path_factory.mktemp("chromium")
    variants = {f"{name} without pictures": without_pictures(pages[name]) for name in ("journal", "demo")}
    variants |= {"journal in Gmail": as_gmail_has_it(pages["journal"])}
    return {
        f"{name}, {width}": found
        for width in WIDTHS
        for name, found in measure({**pages, **variants}, folder, width).items()
    }


def test_nothing_is_wider_than_the_window(measured: Mapping[str, Measured]) -> None:
    assert {name: page.width for name, page in measured.items()} == {
        name: int(name.rpartition(" ")[2]) for name in measured
    }
    assert {name: page.outside for name, page in measured.items() if page.outside} == {}


def test_no_text_is_over_another(measured: Mapping[str, Measured]) -> None:
    assert {name: page.overlaps for name, page in measured.items() if page.overlaps} == {}


def test_every_text_and_every_edge_is_visible(measured: Mapping[str, Measured]) -> None:
    assert {name: page.faint for name, page in measured.items() if page.faint} == {}


def test_no_picture_is_larger_than_it_is(measured: Mapping[str, Measured]) -> None:
    assert {name: page.enlarged for name, page in measured.items() if page.enlarged} == {}


def test_without_style_sheets_every_text_is_visible(pages: Mapping[str, str], tmp_path: Path) -> None:
    bare = {name: without_styles(page) for name, page in pages.items() if name != "demo"}
    found = {name: page for name, page in measure(bare, tmp_path, 600).items() if name.endswith("light")}
    assert {name: [text for text, ratio in page.texts.items() if ratio < 4.5] for name, page in found.items()} == {
        f"{name} light": [] for name in bare
    }
    assert {name: page.overlaps for name, page in found.items() if page.overlaps} == {}


def test_axe_finds_nothing(pages: Mapping[str, str], tmp_path: Path) -> None:
    light = {name: pages[name] for name in ("bulletin", "handout", "letter", "demo", "journal ar")}
    found = axe({"journal": pages["journal"]}, tmp_path) | axe(light, tmp_path, ["light"])
    assert found == {name: [] for name in found}
