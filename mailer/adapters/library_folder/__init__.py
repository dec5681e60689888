"""A document of the library as a folder: ``document.toml``, numbered chapters, pictures, data, and files as they are.

A language edition is a folder in it, with a ``document.toml`` and chapters of its own: ``faq/fr/``.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, date, datetime, tzinfo
from pathlib import Path
from tempfile import TemporaryDirectory

from mailer.adapters.issue_folder import LANGUAGE, article, aware, digest, files, table
from mailer.adapters.issue_folder.files import Faults
from mailer.adapters.library_folder import as_they_are, entries
from mailer.errors import ConfigError
from mailer.model.communication_tools import FILE as TOOLS
from mailer.model.faq import ALSO
from mailer.model.issues import Source
from mailer.model.library import BROCHURE, KINDS, Layout, Manuscript, Number, Publish, Version
from mailer.model.links import FILE as LINKS

DOCUMENT = "document.toml"
_KEYS: Mapping[str, type] = {
    "title": str,
    "version": str,
    "date": date,
    "language": str,
    "kind": str,
    "publish": str,
    "author": str,
    "changes": list,
    "not_before": date,
    "waits_for": str,
    "embargo": datetime,
    "layout": str,
}
_EDITION_KEYS: Mapping[str, type] = {**_KEYS, "translates": str, "translator": str, "publisher": str}
_NEEDED = {"title", "version", "date"}
_CHAPTER_KEYS: Mapping[str, Mapping[str, type]] = {"faq": {ALSO: list}}
"""What chapters of a kind may have beside the keys of an article."""


def folders(library: Path) -> list[str]:
    """The keys of the documents in the library's folder."""
    found = sorted(library.glob(f"*/{DOCUMENT}")) if library.is_dir() else []
    return [path.parent.name for path in found]


def languages(folder: Path) -> list[str]:
    """The language editions in a document's folder."""
    return [path.parent.name for path in sorted(folder.glob(f"*/{DOCUMENT}")) if LANGUAGE.fullmatch(path.parent.name)]


def read(folder: Path, language: str = "", zone: tzinfo = UTC) -> Manuscript:
    """The document in ``folder``, whose name is its key, or its edition in ``language``.

    ``zone`` is that of its embargo. Raises ConfigError with every fault as ``file:line: what is wrong``.
    """
    place = folder / language if language else folder
    require(folder, language)
    faults = Faults(place)
    text = files.text(place / DOCUMENT, faults) or ""
    made = table.read(text, _EDITION_KEYS if language else _KEYS, _NEEDED, DOCUMENT, faults)
    number, publish = _number(made, "version", faults), _publish(made, faults)
    kind = _kind(made, _kind_of(folder) if language else "", faults)
    translates = str((_number(made, "translates", faults) or number) or "") if language else ""
    layout = _layout(made, kind, faults)
    _check_language(made, language, faults)
    paths = files.articles(place)
    more = _CHAPTER_KEYS.get(kind, {})
    chapters = [one for path in paths if (one := article(path, path == paths[0], faults, more))]
    data_files = [path for name in KINDS[kind].data if (path := place / name).is_file()]
    files.check_names(place, faults, needed=not data_files)
    given = as_they_are.read(place, faults)
    written = {path.name: files.text(path, faults) or "" for path in data_files}
    tools = entries.tools(written[TOOLS], faults) if TOOLS in written else ()
    links = entries.links_of(written[LINKS], faults) if LINKS in written else ()
    faults.raise_any()
    own = (place / DOCUMENT, *paths, *data_files, *files.pictures(place))
    made_of = {**{path.name: path.read_bytes() for path in own}, **given}
    day, not_before = made.values["date"], made.values.get("not_before")
    assert isinstance(day, date) and number is not None  # table.read has checked it
    source = Source(
        publication=folder.name,
        number=number.major,
        title=made.text("title"),
        day=day,
        language=language or made.text("language") or "en",
        articles=tuple(chapters),
        digest=digest(made_of),
        lines=made.lines,
        author=made.text("author"),
        embargo=aware(made.values.get("embargo"), zone),
        files=made_of,
        translator=made.text("translator"),
        original=language_of(folder) if language else "",
    )
    return Manuscript(
        folder.name,
        kind,
        number,
        publish,
        source,
        translates=translates,
        publisher=made.text("publisher"),
        not_before=not_before if isinstance(not_before, date) else None,
        waits_for=made.text("waits_for"),
        changes=made.texts("changes"),
        tools=tools,
        links=links,
        layout=layout,
    )


def restored(version: Version, given: Mapping[str, bytes], original: str, zone: tzinfo) -> Manuscript:
    """The document that these files make, whatever has become of its folder since.

    ``original``: the language of the text that an edition was translated from. Raises ConfigError.
    """
    with TemporaryDirectory(prefix="mailer-") as made:
        folder = Path(made) / version.key
        place = folder / version.edition if version.edition else folder
        for name, content in given.items():
            (place / name).parent.mkdir(parents=True, exist_ok=True)
            (place / name).write_bytes(content)
        if version.edition:
            (folder / DOCUMENT).write_text(f'kind = "{version.kind}"\nlanguage = "{original}"\n', encoding="utf-8")
        return read(folder, version.edition, zone)


def require(folder: Path, language: str = "") -> None:
    """Raises ConfigError if there is no document, or no such edition of it."""
    if language and not LANGUAGE.fullmatch(language):
        raise ConfigError([f"{folder / DOCUMENT}:1: “{language}” is no language tag; write for example fr or pt-BR"])
    for place, typed in ((folder, folder.name), (folder / language, f"{folder.name} --language {language}")):
        if not (place / DOCUMENT).is_file():
            begin = f"begin a document with “mailer library new {typed}”"
            raise ConfigError([f"{place / DOCUMENT}:1: there is no such file; {begin}"])


def _number(made: table.Table, key: str, faults: Faults) -> Number | None:
    if key not in made.values:
        return None
    try:
        return Number.parse(made.text(key))
    except ValueError as fault:
        faults.add(DOCUMENT, made.line(key), f"{key}: {fault}")
        return None


def _publish(made: table.Table, faults: Faults) -> Publish:
    written = made.text("publish") or Publish.BY_COMMAND
    if written in list(Publish):
        return Publish(written)
    faults.add(DOCUMENT, made.line("publish"), f"publish is “{'” or “'.join(Publish)}”")
    return Publish.BY_COMMAND


def _layout(made: table.Table, kind: str, faults: Faults) -> Layout:
    written = made.text("layout")
    if written and not (kind == BROCHURE and written in list(Layout)):
        faults.add(DOCUMENT, made.line("layout"), f"layout is “{'” or “'.join(Layout)}”, of a brochure")
    return Layout(written) if written in list(Layout) else Layout.BOOK


def _kind(made: table.Table, original: str, faults: Faults) -> str:
    """``original``: the kind of the original, which an edition shares."""
    first, *_ = KINDS
    written = made.text("kind") or original or first
    if written not in KINDS:
        faults.add(DOCUMENT, made.line("kind"), f"kind is one of {', '.join(KINDS)}")
        return first
    if original and written != original:
        faults.add(DOCUMENT, made.line("kind"), f"the original is of the kind “{original}”; delete the line")
    return written


def _check_language(made: table.Table, edition: str, faults: Faults) -> None:
    written = made.text("language")
    if written and not LANGUAGE.fullmatch(written):
        fault = 'language is not a language tag; write for example "en" or "pt-BR"'
        faults.add(DOCUMENT, made.line("language"), fault)
    elif edition and written not in ("", edition):
        faults.add(DOCUMENT, made.line("language"), f"the folder says “{edition}”; delete the line")


def head_of(folder: Path) -> table.Table:
    """What the original says of itself; its faults are named when it is read."""
    unread = Faults(folder)
    return table.read(files.text(folder / DOCUMENT, unread) or "", _KEYS, (), DOCUMENT, unread)


def _kind_of(folder: Path) -> str:
    written = head_of(folder).text("kind")
    return written if written in KINDS else next(iter(KINDS))


def language_of(folder: Path) -> str:
    return head_of(folder).text("language") or "en"
