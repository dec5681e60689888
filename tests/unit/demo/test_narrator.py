"""The narrator's output: never too wide, and coloured only on request."""

from __future__ import annotations

import re

from hypothesis import given
from hypothesis import strategies as st

from mailer.demo.narrator import WIDTH, Narrator

WORDS = st.text(st.characters(codec="ascii", categories=("L", "N", "P", "Zs")), max_size=300)


def output(text: str, colour: bool) -> list[str]:
    lines: list[str] = []
    narrator = Narrator(lines.append, colour)
    narrator.scene("Scene")
    narrator.say(text)
    narrator.mail("Ulla writes:", text)
    narrator.command(f"mailer {text}", text)
    narrator.passed(text)
    narrator.failed(text, text)
    narrator.table((("what", text), ("where", "here")))
    return lines


@given(WORDS)
def test_every_line_fits(text: str) -> None:
    assert [line for line in output(text, colour=False) if len(line) > WIDTH] == []


@given(WORDS)
def test_colour_changes_nothing_but_colour(text: str) -> None:
    plain = output(text, colour=False)
    assert [line for line in plain if "\x1b" in line] == []
    assert [re.sub(r"\x1b\[\d+m", "", line) for line in output(text, colour=True)] == plain


def test_tables_keep_their_columns() -> None:
    lines: list[str] = []
    Narrator(lines.append, colour=False).command("mailer status", "list      active\nnmb            1")
    assert lines == ["", "   $ mailer status", "   │ list      active", "   │ nmb            1"]


def test_scenes_and_passed_checks_are_counted() -> None:
    lines: list[str] = []
    narrator = Narrator(lines.append, colour=False)
    for title in ("One", "Two"):
        narrator.scene(title)
        narrator.passed("so it is")
    assert (lines, narrator.checks) == (["", " 1 One", "   ✓ so it is", "", " 2 Two", "   ✓ so it is"], 2)
