"""The text part of a mail, written from an article's tokens, not by removing tags from its HTML."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence

from markdown_it.tree import SyntaxTreeNode

from mailer.adapters.render.folding import WIDTH, fold, underline


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
            mark = f"{number + at}. " if node.type == "ordered_list" else "- "
            inner = self.blocks(item.children, width - len(mark), spaced=loose)
            if lines and loose:
                lines.append("")
            lines += _behind(inner or [""], mark, " " * len(mark))
        return lines

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
            match child.type:
                case "text":
                    yield child.content
                case "code_inline":
                    yield f"“{child.content}”"
                case "softbreak":
                    yield " "
                case "hardbreak":
                    yield "\n"
                case "strong":
                    yield f"*{self._inline(child)}*"
                case "em":
                    yield f"_{self._inline(child)}_"
                case "link":
                    yield self._link(child)
                case _:
                    yield from self._pieces(child)

    def _link(self, node: SyntaxTreeNode) -> str:
        href, label = str(node.attrs["href"]), self._inline(node)
        if label in (href, href.removeprefix("mailto:")):
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


def _code(node: SyntaxTreeNode, width: int) -> list[str]:
    inner = width - 4
    lines = node.content.expandtabs(4).rstrip("\n").split("\n")
    return [f"    {line[at : at + inner]}".rstrip() for line in lines for at in range(0, max(len(line), 1), inner)]


def _behind(lines: Sequence[str], first: str, rest: str | None = None) -> list[str]:
    indent = first if rest is None else rest
    return [f"{indent if at else first}{line}".rstrip() for at, line in enumerate(lines)]
