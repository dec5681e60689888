"""A document of criteria as text: lines of at most 72 characters, as a mail shows them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from mailer.adapters.render.folding import WIDTH, columns, fold, padded, underline
from mailer.adapters.render.text_table import table
from mailer.compose.catalogue import Catalogue
from mailer.model.criteria_changes import Change, Marked, MarkedBlock, MarkedClause

_INDENT = 7
"""Columns of the numbers, left of the text."""
_NARROWEST = 7
"""Columns of the screen that a cell of a table needs."""
_MARKS = {Change.ADDED: ("{+", "+}"), Change.REMOVED: ("[-", "-]")}


def title_block(group: str, title: str, facts: Sequence[tuple[str, str]], note: str) -> list[str]:
    """The head of the document."""
    lines = [*fold(group), "", *underline(title.upper(), "=")]
    label = max(columns(name) for name, _ in facts) + 3
    for name, value in facts:
        lines += fold(value, first=padded(name, label), rest=" " * label)
    return [*lines, "", *fold(note)]


def clauses_as_text(clauses: Sequence[MarkedClause], catalogue: Catalogue) -> list[str]:
    """The clauses, each under its number."""
    return [line for clause in clauses for line in _clause(clause, catalogue)]


def _clause(clause: MarkedClause, catalogue: Catalogue) -> Iterator[str]:
    yield from ("", "") if clause.level == 1 else ("",)
    number = catalogue.gettext("Annex %(letter)s") % {"letter": clause.number} if clause.annex else clause.number
    yield from underline(f"{number}  {_plain(clause.title)}", "-" if clause.level == 1 else ".")
    for block in clause.blocks:
        yield ""
        yield from _block(block, catalogue)


def _block(block: MarkedBlock, catalogue: Catalogue) -> Iterator[str]:
    rest = " " * _INDENT
    match block.kind:
        case "paragraph":
            yield from _folded(_plain(block.texts[0]), first=f"{block.number:{_INDENT}}", rest=rest)
        case "items":
            for letter, item in zip("abcdefghijklmnopqrstuvwxyz", block.texts, strict=False):
                yield from _folded(_plain(item), first=f"{rest}{letter}) ", rest=f"{rest}   ")
        case "definition":
            yield from _folded(_plain(block.title), first=f"{block.number:{_INDENT}}", rest=rest)
            yield from _folded(_plain(block.texts[0]), first=rest, rest=rest)
        case "table":
            caption = catalogue.gettext("Table %(number)s: %(caption)s")
            yield from _folded(caption % {"number": block.number, "caption": _plain(block.title)})
            yield ""
            yield from _table(block)
        case "figure":
            yield from _figure(block, catalogue)


def _table(block: MarkedBlock) -> list[str]:
    head, rows = [_plain(cell) for cell in block.head], [[_plain(cell) for cell in row] for row in block.rows]
    return table(head, rows, narrowest=_NARROWEST, folded=_folded)


def _folded(text: str, width: int = WIDTH, first: str = "", rest: str | None = None) -> list[str]:
    """As ``fold``, but no word is alone on a further line: it might be a keyword, and its quotation a vote (A12)."""
    lines = fold(text, width, first, rest)
    for narrower in range(width, width // 2, -1):
        tried = fold(text, narrower, first, rest)
        if all(len(line.split()) > 1 for line in tried[1:]):
            return tried
    return lines


def _figure(block: MarkedBlock, catalogue: Catalogue) -> Iterator[str]:
    """The drawing as lines: who each party is, and what each hands on."""
    caption = catalogue.gettext("Figure %(number)s: %(caption)s")
    yield from _folded(caption % {"number": block.number, "caption": _plain(block.title)})
    yield ""
    yield from _table(block)
    assert block.route is not None
    names = {party.key: party.name for party in block.route.parties}
    handovers = iter(block.route.handovers)
    for number, text in numbered_key(block.texts):
        yield ""
        if number:
            one = next(handovers)
            yield from _folded(f"{names[one.giver]} → {names[one.taker]}", first=f"{number:<4}", rest="    ")
        yield from _folded(_plain(text), first="    ", rest="    ")


def numbered_key(texts: Sequence[Marked]) -> Iterator[tuple[int, Marked]]:
    """The key of a drawing: each sentence with the number of its arrow, and 0 for one that is gone."""
    number = 0
    for text in texts:
        gone = all(run.change is Change.REMOVED for run in text)
        number += not gone
        yield (0 if gone else number), text


def _plain(text: Marked) -> str:
    """The text, with signs around what was added and removed."""
    return "".join(_signed(run.change, run.text) for run in text)


def _signed(change: Change, text: str) -> str:
    if change not in _MARKS:
        return text
    before, after = _MARKS[change]
    inner = text.strip()
    if not inner:
        return text
    start = text.index(inner)
    return f"{text[:start]}{before}{inner}{after}{text[start + len(inner) :]}"
