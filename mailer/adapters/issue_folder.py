"""An issue as a folder: ``issue.toml``, numbered Markdown articles, and their pictures beside them."""

from __future__ import annotations

import hashlib
import re
import tomllib
import warnings
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from difflib import get_close_matches
from io import BytesIO
from pathlib import Path

from PIL import Image, UnidentifiedImageError

from mailer.errors import ConfigError, Refused
from mailer.issues.model import Article, Picture, Source
from mailer.message import clean

ISSUE = "issue.toml"
PICTURE_SUFFIXES = {".png": "PNG", ".jpg": "JPEG", ".jpeg": "JPEG", ".webp": "WEBP"}

MAX_TEXT_BYTES = 200_000
MAX_PICTURE_BYTES = 12_000_000
MAX_PICTURE_PIXELS = 40_000_000
MAX_LINE = 300
"""Characters in a title, a name or a summary."""

_ARTICLE = re.compile(r"[0-9]{2,3}-.+\.md")
_LANGUAGE = re.compile(r"[A-Za-z]{2,3}(-[A-Za-z0-9]{2,8})*")
_TOML_PLACE = re.compile(r"\s*\(at (?:line (?P<line>\d+), column \d+|end of document)\)")
_FENCE = "+++"

_ISSUE_KEYS: Mapping[str, type] = {"number": int, "title": str, "date": date, "language": str}
_ARTICLE_KEYS: Mapping[str, type] = {"title": str, "author": str, "summary": str, "image": str, "alt": str}
_EXAMPLES = {int: "a whole number", str: "text in quotation marks", date: "a day, as in 2026-03-01, without marks"}


@dataclass
class _Faults:
    """Every fault found so far, each with its place."""

    folder: Path
    found: list[str] = field(default_factory=list)

    def add(self, name: str, line: int, what: str) -> None:
        self.found.append(f"{self.folder / name}:{line}: {what}")


@dataclass(frozen=True)
class _Table:
    """A checked TOML table: values of the right type by key, and the line that each stands on."""

    values: Mapping[str, object]
    lines: Mapping[str, int]

    def text(self, key: str) -> str:
        return clean(str(self.values.get(key, "")), MAX_LINE)

    def line(self, key: str) -> int:
        return self.lines.get(key, 1)


def read(folder: Path, publication: str) -> Source:
    """The issue in ``folder``. Raises ConfigError with every fault as ``file:line: what is wrong, and what to do``."""
    if not (folder / ISSUE).is_file():
        raise ConfigError([f"{folder / ISSUE}:1: there is no such file; begin an issue with “mailer issue new”"])
    faults = _Faults(folder)
    head = _head(folder, faults)
    articles = [article for path in _articles(folder) if (article := _article(path, faults))]
    _check_names(folder, faults)
    if faults.found:
        raise ConfigError(faults.found)
    number, day = head.values["number"], head.values["date"]
    assert isinstance(number, int) and isinstance(day, date)  # _toml has seen to it
    language = head.text("language") or "en"
    return Source(publication, number, head.text("title"), day, language, tuple(articles), fingerprint(folder))


def fingerprint(folder: Path) -> str:
    """SHA-256 in hexadecimal over the names and bytes of all files that the issue in ``folder`` is made of."""
    whole = hashlib.sha256()
    for path in (folder / ISSUE, *_articles(folder), *_pictures(folder)):
        for part in (path.name.encode(), path.read_bytes()):
            whole.update(len(part).to_bytes(8, "big"))
            whole.update(part)
    return whole.hexdigest()


def create(folder: Path, number: int, title: str, day: date) -> None:
    """Write an issue to start from. Raises Refused where ``folder`` exists."""
    if folder.exists():
        raise Refused(f"{folder} exists already; choose another name, or edit what is there.")
    folder.mkdir(parents=True)
    issue = f'number = {number}\ntitle = {_quoted(title)}\ndate = {day.isoformat()}\nlanguage = "en"\n'
    (folder / ISSUE).write_text(issue, encoding="utf-8")
    for name, text in _EXAMPLE.items():
        (folder / name).write_text(text, encoding="utf-8")


# --- The parts of a folder ---


def _articles(folder: Path) -> list[Path]:
    return [path for path in _visible(folder) if _ARTICLE.fullmatch(path.name)]


def _pictures(folder: Path) -> list[Path]:
    return [path for path in _visible(folder) if path.suffix.lower() in PICTURE_SUFFIXES]


def _visible(folder: Path) -> list[Path]:
    return sorted(path for path in folder.iterdir() if path.is_file() and not path.name.startswith("."))


def _check_names(folder: Path, faults: _Faults) -> None:
    for path in _visible(folder):
        if path.suffix == ".md" and not _ARTICLE.fullmatch(path.name):
            hint = f"name it 01-{path.name} (the number gives the order), or move it out of the folder"
            faults.add(path.name, 1, f"an article begins with its number; {hint}")
    if not _articles(folder):
        faults.add("01-….md", 1, "the issue has no article; write one, for example 01-welcome.md")


def _head(folder: Path, faults: _Faults) -> _Table:
    text = _text(folder / ISSUE, faults)
    if text is None:
        return _Table({}, {})
    table = _toml(text, _ISSUE_KEYS, {"number", "title", "date"}, ISSUE, 0, faults)
    number = table.values.get("number")
    if isinstance(number, int) and number < 0:
        faults.add(ISSUE, table.line("number"), "number is below 0; the first issue is 1, or 0")
    if table.text("language") and not _LANGUAGE.fullmatch(table.text("language")):
        faults.add(ISSUE, table.line("language"), 'language is not a language tag; write for example "en" or "pt-BR"')
    return table


def _article(path: Path, faults: _Faults) -> Article | None:
    text = _text(path, faults)
    if text is None:
        return None
    lines = text.splitlines()
    fences = [at for at, line in enumerate(lines) if line.strip() == _FENCE][:2]
    if len(fences) < 2 or fences[0] != 0:
        faults.add(path.name, 1, f'an article begins with a line {_FENCE}, then title = "…", then a line {_FENCE}')
        return None
    end = fences[1]
    table = _toml("\n".join(lines[1:end]), _ARTICLE_KEYS, {"title"}, path.name, 1, faults)
    body = "\n".join(lines[end + 1 :])
    if not body.strip():
        faults.add(path.name, end + 2, "the article has no text; write it below the second +++")
    picture = _picture(path, table, faults)
    return Article(
        path.name, table.text("title"), table.text("author"), table.text("summary"), body, picture, line=end + 2
    )


def _picture(article: Path, table: _Table, faults: _Faults) -> Picture | None:
    name, alt = table.text("image"), table.text("alt")
    if not name:
        if alt:
            faults.add(article.name, table.line("alt"), "alt describes a picture, but there is no image; add or remove")
        return None
    place = article.name, table.line("image")
    if not alt:
        faults.add(
            *place, f'{name} has no description; add alt = "what the picture shows" for readers who cannot see it'
        )
    path = article.parent / name
    if Path(name).name != name or path.resolve().parent != article.parent.resolve():
        faults.add(*place, f"{name} is outside the folder; copy the picture beside the article and give its bare name")
    elif problem := _picture_problem(path):
        faults.add(*place, f"{name} {problem}")
    else:
        return Picture(name, path.read_bytes(), alt)
    return None


def _picture_problem(path: Path) -> str | None:
    """Why the picture cannot be used, looking only at its size and header: nothing is unpacked yet (D5)."""
    wanted = PICTURE_SUFFIXES.get(path.suffix.lower())
    if wanted is None or path.name.startswith("."):
        return f"is not a picture that we can set; use {', '.join(PICTURE_SUFFIXES)}"
    if not path.is_file():
        near = get_close_matches(path.name, [p.name for p in _pictures(path.parent)], n=1)
        return f"is not in the folder; did you mean {near[0]}?" if near else "is not in the folder; copy it there"
    if path.stat().st_size > MAX_PICTURE_BYTES:
        return f"has more than {MAX_PICTURE_BYTES // 1_000_000} MB; save it smaller"
    return _pixel_problem(path.read_bytes(), wanted)


def _pixel_problem(data: bytes, wanted: str) -> str | None:
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", Image.DecompressionBombWarning)  # our own limit is below
            with Image.open(BytesIO(data), formats=[wanted]) as picture:
                width, height = picture.size
    except Image.DecompressionBombError:
        return f"has more than {MAX_PICTURE_PIXELS // 1_000_000} million pixels; save it smaller"
    except (UnidentifiedImageError, OSError, SyntaxError, ValueError):
        return f"cannot be read as {wanted}; save it again from a picture editor"
    if width * height > MAX_PICTURE_PIXELS:
        return f"has more than {MAX_PICTURE_PIXELS // 1_000_000} million pixels; save it smaller"
    return None


# --- Text and TOML, with faults that say where ---


def _text(path: Path, faults: _Faults) -> str | None:
    if path.stat().st_size > MAX_TEXT_BYTES:
        faults.add(path.name, 1, f"the file has more than {MAX_TEXT_BYTES // 1000} KB; split it into articles")
        return None
    data = path.read_bytes()
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as fault:
        line = data[: fault.start].count(b"\n") + 1
        faults.add(path.name, line, "the text is not in UTF-8; save the file again with that encoding")
        return None
    for at, line_of_text in enumerate(text.splitlines(), start=1):
        if "⟦" in line_of_text or "⟧" in line_of_text:
            faults.add(
                path.name, at, "the signs ⟦ and ⟧ are kept for the reader's name and address; use other brackets"
            )
    return text


def _toml(
    text: str, keys: Mapping[str, type], required: Iterable[str], name: str, offset: int, faults: _Faults
) -> _Table:
    """The table in ``text``, which begins after ``offset`` lines of the file ``name``."""
    try:
        values = tomllib.loads(text)
    except tomllib.TOMLDecodeError as fault:
        place = _TOML_PLACE.search(str(fault))
        line = int(place["line"]) if place and place["line"] else text.count("\n") + 1
        reason = _TOML_PLACE.sub("", str(fault))
        faults.add(name, line + offset, f'not valid TOML: {reason}; each line is key = "value"')
        return _Table({}, {})
    lines = {
        found[1]: at
        for at, line_of_text in enumerate(text.splitlines(), start=1 + offset)
        if (found := re.match(r"""\s*["']?([\w-]+)["']?\s*[=.]""", line_of_text))
    }
    for key in values:
        if key not in keys:
            near = get_close_matches(key, keys, n=1)
            hint = f"did you mean {near[0]}?" if near else f"known are {', '.join(keys)}"
            faults.add(name, lines.get(key, 1 + offset), f"unknown key {clean(key)}; {hint}")
        elif type(values[key]) is not keys[key]:
            faults.add(name, lines.get(key, 1 + offset), f"{key} must be {_EXAMPLES[keys[key]]}")
    for key in sorted(required):
        if key not in values:
            faults.add(name, 1 + offset, f"{key} is missing; add {key} = … ({_EXAMPLES[keys[key]]})")
        elif isinstance(values[key], str) and not clean(values[key]):
            faults.add(name, lines.get(key, 1 + offset), f"{key} is empty; fill it in")
    _check_length(values, lines, name, offset, faults)
    return _Table(values, lines)


def _check_length(
    values: Mapping[str, object], lines: Mapping[str, int], name: str, offset: int, faults: _Faults
) -> None:
    for key, value in values.items():
        if isinstance(value, str) and len(value) > MAX_LINE:
            faults.add(name, lines.get(key, 1 + offset), f"{key} has more than {MAX_LINE} characters; shorten it")


def _quoted(text: str) -> str:
    escaped = clean(text, MAX_LINE).replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'


_EXAMPLE = {
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
"""The files of a new issue; each article shows a little of what Markdown can do."""
