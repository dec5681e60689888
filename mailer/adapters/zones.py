"""The time zones of countries, from the IANA time zone database."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import cache
from importlib.resources import files
from zoneinfo import ZoneInfo

_ALSO = {
    "america": "us",
    "bosnia and herzegovina": "ba",
    "cape verde": "cv",
    "czechia": "cz",
    "dr congo": "cd",
    "great britain": "gb",
    "holland": "nl",
    "ivory coast": "ci",
    "macedonia": "mk",
    "myanmar": "mm",
    "north korea": "kp",
    "republic of korea": "kr",
    "russian federation": "ru",
    "south korea": "kr",
    "swaziland": "sz",
    "the netherlands": "nl",
    "turkiye": "tr",
    "türkiye": "tr",
    "uae": "ae",
    "uk": "gb",
    "united kingdom": "gb",
    "united states of america": "us",
    "usa": "us",
    "viet nam": "vn",
}
"""Names that people use and the database lacks."""


@cache
def zones() -> Mapping[str, ZoneInfo]:
    """Zones by ISO 3166 code and by English name, case folded. A country with several has the first in the table."""
    first: dict[str, ZoneInfo] = {}
    for code, _, name in _rows("zone.tab"):
        first.setdefault(code.casefold(), ZoneInfo(name))
    names = {name.casefold(): code.casefold() for code, name in _rows("iso3166.tab")}
    return first | {name: first[code] for name, code in (names | _ALSO).items() if code in first}


def _rows(table: str) -> Iterator[list[str]]:
    """The rows of a table, without comment lines and the comments in the last column of zone.tab."""
    text = files("tzdata").joinpath("zoneinfo", table).read_text(encoding="utf-8")
    for line in text.splitlines():
        if line and not line.startswith("#"):
            yield line.split("\t")[: 3 if table == "zone.tab" else 2]
