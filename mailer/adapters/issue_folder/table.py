"""TOML written by people, checked against the known keys; each fault has its line."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from difflib import get_close_matches

from mailer.adapters.issue_folder.files import Faults
from mailer.message import clean, one_line

MAX_LINE = 300
"""Characters in a title, a name or a summary."""

_PLACE = re.compile(r"\s*\(at (?:line (?P<line>\d+), column \d+|end of document)\)")
_KEY = re.compile(r"""\s*["']?([\w-]+)["']?\s*[=.]""")
_CURLY = re.compile(r"=\s*[“”„‟‘’‚‛«»]")
_EXAMPLES = {
    int: "a whole number",
    bool: "true or false, without marks",
    str: "text in quotation marks",
    list: 'a list of texts, as in ["one", "two"]',
    date: "a day, as in 2026-03-01, without marks",
    datetime: "a time, as in 2026-03-01T09:00, without marks",
}


def quoted(text: str) -> str:
    """Text as a value of TOML."""
    escaped = clean(text, MAX_LINE).replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'


@dataclass(frozen=True)
class Table:
    """A checked TOML table: values of the right type by key, and their lines."""

    values: Mapping[str, object]
    lines: Mapping[str, int]

    def text(self, key: str) -> str:
        return one_line(str(self.values.get(key, "")), MAX_LINE)

    def texts(self, key: str) -> tuple[str, ...]:
        """A list of texts, without empty ones."""
        found = self.values.get(key, ())
        lines = (one_line(str(one), MAX_LINE) for one in found) if isinstance(found, list) else ()
        return tuple(line for line in lines if line)

    def line(self, key: str) -> int:
        return self.lines.get(key, 1)


def read(
    text: str, keys: Mapping[str, type], required: Iterable[str], name: str, faults: Faults, offset: int = 0
) -> Table:
    """The table in ``text``, which starts after ``offset`` lines of the file ``name``."""
    try:
        values = tomllib.loads(text)
    except tomllib.TOMLDecodeError as fault:
        place = _PLACE.search(str(fault))
        line = int(place["line"]) if place and place["line"] else text.count("\n") + 1
        reason = _PLACE.sub("", str(fault))
        cure = 'each line is key = "value"'
        if _CURLY.search(text.split("\n")[line - 1]):
            cure += ", with straight quotation marks instead of curly ones"
        faults.add(name, line + offset, f"not valid TOML: {reason}; {cure}")
        return Table({}, {})
    first = 1 + offset
    lines = {found[1]: at for at, line in enumerate(text.split("\n"), first) if (found := _KEY.match(line))}
    for key, value in values.items():
        for what in _faults(key, value, keys):
            faults.add(name, lines.get(key, first), what)
    for key in sorted(set(required) - set(values)):
        faults.add(name, first, f"{key} is missing; add {key} = … ({_EXAMPLES[keys[key]]})")
    return Table(values, lines)


def _faults(key: str, value: object, keys: Mapping[str, type]) -> Iterator[str]:
    if key not in keys:
        near = get_close_matches(key, keys, n=1)
        yield f"unknown key {clean(key)}; " + (f"did you mean {near[0]}?" if near else f"known are {', '.join(keys)}")
    elif type(value) is not keys[key]:
        yield f"{key} must be {_EXAMPLES[keys[key]]}"
    elif isinstance(value, list) and not all(isinstance(one, str) and len(one) <= MAX_LINE for one in value):
        yield f"{key} must be {_EXAMPLES[list]}, each of at most {MAX_LINE} characters"
    elif isinstance(value, str) and len(value) > MAX_LINE:
        yield f"{key} has more than {MAX_LINE} characters; shorten it"
    elif isinstance(value, str) and not clean(value):
        yield f"{key} is empty; fill it in, or leave the line out"
