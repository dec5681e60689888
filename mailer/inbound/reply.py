"""The own text of a mail: what its writer wrote now, without what they quote."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from mailer.inbound.markup import Unreadable, crude_text, visible_text
from mailer.inbound.once import once
from mailer.inbound.quoting import Line, LineKind, is_quoted, read_lines
from mailer.message import Inbound
from mailer.phrases import Phrase, phrase

_LINES = 10_000
_INTRODUCTION = 3
"""How many lines of its own a mail has at most that is nothing but a marked quotation with its introduction."""
_CRUDE = 200_000
"""How many characters are looked at of HTML that cannot be read otherwise."""
BLANK = " \t\xa0\u202f"
"""The characters that are stripped from a line; no others count as white space (A24)."""
_PASSED_ON = frozenset((LineKind.OWN, LineKind.SIGNATURE, LineKind.FORWARDED))


@dataclass(frozen=True, slots=True)
class Reading:
    """One of a mail's bodies, plain or HTML, as lines."""

    lines: tuple[str, ...]
    """All of them; a quotation in HTML is a line with ``>``."""
    own: tuple[str, ...]
    """Those that the writer wrote now."""
    problem: Phrase
    """Why they are uncertain, or empty."""
    passed_on: tuple[str, ...] = ()
    """What a person is to read: the own lines, the signature, a mail that is forwarded."""
    left_out: tuple[tuple[LineKind, int], ...] = ()
    """Of what kind the lines are that are not passed on, and how many of each are not blank."""

    @property
    def first(self) -> str:
        """The first line that is not blank, stripped; or empty."""
        return next((line.strip(BLANK) for line in self.lines if line.strip(BLANK)), "")


@once
def readings(mail: Inbound) -> tuple[Reading, ...]:
    """The plain body and the HTML body, unless they are empty, for people: all that may be seen (A20)."""
    found = []
    if mail.text is not None:
        found.append(_reading(mail.text, mail.body_problem))
    if mail.html is not None:
        try:
            found.append(_reading(visible_text(mail.html), mail.body_problem))
        except Unreadable as fault:
            lines = tuple(crude_text(mail.html[:_CRUDE]).split("\n"))
            found.append(Reading((str(fault), *lines), (), fault.reason, lines))
    return tuple(reading for reading in found if reading.first)


def own_text(mail: Inbound) -> str:
    """The own text of the plain body, or of the HTML if there is none; without blank lines at either end."""
    return "\n".join(next((reading.own for reading in readings(mail)), ()))


def text_for_people(mail: Inbound) -> str:
    """What a person is to read: the own text with its signature, and with a mail that its writer forwards.

    It is the whole text if the mail is nothing but one that Outlook passed on, which looks like a reply.
    """
    return "\n".join(next((reading.passed_on for reading in readings(mail)), ()))


def lines_left_out(mail: Inbound) -> tuple[tuple[LineKind, int], ...]:
    """What ``text_for_people`` does not have of the text, by kind, in the order of ``LineKind``."""
    return next((reading.left_out for reading in readings(mail)), ())


def _reading(text: str, problem: Phrase) -> Reading:
    lines = text.split("\n")
    if len(lines) > _LINES:
        lines, problem = lines[:_LINES], problem or phrase("its text is too long")
    read = read_lines(lines)
    own = _trimmed([line.text for line in read if line.kind is LineKind.OWN])
    is_all_quoted = _is_all_quoted(read)
    passed_on = _trimmed([line.text for line in read if line.kind in _PASSED_ON or is_all_quoted])
    others = Counter(line.kind for line in read if line.kind not in _PASSED_ON and line.text.strip())
    left_out = () if is_all_quoted else tuple((kind, others[kind]) for kind in LineKind if others[kind])
    return Reading(tuple(lines), tuple(own), problem, tuple(passed_on), left_out)


def _is_all_quoted(read: Sequence[Line]) -> bool:
    """Whether a mail has no own words, and quotes without marks: as Outlook does with a mail that it passes on."""
    if any(line.kind in _PASSED_ON and line.text.strip() for line in read):
        return False
    return sum(1 for line in read if line.text.strip() and not is_quoted(line.text)) > _INTRODUCTION


def _trimmed(lines: list[str]) -> list[str]:
    """Without blank lines at either end, and never two blank lines in a row."""
    kept: list[str] = []
    for line in lines:
        line = line.strip(BLANK)
        if line or (kept and kept[-1]):
            kept.append(line)
    return kept[:-1] if kept and not kept[-1] else kept
