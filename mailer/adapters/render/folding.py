"""Folds plain text into lines without breaking addresses."""

from __future__ import annotations

from collections.abc import Iterator

WIDTH = 72


def fold(text: str, width: int = WIDTH, first: str = "", rest: str | None = None) -> list[str]:
    """``text`` as lines of at most ``width``; ``first`` is put before the first line, ``rest`` before the others.

    A word longer than a line is broken, unless it is an address, as a broken link does not work.
    """
    indent = first if rest is None else rest
    lines: list[str] = []
    line, prefix = "", first
    for word in _words(text, max(width - len(indent), 8)):
        if line and len(prefix) + len(line) + 1 + len(word) > width:
            lines.append(prefix + line)
            line, prefix = word, indent
        else:
            line = f"{line} {word}" if line else word
    return [*lines, (prefix + line).rstrip()] if line or first.strip() else lines


def _words(text: str, width: int) -> Iterator[str]:
    for word in text.split(" "):
        if not word:
            continue
        if len(word) <= width or "://" in word or "@" in word:
            yield word
        else:
            yield from (word[at : at + width] for at in range(0, len(word), width))


def underline(title: str, stroke: str, width: int = WIDTH) -> list[str]:
    """A heading: the folded ``title``, and below it a line of ``stroke`` as long as its longest line."""
    lines = fold(title, width)
    return [*lines, stroke * max(map(len, lines), default=0)]
