"""The template environment: sandboxed, strict about missing values, escaping HTML, in the reader's language."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, tzinfo
from pathlib import Path
from typing import Any

from jinja2 import FileSystemLoader, StrictUndefined, pass_context
from jinja2.runtime import Context
from jinja2.sandbox import SandboxedEnvironment

from mailer.adapters.render.folding import columns, fold, padded, underline
from mailer.adapters.translation import Block, catalogue_of, translate, written
from mailer.message import one_line


def environment(folder: Path, zone: tzinfo = UTC) -> SandboxedEnvironment:
    """Templates in ``folder``. Values are data, written as one clean line unless a filter does otherwise (C2, D1).

    Times are written in ``zone``.
    """
    made = SandboxedEnvironment(
        loader=FileSystemLoader(folder),
        autoescape=lambda name: name is not None and name.endswith(".html"),
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    translate(made, zone)
    made.filters["folded"] = lambda text, first="": Block("\n".join(fold(_line(text), 72, first, " " * len(first))))
    made.filters["underlined"] = lambda text, stroke: Block("\n".join(underline(_line(text), stroke)))
    made.filters["number"] = _number
    made.filters["capitalised"] = _capitalised
    made.filters["columns"] = _columns
    made.filters["block"] = _block
    made.filters["quoted"] = lambda text: Block("\n".join(f"> {line}".rstrip() for line in _block(text).split("\n")))
    return made


def _line(text: str) -> str:
    return text if isinstance(text, Block) else one_line(text, 2000)


@pass_context
def _number(context: Context, number: int) -> Block:
    return Block(catalogue_of(context).number(number))


@pass_context
def _capitalised(context: Context, value: object) -> str:
    """The value as a heading, in which the first letter alone is made a capital."""
    text = _line(str(written(context, value)))
    return text[:1].upper() + text[1:]


@pass_context
def _columns(context: Context, rows: Iterable[tuple[str, Any]]) -> Block:
    """Labels on the left and values on the right, all labels as wide as the longest."""
    ready = [(label, written(context, value)) for label, value in rows]
    width = max(columns(label) for label, _ in ready)
    return Block("\n".join(f"    {padded(label, width)}    {value}" for label, value in ready))


def _block(text: str) -> Block:
    """The lines of ``text`` with their spacing, without unprintable characters."""
    lines = ("".join(sign if sign.isprintable() else " " for sign in line.expandtabs(4)) for line in text.splitlines())
    return Block("\n".join(line.rstrip() for line in lines).strip("\n"))
