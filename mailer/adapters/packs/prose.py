"""The text of an article as plain blocks, which a word processor and Markdown have alike."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
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
            room -= self._words_of(block)
            if room < 0 and kept:
                break
            kept.append(block)
        while len(kept) > 1 and len(kept) < len(self.blocks) and kept[-1].kind in _NEVER_LAST:
            kept.pop()
        named = {run.note for block in kept for run in block.runs if run.note}
        return Prose(kept, {number: note for number, note in self.notes.items() if number in named})

    def _words_of(self, block: Block) -> int:
        """With those of its footnotes."""
        notes = (note for run in block.runs if run.note for note in self.notes.get(run.note, ()))
        return counted_words(block.text) + sum(counted_words(note.text) for note in notes)


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
        self._nodes: Mapping[str, Callable[[SyntaxTreeNode, int], Iterable[Block]]] = {
            "paragraph": lambda node, level: [Block(Kind.PARAGRAPH, self._runs(node))],
            "heading": lambda node, level: [Block(Kind.HEADING, self._runs(node), level=node.meta["level"])],
            "bullet_list": self._list,
            "ordered_list": self._list,
            **dict.fromkeys(_SET_APART, self._set_apart),
            **dict.fromkeys(_TITLES, lambda node, level: [Block(_TITLES[node.type], self._runs(node))]),
            "picture": _picture,
            "chart": self._chart,
            "events": self._events,
            "fence": _code,
            "code_block": _code,
            "table_block": lambda node, level: self.blocks(node.children, level),
            "table": self._table,
            "hr": lambda node, level: [Block(Kind.RULE)],
            "footnote_block": self._footnotes,
        }

    def blocks(self, nodes: Iterable[SyntaxTreeNode], level: int = 0) -> Iterator[Block]:
        for node in nodes:
            yield from self._nodes[node.type](node, level)

    def _footnotes(self, node: SyntaxTreeNode, level: int) -> Iterable[Block]:
        for note in node.children:
            self.notes[note.meta["id"] + 1] = list(self.blocks(note.children))
        return ()

    def _set_apart(self, node: SyntaxTreeNode, level: int) -> Iterator[Block]:
        kind = _SET_APART[node.type]
        for block in self.blocks(node.children, level):
            yield replace(block, kind=kind) if block.kind is Kind.PARAGRAPH else block

    def _list(self, node: SyntaxTreeNode, level: int) -> Iterator[Block]:
        first = int(node.attrs.get("start", 1)) if node.type == "ordered_list" else 0
        for at, item in enumerate(node.children):
            task = _TASKS.get(item.meta.get("task", ""), "")
            is_first = True
            for child in item.children:
                if child.type != "paragraph":
                    yield from self.blocks([child], level + 1)
                    continue
                runs = self._runs(child)
                runs = (Run(task), *runs) if task and is_first else runs
                number = first + at if first else 0
                yield Block(Kind.ITEM, runs, level, number, starts=at == 0 and is_first, follows=not is_first)
                is_first = False

    def _chart(self, node: SyntaxTreeNode, level: int) -> Iterator[Block]:
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

    def _events(self, node: SyntaxTreeNode, level: int) -> Iterator[Block]:
        lines = Events(self._catalogue, self._catalogue.direction).lines(node.meta["chosen"], _WIDE)
        for line in filter(str.strip, lines):
            words = line.strip()
            is_strong = words.startswith("*") and words.endswith("*")
            yield Block(Kind.PARAGRAPH, (Run(words.strip("*") if is_strong else words, strong=is_strong),))

    def _table(self, node: SyntaxTreeNode, level: int) -> list[Block]:
        rows = [[self._runs(cell) for cell in row.children] for part in node.children for row in part.children]
        heads = node.children[0].children[0].children
        right = {at for at, cell in enumerate(heads) if cell.attrs.get("style") == "text-align:right"}
        return [Block(Kind.TABLE, rows=rows, right=frozenset(right))]

    # --- within a line ---

    def _runs(self, node: SyntaxTreeNode) -> Runs:
        return tuple(self._pieces(node.children, Run("")))

    def _pieces(self, nodes: Iterable[SyntaxTreeNode], look: Run) -> Iterator[Run]:
        for node in nodes:
            if node.type in _TEXTS:
                yield _TEXTS[node.type](node, look)
            else:
                changed = _LOOKS.get(node.type)
                yield from self._pieces(node.children, changed(node, look) if changed else look)


def _picture(node: SyntaxTreeNode, level: int) -> list[Block]:
    meta = node.meta
    return [Block(Kind.PICTURE, picture=PlacedPicture(meta["name"], meta["alt"], meta["caption"], meta["credit"]))]


def _code(node: SyntaxTreeNode, level: int) -> list[Block]:
    return [Block(Kind.CODE, (Run(line, code=True),)) for line in node.content.rstrip("\n").split("\n")]


_SET_APART = {"blockquote": Kind.QUOTE, "box": Kind.BOX, "pull": Kind.PULL}
_TITLES = {"box_title": Kind.BOX_TITLE, "pull_by": Kind.PULL_BY, "table_title": Kind.TABLE_TITLE}
_TEXTS: Mapping[str, Callable[[SyntaxTreeNode, Run], Run]] = {
    "text": lambda node, look: replace(look, text=node.content),
    "code_inline": lambda node, look: replace(look, text=node.content, code=True),
    "softbreak": lambda node, look: replace(look, text=" "),
    "hardbreak": lambda node, look: replace(look, text="", ends_line=True),
    "footnote_ref": lambda node, look: Run("", note=node.meta["id"] + 1),
}
"""What each node says, in the look of what it is in."""
_LOOKS: Mapping[str, Callable[[SyntaxTreeNode, Run], Run]] = {
    "strong": lambda node, look: replace(look, strong=True),
    "em": lambda node, look: replace(look, em=True),
    "s": lambda node, look: replace(look, struck=True),
    "sup": lambda node, look: replace(look, raised=True),
    "sub": lambda node, look: replace(look, lowered=True),
    "link": lambda node, look: replace(look, href=str(node.attrs["href"])),
}
"""How a node changes the look of what is in it."""
