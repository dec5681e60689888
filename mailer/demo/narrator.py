"""The output of the demo: numbered scenes in at most 80 columns, with or without colour."""

from __future__ import annotations

import textwrap
from collections.abc import Callable, Sequence
from typing import Any

import click

WIDTH = 80
MARGIN = "   "


class Narrator:
    """Prints the demo line by line with ``write``."""

    def __init__(self, write: Callable[[str], object], colour: bool) -> None:
        self._write = write
        self._colour = colour
        self._scene = 0
        self.checks = 0
        """How many checks have passed so far."""

    def title(self, text: str) -> None:
        self._write(self._styled(text, bold=True))

    def scene(self, title: str) -> None:
        """The title of the next scene."""
        self._scene += 1
        self._write("")
        self._write(self._styled(f"{self._scene:>2} {title}", bold=True, fg="cyan"))

    def say(self, text: str) -> None:
        """A paragraph."""
        self._write("")
        self._wrapped(text, MARGIN, MARGIN)

    def mail(self, head: str, text: str) -> None:
        """A mail: who writes to whom, and its text."""
        self._write("")
        self._wrapped(head, f"{MARGIN}✉ ", f"{MARGIN}  ", fg="yellow")
        self._quoted(text)

    def command(self, line: str, output: str) -> None:
        """A command line and its output."""
        self._write("")
        self._wrapped(line, f"{MARGIN}$ ", f"{MARGIN}  ", bold=True)
        self._quoted(output)

    def passed(self, text: str) -> None:
        """A check that has passed."""
        self.checks += 1
        self._wrapped(text, f"{MARGIN}✓ ", f"{MARGIN}  ", fg="green")

    def failed(self, expectation: str, found: str) -> None:
        """A check that has failed, and what was found instead."""
        self._write("")
        self._wrapped(f"Not so: {expectation}", f"{MARGIN}✗ ", f"{MARGIN}  ", fg="red")
        for line in found.splitlines():
            self._wrapped(line, f"{MARGIN}  ", f"{MARGIN}  ")

    def lines(self, *lines: str) -> None:
        """Lines without wrapping, after a blank line."""
        for line in ("", *lines):
            self._write(f"{MARGIN}{line}".rstrip())

    def table(self, rows: Sequence[tuple[str, str]]) -> None:
        """Rows of two columns. If a row is too wide, the second column goes on the next line."""
        self._write("")
        wide = max(len(what) for what, _ in rows)
        for what, where in rows:
            if len(f"{MARGIN}{'':<{wide}}  {where}") <= WIDTH:
                self._write(f"{MARGIN}{what:<{wide}}  {where}")
            else:
                self._write(f"{MARGIN}{what}")
                self._wrapped(where, f"{MARGIN}  ", f"{MARGIN}  ")

    def _quoted(self, text: str) -> None:
        for line in text.splitlines():
            self._wrapped(line.rstrip(), f"{MARGIN}│ ", f"{MARGIN}│ ")

    def _wrapped(self, text: str, first: str, others: str, **style: Any) -> None:
        """Print ``text``, wrapped only if it is too long, so that tables keep their columns."""
        folded = [text] if len(first) + len(text) <= WIDTH else textwrap.wrap(text, WIDTH - len(first))
        for number, line in enumerate(folded):
            self._write(self._styled(f"{others if number else first}{line}".rstrip(), **style))

    def _styled(self, text: str, **style: Any) -> str:
        return click.style(text, **style) if self._colour and style else text
