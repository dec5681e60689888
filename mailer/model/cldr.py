"""Countries and languages, recognised by code or by name, and stored by code. The names are those of CLDR (Babel)."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Collection, Mapping
from difflib import get_close_matches
from functools import cache, lru_cache

from babel import Locale
from babel.core import get_global

NAMED_IN = (
    *("en", "fr", "es", "de", "ru", "pt", "zh", "ja", "ar", "ko", "it", "sv", "th", "nl", "pl", "cs", "da", "nb", "fi"),
    *("el", "tr", "uk", "hu", "ro", "bg", "he", "fa", "hi", "id", "vi"),
)
"""The languages (BCP 47) in which names are recognised; English comes first."""

OTHER_NAMES: Mapping[str, str] = {
    "bolivia, plurinational state of": "BO",
    "burma": "MM",
    "congo, democratic republic of the": "CD",
    "czech republic": "CZ",
    "democratic people's republic of korea": "KP",
    "democratic republic of the congo": "CD",
    "england": "GB",
    "great britain": "GB",
    "holland": "NL",
    "hong kong": "HK",
    "iran, islamic republic of": "IR",
    "islamic republic of iran": "IR",
    "ivory coast": "CI",
    "kingdom of saudi arabia": "SA",
    "korea": "KR",
    "korea, democratic people's republic of": "KP",
    "korea, republic of": "KR",
    "lao people's democratic republic": "LA",
    "macao": "MO",
    "macau": "MO",
    "micronesia, federated states of": "FM",
    "moldova, republic of": "MD",
    "northern ireland": "GB",
    "palestine": "PS",
    "palestine, state of": "PS",
    "people's republic of china": "CN",
    "republic of china": "TW",
    "republic of korea": "KR",
    "republic of moldova": "MD",
    "russian federation": "RU",
    "scotland": "GB",
    "swaziland": "SZ",
    "syrian arab republic": "SY",
    "taiwan, province of china": "TW",
    "tanzania, united republic of": "TZ",
    "turkey": "TR",
    "türkei": "TR",
    "united kingdom of great britain and northern ireland": "GB",
    "united republic of tanzania": "TZ",
    "united states of america": "US",
    "venezuela, bolivarian republic of": "VE",
    "viet nam": "VN",
    "wales": "GB",
}
"""Names of countries that CLDR does not have, among them the official ones of ISO 3166."""

_NO_COUNTRIES = {"EU", "EZ", "QO", "UN", "XA", "XB", "ZZ"}
_TAG = re.compile(r"([a-z]{2,3})((?:-[a-z0-9]{2,8}){0,3})", re.ASCII)
_LONGEST = 80
"""Characters of a name that are looked at."""


@lru_cache(maxsize=4096)
def country_code(written: str) -> str:
    """The country's code (ISO 3166-1 alpha-2), or an empty string for what is neither a name nor a code."""
    code = written.strip().upper()
    if code in _territories():
        return code
    aliases = get_global("territory_aliases").get(code, ())
    if len(aliases) == 1 and aliases[0] in _territories():
        return str(aliases[0])
    return _countries().get(_folded(written), ("", ""))[0]


def nearest_country(written: str) -> str:
    """The name that was most likely meant, or an empty string."""
    return _nearest(written, _countries())


@lru_cache(maxsize=4096)
def language_tag(written: str) -> str:
    """The language's tag (BCP 47, in lower case), or an empty string for what is neither a name nor a tag."""
    tag = _TAG.fullmatch(written.strip().lower().replace("_", "-"))
    if tag is not None:
        primary = str(get_global("language_aliases").get(tag[1], tag[1]))
        if primary in _language_codes():
            return f"{primary}{tag[2]}"
    return _languages().get(_folded(written), ("", ""))[0].replace("_", "-").lower()


def nearest_language(written: str) -> str:
    """The name that was most likely meant, or an empty string."""
    return _nearest(written, _languages())


def read_country(value: str) -> str:
    """The code of a country, empty for an empty value. Raises ValueError with the nearest name."""
    code = country_code(value) if value else ""
    if value and not code:
        raise _unknown("country", value, nearest_country(value), "DE")
    return code


def read_language(value: str) -> str:
    """The tag of a language, empty for an empty value. Raises ValueError with the nearest name."""
    tag = language_tag(value) if value else ""
    if value and not tag:
        raise _unknown("language", value, nearest_language(value), "de or pt-br")
    return tag


def _unknown(what: str, value: str, nearest: str, example: str) -> ValueError:
    hint = f"did you mean “{nearest}”?" if nearest else f"write its name or its code, such as {example}"
    return ValueError(f"{what} “{value}” is not one that we know; {hint}")


@cache
def _territories() -> frozenset[str]:
    codes = frozenset(map(str, Locale("en").territories))
    return frozenset(code for code in codes - _NO_COUNTRIES if len(code) == 2)


@cache
def _language_codes() -> frozenset[str]:
    return frozenset(Locale("en").languages)


@cache
def _countries() -> Mapping[str, tuple[str, str]]:
    """Code and spelling by the name as ``_folded`` has it."""
    others = {_folded(name): (code, name) for name, code in OTHER_NAMES.items()}
    return {**_names("territories", _territories()), **others}


@cache
def _languages() -> Mapping[str, tuple[str, str]]:
    return _names("languages", _language_codes())


def _names(of: str, codes: Collection[str]) -> dict[str, tuple[str, str]]:
    """Code and spelling by folded name, without names of two meanings, unless one is English."""
    english, *others = (getattr(Locale.parse(language), of) for language in NAMED_IN)
    found: dict[str, tuple[str, str]] = {}
    ambiguous: set[str] = set()
    for names in others:
        for code, name in names.items():
            if code in codes and found.setdefault(_folded(name), (code, name))[0] != code:
                ambiguous.add(_folded(name))
    certain = {name: known for name, known in found.items() if name not in ambiguous}
    return {**certain, **{_folded(name): (code, name) for code, name in english.items() if code in codes}}


def _folded(name: str) -> str:
    """Equal for spellings of one name: without accents, case, punctuation and a leading article."""
    plain = unicodedata.normalize("NFKD", name[:_LONGEST].casefold())
    letters = "".join(
        character if unicodedata.category(character)[0] in "LNM" else " "
        for character in plain
        if not "\u0300" <= character <= "\u036f"
    )
    return " ".join(letters.split()).removeprefix("the ")


def _nearest(written: str, known: Mapping[str, tuple[str, str]]) -> str:
    """The nearest name; an English one if there is one that is near."""
    folded = _folded(written)
    for names in (_english(), known):
        close = get_close_matches(folded, [name for name in names if name in known], 1, cutoff=0.7)
        if close:
            return known[close[0]][1]
    return ""


@cache
def _english() -> Collection[str]:
    english = Locale.parse(NAMED_IN[0])
    return [*map(_folded, english.territories.values()), *map(_folded, english.languages.values())]
