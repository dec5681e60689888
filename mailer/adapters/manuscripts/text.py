"""A translator's copy as plain text that survives mail programs: numbered paragraphs in short lines."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from mailer.adapters.render.folding import fold
from mailer.model.manuscripts import TABULAR, Unit

_CELL = "\u2002"
"""Stands before a ``|`` while lines are folded, so that no line begins with one, which looks like a quotation."""


def numbered(units: Iterable[tuple[Unit, str]], introduction: Sequence[str]) -> str:
    """The units, each with what it is in words or nothing, below the introduction."""
    lines = [line for text in introduction for line in (*fold(text), "")]
    article = None
    for unit, kind in units:
        if unit.article != article:
            lines += ["", "* * *", ""] if article is not None else []
            article = unit.article
        label = f"[{unit.number}: {kind}] " if kind else f"[{unit.number}] "
        text = unit.text.replace(" |", f"{_CELL}|") if unit.kind in TABULAR else unit.text
        lines += [line.replace(_CELL, " ") for line in fold(label + text)]
        lines.append("")
    return "\n".join(lines).rstrip("\n") + "\n"
