"""Texts of an HTML mail that are no value: those that were struck out, and those of its writer that may be hidden."""

from __future__ import annotations

import re
from itertools import islice
from typing import NamedTuple

from lxml import html

from mailer.inbound.filled_text import squeezed
from mailer.inbound.markup import Unreadable, parse_markup
from mailer.inbound.styles import Seen
from mailer.inbound.tags import plain_tags
from mailer.inbound.vote_markup import VoteMarkup

_STRUCK = frozenset({"s", "strike", "del"})
_LINE_THROUGH = re.compile(r"text-decoration(?:-line)?:[^;]*line-through")
_MOST, _LONGEST = 500, 2_000
"""Texts, and characters of each, that are looked at."""


class Doubtful(NamedTuple):
    """Those texts, as ``squeezed`` has them."""

    struck: frozenset[str] = frozenset()
    hidden: frozenset[str] = frozenset()
    """Lines outside quotations. Programs quote in formats of many kinds."""


def doubtful_texts(markup: str) -> Doubtful:
    """Those of a mail's HTML. One that cannot be read has none: nothing is read from it."""
    try:
        root = parse_markup(plain_tags(markup))
        lines = VoteMarkup(markup).lines(pale=True)
    except Unreadable:
        return Doubtful()
    struck = (squeezed(element.text_content()[:_LONGEST]) for element in _struck(root)) if root is not None else ()
    hidden = (squeezed(line.text[:_LONGEST]) for line in lines if line.seen is not Seen.YES and line.text[:1] != ">")
    return Doubtful(*(frozenset(islice(filter(None, texts), _MOST)) for texts in (struck, hidden)))


def _struck(root: html.HtmlElement) -> list[html.HtmlElement]:
    return [
        element
        for element in root.iter()
        if element.tag in _STRUCK or _LINE_THROUGH.search("".join((element.get("style") or "").lower().split()))
    ]
