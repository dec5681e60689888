"""``mailer library``: a document is written, built, put to the board, compared and listed at the command line."""

from __future__ import annotations

import pytest

from mailer.adapters.render import pdf
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
