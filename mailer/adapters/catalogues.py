"""The shipped catalogues: ``templates/locale/LANGUAGE/LC_MESSAGES/mailer.po``, each compiled when first needed."""

from __future__ import annotations

import io
from collections.abc import Iterable
from gettext import GNUTranslations
from pathlib import Path

from babel import Locale
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po

from mailer.compose.catalogue import ENGLISH, Catalogue
from mailer.phrases import Phrase


class Catalogues:
    """The catalogue of each language; for a language without one, the nearest."""

    def __init__(self, folder: Path, default: str = ENGLISH.tag) -> None:
        """``default`` is the office's own language."""
        self._files = files(folder)
        self._default = default
        self._read: dict[str, Catalogue] = {ENGLISH.tag: ENGLISH}
        self._wordings: dict[Phrase, tuple[str, ...]] = {}

    def __call__(self, *wanted: str) -> Catalogue:
        """The catalogue of the first ``wanted`` language (BCP 47) that has one, else of the office's, else English."""
        known = (ENGLISH.tag, *self._files)
        tag = next(filter(None, (nearest(one, known) for one in (*wanted, self._default))), ENGLISH.tag)
        if tag not in self._read:
            self._read[tag] = read(tag, self._files[tag])
        return self._read[tag]

    @property
    def tags(self) -> tuple[str, ...]:
        """The languages that have a catalogue (BCP 47), English first."""
        return (ENGLISH.tag, *self._files)

    def wordings(self, words: Phrase) -> tuple[str, ...]:
        """The phrase in every language that has a catalogue, English first; each wording once."""
        if words not in self._wordings:
            said = (self(tag).translate(words) for tag in (ENGLISH.tag, *self._files))
            self._wordings[words] = tuple(dict.fromkeys(said))
        return self._wordings[words]


def files(folder: Path) -> dict[str, Path]:
    """The files of the catalogues in ``folder``, by language (BCP 47)."""
    return {path.parts[-3].replace("_", "-"): path for path in sorted(folder.glob("*/LC_MESSAGES/mailer.po"))}


def nearest(tag: str, known: Iterable[str]) -> str:
    """``tag`` itself or else its primary language, as written in ``known`` (BCP 47); else an empty string."""
    tags = {one.lower(): one for one in known}
    exact = tag.lower().replace("_", "-")
    return tags.get(exact) or tags.get(exact.partition("-")[0], "")


def read(tag: str, path: Path) -> Catalogue:
    """Read a catalogue without its fuzzy messages, which nobody has checked since their English text changed."""
    with path.open("rb") as file:
        messages = read_po(file, locale=Locale.parse(tag, sep="-"))
    compiled = io.BytesIO()
    write_mo(compiled, messages)
    compiled.seek(0)
    return Catalogue(tag, Locale.parse(tag, sep="-"), GNUTranslations(compiled))
