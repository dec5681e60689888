"""A list as a CSV file: read or refused as a whole, and compared with the list as it stands."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from typing import TypeVar

from mailer.errors import ConfigError
from mailer.message import Address, clean
from mailer.model.lists import Details, Format, Kind, Membership, Standing

COLUMNS = ("address", "name", "organisation", "kind", "country", "language", "format")
OTHER_COLUMNS = ("standing", "since")
"""Columns that an export adds and an import ignores."""

_FORMULA = re.compile(r"'*[=+\-@\t\r]")
"""Matches cells that a spreadsheet would compute (D4), also behind apostrophes, so that the guard can be undone."""

Chosen = TypeVar("Chosen", Kind, Format)

SUDDEN = 5
"""An import that removes more members than this, and more than a fifth of the list, asks first."""


@dataclass(frozen=True, slots=True)
class Row:
    """One line of the file."""

    address: Address
    details: Details


@dataclass(frozen=True, slots=True)
class Difference:
    """What an import would do."""

    added: tuple[Row, ...]
    changed: tuple[Row, ...]
    removed: tuple[Membership, ...]
    left: tuple[Row, ...]
    """Rows of those who left the list, or every publication that goes to it: an import does not bring them back."""
    unchanged: int
    before: int

    @property
    def sudden(self) -> bool:
        """Whether an import removes so many members that a person should look; most likely the file is cut off."""
        return len(self.removed) > SUDDEN and len(self.removed) * 5 > self.before

    @property
    def empty(self) -> bool:
        return not (self.added or self.changed or self.removed)


def read(text: str, name: str) -> list[Row]:
    """The file's rows. Raises ConfigError that lists every fault with its line."""
    reader = csv.reader(io.StringIO(text.removeprefix("\ufeff"), newline=""), strict=True)
    problems: list[str] = []
    rows: list[Row] = []
    seen: dict[str, int] = {}
    try:
        head = _head(next(reader, []), name)
        ended, cells = reader.line_num, head
        for cells in reader:
            line, ended = ended + 1, reader.line_num  # a cell in quotes may go over several lines
            if not any(cell.strip() for cell in cells):
                continue
            row = _row(dict(zip(head, cells, strict=False)), len(cells) - len(head), f"{name}:{line}", problems)
            if row is None:
                continue
            if first := seen.get(row.address.key):
                problems.append(f"{name}:{line}: {row.address} is on line {first} already")
            seen.setdefault(row.address.key, line)
            rows.append(row)
        if len(cells) < len(head) and not text.endswith(("\n", "\r")):
            problems.append(f"{name}:{reader.line_num}: the file ends in the middle of a line: it may be cut off")
    except csv.Error as error:
        problems.append(f"{name}:{reader.line_num}: {error}")
    if problems:
        raise ConfigError([*problems, f"{name}: nothing was imported"])
    return rows


def _head(cells: Sequence[str], name: str) -> list[str]:
    head = [cell.strip().casefold() for cell in cells]
    known = (*COLUMNS, *OTHER_COLUMNS)
    problems = [
        f"{name}:1: there is no column “{clean(cell)}”{_hint(cell, known)}" for cell in head if cell not in known
    ]
    problems += [f"{name}:1: there are two columns “{cell}”" for cell in known if head.count(cell) > 1]
    if "address" not in head:
        problems.append(
            f"{name}:1: the first line must name the columns, at least “address”; there are {', '.join(COLUMNS)}"
        )
    if problems:
        raise ConfigError([*problems, f"{name}: nothing was imported"])
    return head


def _row(cells: Mapping[str, str], extra: int, where: str, problems: list[str]) -> Row | None:
    before = len(problems)
    if extra > 0:
        problems.append(f"{where}: has more cells than the first line ({extra}); quote cells that hold a comma")
    given = {column: clean(_unguard(cells.get(column, ""))) for column in COLUMNS if column != "address"}
    kind = _choice(Kind, given["kind"], where, "kind", problems)
    wanted = _choice(Format, given["format"], where, "format", problems)
    try:
        address = Address.parse(_unguard(cells.get("address", "").strip()), given["name"])
    except ValueError as error:
        problems.append(f"{where}: {error}")
        return None
    if len(problems) > before:
        return None
    rest = {column: given[column] for column in ("name", "organisation", "country")}
    return Row(address, Details(kind=kind, format=wanted, language=given["language"].lower(), **rest))


def _choice(of: type[Chosen], value: str, where: str, column: str, problems: list[str]) -> Chosen | None:
    known = {choice.value: choice for choice in of}
    if not value or value.casefold() in known:
        return known.get(value.casefold())
    problems.append(f"{where}: {column} “{value}” is not one that we know{_hint(value, known)}")
    return None


def _hint(word: str, known: Iterable[str]) -> str:
    near = get_close_matches(word, list(known), n=1)
    return f"; did you mean “{near[0]}”?" if near else f"; there are {', '.join(known)}"


def _unguard(cell: str) -> str:
    """Undo ``guarded``."""
    return cell[1:] if cell.startswith("'") and _FORMULA.match(cell) else cell


def compare(
    members: Sequence[Membership], rows: Sequence[Row], keep_missing: bool, away: Collection[str] = ()
) -> Difference:
    """What turns ``members`` (of every standing) into ``rows``; ``keep_missing`` removes nobody.

    ``away`` holds the keys of addresses that have left every publication of the list (B12).
    """
    known = {Address.parse(member.contact.address).key: member for member in members}
    added: list[Row] = []
    changed: list[Row] = []
    left: list[Row] = []
    unchanged = 0
    for row in rows:
        member = known.get(row.address.key)
        if member is None or member.standing is Standing.REMOVED:
            (left if row.address.key in away else added).append(row)
        elif member.standing is Standing.LEFT:
            left.append(row)
        elif _merged(member.contact.details, row.details) != member.contact.details:
            changed.append(row)
        else:
            unchanged += 1
    active = [member for member in members if member.standing is Standing.ACTIVE]
    named = {row.address.key for row in rows}
    missing = [member for member in active if Address.parse(member.contact.address).key not in named]
    removed = () if keep_missing else tuple(missing)
    return Difference(tuple(added), tuple(changed), removed, tuple(left), unchanged, len(active))


def _merged(old: Details, new: Details) -> Details:
    """``new`` over ``old``: an empty cell keeps what is known."""
    return Details(
        name=new.name or old.name,
        organisation=new.organisation or old.organisation,
        kind=new.kind or old.kind,
        country=new.country or old.country,
        language=new.language or old.language,
        format=new.format or old.format,
    )


def write(members: Iterable[Membership]) -> str:
    """The list as CSV (RFC 4180), safe to open in a spreadsheet."""
    out = io.StringIO(newline="")
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerow([*COLUMNS, *OTHER_COLUMNS])
    for member in members:
        given = member.contact.details
        cells = (
            member.contact.address,
            given.name,
            given.organisation,
            given.kind or "",
            given.country,
            given.language,
            given.format or "",
            member.standing,
            f"{member.since:%Y-%m-%d}",
        )
        writer.writerow([guarded(str(cell)) for cell in cells])
    return out.getvalue()


def guarded(cell: str) -> str:
    """The cell with an apostrophe before a formula, so that a spreadsheet shows it and does not compute it (D4)."""
    return f"'{cell}" if _FORMULA.match(cell) else cell
