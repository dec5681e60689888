"""Documents of the library: their folder, and their three forms."""

from __future__ import annotations

import shutil
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from mailer.adapters import data, library_folder
from mailer.adapters.render import Renderer
from mailer.errors import ConfigError, Refused
from mailer.model.criteria import Printed
from mailer.model.library import Number, Publish
from tests.flows.environment import configured

DEMO = data.CONFIG / "demo" / "library" / "scope"


@pytest.fixture(scope="module")
def printed() -> Printed:
    identity = replace(configured().rules.identity, masthead="ISO/SR TG 2")
    return Renderer(data.TEMPLATES, identity).document(library_folder.read(DEMO), "0.9", identity)


def test_the_shipped_scope_is_printed_in_three_forms(printed: Printed) -> None:
    assert (printed.pdf[:5], printed.pages) == (b"%PDF-", 3)
    for form in (printed.html, printed.text):
        assert "The host and the presenter agree" in " ".join(form.split())
        assert "Replaces" in form
    assert max(map(len, printed.text.split("\n"))) <= 72
    assert printed.html.count("<h2") == 6
    assert "http://" not in printed.html.replace("http://www.w3.org", "")


@pytest.mark.parametrize("folder", [DEMO, *(library_folder.SHIPPED / key for key in ("scope", "example"))])
def test_shipped_documents_have_no_fault(folder: Path) -> None:
    made = library_folder.read(folder)
    assert (made.key, made.kind, made.number) == (folder.name, "document", Number(1, 0))


def test_a_new_document_is_the_shipped_one_of_that_name_or_an_example(tmp_path: Path) -> None:
    library = tmp_path / "library"
    scope = library_folder.create(library, "scope", "", date(2026, 12, 1))
    leaflet = library_folder.create(library, "leaflet", 'The "leaflet"', date(2026, 12, 1), "fr")
    made, other = library_folder.read(scope), library_folder.read(leaflet)
    assert (made.publish, made.source.day, len(made.source.articles)) == (Publish.AT_ONCE, date(2026, 12, 1), 6)
    assert (other.source.title, other.source.language, other.publish) == ('The "leaflet"', "fr", Publish.BY_COMMAND)
    assert library_folder.folders(library) == ["leaflet", "scope"]
    with pytest.raises(Refused, match="exists already"):
        library_folder.create(library, "scope", "", date(2026, 12, 1))


def test_every_fault_is_named_with_its_line(tmp_path: Path) -> None:
    folder = tmp_path / "scope"
    shutil.copytree(DEMO, folder)
    wrong = 'title = "x"\nversion = "1"\ndate = 2026-11-23\nlanguage = "English"\nkind = "poem"\npublish = "soon"\n'
    (folder / "document.toml").write_text(wrong)
    (folder / "notes.md").write_text("x")
    with pytest.raises(ConfigError) as fault:
        library_folder.read(folder)
    assert [problem.replace(str(folder), "")[1:].partition(": ")[0] for problem in fault.value.problems] == [
        "document.toml:2",
        "document.toml:6",
        "document.toml:5",
        "document.toml:4",
        "notes.md:1",
    ]


def test_a_folder_without_a_document_says_how_to_begin(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="begin a document with “mailer library new kit”"):
        library_folder.read(tmp_path / "kit")
