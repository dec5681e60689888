"""The folder of a document to start from, or of a language edition to translate."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from datetime import date
from pathlib import Path

from mailer.adapters import data
from mailer.adapters.issue_folder import LANGUAGE, table
from mailer.adapters.library_folder import DOCUMENT, head_of, language_of, require
from mailer.adapters.whole_files import write_folder
from mailer.errors import Refused

SHIPPED = data.CONFIG / "library"
"""Documents to start from, each in a folder by its key."""

_TO_FILL_IN = ("press", "example")
"""Those whose text only says what to write."""

_LINE = re.compile(r"(?m)^(\w+) = (?:\[[^\]]*\]|.*)\n")


def create(library: Path, key: str, title: str, day: date, language: str = "en", kind: str = "") -> Path:
    """Write a document to start from, whole or not at all; the shipped one if there is one. Returns its folder.

    ``kind``: the shipped document to start from, if it has another name. Raises Refused if it exists.
    """
    shipped = SHIPPED / (kind or key)
    template = shipped if shipped.is_dir() else SHIPPED / "example"
    made = {
        path.relative_to(template).as_posix(): path.read_bytes()
        for path in sorted(template.rglob("*"))
        if path.is_file()
    }
    for name in (one for one in made if one.endswith(DOCUMENT)):
        made[name] = made[name].decode().replace("2026-01-01", day.isoformat()).encode()
    head = made[DOCUMENT].decode()
    if template is not shipped:
        head = head.replace('language = "en"', f'language = "{language}"')
    made[DOCUMENT] = _titled(head, title).encode()
    return _write(library / key, made, key)


def left_as_begun(texts: Mapping[str, bytes]) -> list[str]:
    """The chapters of a document that still are what ``create`` wrote to be replaced, by their names."""
    begun = {path.read_bytes().strip() for key in _TO_FILL_IN for path in (SHIPPED / key).glob("*.md")}
    return [name for name, text in texts.items() if text.strip() in begun]


def create_edition(library: Path, key: str, language: str, title: str, day: date) -> Path:
    """Write an edition to translate: the original's folder as it is, without its files. Returns its folder.

    Raises Refused if it exists, or if ``language`` is the original's own; ConfigError if there is no original.
    """
    folder = library / key
    require(folder)
    if not LANGUAGE.fullmatch(language) or language.lower() == language_of(folder).lower():
        raise Refused(f"“{language}” is no language of an edition of “{key}”: write another tag, such as fr or pt-BR.")
    made = {path.name: path.read_bytes() for path in sorted(folder.iterdir()) if path.is_file() and path.name[0] != "."}
    original = head_of(folder)
    kept = _LINE.sub(_of_edition, made[DOCUMENT].decode().rstrip("\n") + "\n")
    head = kept.replace(f"date = {original.values.get('date')}", f"date = {day.isoformat()}")
    head += "# The version of the original that this is a translation of.\n"
    head += f"translates = {table.quoted(original.text('version'))}\n"
    made[DOCUMENT] = _titled(head, title).encode()
    return _write(folder / language, made, f"{key} --language {language}")


def _of_edition(found: re.Match[str]) -> str:
    return "" if found[1] in ("language", "kind", "author", "changes") else found[0]


def _titled(head: str, title: str) -> str:
    if not title:
        return head
    lines: Sequence[str] = head.split("\n")
    return "\n".join(f"title = {table.quoted(title)}" if line.startswith("title = ") else line for line in lines)


def _write(folder: Path, made: Mapping[str, bytes], typed: str) -> Path:
    folder.parent.mkdir(parents=True, exist_ok=True)
    try:
        write_folder(folder, made)
    except FileExistsError:
        raise Refused(f"{folder} exists already: edit it, then `mailer library check {typed}`.") from None
    return folder
