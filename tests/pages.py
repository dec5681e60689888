"""What stands where on the pages of a PDF, as pdftotext sees it."""

from __future__ import annotations

import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path

import lxml.html
import pytest

installed = pytest.mark.skipif(not shutil.which("pdftotext"), reason="pdftotext is not installed")

MARGINS = {"top": 16, "bottom": 21, "side": 18}
"""Of a page of an issue, in mm."""
_MM = 25.4 / 72


@dataclass(frozen=True, slots=True)
class Word:
    """A word and its edges, in mm from the page's top left corner."""

    text: str
    left: float
    top: float
    right: float
    bottom: float


@dataclass(frozen=True, slots=True)
class PrintedPage:
    width: float
    height: float
    words: tuple[Word, ...]
    """Without the footer."""

    @property
    def text(self) -> str:
        return " ".join(word.text for word in self.words)

    @property
    def fill(self) -> float:
        """How far down its text goes, as a part of the room between the margins."""
        bottom = self.height - MARGINS["bottom"]
        return (max(word.bottom for word in self.words) - MARGINS["top"]) / (bottom - MARGINS["top"])


def pages(document: bytes, folder: Path) -> list[PrintedPage]:
    """The pages of a PDF. ``folder`` is for files that are needed on the way."""
    pdf, html = folder / "pages.pdf", folder / "pages.html"
    pdf.write_bytes(document)
    subprocess.run(["pdftotext", "-bbox", pdf, html], check=True, capture_output=True)
    found = []
    for page in lxml.html.fromstring(html.read_bytes()).iter("page"):
        width, height = (float(page.get(key, "")) * _MM for key in ("width", "height"))
        words = (
            Word(word.text or "", *(float(word.get(edge, "")) * _MM for edge in ("xmin", "ymin", "xmax", "ymax")))
            for word in page.iter("word")
        )
        found.append(PrintedPage(width, height, tuple(w for w in words if w.top < height - MARGINS["bottom"])))
    return found
