"""A list as a CSV file: how it is read, whatever program wrote it, and how it is written."""

from __future__ import annotations

import codecs
import csv
import io
import re
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from difflib import get_close_matches
from itertools import islice
from typing import NamedTuple, TypeVar

from mailer.errors import ConfigError
from mailer.message import Address, clean
from mailer.model.cldr import read_country, read_language
from mailer.model.lists import Details, Format, Kind, Membership, reachable
from mailer.model.organisations import read_languages, read_website

COLUMNS = ("address", "name", "organisation", "kind", "country", "language", "format")
MORE_COLUMNS = ("until", "website", "reach", "languages", "second address", "second name")
"""Columns about the membership and the organisation, which a file may have."""
OTHER_COLUMNS = ("standing", "since")
"""Columns that an export adds and an import ignores."""
ALIASES = {
    "e-mail": "address",
    "email": "address",
    "e-mail address": "address",
    "email address": "address",
    "organization": "organisation",
    "second contact": "second address",
    "web site": "website",
}
"""Other names of columns."""

DELIMITERS = ",;\t|"
FAULTS_SHOWN = 100
"""Reading stops after so many faults."""

_FORMULA = re.compile(r"'*[=+\-@\t\r]")
"""Matches cells that a spreadsheet would compute (D4), also behind apostrophes, so that the guard can be undone."""
_SEPARATOR_LINE = re.compile(r'"?sep=(.)"?\s*', re.IGNORECASE)
"""A first line with which Excel says what separates the cells."""
_WORKBOOKS = (b"PK\x03\x04", b"\xd0\xcf\x11\xe0")
"""How workbooks begin, new and old."""
_WORD_ENDS = (b"\n", b"\r", b" ", b'"', *(mark.encode() for mark in DELIMITERS))
_CALLED = {",": "a comma", ";": "a semicolon", "\t": "a tab"}
AT_ONCE = 500
"""How many members are written at once."""
_CHUNK = 1 << 20
"""Octets or characters that are worked on at once."""

Chosen = TypeVar("Chosen", Kind, Format)
Value = TypeVar("Value")


class More(NamedTuple):
    """What a line says beside the contact; what is empty keeps what is known."""

    until: date | None = None
    """The last day on the list."""
    website: str = ""
    reach: str = ""
    languages: tuple[str, ...] = ()
    second: Address | None = None
    """The organisation's second contact."""

    @property
    def is_about_organisation(self) -> bool:
        return bool(self.website or self.reach or self.languages or self.second)


@dataclass(frozen=True, slots=True)
class Row:
    """One line of the file."""

    address: Address
    details: Details
    more: More | None = None

    @property
    def makes_organisation(self) -> bool:
        """Whether it names an organisation that is certain: a member body or a liaison of the standards' world."""
        return bool(self.details.organisation) and self.details.kind in (Kind.NMB, Kind.D_LIAISON)


@dataclass(frozen=True, slots=True)
class ListFile:
    """A file that names its columns. Its rows can be read any number of times, and are never all in memory."""

    name: str
    raw: bytes
    encoding: str
    delimiter: str
    columns: tuple[str, ...]
    before: int
    """Lines before the first row."""
    local_domains: Collection[str]
    own: Address | None
    """The office's address, which no row may have."""

    @classmethod
    def of(
        cls,
        raw: bytes,
        name: str,
        encoding: str = "",
        local_domains: Collection[str] = (),
        own: Address | None = None,
        wanted: Sequence[str] = (*COLUMNS, *MORE_COLUMNS),
        ignored: Sequence[str] = OTHER_COLUMNS,
    ) -> ListFile:
        """Raises ConfigError if it cannot be decoded or does not name its columns.

        Without an ``encoding``, UTF-8 and UTF-16 are recognised. ``local_domains`` may have no dot; ``own`` is the
        office's address. ``wanted`` and ``ignored`` are the columns that it may have; it must have “address”.
        """
        if raw.startswith(_WORKBOOKS):
            raise refused(name, [f"{name}: is a workbook of a spreadsheet program: save it as “CSV UTF-8”"])
        encoding = encoding or _encoding(raw)
        _check_encoding(raw, name, encoding)
        lines = _lines(raw, encoding)
        first = next(lines, "").removeprefix("\ufeff")
        before = 1
        said = _SEPARATOR_LINE.fullmatch(first)
        if said:
            first, before = next(lines, ""), 2
        delimiter = said[1] if said else _delimiter(first)
        columns = _columns(first, delimiter, name, before, wanted, ignored)
        return cls(name, raw, encoding, delimiter, columns, before, local_domains, own)

    def rows(self, read: Callable[[int], object] = lambda place: None) -> Iterator[Row]:
        """The rows, in order. Raises ConfigError at the end if there are faults, with the line of each.

        ``read`` gets the number of octets that were read so far, for a progress bar.
        """
        problems: list[str] = []
        repeated: dict[int, Address] = {}
        seen: set[int] = set()  # hashes, because the addresses of a long list would take much memory
        lines, row_of = _Lines(self), _RowReader(self, problems)
        for line, cells in lines:
            row = row_of(cells, f"{self.name}:{line}")
            if row is not None and hash(row.address.key) in seen:
                repeated[len(problems)] = row.address
                problems.append(f"{self.name}:{line}")
            if len(problems) >= FAULTS_SHOWN:
                problems.append(f"{self.name}: there may be more; only the first {FAULTS_SHOWN} faults are shown")
                break
            if row is not None:
                seen.add(hash(row.address.key))
                if not problems:
                    yield row
            read(lines.octets)
        else:
            problems += [f"{self.name}:{lines.last}: {fault}" for fault in lines.faults]
        firsts = self._first_lines({address.key for address in repeated.values()})
        for number, address in repeated.items():
            problems[number] += f": {address} is on line {firsts[address.key]} already"
        if problems:
            raise refused(self.name, problems)

    def values(self) -> Iterator[tuple[int, dict[str, str]]]:
        """The cells of each line by column, with its number. Raises ConfigError at the end if the file is damaged."""
        lines = _Lines(self)
        for line, cells in lines:
            yield line, {name: unguard(cell.strip()) for name, cell in zip(self.columns, cells, strict=False)}
        if lines.faults:
            raise refused(self.name, [f"{self.name}:{lines.last}: {fault}" for fault in lines.faults])

    def _first_lines(self, keys: Collection[str]) -> dict[str, int]:
        """The first line of each address with one of these keys."""
        found: dict[str, int] = {}
        row_of = _RowReader(self, [])
        for line, cells in _Lines(self) if keys else ():
            if (row := row_of(cells, "")) is not None and row.address.key in keys:
                found.setdefault(row.address.key, line)
        return found


class _Lines:
    """The lines of a file that are not blank, each with its number and its cells."""

    def __init__(self, file: ListFile) -> None:
        self._file = file
        self._octets = io.BytesIO(file.raw)
        self.last = 0
        """The last line that was read, also in part."""
        self.faults: list[str] = []
        """Why the file does not end as it should."""

    @property
    def octets(self) -> int:
        """How much of the file was read so far."""
        return self._octets.tell()

    def __iter__(self) -> Iterator[tuple[int, list[str]]]:
        file = self._file
        text = io.TextIOWrapper(self._octets, file.encoding, newline="")
        for _ in range(file.before):
            text.readline()
        reader = csv.reader(text, delimiter=file.delimiter, strict=True)
        cells: list[str] = []
        ended = 0
        try:
            for cells in reader:
                line, ended = ended + 1, reader.line_num  # a cell in quotes may go over several lines
                self.last = file.before + ended
                if any(cells) and any(cell.strip() for cell in cells):
                    yield file.before + line, cells
        except csv.Error as error:
            self.last = file.before + reader.line_num
            self.faults.append(str(error))
        if cells and len(cells) < len(file.columns) and not self.faults and not self._ends_with_a_line:
            self.faults.append("the file ends in the middle of a line: it may be cut off")

    @property
    def _ends_with_a_line(self) -> bool:
        return self._file.raw[-4:].decode(self._file.encoding, errors="ignore").endswith(("\n", "\r"))


def refused(name: str, problems: Iterable[str]) -> ConfigError:
    return ConfigError([*problems, f"{name}: nothing was imported"])


# --- how the file is written ---


def _lines(raw: bytes, encoding: str) -> io.TextIOWrapper:
    return io.TextIOWrapper(io.BytesIO(raw), encoding, newline="")


def _encoding(raw: bytes) -> str:
    """UTF-16 if the file says so or if each other octet is zero, as in Excel's “Unicode text”; otherwise UTF-8."""
    if raw.startswith((b"\xff\xfe", b"\xfe\xff")):
        return "utf-16-le" if raw.startswith(b"\xff\xfe") else "utf-16-be"
    if len(raw) >= 4 and [octet == 0 for octet in raw[:4]] in ([False, True] * 2, [True, False] * 2):
        return "utf-16-be" if raw[0] == 0 else "utf-16-le"
    return "utf-8-sig"


def _check_encoding(raw: bytes, name: str, encoding: str) -> None:
    """Raises ConfigError that shows how the first octets that are not text in ``encoding`` read in windows-1252."""
    try:
        b"a".decode(encoding, errors="ignore")  # refuses codecs that are not for text
        decoder = codecs.getincrementaldecoder(encoding)()
        for start in range(0, len(raw), _CHUNK):
            decoder.decode(raw[start : start + _CHUNK])
        decoder.decode(b"", final=True)
    except UnicodeDecodeError:
        raise refused(name, [_not_text(raw, name, encoding)]) from None
    except LookupError:
        raise refused(name, [f"{name}: there is no encoding “{clean(encoding)}” for text"]) from None


def _not_text(raw: bytes, name: str, encoding: str) -> str:
    try:
        raw.decode(encoding)
    except UnicodeDecodeError as error:
        start = error.start
    called = encoding.upper().removesuffix("-SIG")
    if encoding != "utf-8-sig":
        return f"{name}: is not {called} (byte {start})"
    line = raw.count(b"\n", 0, start) + 1
    return (
        f"{name}:{line}: is not UTF-8 (byte {start}). In windows-1252 it reads “{_as_windows(raw, start)}”: if that is "
        "right, add --encoding windows-1252; if not, save the file as “CSV UTF-8”"
    )


def _as_windows(raw: bytes, at: int) -> str:
    """The word around an octet, as windows-1252 has it."""
    begin = max(raw.rfind(end, 0, at) for end in _WORD_ENDS) + 1
    ends = [place for end in _WORD_ENDS if (place := raw.find(end, at)) >= 0]
    return clean(raw[begin : min(ends, default=len(raw))].decode("windows-1252", errors="replace"), 40)


def _delimiter(first: str) -> str:
    """What separates the cells: the character that gives most names of columns, or else most cells."""

    def names(delimiter: str) -> tuple[int, int]:
        cells = _cells(first, delimiter)
        return sum(cell in COLUMNS for cell in cells), len(cells)

    return max(DELIMITERS, key=names)


def _cells(line: str, delimiter: str) -> list[str]:
    """The cells of the first line as names of columns."""
    cells = next(csv.reader([line], delimiter=delimiter), [])
    named = [cell.strip().casefold() for cell in cells]
    return [ALIASES.get(cell, cell) for cell in named]


def _columns(
    first: str, delimiter: str, name: str, line: int, wanted: Sequence[str], ignored: Sequence[str]
) -> tuple[str, ...]:
    where = f"{name}:{line}"
    try:
        head = _cells(first, delimiter)
    except csv.Error as error:
        raise refused(name, [f"{where}: {error}"]) from None
    if any("@" in cell for cell in head):
        example = delimiter.join(COLUMNS[:2])
        problem = f"{where}: is a row already: put a line above it that names the columns, such as “{example}”"
        raise refused(name, [problem])
    known = (*wanted, *ignored)
    problems = [
        f"{where}: there is no column “{clean(cell)}”{_hint(cell, known)}" for cell in head if cell not in known
    ]
    problems += [f"{where}: there are two columns “{cell}”" for cell in known if head.count(cell) > 1]
    if "address" not in head:
        problems.append(
            f"{where}: the first line must name the columns, at least “address”; there are {', '.join(wanted)}"
        )
    if problems:
        raise refused(name, problems)
    return tuple(head)


# --- rows ---


class _RowReader:
    """Reads the cells of one line after the other."""

    def __init__(self, file: ListFile, problems: list[str]) -> None:
        self._problems = problems
        self._width = len(file.columns)
        self._delimiter = file.delimiter
        self._local_domains, self._own = file.local_domains, file.own
        self._places = [file.columns.index(name) if name in file.columns else self._width for name in COLUMNS]
        self._more = {name: file.columns.index(name) for name in MORE_COLUMNS if name in file.columns}
        self._faults: list[str] = []
        """Those of the present line."""
        self._days = _Values(_day, self._faults)
        self._sites = _Values(read_website, self._faults)
        self._tongues = _Values(read_languages, self._faults)
        self._kinds = _Values(read_kind, self._faults)
        self._countries = _Values(read_country, self._faults)
        self._languages = _Values(read_language, self._faults)
        self._formats = _Values(_format, self._faults)

    def __call__(self, cells: list[str], where: str) -> Row | None:
        """The row, or None if it has a fault."""
        self._faults.clear()
        if len(cells) > self._width:
            extra, mark = len(cells) - self._width, _CALLED.get(self._delimiter, f"a “{self._delimiter}”")
            self._faults.append(f"has more cells than the first line ({extra}); quote cells that hold {mark}")
        whole = [*cells[: self._width], *[""] * (self._width + 1 - len(cells)), ""]
        spec, name, organisation, kind, country, language, wanted = [whole[place] for place in self._places]
        details = Details(
            name=clean(unguard(name)),
            organisation=clean(unguard(organisation)),
            kind=self._kinds[kind],
            country=self._countries[country],
            language=self._languages[language],
            format=self._formats[wanted],
        )
        try:
            address = reachable(unguard(spec.strip()), self._local_domains, details.name, self._own)
        except ValueError as error:
            self._faults.append(str(error))
        more = self._read_more(whole, details) if self._more else None
        if self._faults:
            self._problems += [f"{where}: {fault}" for fault in self._faults]
            return None
        return Row(address, details, more)

    def _read_more(self, whole: list[str], details: Details) -> More:
        """What the columns of the organisation say."""
        cells = {name: whole[place] for name, place in self._more.items()}
        second = None
        if spec := unguard(cells.get("second address", "").strip()):
            try:
                second = reachable(spec, self._local_domains, clean(unguard(cells.get("second name", ""))), self._own)
            except ValueError as error:
                self._faults.append(str(error))
        more = More(
            until=self._days[cells.get("until", "")],
            website=self._sites[cells.get("website", "")],
            reach=clean(unguard(cells.get("reach", "")), 400),
            languages=self._tongues[cells.get("languages", "")],
            second=second,
        )
        if more.is_about_organisation and not details.organisation:
            self._faults.append("says more about an organisation, but not its name; fill in the column “organisation”")
        return more


class _Values(dict[str, Value]):
    """What the cells of a column say. Few columns have many different cells, so each is read once."""

    def __init__(self, read: Callable[[str], Value], faults: list[str]) -> None:
        """``faults`` gets what is wrong with a cell that cannot be read, each time that it is looked up."""
        super().__init__({"": read("")})
        self._read, self._faults = read, faults

    def __missing__(self, cell: str) -> Value:
        try:
            self[cell] = value = self._read(clean(unguard(cell)))
        except ValueError as fault:
            self._faults.append(str(fault))
            return self[""]
        return value


def _day(value: str) -> date | None:
    try:
        return date.fromisoformat(value) if value else None
    except ValueError:
        raise ValueError(f"until “{value}” is no day; write it as 2027-12-31") from None


def read_kind(value: str) -> Kind | None:
    """A kind of organisation as files have it, or as NMB. Raises ValueError that names the nearest one."""
    return _choice(Kind, value, "kind")


def _format(value: str) -> Format | None:
    return _choice(Format, value, "format")


_SHORT = {"nmb": Kind.NMB.value, "d-liaison": Kind.D_LIAISON.value}
"""Other words for kinds."""


def _choice(of: type[Chosen], value: str, column: str) -> Chosen | None:
    known = {choice.value.casefold(): choice for choice in of}
    value = _SHORT.get(value.casefold(), value)
    if value and value.casefold() not in known:
        names = [choice.value for choice in of]
        raise ValueError(f"{column} “{value}” is not one that we know{_hint(value, names)}")
    return known.get(value.casefold())


def _hint(word: str, known: Iterable[str]) -> str:
    near = get_close_matches(word, list(known), n=1)
    return f"; did you mean “{near[0]}”?" if near else f"; there are {', '.join(known)}"


def unguard(cell: str) -> str:
    """Undo ``guarded``."""
    return cell[1:] if cell.startswith("'") and _FORMULA.match(cell) else cell


# --- export ---


def write(
    members: Iterable[Membership], more_of: Callable[[Sequence[Membership]], Mapping[int, More]] | None = None
) -> Iterator[str]:
    """The list as lines of CSV (RFC 4180), safe to open in a spreadsheet.

    ``more_of`` gives what is known beside the contacts, by their ids; without it, those columns are missing.
    """
    out = io.StringIO(newline="")
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerow([*COLUMNS, *(MORE_COLUMNS if more_of else ()), *OTHER_COLUMNS])
    for member, more in _with_more(members, more_of):
        given = member.contact.details
        cells = (
            member.contact.address,
            given.name,
            given.organisation,
            given.kind or "",
            given.country,
            given.language,
            given.format or "",
            *(_more_cells(more) if more_of else ()),
            member.standing,
            f"{member.since:%Y-%m-%d}",
        )
        writer.writerow([guarded(str(cell)) for cell in cells])
        if out.tell() >= _CHUNK:
            yield out.getvalue()
            out.seek(0)
            out.truncate()
    yield out.getvalue()


def _with_more(
    members: Iterable[Membership], more_of: Callable[[Sequence[Membership]], Mapping[int, More]] | None
) -> Iterator[tuple[Membership, More]]:
    remaining = iter(members)
    while some := list(islice(remaining, AT_ONCE)):
        known = more_of(some) if more_of else {}
        for member in some:
            yield member, known.get(member.contact.id, More(until=member.until))


def _more_cells(more: More) -> tuple[str, ...]:
    second = more.second
    return (
        *(more.until.isoformat() if more.until else "", more.website, more.reach, " ".join(more.languages)),
        *(str(second) if second else "", second.name if second else ""),
    )


def guarded(cell: str) -> str:
    """The cell with an apostrophe before a formula, so that a spreadsheet shows it and does not compute it (D4)."""
    return f"'{cell}" if _FORMULA.match(cell) else cell
