"""Which way a text runs, beside one that runs the other way, and characters that turn letters around unseen."""

from __future__ import annotations

import unicodedata

from jinja2 import pass_context
from jinja2.runtime import Context
from markupsafe import Markup, escape

TURNING = frozenset("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")
"""Characters that embed, isolate or override (UAX #9): what is read is not what is written."""

_STRONG = {"L": "ltr", "R": "rtl", "AL": "rtl"}


def direction_of(text: str) -> str:
    """``ltr`` or ``rtl`` by its first letter (UAX #9, P2); empty if it has none."""
    return next((_STRONG[kind] for sign in text if (kind := unicodedata.bidirectional(sign)) in _STRONG), "")


@pass_context
def isolated(context: Context, text: str) -> str:
    """A name or a sentence from elsewhere, whose signs stay where they belong in an issue of another direction."""
    own = direction_of(Markup(text).striptags() if isinstance(text, Markup) else text)
    if own in ("", context["issue"].direction):
        return text
    return Markup('<bdi dir="{}">{}</bdi>').format(Markup(own), escape(text))
