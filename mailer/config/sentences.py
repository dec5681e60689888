"""Errors in the configuration as sentences: where the value stands, what it must be, and what was found."""

from __future__ import annotations

import difflib
import json
import re
from collections import Counter
from collections.abc import Iterable, Mapping

from pydantic_core import ErrorDetails

Place = tuple[int | str, ...]
"""Where a value stands: its section, its key, and the index or key within that."""

DEPTHS: Mapping[Place, int] = {
    **{(section,): 2 for section in ("domains", "lists", "policies", "publications")},
    ("voting", "words"): 3,
}
"""How many names the header of a table has that the user names, such as ``[lists.KEY]``; of any other, one."""

SENTENCES: Mapping[str, str] = {
    "missing": "is missing",
    "int_type": "must be a whole number",
    "int_parsing": "must be a whole number",
    "int_from_float": "must be a whole number",
    "greater_than_equal": "must be at least {ge}",
    "less_than_equal": "must be at most {le}",
    "bool_type": "must be true or false",
    "bool_parsing": "must be true or false",
    "string_type": "must be text in quotes",
    "path_type": "must be a file name in quotes",
    "string_too_short": "must not be empty",
    "literal_error": "must be {expected}",
    "zoneinfo_str": 'must be an IANA time zone such as "Europe/Stockholm"',
    "tuple_type": "must be a list in square brackets",
    "model_type": "must be a section",
    "mapping_type": "must be a section",
    "dict_type": "must be a table in braces",
    "value_error": "{error}",
}
"""The sentence for each of pydantic's error types. For any other its own message is used."""

_SHOWN = (str, int, float, list)
_HEADER = re.compile(r"\s*\[(\[)?\s*([A-Za-z0-9_.\"' -]+?)\s*\]")
_PART = re.compile(r"\"[^\"]*\"|'[^']*'|[^.\"'\s]+")
_KEY = re.compile(r"\s*([A-Za-z0-9_-]+|\"[^\"]*\"|'[^']*')\s*=")


def sentence(error: ErrorDetails, known: Iterable[str], secret: bool) -> str:
    """What is wrong with one value. ``known`` are the keys that are allowed there. A secret is never shown."""
    if error["type"] == "extra_forbidden":
        kind = "key" if len(error["loc"]) > 1 else "section"
        return f"is not a {kind} that we know{nearest(str(error['loc'][-1]), known)}"
    wording = SENTENCES.get(error["type"])
    said = wording.format(**error.get("ctx", {})) if wording else error["msg"]
    found = error["input"]
    if secret or not isinstance(found, _SHOWN) or str(found) in said:
        return said
    return f"{said} (got {json.dumps(found, default=str, ensure_ascii=False)[:80]})"


def nearest(word: str, known: Iterable[str], cutoff: float = 0.6) -> str:
    """``; did you mean …?`` if a known word is similar, otherwise nothing. ``cutoff`` is the similarity, 0 to 1."""
    found = difflib.get_close_matches(word, list(known), n=1, cutoff=cutoff)
    return f"; did you mean {found[0]}?" if found else ""


def name_of(place: Place) -> str:
    """A place as the file writes it: ``[publications.update] lists, item 2``."""
    depth = min(len(place), DEPTHS.get(place[:2]) or DEPTHS.get(place[:1], 1))
    words = [f"[{'.'.join(_quoted(str(part)) for part in place[:depth])}]"]
    words += [f", item {step + 1}" if isinstance(step, int) else f" {step}" for step in place[depth:]]
    return "".join(words).removesuffix(" [key]")


def _quoted(part: str) -> str:
    return f'"{part}"' if "." in part else part


def line_numbers(text: str) -> dict[Place, int]:
    """The line of every section and key of a TOML file, found without a parser: close enough to find the place."""
    lines: dict[Place, int] = {}
    section: Place = ()
    tables: Counter[Place] = Counter()
    for number, line in enumerate(text.splitlines(), 1):
        if header := _HEADER.match(line):
            section = tuple(part.strip("\"'") for part in _PART.findall(header[2]))
            if header[1]:  # one of several tables
                tables[section] += 1
                section = (*section, tables[section] - 1)
            lines.setdefault(section, number)
        elif key := _KEY.match(line):
            lines.setdefault((*section, key[1].strip("\"'")), number)
    return lines


def line_of(place: Place, lines: Mapping[Place, int]) -> int | None:
    """The line of a place, or of the innermost one around it that has a line."""
    return next((lines[place[:end]] for end in range(len(place), 0, -1) if place[:end] in lines), None)
