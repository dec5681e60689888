"""Paragraphs that were broken into lines for the way, joined again (format=flowed, RFC 3676)."""

from __future__ import annotations

import re

_MARKS = re.compile(r">*")
_LONGEST = 10_000
"""A paragraph is broken where it gets longer than this."""


def unflowed(text: str, *, delsp: bool = False) -> str:
    """Each paragraph as one line, with its quotation marks and one space after them.

    A line that ends in a space goes on in the next one of the same depth. ``delsp`` takes that space away, which serves
    scripts that are written without spaces. A blank line and the mark of a signature end a paragraph.
    """
    joined: list[str] = []
    paragraph: list[str] = []
    length = 0
    depth = -1
    for line in text.split("\n"):
        marks = _MARKS.match(line)
        marked = marks.end() if marks else 0
        content = line[marked:].removeprefix(" ")  # space-stuffing
        if paragraph and (marked != depth or not content.strip() or content == "-- " or length > _LONGEST):
            joined.append("".join(paragraph))
            paragraph, length = [], 0
        if not paragraph and marked:
            paragraph.append(f"{'>' * marked} ")
        depth = marked
        flows = content.endswith(" ") and content != "-- "
        paragraph.append(content[:-1] if flows and delsp else content)
        length += len(content)
        if not flows:
            joined.append("".join(paragraph))
            paragraph, length = [], 0
    if paragraph:
        joined.append("".join(paragraph))
    return "\n".join(joined)
