"""What the writer of a mail wrote now, apart from what they quote."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

from mailer.inbound.markup import Unreadable, visible_text
from mailer.inbound.quoting import fresh_lines
from mailer.message import Inbound

_LINES = 10_000
BLANK = " \t\xa0"
"""What we strip from a line: nothing else is regarded as white space (A24)."""


@dataclass(frozen=True, slots=True)
class FreshText:
    text: str
    """The writer's own words, LF line ends, without blank lines at either end."""
    problem: str
    """Why they may not be exactly that, or empty."""


@dataclass(frozen=True, slots=True)
class Reading:
    """One of a mail's bodies, plain or HTML, as lines."""

    lines: tuple[str, ...]
    """All of it; quoted HTML shows as a line that holds ``>``."""
    fresh: tuple[str, ...]
    """Those that the writer wrote now."""
    problem: str

    @property
    def first(self) -> str:
        """The first line that is not blank, stripped; or empty."""
        return next((line.strip(BLANK) for line in self.lines if line.strip(BLANK)), "")


@lru_cache(maxsize=1)  # several rules in turn ask one mail for its words
def readings(mail: Inbound) -> tuple[Reading, ...]:
    """The plain body and the HTML body, where they hold anything."""
    found = []
    if mail.text is not None:
        found.append(_reading(mail.text, mail.body_problem))
    if mail.html is not None:
        try:
            found.append(_reading(visible_text(mail.html), mail.body_problem))
        except Unreadable as fault:
            found.append(Reading((str(fault),), (), str(fault)))
    return tuple(reading for reading in found if reading.first)


def fresh_text(mail: Inbound) -> FreshText:
    """The writer's own words, from the plain body where there is one, else from the HTML."""
    reading = next(iter(readings(mail)), Reading((), (), mail.body_problem))
    return FreshText("\n".join(reading.fresh), reading.problem)


def _reading(text: str, problem: str) -> Reading:
    lines = text.split("\n")
    if len(lines) > _LINES:
        lines, problem = lines[:_LINES], problem or "its text is too long"
    return Reading(tuple(lines), tuple(_trimmed(fresh_lines(lines))), problem)


def _trimmed(lines: list[str]) -> list[str]:
    """Without blank lines at either end, and never two blank lines in a row."""
    kept: list[str] = []
    for line in lines:
        line = line.strip(BLANK)
        if line or (kept and kept[-1]):
            kept.append(line)
    return kept[:-1] if kept and not kept[-1] else kept
