"""Service mail: one text template each, and an HTML one where a button helps."""

from __future__ import annotations

from collections.abc import Mapping

import css_inline
from jinja2 import Environment

from mailer.adapters.render.colour import Palette, palette
from mailer.adapters.render.lines import WIDTH, fold
from mailer.errors import ConfigError
from mailer.issues.model import Notice
from mailer.message import clean

NEUTRAL = palette("#1f5a6b", "#1d2225", "#ffffff")

_SUBJECT = "Subject: "
_HANGING = {"- ": "  ", "> ": "> "}

_inliner = css_inline.CSSInliner(keep_at_rules=True, load_remote_stylesheets=False)


def render(templates: Environment, name: str, values: Mapping[str, object], colours: Palette) -> Notice:
    """``notice/NAME.txt``, whose first line is the subject, and ``notice/NAME.html`` where there is one."""
    first, _, body = templates.get_template(f"notice/{name}.txt").render(values).partition("\n")
    if not first.startswith(_SUBJECT):
        raise ConfigError([f"templates/notice/{name}.txt:1: a service mail begins with a line “Subject: …”"])
    subject = clean(first.removeprefix(_SUBJECT), 200)
    if f"notice/{name}.html" not in templates.list_templates(["html"]):
        return Notice(subject, wrapped(body))
    html = templates.get_template(f"notice/{name}.html").render(
        values, subject=subject, light=colours.light, dark=colours.dark
    )
    return Notice(subject, wrapped(body), _inliner.inline(html))


def wrapped(body: str) -> str:
    """Each line of ``body`` is a paragraph: folded where it is too long, blank lines never two in a row."""
    lines: list[str] = []
    for line in body.rstrip().split("\n"):
        if not line.strip():
            lines += [""] if lines and lines[-1] else []
        elif len(line) <= WIDTH:
            lines.append(line.rstrip() if line != "-- " else line)
        else:
            lines += _folded(line)
    return "\n".join(lines) + "\n"


def _folded(line: str) -> list[str]:
    mark = next((mark for mark in _HANGING if line.startswith(mark)), "")
    indent = mark or " " * (len(line) - len(line.lstrip(" ")))
    return fold(line.removeprefix(indent), WIDTH, indent, _HANGING.get(mark, indent))
