"""What an article has that is not supported: each with its line and what to do, so that nothing is dropped (D10)."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from difflib import get_close_matches
from itertools import pairwise
from typing import NamedTuple

from markdown_it.token import Token

from mailer.adapters.render.markdown_marks import LINES, MARKS, TABLE_TITLE, TAGS
from mailer.message import clean
from mailer.model.issues import Article

MAX_CELLS = 2_000
MAX_BLOCKS = 3_000
MAX_DEPTH = 6
"""Lists, quotations and boxes within one another."""
MAX_LEVELS = 4
"""Levels of headings within an article."""
MAX_FAULTS = 40
"""Faults of one article that are named one by one."""

_LINK = re.compile(r"https?://[\w.-]+(:\d+)?([/?#].*)?|mailto:[^@/]+@[\w.-]+(\?.*)?", re.IGNORECASE)
_TAG = re.compile(r"</?([A-Za-z][\w-]*)")
_LANGUAGE = re.compile(r"[A-Za-z0-9+#.-]*")
_DRAWN = ("mermaid", "plantuml", "graphviz", "dot", "math", "latex", "tex", "csv-table", "vega", "vega-lite")
"""Fences that other programs draw something from."""
BLOCKS = ("chart", "events")
"""Fences in whose place something is shown."""
_ESCAPED, _OPAQUE = "\x00", "\x01"
"""Stand for a sign that was escaped, and for code, an address or the edge of emphasis."""
_HIDDEN = re.compile(f"[{_ESCAPED}{_OPAQUE}]+")
_END = Token("end", "", 0)
_DEPTH = ("list_item", "blockquote", "box", "pull", "footnote")
_POINT = re.compile(r"[ \t]*([-+*•·▪●◦]|\d{1,3}[.)])[ \t]+\S")


class Fault(NamedTuple):
    """What is wrong in an article."""

    line: int
    """Within the body, from 0."""
    what: str


# --- before the tokens are arranged ---


def of_tokens(tokens: Sequence[Token], lines: Sequence[str]) -> Iterator[Fault]:
    """Faults of what Markdown made of the text. Its text still says which signs were escaped."""
    yield from _blocks(tokens, lines)
    for before, token in pairwise(tokens):
        if token.type == "inline":
            start = token.map[0] if token.map else 0
            if before.type == "paragraph_open":
                yield from _source_lines(token, start)
            yield from _inline(token, start)
    yield from _numbers(tokens)
    yield from _depth(tokens)


def _blocks(tokens: Sequence[Token], lines: Sequence[str]) -> Iterator[Fault]:
    for token, after in pairwise([*tokens, _END]):
        line = token.map[0] if token.map else 0
        if token.type == "html_block":
            yield Fault(line, _html(token.content))
        elif token.type == "heading_open" and token.markup in ("-", "="):
            hint = "write ## before the heading; for a rule, leave an empty line above it"
            yield Fault(line, f"the line of {token.markup} below makes a heading of this; {hint}")
        elif token.type == "heading_open" and not after.content.strip():
            yield Fault(line, "a heading without words; write them, or delete the #")
        elif token.type == "fence":
            yield from (Fault(line, what) for what in _fence(token, lines))
        elif token.type == "code_block" and all(map(_POINT.match, token.content.rstrip("\n").split("\n"))):
            yield Fault(line, "four spaces before a line make code of it; delete them, and begin a point with - ")
        elif token.type in ("box_open", "pull_open", "blockquote_open") and after.nesting < 0:
            yield Fault(line, "there is nothing in it; write the text below, or delete it")
        elif token.type == "pull_title_open":
            yield Fault((after.map or [0])[0], "a quote has no title; write the words on the lines below ::: quote")


def _fence(token: Token, lines: Sequence[str]) -> Iterator[str]:
    info = token.info.strip()
    if not _is_closed(token, lines):
        yield f"a block that begins with {token.markup} is never closed; add a line {token.markup} below it"
    elif info.lower() in _DRAWN or not _LANGUAGE.fullmatch(info):
        yield f"{token.markup}{clean(info, 30)} is not supported; a chart is {token.markup}chart, and code has no sign"
    elif info not in BLOCKS and (near := get_close_matches(info.lower(), BLOCKS, cutoff=0.8)):
        yield f"unknown kind of block {clean(info, 30)}; did you mean {near[0]}?"


def _is_closed(token: Token, lines: Sequence[str]) -> bool:
    if token.map is None or token.map[1] - token.map[0] < 2:
        return False
    last = lines[token.map[1] - 1].strip(" \t>")
    return last.startswith(token.markup) and not last.strip(token.markup[0])


def _html(text: str) -> str:
    text = text.strip()
    if text.startswith("<!--"):
        return "a comment, which readers would not see; delete it, or keep it outside the folder"
    tag = _TAG.match(text)
    cure = TAGS.get(tag[1].lower() if tag else "", "delete it, or write \\< for the sign")
    return f"HTML is not supported: {clean(text, 40)}; {cure}"


def _source_lines(inline: Token, start: int) -> Iterator[Fault]:
    """Lines that look like something which Markdown did not see."""
    lines = inline.content.split("\n")
    for at, line in enumerate(lines):
        if mark := next((mark for mark in LINES if mark.pattern.match(line)), None):
            yield Fault(start + at, mark.what(line) if callable(mark.what) else mark.what)
    begun = [re.match(r"(\d{1,3})[.)] ", line) for line in lines]
    for at, (one, two) in enumerate(pairwise(begun)):
        if one and two and int(two[1]) == int(one[1]) + 1:
            yield Fault(start + at, "a list needs an empty line above it")
            break
    if sum(line.startswith(("– ", "— ")) for line in lines) > 1:
        yield Fault(start, "points that begin with a dash run together; begin each with - and a space")


def _inline(inline: Token, start: int) -> Iterator[Fault]:
    line = start
    text = ""
    links: list[Token] = []
    for token in inline.children or []:
        if token.type in ("softbreak", "hardbreak"):
            yield from (Fault(line, what) for what in _marks(text))
            text, line = "", line + 1
            continue
        if token.type == "link_open":
            links.append(token)
        elif token.type == "link_close":
            links.pop()
        yield from (Fault(line, what) for what in _inline_token(token))
        text += _seen(token, bool(links) and links[-1].info == "auto")
    yield from (Fault(line, what) for what in _marks(text))


def _seen(token: Token, is_address: bool) -> str:
    """What of a token may hide a mark that Markdown did not understand."""
    if token.type == "text" and not is_address:
        return token.content
    if token.type == "text_special":
        return _ESCAPED if len(token.content) == 1 else token.content
    return _OPAQUE


def _marks(text: str) -> Iterator[str]:
    """The first mark in a line of text that Markdown did not understand."""
    for mark in MARKS:
        if found := mark.pattern.search(text):
            shown = clean(_HIDDEN.sub("…", found[0]), 40)
            yield f"{shown} {mark.what}"
            return


def _inline_token(token: Token) -> Iterator[str]:
    if token.type == "html_inline" and not token.content.startswith("</"):
        yield _html(token.content)
    elif token.type == "text_special" and token.info == "entity" and "\ufffd" in token.content:
        yield f"{token.markup} stands for no sign; write the sign itself"
    elif token.type == "link_open":
        yield from _link(token)


def _link(token: Token) -> Iterator[str]:
    href = str(token.attrGet("href") or "")
    if not _LINK.fullmatch(href):
        yield f"the link {href[:80]!r} does not work in a mail; write it in full, as https://… or mailto:…"
    if title := token.attrGet("title"):
        yield f"nobody sees the words behind the address of a link, “{clean(str(title), 40)}”; write them in the text"


def _numbers(tokens: Sequence[Token]) -> Iterator[Fault]:
    """A list is numbered on from its first point, so other numbers would be lost."""
    lists: list[list[Token]] = []
    for token in tokens:
        if token.type in ("ordered_list_open", "bullet_list_open"):
            lists.append([])
        elif token.type == "list_item_open":
            lists[-1].append(token)
        elif token.type in ("ordered_list_close", "bullet_list_close"):
            items = lists.pop()
            if token.type == "ordered_list_close":
                yield from _numbering(items)


def _numbering(items: Sequence[Token]) -> Iterator[Fault]:
    numbers = [int(item.info) for item in items]
    if len(set(numbers)) == 1:
        return
    for item, number, expected in zip(items, numbers, range(numbers[0], numbers[0] + len(items)), strict=True):
        if number != expected:
            yield Fault(item.map[0] if item.map else 0, f"the point {number} would be printed as {expected}; number on")
            return


def _depth(tokens: Sequence[Token]) -> Iterator[Fault]:
    depth = 0
    for token in tokens:
        if token.type.rpartition("_")[0] in _DEPTH:
            depth += token.nesting
            if depth > MAX_DEPTH:
                yield Fault(
                    token.map[0] if token.map else 0, f"more than {MAX_DEPTH} lists or quotations in one another"
                )
                return


# --- definitions ---


def of_references(references: Mapping[str, Mapping[str, object]], used: Iterable[str]) -> Iterator[Fault]:
    """Addresses of links that nothing refers to. ``used``: the labels of those that something does."""
    for label in set(references) - set(used):
        place = references[label].get("map")
        line = place[0] if isinstance(place, list) else 0
        yield Fault(line, f"nothing refers to [{clean(label.lower(), 40)}]:, so readers would not see it; delete it")


def of_notes(defined: Iterable[Token], used: Mapping[str, int]) -> Iterator[Fault]:
    """Footnotes that nothing refers to. ``used``: their ids by label, -1 of one that is not used."""
    seen: set[str] = set()
    for token in defined:
        label, line = str(token.meta["label"]), token.map[0] if token.map else 0
        name = clean(label, 40)
        if label in seen:
            yield Fault(line, f"a second footnote [^{name}]; give it another name")
        elif used.get(f":{label}", -1) < 0:
            yield Fault(line, f"nothing refers to the footnote [^{name}]; refer to it, or delete it")
        seen.add(label)


# --- after the tokens were arranged ---


def of_article(tokens: Sequence[Token], article: Article) -> Iterator[Fault]:
    """Faults of pictures, charts, blocks of events, titles of tables and headings, and of the article's size."""
    for token in tokens:
        line = token.map[0] if token.map else 0
        if token.type in BLOCKS:
            yield from (Fault(line + 1 + at, what) for at, what in token.meta["faults"])
        elif token.type == "picture":
            yield from (Fault(line, what) for what in _picture(token, article))
        elif token.type == "inline" and any(child.type == "image" for child in token.children or []):
            yield Fault(line, 'a picture stands alone in its paragraph: ![what it shows](name.jpg "caption | credit")')
        elif token.type == "inline" and token.content.startswith(TABLE_TITLE):
            yield Fault(line, "a title of a table stands right above or below its table, one for each")
    yield from _headings(tokens)
    yield from _sizes(tokens)


def _picture(token: Token, article: Article) -> Iterator[str]:
    name = token.meta["name"]
    if not token.meta["alt"]:
        yield f"{name[:80]} has no description; write ![what it shows]({name[:80]}) for readers who cannot see it"
    if name not in article.pictures:
        yield f"{name[:80]} is not a picture of this folder; copy it beside the article, and give its bare name"


def _headings(tokens: Sequence[Token]) -> Iterator[Fault]:
    headings = [token for token in tokens if token.type == "heading_open"]
    levels = [2, *(int(token.tag[1]) for token in headings)]
    for token, (before, level) in zip(headings, pairwise(levels), strict=True):
        line = token.map[0] if token.map else 0
        if token.meta.get("level", 0) > MAX_LEVELS:
            yield Fault(line, f"more than {MAX_LEVELS} levels of headings; use fewer")
        elif level > before + 1:
            yield Fault(line, "a heading leaves out a level; use one # less")


def _sizes(tokens: Sequence[Token]) -> Iterator[Fault]:
    blocks = sum(token.nesting >= 0 and token.type not in ("inline", "table_block_open") for token in tokens)
    cells = sum(token.type in ("th_open", "td_open") for token in tokens)
    if cells > MAX_CELLS:
        yield Fault(0, f"{cells} table cells; {MAX_CELLS} are allowed: link to the table instead")
    elif blocks > MAX_BLOCKS:
        yield Fault(0, f"{blocks} paragraphs, points and cells; {MAX_BLOCKS} are allowed: shorten the article")
