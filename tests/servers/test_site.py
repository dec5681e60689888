"""The static site in Chromium: what axe finds on each kind of page, and whether all of it fits a narrow phone."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests import chromium
from tests.site import FakePublished, builder

pytestmark = pytest.mark.skipif(chromium.PROGRAM is None, reason="needs Chromium")

KINDS = (
    *("index.html", "en/issues/index.html", "en/issues/update/2/index.html", "en/library/faq/index.html"),
    *("en/topics/index.html", "en/events/3/index.html", "en/lists/presenters/index.html", "fr/subscribe/index.html"),
)


def test_axe_finds_nothing_and_nothing_is_wider_than_the_narrowest_phone(tmp_path: Path) -> None:
    builder(tmp_path / "out").step(FakePublished())
    style = (tmp_path / "out" / "site.css").read_text("utf-8")
    pages = {}
    for name in KINDS:
        html = (tmp_path / "out" / name).read_text("utf-8")
        shown = html.replace(" http-equiv=", " data-kept=")  # so that axe may run
        own = f"<style>{style}</style>" if "site.css" in html else ""
        pages[name.replace("/", " ")] = shown.replace("</head>", f"{own}</head>")
    assert {name: faults for name, faults in chromium.axe(pages, tmp_path, width=320).items() if faults} == {}
    measured = chromium.measure(pages, tmp_path, 320)
    assert {name: (look.width, look.outside, look.overlaps) for name, look in measured.items()} == {
        name: (320, [], []) for name in measured
    }
    pale = {name: text for name, look in measured.items() for text, ratio in look.texts.items() if ratio < 4.5}
    assert pale == {}
