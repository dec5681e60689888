"""The catalogues that ship: ``templates/locale/LANGUAGE/LC_MESSAGES/mailer.po``, compiled when it is first needed."""

from __future__ import annotations

import io
from collections.abc import Iterable
from gettext import GNUTranslations
from pathlib import Path

from babel import Locale
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po

from mailer.compose.catalogue import ENGLISH, Catalogue


class Catalogues:
    """One catalogue for each language that there is, and for every other language the nearest one."""

    def __init__(self, folder: Path, default: str = ENGLISH.tag) -> None:
        """``default`` is the office's own language."""
        self._files = files(folder)
        self._default = default
        self._read: dict[str, Catalogue] = {ENGLISH.tag: ENGLISH}

    def __call__(self, *wanted: str) -> Catalogue:
        """In the first of the languages ``wanted`` (BCP 47) that there is, else in the office's, else in English."""
        known = (ENGLISH.tag, *self._files)
        tag = next(filter(None, (nearest(one, known) for one in (*wanted, self._default))), ENGLISH.tag)
        if tag not in self._read:
            self._read[tag] = read(tag, self._files[tag])
        return self._read[tag]


def files(folder: Path) -> dict[str, Path]:
    """The translated catalogues in ``folder`` by their language (BCP 47)."""
    return {path.parts[-3].replace("_", "-"): path for path in sorted(folder.glob("*/LC_MESSAGES/mailer.po"))}


def nearest(tag: str, known: Iterable[str]) -> str:
    """The one of ``known`` that is ``tag``, else its primary language (BCP 47), else an empty string."""
    tags = {one.lower(): one for one in known}
    exact = tag.lower().replace("_", "-")
    return tags.get(exact) or tags.get(exact.partition("-")[0], "")


def read(tag: str, path: Path) -> Catalogue:
    """Fuzzy messages, which nobody has looked at since their English changed, are left out."""
    with path.open("rb") as file:
        messages = read_po(file, locale=Locale.parse(tag, sep="-"))
    compiled = io.BytesIO()
    write_mo(compiled, messages)
    compiled.seek(0)
    return Catalogue(tag, Locale.parse(tag, sep="-"), GNUTranslations(compiled))
