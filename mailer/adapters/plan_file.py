"""The file with what is planned for each issue, as people write it."""

from __future__ import annotations

import tomllib
from collections.abc import Collection, Iterator, Mapping
from datetime import date
from pathlib import Path
from typing import Any

from mailer.errors import ConfigError
from mailer.message import clean
from mailer.model.article_plan import Planned

_KEYS: Mapping[str, type] = {
    "publication": str,
    "issue": int,
    "title": str,
    "by": str,
    "words": int,
    "due": date,
    "brief": str,
    "file": str,
}
_NAMES = {str: "text in quotation marks", int: "a whole number", date: "a day such as 2027-01-15, without marks"}
_MOST = 100_000


def read(path: Path, publications: Collection[str]) -> tuple[Planned, ...]:
    """What is planned, in the order of the file. Raises ConfigError with every fault of it."""
    try:
        data = path.read_bytes()[:_MOST]
        table = tomllib.loads(data.decode())
    except OSError as fault:
        raise ConfigError([f"{path}:1: cannot be read: {fault.strerror}; [articles] plan names it"]) from None
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as fault:
        raise ConfigError([f"{path}:1: not valid TOML: {fault}"]) from None
    entries = table.pop("article", [])
    faults = [f"{path}:1: unknown key {clean(key)}; each article begins with [[article]]" for key in table]
    if not isinstance(entries, list) or not all(isinstance(one, dict) for one in entries):
        raise ConfigError([f"{path}:1: each article begins with [[article]]"])
    for number, entry in enumerate(entries, 1):
        faults += [f"{path}: article {number}: {what}" for what in _faults(entry, publications)]
    if faults:
        raise ConfigError(faults)
    return tuple(_planned(entry) for entry in entries)


def _faults(entry: Mapping[str, Any], publications: Collection[str]) -> Iterator[str]:
    for key, value in entry.items():
        if key not in _KEYS:
            yield f"unknown key {clean(key)}; known are {', '.join(_KEYS)}"
        elif type(value) is not _KEYS[key]:
            yield f"{key} must be {_NAMES[_KEYS[key]]}"
    for key in ("publication", "issue", "title"):
        if key not in entry:
            yield f"{key} is missing"
    if isinstance(entry.get("publication"), str) and entry["publication"] not in publications:
        yield f"there is no publication {clean(entry['publication'])}; there are {', '.join(publications)}"


def _planned(entry: Mapping[str, Any]) -> Planned:
    return Planned(
        publication=entry["publication"],
        number=entry["issue"],
        title=clean(entry["title"], 300),
        by=clean(entry.get("by", ""), 200),
        words=entry.get("words", 0),
        due=entry.get("due"),
        brief="\n\n".join(" ".join(one.split()) for one in entry.get("brief", "").split("\n\n")).strip(),
        file=entry.get("file", ""),
    )
