"""The Markdown that an article may have: CommonMark, and what docs/writing.md lists beyond it.

The tree has these nodes besides those of CommonMark: ``box`` with a ``box_title``, ``pull`` with a ``pull_by``,
``picture``, ``chart``, ``events``, ``table_block`` with an optional ``table_title`` and a ``table``, ``footnote_ref``
in the text, and at the end ``footnote_block`` with each ``footnote``; ``s``, ``sup`` and ``sub``. An item of a list of
tasks has ``meta["task"]``.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import Any, NamedTuple
from urllib.parse import unquote

from markdown_it import MarkdownIt
from markdown_it.rules_block import StateBlock
from markdown_it.rules_block.table import escapedSplit, table
from markdown_it.rules_core import StateCore
from markdown_it.rules_inline import StateInline, emphasis
from markdown_it.token import Token
from mdit_py_plugins.footnote import footnote_plugin
from mdit_py_plugins.subscript import sub_plugin
from mdit_py_plugins.superscript import superscript_plugin

from mailer.adapters.render.addresses import CJK, link_addresses
from mailer.adapters.render.chart_block import read_chart
from mailer.adapters.render.events_block import read_events
from mailer.adapters.render.markdown_faults import Fault, of_notes, of_references, of_tokens
from mailer.adapters.render.markdown_marks import CONTAINERS, TABLE_TITLE

MARK = ":::"
"""Begins and ends a box or a pull quote."""

MAX_BRACKETS = 3_000
"""Brackets in one article; each takes as long as there are others."""

MAX_TITLE_BRACKETS = 100
"""The same for a title or a caption, of which there are many."""

_CJK = re.compile(f"[{CJK}]")
_MARKS = re.compile(r"[*_~^`<>&\[\]]")
_ENTITY = re.compile(r"&(?:#\w+|[A-Za-z]\w+);")
_TASK = re.compile(r"\[([ xX])\][ \t]+")
_FENCE = re.compile(r"`{3,}|~{3,}")
_BY = re.compile(r"(--|–|—)[ \t]+")


class Parsed(NamedTuple):
    """An article's tokens, as the module describes them, and what Markdown did not understand or would drop."""

    tokens: list[Token]
    faults: list[Fault]


class _Used(dict[str, Any]):
    """The addresses of links by label; knows which were used."""

    def __init__(self) -> None:
        super().__init__()
        self.labels: set[str] = set()

    def __getitem__(self, label: str) -> Any:
        self.labels.add(label)
        return super().__getitem__(label)

    def get(self, label: str, default: Any = None) -> Any:
        self.labels.add(label)
        return super().get(label, default)


def parse(body: str) -> Parsed:
    if body.count("[") > MAX_BRACKETS:
        return Parsed([], [Fault(0, f"more than {MAX_BRACKETS} of the sign [; make several articles of it")])
    found: list[Fault] = []
    references = _Used()
    env: dict[str, Any] = {"references": references, "faults": found}
    markdown = parser(html=True)
    markdown.core.ruler.before("footnote_tail", "notes", _notes)
    markdown.core.ruler.before("text_join", "faults", _faults)
    tokens = markdown.parse(body, env)
    for again in env.get("duplicate_refs", []):
        found.append(Fault(again["map"][0], "a second address of the same name; give one of them another name"))
    found += of_references(references, references.labels)
    found += of_notes(env.get("notes", ()), env.get("footnotes", {}).get("refs", {}))
    return Parsed(_arranged(tokens), sorted(set(found)))


def without_unused(body: str) -> str:
    """``body`` without the addresses of links that no link uses any more."""
    references = _Used()
    parser().parse(body, {"references": references})
    lines: list[str | None] = list(body.split("\n"))
    for label in set(references) - references.labels:
        first, last = dict.__getitem__(references, label)["map"]
        lines[first:last] = [None] * (last - first)
    return "\n".join(line for line in lines if line is not None)


def has_marks(text: str) -> bool:
    """Whether a text that is printed as it stands, such as a title, would mean more as Markdown."""
    children = parser().parseInline(text)[0].children or []
    bare = {"text", "softbreak", *(child.type for child in children if child.info == "auto")}
    return any(child.type not in bare for child in children) or bool(_ENTITY.search(text))


def without_marks(text: str) -> str:
    """The words of a text that is printed as it stands, without what ``has_marks`` finds in it."""
    if text.count("[") > MAX_TITLE_BRACKETS:
        return _MARKS.sub("", text)
    for _ in range(3):
        if not has_marks(text):
            return text
        children = parser().parseInline(text)[0].children or []
        text = "".join(" " if child.type == "softbreak" else child.content for child in children).strip()
    return _MARKS.sub("", text)


def parser(html: bool = False) -> MarkdownIt:
    """``html``: whether HTML is taken for what it is, and not for text."""
    made = MarkdownIt("commonmark", {"html": html, "maxNesting": 100}).enable(["table", "strikethrough"])
    footnote_plugin(made)
    superscript_plugin(made)
    sub_plugin(made)
    link_addresses(made)
    made.inline.ruler.at("emphasis", _emphasis)
    made.block.ruler.at("table", _table, {"alt": ["paragraph", "reference"]})
    made.block.ruler.before("fence", "container", _container, {"alt": ["paragraph", "reference", "blockquote", "list"]})
    made.validateLink = lambda url: True  # type: ignore[method-assign]  # accept all here, so that faults are reported
    return made


def _arranged(tokens: Sequence[Token]) -> list[Token]:
    """The tokens with the nodes that Markdown itself does not know."""
    found = [token for token in tokens if token.type != "footnote_anchor"]
    found = list(_pictures(found))
    found = list(_tables(found))
    _fenced(found)
    _tasks(found)
    _headings(found)
    return list(_pull_quotes(found))


# --- Rules that the parser follows ---


def _line(state: StateBlock, line: int) -> str:
    return state.src[state.bMarks[line] + state.tShift[line] : state.eMarks[line]].strip()


def _notes(state: StateCore) -> None:
    """Before those are left out that nothing refers to."""
    state.env["notes"] = [token for token in state.tokens if token.type == "footnote_reference_open"]
    depth = 0
    for token in state.tokens:
        if token.type in ("footnote_reference_open", "footnote_reference_close"):
            depth += token.nesting
            if depth > 1:
                line = token.map[0] if token.map else 0
                state.env["faults"].append(Fault(line, "a footnote within a footnote; begin it in the first column"))
                state.tokens = []  # the rules that follow would take them apart
                return


def _faults(state: StateCore) -> None:
    """Before escaped signs become text like any other."""
    state.env["faults"] += of_tokens(state.tokens, state.src.split("\n"))


def _emphasis(state: StateInline, silent: bool) -> bool:
    """Stars stress Chinese and Japanese words, too, which have no spaces around them."""
    before, known = state.src[max(state.pos - 1, 0) : state.pos], len(state.delimiters)
    if not emphasis.tokenize(state, silent):
        return False
    after = state.src[state.pos : state.pos + 1]
    for mark in state.delimiters[known:]:
        if mark.marker == ord("*"):
            mark.open = mark.open or (bool(_CJK.match(before)) and bool(after.strip()))
            mark.close = mark.close or (bool(_CJK.match(after)) and bool(before.strip()))
    return True


def _table(state: StateBlock, start: int, end: int, silent: bool) -> bool:
    """A table ends before its title, which Markdown alone would take for a row. Each row has as many cells as the head.

    Markdown alone fills up rows that are too short, and drops what is in surplus cells.
    """
    if silent or not table(state, start, end, True):
        return table(state, start, end, silent)
    titles = (line for line in range(start + 2, end) if _line(state, line).startswith(TABLE_TITLE))
    found = table(state, start, next(titles, end), silent)
    if found:
        wanted = _cells(state, start)
        for line in range(start + 2, state.line):
            if (number := _cells(state, line)) != wanted:
                what = f"this row has {number}, and the head {wanted} cells; write \\| for a | within a cell"
                state.env.setdefault("faults", []).append(Fault(line, what))
    return found


def _cells(state: StateBlock, line: int) -> int:
    cells = escapedSplit(_line(state, line))
    return len(cells) - (cells[0] == "") - (len(cells) > 1 and cells[-1] == "")


def _container(state: StateBlock, start: int, end: int, silent: bool) -> bool:
    """``::: box Title`` or ``::: quote`` up to a line ``:::``."""
    if state.is_code_block(start) or not _line(state, start).startswith(MARK):
        return False
    name, _, title = _line(state, start).strip(": ").partition(" ")
    if name not in CONTAINERS:
        return False
    inside = _outside_fences(state, start + 1, end)
    closing = next((line for line in inside if _line(state, line).startswith(MARK)), None)
    if closing is None or _line(state, closing) != MARK:
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


def _outside_fences(state: StateBlock, start: int, end: int) -> Iterator[int]:
    """The lines that are not in a block of code."""
    fence = ""
    for line in range(start, end):
        mark = _FENCE.match(_line(state, line))
        if mark and not fence:
            fence = mark[0]
        elif mark and mark[0].startswith(fence):
            fence = ""
        elif not fence:
            yield line


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
    table, end, last = -1, -2, -1
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
    inline.content = inline.content.removeprefix(TABLE_TITLE).lstrip()
    inline.children = inline.children or []
    inline.children[0].content = inline.children[0].content.removeprefix(TABLE_TITLE).lstrip()
    yield inline
    yield Token("table_title_close", "", -1, block=True)


def _fenced(tokens: Sequence[Token]) -> None:
    """Blocks of code that say what is to be shown in their place."""
    for token in tokens:
        if token.type == "fence" and token.info.strip() == "chart":
            chart, faults = read_chart(token.content)
            token.type, token.meta = "chart", {"chart": chart, "faults": faults}
        elif token.type == "fence" and token.info.strip() == "events":
            wanted, faults = read_events(token.content)
            token.type, token.meta = "events", {"wanted": wanted, "faults": faults}


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
        level = levels.index(token.tag) + 1
        token.tag, token.meta = f"h{min(level + 2, 6)}", {"level": level}


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
