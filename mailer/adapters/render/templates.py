"""The one template environment: sandboxed, strict about what is missing, escaping in HTML, in the reader's language.

A template is rendered with a ``catalogue``, which translates its messages and writes its values.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import UTC, date, datetime, timedelta, tzinfo
from pathlib import Path
from typing import Any, cast

from jinja2 import FileSystemLoader, StrictUndefined, pass_context
from jinja2.runtime import Context
from jinja2.sandbox import SandboxedEnvironment
from markupsafe import Markup

from mailer.adapters.render.lines import fold, underline
from mailer.compose.catalogue import Catalogue
from mailer.message import clean
from mailer.phrases import Country, Language, Phrase


class Block(str):
    """Text that goes out as it stands: it is clean already, or it may have several lines."""

    __slots__ = ()


def environment(folder: Path, zone: tzinfo = UTC) -> SandboxedEnvironment:
    """Templates in ``folder``; values are data, written as one clean line unless a filter says otherwise (C2, D1).

    Times are written as of ``zone``.
    """
    made = SandboxedEnvironment(
        loader=FileSystemLoader(folder),
        autoescape=lambda name: name is not None and name.endswith(".html"),
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        finalize=written,
        extensions=["jinja2.ext.i18n"],
    )
    made.newstyle_gettext = True  # type: ignore[attr-defined]  # the extension's: messages get their values by name
    made.globals.update(zone=zone, gettext=_gettext, ngettext=_ngettext)
    made.filters["folded"] = lambda text, first="": Block(
        "\n".join(fold(clean(text, 2000), 72, first, " " * len(first)))
    )
    made.filters["underlined"] = lambda text, stroke: Block("\n".join(underline(clean(text, 2000), stroke)))
    made.filters["number"] = _number
    made.filters["columns"] = _columns
    made.filters["block"] = _block
    made.filters["quoted"] = lambda text: Block("\n".join(f"> {line}".rstrip() for line in _block(text).split("\n")))
    return made


# --- Messages ---


def _catalogue(context: Context) -> Catalogue:
    return cast(Catalogue, context["catalogue"])


@pass_context
def _gettext(context: Context, message: str, **values: object) -> Block | Markup:
    return _filled(context, _catalogue(context).gettext(message), values)


@pass_context
def _ngettext(context: Context, singular: str, plural: str, number: int, **values: object) -> Block | Markup:
    return _filled(context, _catalogue(context).ngettext(singular, plural, number), values)


def _filled(context: Context, message: str, values: Mapping[str, object]) -> Block | Markup:
    """The message with its values, each of them written; ``%%`` stands for a percent sign."""
    ready = {name: written(context, value) for name, value in values.items()}
    return Markup(message) % ready if context.eval_ctx.autoescape else Block(message % ready)


# --- Values ---


@pass_context
def written(context: Context, value: object) -> object:
    """``value`` as the reader's language has it, on one clean line."""
    match value:
        case Markup() | Block() | int():
            return value
        case Phrase():
            return _phrase(context, value)
        case datetime():
            return Block(_catalogue(context).when(value, cast(tzinfo, context["zone"])))
        case Country():
            return clean(_catalogue(context).country(value))
        case Language():
            return clean(_catalogue(context).language(value))
        case date():
            return Block(_catalogue(context).day(value))
        case timedelta():
            return Block(_catalogue(context).duration(value))
        case list() | tuple():
            return Block(_catalogue(context).series([str(written(context, one)) for one in value]))
    return clean(str(value), 2000)


def _phrase(context: Context, phrase: Phrase) -> Block:
    message = phrase.message and _catalogue(context).gettext(phrase.message)
    values = {name: written(context, value) for name, value in phrase.values.items()}
    return Block(message % values if values else message)


@pass_context
def _number(context: Context, number: int) -> Block:
    return Block(_catalogue(context).number(number))


@pass_context
def _columns(context: Context, rows: Iterable[tuple[str, Any]]) -> Block:
    """Labels on the left and values on the right, the labels as wide as the longest."""
    ready = [(label, written(context, value)) for label, value in rows]
    width = max(len(label) for label, _ in ready)
    return Block("\n".join(f"    {label:{width}}    {value}" for label, value in ready))


def _block(text: str) -> Block:
    """The lines of ``text`` with their spacing, and without what cannot be printed."""
    lines = ("".join(sign if sign.isprintable() else " " for sign in line.expandtabs(4)) for line in text.splitlines())
    return Block("\n".join(line.rstrip() for line in lines).strip("\n"))
