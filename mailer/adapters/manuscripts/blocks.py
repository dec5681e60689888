"""The units of an article's Markdown, each with its place, and the Markdown with other texts in these places."""

from __future__ import annotations

import re
from collections.abc import Container, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from markdown_it.token import Token

from mailer.adapters.manuscripts import marks
from mailer.adapters.manuscripts.marks import CELL, Fixed, Inline, Node
from mailer.adapters.render.markdown_marks import TABLE_TITLE
from mailer.adapters.render.markdown_parser import parser, without_unused
from mailer.errors import ConfigError
from mailer.model.charts import MAX_LABEL
from mailer.model.manuscripts import Kind, words_only

_CONTAINER = re.compile(r"(?:[ \t]*(?:>|[-*+]|\d{1,9}[.)]|\[\^[^\]\s]+\]:)(?:[ \t]+|$))")
_BY = re.compile(r"(?:--|–|—)[ \t]+")
_TASK = re.compile(r"\[[ xX]\][ \t]+")
_CHART_KEY = re.compile(r"(\s*(?:title|unit|source)\s*:\s*)(.*?)\s*", re.IGNORECASE)
_CHART_FIXED = re.compile(r"\s*\w+\s*:", re.IGNORECASE)
_ONE_LINE = frozenset((Kind.HEADING, Kind.BOX_TITLE, Kind.HEAD, Kind.ROW))
"""Kinds that cannot have a line break in Markdown."""


@dataclass(frozen=True, slots=True)
class Place:
    """Where a text stands in an article's Markdown."""

    kind: Kind
    first: int
    """Its first line, from 0."""
    last: int
    """The line after its last one."""
    prefix: str
    """What stands before it on its first line."""
    inline: Inline
    suffix: str = ""
    """What stands behind it."""
    part: int = 0
    """Which of the texts of these lines it is: a picture has several."""

    @property
    def has_words(self) -> bool:
        """Whether there is anything to translate: a letter, or in a row a number that languages write differently."""
        text = words_only(self.inline.shown)
        return any(map(str.isalpha, text)) or (self.kind is Kind.ROW and re.search(r"\d[.,]\d", text) is not None)

    def leads_to(self, addresses: Container[str]) -> bool:
        """Whether one of its links has one of these addresses."""
        own = (*(address for address, _ in self.inline.links), *self.inline.addresses.values())
        return any(address in addresses for address in own)


def places(body: str) -> list[Place]:
    """All texts of the Markdown ``body``, in the order in which they are translated."""
    tokens = parser().parse(body)
    return list(_Finder(body.split("\n"), tokens).find())


def rebuilt(body: str, texts: Mapping[int, str], links: Mapping[str, str]) -> str:
    """The Markdown with other texts in some of its places, by their position in ``places``.

    ``links`` has other addresses for some of its links. Raises ConfigError if the structure would not be the same.
    """
    found = places(body)
    markdown = parser()
    notes = {f":{note}" for place in found for note in place.inline.notes}

    def parse(text: str) -> Sequence[Token]:
        env = {"footnotes": {"refs": dict.fromkeys(notes, -1)}}
        return markdown.parseInline(text, env)[0].children or []

    changed = {at: found[at].inline.shown for at in range(len(found)) if found[at].leads_to(links)}
    texts = {**changed, **texts}
    lines = body.split("\n")
    written = {at: _text(found[at], text, parse, links) for at, text in texts.items()}
    for first, together in _by_lines(found, written):
        lines[first : together[0][0].last] = _lines(together).split("\n")
    made = without_unused("\n".join(lines))
    if structure(made, links={}) != structure(body, links=links):
        raise ConfigError(["the translation would change the structure of an article; look at it, and write to us"])
    return made


def structure(body: str, links: Mapping[str, str]) -> list[object]:
    """What a translation does not change: blocks, code, the addresses of links, of which ``links`` has others."""
    shape: list[object] = []
    for token in parser().parse(body):
        if token.type == "inline":
            inner = token.children or []
            targets = (str(child.attrs["href"]) for child in inner if child.type == "link_open")
            names = [(child.type, str(child.attrs.get("src", ""))) for child in inner if child.type == "image"]
            notes = [str(child.meta.get("label")) for child in inner if child.type == "footnote_ref"]
            shape.append((sorted(links.get(one, one) for one in targets), names, sorted(notes)))
        else:
            is_chart = token.type == "fence" and token.info.strip() == "chart"
            content = _chart_numbers(token.content) if is_chart else token.content
            level = token.tag if token.type.startswith("heading") else ""
            shape.append((token.type, level, token.info, content, token.attrs.get("style", ""), token.hidden))
    return shape


# --- where the texts stand ---


class _Finder:
    def __init__(self, lines: Sequence[str], tokens: Sequence[Token]) -> None:
        self._lines, self._tokens = lines, tokens
        self._within: list[str] = []

    def find(self) -> Iterator[Place]:
        for at, token in enumerate(self._tokens):
            if token.nesting > 0:
                self._within.append(token.type.removesuffix("_open"))
            elif token.nesting < 0:
                self._within.pop()
            if token.type == "tr_open":
                yield self._row(at)
            elif token.type == "inline" and not {"th", "td"} & set(self._within):
                yield from self._inline(at)
            elif token.type == "fence" and token.info.strip() == "chart":
                yield from self._chart(token)

    def _inline(self, at: int) -> Iterator[Place]:
        token = self._tokens[at]
        children = token.children or []
        if len(children) == 1 and children[0].type == "image":
            yield from self._picture(token, children[0])
            return
        if token.map is None:
            raise ConfigError(["a translator cannot be shown a footnote within the text; write it as [^1]"])
        first, last = token.map
        if self._within[-1].endswith("_title"):
            yield self._titled(token)
        elif self._within[-1] == "heading":
            yield self._heading(at)
        elif self._within[-1] == "paragraph":
            yield from self._paragraph(at, first, last)

    def _paragraph(self, at: int, first: int, last: int) -> Iterator[Place]:
        token = self._tokens[at]
        children = list(token.children or [])
        prefix = self._before(first, token.content)
        if self._is_table_title(at):
            children, mark = _without(children, TABLE_TITLE)
            yield Place(Kind.TABLE_TITLE, first, last, prefix + mark, marks.inline(children))
            return
        if "list_item" in self._within[-2:-1] and (task := _TASK.match(token.content)):
            children, mark = _without(children, task[0])
            prefix += mark
        if self._type(at + 2) == "pull_close":
            yield from self._quote(children, token, first, last, prefix)
            return
        yield Place(self._kind(at), first, last, prefix, marks.inline(children))

    def _kind(self, at: int) -> Kind:
        if "footnote" in self._within:
            return Kind.FOOTNOTE
        if "pull" in self._within:
            return Kind.QUOTE
        is_point = self._within[-2:-1] == ["list_item"] and self._tokens[at - 2].type == "list_item_open"
        return Kind.ITEM if is_point else Kind.PARAGRAPH

    def _quote(self, children: list[Token], token: Token, first: int, last: int, prefix: str) -> Iterator[Place]:
        """The last paragraph of a pull quote, whose last line may say who said it."""
        breaks = [at for at, child in enumerate(children) if child.type in ("softbreak", "hardbreak")]
        start = breaks[-1] + 1 if breaks else 0
        by = _BY.match(children[start].content) if children else None
        if by is None:
            yield Place(Kind.QUOTE, first, last, prefix, marks.inline(children))
            return
        if breaks:
            yield Place(Kind.QUOTE, first, last - 1, prefix, marks.inline(children[: breaks[-1]]))
        who, mark = _without(children[start:], by[0])
        line = last - 1
        before = self._before(line, token.content.split("\n")[-1])
        yield Place(Kind.BY, line, last, before + mark, marks.inline(who))

    def _heading(self, at: int) -> Place:
        token, opening = self._tokens[at], self._tokens[at - 1]
        assert opening.map
        first, last = opening.map
        if opening.markup.startswith("#"):
            prefix = re.match(r".*?#+[ \t]*", self._lines[first])
            before = prefix[0] if prefix else ""
        else:
            before = f"{self._before(first, token.content)}{'#' * int(opening.tag[1])} "
        return Place(Kind.HEADING, first, last, before, marks.inline(token.children or []))

    def _titled(self, token: Token) -> Place:
        assert token.map
        line = self._lines[token.map[0]]
        prefix = line[: line.rindex(token.content)]
        return Place(Kind.BOX_TITLE, token.map[0], token.map[1], prefix, marks.inline(token.children or []))

    def _row(self, at: int) -> Place:
        nodes: list[Node] = []
        links: tuple[tuple[str, str], ...] = ()
        addresses: dict[str, str] = {}
        end = next(place for place in range(at, len(self._tokens)) if self._tokens[place].type == "tr_close")
        is_head = False
        for token in self._tokens[at:end]:
            if token.type in ("th_open", "td_open"):
                is_head = token.type == "th_open"
                nodes += [Fixed("cell", CELL)] if nodes else []
            elif token.type == "inline":
                cell = marks.inline(token.children or [], len(links))
                nodes += cell.nodes or [""]
                links += cell.links
                addresses |= cell.addresses
        line = self._tokens[at].map
        assert line
        prefix = self._container(line[0])
        inline = Inline(tuple(nodes), links, addresses)
        return Place(Kind.HEAD if is_head else Kind.ROW, line[0], line[0] + 1, f"{prefix}| ", inline, " |")

    def _picture(self, token: Token, image: Token) -> Iterator[Place]:
        assert token.map
        first, last = token.map
        caption, _, credit = str(image.attrs.get("title", "")).partition("|")
        texts = ((Kind.ALT, image.content), (Kind.CAPTION, caption), (Kind.CREDIT, credit))
        prefix = self._before(first, token.content)
        for part, (kind, text) in enumerate(texts):
            one = Inline((text.strip(),) if text.strip() else ())
            yield Place(kind, first, last, prefix, one, str(image.attrs.get("src", "")), part)

    def _chart(self, token: Token) -> Iterator[Place]:
        assert token.map
        first = token.map[0] + 1
        is_head = True
        below = False
        for line, written in enumerate(token.content.rstrip("\n").split("\n"), first):
            before = self._before(line, written)
            key = _CHART_KEY.fullmatch(written)
            if key and not below:
                yield Place(Kind.CHART, line, line + 1, before + key[1], Inline((key[2],) if key[2] else ()))
            elif written.strip() and (below or not _CHART_FIXED.match(written)):
                below = True
                cells = _cells(written)
                if is_head:
                    nodes = tuple(part for cell in cells for part in (Fixed("cell", CELL), cell))[1:]
                    yield Place(Kind.CHART_ROW, line, line + 1, before, Inline(nodes))
                elif cells:
                    rest = _after_first(written)
                    yield Place(Kind.CHART_LABEL, line, line + 1, before, Inline((cells[0],) if cells[0] else ()), rest)
                is_head = False

    def _is_table_title(self, at: int) -> bool:
        if not self._tokens[at].content.startswith(TABLE_TITLE):
            return False
        return self._type(at - 2) == "table_close" or self._type(at + 2) == "table_open"

    def _type(self, at: int) -> str:
        return self._tokens[at].type if 0 <= at < len(self._tokens) else ""

    def _before(self, line: int, content: str) -> str:
        """What stands on the line before this text."""
        written = self._lines[line].rstrip()
        begun = content.split("\n")[0].rstrip()
        if not written.endswith(begun):
            raise ConfigError([f"the line “{written[:60]}” has a tab or another odd sign; use spaces"])
        return written[: len(written) - len(begun)]

    def _container(self, line: int) -> str:
        """The marks of lists and quotations with which the line begins."""
        depth = sum(name in ("list_item", "blockquote", "footnote") for name in self._within)
        end = 0
        for _ in range(depth):
            if mark := _CONTAINER.match(self._lines[line], end):
                end = mark.end()
        spaces = re.compile(r"[ \t]*").match(self._lines[line], end)
        return self._lines[line][: spaces.end() if spaces else end]


def _without(children: Sequence[Token], mark: str) -> tuple[list[Token], str]:
    """The tokens without what their text begins with, and that with the spaces after it."""
    text = children[0].content
    rest = text[len(mark) :].lstrip()
    return [children[0].copy(content=rest), *children[1:]], text[: len(text) - len(rest)]


# --- charts ---


def _cells(line: str) -> list[str]:
    return [cell.strip().strip('"').replace('""', '"') for cell in _split_cells(line)]


def _split_cells(line: str) -> list[str]:
    """The cells of a line of CSV, as they are written."""
    cells, within = [""], False
    for sign in line:
        within ^= sign == '"'
        if sign == "," and not within:
            cells.append("")
        else:
            cells[-1] += sign
    return cells


def _after_first(line: str) -> str:
    return line[len(_split_cells(line)[0]) :]


def _chart_numbers(content: str) -> list[list[str]]:
    """The numbers of a chart, and what else a translation does not change."""
    rows: list[list[str]] = []
    below = False
    for line in content.split("\n"):
        if not below and _CHART_FIXED.match(line):
            rows.append(["" if _CHART_KEY.fullmatch(line) else line.strip()])
        elif line.strip():
            cells = _cells(line)
            rows.append([cell.strip() for cell in cells[1:]] if below else [str(len(cells))])
            below = True
    return rows


# --- other texts in these places ---


def _text(place: Place, text: str, parse: marks.Parse, links: Mapping[str, str]) -> str:
    """The Markdown of a translated text, without what stands before and behind it."""
    match place.kind:
        case Kind.ALT | Kind.CAPTION | Kind.CREDIT:
            return " ".join(text.split()).replace("|", "/")
        case Kind.CHART | Kind.CHART_LABEL | Kind.CHART_ROW:
            return _csv(place, text)
        case Kind.HEAD | Kind.ROW:
            return _row(place, marks.with_original(text, place.inline, links), parse, links)
        case _:
            text = marks.with_original(text, place.inline, links)
            nodes = marks.complete(marks.read(text, place.inline), place.inline.nodes)
            written = marks.markdown(nodes, place.inline, parse, links)
            return written.replace("\\\n", " ") if place.kind in _ONE_LINE else written


def _row(place: Place, text: str, parse: marks.Parse, links: Mapping[str, str]) -> str:
    own = _split(place.inline.nodes)
    read = _split(marks.read(text, place.inline))
    for more in read[len(own) :]:
        read[len(own) - 1] += [" ", *more]
    cells = [marks.complete(read[at] if at < len(read) else cell, cell) for at, cell in enumerate(own)]
    written = (marks.markdown(cell, place.inline, parse, links).replace("\\\n", " ") for cell in cells)
    return " | ".join(re.sub(r"(?<!\\)\|", r"\\|", cell) for cell in written)


def _split(nodes: Iterable[Node]) -> list[list[Node]]:
    cells: list[list[Node]] = [[]]
    for node in nodes:
        if node == Fixed("cell", CELL):
            cells.append([])
        else:
            cells[-1].append(node)
    return cells


def _csv(place: Place, text: str) -> str:
    """Words of a chart; a label is quoted, so that a comma in it ends nothing."""
    text = " ".join(text.split())
    if place.kind is Kind.CHART_ROW:
        own = len(_split(place.inline.nodes))
        cells = [cell.strip() for cell in re.split(r"[|｜]", text)]
        kept = [*cells, *([""] * own)][: own - 1]
        return ", ".join(map(_quoted, [*kept, " ".join(cells[own - 1 :])]))
    return _quoted(text) if place.kind is Kind.CHART_LABEL else text


def _quoted(cell: str) -> str:
    """A cell of CSV. What is longer than a label may be ends in an ellipsis: the translator has been asked about it."""
    short = cell if len(cell) <= MAX_LABEL else f"{cell[: MAX_LABEL - 1].rstrip()}…"
    escaped = short.replace('"', '""')
    return f'"{escaped}"'


def _by_lines(found: Sequence[Place], written: Mapping[int, str]) -> Iterator[tuple[int, list[tuple[Place, str]]]]:
    """The texts of the same lines together, from the last lines to the first."""
    groups: dict[int, list[tuple[Place, str]]] = {}
    for at, place in enumerate(found):
        if at in written or place.kind in (Kind.ALT, Kind.CAPTION, Kind.CREDIT):
            text = written.get(at, place.inline.shown)
            groups.setdefault(place.first, []).append((place, text))
    yield from sorted(groups.items(), reverse=True)


def _lines(together: Sequence[tuple[Place, str]]) -> str:
    place, text = together[0]
    if place.kind is Kind.ALT:
        (_, alt), (_, caption), (_, credit) = together
        title = " | ".join(filter(None, (caption, credit))) if caption else f"| {credit}" if credit else ""
        ending = f' "{marks.escape(title, every=True)}"' if title else ""
        return f"{place.prefix}![{marks.escape(alt, every=True)}]({marks.target(place.suffix)}{ending})"
    rest = re.sub(r"[^>\s]", " ", place.prefix)
    return place.prefix + text.replace("\n", f"\n{rest}") + place.suffix
