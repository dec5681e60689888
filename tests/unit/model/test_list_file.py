"""A list as CSV: read as a whole or refused, and written so that it reads back the same."""

from __future__ import annotations

import csv
import io
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mailer.errors import ConfigError
from mailer.message import Address, clean
from mailer.model.list_file import COLUMNS, FAULTS_SHOWN, MORE_COLUMNS, ListFile, Row, write
from mailer.model.lists import Contact, Details, Format, Kind, Membership, Standing
from tests.fakes import NOON

CASES = Path(__file__).parents[2] / "data" / "lists"

WHOLE = "f.csv: nothing was imported"


def row(spec: str, **fields: Any) -> Row:
    return Row(Address.parse(spec, fields.get("name", "")), Details(**fields))


def read(text: str | bytes, name: str, encoding: str = "") -> list[Row]:
    raw = text if isinstance(text, bytes) else text.encode()
    return list(ListFile.of(raw, name, encoding, ("intranet",)).rows())


def problems(text: str | bytes, encoding: str = "") -> list[str]:
    with pytest.raises(ConfigError) as caught:
        read(text, "f.csv", encoding)
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
        "consumer organisation, media organisation, national member body, D-liaison organisation, other",
        "f.csv:4: format “pfd” is not one that we know; did you mean “pdf”?",
        "f.csv:6: has more cells than the first line (1); quote cells that hold a comma",
        "f.csv:6: kind “Anna” is not one that we know; there are industry association, labour union, consultancy, "
        "consumer organisation, media organisation, national member body, D-liaison organisation, other",
        "f.csv:8: D@x.example is on line 7 already",
        WHOLE,
    ]


@pytest.mark.parametrize(
    ("text", "found"),
    [
        (
            "",
            [
                "f.csv:1: the first line must name the columns, at least “address”; there are "
                + ", ".join((*COLUMNS, *MORE_COLUMNS))
            ],
        ),
        (
            "adress,nmae\n",
            [
                "f.csv:1: there is no column “adress”; did you mean “address”?",
                "f.csv:1: there is no column “nmae”; did you mean “name”?",
                "f.csv:1: the first line must name the columns, at least “address”; there are "
                + ", ".join((*COLUMNS, *MORE_COLUMNS)),
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
    country=st.sampled_from(["", "KR", "CI"]),
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
    rows = read("".join(write(members)), "f.csv")
    assert {str(found.address): found.details for found in rows} == people


@given(DETAILS)
def test_D4_no_cell_begins_a_formula(details: Details) -> None:
    text = "".join(write([Membership("nmb", Contact(1, "=1+2@x.example", details), Standing.ACTIVE, NOON)]))
    cells = [cell for cells in csv.reader(io.StringIO(text, newline="")) for cell in cells]
    assert [cell for cell in cells if cell.startswith(("=", "+", "-", "@", "\t", "\r"))] == []


@given(st.text(max_size=200))
def test_any_text_gives_rows_or_faults(text: str) -> None:
    try:
        read(text, "f.csv")
    except ConfigError as fault:
        assert fault.problems[-1] == WHOLE


def test_a_file_cut_off_in_a_line_is_refused_as_a_whole() -> None:
    with pytest.raises(ConfigError) as refused:
        read("address,name\nanna@x.example,Anna\nbela@x.exam", "f.csv")
    assert refused.value.problems == (
        "f.csv:3: the file ends in the middle of a line: it may be cut off",
        "f.csv: nothing was imported",
    )


def test_a_short_last_line_with_a_line_end_is_complete() -> None:
    assert len(read("address,name\nanna@x.example\n", "f.csv")) == 1


# --- files of spreadsheet programs ---

ANNA = [row("anna@reader.example", name="Anna", organisation="Łódź Rée")]
SEMICOLONS = "address;name;organisation\r\nanna@reader.example;Anna;Łódź Rée\r\n"


@pytest.mark.parametrize(
    "raw",
    [
        SEMICOLONS.encode("utf-8-sig"),
        f"sep=;\r\n{SEMICOLONS}".encode(),
        SEMICOLONS.replace(";", "\t").encode("utf-16"),
        SEMICOLONS.replace(";", "\t").encode("utf-16-be"),
        f"\ufeffsep=|\n{SEMICOLONS.replace(';', '|')}".encode("utf-16-le"),
        SEMICOLONS.replace("address", '"E-Mail"').replace("organisation", "Organization").encode(),
    ],
    ids=["Excel's CSV UTF-8", "sep=;", "Excel's Unicode text", "UTF-16 without a mark", "all of it", "other names"],
)
def test_what_excel_writes_is_read(raw: bytes) -> None:
    assert read(raw, "f.csv") == ANNA


def test_lines_are_counted_from_the_first_line_of_the_file() -> None:
    assert problems("sep=;\naddress;name\nanna;A\n")[0].startswith("f.csv:3: 'anna' is not an address")
    assert problems("address;name\na@x.example;A;B\n")[0] == (
        "f.csv:2: has more cells than the first line (1); quote cells that hold a semicolon"
    )


def test_windows_1252_is_named_with_the_word_as_it_reads() -> None:
    raw = "address;name\r\na@x.example;A\r\nb@x.example;René Müller\r\n".encode("windows-1252")
    assert problems(raw) == [
        "f.csv:3: is not UTF-8 (byte 44). In windows-1252 it reads “René”: if that is right, add --encoding "
        "windows-1252; if not, save the file as “CSV UTF-8”",
        WHOLE,
    ]
    assert read(raw, "f.csv", "windows-1252")[1] == row("b@x.example", name="René Müller")
    assert problems(raw, "ascii") == ["f.csv: is not ASCII (byte 44)", WHOLE]
    assert [problems(raw, name)[0] for name in ("base64", "klingon")] == [
        "f.csv: there is no encoding “base64” for text",
        "f.csv: there is no encoding “klingon” for text",
    ]


@pytest.mark.parametrize("begins", [b"PK\x03\x04", b"\xd0\xcf\x11\xe0\xa1\xb1"])
def test_a_workbook_is_named_as_one(begins: bytes) -> None:
    raw = begins + bytes(range(256))
    assert problems(raw) == ["f.csv: is a workbook of a spreadsheet program: save it as “CSV UTF-8”", WHOLE]


@pytest.mark.parametrize("delimiter", [",", ";"])
def test_a_row_without_a_header_is_recognised(delimiter: str) -> None:
    text = f"anna@reader.example{delimiter}Anna\n"
    assert problems(text) == [
        f"f.csv:1: is a row already: put a line above it that names the columns, such as “address{delimiter}name”",
        WHOLE,
    ]


def test_the_case_of_semicolons() -> None:
    assert read((CASES / "semicolon.csv").read_bytes(), "f.csv") == [
        row("anna@reader.example", name="Anna", organisation="Acme")
    ]


def test_C8_the_case_of_two_domains_that_are_one_in_IDNA_2003() -> None:
    found = read((CASES / "idn2.csv").read_bytes(), "f.csv")
    assert [str(one.address) for one in found] == ["max@xn--strae-oqa.example", "mia@strasse.example"]


def test_the_case_of_a_country_and_a_language_by_name() -> None:
    (found,) = read((CASES / "country.csv").read_bytes(), "f.csv")
    assert found.details == Details(kind=Kind.INDUSTRY, country="DE", language="de", format=Format.PDF)


def test_an_unknown_country_or_language_gets_the_nearest_name() -> None:
    text = "address,country,language\na@x.example,Gremany,Englsh\nb@x.example,Q9,qq\n"
    assert problems(text) == [
        "f.csv:2: country “Gremany” is not one that we know; did you mean “Germany”?",
        "f.csv:2: language “Englsh” is not one that we know; did you mean “English”?",
        "f.csv:3: country “Q9” is not one that we know; write its name or its code, such as DE",
        "f.csv:3: language “qq” is not one that we know; write its name or its code, such as de or pt-br",
        WHOLE,
    ]


def test_a_domain_without_a_dot_is_refused_unless_it_is_our_own() -> None:
    assert problems("address\npiet@readers\n")[0] == (
        "f.csv:2: 'piet@readers': the domain “readers” has no dot; write it in full"
    )
    assert len(read("address\nroot@localhost\noffice@intranet\n", "f.csv")) == 2


def test_reading_stops_after_many_faults() -> None:
    found = problems("address\n" + "nobody\n" * 5000)
    assert (len(found), found[-2]) == (
        FAULTS_SHOWN + 2,
        "f.csv: there may be more; only the first 100 faults are shown",
    )


def test_no_row_follows_a_fault() -> None:
    rows = ListFile.of(b"address\na@x.example\nnobody\nb@x.example\n", "f.csv").rows()
    assert next(rows) == row("a@x.example")
    with pytest.raises(ConfigError):
        next(rows)


def test_a_file_is_read_as_often_as_is_asked() -> None:
    file = ListFile.of(SEMICOLONS.encode(), "f.csv")
    places: list[int] = []
    assert list(file.rows(places.append)) == list(file.rows()) == ANNA
    assert places == [len(SEMICOLONS.encode())]


def test_an_address_that_is_there_again_is_named_with_its_first_line() -> None:
    text = 'address,name\na@x.example,"A\nB"\nnobody\nb@x.example\nA@X.example\nb@X.example\n'
    assert problems(text)[1:] == [
        "f.csv:6: A@x.example is on line 2 already",
        "f.csv:7: b@x.example is on line 5 already",
        WHOLE,
    ]
    assert problems('address\na@x.example\na@x.example\n"b')[0] == "f.csv:3: a@x.example is on line 2 already"
