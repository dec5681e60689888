"""``mailer issue``: from an empty folder to the board."""

from __future__ import annotations

import re

import pytest

from tests.glyphs import made_font
from tests.secretary import ARTICLE, Secretary

BOARD = ("ana@cag.example", "bo@cag.example", "cleo@cag.example")


def state(secretary: Secretary, number: str = "1") -> str:
    found: str = secretary.types("issue", "show", number, "--json").json["state"]
    return found


def test_new_check_build_show(secretary: Secretary) -> None:
    assert secretary.types("issue", "new", "2", "--title", "After Bangkok", "--date", "2026-12-01").code == 0
    assert 'title = "After Bangkok"' in (secretary.folder / "issues/update-2/issue.toml").read_text("utf-8")
    assert secretary.types("issue", "new", "2").code == 77
    assert secretary.types("issue", "check", "2").out.endswith("No faults, but 7 warnings.\n")  # the example's articles
    assert secretary.types("issue", "show", "2").code == 77
    built = re.match(
        r"Built ISO/SR Update 2: After Bangkok: (\d) A4 pages, ", secretary.types("issue", "build", "2").out
    )

    result = secretary.types("issue", "show", "2", "--json", "--out", "look")
    assert built is not None
    assert (result.json["state"], result.json["edited_since"]) == ("rendered", False)
    assert result.json["pages"] == int(built[1]) > 1
    assert result.err == "Written to look, marked as a draft.\n"
    assert result.json["granted"] == "no: This issue is rendered and has no grant from the board: submit it first."
    assert "DRAFT, not approved" in (secretary.folder / "look/draft-update-2.txt").read_text("utf-8")
    assert "draft shown" in secretary.types("audit").out
    look = {path.name for path in (secretary.folder / "look").iterdir()}
    assert {"draft-update-2.pdf", "draft-update-2.html", "draft-update-2.txt"} <= look
    assert "⟦" not in (secretary.folder / "look/draft-update-2.html").read_text("utf-8")
    assert "edited since   no\n" in secretary.types("issue", "show", "2").out


def test_a_fault_names_its_file_and_line(secretary: Secretary) -> None:
    secretary.writes(1, ARTICLE.replace("title", "tilte"))
    result = secretary.types("issue", "check", "1")
    assert (result.code, result.out) == (78, "")
    assert all("update-1/01-decided.md:2: " in line for line in result.err.splitlines())


def test_D8_a_character_without_a_font_is_a_fault_until_a_font_is_named(secretary: Secretary) -> None:
    secretary.writes(1, ARTICLE + "A line with ★.\n")
    result = secretary.types("issue", "check", "1")
    assert (result.code, result.out) == (78, "")
    assert result.err == (
        "mailer: 01-decided.md:5: no font has “★” (U+2605 BLACK STAR); write it otherwise, or name "
        "/usr/share/fonts/truetype/dejavu/DejaVuSans.ttf in [identity] fonts (Debian's package fonts-dejavu-core)\n"
    )
    (secretary.folder / "fonts").mkdir()
    made_font(secretary.folder / "fonts" / "stars.ttf", "★", "Stars")
    secretary.environ["MAILER_IDENTITY__FONTS"] = '["fonts"]'
    assert secretary.types("issue", "check", "1").out.endswith(" No faults.\n")
    assert secretary.types("issue", "build", "1").code == 0
    secretary.environ["MAILER_IDENTITY__FONTS"] = '["nowhere.ttf"]'
    result = secretary.types("issue", "check", "1")
    missing = f"[identity] fonts: there is no {secretary.folder}/nowhere.ttf; install the font, or correct its name"
    assert (result.code, result.err) == (78, f"mailer: {missing}\n")
    (found,) = [one for one in secretary.types("doctor", "--json").json if one["what"] == "fonts"]
    assert found == {"what": "fonts", "state": "wrong", "detail": missing}


def test_D9_what_made_an_issue_elsewhere_is_said_before_the_vote(secretary: Secretary) -> None:
    secretary.imports("cag", *BOARD)
    secretary.writes()
    assert secretary.types("issue", "check", "1").err == ""
    assert secretary.types("issue", "build", "1").err == ""
    assert secretary.types("issue", "show", "1", "--json").json["built_with"] is None
    with secretary.app() as app, app.store.transaction() as work:
        issue = work.issues.issue("update", 1)
        assert issue is not None
        here = work.issues.inputs(issue.id)
        work.issues.set_inputs(issue.id, {**here, "version of HarfBuzz": "5.0.0"})
    other = f"HarfBuzz 5.0.0 (here {here['version of HarfBuzz']})"
    warning = f"warning: it was built with {other}: here the same source may have other bytes\n"
    assert secretary.types("issue", "show", "1", "--json").json["built_with"] == other
    assert secretary.types("issue", "check", "1").err == warning
    submitted = secretary.types("issue", "submit", "1")
    assert (submitted.code, submitted.err) == (0, warning)


def test_the_whole_way_to_the_board_and_back(secretary: Secretary) -> None:
    secretary.imports("cag", *BOARD)
    secretary.writes()
    assert secretary.types("issue", "submit", "1").code == 77
    assert secretary.types("issue", "build", "1").code == 0
    result = secretary.types("issue", "submit", "1")
    assert (result.code, result.out.startswith("Submitted to 3 members; 2 approvals needed, until ")) == (0, True)
    again = secretary.types("issue", "submit", "1")
    assert (again.code, "cannot be submitted now: the board has it" in again.err) == (77, True)

    secretary.writes(1, ARTICLE + "\nOne thing more.\n")
    assert secretary.types("issue", "show", "1", "--json").json["edited_since"] is True
    result = secretary.types("issue", "build", "1")
    assert (result.code, result.out) == (64, "")
    assert "Issue 1 is submitted with other bytes." in result.err
    assert secretary.types("issue", "build", "1", keys="n\n").err.endswith("Nothing was built.\n")
    assert state(secretary) == "submitted"
    result = secretary.types("issue", "build", "1", "--yes")
    assert "It was submitted with other bytes; that no longer holds." in result.out
    assert state(secretary) == "rendered"

    assert secretary.types("issue", "cancel", "1", "--dry-run").out == "Issue 1 would be cancelled; it was rendered.\n"
    assert state(secretary) == "rendered"
    assert secretary.types("issue", "cancel", "1").out == "Issue 1 is cancelled; it was rendered.\n"
    for step in (("cancel", "1", "--dry-run"), ("submit", "1")):
        result = secretary.types("issue", *step)
        assert (result.code, result.out) == (77, "")
        assert "is cancelled and cannot be" in result.err
    secretary.writes(1, ARTICLE + "\nAnd another.\n")
    assert secretary.types("issue", "build", "1").code == 0
    assert state(secretary) == "rendered"


def test_an_edit_is_seen_before_anything_is_withdrawn(secretary: Secretary) -> None:
    secretary.imports("cag", *BOARD)
    secretary.writes()
    secretary.grants()
    secretary.writes(1, ARTICLE + "\nOne thing more.\n")
    found = secretary.types("status").out
    assert "update 1  approved, edited" in found
    assert (
        "→ update 1 is approved, but its source was edited after it was built: build it again with "
        "`mailer issue build 1`, or take the edit back." in found
    )
    assert "send it with" not in found
    assert secretary.types("issue", "show", "1", "--json").json["next"].startswith("its source was edited after")
    secretary.writes(1, ARTICLE)
    assert "→ update 1 is approved: send it with `mailer send 1`." in secretary.types("status").out


def test_unschedule_takes_back_a_time(secretary: Secretary) -> None:
    secretary.imports("cag", *BOARD)
    secretary.imports("nmb", "ana@nmb.example")
    secretary.writes()
    secretary.grants()
    assert secretary.types("send", "1", "--at", "2099-01-01T09:00", "--yes").code == 0
    result = secretary.types("issue", "unschedule", "1")
    assert result.out.startswith("Issue 1 is approved and no longer scheduled. It was due on ")
    assert (state(secretary), secretary.types("issue", "unschedule", "1").code) == ("approved", 77)


def test_list_shows_every_issue(secretary: Secretary) -> None:
    assert secretary.types("issue", "list").out == "No issue yet: create one with `mailer issue new 1`.\n"
    secretary.writes()
    assert secretary.types("issue", "build", "1").code == 0
    assert secretary.types("issue", "new", "7", "-p", "member-update", "--title", "For members").code == 0
    assert secretary.types("issue", "build", "7", "-p", "member-update").code == 0
    assert [line.split("  ")[0] for line in secretary.types("issue", "list").out.splitlines()] == [
        "issue",
        "member-update 7",
        "update 1",
    ]
    (one,) = secretary.types("issue", "list", "-p", "update", "--json").json
    assert (one["number"], one["title"], one["state"]) == (1, "After Bangkok", "rendered")


def test_an_issue_that_was_edited_after_the_build_is_not_submitted(secretary: Secretary) -> None:
    secretary.imports("cag", *BOARD)
    secretary.writes()
    assert secretary.types("issue", "build", "1").code == 0
    secretary.writes(1, ARTICLE + "\nOne thing more.\n")
    result = secretary.types("issue", "submit", "1")
    assert (result.code, "run `mailer issue build 1` first" in result.err) == (77, True)


def test_a_board_without_members_is_refused(secretary: Secretary) -> None:
    secretary.writes()
    assert secretary.types("issue", "build", "1").code == 0
    result = secretary.types("issue", "submit", "1")
    assert (result.code, "`mailer list import cag FILE`" in result.err) == (77, True)


def test_another_publication_is_named_in_every_hint(secretary: Secretary) -> None:
    result = secretary.types("issue", "new", "7", "-p", "member-update")
    assert result.out.endswith("run `mailer issue check 7 -p member-update`.\n")
    result = secretary.types("issue", "build", "7", "-p", "member-update")
    assert "`mailer issue submit 7 -p member-update`" in result.out
    assert "`mailer issue submit 7 -p member-update`" in secretary.types("status").out


@pytest.mark.parametrize("command", ["new", "check", "build", "show", "submit", "unschedule", "cancel"])
def test_an_unknown_publication_gets_the_names_of_all(secretary: Secretary, command: str) -> None:
    result = secretary.types("issue", command, "1", "-p", "updates")
    assert (result.code, result.out) == (77, "")
    assert "there are: update, member-update" in result.err


def test_cancel_asks_before_it_withdraws_what_the_board_has(secretary: Secretary) -> None:
    secretary.imports("cag", *BOARD)
    secretary.writes()
    for step in ("build", "submit"):
        assert secretary.types("issue", step, "1").code == 0
    result = secretary.types("issue", "cancel", "1")
    assert (result.code, "To cancel it withdraws that, and the board is told at once." in result.err) == (64, True)
    assert secretary.types("issue", "cancel", "1", keys="n\n").err.endswith("Nothing was cancelled.\n")
    assert state(secretary) == "submitted"
    assert secretary.types("issue", "cancel", "1", "--dry-run").out.endswith("it was submitted. The board is told.\n")
    assert secretary.types("issue", "cancel", "1", "--yes").code == 0
    assert state(secretary) == "cancelled"


def test_the_number_of_a_cancelled_issue_can_be_used_again(secretary: Secretary) -> None:
    assert secretary.types("issue", "new", "1").code == 0
    assert secretary.types("issue", "build", "1").code == 0
    refused = secretary.types("issue", "new", "1")
    assert (refused.code, refused.err.endswith("exists already; choose another name, or edit the issue in it.\n")) == (
        77,
        True,
    )
    for kept in ("update-1-cancelled", "update-1-cancelled-2"):
        assert secretary.types("issue", "cancel", "1").code == 0
        made = secretary.types("issue", "new", "1", "--title", "Another")
        assert (made.code, made.out.splitlines()[0].endswith(f"issues/{kept}.")) == (0, True)
        assert (secretary.folder / "issues" / kept / "issue.toml").is_file()
        assert secretary.types("issue", "build", "1").out.startswith("Built ISO/SR Update 1: Another: ")
    assert state(secretary) == "rendered"
