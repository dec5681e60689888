"""The Markdown that an article may have: CommonMark, and what docs/writing.md lists beyond it.

The tree has these nodes besides those of CommonMark: ``box`` with a ``box_title``, ``pull`` with a ``pull_by``,
``picture``, ``chart``, ``table_block`` with an optional ``table_title`` and a ``table``, ``footnote_ref`` in the text,
and at the end ``footnote_block`` with each ``footnote``; ``s``, ``sup`` and ``sub``. An item of a task list has
``meta["task"]``.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from urllib.parse import unquote

from markdown_it import MarkdownIt
from markdown_it.rules_block import StateBlock
from markdown_it.rules_block.table import table
from markdown_it.token import Token
from mdit_py_plugins.footnote import footnote_plugin
from mdit_py_plugins.gfm_autolink import gfm_autolink_plugin
from mdit_py_plugins.subscript import sub_plugin
from mdit_py_plugins.superscript import superscript_plugin

from mailer.adapters.render.chart_block import read_chart

MARK = ":::"
"""Begins and ends a box or a pull quote."""
CONTAINERS = {"box": "box", "quote": "pull"}
"""The node of each, by the word that follows the mark."""
TABLE_TITLE = "Table:"

_TASK = re.compile(r"\[([ xX])\][ \t]+")
_BY = re.compile(r"(--|–|—)[ \t]+")


def parser() -> MarkdownIt:
    made = MarkdownIt("commonmark", {"html": False, "maxNesting": 100}).enable(["table", "strikethrough"])
    footnote_plugin(made)
    superscript_plugin(made)
    sub_plugin(made)
    gfm_autolink_plugin(made)
    made.block.ruler.at("table", _table, {"alt": ["paragraph", "reference"]})
    made.block.ruler.before("fence", "container", _container, {"alt": ["paragraph", "reference", "blockquote", "list"]})
    made.validateLink = lambda url: True  # type: ignore[method-assign]  # accept all here, so that faults are reported
    return made


def arranged(tokens: Sequence[Token]) -> list[Token]:
    """The tokens with the nodes that Markdown itself does not know."""
    found = [token for token in tokens if token.type != "footnote_anchor"]
    found = list(_pictures(found))
    found = list(_tables(found))
    _charts(found)
    _tasks(found)
    _headings(found)
    return list(_pull_quotes(found))


# --- Rules that the parser follows ---


def _line(state: StateBlock, line: int) -> str:
    return state.src[state.bMarks[line] + state.tShift[line] : state.eMarks[line]].strip()


def _table(state: StateBlock, start: int, end: int, silent: bool) -> bool:
    """A table ends before its title, which Markdown alone would take for a row."""
    titles = (line for line in range(start + 2, end) if _line(state, line).startswith(TABLE_TITLE))
    return table(state, start, next(titles, end), silent)


def _container(state: StateBlock, start: int, end: int, silent: bool) -> bool:
    """``::: box Title`` or ``::: quote`` up to a line ``:::``."""
    if state.is_code_block(start) or not _line(state, start).startswith(MARK):
        return False
    name, _, title = _line(state, start).strip(": ").partition(" ")
    closing = next((line for line in range(start + 1, end) if _line(state, line) == MARK), None)
    if name not in CONTAINERS or closing is None:
        return False
    if silent:
        return True
    kind = CONTAINERS[name]
    opening = state.push(f"{kind}_open", "", 1)
    opening.map = [start, closing + 1]
    if title.strip():
        state.push(f"{kind}_title_open", "", 1)
        inline = state.push("inline", "", 0)
        inline.content, inline.map, inline.children = title.strip(), [start, start + 1], []
        state.push(f"{kind}_title_close", "", -1)
    parent, limit, state.parentType, state.lineMax = state.parentType, state.lineMax, "blockquote", closing
    state.md.block.tokenize(state, start + 1, closing)
    state.parentType, state.lineMax = parent, limit
    state.push(f"{kind}_close", "", -1)
    state.line = closing + 1
    return True


# --- Nodes made of others ---


def _pictures(tokens: Sequence[Token]) -> Iterator[Token]:
    """A paragraph of nothing but a picture is a ``picture``; its title is ``caption | credit``."""
    at = 0
    while at < len(tokens):
        inner = tokens[at + 1].children or [] if tokens[at].type == "paragraph_open" else []
        if len(inner) == 1 and inner[0].type == "image":
            caption, _, credit = str(inner[0].attrGet("title") or "").partition("|")
            texts = {"alt": inner[0].content.strip(), "caption": caption.strip(), "credit": credit.strip()}
            made = Token("picture", "img", 0, map=tokens[at].map, level=tokens[at].level, block=True)
            made.meta = {"name": unquote(str(inner[0].attrGet("src") or "")), **texts}
            made.content = "\n".join(filter(None, texts.values()))
            yield made
            at += 3
        else:
            yield tokens[at]
            at += 1


def _tables(tokens: Sequence[Token]) -> Iterator[Token]:
    """Each table is in a ``table_block``, with the paragraph ``Table: …`` above or below it as its title."""
    titles = _titles(tokens)
    taken = {at + offset for at in titles.values() for offset in range(3)}
    for at, token in enumerate(tokens):
        if at in taken:
            continue
        if token.type == "table_open":
            yield Token("table_block_open", "", 1, map=token.map, level=token.level, block=True)
            if at in titles:
                yield from _title(tokens[titles[at] + 1])
        yield token
        if token.type == "table_close":
            yield Token("table_block_close", "", -1, level=token.level, block=True)


def _titles(tokens: Sequence[Token]) -> dict[int, int]:
    """Where the titles of tables are, by where the tables are. Between two tables, the one that it touches has it."""
    found: dict[int, int] = {}
    table, end, last = -1, -1, -1
    for at, token in enumerate(tokens):
        if token.type == "table_open":
            table, last = at, token.map[1] if token.map else -1
        elif token.type == "table_close":
            end = at
        elif token.type == "paragraph_open" and tokens[at + 1].content.startswith(TABLE_TITLE):
            above = end == at - 1 and table not in found
            below = tokens[at + 3 : at + 4] and tokens[at + 3].type == "table_open"
            if above and not (below and token.map and token.map[0] != last):
                found[table] = at
            elif below:
                found[at + 3] = at
    return found


def _title(inline: Token) -> Iterator[Token]:
    yield Token("table_title_open", "", 1, map=inline.map, block=True)
    inline.children = inline.children or []
    inline.children[0].content = inline.children[0].content.removeprefix(TABLE_TITLE).lstrip()
    yield inline
    yield Token("table_title_close", "", -1, block=True)


def _charts(tokens: Sequence[Token]) -> None:
    for token in tokens:
        if token.type == "fence" and token.info.strip() == "chart":
            chart, faults = read_chart(token.content)
            token.type, token.meta = "chart", {"chart": chart, "faults": faults}


def _tasks(tokens: Sequence[Token]) -> None:
    """An item that begins with ``[ ]`` or ``[x]`` is a task."""
    for at, token in enumerate(tokens[:-2]):
        if token.type == "list_item_open" and tokens[at + 1].type == "paragraph_open":
            children = tokens[at + 2].children or []
            if children and (mark := _TASK.match(children[0].content)):
                children[0].content = children[0].content[mark.end() :]
                token.meta = {"task": "open" if mark[1] == " " else "done"}


def _headings(tokens: Sequence[Token]) -> None:
    """The article's title is an h2, so the highest of its own headings is an h3, and no level is left out."""
    headings = [token for token in tokens if token.type in ("heading_open", "heading_close")]
    levels = sorted({token.tag for token in headings})
    for token in headings:
        token.tag = f"h{min(levels.index(token.tag) + 3, 6)}"


def _pull_quotes(tokens: Sequence[Token]) -> Iterator[Token]:
    """The last line of a pull quote may say who said it: ``-- Who``."""
    at = 0
    while at < len(tokens):
        last = [token.type for token in tokens[at : at + 4]]
        if last == ["paragraph_open", "inline", "paragraph_close", "pull_close"]:
            said, who = _split_by(tokens[at + 1])
            if said.children:
                yield from (tokens[at], said, tokens[at + 2])
            if who:
                yield from (Token("pull_by_open", "", 1, block=True), who, Token("pull_by_close", "", -1, block=True))
            at += 3
        else:
            yield tokens[at]
            at += 1


def _split_by(inline: Token) -> tuple[Token, Token | None]:
    """What is said, and who said it."""
    children = inline.children or []
    breaks = [at for at, child in enumerate(children) if child.type in ("softbreak", "hardbreak")]
    last = breaks[-1] + 1 if breaks else 0
    mark = _BY.match(children[last].content) if last < len(children) else None
    if mark is None:
        return inline, None
    said, who = inline.copy(), inline.copy()
    who.children = [children[last].copy(content=children[last].content[mark.end() :]), *children[last + 1 :]]
    said.children = children[: max(last - 1, 0)]
    return said, who
