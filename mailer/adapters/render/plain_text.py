"""The text part of a mail, written from an article's tree, not by removing tags from its HTML."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence

from markdown_it.tree import SyntaxTreeNode

from mailer.adapters.render.chart_text import cells, heading, source
from mailer.adapters.render.events_html import Events
from mailer.adapters.render.folding import WIDTH, chopped, fold, underline
from mailer.adapters.render.prose_html import shows_address
from mailer.adapters.render.text_table import table
from mailer.compose.catalogue import ENGLISH, Catalogue
from mailer.model.charts import Chart

_TASKS = {"done": "[x] ", "open": "[ ] "}
_SIDES = {"text-align:right": "right", "text-align:center": "center"}
_RAISED = dict(zip("0123456789+-−=()ni", "⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻⁻⁼⁽⁾ⁿⁱ", strict=True))
_LOWERED = dict(zip("0123456789+-−=()", "₀₁₂₃₄₅₆₇₈₉₊₋₋₌₍₎", strict=True))


class PlainText:
    """Writes one article as text. Links are numbered in their order, and listed by ``notes``."""

    def __init__(self, first_note: int = 1, catalogue: Catalogue = ENGLISH) -> None:
        self._links: dict[str, int] = {}
        self.first_note = first_note
        self._catalogue = catalogue
        self._blocks: dict[str, Callable[[SyntaxTreeNode, int], list[str]]] = {
            "paragraph": lambda node, width: self._folded(self._inline(node), width),
            "heading": lambda node, width: underline(self._inline(node), "-", width),
            "bullet_list": self._list,
            "ordered_list": self._list,
            "blockquote": lambda node, width: _behind(self.blocks(node.children, width - 2), "> "),
            "box": lambda node, width: _behind(self.blocks(node.children, width - 2), "| "),
            "box_title": lambda node, width: fold(f"*{self._inline(node)}*", width),
            "pull": lambda node, width: _behind(self.blocks(node.children, width - 12, spaced=False), " " * 6),
            "pull_by": lambda node, width: fold(self._inline(node), width, "— ", "  "),
            "picture": self._picture,
            "chart": lambda node, width: self._chart(node.meta["chart"], width),
            "events": lambda node, width: Events(catalogue, catalogue.direction).lines(node.meta["chosen"], width),
            "fence": _code,
            "code_block": _code,
            "hr": lambda node, width: ["* * *".center(width).rstrip()],
            "table_block": lambda node, width: self.blocks(node.children, width),
            "table_title": lambda node, width: fold(self._inline(node), width),
            "table": self._table,
            "footnote_block": self._notes_of_text,
        }
        self._pieces: dict[str, Callable[[SyntaxTreeNode], str]] = {
            "text": lambda node: node.content,
            "code_inline": lambda node: f"“{node.content}”",
            "softbreak": lambda node: " ",
            "hardbreak": lambda node: "\n",
            "strong": lambda node: f"*{self._inline(node)}*",
            "em": lambda node: f"_{self._inline(node)}_",
            "s": lambda node: f"~{self._inline(node)}~",
            "sup": lambda node: _moved(self._inline(node), _RAISED),
            "sub": lambda node: _moved(self._inline(node), _LOWERED),
            "footnote_ref": lambda node: _raised(node.meta["id"] + 1),
            "link": self._link,
        }

    def blocks(self, nodes: Iterable[SyntaxTreeNode], width: int = WIDTH, spaced: bool = True) -> list[str]:
        """Lines of at most ``width``, with an empty line between blocks if ``spaced``."""
        lines: list[str] = []
        for node in nodes:
            made = self._blocks[node.type](node, width)
            if lines and made and spaced:
                lines.append("")
            lines += made
        return lines

    def notes(self) -> list[str]:
        """The links, one per line: ``[1] https://…``."""
        return [f"[{number}] {href}" for href, number in self._links.items()]

    @property
    def next_note(self) -> int:
        return self.first_note + len(self._links)

    def _list(self, node: SyntaxTreeNode, width: int) -> list[str]:
        number = int(node.attrs.get("start", 1)) if node.type == "ordered_list" else 0
        loose = any(not child.hidden for item in node.children for child in item.children if child.type == "paragraph")
        lines: list[str] = []
        for at, item in enumerate(node.children):
            mark = f"{number + at}. " if node.type == "ordered_list" else "- "
            mark = _TASKS.get(item.meta.get("task", ""), mark)
            inner = self.blocks(item.children, width - len(mark), spaced=loose)
            if lines and loose:
                lines.append("")
            lines += _behind(inner or [""], mark, " " * len(mark))
        return lines

    def picture(self, alt: str, caption: str, credit: str, width: int = WIDTH) -> list[str]:
        """What stands for a picture: what it shows, its caption, and who made it."""
        shown = fold(self._catalogue.gettext("[Picture: %(alt)s]") % {"alt": alt}, width) if alt else []
        return [*shown, *fold(" ".join(filter(None, [caption, credit and f"({credit})"])), width)]

    def _picture(self, node: SyntaxTreeNode, width: int) -> list[str]:
        return self.picture(node.meta["alt"], node.meta["caption"], node.meta["credit"], width)

    def _chart(self, chart: Chart, width: int) -> list[str]:
        """A chart as the table that it is drawn from."""
        rows = cells(chart, self._catalogue)
        head = [chart.label, *chart.columns]
        head += [""] * (len(rows[0]) - len(head))
        sides = ["left", *["right"] * (len(head) - 1)]
        said = ["", *fold(source(chart, self._catalogue), width)] if chart.source else []
        return [*fold(heading(chart), width), "", *table(head, rows, width, sides=sides), *said]

    def _table(self, node: SyntaxTreeNode, width: int) -> list[str]:
        head, *rows = [[self._inline(cell) for cell in row.children] for part in node.children for row in part.children]
        sides = [_SIDES.get(str(cell.attrs.get("style", "")), "left") for cell in node.children[0].children[0].children]
        return table(head, rows, width, sides=sides)

    def _notes_of_text(self, node: SyntaxTreeNode, width: int) -> list[str]:
        lines: list[str] = []
        for note in node.children:
            mark = f"{_raised(note.meta['id'] + 1)} "
            inner = self.blocks(note.children, width - len(mark))
            lines += _behind(inner, mark, " " * len(mark))
        return lines

    def _folded(self, text: str, width: int) -> list[str]:
        return [line for part in text.split("\n") for line in fold(part, width)]

    def _inline(self, node: SyntaxTreeNode) -> str:
        return "".join(map(self._piece, node.children)).strip(" \n")

    def _piece(self, node: SyntaxTreeNode) -> str:
        write = self._pieces.get(node.type)
        return write(node) if write else "".join(map(self._piece, node.children))

    def _link(self, node: SyntaxTreeNode) -> str:
        href, label = str(node.attrs["href"]), self._inline(node)
        if shows_address(node):
            return f"<{label}>"
        return f"{label} [{self._links.setdefault(href, self.next_note)}]"


def _raised(number: int) -> str:
    """The mark of a footnote."""
    return _moved(str(number), _RAISED)


def _moved(text: str, signs: Mapping[str, str]) -> str:
    """Digits as the signs that stand above or below the line; of other text there are none, and it stays."""
    return "".join(signs[sign] for sign in text) if all(sign in signs for sign in text) else text


def _code(node: SyntaxTreeNode, width: int) -> list[str]:
    inner = width - 4
    lines = node.content.expandtabs(4).rstrip("\n").split("\n")
    return [f"    {part}".rstrip(" ") for line in lines for part in chopped(line, inner)]


def _behind(lines: Sequence[str], first: str, rest: str | None = None) -> list[str]:
    indent = first if rest is None else rest
    return [f"{indent if at else first}{line}".rstrip(" ") for at, line in enumerate(lines)]
