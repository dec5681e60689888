"""Lines of plain text: folding at a width, with addresses kept whole."""

from __future__ import annotations

from collections.abc import Iterator

WIDTH = 72


def fold(text: str, width: int = WIDTH, first: str = "", rest: str | None = None) -> list[str]:
    """``text`` as lines of at most ``width``, the first one behind ``first``, the others behind ``rest``.

    A word that is longer than a line is cut, unless it is an address: a cut link leads nowhere.
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
    """A heading: ``title`` folded, with a line of ``stroke`` as long as its longest line below."""
    lines = fold(title, width)
    return [*lines, stroke * max(map(len, lines), default=0)]
