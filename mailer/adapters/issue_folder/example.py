"""The files of a new issue: an example to overwrite, which shows what an article can contain."""

from __future__ import annotations

from datetime import date

from mailer.adapters.issue_folder.files import ISSUE
from mailer.message import clean


def files(number: int, title: str, day: date, language: str) -> dict[str, str]:
    """Contents by file name."""
    head = f'number = {number}\ntitle = {_quoted(title)}\ndate = {day.isoformat()}\nlanguage = "{language}"\n'
    return {ISSUE: head, **_ARTICLES}


def is_example(line: str) -> bool:
    """Whether a line of an article is one that a new issue has, and is long enough to be no coincidence."""
    return line.strip() in _LINES


def _quoted(text: str) -> str:
    escaped = clean(text, 300).replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'


_ARTICLES = {
    "01-welcome.md": """\
+++
title = "What this issue is about"
author = "The editors"
summary = "One or two sentences that make a busy reader want the rest."
# A picture is optional. Put the file beside this one, and say what it shows:
# image = "meeting.jpg"
# alt = "Forty people around a long table, seen from the balcony"
+++

Write as you would to a colleague abroad: short sentences, and the news first.

A blank line begins a new paragraph. Words can be *stressed* or **strong**, and a
[link](https://www.iso.org) needs its whole address.

## A heading inside the article

- a point
- another point
""",
    "02-dates.md": """\
+++
title = "Dates"
summary = "Where to meet, and until when to answer."
+++

| Day      | What            | Where  |
|----------|-----------------|--------|
| 1 March  | Plenary meeting | Geneva |
| 15 March | Comments due    | email  |
""",
}

_LINES = frozenset(
    line
    for text in _ARTICLES.values()
    for line in map(str.strip, text.split("\n"))
    if len(line) >= 30 and not line.startswith(("title =", "# ", "| Day", "|--"))
)
"""The lines that are to be overwritten."""
