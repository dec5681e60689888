"""A document of the library as a folder: ``document.toml``, numbered chapters in Markdown, and their pictures."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from pathlib import Path

from mailer.adapters import data
from mailer.adapters.issue_folder import LANGUAGE, article, digest, files, table
from mailer.adapters.issue_folder.files import Faults
from mailer.adapters.whole_files import write_folder
from mailer.errors import ConfigError, Refused
from mailer.model.issues import Source
from mailer.model.library import KINDS, Manuscript, Number, Publish

DOCUMENT = "document.toml"
_KEYS: Mapping[str, type] = {
    "title": str,
    "version": str,
    "date": date,
    "language": str,
    "kind": str,
    "publish": str,
    "author": str,
}
SHIPPED = data.CONFIG / "library"
"""Documents to start from, each in a folder by its key."""


def folders(library: Path) -> list[str]:
    """The keys of the documents in the library's folder."""
    found = sorted(library.glob(f"*/{DOCUMENT}")) if library.is_dir() else []
    return [path.parent.name for path in found]


def read(folder: Path) -> Manuscript:
    """The document in ``folder``; its key is the folder's name.

    Raises ConfigError with every fault as ``file:line: what is wrong, and what to do``.
    """
    if not (folder / DOCUMENT).is_file():
        begin = f"begin a document with “mailer library new {folder.name}”"
        raise ConfigError([f"{folder / DOCUMENT}:1: there is no such file; {begin}"])
    faults = Faults(folder)
    text = files.text(folder / DOCUMENT, faults)
    made = table.read(text or "", _KEYS, {"title", "version", "date"}, DOCUMENT, faults)
    number, publish, kind = _number(made, faults), _publish(made, faults), _kind(made, faults)
    if made.text("language") and not LANGUAGE.fullmatch(made.text("language")):
        fault = 'language is not a language tag; write for example "en" or "pt-BR"'
        faults.add(DOCUMENT, made.line("language"), fault)
    paths = files.articles(folder)
    chapters = [one for path in paths if (one := article(path, path == paths[0], faults))]
    files.check_names(folder, faults)
    faults.raise_any()
    made_of = {path.name: path.read_bytes() for path in (folder / DOCUMENT, *paths, *files.pictures(folder))}
    day = made.values["date"]
    assert isinstance(day, date) and number is not None  # table.read has checked it
    source = Source(
        publication=folder.name,
        number=number.major,
        title=made.text("title"),
        day=day,
        language=made.text("language") or "en",
        articles=tuple(chapters),
        digest=digest(made_of),
        lines=made.lines,
        author=made.text("author"),
        files=made_of,
    )
    return Manuscript(folder.name, kind, number, publish, source)


def _number(made: table.Table, faults: Faults) -> Number | None:
    if "version" not in made.values:
        return None
    try:
        return Number.parse(made.text("version"))
    except ValueError as fault:
        faults.add(DOCUMENT, made.line("version"), f"version: {fault}")
        return None


def _publish(made: table.Table, faults: Faults) -> Publish:
    written = made.text("publish") or Publish.BY_COMMAND
    if written in list(Publish):
        return Publish(written)
    faults.add(DOCUMENT, made.line("publish"), f"publish is “{'” or “'.join(Publish)}”")
    return Publish.BY_COMMAND


def _kind(made: table.Table, faults: Faults) -> str:
    written = made.text("kind") or KINDS[0]
    if written not in KINDS:
        faults.add(DOCUMENT, made.line("kind"), f"kind is one of {', '.join(KINDS)}")
    return written


def create(library: Path, key: str, title: str, day: date, language: str = "en") -> Path:
    """Write a document to start from, whole or not at all; the shipped one if there is one. Returns its folder.

    Raises Refused if it exists.
    """
    shipped = SHIPPED / key
    template = shipped if shipped.is_dir() else SHIPPED / "example"
    made = {path.name: path.read_bytes() for path in sorted(template.iterdir())}
    head = made[DOCUMENT].decode().replace("2026-01-01", day.isoformat())
    if title:
        lines = (f"title = {table.quoted(title)}" if line.startswith("title = ") else line for line in head.split("\n"))
        head = "\n".join(lines)
    made[DOCUMENT] = head.replace('language = "en"', f'language = "{language}"').encode()
    folder = library / key
    folder.parent.mkdir(parents=True, exist_ok=True)
    try:
        write_folder(folder, made)
    except FileExistsError:
        raise Refused(f"{folder} exists already: edit the document in it, then `mailer library check {key}`.") from None
    return folder
