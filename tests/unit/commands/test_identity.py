"""``mailer identity``: how issues look."""

from __future__ import annotations

from pathlib import Path

import pytest
from PIL import Image

from mailer.adapters.render import pdf
from tests.secretary import Secretary

DESIGNS = ("journal", "bulletin", "handout", "letter")
FILES = [
    "identity.pdf",
    "identity.html",
    *(f"design-{name}.{end}" for name in DESIGNS for end in ("pdf", "html", "txt")),
]


@pytest.fixture
def secretary(tmp_path: Path) -> Secretary:
    made = Secretary(tmp_path)
    for command in ("init", "upgrade"):
        assert made.types(command).code == 0
    return made


def configure(secretary: Secretary, **keys: str) -> None:
    path = secretary.folder / "mailer.toml"
    text = path.read_text("utf-8")
    for key, value in keys.items():
        start = text.index(f"\n# {key} = ", text.index("[identity]")) + 1
        text = f"{text[:start]}{key} = {value}{text[text.index(chr(10), start) :]}"
    path.write_text(text, "utf-8")


def test_it_shows_the_colours_with_their_contrast_and_the_scripts(secretary: Secretary) -> None:
    configure(secretary, sections='{ "Regions" = "#ffe000" }')
    shown = secretary.types("identity", "show", "--publication", "update", "--json").json
    assert (shown["masthead"], shown["design"]) == ("Harbour Update", "journal")
    assert shown["forwarding"] == "You may forward this newsletter to anyone, unchanged."
    assert [one for one in shown["colours"] if one["contrast"] < one["needed"]] == []
    assert [one["appearance"] for one in shown["colours"] if one["name"] == "section “Regions”"] == ["light", "dark"]
    assert {"LATIN", "GREEK", "CYRILLIC", "ARABIC"} <= {one["script"] for one in shown["scripts"]}
    assert "Latin" in secretary.types("identity", "show", "--publication", "update").out


def test_it_writes_a_sheet_and_a_sample_in_each_design(secretary: Secretary, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pdf, "write", lambda *_: (b"%PDF-", 1))
    Image.new("RGB", (300, 100), "#c8102e").save(secretary.folder / "logo.png")
    configure(secretary, logo='"logo.png"', design='"./ours"')
    (secretary.folder / "ours").mkdir()
    (secretary.folder / "ours" / "mail.txt").write_text(
        "{{ issue.title }} {{ marker.GREETING }} {{ marker.RECIPIENT }} {{ marker.LEAVE }}"
    )
    look = secretary.folder / "look"
    assert secretary.types("identity", "show", "--publication", "update", "--out", str(look)).code == 0
    written = {path.name for path in look.iterdir()}
    assert {*FILES, "identity-logo.png", "design-ours.pdf"} <= written
    assert (look / "design-ours.txt").read_text() == "A specimen of this identity Dear reader, reader@example.org #\n"
    sheet = (look / "identity.html").read_text()
    assert 'src="identity-logo.png"' in sheet
    assert "asset:" not in sheet


def test_a_design_without_a_way_to_leave_is_a_fault(secretary: Secretary, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pdf, "write", lambda *_: (b"%PDF-", 1))
    configure(secretary, design='"./ours"')
    (secretary.folder / "ours").mkdir()
    (secretary.folder / "ours" / "mail.txt").write_text("{{ marker.GREETING }}")
    result = secretary.types("identity", "show", "--publication", "update", "--out", str(secretary.folder / "look"))
    assert (result.code, result.err) == (
        78,
        "mailer: the design's mail.txt lacks {{ marker.RECIPIENT }}, {{ marker.LEAVE }}; write each into it, once\n",
    )


FAULTS = {
    "design": ('"./nowhere"', "design: there is no folder"),
    "logo": ('"nothing.png"', "nothing.png cannot be read; put the file there, or correct its name"),
    "serif": ('["nothing.ttf"]', "nothing.ttf; install the font, or correct its name"),
}


@pytest.mark.parametrize("key", FAULTS)
def test_what_is_wrong_with_the_identity_is_said(secretary: Secretary, key: str) -> None:
    value, said = FAULTS[key]
    configure(secretary, **{key: value})
    result = secretary.types("identity", "show", "--publication", "update")
    assert result.code == 78
    assert said in result.err
