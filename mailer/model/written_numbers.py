"""Numbers in a text as values, however a language writes them, so that those of a translation can be compared."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal
from functools import cache
from itertools import islice
from typing import NamedTuple

from babel import Locale, UnknownLocaleError

_LOOKED_AT = 20_000
"""Characters of a text that are looked at."""
_MOST = 200
"""Numbers of a text that are compared."""
SMALL = 12
"""Numbers up to this are often written as words."""

_NUMBER = re.compile(r"\d{1,3}(?:[ '’]\d{3})+(?:[.,]\d+)?(?!\d)|\d+(?:[.,'’:/·-]\d+)*|\d+")
_PARTS = re.compile(r"\d+")
_SCALES: Mapping[str, int] = {
    **dict.fromkeys(("thousand", "tausend", "mille", "mil", "mila", "тысяч", "тыс", "ألف", "آلاف", "千"), 3),
    **dict.fromkeys(("万", "萬", "만"), 4),
    **dict.fromkeys(
        ("million", "millionen", "mio", "millón", "millones", "milhão", "milhões", "milione", "milioni"), 6
    ),
    **dict.fromkeys(("миллион", "млн", "مليون", "ملايين", "百万", "백만"), 6),
    **dict.fromkeys(("億", "亿", "억"), 8),
    **dict.fromkeys(("billion", "milliard", "milliarde", "milliarden", "mrd", "miliardo", "miliardi", "миллиард"), 9),
    **dict.fromkeys(("млрд", "مليار", "mil millones", "bilhão", "bilhões", "十億", "十亿"), 9),
}
_SCALE = re.compile(rf"\s?({'|'.join(sorted(map(re.escape, _SCALES), key=len, reverse=True))})", re.IGNORECASE)
_AFTERNOON = re.compile(r"\s?p\.?m\b|\s?[hH]\s?\(?(?:soir|après)", re.IGNORECASE)
_ROMAN = re.compile(r"(?<![^\W_])[IVXLC]{2,7}(?=e|ème|er|\b)")
_CHINESE = {sign: value for value, sign in enumerate("〇一二三四五六七八九十")} | {"两": 2, "両": 2}
_SIGNS = str.maketrans({"٫": ".", "٬": " ", "\xa0": " ", "\u202f": " ", "\u2009": " ", "，": ",", "．": "."})


class Written(NamedTuple):
    """A number as it is written, and what it may mean."""

    text: str
    values: frozenset[Decimal]
    certain: bool = True
    """It stands there in digits; another language may have it in words, or not at all."""


def differing(original: str, came: str, source: str, target: str) -> tuple[list[str], list[str]]:
    """The numbers of ``original`` that ``came`` lacks, and those of ``came`` that the original has not.

    ``source`` and ``target`` are their languages (BCP 47). A small number without a partner may be written as a word,
    so it counts only if the other side has one without a partner, too.
    """
    wanted, found = (list(islice(_numbers(*text), _MOST)) for text in ((original, source), (came, target)))
    lacking, more = _unmatched(wanted, found)
    lacking, more = [one for one in lacking if one.certain], [one for one in more if one.certain]
    if not lacking or not more:
        lacking, more = [one for one in lacking if not _is_small(one)], [one for one in more if not _is_small(one)]
    return [one.text for one in lacking], [one.text for one in more]


def _is_small(number: Written) -> bool:
    return all(value <= SMALL and value == int(value) for value in number.values)


def _unmatched(wanted: Sequence[Written], found: Sequence[Written]) -> tuple[list[Written], list[Written]]:
    """What has no partner with a common meaning. Those with the fewest meanings choose first, certain ones before."""
    left = list(found)
    lacking = []
    for one in sorted(wanted, key=lambda one: (not one.certain, len(one.values))):
        partners = [other for other in left if one.values & other.values]
        if partners:
            left.remove(min(partners, key=lambda other: (not other.certain, len(other.values))))
        else:
            lacking.append(one)
    order = {id(one): at for at, one in enumerate(wanted)}
    return sorted(lacking, key=lambda one: order[id(one)]), left


def _numbers(text: str, language: str) -> Iterator[Written]:
    """All numbers: those in digits, then the months and others that may be one."""
    plain = _digits(text[:_LOOKED_AT])
    for found in _NUMBER.finditer(plain):
        yield from _read(found[0], plain, found.end())
    for name, month in _months(language).items():
        for _ in range(min(len(re.findall(rf"(?<!\w){re.escape(name)}", plain.casefold())), 20)):
            yield Written(name, frozenset((Decimal(month),)), certain=False)
    for roman in _ROMAN.findall(plain)[:20]:
        yield Written(roman, frozenset((Decimal(_roman(roman)),)), certain=False)
    for sign in [sign for sign in plain if sign in _CHINESE][:50]:
        yield Written(sign, frozenset((Decimal(_CHINESE[sign]),)), certain=False)


def _digits(text: str) -> str:
    """The text with ASCII digits, whatever script they are of, and with ASCII separators."""
    plain = "".join(
        str(unicodedata.digit(sign)) if not sign.isascii() and unicodedata.category(sign) == "Nd" else sign
        for sign in text
    )
    return plain.translate(_SIGNS)


def _read(written: str, text: str, end: int) -> Iterator[Written]:
    """What digits with their separators mean: one number, or several such as those of a date."""
    parts = _PARTS.findall(written)
    marks = [sign for sign in written if not sign.isdigit()]
    if len(parts) == 1 or _is_one(parts, marks):
        values = _values(parts, marks)
        if scale := _SCALE.match(text, end):
            values |= {value.scaleb(_SCALES[scale[1].lower()]) for value in values}
        if _AFTERNOON.match(text, end):
            values |= {value + 12 for value in values}
        yield Written(written, frozenset(values))
        return
    for part in parts:
        yield Written(part, frozenset((Decimal(part),)), certain=part.strip("0") != "")


def _is_one(parts: Sequence[str], marks: Sequence[str]) -> bool:
    """Whether the parts are groups of one number, perhaps with a decimal part."""
    if any(mark in ":/·-" for mark in marks) or (len(parts[0]) > 3 and len(parts) > 2):
        return False
    if len(parts) == 2:
        return True
    groups = parts[1:-1] if marks[-1] != marks[0] else parts[1:]
    return all(len(group) in (2, 3) for group in groups) and len(set(marks[:-1])) == 1 and len(parts[-1]) != 2


def _values(parts: Sequence[str], marks: Sequence[str]) -> set[Decimal]:
    if len(parts) == 1:
        return {Decimal(parts[0])}
    values = set()
    if all(len(part) == 3 for part in parts[1:]) or (len(parts) > 2 and marks[-1] == marks[0]):
        values.add(Decimal("".join(parts)))
    if marks[-1] in ".," and (len(parts) == 2 or marks[-1] != marks[0]):
        values.add(Decimal(f"{''.join(parts[:-1])}.{parts[-1]}"))
    return values or {Decimal("".join(parts))}


@cache
def _months(language: str) -> Mapping[str, int]:
    """The names of the months as the language has them, in lower case."""
    try:
        locale = Locale.parse(language, sep="-")
    except (ValueError, UnknownLocaleError):
        return {}
    names: dict[str, int] = {}
    for context in ("format", "stand-alone"):
        for width in ("wide", "abbreviated"):
            for month, name in locale.months[context][width].items():
                plain = name.casefold().rstrip(".")
                if not plain[0].isdigit() and len(plain) > 2:
                    names[plain] = month
    return {
        name: month for name, month in names.items() if not any(one != name and name.startswith(one) for one in names)
    }


def _roman(text: str) -> int:
    values = {"I": 1, "V": 5, "X": 10, "L": 50, "C": 100}
    total = 0
    for sign, following in zip(text, text[1:] + " ", strict=True):
        value = values[sign]
        total += -value if values.get(following, 0) > value else value
    return total
