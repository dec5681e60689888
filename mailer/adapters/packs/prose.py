"""The text of an article as plain blocks, which a word processor and Markdown have alike."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from enum import StrEnum

from markdown_it.tree import SyntaxTreeNode

from mailer.adapters.render.chart_text import cells, heading, source
from mailer.adapters.render.events_html import Events
from mailer.adapters.render.reading_time import counted_words
from mailer.compose.catalogue import Catalogue

_TASKS = {"done": "☑ ", "open": "☐ "}
_WIDE = 100_000
"""Columns of a text that nobody folds."""


@dataclass(frozen=True, slots=True)
class Run:
    """Words that look alike."""

    text: str
    strong: bool = False
    em: bool = False
    struck: bool = False
    raised: bool = False
    lowered: bool = False
    code: bool = False
    href: str = ""
    note: int = 0
    """The number of the footnote that stands here; the text is empty then."""
    ends_line: bool = False


Runs = tuple[Run, ...]


class Kind(StrEnum):
    """What a block is."""

    PARAGRAPH = "paragraph"
    HEADING = "heading"
    ITEM = "item"  # of a list
    QUOTE = "quote"
    PULL = "pull"  # a sentence that stands out
    PULL_BY = "pull by"  # who said it
    BOX_TITLE = "box title"
    BOX = "box"
    PICTURE = "picture"
    TABLE_TITLE = "table title"
    TABLE = "table"
    CODE = "code"
    RULE = "rule"


@dataclass(frozen=True, slots=True)
class PlacedPicture:
    """A picture at its place in the text."""

    name: str
    """File name in the issue's folder."""
    alt: str
    caption: str
    credit: str


@dataclass(frozen=True, slots=True)
class Block:
    """One paragraph, one item of a list, one table, or one picture."""

    kind: Kind
    runs: Runs = ()
    level: int = 0
    """Of a heading from 1; how deep an item stands from 0."""
    number: int = 0
    """Of an item of a numbered list; 0 in a list of points."""
    starts: bool = False
    """Whether an item is the first of its list."""
    follows: bool = False
    """Whether it is a further paragraph of the item above."""
    rows: Sequence[Sequence[Runs]] = ()
    """Of a table; the first has the heads."""
    right: frozenset[int] = frozenset()
    """The columns of a table that are aligned to the right."""
    picture: PlacedPicture | None = None

    @property
    def text(self) -> str:
        """The words alone."""
        own = "".join(run.text or " " for run in self.runs)
        return own or " ".join("".join(run.text for run in cell) for row in self.rows for cell in row)


@dataclass(frozen=True, slots=True)
class Prose:
    """An article's text."""

    blocks: Sequence[Block]
    notes: Mapping[int, Sequence[Block]] = field(default_factory=dict)
    """The footnotes by number."""

    @property
    def words(self) -> int:
        """How many words it has; where words are not set apart, how many signs."""
        said = [*self.blocks, *(block for note in self.notes.values() for block in note)]
        return sum(counted_words(block.text) for block in said)

    def shortened(self, most: int) -> Prose:
        """Its first paragraphs, as many as have ``most`` words; nothing is left out between them.

        What would stand at the end with nothing to follow, a heading or half a list, is left out.
        """
        kept: list[Block] = []
        room = most
        for block in self.blocks:
            room -= counted_words(block.text)
            if room < 0 and kept:
                break
            kept.append(block)
        while len(kept) > 1 and len(kept) < len(self.blocks) and kept[-1].kind in _NEVER_LAST:
            kept.pop()
        named = {run.note for block in kept for run in block.runs if run.note}
        return Prose(kept, {number: note for number, note in self.notes.items() if number in named})


_NEVER_LAST = (Kind.HEADING, Kind.BOX_TITLE, Kind.TABLE_TITLE, Kind.RULE)


def read(tree: SyntaxTreeNode, catalogue: Catalogue) -> Prose:
    """The blocks of an article's tree, which ``markdown_parser`` describes."""
    reader = _Reader(catalogue)
    blocks = list(reader.blocks(tree.children))
    return Prose(blocks, reader.notes)


class _Reader:
    def __init__(self, catalogue: Catalogue) -> None:
        self._catalogue = catalogue
        self.notes: dict[int, Sequence[Block]] = {}

    def blocks(self, nodes: Iterable[SyntaxTreeNode], level: int = 0) -> Iterator[Block]:
        for node in nodes:
            yield from self._block(node, level)

    def _block(self, node: SyntaxTreeNode, level: int) -> Iterator[Block]:
        match node.type:
            case "paragraph":
                yield Block(Kind.PARAGRAPH, self._runs(node))
            case "heading":
                yield Block(Kind.HEADING, self._runs(node), level=node.meta["level"])
            case "bullet_list" | "ordered_list":
                yield from self._list(node, level)
            case "blockquote" | "box" | "pull":
                yield from self._set_apart(node, level)
            case "box_title" | "pull_by" | "table_title":
                yield Block(_TITLES[node.type], self._runs(node))
            case "picture":
                meta = node.meta
                shown = PlacedPicture(meta["name"], meta["alt"], meta["caption"], meta["credit"])
                yield Block(Kind.PICTURE, picture=shown)
            case "chart":
                yield from self._chart(node)
            case "events":
                yield from self._events(node)
            case "fence" | "code_block":
                lines = node.content.rstrip("\n").split("\n")
                yield from (Block(Kind.CODE, (Run(line, code=True),)) for line in lines)
            case "table_block":
                yield from self.blocks(node.children, level)
            case "table":
                yield self._table(node)
            case "hr":
                yield Block(Kind.RULE)
            case "footnote_block":
                for note in node.children:
                    self.notes[note.meta["id"] + 1] = list(self.blocks(note.children))

    def _set_apart(self, node: SyntaxTreeNode, level: int) -> Iterator[Block]:
        kind = {"blockquote": Kind.QUOTE, "box": Kind.BOX, "pull": Kind.PULL}[node.type]
        for block in self.blocks(node.children, level):
            yield replace(block, kind=kind) if block.kind is Kind.PARAGRAPH else block

    def _list(self, node: SyntaxTreeNode, level: int) -> Iterator[Block]:
        first = int(node.attrs.get("start", 1)) if node.type == "ordered_list" else 0
        for at, item in enumerate(node.children):
            task = _TASKS.get(item.meta.get("task", ""), "")
            is_first = True
            for child in item.children:
                if child.type != "paragraph":
                    yield from self._block(child, level + 1)
                    continue
                runs = self._runs(child)
                runs = (Run(task), *runs) if task and is_first else runs
                number = first + at if first else 0
                yield Block(Kind.ITEM, runs, level, number, starts=at == 0 and is_first, follows=not is_first)
                is_first = False

    def _chart(self, node: SyntaxTreeNode) -> Iterator[Block]:
        """A chart as the table that it is drawn from."""
        chart = node.meta["chart"]
        rows = cells(chart, self._catalogue)
        head = [chart.label, *chart.columns]
        head += [""] * (len(rows[0]) - len(head))
        yield Block(Kind.TABLE_TITLE, (Run(heading(chart)),))
        made = [[(Run(cell),) if cell else () for cell in row] for row in (head, *rows)]
        yield Block(Kind.TABLE, rows=made, right=frozenset(range(1, len(head))))
        if chart.source:
            yield Block(Kind.PARAGRAPH, (Run(source(chart, self._catalogue), em=True),))

    def _events(self, node: SyntaxTreeNode) -> Iterator[Block]:
        lines = Events(self._catalogue, self._catalogue.direction).lines(node.meta["chosen"], _WIDE)
        for line in filter(str.strip, lines):
            words = line.strip()
            is_strong = words.startswith("*") and words.endswith("*")
            yield Block(Kind.PARAGRAPH, (Run(words.strip("*") if is_strong else words, strong=is_strong),))

    def _table(self, node: SyntaxTreeNode) -> Block:
        rows = [[self._runs(cell) for cell in row.children] for part in node.children for row in part.children]
        heads = node.children[0].children[0].children
        right = {at for at, cell in enumerate(heads) if cell.attrs.get("style") == "text-align:right"}
        return Block(Kind.TABLE, rows=rows, right=frozenset(right))

    # --- within a line ---

    def _runs(self, node: SyntaxTreeNode) -> Runs:
        return tuple(self._pieces(node.children, Run("")))

    def _pieces(self, nodes: Iterable[SyntaxTreeNode], look: Run) -> Iterator[Run]:
        for node in nodes:
            match node.type:
                case "text":
                    yield replace(look, text=node.content)
                case "code_inline":
                    yield replace(look, text=node.content, code=True)
                case "softbreak":
                    yield replace(look, text=" ")
                case "hardbreak":
                    yield replace(look, text="", ends_line=True)
                case "footnote_ref":
                    yield Run("", note=node.meta["id"] + 1)
                case "link":
                    yield from self._pieces(node.children, replace(look, href=str(node.attrs["href"])))
                case _:
                    yield from self._pieces(node.children, replace(look, **_LOOKS.get(node.type, {})))


_TITLES = {"box_title": Kind.BOX_TITLE, "pull_by": Kind.PULL_BY, "table_title": Kind.TABLE_TITLE}
_LOOKS: Mapping[str, Mapping[str, bool]] = {
    "strong": {"strong": True},
    "em": {"em": True},
    "s": {"struck": True},
    "sup": {"raised": True},
    "sub": {"lowered": True},
}
