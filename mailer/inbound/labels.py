"""The labels of a questionnaire, in all our languages, at the beginning of lines."""

from __future__ import annotations

import difflib
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from mailer.inbound.days import NotRead
from mailer.inbound.field_values import Context, read_value
from mailer.inbound.reply import BLANK
from mailer.inbound.wording import Words, words_of
from mailer.inbound.words.details import DETAILS
from mailer.model.questionnaires import Field, FieldKind, Questionnaire, Wordings
from mailer.phrases import Phrase, phrase

_LONGEST, _LINE = 80, 4_000
"""Characters of a label, and of a line, that are looked at."""
_SEPARATOR = re.compile(r"[:：﹕∶︰]|=(?!>)|(?<=\s)[-–—](?=\s)|[–—](?=\s)")
_COLONS = "：﹕∶︰:"
_MOST = 3
"""How many separators of a line may be the one behind its label."""
BULLET = re.compile(r"[ \t\xa0]*[-*•·‣◦–—+][ \t\xa0]+")
_NUMBER = re.compile(r"[ \t\xa0]*(?:[-*•·‣◦–—+#]{1,4}[ \t\xa0]+|[(（]?(?:\d{1,2}|[a-zA-Z])[.)）][ \t\xa0]+)")
_BRACKETS = re.compile(r"[(（][^()（）]{0,300}[)）]")
_NEAR = 0.8
_UNSPELLED = frozenset({FieldKind.TEXT, FieldKind.LONG, FieldKind.YES_NO, FieldKind.ADDRESS, FieldKind.URL})
"""Kinds whose values may be any words, so that a label without a colon is none."""

_NO_REASON = Phrase()


@dataclass(frozen=True, slots=True)
class Label:
    """A label that begins a line, and what stands behind it."""

    field: Field
    written: str
    certain: bool = True
    reason: Phrase = _NO_REASON
    """Why it is not certain."""


class Labels(NamedTuple):
    """The labels of a questionnaire by their words."""

    fields: Mapping[Words, Field]

    @classmethod
    def of(cls, questionnaire: Questionnaire, wordings: Wordings) -> Labels:
        """Those in all languages. What two fields have in common is none's."""
        found: dict[Words, Field] = {}
        shared: set[Words] = set()
        for field in questionnaire.fields:
            for name in wordings(field.label):
                words = words_of(name)
                if found.setdefault(words, field) is not field:
                    shared.add(words)
        for field in questionnaire.fields:
            for name in DETAILS.get(field.key, ()):
                found.setdefault(words_of(name), field)
        return cls({words: field for words, field in found.items() if words and words not in shared})

    def find(self, line: str) -> Label | None:
        """The label that begins the line; None if there is none."""
        bare = _bare(line)
        for found in _separators(bare):
            if field := self.fields.get(_words(bare[: found.start()])):
                return Label(field, _value(bare, found))
        if field := self.fields.get(_words(bare)) if len(bare) <= _LONGEST else None:
            return Label(field, "")
        return None

    def nearest(self, line: str, context: Context) -> Label | None:
        """A label that may be meant by the beginning of a line with another one."""
        bare = _bare(line)
        return self._near(bare) or self._without_colon(bare, context)

    def _near(self, text: str) -> Label | None:
        """A label that is spelled differently, with a colon behind it."""
        found = next(iter(_separators(text)), None)
        if found is None or found[0] not in _COLONS:
            return None
        said = " ".join(_words(text[: found.start()]))
        if len(said) < 4:
            return None
        close = difflib.get_close_matches(said, [" ".join(words) for words in self.fields], 1, cutoff=_NEAR)
        if not close:
            return None
        field = next(one for words, one in self.fields.items() if " ".join(words) == close[0])
        return Label(field, _value(text, found), False, phrase("its name was spelled in another way"))

    def _without_colon(self, text: str, context: Context) -> Label | None:
        """A label with a value of its kind directly behind it."""
        pieces = text.split(maxsplit=4)
        for count in range(1, min(len(pieces), 4)):
            field = self.fields.get(words_of(" ".join(pieces[:count])))
            if field is None or field.kind in _UNSPELLED:
                continue
            rest = text.split(maxsplit=count)[count]
            try:
                read_value(field, rest, context)
            except NotRead:
                continue
            return Label(field, rest, False, phrase("there is no colon behind its name"))
        return None


def _bare(line: str) -> str:
    """The line without a number or a bullet before its label."""
    text = line[:_LINE].strip(BLANK)
    numbered = _NUMBER.match(text)
    return text[numbered.end() :] if numbered else text


def other_labels(written: str, labels: Labels) -> Sequence[Field]:
    """The fields whose labels stand, each with a colon, within the value of another one."""
    found: list[Field] = []
    for match in _separators(written, most=20):
        if match[0] not in _COLONS:
            continue
        words = written[: match.start()].split()[-6:]
        for count in range(len(words), 0, -1):
            if field := labels.fields.get(words_of(" ".join(words[-count:]))):
                found.append(field)
                break
    return found


def _separators(text: str, most: int = _MOST) -> list[re.Match[str]]:
    found: list[re.Match[str]] = []
    for match in _SEPARATOR.finditer(text):
        if len(found) == most or (most == _MOST and match.start() > _LONGEST + 300):
            break
        found.append(match)
    return found


def _words(label: str) -> Words:
    return words_of(_BRACKETS.sub(" ", label)[: _LONGEST + 1])


def _value(text: str, separator: re.Match[str]) -> str:
    """What stands behind the label; emphasis that began before it ends after it."""
    value = text[separator.end() :].strip(BLANK)
    for mark in ("***", "**", "__", "*", "_"):
        if text.startswith(mark) and value.startswith(mark):
            return value.removeprefix(mark).strip(BLANK)
    return value
