"""``mailer list``: import, show, export."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.secretary import Secretary

NMB = tuple(f"nmb{n}@nmb.example" for n in range(10))


def write(secretary: Secretary, text: str | bytes, name: str = "in.csv") -> str:
    (secretary.folder / name).write_bytes(text.encode() if isinstance(text, str) else text)
    return name


def addresses(secretary: Secretary, key: str) -> list[str]:
    return [row["address"] for row in secretary.types("list", "show", key, "--json").json]


def test_an_imported_list_is_shown_and_exported(secretary: Secretary) -> None:
    file = write(secretary, "address,name,organisation,format\nana@nmb.example,Ana,The Union,text\n")
    result = secretary.types("list", "import", "nmb", file)
    assert result.out.splitlines() == [
        "what  address          organisation",
        "add   ana@nmb.example  The Union",
        "National member bodies: 1 to add.",
        "Imported into National member bodies.",
    ]
    (shown,) = secretary.types("list", "show", "nmb", "--json").json
    assert (shown["name"], shown["organisation"], shown["format"]) == ("Ana", "The Union", "text")
    assert secretary.types("list", "export", "nmb", "-o", "out.csv").out == ""
    assert (secretary.folder / "out.csv").read_bytes() == secretary.types("list", "export", "nmb").out.encode()
    assert secretary.types("list", "import", "nmb", "out.csv").out.splitlines()[-1] == "Nothing to change."


def test_a_dry_run_counts_every_change_and_makes_none(secretary: Secretary) -> None:
    file = write(secretary, "address\n" + "".join(f"reader{n}@nmb.example\n" for n in range(50)))
    result = secretary.types("list", "import", "nmb", file, "--dry-run")
    assert result.out.count("@nmb.example") == 20
    assert result.out.splitlines()[-3:] == [
        "… and 30 more; --all shows all.",
        "National member bodies: 50 to add.",
        "Nothing was changed.",
    ]
    assert secretary.types("list", "import", "nmb", file, "--dry-run", "--all").out.count("@nmb.example") == 50
    assert addresses(secretary, "nmb") == []
    result = secretary.types("list", "import", "nmb", file)
    assert result.out.count("@nmb.example") == 20
    assert len(addresses(secretary, "nmb")) == 50


@pytest.mark.parametrize(
    ("text", "lines"),
    [
        ("address,kid\nana@nmb.example,x\n", ["in.csv:1: ", "in.csv: nothing was imported"]),
        ("address,kind\nana,x\nbo@nmb.example,y\n", ["in.csv:2: ", "in.csv:2: ", "in.csv:3: ", "in.csv: nothing"]),
        ('address,name\nana@nmb.example,"Ana\n', ["in.csv:", "in.csv: nothing was imported"]),
        ("", ["in.csv:1: ", "in.csv: nothing was imported"]),
        (b"address,name\nana@nmb.example,Ren\xe9\n", ["in.csv:2: is not UTF-8 (byte 32)", "in.csv: nothing"]),
    ],
)
def test_a_bad_file_is_refused_as_a_whole_with_its_lines(
    secretary: Secretary, text: str | bytes, lines: list[str]
) -> None:
    result = secretary.types("list", "import", "nmb", write(secretary, text))
    assert (result.code, result.out) == (78, "")
    found = result.err.splitlines()
    assert [line.startswith(f"mailer: {start}") for line, start in zip(found, lines, strict=True)] == [True] * len(
        lines
    )
    assert addresses(secretary, "nmb") == []


def test_an_import_removes_nobody(secretary: Secretary) -> None:
    secretary.imports("nmb", *NMB[:3])
    result = secretary.types("list", "import", "nmb", write(secretary, f"address\n{NMB[0]}\n"))
    assert (result.code, result.out) == (0, "National member bodies: 1 unchanged.\nNothing to change.\n")
    assert len(addresses(secretary, "nmb")) == 3


@pytest.mark.parametrize("members", [3, 10])
@pytest.mark.parametrize(
    ("keys", "flags", "code", "left"),
    [("n\n", (), 77, None), ("y\n", (), 0, 1), (None, (), 64, None), (None, ("--yes",), 0, 1)],
)
def test_any_removal_asks_first_and_names_everybody(
    secretary: Secretary, members: int, keys: str | None, flags: tuple[str, ...], code: int, left: int | None
) -> None:
    secretary.imports("nmb", *NMB[:members])
    file = write(secretary, f"address\n{NMB[0]}\n")
    result = secretary.types("list", "import", "nmb", file, "--replace", *flags, keys=keys)
    assert result.code == code
    question = f"This removes {members - 1} of {members} members: {', '.join(NMB[1:members])}. Is that right?"
    assert (question in result.out + result.err) == (not flags)
    assert [line.split() for line in result.out.splitlines()[1:members]] == [["remove", who] for who in NMB[1:members]]
    assert len(addresses(secretary, "nmb")) == (left or members)


def test_a_replacement_without_a_terminal_says_what_to_add(secretary: Secretary) -> None:
    secretary.imports("nmb", *NMB)
    result = secretary.types("list", "import", "nmb", write(secretary, "address\n"), "--replace")
    assert (result.code, "There is no terminal to ask on: add --yes." in result.err) == (64, True)
    assert secretary.types("list", "import", "nmb", "in.csv", "--replace", "--dry-run").code == 0


def bounces(secretary: Secretary, address: str, reason: str) -> None:
    with secretary.app() as app, app.store.transaction() as work:
        work.lists.suppress(address, reason, app.clock.now())


def test_B12_who_stays_away_is_named_with_the_way_back(secretary: Secretary) -> None:
    secretary.imports("nmb", NMB[0], NMB[1])
    bounces(secretary, NMB[0], "bounced: 550 5.1.1 no such user")
    file = write(secretary, f"address,organisation\n{NMB[0]},The Institute\n{NMB[2]},The Union\n")
    result = secretary.types("list", "import", "d-liaison", file)
    assert result.out.splitlines() == [
        "what        address           organisation   why",
        "add         nmb2@nmb.example  The Union",
        "stays away  nmb0@nmb.example  The Institute  bounced: 550 5.1.1 no such user",
        "D-liaison organisations: 1 to add, 1 bounced or complained and stay away.",
        'They come back by signing up themselves, or with --bring-back "REASON" if they have asked for it.',
        "Imported into D-liaison organisations.",
    ]
    assert addresses(secretary, "d-liaison") == [NMB[2]]
    back = ("list", "import", "d-liaison", file, "--bring-back", "a new mailbox")
    question = f"This brings back 1 who left, bounced or complained: {NMB[0]}. Is that right?"
    result = secretary.types(*back)
    assert (result.code, question in result.err) == (64, True)
    result = secretary.types(*back, "--yes")
    assert (result.code, addresses(secretary, "d-liaison")) == (0, [NMB[0], NMB[2]])
    entry = secretary.types("audit", "-n", "1", "--json").json[0]
    assert (entry["detail"]["brought_back"], entry["detail"]["reason"]) == ([NMB[0]], "a new mailbox")


def test_a_difference_fits_the_terminal_and_splits_no_address(secretary: Secretary) -> None:
    long = f"{'a' * 60}@{'b' * 40}.example"
    file = write(secretary, f"address,organisation\n{long},Institute\nbo@x.example,{'Institute ' * 12}\n")
    lines = secretary.types("list", "import", "nmb", file).out.splitlines()
    assert lines[1].split() == ["add", long, "Institute"]
    secretary.types(
        "list", "import", "cag", write(secretary, f"address,organisation\nbo@x.example,{'Institute ' * 12}\n")
    )
    (_, row) = secretary.types("list", "show", "cag").out.splitlines()[1:]
    assert (len(row), row.split()[0], "Institut…" in row or "…" in row) == (80, "bo@x.example", True)


def test_a_file_of_excel_in_windows_1252_is_read_when_told_so(secretary: Secretary) -> None:
    file = write(secretary, "address;name\r\nana@nmb.example;René\r\n".encode("windows-1252"))
    result = secretary.types("list", "import", "nmb", file)
    assert (result.code, "add --encoding windows-1252" in result.err) == (78, True)
    assert secretary.types("list", "import", "nmb", file, "--encoding", "windows-1252").code == 0
    (shown,) = secretary.types("list", "show", "nmb", "--json").json
    assert shown["name"] == "René"


def test_B6_the_address_of_the_office_is_no_reader(secretary: Secretary) -> None:
    file = write(secretary, "address\nana@nmb.example\ntg2+help@iso-sr.example\n")
    result = secretary.types("list", "import", "nmb", file)
    assert result.code == 78
    fault = f"{file}:3: 'tg2+help@iso-sr.example' is the address of the office itself; give the reader's own"
    assert result.err.splitlines()[0].endswith(fault)


def test_an_address_without_a_dot_in_its_domain_is_refused(secretary: Secretary) -> None:
    result = secretary.types("list", "import", "nmb", write(secretary, "address\npiet@readers\n"))
    assert result.code == 78
    assert result.err.splitlines()[0].endswith("'piet@readers': the domain “readers” has no dot; write it in full")


def test_an_empty_list_is_an_empty_array(secretary: Secretary) -> None:
    assert secretary.types("list", "show", "nmb", "--json").out == "[]\n"


def test_lists_are_shown_with_their_numbers(secretary: Secretary) -> None:
    secretary.imports("nmb", *NMB)
    assert secretary.types("list", "show").out.splitlines()[:2] == [
        "list         title                      kind     active  changes  published",
        "nmb          National member bodies     readers      10       10",
    ]
    (nmb, *_) = secretary.types("list", "show", "--json").json
    title = "National member bodies"
    assert nmb == {"list": "nmb", "title": title, "kind": "readers", "active": 10, "changes": 10, "published": ""}


def test_any_change_is_shown_and_exported(secretary: Secretary) -> None:
    secretary.imports("nmb", *NMB[:3])
    before = secretary.types("list", "export", "nmb").out
    assert (
        secretary.types("list", "import", "nmb", write(secretary, f"address\n{NMB[0]}\n"), "--replace", "-y").code == 0
    )
    assert secretary.types("list", "show", "nmb").out.splitlines()[0] == "National member bodies, 5 changes: 1 active"
    shown = secretary.types("list", "show", "nmb", "--change", "2").out.splitlines()
    assert (shown[0], len(shown)) == ("National member bodies, change 2 of 5: 2 active", 4)
    rows = secretary.types("list", "show", "nmb", "--change", "4", "--json").json
    assert [row["address"] for row in rows] == [NMB[0], NMB[2]]
    assert secretary.types("list", "export", "nmb", "--change", "3").out == before
    everyone = secretary.types("list", "export", "nmb", "--change", "4", "--all").out
    assert [line.split(",")[-2] for line in everyone.splitlines()] == ["standing", "active", "removed", "active"]


@pytest.mark.parametrize("command", ["show", "export"])
def test_an_unknown_change_names_the_newest(secretary: Secretary, command: str) -> None:
    secretary.imports("nmb", *NMB[:3])
    for version in ("4",):
        result = secretary.types("list", command, "nmb", "--change", version)
        assert (result.code, result.out) == (77, "")
        assert result.err == f"mailer: The list “nmb” has no change {version}; its last change has the number 3.\n"
    assert secretary.types("list", command, "nmb", "--change", "0").code == 0


def test_a_version_belongs_to_one_list(secretary: Secretary) -> None:
    result = secretary.types("list", "show", "--change", "3")
    assert (result.code, result.out) == (64, "")
    assert "--version and --change need the name of a list." in result.err


@pytest.mark.parametrize("command", [("show", "nbm"), ("export", "nbm"), ("import", "nbm", "mailer.toml")])
def test_an_unknown_list_gets_the_names_of_all(secretary: Secretary, command: tuple[str, ...]) -> None:
    result = secretary.types("list", *command)
    assert (result.code, result.out) == (77, "")
    known = "nmb, d-liaison, subscriber, wg-member, cag, presenters, journalists, events"
    assert result.err == f"mailer: There is no list “nbm”; there are: {known}.\n"


def test_a_missing_file(secretary: Secretary, tmp_path: Path) -> None:
    for name, why in (("nope.csv", "does not exist"), (str(tmp_path), "is a directory")):
        result = secretary.types("list", "import", "nmb", name)
        assert (result.code, result.out) == (64, "")
        assert why in result.err


def test_vcards_are_imported_and_a_limited_membership_is_shown(secretary: Secretary) -> None:
    cards = secretary.folder / "cards.vcf"
    cards.write_text(
        "BEGIN:VCARD\r\nVERSION:4.0\r\nFN:Ana Berg\r\nORG:The Institute\r\nEMAIL:ana@nmb.example\r\nEND:VCARD\r\n",
    )
    done = secretary.types("list", "import", "nmb", str(cards))
    assert (done.code, "1 to add" in done.out) == (0, True)
    secretary.types("member", "add", "ana@nmb.example", "nmb", "--reason", "x", "--until", "2099-12-31")
    shown = secretary.types("list", "show", "nmb").out
    assert "The Institute" in shown and "until 2099-12-31" in shown
    rows = secretary.types("list", "export", "nmb").out.splitlines()
    assert rows[0].startswith("address,name,organisation,kind,country,language,format,until,website,reach,languages,")
    assert rows[1].startswith("ana@nmb.example,Ana Berg,The Institute,,,,,2099-12-31,")
