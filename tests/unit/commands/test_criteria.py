"""``mailer criteria``: printed, put to the board, listed and compared at the command line."""

from __future__ import annotations

from pathlib import Path

import pytest

from mailer.adapters.render import pdf
from mailer.model.approvals import Outcome
from mailer.model.criteria import SUBJECT
from tests.secretary import ROOT, Secretary

BOARD = ("ana@cag.example", "bo@cag.example", "cleo@cag.example")


@pytest.fixture(autouse=True)
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    """No PDF is set."""
    monkeypatch.setattr(pdf, "write", lambda *_, **__: (b"%PDF-1.7", 6))


def adopt(secretary: Secretary, number: int = 1) -> None:
    """Record the board's grant of a version, without mail."""
    with secretary.app() as app, app.store.transaction() as work:
        ballot = work.approvals.latest_ballot(SUBJECT, number)
        assert ballot is not None
        work.approvals.close_ballot(ballot.id, Outcome.GRANTED)
        work.criteria.adopt(number, app.clock.now())


def test_both_documents_are_printed_from_the_configuration(secretary: Secretary) -> None:
    shown = secretary.types("criteria")
    assert (shown.code, shown.err) == (0, "")
    assert "CRITERIA FOR THE DISCLOSURE OF INFORMATION\n" in shown.out
    assert "\nVersion       draft of version 1\n" in shown.out
    assert secretary.types("criteria", "show").out == shown.out
    feedback = secretary.types("criteria", "show", "--feedback").out
    assert "CRITERIA FOR FEEDBACK FROM OUTSIDE THE GROUP\n" in feedback
    as_json = secretary.types("criteria", "show", "--json").json
    assert (as_json["text"], as_json["document"]["reference"]) == (shown.out, "C 1")
    assert secretary.types("criteria", "show", "--version", "2").code == 77


def test_they_are_written_as_files_the_same_each_time(secretary: Secretary) -> None:
    assert secretary.types("criteria", "build").code == 64
    for folder in ("one", "two"):
        result = secretary.types("criteria", "build", "--feedback", "--out", folder)
        assert result.out == f"Written to {folder}: feedback-criteria-draft.html, .txt and .pdf (6 pages).\n"
    files = {path.name: path.read_bytes() for path in (secretary.folder / "one").iterdir()}
    assert sorted(files) == [f"feedback-criteria-draft.{suffix}" for suffix in ("html", "pdf", "txt")]
    assert files == {path.name: path.read_bytes() for path in (secretary.folder / "two").iterdir()}
    assert secretary.types("criteria", "show", "--language", "tlh").code == 64
    secretary.types("criteria", "build", "--language", "fr-CA", "--out", "three")
    assert (secretary.folder / "three/criteria-draft-fr.html").read_text().count('lang="fr"') == 1


def test_they_are_put_to_the_board_listed_and_compared(secretary: Secretary) -> None:
    secretary.imports("cag", *BOARD)
    assert secretary.types("criteria", "ls").out.startswith("No version was put to the board yet")
    assert secretary.types("criteria", "diff").code == 77
    tried = secretary.types("criteria", "submit", "--dry-run")
    assert tried.out.startswith("The board would be asked about the criteria: version 1, 6 A4 pages, digest ")
    assert secretary.types("criteria", "ls", "--json").json == []

    result = secretary.types("criteria", "submit")
    assert result.out.startswith("Submitted the criteria to 3 members: version 1, 6 A4 pages, digest ")
    assert "\n2 approvals needed, until " in result.out
    assert secretary.types("criteria", "submit").err.startswith("mailer: The board is being asked about just this")
    assert "  submitted  criteria 1\n" in secretary.types("audit", "--of", "criteria 1").out
    adopt(secretary)
    assert secretary.types("criteria", "submit").code == 77
    assert secretary.types("criteria", "ls").out.endswith("  in force\n")
    (listed,) = secretary.types("criteria", "ls", "--json").json
    assert (listed["document"], listed["version"], listed["in_force"], listed["outcome"]) == (
        *("disclosure", 1, True, "granted"),
    )
    assert secretary.types("criteria", "diff").out.endswith("\nNo clause differs.\n")

    secretary.environ["MAILER_CRITERIA__STATUS"] = "Until 2030"
    compared = secretary.types("criteria", "diff")
    assert "\n9  Changes to these criteria: changed\n" in compared.out
    assert secretary.types("criteria", "diff", "--json").json == {
        "from": 1,
        "to": None,
        "changes": [
            {"clause": "9", "key": "changes", "title": "Changes to these criteria", "change": "changed"},
        ],
    }
    assert "The configuration differs from the criteria in force" in secretary.types("criteria", "ls").out
    assert "The configuration differs from the criteria for disclosure in force" in secretary.types("status").out
    (found,) = [one for one in secretary.types("doctor", "--json").json if one["what"] == "criteria"]
    assert found["state"] == "look"
    assert secretary.types("criteria", "build", "--compare", "--out", "look").code == 0
    assert sorted(path.name for path in (secretary.folder / "look").iterdir()) == [
        f"criteria-1-to-2-draft.{suffix}" for suffix in ("html", "pdf", "txt")
    ]

    assert secretary.types("criteria", "submit").code == 0
    assert [one["outcome"] for one in secretary.types("criteria", "ls", "--json").json] == ["granted", "open"]
    frozen = secretary.types("criteria", "show", "--version", "1").out
    assert ("Interim until the next plenary" in frozen, "\nVersion       1\n" in frozen) == (True, True)
    translated = secretary.types("criteria", "show", "--version", "1", "--language", "es").out
    assert "28 de" in translated or " de " in translated


def test_the_shipped_configuration_prints_the_case_of_the_action_plan(tmp_path: Path) -> None:
    secretary = Secretary(tmp_path, {"MAILER_IMAP__PASSWORD": "x", "MAILER_SMTP__PASSWORD": "x"})
    (tmp_path / "mailer.toml").write_bytes((ROOT / "config/mailer.toml").read_bytes())
    assert secretary.types("upgrade").code == 0
    text = " ".join(secretary.types("criteria").out.split())
    for words in (
        "Status Interim until the next plenary",
        "Information that goes out of the group goes through the office",
        "5.2.3 The members of “Review board” vote on a document.",
        "5.2.4 It is granted when more than half of the members approve.",
        "Each member of the board is asked by mail, and sees the document as its readers will get it.",
        "Figure A.1: Who hands what to whom",
    ):
        assert words in text
    assert secretary.types("criteria", "--feedback").out == secretary.types("criteria", "show", "--feedback").out
    assert secretary.types("criteria", "--feedback", "ls").code == 64
