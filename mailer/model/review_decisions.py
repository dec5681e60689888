"""What the secretary answers about the entries of a review: numbers, and a word for them."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from enum import StrEnum
from typing import NamedTuple

from mailer.model.reviews import EntryEvent


class Word(StrEnum):
    """What the secretary can decide about an entry."""

    KEEP = "keep"
    FLAG = "flag"
    SUSPEND = "suspend"
    REMOVE = "remove"

    @property
    def event(self) -> EntryEvent:
        return EntryEvent(self.value)


class Decisions(NamedTuple):
    """What the secretary's reply says."""

    each: Mapping[int, Word]
    """By the number of the entry."""
    unclear: str
    """The first line that was not understood; empty if all were."""


_SPAN = r"\d{1,6}(?:\s?[-–]\s?\d{1,6})?"
_LINE = re.compile(rf"({_SPAN}(?:(?:\s?[,;、，]\s?|\s){_SPAN})*)\s?[:：.)=]?\s+(\S.*?)[.。!]?")
_NUMBERS = re.compile(r"(\d{1,6})(?:\s*[-–]\s*(\d{1,6}))?")

MOST_NUMBERS = 10_000
"""Entries that one reply can name."""


def read_decisions(lines: Iterable[str], words: Mapping[str, Word]) -> Decisions:
    """Lines such as “3 keep” and “5, 7-9 remove”; ``words`` are what people write for each word, in lower case.

    A number that is named twice with different words makes its line unclear.
    """
    found: dict[int, Word] = {}
    for line in lines:
        if not any(mark.isdigit() for mark in line):
            continue  # a greeting, or a name below
        match = _LINE.fullmatch(line.strip().casefold())
        word = words.get(match[2]) if match else None
        if match is None or word is None:
            return Decisions(found, line.strip()[:200])
        for first, last in _NUMBERS.findall(match[1]):
            span = range(int(first), int(last or first) + 1)
            if not span or len(found) + len(span) > MOST_NUMBERS:
                return Decisions(found, line.strip()[:200])
            if any(found.get(number, word) is not word for number in span):
                return Decisions(found, line.strip()[:200])
            found.update(dict.fromkeys(span, word))
    return Decisions(found, "")
