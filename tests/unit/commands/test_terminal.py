"""Lines and tables on a terminal and in a file."""

from __future__ import annotations

import click
import pytest

from mailer.commands.terminal import say, show_table

LINES = (
    "It goes out at 600 a minute; see https://example.org/a-long-address",
    "",
    "  name     state",
)


@pytest.mark.parametrize(
    ("terminal", "shown"),
    [
        (
            True,
            "It goes out at 600 a\nminute; see\nhttps://example.org/a-long-address\n\n  name     state\n",
        ),
        (False, "".join(f"{line}\n" for line in LINES)),
    ],
)
@pytest.mark.parametrize("stream", ["stdout", "stderr"])
def test_a_line_is_wrapped_between_words_only_on_a_terminal(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, stream: str, terminal: bool, shown: str
) -> None:
    monkeypatch.setattr(f"sys.{stream}.isatty", lambda: terminal, raising=False)
    monkeypatch.setenv("COLUMNS", "22")
    say(*LINES, aside=stream == "stderr")
    assert getattr(capsys.readouterr(), {"stdout": "out", "stderr": "err"}[stream]) == shown


def test_a_table_with_a_bold_head_fits_a_terminal(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("sys.stdout.isatty", lambda: True, raising=False)
    for name, value in {"COLUMNS": "21", "TERM": "xterm"}.items():
        monkeypatch.setenv(name, value)
    show_table(("what", "state"), [("mailbox offers", "fine")])
    assert click.unstyle(capsys.readouterr().out).splitlines() == ["what            state", "mailbox offers  fine"]
