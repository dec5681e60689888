"""The text part of a mail, written from an article's tokens, not by removing tags from its HTML."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence

from markdown_it.tree import SyntaxTreeNode

from mailer.adapters.render.folding import WIDTH, fold, underline
from mailer.adapters.render.prose_html import shows_address
from mailer.model.charts import Chart

_MARKS = {"": "- ", "done": "- [x] ", "open": "- [ ] "}
"""What stands before an item of a list, by what became of its task."""


class PlainText:
    """Writes one article as text. Links are numbered in their order, and listed by ``notes``."""

    def __init__(self, first_note: int = 1) -> None:
        self._links: dict[str, int] = {}
        self._first = first_note
        self._blocks: dict[str, Callable[[SyntaxTreeNode, int], list[str]]] = {
            "paragraph": lambda node, width: self._folded(self._inline(node), width),
            "heading": lambda node, width: underline(self._inline(node), "-", width),
            "bullet_list": self._list,
            "ordered_list": self._list,
            "blockquote": lambda node, width: _behind(self.blocks(node.children, width - 2), "> "),
            "fence": _code,
            "code_block": _code,
            "hr": lambda node, width: ["* * *".center(width).rstrip()],
            "table": self._table,
            "table_block": lambda node, width: self.blocks(node.children, width, spaced=False),
            "table_title": lambda node, width: self._folded(self._inline(node), width),
            "box": lambda node, width: _behind(self.blocks(node.children, width - 2), "| "),
            "box_title": lambda node, width: underline(self._inline(node), "-", width),
            "pull": lambda node, width: _behind(self.blocks(node.children, width - 4), "    "),
            "pull_by": lambda node, width: self._folded(f"— {self._inline(node)}", width),
            "picture": _picture,
            "chart": _chart,
            "footnote_block": lambda node, width: self.blocks(node.children, width),
            "footnote": self._footnote,
        }
        self._inlines: dict[str, Callable[[SyntaxTreeNode], str]] = {
            "text": lambda node: node.content,
            "code_inline": lambda node: f"“{node.content}”",
            "softbreak": lambda node: " ",
            "hardbreak": lambda node: "\n",
            "strong": lambda node: f"*{self._inline(node)}*",
            "em": lambda node: f"_{self._inline(node)}_",
            "s": lambda node: f"~{self._inline(node)}~",
            "sup": lambda node: f"^{self._inline(node)}",
            "link": self._link,
            "footnote_ref": lambda node: f"({node.meta['id'] + 1})",
        }

    def blocks(self, nodes: Iterable[SyntaxTreeNode], width: int = WIDTH, spaced: bool = True) -> list[str]:
        """Lines of at most ``width``, with an empty line between blocks if ``spaced``."""
        lines: list[str] = []
        for node in nodes:
            if lines and spaced:
                lines.append("")
            lines += self._blocks[node.type](node, width)
        return lines

    def notes(self) -> list[str]:
        """The links, one per line: ``[1] https://…``."""
        return [f"[{number}] {href}" for href, number in self._links.items()]

    @property
    def next_note(self) -> int:
        return self._first + len(self._links)

    def _list(self, node: SyntaxTreeNode, width: int) -> list[str]:
        number = int(node.attrs.get("start", 1)) if node.type == "ordered_list" else 0
        loose = any(not child.hidden for item in node.children for child in item.children if child.type == "paragraph")
        lines: list[str] = []
        for at, item in enumerate(node.children):
            mark = f"{number + at}. " if node.type == "ordered_list" else _MARKS[item.meta.get("task", "")]
            inner = self.blocks(item.children, width - len(mark), spaced=loose)
            if lines and loose:
                lines.append("")
            lines += _behind(inner or [""], mark, " " * len(mark))
        return lines

    def _footnote(self, node: SyntaxTreeNode, width: int) -> list[str]:
        mark = f"({node.meta['id'] + 1}) "
        return _behind(self.blocks(node.children, width - len(mark)), mark, " " * len(mark))

    def _table(self, node: SyntaxTreeNode, width: int) -> list[str]:
        rows = [[self._inline(cell) for cell in row.children] for part in node.children for row in part.children]
        widths = [max(len(row[at]) for row in rows) for at in range(len(rows[0]))]
        if sum(widths) + 2 * (len(widths) - 1) <= width:
            rows.insert(1, ["-" * column for column in widths])
            return ["  ".join(cell.ljust(w) for cell, w in zip(row, widths, strict=True)).rstrip() for row in rows]
        return _records(rows[0], rows[1:], width)

    def _folded(self, text: str, width: int) -> list[str]:
        return [line for part in text.split("\n") for line in fold(part, width)]

    def _inline(self, node: SyntaxTreeNode) -> str:
        return "".join(self._pieces(node)).strip()

    def _pieces(self, node: SyntaxTreeNode) -> Iterator[str]:
        for child in node.children:
            written = self._inlines.get(child.type)
            yield written(child) if written else "".join(self._pieces(child))

    def _link(self, node: SyntaxTreeNode) -> str:
        href, label = str(node.attrs["href"]), self._inline(node)
        if shows_address(node):
            return f"<{label}>"
        return f"{label} [{self._links.setdefault(href, self.next_note)}]"


def _records(head: Sequence[str], rows: Iterable[Sequence[str]], width: int) -> list[str]:
    """A table that is wider than a line: a line ``heading: cell`` for each cell, an empty line between rows."""
    lines: list[str] = []
    for row in rows:
        if lines:
            lines.append("")
        for name, cell in zip(head, row, strict=True):
            lines += fold(f"{name}: {cell}" if name else cell, width, rest="  ") if cell else []
    return lines


def _picture(node: SyntaxTreeNode, width: int) -> list[str]:
    texts = (f"[{node.meta['alt']}]", node.meta["caption"], node.meta["credit"])
    return [line for text in texts if text for line in fold(text, width)]


def _chart(node: SyntaxTreeNode, width: int) -> list[str]:
    chart: Chart = node.meta["chart"]
    title = f"{chart.title} ({chart.unit})" if chart.unit else chart.title
    rows = [[row.label, *("–" if value is None else str(value) for value in row.values)] for row in chart.rows]
    source = fold(chart.source, width) if chart.source else []
    return [*fold(title, width), *_records([chart.label, *chart.columns], rows, width), *source]


def _code(node: SyntaxTreeNode, width: int) -> list[str]:
    inner = width - 4
    lines = node.content.expandtabs(4).rstrip("\n").split("\n")
    return [f"    {line[at : at + inner]}".rstrip() for line in lines for at in range(0, max(len(line), 1), inner)]


def _behind(lines: Sequence[str], first: str, rest: str | None = None) -> list[str]:
    indent = first if rest is None else rest
    return [f"{indent if at else first}{line}".rstrip() for at, line in enumerate(lines)]
