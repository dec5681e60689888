"""How long the static site takes: 200 issues in three languages, one more issue, and one that loses its grant.

    python -m benchmarks.site [--issues N] [--keep FOLDER] [--browser]

Times are those of the processor, in one process; the store is on a disk. With ``--browser`` axe looks at one page of
each kind in Chromium, light and dark, at 1,100 and at 320 CSS pixels.
"""

from __future__ import annotations

import argparse
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

from benchmarks.site_office import LANGUAGES, add_issue, make
from mailer.adapters.render import pdf
from mailer.adapters.site.folder import MANIFEST
from mailer.app import App, site
from mailer.model.issues import Issue
from mailer.published import OfficePublished

URL = "https://www.example.org"


def build(app: App, out: Path) -> tuple[float, str]:
    """Build as ``mailer site build`` does; seconds of the processor, and what came of it."""
    builder = site.builder_of(app, out, URL)
    began = time.process_time()
    with app.open_store().snapshot() as work:
        built = builder.step(OfficePublished(app.office(work, "mailer", "site")))
    assert built is not None
    return time.process_time() - began, f"{len(built.changed)} made, {len(built.gone)} removed, {built.files} files"


def heaviest(out: Path) -> tuple[int, str]:
    """The largest page, with its style sheet and without pictures."""
    style = (out / "site.css").stat().st_size
    sizes = ((path.stat().st_size + style, str(path.relative_to(out))) for path in out.rglob("*.html"))
    return max(sizes)


KINDS = (
    *("index.html", "en/index.html", "fr/issues/index.html", "en/issues/update/index.html", "en/years/index.html"),
    *("en/years/2026/index.html", "en/topics/index.html", "es/countries/index.html", "en/countries/th/index.html"),
    *("en/languages/index.html", "en/languages/fr/index.html", "en/events/index.html", "en/events/1/index.html"),
    *("en/library/index.html", "en/library/scope/index.html", "en/lists/events/index.html", "en/subscribe/index.html"),
    *("en/issues/update/3/index.html", "fr/issues/update/2/index.html", "404.html"),
)


def axe(out: Path) -> Iterator[str]:
    """What axe finds wrong with one page of each kind."""
    from tests import chromium

    style = (out / "site.css").read_text("utf-8")
    pages = {}
    for name in KINDS:
        if (out / name).is_file():
            html = (out / name).read_text("utf-8")
            head, _, rest = html.partition('<meta http-equiv="Content-Security-Policy"')
            html = f"{head}<style>{style if 'site.css' in rest else ''}</style>{rest.partition('>')[2]}"
            pages[name.replace("/", " ")] = html
    for width in (1100, 320):
        for found, faults in chromium.axe(pages, out.parent, width=width).items():
            yield from (f"{found} at {width}: {fault}" for fault in faults)
        for found, look in chromium.measure(pages, out.parent, width).items():
            pale = [f"{name} {ratio:.2f}" for name, ratio in look.texts.items() if ratio < 4.5]
            yield from (f"{found} at {width}: {fault}" for fault in (*look.outside, *look.overlaps, *pale))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--issues", type=int, default=200)
    parser.add_argument("--keep", type=Path)
    parser.add_argument("--browser", action="store_true")
    chosen = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="mailer-site-") as temporary:
        folder = chosen.keep or Path(temporary)
        app, out = make(folder / "office", chosen.issues), folder / "out"
        print(f"{chosen.issues} issues in {len(LANGUAGES)} languages", flush=True)
        for what, change in (("all of it", None), ("nothing new", None), ("one issue more", add), ("one fewer", void)):
            if change:
                change(app, chosen.issues + 1)
            seconds, came = build(app, out)
            print(f"{what}: {seconds:.2f} s ({came})", flush=True)
        size, page = heaviest(out)
        manifest = (out / MANIFEST).stat().st_size / 1000
        print(f"largest page: {size / 1000:.0f} KB with its style ({page})")
        print(f"whole site: {du(out)}; its manifest: {manifest:.0f} KB")
        if chosen.browser:
            found = list(axe(out))
            print("\n".join(found) if found else "axe, contrast and width: nothing")


def add(app: App, number: int) -> None:
    """One issue more is sent."""
    with pdf.prepared():
        made = app.edition("update", app.read_issue("update", 1))
    add_issue(app, made, number, number, LANGUAGES)


def void(app: App, number: int) -> None:
    """The same issue loses its grant."""
    with app.open_store().transaction() as work:
        office = app.office(work, "secretary", "command void")
        issue = work.issues.issue("update", number)
        assert issue is not None
        work.approvals.void_grants(Issue.KIND, issue.id, office.now)
        office.record("voided", issue.name)


def du(folder: Path) -> str:
    return subprocess.run(["du", "-sh", str(folder)], capture_output=True, text=True, check=True).stdout.split()[0]


if __name__ == "__main__":
    sys.exit(main())
