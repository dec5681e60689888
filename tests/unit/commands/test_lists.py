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


def test_a_dry_run_shows_every_change_and_makes_none(secretary: Secretary) -> None:
    file = write(secretary, "address\n" + "".join(f"reader{n}@nmb.example\n" for n in range(50)))
    result = secretary.types("list", "import", "nmb", file, "--dry-run")
    assert result.out.count("@nmb.example") == 50
    assert result.out.splitlines()[-1] == "Nothing was changed."
    assert addresses(secretary, "nmb") == []
    result = secretary.types("list", "import", "nmb", file)
    assert result.out.count("@nmb.example") == 20
    assert "… and 30 more; --dry-run shows all." in result.out
    assert len(addresses(secretary, "nmb")) == 50


@pytest.mark.parametrize(
    ("text", "lines"),
    [
        ("address,kid\nana@nmb.example,x\n", ["in.csv:1: ", "in.csv: nothing was imported"]),
        ("address,kind\nana,x\nbo@nmb.example,y\n", ["in.csv:2: ", "in.csv:2: ", "in.csv:3: ", "in.csv: nothing"]),
        ('address,name\nana@nmb.example,"Ana\n', ["in.csv:", "in.csv: nothing was imported"]),
        ("", ["in.csv:1: ", "in.csv: nothing was imported"]),
        (b"address,name\nana@nmb.example,Ren\xe9\n", ["in.csv: is not UTF-8 (byte 32)"]),
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


@pytest.mark.parametrize(
    ("keys", "flags", "code", "left"),
    [
        ("n\n", (), 77, 10),
        ("y\n", (), 0, 1),
        (None, (), 64, 10),
        (None, ("--yes",), 0, 1),
        (None, ("--add",), 0, 10),
    ],
)
def test_a_mass_removal_asks_first(
    secretary: Secretary, keys: str | None, flags: tuple[str, ...], code: int, left: int
) -> None:
    secretary.imports("nmb", *NMB)
    result = secretary.types("list", "import", "nmb", write(secretary, f"address\n{NMB[0]}\n"), *flags, keys=keys)
    assert result.code == code
    assert ("This removes 9 of 10 members at once. Is the file complete?" in result.out + result.err) == (not flags)
    assert len(addresses(secretary, "nmb")) == left


def test_lists_are_shown_with_their_numbers(secretary: Secretary) -> None:
    secretary.imports("nmb", *NMB)
    assert secretary.types("list", "show").out.splitlines()[:2] == [
        "list        title                      kind     active  version",
        "nmb         National member bodies     readers      10       10",
    ]
    (nmb, *_) = secretary.types("list", "show", "--json").json
    title = "National member bodies"
    assert nmb == {"list": "nmb", "title": title, "kind": "readers", "active": 10, "version": 10}


def test_any_version_is_shown_and_exported(secretary: Secretary) -> None:
    secretary.imports("nmb", *NMB[:3])
    before = secretary.types("list", "export", "nmb").out
    assert secretary.types("list", "import", "nmb", write(secretary, f"address\n{NMB[0]}\n")).code == 0
    assert secretary.types("list", "show", "nmb").out.splitlines()[0] == "National member bodies, version 5: 1 active"
    shown = secretary.types("list", "show", "nmb", "--version", "2").out.splitlines()
    assert (shown[0], len(shown)) == ("National member bodies, version 2 of 5: 2 active", 4)
    rows = secretary.types("list", "show", "nmb", "--version", "4", "--json").json
    assert [row["address"] for row in rows] == [NMB[0], NMB[2]]
    assert secretary.types("list", "export", "nmb", "--version", "3").out == before
    everyone = secretary.types("list", "export", "nmb", "--version", "4", "--all").out
    assert [line.split(",")[-2] for line in everyone.splitlines()] == ["standing", "active", "removed", "active"]


@pytest.mark.parametrize("command", ["show", "export"])
def test_an_unknown_version_names_the_newest(secretary: Secretary, command: str) -> None:
    secretary.imports("nmb", *NMB[:3])
    for version in ("4", "-1"):
        result = secretary.types("list", command, "nmb", "--version", version)
        assert (result.code, result.out) == (77, "")
        assert result.err == f"mailer: The list “nmb” has no version {version}; its newest version is 3.\n"
    assert secretary.types("list", command, "nmb", "--version", "0").code == 0


def test_a_version_belongs_to_one_list(secretary: Secretary) -> None:
    result = secretary.types("list", "show", "--version", "3")
    assert (result.code, result.out) == (64, "")
    assert "--version needs the name of a list." in result.err


@pytest.mark.parametrize("command", [("show", "nbm"), ("export", "nbm"), ("import", "nbm", "mailer.toml")])
def test_an_unknown_list_gets_the_names_of_all(secretary: Secretary, command: tuple[str, ...]) -> None:
    result = secretary.types("list", *command)
    assert (result.code, result.out) == (77, "")
    assert result.err == "mailer: There is no list “nbm”; there are: nmb, d-liaison, subscriber, wg-member, cag.\n"


def test_a_missing_file(secretary: Secretary, tmp_path: Path) -> None:
    for name, why in (("nope.csv", "does not exist"), (str(tmp_path), "is a directory")):
        result = secretary.types("list", "import", "nmb", name)
        assert (result.code, result.out) == (64, "")
        assert why in result.err
