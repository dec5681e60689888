"""Documents of the library: their folder, and their three forms."""

from __future__ import annotations

import shutil
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from mailer.adapters import data, library_folder
from mailer.adapters.library_folder import beginning
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


@pytest.mark.parametrize("folder", [DEMO, *(beginning.SHIPPED / key for key in ("scope", "example"))])
def test_shipped_documents_have_no_fault(folder: Path) -> None:
    made = library_folder.read(folder)
    assert (made.key, made.kind, made.number) == (folder.name, "document", Number(1, 0))


def test_a_new_document_is_the_shipped_one_of_that_name_or_an_example(tmp_path: Path) -> None:
    library = tmp_path / "library"
    scope = beginning.create(library, "scope", "", date(2026, 12, 1))
    leaflet = beginning.create(library, "leaflet", 'The "leaflet"', date(2026, 12, 1), "fr")
    made, other = library_folder.read(scope), library_folder.read(leaflet)
    assert (made.publish, made.source.day, len(made.source.articles)) == (Publish.AT_ONCE, date(2026, 12, 1), 6)
    assert (other.source.title, other.source.language, other.publish) == ('The "leaflet"', "fr", Publish.BY_COMMAND)
    assert library_folder.folders(library) == ["leaflet", "scope"]
    with pytest.raises(Refused, match="exists already"):
        beginning.create(library, "scope", "", date(2026, 12, 1))


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


def test_an_edition_begins_as_its_original_and_shares_its_kind(tmp_path: Path) -> None:
    library = tmp_path / "library"
    folder = beginning.create(library, "scope", "", date(2026, 12, 1))
    made = beginning.create_edition(library, "scope", "fr", "La mission", date(2026, 12, 2))
    assert (made, library_folder.languages(folder)) == (folder / "fr", ["fr"])
    head = (made / "document.toml").read_text()
    (made / "document.toml").write_text(head + 'publisher = "AFNOR"\ntranslator = "Anne Roy"\n')
    found = library_folder.read(folder, "fr")
    assert (found.key, found.edition, found.translates, found.kind) == ("scope", "fr", "1.0", "document")
    assert (found.source.title, found.source.original, found.publisher) == ("La mission", "en", "AFNOR")
    assert (found.source.day, found.source.translator) == (date(2026, 12, 2), "Anne Roy")
    for language in ("en", "fr/..", "files", ""):
        with pytest.raises((Refused, ConfigError)):
            beginning.create_edition(library, "scope", language, "", date(2026, 12, 2))
    with pytest.raises(ConfigError, match="begin a document with “mailer library new scope --language de”"):
        library_folder.read(folder, "de")


def test_what_goes_out_as_it_is_is_read_and_named_if_it_cannot(tmp_path: Path) -> None:
    folder = beginning.create(tmp_path, "leaflet", "", date(2026, 12, 1))
    (folder / "files").mkdir()
    (folder / "files" / "slides.pdf").write_bytes(b"%PDF")
    assert library_folder.read(folder).source.files["files/slides.pdf"] == b"%PDF"
    for name in ("run.exe", "page.html", "macros.pptm", "a:b.pdf"):
        (folder / "files" / name).write_bytes(b"x")
    (folder / "files" / "more").mkdir()
    (folder / "files" / "empty.pdf").touch()
    (folder / "files" / "linked.pdf").symlink_to("/etc/hostname")
    with pytest.raises(ConfigError) as fault:
        library_folder.read(folder)
    assert [problem.replace(f"{folder}/files/", "").partition(":1: ")[0] for problem in fault.value.problems] == [
        "a:b.pdf",
        "empty.pdf",
        "linked.pdf",
        "macros.pptm",
        "more",
        "page.html",
        "run.exe",
    ]
