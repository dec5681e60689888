"""Days and periods as people write them: “3 May 2027”, “03.05.2027”, “from 3 to 5 May 2027”, “2027年5月3日”.

All readings of a text are collected. Only a text with exactly one is read; the others are asked back (NotRead).
"""

from __future__ import annotations

import calendar
import re
import unicodedata
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from functools import reduce
from itertools import product

from mailer.inbound.day_names import months, named, weekdays
from mailer.inbound.wording import folded
from mailer.inbound.words.days import AND, AROUND, BETWEEN, ORDINALS, TO
from mailer.phrases import Phrase, phrase

_LONGEST = 400
"""Characters of a text that is read."""
_FIRST_YEAR, _YEARS = 1900, 30
"""The first year of a day, and how many years from now the last one is."""
_LONGEST_PERIOD = 366
"""Days of a period that is still to come."""
_MOST_PERIODS, _MOST_READINGS = 50, 4

_WEEKDAY_SIGNS = re.compile(
    r"[(（]?(?:[月火水木金土日]曜日?|(?:星期|周|週|礼拜)[一二三四五六日天])[)）]?|[(（][月火水木金土日][)）]"
)
_ORDINALS = "|".join(map(re.escape, sorted(map(folded, ORDINALS), key=len, reverse=True)))
_TOKEN = re.compile(
    rf"""
    (?P<ymd>(?<!\d)\d{{4}}\s?[-./]\s?\d{{1,2}}\s?[-./]\s?\d{{1,2}}(?!\d))
    | (?P<numeric>(?<!\d)\d{{1,2}}(?P<mark>[-./])\s?\d{{1,2}}(?P=mark)\s?(?:\d{{4}}|\d{{2}})(?!\d))
    | (?P<cjk>(?:\d{{4}}\s?年\s?)?\d{{1,2}}\s?月\s?\d{{1,2}}\s?[日号號])
    | (?P<sign>\d{{1,2}}\s?[日号號])
    | (?P<number>\d+(?:(?:{_ORDINALS})(?!\w)|\.(?!\d))?)
    | (?P<word>から|まで|より|年|[^\W\d_]+(?:['’-][^\W\d_]+)*['’]?\.?)
    | (?P<to>\s[-–—‑―－~〜～→]+\s|[-–—‑―－~〜～→]+)
    | (?P<comma>[,،、，;；\n])
    | (?P<space>[\s()（）.]+)
    | (?P<other>.)
    """,
    re.VERBOSE,
)  # fmt: skip
_NUMBERS = re.compile(r"\d+")
_NAMED_IN_ONE = re.compile(r"(?<!\d)(\d{1,2})-([^\W\d_]{3,})-(\d{4})(?!\d)")
"""“3-May-2027”"""
_OF_ISO = re.compile(r"(\d{4}-\d\d-\d\d)\s*/\s*(?=\d{4}-\d\d-\d\d)")
"""A period as it is stored."""


class NotRead(ValueError):
    """What cannot be read for certain; ``reason`` says why, as the end of a sentence about it."""

    def __init__(self, reason: Phrase) -> None:
        self.reason = reason
        super().__init__(reason)


@dataclass(frozen=True, slots=True)
class _Part:
    """A day as far as a text has it."""

    day: int = 0
    month: int = 0
    year: int = 0
    order: str = ""
    """In which order its numbers stand, if it has no names."""

    @property
    def is_whole(self) -> bool:
        return bool(self.day and self.month and self.year)

    def dated(self) -> date | None:
        try:
            return date(self.year, self.month, self.day)
        except ValueError:
            return None


Period = tuple[date, date]


def read_day(text: str, today: date, *, coming: bool = False) -> date:
    """A single day. Raises NotRead."""
    first, last = read_period(text, today, coming=coming)
    if first != last:
        raise NotRead(phrase("it has more than one day"))
    return first


def read_period(text: str, today: date, *, coming: bool = False) -> Period:
    """The first and the last day. With ``coming`` it has to end today or later. Raises NotRead."""
    return _checked(_read_period(_tokens(text)), today, coming)


def read_periods(text: str, today: date, *, coming: bool = False) -> list[Period]:
    """Several periods, in the order of time; a month with its year is one, too. Raises NotRead."""
    found: list[Period] = []
    for line in re.split(r"[;；\n]", text[:_LONGEST]):
        tokens = _tokens(line)
        if tokens:
            found += _split(tokens)
    if len(found) > _MOST_PERIODS:
        raise NotRead(phrase("it has too many days"))
    return sorted({_checked(one, today, coming) for one in found})


def _checked(period: Period, today: date, coming: bool) -> Period:
    first, last = period
    if first.year < _FIRST_YEAR or last.year > today.year + _YEARS:
        raise NotRead(phrase("its year is hardly meant"))
    if coming and last < today:
        raise NotRead(phrase("it is over"))
    if coming and (last - first).days > _LONGEST_PERIOD:
        raise NotRead(phrase("it is longer than a year"))
    return period


# --- tokens ---


@dataclass(frozen=True, slots=True)
class _Token:
    """What a piece of the text may be."""

    kind: str
    """``part``, ``number``, ``name``, ``to``, ``and``, ``between``, ``comma``."""
    parts: tuple[_Part, ...] = ()
    number: int = 0
    months: frozenset[int] = frozenset()
    weekdays: frozenset[int] = frozenset()


def _tokens(text: str) -> list[_Token]:
    """The tokens that say something. Raises NotRead if there is a word that is not known."""
    if len(text) > _LONGEST:
        raise NotRead(phrase("it is too long"))
    plain = _WEEKDAY_SIGNS.sub(" ", _ascii_digits(unicodedata.normalize("NFKC", text)))
    plain = _OF_ISO.sub(r"\1 – ", _NAMED_IN_ONE.sub(r"\1 \2 \3", folded(plain)))
    found = []
    for match in _TOKEN.finditer(plain):
        kind = next(name for name, value in match.groupdict().items() if value is not None and name != "mark")
        token = _READERS[kind](match[0]) if kind in _READERS else _Token(kind)
        if token.kind == "other":
            raise NotRead(phrase("it is not a day that we can read"))
        if token.kind != "space":
            found.append(token)
    return found


def _ascii_digits(text: str) -> str:
    return "".join(
        str(unicodedata.digit(sign)) if not sign.isascii() and unicodedata.category(sign) == "Nd" else sign
        for sign in text
    )


def _ymd(text: str) -> _Token:
    year, month, day = map(int, _NUMBERS.findall(text))
    return _Token("part", (_Part(day, month, year, "ymd"),))


def _numeric(text: str) -> _Token:
    """Three numbers; their order is certain only with dots and a whole year."""
    one, two, three = _NUMBERS.findall(text)
    a, b, c = int(one), int(two), int(three)
    if len(three) == 4:
        readings = [_Part(a, b, c, "dmy"), *([] if "." in text else [_Part(b, a, c, "mdy")])]
    else:
        readings = [_Part(a, b, 2000 + c, "dmy"), _Part(b, a, 2000 + c, "mdy"), _Part(c, b, 2000 + a, "ymd")]
        readings = [one for one in readings if one.order != "mdy"] if "." in text else readings
    valid = {one: one.dated() for one in readings if one.dated()}
    if not valid:
        raise NotRead(phrase("there is no such day"))
    return _Token("part", tuple(valid))


def _cjk(text: str) -> _Token:
    *years, month, day = map(int, _NUMBERS.findall(text))
    return _Token("part", (_Part(day, month, years[0] if years else 0),))


def _number(text: str) -> _Token:
    found = _NUMBERS.match(text)
    return _Token("number", number=int(found[0][:6]) if found else 0)


def _word(text: str) -> _Token:
    plain = text.rstrip(".")
    for kind, known in (("between", _BETWEEN), ("to", _TO), ("and", _AND)):
        if plain in known:
            return _Token(kind)
    in_year, in_week = named(plain, months()), named(plain, weekdays())
    if in_year or in_week:
        return _Token("name", months=in_year, weekdays=in_week)
    return _Token("space" if plain in _AROUND or plain == "年" else "other")


_READERS: Mapping[str, Callable[[str], _Token]] = {
    "ymd": _ymd,
    "numeric": _numeric,
    "cjk": _cjk,
    "sign": _number,
    "number": _number,
    "word": _word,
}
_TO, _AND, _BETWEEN, _AROUND = (frozenset(map(folded, words)) for words in (TO, AND, BETWEEN, AROUND))


# --- from tokens to days ---


def _read_period(tokens: Sequence[_Token]) -> Period:
    """The only period that the tokens can mean. Raises NotRead."""
    sides = _sides(tokens)
    found = {one for choice in product(*(_parts(side) for side in sides)) for one in _completed(choice)}
    if len(found) == 1:
        return found.pop()
    if found:
        raise NotRead(phrase("it can mean %(days)s", days=_either(sorted(found)[:_MOST_READINGS])))
    raise NotRead(phrase("there is no such day"))


def _sides(tokens: Sequence[_Token]) -> list[list[_Token]]:
    """The tokens of the first day and those of the last one."""
    kinds = ("to", "and") if any(token.kind == "between" for token in tokens) else ("to",)
    sides: list[list[_Token]] = [[]]
    for token in tokens:
        if token.kind in kinds:
            sides.append([])
        elif token.kind == "and":
            raise NotRead(phrase("it is not a day that we can read"))
        elif token.kind not in ("between", "comma"):
            sides[-1].append(token)
    sides = [side for side in sides if side]
    if not 1 <= len(sides) <= 2:
        raise NotRead(phrase("it is not a day that we can read"))
    return sides


def _parts(side: Sequence[_Token]) -> list[tuple[_Part, int | None]]:
    """What one side may be, with the weekday that it names."""
    names = [token for token in side if token.kind == "name"]
    months = [token for token in names if token.months]
    if len(months) > 1:  # “mar. 3 mai”: a short weekday may look like a month
        months = [token for token in months if not token.weekdays]
    weekdays = [token for token in names if token not in months]
    numbers = [token.number for token in side if token.kind == "number"]
    dates = [token for token in side if token.kind == "part"]
    if len(months) > 1 or len(weekdays) > 1 or any(len(token.months) > 1 for token in months):
        raise NotRead(phrase("it is not a day that we can read"))
    weekday = next(iter(weekdays[0].weekdays), None) if weekdays and len(weekdays[0].weekdays) == 1 else None
    if dates:
        if len(dates) > 1 or numbers or months:
            raise NotRead(phrase("it is not a day that we can read"))
        return [(one, weekday) for one in dates[0].parts]
    years = [number for number in numbers if number > 999]
    days = [number for number in numbers if number <= 999]
    if len(years) > 1 or len(days) != 1 or days[0] > 31:
        raise NotRead(_lacking(days, years, months))
    month = next(iter(months[0].months)) if months else 0
    return [(_Part(days[0], month, years[0] if years else 0), weekday)]


def _lacking(days: Sequence[int], years: Sequence[int], months: Sequence[_Token]) -> Phrase:
    if months and not days:
        return phrase("its day is missing")
    if months and len(days) == 2 and not years:
        return phrase("its year needs four digits")
    return phrase("it is not a day that we can read")


def _completed(choice: Sequence[tuple[_Part, int | None]]) -> Iterator[Period]:
    """The period from these sides; what one of them lacks is that of the other."""
    (first, first_weekday), (last, last_weekday) = choice[0], choice[-1]
    if first.order and last.order and first.order != last.order:
        return
    first, last = _filled(first, last), _filled(last, first)
    if not (first.month and last.month):
        raise NotRead(phrase("its month is missing"))
    if not (first.year or last.year):
        raise NotRead(phrase("its year is missing"))
    if not first.year:
        first = replace(first, year=last.year - ((first.month, first.day) > (last.month, last.day)))
    if not last.year:
        last = replace(last, year=first.year + ((first.month, first.day) > (last.month, last.day)))
    begins, ends = first.dated(), last.dated()
    if begins is None or ends is None:
        return
    for day, weekday in ((begins, first_weekday), (ends, last_weekday)):
        if weekday is not None and day.weekday() != weekday:
            raise NotRead(phrase("%(day)s is another day of the week", day=day))
    if begins > ends:
        raise NotRead(phrase("it ends before it begins"))
    yield begins, ends


def _filled(part: _Part, other: _Part) -> _Part:
    """The part, with the month and year of the other if it is but the number of a day."""
    return part if part.month else replace(part, month=other.month, year=part.year or other.year)


def _either(found: Sequence[Period]) -> Phrase:
    return reduce(lambda before, last: phrase("%(before)s or %(last)s", before=before, last=last), map(_said, found))


def _said(period: Period) -> Phrase:
    first, last = period
    return phrase("%(day)s", day=first) if first == last else phrase("%(first)s to %(last)s", first=first, last=last)


def _split(tokens: Sequence[_Token]) -> list[Period]:
    """The periods of a line, with commas or “and” between them, or in dates such as “May 3, 2027”."""
    if month := _whole_month(tokens):
        return [month]
    pieces = list(_pieces(tokens))
    found: list[Period] = []
    start = 0
    while start < len(pieces):
        fault: NotRead | None = None
        for end in range(start + 1, len(pieces) + 1):
            joined = [token for piece in pieces[start:end] for token in piece]
            try:
                found.append(_whole_month(joined) or _read_period(joined))
            except NotRead as one:
                fault = fault or one
            else:
                start = end
                break
        else:
            raise fault or NotRead(phrase("it is not a day that we can read"))
    return found


def _pieces(tokens: Iterable[_Token]) -> Iterator[list[_Token]]:
    piece: list[_Token] = []
    in_between = False
    for token in tokens:
        in_between = in_between or token.kind == "between"
        if token.kind == "comma" or (token.kind == "and" and not in_between):
            if piece:
                yield piece
            piece = []
        else:
            piece.append(token)
            in_between = in_between and token.kind != "and"
    if piece:
        yield piece


def _whole_month(tokens: Sequence[_Token]) -> Period | None:
    """“July 2027”, as a period."""
    plain = [token for token in tokens if token.kind != "comma"]
    months = [token.months for token in plain if token.kind == "name" and len(token.months) == 1]
    years = [token.number for token in plain if token.kind == "number" and token.number > 999]
    if len(plain) != 2 or len(months) != 1 or len(years) != 1:
        return None
    month = next(iter(months[0]))
    if not 1 <= years[0] <= 9999:
        return None
    return date(years[0], month, 1), date(years[0], month, calendar.monthrange(years[0], month)[1])
