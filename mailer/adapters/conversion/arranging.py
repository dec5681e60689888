"""The order of a document's blocks: captions, pictures and lists where they belong."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace

from mailer.adapters.conversion.document import Block, Box, Kind, NoteMark, Paragraph, Picture, Piece, Table, plain


def together(block: Block) -> object:
    """Blocks of the same are written together."""
    if not isinstance(block, Paragraph):
        return "block"
    if block.point:
        return "list"
    return block.kind if block.kind in (Kind.CODE, Kind.QUOTE) and not has_notes(block) else "block"


def arranged(blocks: Sequence[Block]) -> list[Block]:
    """The blocks with captions where they belong, pictures of cells below their table, and lists in one piece."""
    kept = list(_with_captions([block for block in _flattened(blocks) if not _is_nothing(block)]))
    found: list[Block] = []
    waiting: list[Block] = []
    for at, block in enumerate(kept):
        last = found[-1] if found else None
        in_list = isinstance(last, Paragraph) and last.point is not None
        if not isinstance(block, Paragraph) and in_list and _resumes(kept[at + 1 :]):
            waiting.append(block)
            continue
        if waiting and not (isinstance(block, Paragraph) and block.point):
            found += waiting
            waiting = []
        found.append(block)
    return [*found, *waiting]


def _resumes(blocks: Sequence[Block]) -> bool:
    """Whether a list goes on behind what stands in it."""
    following = next((block for block in blocks if isinstance(block, Paragraph)), None)
    return following is not None and following.point is not None


def _is_nothing(block: Block) -> bool:
    return isinstance(block, Paragraph) and block.is_empty and block.kind not in (Kind.RULE, Kind.CODE)


def _flattened(blocks: Iterable[Block]) -> Iterator[Block]:
    for block in blocks:
        if isinstance(block, Box) and (pictured := _captioned(block)):
            yield pictured
        elif isinstance(block, Table) and _is_frame(block):
            yield Box([one for row in block.rows for cell in row for one in cell])
        elif isinstance(block, Table):
            yield block
            yield from _pictures(block)
        else:
            yield block


def _captioned(box: Box) -> Picture | None:
    """The picture of a box that has nothing else than its caption."""
    pictures = [block for block in box.blocks if isinstance(block, Picture)]
    others = [block for block in box.blocks if not isinstance(block, Picture) and not _is_nothing(block)]
    if (
        has_notes(box)
        or len(pictures) != 1
        or not all(isinstance(other, Paragraph) for other in others)
        or len(others) > 2
    ):
        return None
    if any(isinstance(other, Paragraph) and other.point for other in others):
        return None
    return replace(pictures[0], caption=pictures[0].caption or plain(others))


def _is_frame(table: Table) -> bool:
    """Whether a table has one cell alone, with which people draw a frame around words."""
    return len(table.rows) == 1 and len(table.rows[0]) == 1


def _pictures(block: Block) -> Iterator[Picture]:
    if isinstance(block, Picture):
        yield block
    elif isinstance(block, Table):
        for row in block.rows:
            for cell in row:
                for inner in cell:
                    yield from _pictures(inner)
    elif isinstance(block, Box):
        for inner in block.blocks:
            yield from _pictures(inner)


def has_notes(block: Block) -> bool:
    return any(isinstance(piece, NoteMark) for one in paragraphs([block]) for piece in one.pieces)


def _with_captions(blocks: Sequence[Block]) -> Iterator[Block]:
    """The blocks with each caption in the picture above it, or in the table below or above it."""
    found: list[Block] = []
    for at, block in enumerate(blocks):
        after = blocks[at + 1] if at + 1 < len(blocks) else None
        last = found[-1] if found else None
        if isinstance(last, Paragraph) and last.kind is Kind.CAPTION and isinstance(block, Table):
            found[-1] = replace(block, title=last.pieces)
        elif not (isinstance(block, Paragraph) and block.kind is Kind.CAPTION) or isinstance(after, Table):
            found.append(block)
        elif isinstance(last, Picture) and not last.caption and not has_notes(block):
            found[-1] = replace(last, caption=block.text)
        elif isinstance(last, Table) and not last.title:
            found[-1] = replace(last, title=block.pieces)
        else:
            found.append(block)
    yield from found


# --- what is in blocks ---


def paragraphs(blocks: Iterable[Block]) -> Iterator[Paragraph]:
    for block in blocks:
        match block:
            case Paragraph():
                yield block
            case Table():
                for row in block.rows:
                    for cell in row:
                        yield from paragraphs(cell)
            case Box():
                yield from paragraphs(block.blocks)


def note_marks(blocks: Iterable[Block]) -> Iterator[str]:
    for paragraph in paragraphs(blocks):
        yield from (piece.note for piece in paragraph.pieces if isinstance(piece, NoteMark))


def without_note_marks(pieces: Iterable[Piece]) -> list[Piece]:
    return [piece for piece in pieces if not isinstance(piece, NoteMark)]
