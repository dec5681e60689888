"""Reads a fenced ``chart`` block: lines ``key: value``, and below them a small CSV."""

from __future__ import annotations

import csv
import re
from collections.abc import Iterable, Sequence
from decimal import Decimal
from difflib import get_close_matches

from mailer.message import clean
from mailer.model.charts import MAX_LABEL, Chart, ChartKind, Row, unfit

MAX_ROWS = 40
MAX_COLUMNS = 6
KEYS = ("kind", "title", "unit", "source")

_KEY = re.compile(r"(\w+)[ \t]*:[ \t]*(.*)")
_NUMBER = re.compile(r"[-+−]?\d+(\.\d+)?")
_THOUSANDS = re.compile(r"(?<![\d.])[1-9]\d{0,2}(,\d{3})+(?!\d)")
_UNKNOWN = ("", "-", "–", "—")
"""What stands for a number that is not known."""
_DIGITS = 15


def read_chart(text: str) -> tuple[Chart | None, list[tuple[int, str]]]:
    """The chart, or None and its faults, each with its line within the block, from 0, and what to do."""
    lines = text.split("\n")
    faults: list[tuple[int, str]] = []
    values, first = _values(lines, faults)
    rows = [(at, row) for at, line in enumerate(lines[first:], first) if line.strip() for row in _cells(line)]
    kind = _kind(values, faults)
    if not values.get("title"):
        faults.append((0, "the chart has no title; add a line “title: what it shows”"))
    if len(rows) < 2:
        faults.append((first, "the chart has no numbers; write a head such as “Year, Members”, and a row for each bar"))
        return None, faults
    (_, head), *body = rows
    if not 2 <= len(head) <= MAX_COLUMNS + 1:
        faults.append(
            (first, f"a chart has a column of names and one to {MAX_COLUMNS} of numbers, set apart by commas")
        )
    if len(body) > MAX_ROWS:
        faults.append((first, f"the chart has {len(body)} rows; {MAX_ROWS} are allowed: make it a table"))
        return None, faults
    faults += [(at, _too_long(cell)) for at, row in rows for cell in row if len(cell) > MAX_LABEL]
    read = [Row(row[0], tuple(_numbers(at, row[1:], faults))) for at, row in body if _fits(at, row, head, faults)]
    if read and not any(value is not None for row in read for value in row.values):
        faults.append((first, "the chart has no number; a number has a decimal point and no spaces, as in 1234.5"))
    if faults or kind is None:
        return None, faults
    label, *columns = head
    unit, source = values.get("unit", ""), values.get("source", "")
    chart = Chart(kind, values["title"], unit, tuple(columns), tuple(read), label, source)
    faults += [(0, what) for what in unfit(chart)]
    return (None, faults) if faults else (chart, [])


def _values(lines: Sequence[str], faults: list[tuple[int, str]]) -> tuple[dict[str, str], int]:
    """The keys, and the line at which the CSV begins."""
    values: dict[str, str] = {}
    for at, line in enumerate(lines):
        found = _KEY.fullmatch(line.strip())
        if found and found[1].lower() in KEYS:
            if found[1].lower() in values:
                faults.append((at, f"{found[1]} is given twice; delete one of the two lines"))
            values[found[1].lower()] = clean(found[2], 200)
        elif found and "," not in line:
            near = get_close_matches(found[1].lower(), KEYS, n=1)
            hint = f"did you mean {near[0]}?" if near else f"known are {', '.join(KEYS)}"
            faults.append((at, f"unknown key {clean(found[1])} of a chart; {hint}"))
        elif line.strip():
            return values, at
    return values, len(lines)


def _kind(values: dict[str, str], faults: list[tuple[int, str]]) -> ChartKind | None:
    wanted = values.get("kind", "")
    if wanted in list(ChartKind):
        return ChartKind(wanted)
    known = ", ".join(ChartKind)
    said = f"unknown kind {wanted} of chart; known are {known}" if wanted else f"add a line “kind: …”, one of {known}"
    faults.append((0, said))
    return None


def _cells(line: str) -> Iterable[list[str]]:
    return ([clean(cell, MAX_LABEL + 1) for cell in row] for row in csv.reader([line], skipinitialspace=True))


def _too_long(cell: str) -> str:
    return f"“{cell[:20]}…” is longer than {MAX_LABEL} characters; shorten it"


def _fits(at: int, row: Sequence[str], head: Sequence[str], faults: list[tuple[int, str]]) -> bool:
    if len(row) == len(head):
        return True
    hint = "put a text with a comma in quotes"
    if len(row) > len(head) and (number := _THOUSANDS.search(",".join(row[1:]))):
        hint = f"write {number[0].replace(',', '')} instead of {number[0]}"
    faults.append((at, f"the row has {len(row)} values, and the head {len(head)}; {hint}"))
    return False


def _numbers(at: int, cells: Iterable[str], faults: list[tuple[int, str]]) -> Iterable[Decimal | None]:
    for cell in cells:
        if cell in _UNKNOWN:
            yield None
        elif _NUMBER.fullmatch(cell) and sum(map(str.isdigit, cell)) <= _DIGITS:
            yield Decimal(cell.replace("−", "-"))
        else:
            faults.append((at, f"“{clean(cell, 30)}” is no number; write it as 1234.5, the unit in “unit: …”"))
            yield None
