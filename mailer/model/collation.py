"""The order of names in a language, so that a list is sorted as its readers expect.

It is the order of CLDR for the languages of the catalogues and their neighbours, as far as names of countries and
organisations need it: accents count only between names that are the same otherwise, unless the language has the letter
in its alphabet. Chinese is sorted by pronunciation and Japanese by JIS X 4061, as their national character sets are.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping
from functools import lru_cache
from typing import TypeAlias

Key: TypeAlias = "tuple[bytes, str, str]"

_AFTER_Z = "\N{LATIN SMALL LETTER EZH}"
"""Sorts after every letter of the Latin alphabet that is spelt with ASCII."""


def _last(letters: str) -> dict[str, str]:
    """Letters at the end of the alphabet, in this order; those without a space between them are one letter."""
    return {letter: f"{_AFTER_Z}{at}" for at, spellings in enumerate(letters.split()) for letter in spellings}


_SWEDISH = _last("å äæ öø")
_DANISH = _last("æä øö å")

_LETTERS: Mapping[str, Mapping[str, str]] = {
    "cs": {"č": "c\uffff", "ř": "r\uffff", "š": "s\uffff", "ž": "z\uffff"},
    "da": _DANISH,
    "es": {"ñ": "n\uffff"},
    "et": {"š": "s\uffff", "ž": "s\uffff\uffff", **_last("õ ä ö ü")},
    "fi": _SWEDISH,
    "nb": _DANISH,
    "nn": _DANISH,
    "no": _DANISH,
    "pl": {
        "ą": "a\uffff",
        "ć": "c\uffff",
        "ę": "e\uffff",
        "ł": "l\uffff",
        "ń": "n\uffff",
        "ó": "o\uffff",
        "ś": "s\uffff",
        "ź": "z\uffff",
        "ż": "z\uffff\uffff",
    },
    "sv": _SWEDISH,
    "tr": {"ç": "c\uffff", "ğ": "g\uffff", "ı": "h\uffff", "ö": "o\uffff", "ş": "s\uffff", "ü": "u\uffff"},
}
"""Letters of its own that an alphabet has, and what they sort like."""

_EVERYWHERE = {
    "ß": "ss",
    "æ": "ae",
    "œ": "oe",
    "ø": "o",
    "đ": "d",
    "ł": "l",
    "þ": "th",
    "ı": "i",
    "й": "и\uffff",
    "ё": "е",
}
"""Letters that no accent makes, or that are letters of their own although one does."""

_ENCODINGS = {"zh": "gb18030", "ja": "euc_jisx0213"}
"""Character sets whose order is that of the language's dictionaries, for the signs that names are written with."""


def collation_key(text: str, language: str) -> Key:
    """What to sort names by, in a language (BCP 47)."""
    return _key(text, language.lower().partition("-")[0])


@lru_cache(maxsize=8192)
def _key(text: str, language: str) -> Key:
    folded = unicodedata.normalize("NFC", text).casefold()
    if language == "tr":
        folded = unicodedata.normalize("NFC", text).replace("I", "ı").replace("İ", "i").casefold()
    own = _LETTERS.get(language, {})
    base = "".join(own.get(letter) or _EVERYWHERE.get(letter) or _plain(letter) for letter in folded)
    words = "".join(letter if letter.isalnum() or letter in "\uffff" else " " for letter in base)
    encoding = _ENCODINGS.get(language, "utf-32-be")
    return " ".join(words.split()).encode(encoding, "surrogatepass" if encoding[0] == "u" else "replace"), folded, text


def _plain(letter: str) -> str:
    """The letter without its accents."""
    parts = unicodedata.normalize("NFKD", letter)
    return "".join(part for part in parts if not unicodedata.combining(part)) or letter
