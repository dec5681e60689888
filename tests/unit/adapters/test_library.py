"""Documents of the library: their folder, and their three forms."""

from __future__ import annotations

import shutil
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from mailer.adapters import data, library_folder
from mailer.adapters.issue_folder.files import Faults
from mailer.adapters.library_folder import beginning, entries
from mailer.adapters.render import Renderer, pdf
from mailer.errors import ConfigError, Refused
from mailer.model.criteria import Printed
from mailer.model.library import Number, Publish
from tests.flows.environment import configured

LIBRARY = data.CONFIG / "demo" / "library"
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


def test_a_press_release_has_no_contents_and_no_numbers(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pdf, "write", lambda *_, **__: (b"%PDF-1.7", 1))
    identity = replace(configured().rules.identity, masthead="ISO/SR TG 2")
    press = library_folder.read(beginning.SHIPPED / "press")
    made = Renderer(data.TEMPLATES, identity).document(press, "", identity)
    assert ("\nThe news\n" in made.text, "Contents" in made.html, 'class="no"' in made.html) == (True, False, False)


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


@pytest.fixture(scope="module")
def texts() -> dict[str, Printed]:
    """The shipped documents of data, without PDF."""
    from mailer.adapters.render import pdf

    identity = replace(configured().rules.identity, masthead="ISO/SR TG 2")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(pdf, "write", lambda *_, **__: (b"%PDF-1.7", 3))
        renderer = Renderer(data.TEMPLATES, identity)
        return {key: renderer.document(library_folder.read(LIBRARY / key), "", identity) for key in ("tools", "links")}


def test_tools_are_tables_of_what_is_inside_and_outside(texts: dict[str, Printed]) -> None:
    assert texts["tools"].html.count("<table") == 7  # with the title block
    for words in ("Inside the group", "Outside the group", "Press release", "Content"):
        for form in (texts["tools"].html, texts["tools"].text):
            assert words in " ".join(form.split()), words
    assert texts["tools"].html.count("Introduction to ") == 1


def test_links_stand_by_their_kind_with_the_day_of_the_check(texts: dict[str, Printed]) -> None:
    html, text = texts["links"].html, texts["links"].text
    assert [
        heading for heading in ("Norms", "Standards", "Initiatives", "Reports") if f"{heading}\n-" not in text
    ] == []
    assert html.count('href="https://') == len(library_folder.read(LIBRARY / "links").links)
    assert "not yet" in text


@pytest.mark.parametrize(
    ("name", "written", "fault"),
    [
        ("links", 'url = "ftp://x.example"', "links.toml:2: url is not a web address"),
        ("links", 'urls = "https://x.example"', "links.toml:2: unknown key urls; did you mean url?"),
        ("links", 'url = "https://www.x.example"\nkind = "poem"', "links.toml:3: kind is one of norm, standard"),
        ("links", 'country = "France"', "links.toml:2: country is two capital letters"),
        ("tools", 'side = "above"', "tools.toml:2: side is “inside” or “outside”"),
    ],
)
def test_a_fault_in_the_data_has_its_line(tmp_path: Path, name: str, written: str, fault: str) -> None:
    folder = tmp_path / name
    shutil.copytree(LIBRARY / name, folder)
    (folder / f"{name}.toml").write_text(f"[[{name[:-1]}]]\n{written}\n")
    with pytest.raises(ConfigError) as raised:
        library_folder.read(folder)
    assert any(f"{name}/{fault}" in problem for problem in raised.value.problems), raised.value.problems


def test_a_list_of_links_is_written_as_it_is_read() -> None:
    text = (LIBRARY / "links" / "links.toml").read_text()
    faults = Faults(LIBRARY)
    found = entries.links_of(text, faults)
    assert (entries.links_of("\n".join(map(entries.written, found)), faults), faults.found) == (found, [])
    day = date(2026, 12, 1)
    dated = entries.links_of(entries.with_checked(text, {found[0].url: day}), faults)
    assert [one.checked for one in dated] == [day, *[None] * (len(found) - 1)]
    again = entries.with_checked(entries.with_checked(text, {found[0].url: day}), {found[0].url: day})
    assert again == entries.with_checked(text, {found[0].url: day})
