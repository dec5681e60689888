"""Templates in the reader's language: messages by Jinja's i18n extension, values written by a catalogue.

A template is rendered with a ``catalogue``.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, date, datetime, timedelta, tzinfo
from typing import cast

from jinja2 import Environment, pass_context
from jinja2.runtime import Context
from markupsafe import Markup

from mailer.compose.catalogue import Catalogue
from mailer.message import clean, one_line
from mailer.phrases import Country, Days, Language, Phrase


class Block(str):
    """Text that templates output unchanged, because it is already clean or may have several lines."""

    __slots__ = ()


def translate(templates: Environment, zone: tzinfo = UTC) -> None:
    """Enable messages in ``templates``; times are written in ``zone``."""
    templates.add_extension("jinja2.ext.i18n")
    templates.newstyle_gettext = True  # type: ignore[attr-defined]  # set by the extension: messages get their values by name
    templates.globals.update(zone=zone, gettext=_gettext, ngettext=_ngettext)
    templates.finalize = written


def catalogue_of(context: Context) -> Catalogue:
    """The catalogue that a template is rendered with."""
    return cast(Catalogue, context["catalogue"])


@pass_context
def _gettext(context: Context, message: str, **values: object) -> Block | Markup:
    return _filled(context, catalogue_of(context).gettext(message), values)


@pass_context
def _ngettext(context: Context, singular: str, plural: str, number: int, **values: object) -> Block | Markup:
    return _filled(context, catalogue_of(context).ngettext(singular, plural, number), values)


def _filled(context: Context, message: str, values: Mapping[str, object]) -> Block | Markup:
    """The message with its values filled in; ``%%`` is a percent sign."""
    ready = {name: written(context, value) for name, value in values.items()}
    return Markup(message) % ready if context.eval_ctx.autoescape else Block(message % ready)


# --- Values ---


@pass_context
def written(context: Context, value: object) -> object:
    """``value`` in the reader's language, as one clean line."""
    match value:
        case Markup() | Block() | int():
            return value
        case Phrase():
            return _phrase(context, value)
        case datetime():
            return Block(catalogue_of(context).when(value, cast(tzinfo, context["zone"])))
        case Country():
            return clean(catalogue_of(context).country(value))
        case Language():
            return clean(catalogue_of(context).language(value))
        case Days():
            return Block(catalogue_of(context).days(value))
        case date():
            return Block(catalogue_of(context).day(value))
        case timedelta():
            return Block(catalogue_of(context).duration(value))
        case list() | tuple():
            return Block(catalogue_of(context).series([str(written(context, one)) for one in value]))
    return one_line(str(value), 2000)


def _phrase(context: Context, phrase: Phrase) -> Block:
    message = catalogue_of(context).words_of(phrase)
    values = {name: written(context, value) for name, value in phrase.values.items()}
    return Block(message % values if values else message)
