"""``mailer library``: a document is written, built, put to the board, compared and listed at the command line."""

from __future__ import annotations

import pytest

from mailer.adapters.link_checker import WebLinkChecker
from mailer.adapters.render import pdf
from mailer.model.links import Answer
from tests.secretary import Secretary

BOARD = ("ana@cag.example", "bo@cag.example", "cleo@cag.example")


@pytest.fixture(autouse=True)
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    """No PDF is set."""
    monkeypatch.setattr(pdf, "write", lambda *_, **__: (b"%PDF-1.7", 3))


def test_a_document_is_begun_checked_built_shown_and_submitted(secretary: Secretary) -> None:
    assert secretary.types("library", "ls").out.startswith("The library has no document yet")
    made = secretary.types("library", "new", "scope", "--title", "The task")
    assert (made.code, (secretary.folder / "library/scope/document.toml").is_file()) == (0, True)
    assert secretary.types("library", "new", "scope").code == 77
    assert secretary.types("library", "ls").out.endswith("scope     –       not built  –          –         The task\n")
    assert secretary.types("library", "check", "scope").out == "The task 1.0: 6 chapters, 3 A4 pages. No faults.\n"
    assert secretary.types("library", "versions", "scope").code == 77
    assert secretary.types("library", "build", "scope").out.startswith("Built scope 1.0: 3 A4 pages, digest ")
    assert "has exactly these bytes already and is draft" in secretary.types("library", "build", "scope").out
    assert "6 To register, to change, to stop\n" in secretary.types("library", "show", "scope").out
    secretary.types("library", "show", "scope", "1.0", "--out", "look")
    names = sorted(path.name for path in (secretary.folder / "look").iterdir())
    assert names == ["scope-1.0.html", "scope-1.0.pdf", "scope-1.0.txt"]
    secretary.imports("cag", *BOARD)
    assert "would be asked about document scope 1.0" in secretary.types("library", "submit", "scope", "--dry-run").out
    assert secretary.types("library", "submit", "scope").out.startswith("Submitted document scope 1.0 to 3 members")
    assert secretary.types("library", "publish", "scope").code == 77
    (version,) = secretary.types("library", "versions", "scope", "--json").json
    assert (version["state"], version["published_at"], version["kind"]) == ("submitted", None, "document")
    (listed,) = secretary.types("library", "ls", "--json").json
    assert (listed["document"], len(listed["versions"])) == ("scope", 1)


def test_what_nobody_has_written_yet_is_named(secretary: Secretary) -> None:
    secretary.types("press", "new", "bangkok", "--title", "A standard")
    checked = secretary.types("library", "check", "bangkok")
    assert checked.out.endswith("No faults, but 3 warnings.\n")
    assert "01-release.md still only says what to write" in checked.err
    (secretary.folder / "library/bangkok/01-release.md").write_text('+++\ntitle = "News"\n+++\n\nIt is out.\n')
    assert "01-release.md" not in secretary.types("library", "build", "bangkok").err


def test_other_bytes_are_built_only_with_a_yes_and_two_versions_are_compared(secretary: Secretary) -> None:
    secretary.imports("cag", *BOARD)
    for command in ("new", "build", "submit"):
        assert secretary.types("library", command, "scope").code == 0
    folder = secretary.folder / "library/scope"
    costs = folder / "03-costs.md"
    costs.write_text(costs.read_text().replace("takes no fee for the talk", "takes no fee"))
    assert secretary.types("library", "build", "scope").code == 64
    assert secretary.types("library", "build", "scope", keys="n\n").code == 77
    described = folder / "document.toml"
    described.write_text(described.read_text().replace('"1.0"', '"1.1"'))
    assert secretary.types("library", "build", "scope").code == 0
    compared = secretary.types("library", "diff", "scope", "1.0", "1.1")
    assert "Who pays what\n" in compared.out
    assert "A presenter takes no [-fee for the talk.-]{+fee.+}\n" in compared.out
    assert compared.out.startswith(
        "What has changed, in words:\n- “Who pays what”: 1 paragraph reads differently.\n\nWho pays what\n"
    )
    told = secretary.types("library", "diff", "scope", "1.0", "1.1", "--json").json
    assert (len(told["in_words"]), told["changes"][0]["heading"]) == (1, "Who pays what")
    assert secretary.types("library", "diff", "scope", "1.0", "2.0").code == 77
    assert secretary.types("library", "show", "scope", "one").code == 64


@pytest.mark.parametrize("key", ["../scope", "Scope"])
def test_no_document_is_outside_the_library(secretary: Secretary, key: str) -> None:
    assert secretary.types("library", "check", key).code == 77


def test_links_are_listed_added_and_asked(secretary: Secretary, monkeypatch: pytest.MonkeyPatch) -> None:
    answers = {"https://sdgs.un.org/2030agenda": Answer(False, "404")}
    monkeypatch.setattr(WebLinkChecker, "ask", lambda self, url: answers.get(url, Answer(True, "200")))
    secretary.types("library", "new", "links")
    before = len(secretary.types("library", "links", "ls", "--json").json["links"])
    eiti = ("https://eiti.org/", "--title", "EITI", "--body", "EITI", "--kind", "initiative")
    assert secretary.types("library", "links", "add", *eiti).out == "Added EITI: https://eiti.org/\n"
    assert secretary.types("library", "links", "add", *eiti).out.startswith("Nothing was added")
    assert secretary.types("library", "links", "add", "ftp://x.example", *eiti[1:]).code == 78
    assert secretary.types("library", "links", "add", "https://x.example").code == 77
    assert secretary.types("library", "links", "add", "--proposed", "1").code == 77
    assert secretary.types("library", "links", "add").code == 77
    assert secretary.types("library", "links", "decline", "1").code == 77
    asked = secretary.types("library", "links", "check", "--write")
    assert (
        "404: https://sdgs.un.org/2030agenda\n" in asked.out,
        f"{before} addresses of {before + 1} answered." in asked.out,
    ) == (True, True)
    listed = secretary.types("library", "links", "ls", "--json").json["links"]
    assert [bool(one["checked"]) for one in listed].count(True) == before
    assert secretary.types("library", "check", "links").code == 0
    secretary.types("library", "new", "scope")
    assert secretary.types("library", "links", "ls", "--document", "scope").code == 77


def test_a_language_edition_is_begun_checked_and_built(secretary: Secretary) -> None:
    for command in ("new", "build"):
        assert secretary.types("library", command, "scope").code == 0
    assert secretary.types("library", "new", "scope", "--language", "fr", "--title", "La mission").code == 0
    assert secretary.types("library", "check", "scope", "--language", "fr").out.startswith("La mission 1.0: 6 chapters")
    assert secretary.types("library", "build", "scope", "--language", "fr").out.startswith("Built scope fr 1.0: ")
    versions = secretary.types("library", "versions", "scope", "--json").json
    assert [(one["language"], one["translates"]) for one in versions] == [("en", ""), ("fr", "1.0")]
    secretary.types("library", "show", "scope", "--language", "fr", "--out", "look")
    assert (secretary.folder / "look/scope-fr-1.0.pdf").is_file()
