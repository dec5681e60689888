"""The communication tools of a group: what it has for whom, of which type, which work it is, and who does it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from enum import StrEnum
from itertools import groupby
from typing import NamedTuple

from mailer.phrases import Phrase, phrase

FILE = "tools.toml"


class Side(StrEnum):
    """For whom a tool is."""

    INSIDE = "inside"
    OUTSIDE = "outside"


SIDES: Mapping[Side, Phrase] = {
    Side.INSIDE: phrase("Inside the group"),
    Side.OUTSIDE: phrase("Outside the group"),
}
"""The headings above the tools of each side."""


class Tool(NamedTuple):
    """One tool."""

    table: str
    """The title of the table that it stands in."""
    side: Side
    type: str
    """What sort of tool it is: a seminar, a brochure, content of a web site."""
    name: str
    work: str
    """Which work it is; empty if the name says it."""
    by: str
    """Who does it, with the verb: “Prepared by TG 2”."""

    @property
    def line(self) -> str:
        """The tool in a sentence, by which versions are compared."""
        parts = (f"{self.type}: {self.name}" if self.type else self.name, self.work, self.by)
        return f"{self.side.value.capitalize()}: {'; '.join(part for part in parts if part)}."


def tables(tools: Sequence[Tool]) -> list[tuple[str, list[Tool]]]:
    """The tools by table, in the order in which the tables are named first; in each, those inside come first."""
    titles = list(dict.fromkeys(one.table for one in tools))
    order = list(Side)
    return [
        (title, sorted((t for t in tools if t.table == title), key=lambda t: order.index(t.side))) for title in titles
    ]


def by_side(tools: Sequence[Tool]) -> list[tuple[Side, list[Tool]]]:
    """The tools of one table, the sides apart."""
    return [(side, list(run)) for side, run in groupby(tools, key=lambda one: one.side)]
