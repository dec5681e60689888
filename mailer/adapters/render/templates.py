"""The one template environment: sandboxed, strict about what is missing, escaping in HTML."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from jinja2 import FileSystemLoader, StrictUndefined
from jinja2.sandbox import SandboxedEnvironment
from markupsafe import Markup

from mailer.adapters.render.lines import fold, underline
from mailer.message import clean


class Block(str):
    """Text of several lines that goes out as it stands."""

    __slots__ = ()


def environment(folder: Path) -> SandboxedEnvironment:
    """Templates in ``folder``; values are data, written as one clean line unless a filter says otherwise (C2, D1)."""
    made = SandboxedEnvironment(
        loader=FileSystemLoader(folder),
        autoescape=lambda name: name is not None and name.endswith(".html"),
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        finalize=_written,
    )
    made.filters["folded"] = lambda text, first="": Block(
        "\n".join(fold(clean(text, 2000), 72, first, " " * len(first)))
    )
    made.filters["underlined"] = lambda text, stroke: Block("\n".join(underline(clean(text, 2000), stroke)))
    made.filters["series"] = _series
    made.filters["block"] = _block
    made.filters["quoted"] = lambda text: Block("\n".join(f"> {line}".rstrip() for line in _block(text).split("\n")))
    return made


def _written(value: object) -> object:
    return value if isinstance(value, Markup | Block | int) else clean(str(value), 2000)


def _series(names: Sequence[str]) -> str:
    """``one``, ``one and two``, ``one, two and three``."""
    *before, last = names or [""]
    return f"{', '.join(before)} and {last}" if before else last


def _block(text: str) -> Block:
    """The lines of ``text`` with their spacing, and without what cannot be printed."""
    lines = ("".join(sign if sign.isprintable() else " " for sign in line.expandtabs(4)) for line in text.splitlines())
    return Block("\n".join(line.rstrip() for line in lines).strip("\n"))
