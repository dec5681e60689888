"""A pack: the articles of an issue as an editor elsewhere can use them."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping, Sequence
from typing import NamedTuple

PRINT_DPI = 300
"""Pixels for an inch of a picture in a magazine."""

_OTHER = re.compile(r"[^a-z0-9]+")


class PackedArticle(NamedTuple):
    """An article of a pack."""

    number: int
    """Its place in the issue, from 1."""
    title: str
    author: str
    words: int
    """Of the whole text."""
    short: int
    """Words of the shortened text; 0 if there is none."""
    stem: str
    """The name of its files, without what they end in."""


class PackedPicture(NamedTuple):
    """A picture of a pack."""

    file: str
    """Its path in the pack."""
    article: int
    """The number of its article."""
    caption: str
    credit: str
    alt: str
    width: int
    """In pixels."""
    height: int

    @property
    def millimetres(self) -> tuple[int, int]:
        """How large it can be printed."""
        across, high = (max(1, int(side * 25.4 / PRINT_DPI)) for side in (self.width, self.height))
        return across, high


class Pack(NamedTuple):
    """Files for an editor elsewhere, and what they are."""

    name: str
    """Of its folder: ``update-2-iso-focus``."""
    language: str
    """BCP 47."""
    articles: Sequence[PackedArticle]
    pictures: Sequence[PackedPicture]
    files: Mapping[str, bytes]
    """By their paths in the folder."""

    @property
    def size(self) -> int:
        """Bytes of all files."""
        return sum(map(len, self.files.values()))


def slug(text: str, otherwise: str = "article", most: int = 50) -> str:
    """``text`` as a part of a file's name: small letters of ASCII, digits and -."""
    plain = unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode().lower()
    words = _OTHER.sub("-", plain).strip("-")
    return words[:most].rpartition("-")[0] or words[:most] if len(words) > most else words or otherwise
