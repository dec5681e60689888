"""What decides an issue's bytes beside its source: templates, fonts, identity, and the words around the articles."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import asdict
from functools import lru_cache
from pathlib import Path

from babel.messages.pofile import read_po

from mailer.adapters.catalogues import files, nearest
from mailer.adapters.versions import versions
from mailer.model.issues import VERSION_OF, Inputs
from mailer.model.publications import DEFAULT_DESIGN, Identity

WORDS_OF = ("templates/issue/", "mailer/adapters/render/", "mailer/model/events.py")
"""The places of the messages that an issue's words are from."""

SILENT = ("max_pages",)
"""What of an identity changes no byte."""
FILES = ("logo", "cover", "fonts_for", "design")
"""What of an identity names files, which are compared by what is in them."""


def inputs(templates: Path, fonts: Sequence[Path], identity: Identity, languages: Iterable[str]) -> Inputs:
    """A digest of each, by a name that a person knows it by; of programs the version.

    ``fonts`` are those that the configuration names.
    """
    found = {f"templates/{path.relative_to(templates)}": _file(path) for path in _templates(templates, identity.design)}
    found |= {str(path): _file(path) for path in _inside([*fonts, *_files_of(identity)])}
    shown = {name: value for name, value in asdict(identity).items() if name not in (*SILENT, *FILES)}
    found |= {f"[identity] {name}": _sha256(str(value).encode()) for name, value in shown.items()}
    catalogues = files(templates / "locale")
    for language in languages:
        if tag := nearest(language, catalogues):
            found[f"the words in “{tag}”"] = _words(tag, catalogues[tag])
    return found | {f"{VERSION_OF}{name}": number for name, number in versions().items()}


def _templates(folder: Path, design: str) -> Iterator[Path]:
    """The shipped templates of issues, without those of the other designs."""
    designs = folder / "issue" / "designs"
    for path in _inside([folder / "issue"]):
        if not path.is_relative_to(designs) or path.relative_to(designs).parts[0] in (design, DEFAULT_DESIGN):
            yield path


def _files_of(identity: Identity) -> Iterator[Path]:
    """The office's own files that its identity is made of."""
    named = (identity.logo, identity.cover, *(file for files in identity.fonts_for.values() for file in files))
    yield from (Path(name) for name in named if name)
    if identity.logo.lower().endswith(".svg"):
        yield Path(identity.logo).with_suffix(".png")
    if "/" in identity.design:
        yield Path(identity.design)


def _inside(places: Iterable[Path]) -> Iterator[Path]:
    """The files at these places, and in the folders among them; a place without anything is left out."""
    for place in places:
        if place.is_file():
            yield place
        elif place.is_dir():
            yield from sorted(path for path in place.rglob("*") if path.is_file())


def _file(path: Path) -> str:
    made = path.stat()
    return _content(path, made.st_mtime_ns, made.st_size)


@lru_cache(maxsize=1000)
def _content(path: Path, changed: int, size: int) -> str:
    """The digest of a file, which is read again only after it was written."""
    return _sha256(path.read_bytes())


def _words(tag: str, path: Path) -> str:
    made = path.stat()
    return _translations(tag, path, made.st_mtime_ns, made.st_size)


@lru_cache(maxsize=20)
def _translations(tag: str, path: Path, changed: int, size: int) -> str:
    """The digest of the messages that stand in issues: a catalogue also has all that notices say."""
    with path.open("rb") as file:
        messages = read_po(file, locale=tag.replace("-", "_"))
    said = [
        repr((message.id, message.string))
        for message in messages
        if any(str(place).startswith(WORDS_OF) for place, _ in message.locations)
    ]
    return _sha256("\n".join(sorted(said)).encode())


def _sha256(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()
