"""The files of an issue, and the faults found in them."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from pathlib import Path

from mailer.errors import ConfigError
from mailer.model.event_listings import FILE as EVENTS
from mailer.model.issues import Article

ISSUE = "issue.toml"
PICTURE_SUFFIXES = {".png": "PNG", ".jpg": "JPEG", ".jpeg": "JPEG", ".webp": "WEBP"}
MAX_TEXT_BYTES = 200_000

_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u2028\u2029]")
_ARTICLE = re.compile(r"([0-9]{1,4})-.+\.md")
_BEGINNING = re.compile(r"([0-9]{1,4})[\W_]*")
"""A number that is not followed as it should be."""
_NOISE = ("thumbs.db", "desktop.ini")
"""Files that systems leave behind, in lower case."""


@dataclass
class Faults:
    """Collects faults, each with its file and line."""

    folder: Path
    found: list[str] = field(default_factory=list)

    def add(self, name: str, line: int, what: str) -> None:
        """``what``: what is wrong, and what to do."""
        self.found.append(f"{self.folder / name}:{line}: {what}")

    def raise_any(self) -> None:
        """Raises ConfigError with all faults, if there are any."""
        if self.found:
            raise ConfigError(self.found)


def require(folder: Path) -> None:
    """Raises ConfigError if ``folder`` contains no issue."""
    if not (folder / ISSUE).is_file():
        raise ConfigError([f"{folder / ISSUE}:1: there is no such file; begin an issue with “mailer issue new”"])


def articles(folder: Path) -> list[Path]:
    """The article files, in the order of their numbers."""
    numbered = [(number, path) for path in _visible(folder) if (number := _number(path)) is not None]
    return [path for _, path in sorted(numbered)]


def _number(path: Path) -> int | None:
    found = _ARTICLE.fullmatch(path.name)
    return int(found[1]) if found else None


def next_number(folder: Path) -> int:
    """The number of an article that comes after all others."""
    return max((_number(path) or 0 for path in articles(folder)), default=0) + 1


def pictures(folder: Path) -> list[Path]:
    return [path for path in _visible(folder) if path.suffix.lower() in PICTURE_SUFFIXES]


def events(folder: Path) -> list[Path]:
    """What the last build has kept of the events that the issue shows."""
    return [path for path in (folder / EVENTS,) if path.is_file()]


def _numbered(path: Path) -> str:
    """How an article could be called: with the number that it begins with, if it begins with one."""
    found = _BEGINNING.match(path.stem)
    number, rest = (found[1], path.stem[found.end() :]) if found else ("01", path.stem)
    return f"{number}-{rest or 'article'}{path.suffix}"


def check_names(folder: Path, faults: Faults, needed: bool = True) -> None:
    """Find articles that would be left out because of their names, and links to other folders.

    ``needed``: whether there has to be an article.
    """
    for path in _visible(folder):
        if path.suffix == ".md" and not _ARTICLE.fullmatch(path.name):
            hint = f"name it {_numbered(path)} (the number gives the order), or move it out of the folder"
            faults.add(path.name, 1, f"an article begins with its number; {hint}")
        if path.resolve().parent != folder.resolve():
            faults.add(path.name, 1, "the file is a link to outside the folder; copy the file itself here")
    for before, path in pairwise(articles(folder)):
        if _number(before) == _number(path):
            faults.add(path.name, 1, f"{before.name} has the same number; give each article its own")
    if needed and not articles(folder):
        faults.add("01-….md", 1, "the issue has no article; write one, for example 01-welcome.md")


def left_out(folder: Path, found: Sequence[Article]) -> Iterator[str]:
    """What is in the folder and does not go out, in a sentence for each file."""
    shown = {name for article in found for name in article.pictures}
    shown |= {article.picture.name for article in found if article.picture}
    for path in _visible(folder):
        if path.name in shown or path.name in (ISSUE, EVENTS) or path.suffix == ".md" or path.name.lower() in _NOISE:
            continue
        if path.suffix.lower() in PICTURE_SUFFIXES:
            yield f"{path}: no article shows this picture; show it, or delete it."
        else:
            yield f"{path}: this file does not go out; readers get the articles and their pictures."


def text(path: Path, faults: Faults) -> str | None:
    """The file's text, or None if it cannot be read."""
    if path.stat().st_size > MAX_TEXT_BYTES:
        faults.add(path.name, 1, f"the file has more than {MAX_TEXT_BYTES // 1000} KB; split it into articles")
        return None
    data = path.read_bytes()
    try:
        content = data.decode("utf-8-sig")
    except UnicodeDecodeError as fault:
        line = data[: fault.start].count(b"\n") + 1
        faults.add(path.name, line, "the text is not in UTF-8; save the file again with that encoding")
        return None
    content = content.replace("\r\n", "\n").replace("\r", "\n")
    for at, line_of_text in enumerate(content.split("\n"), start=1):
        if "⟦" in line_of_text or "⟧" in line_of_text:
            faults.add(path.name, at, "the signs ⟦ and ⟧ stand for the reader's name and address; use other brackets")
        if hidden := _CONTROL.search(line_of_text):
            faults.add(path.name, at, f"an invisible character, U+{ord(hidden[0]):04X}; delete it")
    return content


def _visible(folder: Path) -> list[Path]:
    return sorted(path for path in folder.iterdir() if path.is_file() and not path.name.startswith("."))
