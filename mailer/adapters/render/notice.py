"""Service mail: each has a text template, and an HTML template if it has a button."""

from __future__ import annotations

import re
from collections.abc import Mapping

import css_inline
from jinja2 import Environment, TemplateNotFound

from mailer.adapters.render.colour import Palette, palette
from mailer.adapters.render.folding import WIDTH, columns, fold, right_to_left
from mailer.compose.catalogue import Catalogue
from mailer.errors import ConfigError
from mailer.message import clean
from mailer.model.notices import Notice

NEUTRAL = palette("#0b5563", "#1c2326", "#ffffff")

_SUBJECT = "Subject: "
_HANGING = {"- ": "  ", "> ": "> "}

_RIGHT_TO_LEFT = re.compile("[\u0590-\u08ff]")

_inliner = css_inline.CSSInliner(keep_at_rules=True, load_remote_stylesheets=False)


def render(
    templates: Environment, name: str, values: Mapping[str, object], catalogue: Catalogue, colours: Palette
) -> Notice:
    """Render ``notice/NAME.txt``, whose first line is the subject, and ``notice/NAME.html`` if it exists."""
    values = {**values, "catalogue": catalogue}
    first, _, body = templates.get_template(f"notice/{name}.txt").render(values).partition("\n")
    if not first.startswith(_SUBJECT):
        raise ConfigError([f"templates/notice/{name}.txt:1: a service mail begins with a line “Subject: …”"])
    subject = clean(first.removeprefix(_SUBJECT), 200)
    text = wrapped(body, catalogue.direction)
    try:
        page = templates.get_template(f"notice/{name}.html")
    except TemplateNotFound:
        return Notice(subject, text)
    html = page.render(values, subject=subject, light=colours.light, dark=colours.dark)
    return Notice(subject, text, _inliner.inline(html))


def wrapped(body: str, direction: str = "ltr") -> str:
    """``body`` with each line folded by itself.

    From right to left, a line that begins with a Latin word is marked, so that it is shown beside the others. Lines
    without Arabic or Hebrew stay as they are: they may be those of a draft in another language.
    """
    lines = [part for line in body.strip("\n").split("\n") for part in _folded(line)]
    if direction == "rtl":
        lines = [right_to_left(line) if _RIGHT_TO_LEFT.search(line) else line for line in lines]
    return "\n".join(lines) + "\n"


def _folded(line: str) -> list[str]:
    if columns(line) <= WIDTH:
        return [line]
    mark = next((mark for mark in _HANGING if line.startswith(mark)), "")
    indent = mark or " " * (len(line) - len(line.lstrip(" ")))
    return fold(line.removeprefix(indent), WIDTH, indent, _HANGING.get(mark, indent))
