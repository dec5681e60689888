"""Building the demo's issue: three formats by ``mailer issue build``, beside WeasyPrint's own PDF of the same HTML.

Both are new processes, one after the other. ``python benchmarks/build.py`` measures this alone.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path
from statistics import median

from measure import Failed
from table import aligned

ROOT = Path(__file__).resolve().parents[1]
DEMO = ROOT / "config" / "demo"

_RECORD = """
import sys
from pathlib import Path
from mailer.adapters import issue_folder
from mailer.adapters.render import Renderer, pdf
from mailer.model.publications import Identity

source, templates, folder = map(Path, sys.argv[1:])

def write(html, assets, identifier, **limits):
    for at, (name, data) in enumerate(assets.items()):
        html = html.replace(f'"{pdf.SCHEME}:{name}"', f'"{at}"')
        (folder / str(at)).write_bytes(data)
    (folder / "page.html").write_text(html)
    raise SystemExit

pdf.write = write
identity = Identity(
    masthead="ISO/SR Update", tagline="News", publisher="TG 2", imprint="Published by TG 2.", accent="#0b5563",
    ink="#1c2326", paper="#ffffff", address="tg2@iso-sr.example", max_pages=4,
)
Renderer(templates).edition(issue_folder.read(source, "update"), identity)
"""
"""Writes the HTML, pictures and fonts that a build gives WeasyPrint into a folder."""
_CACHE = ROOT / ".cache" / "bench" / "pycache"
_ALONE = "import sys, weasyprint; weasyprint.HTML(sys.argv[1]).write_pdf(sys.argv[2], pdf_variant='pdf/ua-1')"


@dataclass(frozen=True, slots=True)
class Built:
    """The seconds of each pair of runs."""

    ours: tuple[float, ...]
    alone: tuple[float, ...]

    @property
    def ratio(self) -> float:
        return median(own / alone for own, alone in zip(self.ours, self.alone, strict=True))


def measure(folder: Path, rounds: int) -> Built:
    """Raises Failed if one of the two does not work."""
    page, office = folder / "page", folder / "office"
    page.mkdir()
    shutil.copytree(DEMO, office)
    _python("-c", _RECORD, DEMO / "issues" / "update-1", ROOT / "templates", page)
    _python("-m", "cli", "-c", office / "mailer.toml", "upgrade")
    ours, alone = [], []
    for _ in range(rounds + 1):  # the first one fills the caches of the system
        alone.append(_python("-c", _ALONE, page / "page.html", folder / "alone.pdf"))
        ours.append(_python("-m", "cli", "-c", office / "mailer.toml", "issue", "build", "1"))
    return Built(tuple(ours[1:]), tuple(alone[1:]))


def shown(found: Built) -> str:
    head = ["building the demo's issue", "time ×", "seconds"]
    rows = [
        ["WeasyPrint's own PDF, cold", "1.0", f"{median(found.alone):.2f}"],
        ["mailer issue build, cold", f"{found.ratio:.2f}", f"{median(found.ours):.2f}"],
    ]
    return aligned(head, rows)


def _python(*arguments: str | Path) -> float:
    """The seconds of a new process."""
    own = {"PYTHONPATH": str(ROOT), "MAILER_IMAP__PASSWORD": "x", "MAILER_SMTP__PASSWORD": "x"}
    own |= {"PYTHONPYCACHEPREFIX": str(_CACHE), "PYTHONDONTWRITEBYTECODE": ""}  # compiled, as an installed one is
    started = time.perf_counter()
    done = subprocess.run(
        [sys.executable, *arguments], env=os.environ | own, capture_output=True, text=True, check=False
    )
    if done.returncode:
        raise Failed(f"{arguments[0]}: {done.stderr.strip()[-500:]}")
    return time.perf_counter() - started


if __name__ == "__main__":
    with tempfile.TemporaryDirectory(prefix="mailer-bench-") as made:
        print(shown(measure(Path(made), int(sys.argv[1]) if len(sys.argv) > 1 else 5)))
