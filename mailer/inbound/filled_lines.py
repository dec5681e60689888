"""The lines of a questionnaire in one of a mail's bodies: what each of them says, and what stands beside them.

A line is the writer's own or quoted. A value may go on below its line, and may have been written there altogether.
Nothing is guessed: what can be meant in two ways is a finding without a value.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from enum import Enum, auto
from typing import NamedTuple

from mailer.inbound.days import NotRead
from mailer.inbound.field_values import Context, plain, read_value
from mailer.inbound.filled_text import is_hint, joined, squeezed, without_hint, wraps
from mailer.inbound.labels import BULLET, Label, Labels, other_labels
from mailer.inbound.own_words import is_bare_name, is_closing
from mailer.inbound.quoting import LineKind, is_quoted, read_lines
from mailer.inbound.reply import BLANK
from mailer.inbound.wording import words_of
from mailer.inbound.words.values import NONE, SAME
from mailer.model.questionnaires import Field, FieldKind
from mailer.phrases import Phrase, phrase

_MOST_LINES, _MOST_LABELS, _MOST_NEAR = 3_000, 200, 100
"""Lines of a body, those that begin with a label, and those that are looked at for one that is spelled otherwise."""
_MARKS = re.compile(r"(?:[ \t\xa0]{0,8}(?:[A-Za-z]{1,3})?[>＞|¦])+[ \t\xa0]?")
_NOTHING = frozenset(map(words_of, NONE))
_KEPT = frozenset(map(words_of, SAME))
_DASHES = frozenset("-–—‐‑−/―ー－")
_FILLERS = frozenset("_.…·․‥[](){}<>?？ \xa0")
_ARROW = re.compile(r"\s*(?:[-=–—]+>|→|⇒|⟶|➔|➜)\s*")
_SPAN, _LONG_SPAN = 12, 400
"""How many lines a value may go on for; that of a text of several lines."""
_SHORTENED = 1_900
"""A notice may show but the beginning of a longer value."""
_SEVERAL = frozenset({FieldKind.LANGUAGES, FieldKind.REGIONS, FieldKind.PERIODS, FieldKind.CHOICES})
_WORDS = frozenset({FieldKind.TEXT, FieldKind.LONG})
"""Kinds whose values can be any words."""


class Outcome(Enum):
    """What a line says."""

    UNCHANGED = auto()
    """What was offered."""
    VALUE = auto()
    CLEARED = auto()
    """There is no value any more."""
    UNCLEAR = auto()


@dataclass(frozen=True, slots=True)
class Finding:
    """What one line says of its field."""

    of: Field
    own: bool
    """Whether the writer wrote the whole line, and did not change a quoted one."""
    outcome: Outcome
    value: str = ""
    """As it is stored."""
    written: str = ""
    reason: Phrase = field(default_factory=Phrase)
    """Why it is unclear; empty if what is written is no value of its kind."""


class Row(NamedTuple):
    """A line without its quotation marks."""

    text: str
    own: bool
    marked: bool
    """It has quotation marks."""


class Body(NamedTuple):
    """What one of a mail's bodies says."""

    findings: tuple[Finding, ...]
    beside: str
    text: str
    """All of it without white space and quotation marks."""
    too_long: bool
    """It has more lines than are read."""


def read_body(lines: Sequence[str], labels: Labels, offered: Mapping[str, str], context: Context) -> Body:
    """What the lines say. ``offered`` are the values that were sent in them."""
    rows = [_row(kind, line) for kind, line in read_lines(lines[:_MOST_LINES])]
    reader = _Reader(rows, labels, offered, context)
    findings = tuple(reader.read())
    beside = _paragraphs(row.text for place, row in enumerate(rows) if row and row.own and place not in reader.used)
    text = squeezed("\n".join(row.text for row in rows if row))
    return Body(findings, beside, text, len(lines) > _MOST_LINES or len(reader.found) > _MOST_LABELS)


def _row(kind: LineKind, line: str) -> Row | None:
    """The line without its quotation marks; None if it is none that values are read from."""
    if kind not in (LineKind.OWN, LineKind.QUOTED):
        return None
    marked = kind is LineKind.QUOTED and is_quoted(line)
    return Row(_MARKS.sub("", line, count=1) if marked else line, kind is LineKind.OWN, marked)


def _paragraphs(lines: Iterator[str]) -> str:
    kept: list[str] = []
    for line in lines:
        text = line.strip(BLANK)
        if text or (kept and kept[-1]):
            kept.append(text)
    return "\n".join(kept).strip("\n")


@dataclass
class _Reader:
    rows: Sequence[Row | None]
    labels: Labels
    offered: Mapping[str, str]
    context: Context
    used: set[int] = field(default_factory=set)
    """The places of the rows that belong to a line."""
    found: dict[int, Label] = field(default_factory=dict)
    """The labels by the places of their rows."""

    def read(self) -> Iterator[Finding]:
        self.find_labels()
        if len(self.found) > _MOST_LABELS:
            return
        for place, label in self.found.items():
            row = self.rows[place]
            if row is not None and place not in self.used:
                self.used.add(place)
                yield from self.read_line(place, row, label)

    def find_labels(self) -> None:
        compared = 0
        for place, row in enumerate(self.rows):
            if row is None or (not row.own and BULLET.match(row.text)):
                continue
            if (label := self.labels.find(row.text)) or (
                compared < _MOST_NEAR and (label := self.labels.nearest(row.text, self.context))
            ):
                self.found[place] = label
            compared += bool(row.text.strip(BLANK)) and ":" in row.text

    def read_line(self, place: int, row: Row, label: Label) -> Iterator[Finding]:
        of = label.field
        if not label.certain:
            yield Finding(of, row.own, Outcome.UNCLEAR, written=row.text.strip(BLANK), reason=label.reason)
            return
        if others := other_labels(label.written, self.labels):
            for one in (of, *others):
                reason = phrase("another line begins within it")
                yield Finding(one, row.own, Outcome.UNCLEAR, written=label.written, reason=reason)
            return
        written = without_hint(label.written, of, self.context)
        below = self.below(place, of)
        unchanged = None if row.own else self.unchanged(of, written, below) or self.unchanged_text(place, of, written)
        if unchanged:
            yield self.answered_below(of, unchanged.end, below) or Finding(of, row.own, Outcome.UNCHANGED)
            return
        yield self.changed(place, row, of, written, below)

    def below(self, place: int, of: Field) -> list[int]:
        """The places of the rows below a line up to the next label, without its hint."""
        found: list[int] = []
        hinting = False
        for below in range(place + 1, min(place + 1 + _LONG_SPAN, len(self.rows))):
            row = self.rows[below]
            if row is None or below in self.found:
                break
            if hinting or is_hint(row.text, of, self.context):
                hinting = not row.text.rstrip(BLANK).endswith((")", "）")) and bool(row.text.strip(BLANK))
                if row.text.strip(BLANK):
                    self.used.add(below)
                    continue
            found.append(below)
        return found

    def text_at(self, place: int) -> str:
        row = self.rows[place]
        return row.text.strip(BLANK) if row else ""

    # --- quoted lines that nobody changed ---

    def unchanged(self, of: Field, written: str, below: Sequence[int]) -> _Unchanged | None:
        """How many rows below belong to the value that was offered, if the line still has it; else None."""
        offered = self.offered.get(of.key, "")
        text, sent = written, squeezed(offered)
        for count in range(min(len(below), _LONG_SPAN if of.kind is FieldKind.LONG else _SPAN) + 1):
            if count:
                if not self.text_at(below[count - 1]):
                    return None
                text = f"{text}\n{self.text_at(below[count - 1])}"
            if of.kind in _WORDS and not sent.startswith(squeezed(text)[:_SHORTENED]):
                return None
            is_answered = not offered and (self.continues(below) or self.is_answer_below(of, below))
            if self.is_offered(of, text, offered) and not is_answered:
                self.used.update(below[:count])
                return _Unchanged(count)
        return None

    def unchanged_text(self, place: int, of: Field, written: str) -> _Unchanged | None:
        """As ``unchanged``, for a text in which a wrapped line begins like another line of the questionnaire."""
        if of.kind not in _WORDS or not self.offered.get(of.key):
            return None
        below = [one for one in range(place + 1, min(place + 1 + _LONG_SPAN, len(self.rows))) if self.rows[one]]
        return _Unchanged(0) if self.unchanged(of, written, below) else None

    def continues(self, below: Sequence[int]) -> bool:
        """Whether something stands directly below an empty line."""
        return bool(below) and bool(self.text_at(below[0]))

    def is_offered(self, of: Field, text: str, offered: str) -> bool:
        if not text.strip(BLANK) or not offered:
            return not text.strip(BLANK) and not offered
        seen, sent = squeezed(text), squeezed(offered)
        if seen == sent or (len(sent) > _SHORTENED and len(seen) > _SHORTENED and sent.startswith(seen)):
            return True
        return of.kind not in _WORDS and self.value(replace(of, coming=False), text) == offered

    def value(self, of: Field, text: str) -> str | None:
        try:
            return read_value(of, text, self.context)
        except NotRead:
            return None

    def answered_below(self, of: Field, start: int, below: Sequence[int]) -> Finding | None:
        """What stands below a quoted line that still has its old value; None if that is nothing, or words beside."""
        text = next((place for place in range(start, len(below)) if self.text_at(below[place])), None)
        if text is None or (text > start and (of.kind in _WORDS or not self.is_own(below[text]))):
            return None
        start, row, first = text, self.rows[below[text]], self.text_at(below[text])
        if row is None:
            return None
        if not row.own:
            if self.is_within_lines(below[start:]):
                return Finding(of, False, Outcome.UNCLEAR, written=first, reason=phrase("something stands below it"))
            return None
        if of.kind in _WORDS:
            self.used.add(below[start])
            reason = phrase("it has its old value, and words below it")
            return Finding(of, False, Outcome.UNCLEAR, written=first, reason=reason)
        value = self.value(of, first)
        if value is None or (self.continues(below[start + 1 :]) and self.is_own(below[start + 1])):
            return None
        self.used.add(below[start])
        return Finding(of, False, Outcome.VALUE, value, first)

    def is_own(self, place: int) -> bool:
        row = self.rows[place]
        return row is not None and row.own

    def is_disturbed(self, rest: Sequence[int]) -> bool:
        """Whether something that was not sent stands among quoted lines."""
        return self.continues(rest) and not self.is_own(rest[0]) and self.is_within_lines(rest)

    def is_within_lines(self, below: Sequence[int]) -> bool:
        """Whether rows stand between two lines, without a blank one."""
        texts = [self.text_at(place) for place in below]
        return all(texts) and (below[-1] + 1 in self.found)

    # --- lines with another value ---

    def changed(self, place: int, row: Row, of: Field, written: str, below: Sequence[int]) -> Finding:
        offered = self.offered.get(of.key, "")
        lines = [written] if written.strip(BLANK) else []
        taken = self.going_on(place, row, of, lines, below)
        start = below[0] if lines and taken else next(iter(taken), 0)
        first = row.text if lines else self.text_at(start)
        lines += [self.text_at(one) for one in below if taken and start <= one <= taken[-1]]
        text = joined(of, lines, first)
        if not text or set(plain(text)) <= _FILLERS:
            return Finding(of, row.own, Outcome.CLEARED if offered else Outcome.UNCHANGED)
        arrow = _ARROW.search(text)
        if arrow and offered and self.is_offered(of, text[: arrow.start()], offered):
            text = text[arrow.end() :]
        finding = self.read_text(of, row.own, text)
        rest = [one for one in below if not taken or one > taken[-1]]
        if finding.outcome is not Outcome.UNCLEAR and not row.own and self.is_disturbed(rest):
            return Finding(of, False, Outcome.UNCLEAR, written=text, reason=phrase("something stands below it"))
        self.used.update(taken)
        return finding

    def read_text(self, of: Field, own: bool, text: str) -> Finding:
        """What the text of a line says."""
        offered = self.offered.get(of.key, "")
        if set(plain(text)) <= _DASHES or (words_of(text[:60]) in _NOTHING and not self.is_a_value(of, text)):
            return Finding(of, own, Outcome.CLEARED if offered else Outcome.UNCHANGED, written=text)
        if words_of(text[:60]) in _KEPT and (of.kind in _WORDS or self.value(of, text) is None):
            if offered:
                return Finding(of, own, Outcome.UNCHANGED)
            reason = phrase("it was empty, so that there is nothing to keep")
            return Finding(of, own, Outcome.UNCLEAR, written=text, reason=reason)
        try:
            value = read_value(of, text, self.context)
        except NotRead:
            unchanged = self.is_offered(of, text, offered)
            return Finding(of, own, Outcome.UNCHANGED if unchanged else Outcome.UNCLEAR, written=text)
        if not value:
            return Finding(of, own, Outcome.CLEARED if offered else Outcome.UNCHANGED, written=text)
        outcome = Outcome.UNCHANGED if self.is_offered(of, text, offered) else Outcome.VALUE
        return Finding(of, own, outcome, value, text)

    def is_a_value(self, of: Field, text: str) -> bool:
        """Whether a word for “nothing” may be a value: any text could be one, and is none; no number may mean 0."""
        return of.kind is FieldKind.NUMBER or (of.kind not in _WORDS and self.value(of, text) is not None)

    def going_on(self, place: int, row: Row, of: Field, lines: Sequence[str], below: Sequence[int]) -> list[int]:
        """The rows below that belong to the value: it was wrapped, or written on the next line."""
        taken: list[int] = []
        above, has_value = row.text, bool(lines)
        most = _LONG_SPAN if of.kind is FieldKind.LONG else _SPAN
        for number, one in enumerate(below[:most]):
            text, own = self.text_at(one), self.is_own(one)
            if not text:
                if not has_value and number == 0 and self.is_answer_below(of, below):
                    continue
                if of.kind is FieldKind.LONG and has_value and self.goes_on_below(row, below[number:]):
                    continue
                break
            if has_value and own and is_closing(text):
                break
            if own != row.own and not (own and (not has_value or of.kind is FieldKind.LONG or wraps(above, text))):
                break
            if has_value and not self.goes_on(of, above, text):
                break
            taken.append(one)
            above, has_value = text, True
        return taken

    def goes_on(self, of: Field, above: str, text: str) -> bool:
        if of.kind is FieldKind.LONG or wraps(above, text):
            return True
        return of.kind in _SEVERAL and above.rstrip(BLANK).endswith((",", "、", "，", "،", ";", "；"))

    def is_answer_below(self, of: Field, below: Sequence[int]) -> bool:
        """Whether the value of an empty line stands below a blank one: only what cannot be words beside."""
        text = next((self.text_at(one) for one in below if self.text_at(one)), "")
        return of.kind not in _WORDS and bool(text) and self.value(of, text) is not None

    def goes_on_below(self, row: Row, below: Sequence[int]) -> bool:
        """Whether these rows below a text are further paragraphs of it: what they write there, up to their goodbye."""
        if below[-1] + 1 in self.found and self.is_own(below[-1] + 1) == row.own:
            return True
        place = next((one for one in below if self.text_at(one)), None)
        if place is None or not row.own or not self.is_own(place) or is_closing(self.text_at(place)):
            return False
        last = [one for one in below if self.text_at(one) and self.is_own(one)][-1]
        return not (place == last and is_bare_name([self.text_at(place)]))


class _Unchanged(NamedTuple):
    """A quoted line with the value that was offered, and how many rows below belong to it."""

    end: int
