"""The presentation kit: slides from chapters, as a deck to be shown and one to be edited."""

from __future__ import annotations

import zipfile
from dataclasses import replace
from datetime import date
from functools import cache
from io import BytesIO

import pytest
from lxml import etree

from mailer.adapters import data, library_folder
from mailer.adapters.slides import deck, kit_files
from mailer.adapters.slides.deck import Kind
from mailer.compose.catalogue import ENGLISH
from mailer.errors import ConfigError
from mailer.model.issues import Article, Source
from mailer.model.library import Manuscript
from mailer.model.publications import Identity
from tests.flows.environment import configured

A = "{http://schemas.openxmlformats.org/drawingml/2006/main}"
BODY = """What it is

::: notes
Welcome them.
:::

## A point

- one **word**
- two

::: notes
Say it slowly.
:::

## A sentence

::: quote
We write.
-- Ana
:::

## A table

| a | b |
|---|---|
| 1 | 2 |
"""


def source(body: str = BODY) -> Source:
    chapter = Article("01-what.md", "What", "", "", body, line=4)
    return Source("kit", 1, "The kit", date(2026, 12, 1), "en", (chapter,), "0" * 64)


def identity() -> Identity:
    return replace(configured().rules.identity, masthead="TG 2")


@cache
def shipped(folder: str) -> Manuscript:
    read = library_folder.read(data.CONFIG / folder / "kit")
    return kit_files.with_files(read, identity(), ENGLISH)


def test_a_heading_begins_a_slide_and_notes_are_on_none() -> None:
    found = deck.slides(source(), ENGLISH)
    assert [(one.kind, one.shown.title, one.shown.line) for one in found] == [
        (Kind.SECTION, "What", 4),
        (Kind.POINTS, "A point", 12),
        (Kind.STATEMENT, "A sentence", 21),
        (Kind.TABLE, "A table", 28),
    ]
    assert [one.notes.body for one in found] == ["Welcome them.", "Say it slowly.", "", ""]
    assert "Say it slowly" not in " ".join(one.shown.body for one in found)


@pytest.mark.parametrize(
    ("body", "fault"),
    [
        ("## A\n\n::: notes\nSay it.\n", "01-what.md:4: its last notes have no end; write ::: below them"),
        ("::: notes\nSay it.\n\n## A\n", "01-what.md:7: the notes above have no end; write ::: below them"),
        ("## A\n\n- <b>x</b>\n", "01-what.md:6: "),
        ("## A\n\n" + "- a line\n" * 12, "01-what.md:6: the slide “A” has about 12 lines, and room for 9"),
    ],
)
def test_faults_have_the_line_of_the_chapter(body: str, fault: str) -> None:
    with pytest.raises(ConfigError) as raised:
        deck.slides(source(body), ENGLISH)
    assert raised.value.problems[0].startswith(fault)


@pytest.mark.parametrize("folder", ["library", "demo/library"])
def test_the_shipped_kit_is_a_deck_with_notes_whose_parts_refer_to_what_is_there(folder: str) -> None:
    made = shipped(folder).source.files
    assert [name for name in made if name.startswith("files/")] == [
        "files/kit-1.0.pptx",
        "files/kit-1.0.md",
        "files/MANIFEST.txt",
    ]
    with zipfile.ZipFile(BytesIO(made["files/kit-1.0.pptx"])) as archive:
        names = set(archive.namelist())
        parts = {name: etree.fromstring(archive.read(name)) for name in names if name.endswith((".xml", ".rels"))}
    for name, part in parts.items():
        if name.endswith(".rels"):
            base = name.replace("_rels/", "").rpartition("/")[0]
            inside = [one.get("Target") for one in part if one.get("TargetMode") != "External"]
            assert {_resolved(base, target) for target in inside} <= names, name
    slides = sorted((name for name in names if name.startswith("ppt/slides/slide")), key=_number)
    notes = [_words(parts[f"ppt/notesSlides/notesSlide{_number(name)}.xml"]) for name in slides]
    assert len(slides) == len(deck.slides(shipped(folder).source, ENGLISH)) + 1
    assert all(notes[1:])


def _resolved(base: str, target: str) -> str:
    parts = base.split("/") if base else []
    for piece in target.split("/"):
        parts = parts[:-1] if piece == ".." else [*parts, piece]
    return "/".join(parts)


def _number(name: str) -> int:
    return int("".join(sign for sign in name.rpartition("/")[2] if sign.isdigit()))


def _words(part: etree._Element) -> str:
    return "".join(text.text or "" for text in part.iter(f"{A}t"))


def test_the_same_kit_has_the_same_bytes_and_the_manifest_names_them() -> None:
    first = kit_files.files(shipped("library"), identity(), ENGLISH)
    assert first == kit_files.files(shipped("library"), identity(), ENGLISH)
    manifest = first["files/MANIFEST.txt"].decode()
    assert manifest.startswith("Who we are and what we do 1.0\n1 January 2026 · 7 slides\n")
    assert "kit-1.0.pptx" in manifest and "SHA-256" in manifest
