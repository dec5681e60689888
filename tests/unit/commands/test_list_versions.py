"""``mailer list publish`` and its kin, as the secretary types them."""

from __future__ import annotations

import pytest

from mailer.adapters.render import pdf
from tests.secretary import Secretary

ANA, BO = "ana@nmb.example", "bo@nmb.example"
FILE = f"address,name,organisation,country\n{ANA},Ana Berg,KEBS,KE\n{BO},Bo Ek,SIS,SE\n"


@pytest.fixture(autouse=True)
def no_pdf(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pdf, "write", lambda *_, **__: (b"%PDF", 1))


@pytest.fixture
def listed(secretary: Secretary) -> Secretary:
    """Two members; Ana lets name, country and organisation be published."""
    secretary.imports("cag", "ana@cag.example", "bo@cag.example")
    file = secretary.folder / "nmb.csv"
    file.write_text(FILE)
    assert secretary.types("list", "import", "nmb", str(file)).code == 0
    assert secretary.types("member", "change", ANA, "--publish", "name, country, organisation").code == 0
    return secretary


def test_a_list_is_published_looked_at_and_compared(listed: Secretary) -> None:
    dry = listed.types("list", "publish", "nmb", "--dry-run").out.splitlines()
    assert dry == ["National member bodies 1.0: 1 entry; 1 more not shown.", "Nothing was published."]
    first = listed.types("list", "publish", "nmb").out
    assert "Published as version 1.0: html, txt, csv, vcf, pdf (1 A4 page), digest " in first
    assert "`mailer list submit nmb` asks the board" in first
    again = listed.types("list", "publish", "nmb")
    assert (again.code, "Nothing that is shown has changed since version 1.0" in again.err) == (77, True)
    listed.types("member", "change", BO, "--publish", "organisation, country")
    listed.types("member", "change", ANA, "--organisation", "KEBS Kenya")
    second = listed.types("list", "publish", "nmb").out
    lines = ["1 new entry", "  Sweden: SIS", "1 entry has changed", "  Kenya: KEBS Kenya"]
    difference = [*lines, "    Organisation: KEBS → KEBS Kenya"]
    assert second.splitlines()[1:7] == ["Changes since version 1.0:", *difference]
    assert listed.types("list", "diff", "nmb", "1.0", "1.1").out.splitlines() == difference
    found = listed.types("list", "diff", "nmb", "1.0", "--json").json
    assert found["changes"][0] == {"change": "changed", "country": "KE", "name": "KEBS Kenya"} | {
        "fields": {"organisation": {"old": "KEBS", "new": "KEBS Kenya"}}
    }
    table = listed.types("list", "versions", "nmb").out
    assert [line.split()[0] for line in table.splitlines()] == ["version", "1.0", "1.1"]
    assert "Ana Berg" in listed.types("list", "show", "nmb", "--version", "1.0").out
    french = listed.types("list", "show", "nmb", "--version", "1.0", "--language", "fr").out
    assert "projet" not in french and "français" in french
    assert listed.types("list", "show", "--json").json[0]["published"] == "1.1"


def test_D8_a_name_that_no_font_has_stops_nothing_and_the_board_sees_the_digest_that_was_said(
    listed: Secretary,
) -> None:
    listed.types("member", "change", ANA, "--organisation", "環境")
    published = listed.types("list", "publish", "nmb")
    assert published.code == 0
    assert published.err.count("warning: 環境 (Kenya): the PDF has a note in the place of what no font here has") == 1
    digest = published.out.partition("digest ")[2][:12]
    assert digest in listed.types("list", "versions", "nmb").out
    assert f", digest {digest}." in listed.types("list", "submit", "nmb").out


def test_law_4_files_are_written_with_a_grant_or_as_a_draft(listed: Secretary) -> None:
    listed.types("list", "publish", "nmb")
    out = listed.folder / "out"
    refused = listed.types("list", "export", "nmb", "--version", "1.0", "--out", str(out))
    assert (refused.code, out.exists()) == (77, False)
    assert "mailer list submit nmb --version 1.0" in refused.err
    draft = listed.types("list", "export", "nmb", "--out", str(out), "--draft")
    assert (draft.code, sorted(path.name for path in out.iterdir())) == (
        0,
        [f"nmb-1.0-DRAFT.{ending}" for ending in ("csv", "html", "pdf", "txt", "vcf")],
    )
    assert (out / "nmb-1.0-DRAFT.txt").read_text().startswith("*** DRAFT ***\n")
    asked = listed.types("list", "submit", "nmb").out
    assert asked.startswith("Submitted to 2 members: National member bodies 1.0: ")
    assert "the board is asked" in listed.types("list", "versions", "nmb").out


def test_a_version_is_named_with_a_dot_and_a_change_by_its_number(listed: Secretary) -> None:
    wrong = listed.types("list", "show", "nmb", "--version", "3")
    assert (wrong.code, "--change N shows a list after one of its changes" in wrong.err) == (64, True)
    none = listed.types("list", "show", "nmb", "--version", "1.0")
    assert (none.code, "No version of the list “nmb” is published" in none.err) == (77, True)
    loose = listed.types("list", "export", "nmb", "--version", "1.0")
    assert (loose.code, "--out FOLDER" in loose.err) == (64, True)


def test_an_import_is_undone(listed: Secretary) -> None:
    file = listed.folder / "less.csv"
    file.write_text(f"address,organisation\n{ANA},Wrong\n")
    listed.types("list", "import", "nmb", str(file), "--replace", "-y")
    shown = listed.types("list", "undo", "nmb", "--dry-run").out.splitlines()
    assert shown[-2:] == [
        "`mailer list import` changed 2 people: 1 to put back on the list, 1 with details to restore.",
        "Nothing was changed.",
    ]
    assert listed.types("list", "undo", "nmb", "-y").code == 0
    rows = listed.types("list", "show", "nmb", "--json").json
    assert [(row["address"], row["organisation"]) for row in rows] == [(ANA, "KEBS"), (BO, "SIS")]


def test_members_are_asked_once_what_may_be_published(listed: Secretary) -> None:
    assert listed.types("list", "ask-publish", "nmb", "--dry-run").out == "1 person would be asked.\n"
    asking = listed.types("list", "ask-publish", "nmb")
    assert (asking.code, "This writes to 1 person. Is that right?" in asking.err, "--yes" in asking.err) == (
        *(64, True, True),
    )
    assert listed.types("list", "ask-publish", "nmb", "--yes").out.startswith("Asked 1 person.")
    assert listed.types("list", "ask-publish", "nmb").out == "Everybody on the list was asked.\n"
    assert "May be published: not asked yet." in listed.types("member", "show", BO).out


def test_a_version_is_withdrawn_and_brought_back(listed: Secretary) -> None:
    listed.types("list", "publish", "nmb")
    assert listed.types("list", "withdraw", "nmb", "--version", "1.0").code == 64
    assert listed.types("list", "withdraw", "nmb", "--version", "1.0", "--reason", "a slip").code == 0
    assert "withdrawn: a slip" in listed.types("list", "versions", "nmb").out
    assert listed.types("list", "withdraw", "nmb", "--version", "1.0", "--undo").code == 0
    assert listed.types("list", "versions", "nmb", "--json").json[0]["withdrawn_at"] is None
