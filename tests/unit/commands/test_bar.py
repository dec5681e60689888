"""The progress of a command that works through a file."""

from __future__ import annotations

import io
import sys

import pytest

from mailer.commands import bar


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


def test_plain_lines_go_to_standard_error(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bar, "EVERY", 0.0)
    with bar.bar("reading x.csv", 200) as done:
        for part in (50, 200):
            done(part)
    assert capsys.readouterr() == ("", "reading x.csv: 25 %\nreading x.csv: 100 %\n")


def test_what_is_soon_done_says_nothing(capsys: pytest.CaptureFixture[str]) -> None:
    with bar.bar("reading x.csv", 0) as done:
        done(0)
    assert capsys.readouterr() == ("", "")


@pytest.mark.parametrize(("term", "drawn"), [("xterm", True), ("dumb", False)])
def test_a_bar_is_drawn_on_a_terminal(monkeypatch: pytest.MonkeyPatch, term: str, drawn: bool) -> None:
    terminal = Terminal()
    monkeypatch.setattr(sys, "stderr", terminal)
    monkeypatch.setenv("TERM", term)
    monkeypatch.setattr(bar, "DRAWN_EVERY", 0.0)
    with bar.bar("reading x.csv", 200) as done:
        done(100)
    assert ("reading x.csv" in terminal.getvalue(), "50%" in terminal.getvalue()) == (drawn, drawn)
