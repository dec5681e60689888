"""What an article has that is not supported: each with its line and what to do (D10)."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from markdown_it.token import Token

from mailer.model.issues import Article

MAX_CELLS = 2_000
MAX_BLOCKS = 3_000

_LINK = re.compile(r"https?://[\w.-]+(:\d+)?([/?#].*)?|mailto:[^@/]+@[\w.-]+(\?.*)?", re.IGNORECASE)


def faults_of(tokens: Sequence[Token], article: Article) -> Iterator[tuple[int, str]]:
    """Faults, each with its line within the body, from 0."""
    line = 0
    for token in tokens:
        line = token.map[0] if token.map else line
        for child in token.children or ():
            yield from ((line, what) for what in _inline_faults(child))
        if token.type == "chart":
            yield from ((line + 1 + at, what) for at, what in token.meta["faults"])
        elif token.type == "picture":
            yield from ((line, what) for what in _picture_faults(token, article))
    yield from _sizes(tokens)


def _sizes(tokens: Sequence[Token]) -> Iterator[tuple[int, str]]:
    blocks = sum(token.nesting >= 0 and token.type not in ("inline", "table_block_open") for token in tokens)
    cells = sum(token.type in ("th_open", "td_open") for token in tokens)
    if cells > MAX_CELLS:
        yield 0, f"{cells} table cells; {MAX_CELLS} are allowed: link to the table instead"
    elif blocks > MAX_BLOCKS:
        yield 0, f"{blocks} paragraphs, points and cells; {MAX_BLOCKS} are allowed: shorten the article"


def _picture_faults(token: Token, article: Article) -> Iterator[str]:
    name = token.meta["name"]
    if not token.meta["alt"]:
        yield f"{name} has no description; write ![what it shows]({name}) for readers who cannot see it"
    if name not in article.pictures:
        yield f"{name[:80]} is not a picture of this folder; copy it beside the article, and give its bare name"


def _inline_faults(token: Token) -> Iterator[str]:
    if token.type == "image":
        yield 'a picture stands alone in its paragraph: ![what it shows](name.jpg "caption | credit")'
    elif token.type == "link_open":
        href = str(token.attrGet("href") or "")
        if not _LINK.fullmatch(href):
            yield f"the link {href[:80]!r} does not work in a mail; write it in full, as https://… or mailto:…"
