"""The files of a document that go out as they are: slides, a PDF, a form to fill in."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from mailer.adapters.issue_folder.files import Faults
from mailer.message import clean
from mailer.model.library import FILES

SUFFIXES = (
    *(".pdf", ".pptx", ".ppsx", ".odp", ".docx", ".odt", ".rtf", ".xlsx", ".ods", ".csv", ".txt", ".md"),
    *(".png", ".jpg", ".jpeg", ".webp", ".mp3", ".mp4", ".ics", ".zip"),
)
"""What a file may be: no programs and no macros, which mailboxes refuse, and no pages with scripts."""

LARGEST, TOGETHER = 50_000_000, 200_000_000
"""Bytes of one file, and of all files of a version."""

LONGEST = 120
"""Characters of a name."""


def read(folder: Path, faults: Faults) -> Mapping[str, bytes]:
    """What is in ``files/``, by names such as ``files/slides.pptx``. Faults are noted, each with its file."""
    inside = folder / FILES
    if not inside.is_dir():
        return {}
    paths = sorted(path for path in inside.iterdir() if not path.name.startswith("."))
    fine = [path for path in paths if _is_fine(path, inside, faults)]
    if sum(path.stat().st_size for path in fine) > TOGETHER:
        faults.add(FILES, 1, f"the files have more than {TOGETHER // 1_000_000} MB together; make some smaller")
        return {}
    return {f"{FILES}{path.name}": path.read_bytes() for path in fine}


def _is_fine(path: Path, inside: Path, faults: Faults) -> bool:
    what = ""
    if path.resolve().parent != inside.resolve():
        what = "the file is a link to outside the folder; copy the file itself here"
    elif not path.is_file():
        what = "there are no folders in files/; put the files themselves here, or pack them into a .zip"
    elif path.suffix.lower() not in SUFFIXES:
        what = f"no file of this kind can go out; known are {' '.join(SUFFIXES)}"
    elif clean(path.name, LONGEST) != path.name or any(sign in path.name for sign in '\\/:*?"<>|'):
        what = f"the name has signs that not every computer takes, or more than {LONGEST}; give it a simpler one"
    elif path.stat().st_size > LARGEST:
        what = f"the file has more than {LARGEST // 1_000_000} MB; make it smaller"
    elif not path.stat().st_size:
        what = "the file is empty; delete it"
    if what:
        faults.add(f"{FILES}{clean(path.name, LONGEST)}", 1, what)
    return not what
