"""The files of a new issue: an example to overwrite, which shows what an article can contain."""

from __future__ import annotations

from datetime import date
from functools import cache

from mailer.adapters import data
from mailer.adapters.issue_folder.files import ISSUE
from mailer.adapters.issue_folder.table import quoted

_NOT_TELLING = ("title =", "kicker =", "# ", "| Day", "|--", "Year,")
"""How lines begin that an editor may well leave as they are."""


def files(number: int, title: str, day: date, language: str) -> dict[str, bytes]:
    """Contents by file name."""
    head = f'number = {number}\ntitle = {quoted(title)}\ndate = {day.isoformat()}\nlanguage = "{language}"\n'
    return {ISSUE: head.encode(), **_shipped()}


def is_example(line: str) -> bool:
    """Whether a line of an article is one that a new issue has, and is long enough to be no coincidence."""
    return line.strip() in _lines()


def is_example_picture(content: bytes) -> bool:
    return content in _shipped().values()


@cache
def _shipped() -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in sorted((data.CONFIG / "example").iterdir())}


@cache
def _lines() -> frozenset[str]:
    """The lines that are to be overwritten."""
    texts = (content.decode() for name, content in _shipped().items() if name.endswith(".md"))
    lines = (line.strip() for text in texts for line in text.split("\n"))
    return frozenset(line for line in lines if len(line) >= 30 and not line.startswith(_NOT_TELLING))
