"""How words are written in the other files: in lines, with ``|`` between them."""

from __future__ import annotations


def phrases(text: str) -> tuple[str, ...]:
    """The phrases in ``text``."""
    return tuple(phrase.strip() for line in text.strip().split("\n") for phrase in line.split("|"))
