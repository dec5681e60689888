"""An article as Markdown that other programs read: CommonMark, with tables and footnotes as GitHub has them."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from mailer.adapters.packs.article import PackedText
from mailer.adapters.packs.prose import Block, Kind, Run, Runs

_SIGNS = re.compile(r"([\\`*_\[\]<>~|])")
_AT_START = re.compile(r"^(\s*)([#+>-]|\d+[.)])(?=\s)")


def written(text: PackedText) -> bytes:
    """The whole article: its head, its text, its footnotes, its pictures, and where it comes from."""
    return ("\n\n".join(_parts(text)) + "\n").encode()


def _parts(text: PackedText) -> Iterator[str]:
    if text.kicker:
        yield f"*{_escaped(text.kicker)}*"
    yield f"# {_escaped(text.title)}"
    if text.standfirst:
        yield f"**{_escaped(text.standfirst)}**"
    if text.byline:
        yield _escaped(text.byline)
    yield from _blocks(text.prose.blocks, text)
    for number, note in text.prose.notes.items():
        yield f"[^{number}]: " + "\n\n    ".join(_blocks(note, text))
    yield "---"
    for line in text.pictures:
        yield f"- **{_escaped(line.file)}**: {_escaped(line.words)}"
    yield "\n".join(_escaped(line) + "  " for line in text.colophon).rstrip()


def _blocks(blocks: Sequence[Block], text: PackedText) -> Iterator[str]:
    run: list[str] = []
    for block in blocks:
        if block.kind is Kind.ITEM or block.kind is Kind.CODE:
            if run and block.kind is Kind.ITEM and block.starts and not block.level:
                yield "\n".join(run)
                run = []
            run.append(_line(block))
            continue
        if run:
            yield "\n".join(run)
            run = []
        yield _block(block, text)
    if run:
        yield "\n".join(run)


def _line(block: Block) -> str:
    if block.kind is Kind.CODE:
        return f"    {block.text}"
    indent = "   " * block.level
    if block.follows:
        return f"\n{indent}   {_inline(block.runs)}\n"
    return f"{indent}{f'{block.number}. ' if block.number else '- '}{_inline(block.runs)}"


def _block(block: Block, text: PackedText) -> str:
    words = _inline(block.runs)
    match block.kind:
        case Kind.HEADING:
            return f"{'#' * (block.level + 1)} {words}"
        case Kind.QUOTE | Kind.PULL | Kind.BOX:
            return f"> {words}"
        case Kind.PULL_BY:
            return f"> — {words}"
        case Kind.BOX_TITLE | Kind.TABLE_TITLE:
            return f"**{words}**"
        case Kind.PICTURE:
            return f"*[{_escaped(text.placed(block))}]*"
        case Kind.TABLE:
            return _table(block)
        case Kind.RULE:
            return "* * *"
        case _:
            return _AT_START.sub(r"\1\\\2", words)


def _table(block: Block) -> str:
    head, *rows = [[_inline(cell).replace("\n", " ") for cell in row] for row in block.rows]
    rule = ["---:" if at in block.right else "---" for at in range(len(head))]
    return "\n".join(f"| {' | '.join(row)} |" for row in (head, rule, *rows))


def _inline(runs: Runs) -> str:
    return "".join(map(_piece, runs)).strip()


def _piece(run: Run) -> str:
    if run.note:
        return f"[^{run.note}]"
    if run.ends_line:
        return "  \n"
    if run.code:
        return f"`{run.text}`"
    said = _escaped(run.text)
    for mark, wanted in (("~~", run.struck), ("*", run.em), ("**", run.strong)):
        said = _marked(said, mark) if wanted else said
    if run.raised or run.lowered:
        said = f"<{'sup' if run.raised else 'sub'}>{said}</{'sup' if run.raised else 'sub'}>"
    return f"[{said}]({run.href})" if run.href else said


def _marked(text: str, mark: str) -> str:
    """``text`` between marks, which stand at its words and not at the blanks around them."""
    inner = text.strip(" ")
    if not inner:
        return text
    before, after = text[: len(text) - len(text.lstrip(" "))], text[len(text.rstrip(" ")) :]
    return f"{before}{mark}{inner}{mark}{after}"


def _escaped(text: str) -> str:
    return _SIGNS.sub(r"\\\1", text)
