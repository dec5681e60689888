"""The pictures of an article: each must exist, have a description, and be no decompression bomb."""

from __future__ import annotations

import warnings
from collections.abc import Mapping
from difflib import get_close_matches
from io import BytesIO
from pathlib import Path

from mailer.adapters.issue_folder.files import PICTURE_SUFFIXES, Faults, pictures
from mailer.adapters.issue_folder.table import Table
from mailer.model.issues import Picture

MAX_BYTES = 12_000_000
MAX_PIXELS = 40_000_000


_ABOUT = ("alt", "caption", "credit", "decorative")
"""Keys that say something about the picture."""


def read(article: Path, table: Table, faults: Faults) -> Picture | None:
    """The picture that the front matter of ``article`` names, or None."""
    name, alt, decorative = table.text("image"), table.text("alt"), table.values.get("decorative") is True
    if not name:
        for key in _ABOUT:
            if table.values.get(key):
                hint = "describes a picture, but there is no image; add or remove"
                faults.add(article.name, table.line(key), f"{key} {hint}")
        return None
    place = article.name, table.line("image")
    if not alt and not decorative:
        hint = (
            'add alt = "what the picture shows" for readers who cannot see it, or decorative = true if it says nothing'
        )
        faults.add(*place, f"{name} has no description; {hint}")
    elif alt and decorative:
        faults.add(
            article.name, table.line("decorative"), "a decorative picture has no alt; delete one of the two lines"
        )
    data = _data(article, name, place, faults)
    return Picture(name, data, alt, table.text("caption"), table.text("credit")) if data else None


def in_text(article: Path, body: str, first: int, faults: Faults) -> Mapping[str, Picture]:
    """The pictures that the text of ``article`` shows. ``first``: the line at which it begins."""
    if "![" not in body:
        return {}
    from mailer.adapters.render import markdown

    found = {
        name: _data(article, name, (article.name, first + line), faults)
        for name, line in markdown.pictures_named(body).items()
    }
    return {name: Picture(name, data, "") for name, data in found.items() if data}


def _data(article: Path, name: str, place: tuple[str, int], faults: Faults) -> bytes | None:
    """The bytes of the file ``name`` beside ``article``, if it can be used."""
    path = article.parent / name
    if Path(name).name != name or path.resolve().parent != article.parent.resolve():
        faults.add(*place, f"{name} is outside the folder; copy the picture beside the article and give its bare name")
    elif problem := _problem(path):
        faults.add(*place, f"{name} {problem}")
    else:
        return path.read_bytes()
    return None


def _problem(path: Path) -> str | None:
    """Why the picture cannot be used, by its size and header; nothing is decompressed (D5)."""
    wanted = PICTURE_SUFFIXES.get(path.suffix.lower())
    if wanted is None or path.name.startswith("."):
        return f"is not a picture that we can use; use {', '.join(PICTURE_SUFFIXES)}"
    if not path.is_file():
        near = get_close_matches(path.name, [p.name for p in pictures(path.parent)], n=1)
        return f"is not in the folder; did you mean {near[0]}?" if near else "is not in the folder; copy it there"
    if path.stat().st_size > MAX_BYTES:
        return _TOO_LARGE
    return _pixel_problem(path.read_bytes(), wanted)


_TOO_LARGE = f"has more than {MAX_BYTES // 1_000_000} MB; save it smaller"


def problem_of(name: str, data: bytes) -> str | None:
    """Why a picture that is in no folder yet cannot be used under this name; nothing is decompressed (D5)."""
    wanted = PICTURE_SUFFIXES.get(Path(name).suffix.lower())
    if wanted is None:
        return f"is not a picture that we can use; use {', '.join(PICTURE_SUFFIXES)}"
    return _TOO_LARGE if len(data) > MAX_BYTES else _pixel_problem(data, wanted)


def _pixel_problem(data: bytes, wanted: str) -> str | None:
    from PIL import Image, UnidentifiedImageError

    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", Image.DecompressionBombWarning)  # our own limit is below
            with Image.open(BytesIO(data), formats=[wanted]) as picture:
                width, height = picture.size
    except Image.DecompressionBombError:
        return f"has more than {MAX_PIXELS // 1_000_000} million pixels; save it smaller"
    except (UnidentifiedImageError, OSError, SyntaxError, ValueError):
        return f"cannot be read as {wanted}; save it again from a picture editor"
    if width * height > MAX_PIXELS:
        return f"has more than {MAX_PIXELS // 1_000_000} million pixels; save it smaller"
    return None
