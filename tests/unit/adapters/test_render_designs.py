"""The designs of an issue: shipped ones, and folders of the office's own templates."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

import pytest

from mailer.adapters.issue_inputs import inputs
from mailer.adapters.render.colour import palette
from mailer.adapters.render.designs import FILES, Design, places, shipped_designs
from mailer.errors import ConfigError
from mailer.model.issues import changed_inputs
from tests.unit.adapters.test_render import IDENTITY, TEMPLATES


def own(folder: Path, files: Mapping[str, str]) -> Design:
    """The design of a folder with these files."""
    for name, text in files.items():
        (folder / name).write_text(text)
    return Design(TEMPLATES, str(folder))


def fault(folder: Path, text: str, name: str = "mail.txt") -> str:
    with pytest.raises(ConfigError) as caught:
        own(folder, {name: text}).fill(name, {"identity": IDENTITY})
    (problem,) = caught.value.problems
    return problem.replace(f"{folder}/", "")


def test_the_default_design_is_the_first_of_four() -> None:
    assert shipped_designs(TEMPLATES) == ["journal", "bulletin", "handout", "letter"]


@pytest.mark.parametrize("name", ["journal", "bulletin", "handout", "letter"])
def test_each_shipped_design_has_a_stylesheet_for_print_and_mail(name: str) -> None:
    (folder,) = places(TEMPLATES, name)
    assert sorted(path.name for path in folder.iterdir()) == ["mail.css", "print.css"]


def test_an_own_folder_overrides_each_file_and_the_rest_is_the_default_design(tmp_path: Path) -> None:
    for name in FILES:
        assert own(tmp_path, {name: f"own {name} {{{{ word }}}}"}).fill(name, {"word": "here"}) == f"own {name} here"
    (tmp_path / "mail.css").unlink()
    journal = Design(TEMPLATES, "journal")
    with pytest.raises(Exception, match="'light' is undefined"):
        journal.fill("mail.css", {})
    with pytest.raises(ConfigError, match="'light' is undefined"):
        Design(TEMPLATES, str(tmp_path)).fill("mail.css", {})


def test_an_own_stylesheet_can_begin_with_that_of_a_shipped_design(tmp_path: Path) -> None:
    colours = palette(IDENTITY.accent, IDENTITY.ink, IDENTITY.paper)
    values = {"light": colours.light, "dark": colours.dark, "start": "left", "end": "right"}
    shipped = Design(TEMPLATES, "journal").fill("mail.css", values)
    made = own(tmp_path, {"mail.css": '{% include "issue/designs/journal/mail.css" %}\nh1 { color: red }'})
    assert made.fill("mail.css", values) == f"{shipped}h1 {{ color: red }}"


FAULTS = {
    "{% if %}": "mail.txt:1: the template does not work: Expected an expression, got 'end of statement block'",
    "one\n{{ nobody }}": "mail.txt:2: the template does not work: 'nobody' is undefined",
    "{{ identity.nothing }}": "mail.txt:1: the template does not work: "
    "'mailer.model.publications.Identity object' has no attribute 'nothing'",
    "\n\n{{ 1 // 0 }}": "mail.txt:3: the template does not work: integer division or modulo by zero",
    "{{ 'a' + 1 }}": 'mail.txt:1: the template does not work: can only concatenate str (not "int") to str',
    '\n{% include "issue/mail.txt" %}': "mail.txt:2: the template includes itself without end",
    '{% include "issue/../../secret" %}': "mail.txt:1: the template does not work: issue/../../secret",
    "{{ ''|shout }}": "mail.txt:1: the template does not work: No filter named 'shout'.",
    "{{ range(1000000) }}": "mail.txt:1: the template does not work: Range too big. The sandbox blocks ranges larger "
    "than MAX_RANGE (100000).",
    "{{ identity.__class__.__mro__ }}": "mail.txt:1: the template does not work: "
    "access to attribute '__class__' of 'Identity' object is unsafe.",
}


@pytest.mark.parametrize("text", FAULTS)
def test_a_fault_in_an_own_template_names_its_file_and_line(text: str, tmp_path: Path) -> None:
    assert fault(tmp_path, text) == FAULTS[text]


@pytest.mark.parametrize("text", ["h1 {\n color: {{ ligth.ink }} }", "h1 {\n color: {{ light.ink"])
def test_a_fault_in_an_own_stylesheet_is_found_through_the_shipped_page(text: str, tmp_path: Path) -> None:
    design = own(tmp_path, {"print.css": text})
    with pytest.raises(ConfigError, match=r"print\.css:2: "):
        design.fill("print.css", {"light": {"ink": "#000000"}})


MISSING = {
    "bulletn": r"design: there is no design “bulletn”; there are journal, bulletin, handout, letter",
    "/nowhere/design": r"design: there is no folder /nowhere/design; make it, or name a shipped design",
}


@pytest.mark.parametrize("design", MISSING)
def test_a_design_that_is_not_there_is_a_fault(design: str) -> None:
    with pytest.raises(ConfigError, match=MISSING[design]):
        Design(TEMPLATES, design)


def test_a_folder_without_any_file_of_a_design_is_a_fault(tmp_path: Path) -> None:
    (tmp_path / "style.css").write_text("")
    with pytest.raises(ConfigError, match=r"has none of the files of a design \(print.html, print.css, mail.html"):
        Design(TEMPLATES, str(tmp_path))


# --- What makes an issue another one ---


def test_a_changed_design_logo_or_font_is_a_changed_input_by_its_name(tmp_path: Path) -> None:
    (tmp_path / "design").mkdir()
    files = {name: tmp_path / name for name in ("design/print.css", "logo.svg", "logo.png", "quay.jpg", "own.ttf")}
    for path in files.values():
        path.write_text("before")
    identity = replace(
        IDENTITY,
        design=str(tmp_path / "design"),
        logo=str(files["logo.svg"]),
        cover=str(files["quay.jpg"]),
        fonts_for={"serif": (str(files["own.ttf"]),)},
    )
    for path in files.values():
        before = inputs(TEMPLATES, (), identity, [])
        path.write_text(f"after {path}")
        assert changed_inputs(before, inputs(TEMPLATES, (), identity, [])) == [str(path)]


CHANGES: tuple[tuple[str, object], ...] = (
    ("sections", {"Regions": "#8a4b08"}),
    ("logo_alt", "A harbour"),
    ("cover_alt", "The quay"),
    ("forwarding", "none"),
    ("forwarding_words", {"en": "Ask us."}),
)


@pytest.mark.parametrize(("name", "value"), CHANGES)
def test_a_changed_value_of_the_identity_is_a_changed_input(name: str, value: object) -> None:
    before = inputs(TEMPLATES, (), IDENTITY, [])
    changed = replace(IDENTITY, **{name: value})  # type: ignore[arg-type]  # a table of keys
    assert changed_inputs(before, inputs(TEMPLATES, (), changed, [])) == [f"[identity] {name}"]


def test_another_shipped_design_is_a_changed_input_and_an_unused_one_is_none() -> None:
    journal, letter = (inputs(TEMPLATES, (), replace(IDENTITY, design=name), []) for name in ("journal", "letter"))
    stylesheets = [f"templates/issue/designs/letter/{name}.css" for name in ("mail", "print")]
    assert changed_inputs(journal, letter) == stylesheets
