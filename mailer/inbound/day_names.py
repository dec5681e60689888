"""The names of months and weekdays in all our languages (CLDR), written out and cut short."""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import cache, reduce
from itertools import product

from babel import Locale

from mailer.inbound.wording import folded

_LOCALES = ("en", "fr", "es", "de", "it", "pt", "pt_PT", "ru", "ja", "zh", "ar", "ar_LB", "ar_DZ")
_DIGITS = re.compile(r"\d")


def named(word: str, names: Mapping[str, frozenset[int]]) -> frozenset[int]:
    """What the word names, written out or cut short; nothing if that is not certain."""
    if word in names:
        return names[word]
    if len(word) < 3:
        return frozenset()
    return reduce(frozenset.union, (meant for name, meant in names.items() if name.startswith(word)), frozenset())


@cache
def months() -> Mapping[str, frozenset[int]]:
    return _names("months")


@cache
def weekdays() -> Mapping[str, frozenset[int]]:
    """Monday is 0."""
    return _names("days")


def _names(what: str) -> Mapping[str, frozenset[int]]:
    """Names in all languages, written out and cut short, as ``folded`` has them; and what each may mean."""
    found: dict[str, frozenset[int]] = {}
    for language in _LOCALES:
        tables = getattr(Locale.parse(language), what)
        for context, width in product(("format", "stand-alone"), ("wide", "abbreviated")):
            for number, name in tables[context][width].items():
                plain = folded(name).rstrip(".")
                if not _DIGITS.search(plain) and len(plain) > 1:
                    found[plain] = found.get(plain, frozenset()) | {number}
    return found
