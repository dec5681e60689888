"""A list as CSV: read as a whole or refused, and written so that it reads back the same."""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mailer.errors import ConfigError
from mailer.message import Address, clean
from mailer.model.list_file import COLUMNS, Difference, Row, compare, read, write
from mailer.model.lists import Contact, Details, Format, Kind, Membership, Standing
from tests.fakes import NOON

WHOLE = "f.csv: nothing was imported"


def row(spec: str, **fields: Any) -> Row:
    return Row(Address.parse(spec, fields.get("name", "")), Details(**fields))


def member(spec: str, standing: Standing = Standing.ACTIVE, **fields: Any) -> Membership:
    details = Details(**fields)
    return Membership("nmb", Contact(1, spec, details), standing, NOON)


def problems(text: str) -> list[str]:
    with pytest.raises(ConfigError) as caught:
        read(text, "f.csv")
    return list(caught.value.problems)


def test_a_file_with_everything() -> None:
    text = (
        "Address, NAME ,organisation,kind,country,language,format,standing,since\r\n"
        'Anna@Union.Example,"Kim, Anna",The Union,Labour Union,KR,EN-gb,PDF,active,2026-11-23\r\n'
        "\r\n , \r\nbo@x.example,,,,,,\r\n"
    )
    assert read(text, "f.csv") == [
        Row(
            Address("Anna", "union.example", "Kim, Anna"),
            Details("Kim, Anna", "The Union", Kind.LABOUR, "KR", "en-gb", Format.PDF),
        ),
        Row(Address("bo", "x.example"), Details()),
    ]


@pytest.mark.parametrize(
    "text",
    [
        "\ufeffaddress\na@x.example\n",
        "address\ra@x.example\r",
        '"address"\n"a@x.example"',
        "name,address\n,a@x.example\n",
        "address,name\na@x.example\n",
    ],
    ids=["a byte order mark", "old line ends", "quotes, no last line end", "another order", "a short row"],
)
def test_files_as_programs_write_them(text: str) -> None:
    assert read(text, "f.csv") == [row("a@x.example")]


def test_a_line_end_in_a_quoted_cell_is_a_space() -> None:
    text = 'address,name\na@x.example,"Anna\r\nKim"\nb@x.example,Bo\n'
    assert [found.details.name for found in read(text, "f.csv")] == ["Anna Kim", "Bo"]


def test_every_fault_is_reported_at_once_with_its_line() -> None:
    text = (
        "address,name,kind,format\n"
        "a@x.example,Anna,labor union,pdf\n"
        "nobody,,,\n"
        '"b@x.example","two\nlines",circus,pfd\n'
        "c@x.example,Kim, Anna,,\n"
        "d@x.example\n"
        "D@X.example\n"
    )
    assert problems(text) == [
        "f.csv:2: kind “labor union” is not one that we know; did you mean “labour union”?",
        "f.csv:3: 'nobody' is not an address: it needs one @ with something on both sides",
        "f.csv:4: kind “circus” is not one that we know; there are industry association, labour union, consultancy, "
        "consumer organisation, media organisation, other",
        "f.csv:4: format “pfd” is not one that we know; did you mean “pdf”?",
        "f.csv:6: has more cells than the first line (1); quote cells that hold a comma",
        "f.csv:6: kind “Anna” is not one that we know; there are industry association, labour union, consultancy, "
        "consumer organisation, media organisation, other",
        "f.csv:8: D@x.example is on line 7 already",
        WHOLE,
    ]


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("", ["f.csv:1: the first line must name the columns, at least “address”; there are " + ", ".join(COLUMNS)]),
        (
            "adress,nmae\n",
            [
                "f.csv:1: there is no column “adress”; did you mean “address”?",
                "f.csv:1: there is no column “nmae”; did you mean “name”?",
                "f.csv:1: the first line must name the columns, at least “address”; there are " + ", ".join(COLUMNS),
            ],
        ),
        ("address,name,Name\n", ["f.csv:1: there are two columns “name”"]),
        ('address\na@x.example\n"b@x.example\n', ["f.csv:3: unexpected end of data"]),
    ],
)
def test_a_file_that_is_no_list(text: str, found: list[str]) -> None:
    assert problems(text) == [*found, WHOLE]


def test_a_long_address_is_taken_whole_or_not_at_all() -> None:
    spec = f"{'l' * 60}@{'d' * 60}.{'e' * 60}.{'f' * 60}.example"
    assert [str(found.address) for found in read(f"address\n{spec}\n", "f.csv")] == [spec]


CELLS = st.one_of(
    st.text(max_size=12).map(clean),
    st.text("=+-@'\t\r, \"\n;|ab", max_size=6).map(clean),
)
DETAILS = st.builds(
    Details,
    name=CELLS,
    organisation=CELLS,
    kind=st.none() | st.sampled_from(Kind),
    country=CELLS,
    language=st.sampled_from(["", "en", "pt-br"]),
    format=st.none() | st.sampled_from(Format),
)
SPECS = st.sampled_from(
    ["=a@x.example", "+b@x.example", "-c@x.example", "'d@x.example", "'=e@x.example", "f@x.example"]
)


@given(st.dictionaries(SPECS, DETAILS))
def test_D4_a_written_list_is_read_back(people: dict[str, Details]) -> None:
    members = [
        Membership("nmb", Contact(number, spec, details), Standing.ACTIVE, NOON)
        for number, (spec, details) in enumerate(people.items())
    ]
    rows = read(write(members), "f.csv")
    assert {str(found.address): found.details for found in rows} == people


@given(DETAILS)
def test_D4_no_cell_begins_a_formula(details: Details) -> None:
    text = write([Membership("nmb", Contact(1, "=1+2@x.example", details), Standing.ACTIVE, NOON)])
    cells = [cell for cells in csv.reader(io.StringIO(text, newline="")) for cell in cells]
    assert [cell for cell in cells if cell.startswith(("=", "+", "-", "@", "\t", "\r"))] == []


@given(st.text(max_size=200))
def test_any_text_gives_rows_or_faults(text: str) -> None:
    try:
        read(text, "f.csv")
    except ConfigError as fault:
        assert fault.problems[-1] == WHOLE


# --- the changes of an import ---


def difference(members: Sequence[Membership], rows: Sequence[Row], keep: bool = False) -> Difference:
    return compare(members, rows, keep_missing=keep)


@pytest.mark.parametrize(
    ("standing", "where"),
    [(None, "added"), (Standing.REMOVED, "added"), (Standing.LEFT, "left"), (Standing.ACTIVE, "unchanged")],
)
def test_members_who_left_stay_away_and_removed_ones_come_back(standing: Standing | None, where: str) -> None:
    members = [member("Anna@x.example", standing)] if standing else []
    found = difference(members, [row("anna@X.example")])
    places = {"added": found.added, "changed": found.changed, "left": found.left, "removed": found.removed}
    assert {place for place, rows in places.items() if rows} == {where} - {"unchanged"}
    assert found.unchanged == (where == "unchanged")


def test_an_empty_cell_keeps_what_is_known() -> None:
    known = member("a@x.example", name="Anna", country="KR")
    assert difference([known], [row("a@x.example", country="KR")]).empty
    changed = row("a@x.example", country="JP")
    assert difference([known], [changed]).changed == (changed,)


def test_members_missing_in_the_file_are_removed_unless_kept() -> None:
    members = [
        member("a@x.example"),
        member("b@x.example", Standing.LEFT),
        member("c@x.example", Standing.REMOVED),
        member("d@x.example"),
    ]
    found = difference(members, [row("d@x.example")])
    assert (found.removed, found.before, found.unchanged) == ((members[0],), 2, 1)
    assert difference(members, [row("d@x.example")], keep=True).empty


@pytest.mark.parametrize(
    ("before", "gone", "sudden"),
    [(5, 5, False), (6, 6, True), (29, 6, True), (30, 6, False), (1000, 200, False), (1000, 201, True)],
)
def test_a_mass_removal_is_noticed(before: int, gone: int, sudden: bool) -> None:
    members = [member(f"m{number}@x.example") for number in range(before)]
    rows = [row(f"m{number}@x.example") for number in range(gone, before)]
    assert difference(members, rows).sudden is sudden


def test_a_file_cut_off_in_a_line_is_refused_as_a_whole() -> None:
    with pytest.raises(ConfigError) as refused:
        read("address,name\nanna@x.example,Anna\nbela@x.exam", "f.csv")
    assert refused.value.problems == (
        "f.csv:3: the file ends in the middle of a line: it may be cut off",
        "f.csv: nothing was imported",
    )


def test_a_short_last_line_with_a_line_end_is_complete() -> None:
    assert len(read("address,name\nanna@x.example\n", "f.csv")) == 1
