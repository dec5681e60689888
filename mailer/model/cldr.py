"""Countries and languages, recognised by code or by name, and stored by code. The names are those of CLDR (Babel)."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from difflib import get_close_matches
from functools import cache, lru_cache

from babel import Locale
from babel.core import get_global

from mailer.model.regions import CODES

NAMED_IN = (
    *("en", "fr", "es", "de", "ru", "pt", "zh", "ja", "ar", "ko", "it", "sv", "th", "nl", "pl", "cs", "da", "nb", "fi"),
    *("el", "tr", "uk", "hu", "ro", "bg", "he", "fa", "hi", "id", "vi"),
)
"""The languages (BCP 47) in which names are recognised. They are looked through one after the other, because the names
of each take a megabyte; a name with two meanings has the first one."""

_UNCLEAR = ("kongo", "congo")
"""Names of two countries."""

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

OTHER_REGIONS: Mapping[str, str] = {
    "africa del este": "014",
    "africa del norte": "015",
    "africa del oeste": "011",
    "africa south of sahara": "202",
    "afrique de l’est": "014",
    "afrique de l’ouest": "011",
    "afrique du nord": "015",
    "asie de l’est": "030",
    "asie du sud": "034",
    "asie du sud est": "035",
    "central africa": "017",
    "east africa": "014",
    "east asia": "030",
    "europe de l’est": "151",
    "europe de l’ouest": "155",
    "europe du nord": "154",
    "europe du sud": "039",
    "everywhere": "001",
    "latin america and caribbean": "419",
    "medio oriente": "145",
    "middle east": "145",
    "moyen orient": "145",
    "naher osten": "145",
    "nahost": "145",
    "nordic countries": "154",
    "north africa": "015",
    "oriente medio": "145",
    "oriente proximo": "145",
    "pacific": "009",
    "partout": "001",
    "proche orient": "145",
    "scandinavia": "154",
    "south asia": "034",
    "south east asia": "035",
    "south eastern asia": "035",
    "subsaharan africa": "202",
    "weltweit": "001",
    "west africa": "011",
    "whole world": "001",
    "worldwide": "001",
}
"""Names of regions (UN M49) that CLDR does not have, in several languages."""

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
    return _code(_COUNTRIES, written)


def nearest_country(written: str) -> str:
    """The name that was most likely meant, or an empty string."""
    return _nearest(_COUNTRIES, written)


@lru_cache(maxsize=4096)
def region_code(written: str) -> str:
    """The region's code (UN M49), or that of a country; an empty string for what is neither a name nor a code."""
    code = written.strip()
    return code if code in CODES else _code(_REGIONS, written) or country_code(written)


def nearest_region(written: str) -> str:
    """The name of a region or of a country that was most likely meant, or an empty string."""
    return _nearest(_REGIONS, written) or nearest_country(written)


@lru_cache(maxsize=4096)
def language_tag(written: str) -> str:
    """The language's tag (BCP 47, in lower case), or an empty string for what is neither a name nor a tag."""
    tag = _TAG.fullmatch(written.strip().lower().replace("_", "-"))
    if tag is not None:
        primary = str(get_global("language_aliases").get(tag[1], tag[1]))
        if primary in _language_codes():
            return f"{primary}{tag[2]}"
    return _code(_LANGUAGES, written).replace("_", "-").lower()


def nearest_language(written: str) -> str:
    """The name that was most likely meant, or an empty string."""
    return _nearest(_LANGUAGES, written)


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


_COUNTRIES, _LANGUAGES, _REGIONS = "territories", "languages", "regions"
"""What CLDR calls them; regions are territories there."""


@cache
def _names(of: str, language: str) -> Mapping[str, tuple[str, str]]:
    """Code and spelling by the name in a language, as ``_folded`` has it."""
    codes = CODES if of == _REGIONS else _territories() if of == _COUNTRIES else _language_codes()
    names = getattr(Locale.parse(language), _LANGUAGES if of == _LANGUAGES else _COUNTRIES).items()
    found = {_folded(name): (str(code), str(name)) for code, name in names if code in codes}
    if of == _COUNTRIES and language == NAMED_IN[0]:
        found |= {_folded(name): (code, name) for name, code in OTHER_NAMES.items()}
    if of == _REGIONS and language == NAMED_IN[0]:
        found |= {_folded(name): (code, name) for name, code in OTHER_REGIONS.items()}
    return found


def _code(of: str, written: str) -> str:
    folded = _folded(written)
    known = (names[folded][0] for language in NAMED_IN if folded in (names := _names(of, language)))
    return "" if not folded or folded in _UNCLEAR else next(known, "")


_ALIKE = 0.7
"""How much of two names has to be the same, of their letters together."""


@lru_cache(maxsize=1024)
def _nearest(of: str, written: str) -> str:
    """The nearest name, in the first language that has one that is near."""
    folded = _folded(written)
    if len(folded) * _ALIKE > _longest(of) * (2 - _ALIKE):
        return ""  # no name is long enough: a sentence, for example
    for language in NAMED_IN:
        names = _names(of, language)
        if close := get_close_matches(folded, names, 1, cutoff=_ALIKE):
            return names[close[0]][1]
    return ""


@cache
def _longest(of: str) -> int:
    """The letters of the longest name."""
    return max(len(name) for language in NAMED_IN for name in _names(of, language))


def _folded(name: str) -> str:
    """Equal for spellings of one name: without accents, case, punctuation and a leading article."""
    plain = unicodedata.normalize("NFKD", name[:_LONGEST].casefold())
    letters = "".join(
        character if unicodedata.category(character)[0] in "LNM" else " "
        for character in plain
        if not "\u0300" <= character <= "\u036f"
    )
    return " ".join(letters.split()).removeprefix("the ")
