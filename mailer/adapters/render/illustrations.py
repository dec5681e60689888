"""Puts pictures, charts and events into the HTML of an article, as one form shows them."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import NamedTuple
from urllib.parse import unquote

from markupsafe import Markup, escape

_PICTURE = re.compile(r'<figure class="picture"><img src="picture:([^"]*)"')
_CHART = re.compile(r'<img src="chart:(\d+)" alt="">')
_EVENTS = re.compile(r'<img src="events:(\d+)" alt="">')


class Shown(NamedTuple):
    """A picture as one form shows it."""

    src: str
    """``cid:…`` in a mail, ``asset:…`` in print."""
    width: int
    """CSS pixels."""
    height: int
    wide: bool
    """Whether it spans both columns of the page."""


def illustrated(
    html: Markup, pictures: Mapping[str, Shown], charts: Sequence[Markup], events: Sequence[Markup] = ()
) -> Markup:
    """``html`` of ``Prose.html`` with its pictures, by file name, its charts and blocks of events, in their order."""

    def picture(found: re.Match[str]) -> str:
        shown = pictures[unquote(found[1])]
        kind = "picture wide" if shown.wide else "picture"
        size = f'width="{shown.width}" height="{shown.height}"'
        return f'<figure class="{kind}"><img src="{escape(shown.src)}" {size}'

    made = _PICTURE.sub(picture, str(html))
    made = _CHART.sub(lambda found: str(charts[int(found[1]) - 1]), made)
    return Markup(_EVENTS.sub(lambda found: str(events[int(found[1]) - 1]), made))
