"""How the story is told: never wider than the page, colour only where asked for."""

from __future__ import annotations

import re

from hypothesis import given
from hypothesis import strategies as st

from mailer.demo.narration import WIDTH, Narrator

WORDS = st.text(st.characters(codec="ascii", categories=("L", "N", "P", "Zs")), max_size=300)


def story(text: str, colour: bool) -> list[str]:
    lines: list[str] = []
    told = Narrator(lines.append, colour)
    told.scene("Scene")
    told.tell(text)
    told.mail("Ulla writes:", text)
    told.command(f"mailer {text}", text)
    told.holds(text)
    told.fails(text, text)
    told.table((("what", text), ("where", "here")))
    return lines


@given(WORDS)
def test_every_line_fits(text: str) -> None:
    assert [line for line in story(text, colour=False) if len(line) > WIDTH] == []


@given(WORDS)
def test_colour_changes_nothing_but_colour(text: str) -> None:
    plain = story(text, colour=False)
    assert [line for line in plain if "\x1b" in line] == []
    assert [re.sub(r"\x1b\[\d+m", "", line) for line in story(text, colour=True)] == plain


def test_columns_stay_columns() -> None:
    lines: list[str] = []
    Narrator(lines.append, colour=False).command("mailer status", "list      active\nnmb            1")
    assert lines == ["", "   $ mailer status", "   │ list      active", "   │ nmb            1"]


def test_scenes_and_what_held_are_counted() -> None:
    lines: list[str] = []
    told = Narrator(lines.append, colour=False)
    for title in ("One", "Two"):
        told.scene(title)
        told.holds("so it is")
    assert (lines, told.checks) == (["", " 1 One", "   ✓ so it is", "", " 2 Two", "   ✓ so it is"], 2)
