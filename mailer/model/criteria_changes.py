"""A document of criteria beside an earlier version of it, clause by clause, with its words marked."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from enum import StrEnum
from itertools import zip_longest
from typing import NamedTuple, TypeAlias, TypeVar

from mailer.model.criteria import (
    Block,
    Clause,
    Definition,
    Document,
    Figure,
    Items,
    Paragraph,
    Route,
    Table,
    block_numbers,
    clause_numbers,
)
from mailer.phrases import Phrase, phrase

T = TypeVar("T")


class Change(StrEnum):
    """How words, or a clause, stand to the earlier version."""

    SAME = "same"
    ADDED = "added"
    REMOVED = "removed"
    CHANGED = "changed"  # of a clause: some of its words are


CHANGES: Mapping[Change, Phrase] = {
    Change.SAME: phrase("unchanged"),
    Change.ADDED: phrase("new"),
    Change.REMOVED: phrase("removed"),
    Change.CHANGED: phrase("changed"),
}
"""How a clause stands to the earlier version, in words."""


class Run(NamedTuple):
    """Words that are the same, added or removed."""

    change: Change
    text: str


Marked: TypeAlias = "tuple[Run, ...]"
"""A text in its order, what was removed before what came in its place."""


@dataclass(frozen=True, slots=True)
class MarkedBlock:
    kind: str
    """``paragraph``, ``items``, ``definition``, ``table`` or ``figure``."""
    number: str
    title: Marked = ()
    """The caption, or the term."""
    texts: tuple[Marked, ...] = ()
    """The paragraph, the meaning, the items of a list, or the key of a drawing."""
    head: tuple[Marked, ...] = ()
    rows: tuple[tuple[Marked, ...], ...] = ()
    route: Route | None = None

    @property
    def change(self) -> Change:
        return _change_of([self.title, *self.texts, *self.head, *(cell for row in self.rows for cell in row)])


@dataclass(frozen=True, slots=True)
class MarkedClause:
    key: str
    number: str
    level: int
    annex: bool
    title: Marked
    blocks: tuple[MarkedBlock, ...]

    @property
    def plain_title(self) -> str:
        """The title as it is now; of a clause that is gone, as it was."""
        kept = [run.text for run in self.title if run.change is not Change.REMOVED]
        return "".join(kept or [run.text for run in self.title])

    @property
    def change(self) -> Change:
        return _change_of([self.title, *(run for block in self.blocks for run in _texts(block))])


def _texts(block: MarkedBlock) -> Iterator[Marked]:
    yield from (block.title, *block.texts, *block.head)
    yield from (cell for row in block.rows for cell in row)


def _change_of(texts: Sequence[Marked]) -> Change:
    found = {run.change for text in texts for run in text if run.text}
    return found.pop() if len(found) == 1 else Change.CHANGED if found else Change.SAME


def unmarked(document: Document) -> list[MarkedClause]:
    """The document by itself."""
    return compared(document, document)


def compared(old: Document, new: Document) -> list[MarkedClause]:
    """The clauses of ``new``, and in their places those that only ``old`` has; both in the words of one language."""
    before = {one.key: one for one in _marked_clauses(old, Change.REMOVED)}
    after = {one.key: one for one in _marked_clauses(new, Change.ADDED)}
    olds, news = ({one.key: one for one in document.clauses} for document in (old, new))
    numbers = dict(zip(after, block_numbers(new.clauses), strict=True))
    found = []
    for key in _in_order(list(before), list(after)):
        if key not in after:
            found.append(before[key])
        elif key not in before:
            found.append(after[key])
        else:
            one, other = olds[key], news[key]
            blocks = tuple(_compared_blocks(one, other, numbers[key]))
            title = words_marked(one.title, other.title)
            found.append(MarkedClause(key, after[key].number, other.level, other.annex, title, blocks))
    return found


def _in_order(old: Sequence[str], new: Sequence[str]) -> list[str]:
    """The keys of ``new``, each followed by those that stood behind it in ``old`` and are gone."""
    found = list(new)
    for at, key in enumerate(old):
        if key not in new:
            found.insert(found.index(old[at - 1]) + 1 if at else 0, key)
    return found


def _marked_clauses(document: Document, change: Change) -> Iterator[MarkedClause]:
    numbers = zip(document.clauses, clause_numbers(document.clauses), block_numbers(document.clauses), strict=True)
    for clause, number, blocks in numbers:
        marked = tuple(_marked_block(block, at, change) for block, at in zip(clause.blocks, blocks, strict=True))
        yield MarkedClause(clause.key, number, clause.level, clause.annex, _run(clause.title, change), marked)


def _run(text: str, change: Change) -> Marked:
    return (Run(change, text),) if text else ()


# --- Blocks ---


class _Parts(NamedTuple):
    """A block as texts."""

    kind: str
    title: str
    texts: tuple[str, ...]
    head: tuple[str, ...] = ()
    rows: tuple[tuple[str, ...], ...] = ()
    route: Route | None = None


def _parts(block: Block) -> _Parts:
    match block:
        case Paragraph(text):
            return _Parts("paragraph", "", (text,))
        case Items(items):
            return _Parts("items", "", items)
        case Definition(term, meaning):
            return _Parts("definition", term, (meaning,))
        case Table(caption, head, rows):
            return _Parts("table", caption, (), head, rows)
        case Figure(caption, route, head):
            parties = tuple((party.name, ", ".join(party.details) or "—") for party in route.parties)
            return _Parts("figure", caption, tuple(one.what for one in route.handovers), head, parties, route)


def _marked_block(block: Block, number: str, change: Change) -> MarkedBlock:
    parts = _parts(block)
    rows = tuple(tuple(_run(cell, change) for cell in row) for row in parts.rows)
    texts, head = (tuple(_run(text, change) for text in some) for some in (parts.texts, parts.head))
    return MarkedBlock(parts.kind, number, _run(parts.title, change), texts, head, rows, parts.route)


def _compared_blocks(old: Clause, new: Clause, numbers: Sequence[str]) -> Iterator[MarkedBlock]:
    at = dict(zip(map(id, new.blocks), numbers, strict=True))
    for one, other in _paired(old.blocks, new.blocks, _alike):
        if other is None:
            assert one is not None
            yield _marked_block(one, "", Change.REMOVED)
        elif one is None:
            yield _marked_block(other, at[id(other)], Change.ADDED)
        else:
            yield _compared_block(_parts(one), _parts(other), at[id(other)])


def _alike(one: Block, other: Block) -> bool:
    """Whether one is the other with changed words."""
    before, after = _parts(one), _parts(other)
    if before.kind != after.kind:
        return False
    return before.kind != "paragraph" or _similar(before.texts[0], after.texts[0])


def _similar(one: str, other: str) -> bool:
    return SequenceMatcher(None, _words(one), _words(other), autojunk=False).ratio() >= _ALIKE


def _compared_block(old: _Parts, new: _Parts, number: str) -> MarkedBlock:
    texts = tuple(words_marked(one or "", other or "") for one, other in _paired(old.texts, new.texts, _similar))
    head = tuple(words_marked(one, other) for one, other in zip_longest(old.head, new.head, fillvalue=""))
    rows = tuple(
        tuple(words_marked(*cells) for cells in zip_longest(one or (), other or (), fillvalue=""))
        for one, other in _paired(old.rows, new.rows, lambda one, other: one[0] == other[0])
    )
    return MarkedBlock(new.kind, number, words_marked(old.title, new.title), texts, head, rows, new.route)


def _paired(olds: Sequence[T], news: Sequence[T], alike: Callable[[T, T], bool]) -> Iterator[tuple[T | None, T | None]]:
    """Each of ``news`` with the one of ``olds`` that it comes from, or None; and those that are gone, with None."""
    matcher = SequenceMatcher(None, [repr(one) for one in olds], [repr(one) for one in news], autojunk=False)
    for _, start, end, begin, stop in matcher.get_opcodes():
        pairs = _pairs(olds[start:end], news[begin:stop], alike)
        left = start
        for at, new in enumerate(news[begin:stop]):
            following = (pair for pair in pairs[at:] if pair is not None)
            upto = start + next(following, end - start)
            yield from ((old, None) for old in olds[left:upto])  # what is gone stands before what came in its place
            left = max(left, upto)
            paired = pairs[at] is not None
            yield olds[left] if paired else None, new
            left += paired
        yield from ((old, None) for old in olds[left:end])


def _pairs(olds: Sequence[T], news: Sequence[T], alike: Callable[[T, T], bool]) -> list[int | None]:
    """For each of ``news`` the place of the first of ``olds`` that it can come from, in the order of both."""
    pairs: list[int | None] = []
    first = 0
    for new in news:
        at = next((at for at in range(first, len(olds)) if olds[at] == new or alike(olds[at], new)), None)
        pairs.append(at)
        first = first if at is None else at + 1
    return pairs


# --- Words ---


_FEW = 2
"""Words between two changes that are too few to be read as unchanged."""
_ALIKE = 0.4
"""How much two texts have in common of which one is the other with changed words, from 0 to 1."""


def words_marked(old: str, new: str) -> Marked:
    """``new``, with the words of ``old`` that are not in it."""
    before, after = _words(old), _words(new)
    runs: list[Run] = []
    for same, start, end, begin, stop in _stretches(before, after):
        if same:
            runs.append(Run(Change.SAME, "".join(after[begin:stop])))
            continue
        if start < end:
            runs.append(Run(Change.REMOVED, "".join(before[start:end])))
        if begin < stop:
            runs.append(Run(Change.ADDED, "".join(after[begin:stop])))
    return tuple(runs)


def _stretches(before: Sequence[str], after: Sequence[str]) -> list[tuple[bool, int, int, int, int]]:
    """What is the same and what differs, in turn, with the places in both; few words between changes differ, too."""
    found: list[tuple[bool, int, int, int, int]] = []
    codes = SequenceMatcher(None, before, after, autojunk=False).get_opcodes()
    for at, (change, start, end, begin, stop) in enumerate(codes):
        inner = 0 < at < len(codes) - 1
        few = sum(not word.isspace() for word in after[begin:stop]) <= _FEW
        same = change == "equal" and not (inner and few)
        if found and found[-1][0] == same:
            _, first, _, first_after, _ = found.pop()
            start, begin = first, first_after
        found.append((same, start, end, begin, stop))
    return found


def _words(text: str) -> list[str]:
    return re.findall(r"\s+|\w+(?:[.@’'-]\w+)*|[^\w\s]", text)
