"""The data of a document as chapters: links by their kind, and communication tools, inside and outside."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from mailer.compose.catalogue import Catalogue
from mailer.compose.criteria import said
from mailer.model import communication_tools, links
from mailer.model.communication_tools import SIDES, Side, Tool
from mailer.model.issues import Article
from mailer.model.library import Manuscript
from mailer.model.links import HEADINGS, Link
from mailer.phrases import Country, Language, Phrase, phrase

_MARKS = re.compile(r"[\\`*_{}\[\]()<>#+\-.!|~^$:=@&]")
_SAFE = re.compile(r"[\w\s,;.’'()“”/&-]*")


def chapters(manuscript: Manuscript, catalogue: Catalogue) -> tuple[Article, ...]:
    """A chapter for each table of tools and for each kind of link, in Markdown, as if people had written them."""
    found = [
        *((title, _tools(some, catalogue)) for title, some in communication_tools.tables(manuscript.tools)),
        *((said(HEADINGS[kind], catalogue), _links(some, catalogue)) for kind, some in links.by_kind(manuscript.links)),
    ]
    return tuple(Article(f"table-{at}.md", title, "", "", body) for at, (title, body) in enumerate(found, start=1))


def _tools(tools: Sequence[Tool], catalogue: Catalogue) -> str:
    """The two sides apart, with the same columns."""
    sides = [(side, list(_tool_rows(some))) for side, some in communication_tools.by_side(tools)]
    every = [row for _, rows in sides for row in rows]
    return "\n\n".join(
        f"### {said(SIDES[side], catalogue)}\n\n{_table(_TOOL_HEADS, rows, every, catalogue)}" for side, rows in sides
    )


_TOOL_HEADS = (phrase("Type"), phrase("Tool"), phrase("Work"), phrase("Who does it"))


def _tool_rows(tools: Sequence[Tool]) -> Iterator[tuple[str, ...]]:
    """A type stands once, above the tools that share it, and so does a tool that is several works."""
    before = Tool("", Side.INSIDE, "", "", "", "")
    for one in tools:
        same_type = one.type == before.type
        name = "" if same_type and one.name == before.name else f"**{_text(one.name)}**"
        yield "" if same_type else _text(one.type), name, _text(one.work), _text(one.by)
        before = one


_LINK_HEADS = (phrase("Title"), phrase("Body"), phrase("Language"), phrase("Country"), phrase("Checked"))


def _links(some: Sequence[Link], catalogue: Catalogue) -> str:
    rows = [
        (
            f"[{_text(one.title)}]({one.url.replace('(', '%28').replace(')', '%29')})",
            _text(one.body),
            _text(said(Language(one.language), catalogue)),
            _text(said(Country(one.country), catalogue)) if one.country else "",
            catalogue.day(one.checked) if one.checked else said(phrase("not yet"), catalogue),
        )
        for one in some
    ]
    return _table(_LINK_HEADS, rows, rows, catalogue)


def _table(
    heads: Sequence[Phrase], rows: Sequence[Sequence[str]], every: Sequence[Sequence[str]], catalogue: Catalogue
) -> str:
    """A table without the columns in which no row of ``every`` says anything."""
    used = [at for at in range(len(heads)) if any(row[at] for row in every)]
    lines = [[said(heads[at], catalogue) for at in used], ["---"] * len(used)]
    lines += [[row[at] for at in used] for row in rows]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)


def _text(written: str) -> str:
    """Words in which no sign is a mark."""
    return written if _SAFE.fullmatch(written) else _MARKS.sub(lambda found: f"\\{found[0]}", written)
