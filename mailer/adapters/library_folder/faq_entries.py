"""An entry of the questions and answers that is written into the document's folder, for the next version."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Collection, Sequence
from datetime import date
from pathlib import Path
from typing import NamedTuple

from mailer.adapters.issue_folder import files
from mailer.adapters.issue_folder.table import MAX_LINE, quoted
from mailer.adapters.library_folder import DOCUMENT
from mailer.adapters.manuscripts.marks import escape
from mailer.adapters.whole_files import write_file
from mailer.errors import Refused
from mailer.message import clean
from mailer.model.faq import ALSO, slug
from mailer.model.library import Number

_ADDRESS = re.compile(r"https?://[\w./~%?=&-]*[\w/]|[\w.+-]+@[\w-]+(?:\.[\w-]+)+", re.ASCII)
_POINT = re.compile(r"\s*([-*•]|\d{1,2}[.)])\s+(?=\S)")
_CHANGES = re.compile(r"(?ms)^changes = \[.*?\]\n")


class Written(NamedTuple):
    """An entry that was written."""

    path: Path
    number: Number
    """Of the version that it will be in."""


def add(
    folder: Path, question: str, also: Sequence[str], answer: str, today: date, published: Collection[Number], what: str
) -> Written:
    """Write an entry behind all others, and give the document a number that has not been published.

    ``what``: how the change is named among the document's changes. Raises Refused rather than write it twice.
    """
    files_there = files.articles(folder)
    stem = slug(question) or f"entry-{len(files_there) + 1}"
    if there := [path for path in files_there if path.stem.partition("-")[2] == stem]:
        raise Refused(f"{there[0]} asks this already: edit it, or give the entry another --question.")
    head = (folder / DOCUMENT).read_text(encoding="utf-8")
    number, changed = _next(head, today, published, what)
    path = folder / f"{files.next_number(folder):02}-{stem}.md"
    write_file(path, _chapter(question, also, answer).encode(), new=True)
    write_file(folder / DOCUMENT, changed.encode())
    return Written(path, number)


def _next(head: str, today: date, published: Collection[Number], what: str) -> tuple[Number, str]:
    """The number of the next version, and document.toml with it, its day and what changes."""
    values = tomllib.loads(head)
    here = Number.parse(str(values.get("version", "1.0")))
    out = [one for one in published if one >= here]
    number = Number(max(out).major, max(out).minor + 1) if out else here
    known = [] if out else [str(one) for one in values.get("changes", [])]
    lines = "".join(f"    {quoted(one)},\n" for one in [*known, what])
    changed = re.sub(r"(?m)^version = .*$", f'version = "{number}"', head, count=1)
    changed = re.sub(r"(?m)^date = .*$", f"date = {today.isoformat()}", changed, count=1)
    return number, _CHANGES.sub("", changed).rstrip("\n") + f"\nchanges = [\n{lines}]\n"


def _chapter(question: str, also: Sequence[str], answer: str) -> str:
    words = "".join(f"    {quoted(clean(one, MAX_LINE))},\n" for one in also)
    front = f"title = {quoted(clean(question, MAX_LINE))}\n" + (f"{ALSO} = [\n{words}]\n" if words else "")
    return f"+++\n{front}+++\n\n{markdown(answer)}\n"


def markdown(text: str) -> str:
    """A plain text as Markdown: its paragraphs, its lists and its addresses; no other sign is a mark."""
    lines = []
    for line in text.replace("\r\n", "\n").split("\n"):
        point = _POINT.match(line)
        mark, rest = (point[1], line[point.end() :]) if point else ("", line.strip())
        sign = f"{mark.rstrip('.)')}. " if mark[:1].isdigit() else "- " if mark else ""
        lines.append(f"{sign}{_escaped(rest, begins=not mark)}".rstrip())
    return re.sub(r"\n{3,}", "\n\n", _set_apart(lines)).strip()


def _set_apart(lines: Sequence[str]) -> str:
    """A list begins and ends a paragraph."""
    made: list[str] = []
    for line in lines:
        is_point, was_point = (re.match(r"(?:-|\d+\.) ", one) is not None for one in (line, made[-1] if made else ""))
        if made and line and made[-1] and is_point != was_point:
            made.append("")
        made.append(line)
    return "\n".join(made)


def _escaped(text: str, begins: bool) -> str:
    pieces, at = [], 0
    for found in _ADDRESS.finditer(text):
        pieces += [escape(text[at : found.start()], every=False, first=begins and at == 0), found[0]]
        at = found.end()
    return "".join([*pieces, escape(text[at:], every=False, first=begins and at == 0)])
