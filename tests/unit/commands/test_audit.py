"""``mailer audit``: the record proves itself, and tells the story of an issue."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from tests.secretary import Secretary, office

ANA, BO = "ana@cag.example", "bo@cag.example"


@pytest.fixture(scope="module")
def granted(tmp_path_factory: pytest.TempPathFactory) -> Secretary:
    """An office with an issue that the board has approved; tests that change it copy it first."""
    secretary = office(tmp_path_factory.mktemp("granted") / "office")
    secretary.imports("cag", ANA, BO)
    secretary.imports("nmb", "nils@nmb.example")
    secretary.writes()
    secretary.grants()
    return secretary


def tamper(secretary: Secretary, *statements: str) -> None:
    """Change the store behind the office's back, past its triggers."""
    with closing(sqlite3.connect(secretary.folder / "data" / "mailer.db")) as store, store:
        triggers = store.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'").fetchall()
        for statement in (*(f"DROP TRIGGER {name}" for (name,) in triggers), *statements):
            store.execute(statement)


def test_the_record_verifies_and_its_head_is_found(granted: Secretary) -> None:
    found = granted.types("audit", "verify", "--json").json
    assert (found["whole"], found["faults"], found["erased"]) == (True, [], 0)
    out = granted.types("audit", "verify").out.splitlines()
    assert out[0] == f"The record is whole: {found['entries']} entries, and each follows from the one before."
    assert out[1] == f"Rows of ballots, votes, grants and sends that are as they were recorded: {found['rows']}."
    assert out[2].startswith(f"Head: entry {found['entries']}, {found['head'][:4]} ")
    checked = granted.types("audit", "verify", "--head", out[2])
    assert (checked.code, checked.out.splitlines()[-1]) == (0, f"Entry {found['entries']} has this link.")
    assert granted.types("audit", "verify", "--head", f"{found['entries']}:{found['head']}").code == 0
    other = granted.types("audit", "verify", "--head", f"99:{found['head']}")
    assert other.out.splitlines()[-1] == f"Entries after {found['entries']} are missing: the mail names entry 99."
    assert other.code == 65
    assert granted.types("audit", "verify", "--head", "99").code == 77


@pytest.mark.parametrize(
    ("statement", "place"),
    [
        ("UPDATE audit SET actor = 'nobody' WHERE id = 2", "Entry 2: “actor” is not what was recorded"),
        (
            "UPDATE audit SET action = 'x' WHERE id = 2",
            "Entry 2: it does not follow from entry 1, or was changed",
        ),
        ("DELETE FROM audit WHERE id = 2", "Entry 3: entry 2 is missing before it"),
        ("UPDATE audit SET seals = '[]' WHERE id = 2", "Entry 2: it does not follow from entry 1, or was changed"),
        ("UPDATE audit SET detail = 'x' WHERE id = 2", "Entry 2: it cannot be read, and neither can those after it"),
        ("UPDATE votes SET choice = 'object' WHERE id = 1", 'choice of votes 1 is "object"; it recorded "approve"'),
        ("DELETE FROM grants", "grants 1, which it recorded, is not in the store any more"),
        ("UPDATE ballots SET lists = '{}'", "lists of ballots 1 is"),
    ],
)
def test_the_first_broken_link_is_named(granted: Secretary, tmp_path: Path, statement: str, place: str) -> None:
    changed = granted.copied(tmp_path / "office")
    tamper(changed, statement)
    result = changed.types("audit", "verify")
    assert (result.code, result.out.startswith("The record is broken. "), place in result.out.splitlines()[0]) == (
        65,
        True,
        True,
    )
    assert changed.types("audit", "verify", "--json").json["faults"][0]["words"] in result.out


def test_the_list_of_entries_is_what_audit_shows_without_a_command(granted: Secretary) -> None:
    assert granted.types("audit", "-n", "1").out == granted.types("audit", "ls", "-n", "1").out
    assert granted.types("audit", "--json", "verify").code == 64
