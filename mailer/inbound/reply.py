"""The own text of a mail: what its writer wrote now, without what they quote."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

from mailer.inbound.markup import Unreadable, visible_text
from mailer.inbound.quoting import own_lines
from mailer.message import Inbound
from mailer.phrases import Phrase, phrase

_LINES = 10_000
BLANK = " \t\xa0"
"""The characters that are stripped from a line; no others count as white space (A24)."""


@dataclass(frozen=True, slots=True)
class Reading:
    """One of a mail's bodies, plain or HTML, as lines."""

    lines: tuple[str, ...]
    """All of them; a quotation in HTML is a line with ``>``."""
    own: tuple[str, ...]
    """Those that the writer wrote now."""
    problem: Phrase
    """Why they are uncertain, or empty."""

    @property
    def first(self) -> str:
        """The first line that is not blank, stripped; or empty."""
        return next((line.strip(BLANK) for line in self.lines if line.strip(BLANK)), "")


@lru_cache(maxsize=1)  # several rules in a row read the same mail
def readings(mail: Inbound) -> tuple[Reading, ...]:
    """The plain body and the HTML body, unless they are empty."""
    found = []
    if mail.text is not None:
        found.append(_reading(mail.text, mail.body_problem))
    if mail.html is not None:
        try:
            found.append(_reading(visible_text(mail.html), mail.body_problem))
        except Unreadable as fault:
            found.append(Reading((str(fault),), (), fault.reason))
    return tuple(reading for reading in found if reading.first)


def own_text(mail: Inbound) -> str:
    """The own text of the plain body, or of the HTML if there is none; without blank lines at either end."""
    return "\n".join(next((reading.own for reading in readings(mail)), ()))


def _reading(text: str, problem: Phrase) -> Reading:
    lines = text.split("\n")
    if len(lines) > _LINES:
        lines, problem = lines[:_LINES], problem or phrase("its text is too long")
    return Reading(tuple(lines), tuple(_trimmed(own_lines(lines))), problem)


def _trimmed(lines: list[str]) -> list[str]:
    """Without blank lines at either end, and never two blank lines in a row."""
    kept: list[str] = []
    for line in lines:
        line = line.strip(BLANK)
        if line or (kept and kept[-1]):
            kept.append(line)
    return kept[:-1] if kept and not kept[-1] else kept
