"""Until when a pause lasts, as people write it: “until 1 March”, “for 3 months”, “jusqu’au 1er mars 2027”."""

from __future__ import annotations

import calendar
import re
from collections.abc import Mapping
from datetime import date, timedelta
from itertools import chain

from mailer.inbound.days import NotRead, read_day
from mailer.inbound.wording import folded
from mailer.inbound.words.pauses import ENDS, FOR, UNITS, UNTIL
from mailer.model.lists import LONGEST_PAUSE
from mailer.phrases import phrase

_LONGEST = 80
"""Characters of what is read."""


def _any(words: tuple[str, ...]) -> str:
    return "|".join(map(re.escape, sorted(map(folded, words), key=len, reverse=True)))


_AROUND = re.compile(rf"^(?:{_any((*UNTIL, *FOR))})(?:\s+|(?=\d)|(?=[^\x00-\u05ff]))|\s*(?:まで|間)$")
_UNITS: Mapping[str, str] = {folded(word): unit for unit, words in UNITS.items() for word in words}
_SPAN = re.compile(rf"(\d{{1,3}})\s*({_any(tuple(chain.from_iterable(UNITS.values())))})")
_ENDS = frozenset(map(folded, ENDS))


def read_pause(written: str, today: date) -> date | None:
    """The day on which mail comes again; None if the pause is to end now. Raises NotRead.

    A day without its year is the next one that there is.
    """
    text = folded(written.strip(" .!。:："))[:_LONGEST]
    if text in _ENDS:
        return None
    text = _AROUND.sub("", _AROUND.sub("", text)).strip()
    if span := _SPAN.fullmatch(text):
        return _checked(_after(today, int(span[1]), _UNITS[span[2]]), today)
    return _checked(_day(text, today), today)


def _day(text: str, today: date) -> date:
    fault = NotRead(phrase("it is not one day"))
    for year in ("", str(today.year), str(today.year + 1)):
        for whole in dict.fromkeys((f"{text} {year}".strip(), f"{year}年{text}" if year else text)):
            try:
                day = read_day(whole, today)
            except NotRead:
                continue
            if day > today or not year:
                return day
    raise fault


def _after(today: date, number: int, unit: str) -> date:
    if unit != "month":
        return today + number * timedelta(days=7 if unit == "week" else 1)
    months = today.year * 12 + today.month - 1 + number
    year, month = months // 12, months % 12 + 1
    return date(year, month, min(today.day, calendar.monthrange(year, month)[1]))


def _checked(day: date, today: date) -> date:
    if day <= today:
        raise NotRead(phrase("it is over"))
    if day - today > LONGEST_PAUSE:
        raise NotRead(phrase("it is more than a year away"))
    return day
