"""``mailer ballot`` and ``mailer issue amend``: what the secretary sees of a ballot and does with it."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from tests.secretary import ARTICLE, Secretary

BOARD = ("ana@cag.example", "bo@cag.example", "cleo@cag.example")


@pytest.fixture
def asked(secretary: Secretary) -> Secretary:
    """An office in which issue 1 is with the board, whose policy lets votes be entered by hand."""
    path = secretary.folder / "mailer.toml"
    text = path.read_text("utf-8")
    path.write_text(text.replace("[policies.disclosure]\n", "[policies.disclosure]\nby_hand = true\n", 1), "utf-8")
    secretary.imports("cag", *BOARD)
    secretary.writes()
    for step in ("build", "submit"):
        assert secretary.types("issue", step, "1").code == 0
    return secretary


def words(text: str) -> str:
    return " ".join(text.split())


def test_ballots_are_listed_and_shown(asked: Secretary) -> None:
    listed = asked.types("ballot", "ls")
    assert (listed.code, max(map(len, listed.out.splitlines())) <= 80) == (0, True)
    assert re.search(r"1  ISO/SR Update 1 +1  open +0 of 2 for", listed.out)
    (one,) = asked.types("ballot", "ls", "--json").json
    assert (one["ballot"], one["about"], one["outcome"], one["missing"]) == (1, "update 1", "open", [*BOARD])
    shown = asked.types("ballot", "show")
    assert (shown.code, max(map(len, shown.out.splitlines())) <= 80) == (0, True)
    assert shown.out.count("has not voted") == 3
    assert asked.types("ballot", "show", "--issue", "1", "--json").json["ballot"] == 1
    assert asked.types("ballot", "votes").out == "Nobody has voted on ISO/SR Update 1 yet.\n"
    assert asked.types("ballot", "show", "9").code == 77
    status = asked.types("status")
    assert "Ballot 1, ISO/SR Update 1, revision 1: 0 of 2 for." in status.out
    assert "They are reminded on " in status.out


def test_a_vote_is_entered_shown_and_the_grant_is_left_to_the_members(asked: Secretary) -> None:
    enter = ("ballot", "enter", "ana@cag.example", "approve", "--because", "by telephone, confirmed by Nora")
    assert (
        asked.types(*enter, "--dry-run").out == "This would enter “approve” for ana@cag.example, and tell 3 members.\n"
    )
    assert asked.types(*enter).code == 64  # there is no terminal to ask on
    done = asked.types(*enter, "--yes")
    assert done.out == "Entered “approve” for ana@cag.example, and told 3 members. Ballot 1 is open.\n"
    shown = words(asked.types("ballot", "show").out)
    assert "entered by hand: by telephone, confirmed by Nora" in shown.replace(" : ", ": ")
    (vote,) = asked.types("ballot", "votes", "--json").json
    assert (vote["member"], vote["choice"], vote["by_hand"], vote["counts"]) == (
        "ana@cag.example",
        "approve",
        True,
        True,
    )
    second = asked.types("ballot", "enter", "bo@cag.example", "approve", "--because", "by fax", "--yes")
    assert (second.code, "the last vote that the grant needs" in words(second.err)) == (77, True)
    unknown = asked.types("ballot", "enter", "eve@x.example", "approve", "--because", "by fax", "--yes")
    assert (unknown.code, "asked are: ana@cag.example, bo@cag.example" in words(unknown.err)) == (77, True)


def test_a_ballot_is_extended_closed_and_reopened(asked: Secretary) -> None:
    before = asked.types("ballot", "show", "--json").json["deadline"]
    assert asked.types("ballot", "extend", "2", "days", "--dry-run").out.startswith("The board could vote until ")
    assert asked.types("ballot", "show", "--json").json["deadline"] == before
    assert asked.types("ballot", "extend", "1", "3", "working", "days").code == 0
    assert asked.types("ballot", "show", "--json").json["extended"] == 1
    assert asked.types("ballot", "extend", "1", "--until", "2020-01-01").code == 77
    assert [asked.types("ballot", "extend", *wrong).code for wrong in (("1",), ("soon",), ("1", "soon"))] == [64] * 3
    assert asked.types("ballot", "remind").out == f"Reminded: {', '.join(BOARD)}.\n"
    assert asked.types("ballot", "close", "--dry-run").out == "Ballot 1 would end now, not granted (lapsed).\n"
    assert asked.types("ballot", "close", "--yes").out == "Ballot 1 has ended: lapsed.\n"
    assert asked.types("ballot", "ls").out.startswith("No ballot is open")
    assert asked.types("ballot", "show").out.startswith("ballot   1, ")
    assert asked.types("ballot", "remind").code == 77
    assert asked.types("ballot", "reopen", "1", "--dry-run").out.startswith("Ballot 1 would be open until ")
    assert asked.types("ballot", "reopen", "1", "1", "week").out.startswith("Ballot 1 is open until ")
    assert asked.types("ballot", "withdraw", "1", "--dry-run").out.endswith(
        "it would be withdrawn, and the board told.\n"
    )
    assert asked.types("ballot", "withdraw", "1", "--yes", "-m", "A name is missing.").code == 0
    assert asked.types("issue", "show", "1", "--json").json["state"] == "rendered"


def test_an_issue_is_amended_all_or_nothing(asked: Secretary) -> None:
    amend = ("issue", "amend", "1", "-m", "date in article 1")
    unchanged = asked.types(*amend, "--yes")
    assert (unchanged.code, "Nothing has changed since the board was asked" in unchanged.err) == (77, True)
    asked.writes(1, ARTICLE + "\nOne thing more.\n")
    planned = words(asked.types(*amend, "--dry-run").out)
    assert planned.startswith("Issue 1 is submitted. The new version takes its place; 0 votes on it no longer count")
    assert asked.types(*amend, keys="n\n").err.endswith("Nothing was amended.\n")
    assert asked.types("ballot", "show", "--json").json["revision"] == 1
    done = asked.types(*amend, "--yes")
    assert (done.code, "Submitted to 3 members; 2 approvals needed, until " in done.out) == (0, True)
    one = asked.types("ballot", "show", "--json").json
    assert (one["ballot"], one["revision"], one["note"], one["follows"]) == (2, 2, "date in article 1", 1)
    path = Path(asked.folder) / "cag.csv"
    path.write_text("address\n", "utf-8")
    assert asked.types("list", "import", "cag", "cag.csv", "--replace", "--yes").code == 0
    asked.writes(1, ARTICLE + "\nTwo things more.\n")
    failed = asked.types(*amend, "--yes")
    assert (failed.code, "The board has no members" in failed.err) == (77, True)
    assert asked.types("issue", "show", "1", "--json").json["state"] == "submitted"
