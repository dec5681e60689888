"""Reads a fenced ``events`` block: lines ``key: value`` that say which events it shows."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from difflib import get_close_matches

from babel import Locale

from mailer.message import clean
from mailer.model.event_listings import MOST, Span, Wanted
from mailer.model.events import EventKind

SPANS = "such as 6 months, 8 weeks or 1 year"
MAX_MONTHS = 36

_LINE = re.compile(r"(\w+)[ \t]*:[ \t]*(.*)")
_SPAN = re.compile(r"(\d{1,4})[ \t]+(day|week|month|year)s?", re.IGNORECASE)
_UNITS: Mapping[str, Span] = {"day": Span(1, 0), "week": Span(7, 0), "month": Span(0, 1), "year": Span(0, 12)}


def read_events(text: str) -> tuple[Wanted | None, list[tuple[int, str]]]:
    """What the block shows, or None and its faults, each with its line within the block, from 0, and what to do.

    Without ``coming`` and ``past`` it shows the events of the coming six months.
    """
    faults: list[tuple[int, str]] = []
    values: dict[str, object] = {}
    for at, line in enumerate(text.split("\n")):
        if not line.strip():
            continue
        found = _LINE.fullmatch(line.strip())
        key = found[1].lower() if found else ""
        if found is None:
            faults.append(
                (at, f"“{clean(line, 40)}” is no line of an events block; write one such as “coming: 6 months”")
            )
        elif key not in _READ:
            near = get_close_matches(key, _READ, n=1)
            hint = f"did you mean {near[0]}?" if near else f"known are {', '.join(_READ)}"
            faults.append((at, f"unknown key {clean(found[1], 40)} of an events block; {hint}"))
        elif key in values:
            faults.append((at, f"{key} is given twice; delete one of the two lines"))
        else:
            try:
                values[key] = _READ[key](found[2].strip())
            except ValueError as fault:
                values[key] = None
                faults.append((at, f"{key}: {fault}"))
    if faults:
        return None, faults
    if "past" in values and "coming" not in values:
        values["coming"] = None
    return Wanted(**values), []  # type: ignore[arg-type]


def _span(written: str) -> Span:
    found = _SPAN.fullmatch(written)
    if found is None:
        raise ValueError(f"“{clean(written, 40)}” is no length of time; write one {SPANS}")
    unit = _UNITS[found[2].lower()]
    span = Span(int(found[1]) * unit.days, int(found[1]) * unit.months)
    if not 0 < span.months * 31 + span.days <= MAX_MONTHS * 31:
        raise ValueError(f"“{clean(written, 40)}” is not between a day and {MAX_MONTHS // 12} years; write one {SPANS}")
    return span


def _country(written: str) -> str:
    code = written.upper()
    if len(code) == 2 and code in Locale("en").territories and code.isalpha():
        return code
    raise ValueError(f"“{clean(written, 40)}” is no code of a country; write two letters, such as KE")


def _kind(written: str) -> EventKind:
    if written.lower() in list(EventKind):
        return EventKind(written.lower())
    raise ValueError(f"“{clean(written, 40)}” is no kind of event; known are {', '.join(EventKind)}")


def _most(written: str) -> int:
    if written.isascii() and written.isdigit() and 1 <= int(written[:4]) <= MOST:
        return int(written)
    raise ValueError(f"“{clean(written, 40)}” is no number from 1 to {MOST}")


_READ: Mapping[str, Callable[[str], object]] = {
    "coming": _span,
    "past": _span,
    "country": _country,
    "kind": _kind,
    "most": _most,
}
