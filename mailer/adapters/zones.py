"""Which time zone a country has, from the tables of the IANA time zone database."""

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
"""What people write and the table does not have."""


@cache
def zones() -> Mapping[str, ZoneInfo]:
    """By ISO 3166 code and by English name, case folded; of a country with several the first one that the table has."""
    first: dict[str, ZoneInfo] = {}
    for code, _, name in _rows("zone.tab"):
        first.setdefault(code.casefold(), ZoneInfo(name))
    names = {name.casefold(): code.casefold() for code, name in _rows("iso3166.tab")}
    return first | {name: first[code] for name, code in (names | _ALSO).items() if code in first}


def _rows(table: str) -> Iterator[list[str]]:
    """The table's fields, without comments on a line."""
    text = files("tzdata").joinpath("zoneinfo", table).read_text(encoding="utf-8")
    for line in text.splitlines():
        if line and not line.startswith("#"):
            yield line.split("\t")[: 3 if table == "zone.tab" else 2]
