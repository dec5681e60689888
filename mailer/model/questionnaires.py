"""Questionnaires: lines to fill in by mail, how their values are stored, and how they are shown to people."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from functools import reduce
from typing import Any, NamedTuple, Self, TypeAlias

from mailer.phrases import Country, Days, Language, Phrase, phrase

Wordings: TypeAlias = Callable[[Phrase], Sequence[str]]
"""How a phrase reads in each language that the office speaks. ``Renderer.wordings`` knows them."""


def in_english(words: Phrase) -> Sequence[str]:
    """The phrase in English alone."""
    return (str(words),)


class FieldKind(StrEnum):
    """What the value of a field is, and how it is stored."""

    TEXT = "text"
    """One line."""
    LONG = "long"
    """Text of several lines, with LF between them."""
    COUNTRY = "country"
    """ISO 3166-1 alpha-2."""
    LANGUAGE = "language"
    """BCP 47, in lower case."""
    LANGUAGES = "languages"
    """``en,fr``."""
    REGIONS = "regions"
    """``014,FR``: codes of UN M49, or of countries."""
    DATE = "date"
    """``2027-05-03``."""
    PERIOD = "period"
    """``2027-05-03/2027-05-05``: the first and the last day, also of a single day."""
    PERIODS = "periods"
    """Periods with commas between them, in the order of time."""
    NUMBER = "number"
    """A whole number in ASCII digits."""
    CHOICE = "choice"
    """The key of a choice."""
    CHOICES = "choices"
    """Keys of choices with commas between them, in their own order."""
    YES_NO = "yes-no"
    """``yes`` or ``no``."""
    ADDRESS = "address"
    """A mail address. It is data: nothing is written to it because it stands here."""
    URL = "url"
    """A web address with its scheme, ``https`` or ``http``. It is never fetched."""


@dataclass(frozen=True, slots=True)
class Field:
    """A line to fill in."""

    key: str
    label: Phrase
    """What stands before the colon. Each label of a questionnaire is another one, in each language."""
    kind: FieldKind = FieldKind.TEXT
    choices: Mapping[str, Phrase] = field(default_factory=dict)
    """What can be chosen, by its key, for the kinds ``CHOICE`` and ``CHOICES``."""
    required: bool = False
    most: int = 200
    """Characters of a text at most; the greatest number of the kind ``NUMBER``."""
    hint: Phrase = field(default_factory=Phrase)
    """An example or the choices, shown in brackets below the line."""
    coming: bool = False
    """Days that are over are asked back."""
    words: Mapping[str, Sequence[str]] = field(default_factory=dict)
    """What people call the choices besides, in any language, by the key."""


@dataclass(frozen=True, slots=True)
class Questionnaire:
    """Lines to fill in, in their order."""

    key: str
    fields: tuple[Field, ...]
    title: Phrase = field(default_factory=Phrase)
    """What is told in them, within a sentence: “your registration as a presenter”."""

    def named(self, key: str) -> Field:
        """The field with this key. Raises KeyError."""
        return {one.key: one for one in self.fields}[key]


class Problem(NamedTuple):
    """What cannot be read for certain, and is asked back."""

    key: str
    """The key of the field; empty for what is about the whole mail."""
    written: str
    """What they wrote, in one line; empty if something is missing. It never goes to an unproven address (B1)."""
    reason: Phrase
    """Words for its writer, who is to answer again. They repeat nothing of the mail."""


@dataclass(frozen=True, slots=True)
class Filled:
    """What a mail says in the lines of a questionnaire."""

    values: Mapping[str, str]
    """By key. One that the mail does not have, or that is asked back, keeps the value that was offered."""
    problems: tuple[Problem, ...] = ()
    beside: str = ""
    """What they wrote beside the lines, for a person (law 7)."""
    changed: frozenset[str] = frozenset()
    """The keys whose value is another one than was offered."""

    @property
    def is_empty(self) -> bool:
        """Whether the mail has no line that says anything."""
        return not self.changed and not any(problem.written for problem in self.problems)

    def stored(self) -> dict[str, Any]:
        """All of it in JSON's types."""
        problems = [[one.key, one.written, one.reason.stored()] for one in self.problems]
        changed = sorted(self.changed)
        return {"values": dict(self.values), "problems": problems, "beside": self.beside, "changed": changed}

    @classmethod
    def restored(cls, stored: Mapping[str, Any]) -> Self:
        """What was ``stored``."""
        problems = tuple(Problem(key, written, Phrase.restored(why)) for key, written, why in stored["problems"])
        return cls(dict(stored["values"]), problems, stored["beside"], frozenset(stored["changed"]))


class Shown(NamedTuple):
    """A field as a notice shows it."""

    key: str
    label: Phrase
    value: object
    """What a catalogue writes: a Phrase, a Country, a Language, a date, or text. Empty text if there is no value."""
    hint: Phrase


def shown(questionnaire: Questionnaire, values: Mapping[str, str]) -> list[Shown]:
    """The lines to fill in, with these values in them."""
    return [
        Shown(one.key, one.label, shown_value(one, values.get(one.key, "")), one.hint) for one in questionnaire.fields
    ]


def shown_value(of: Field, value: str) -> object:
    """A stored value as a catalogue writes it for people."""
    return _SHOWN.get(of.kind, _as_it_is)(of, value) if value else ""


def first_and_last(period: str) -> tuple[date, date]:
    """The first and the last day of a stored period. Raises ValueError."""
    first, _, last = period.partition("/")
    return date.fromisoformat(first), date.fromisoformat(last or first)


def _as_it_is(of: Field, value: str) -> object:
    return value


def _series(of: Sequence[object]) -> object:
    """With commas alone, so that what people leave of it can be read again in any language."""
    return reduce(lambda before, last: phrase("%(before)s, %(last)s", before=before, last=last), of)


_YES_NO = {"yes": phrase("yes"), "no": phrase("no")}

_SHOWN: Mapping[FieldKind, Callable[[Field, str], object]] = {
    FieldKind.COUNTRY: lambda of, value: Country(value),
    FieldKind.LANGUAGE: lambda of, value: Language(value),
    FieldKind.LANGUAGES: lambda of, value: _series([Language(tag) for tag in value.split(",")]),
    FieldKind.REGIONS: lambda of, value: _series([Country(code) for code in value.split(",")]),
    FieldKind.DATE: lambda of, value: date.fromisoformat(value),
    FieldKind.PERIOD: lambda of, value: Days(value),
    FieldKind.PERIODS: lambda of, value: _series([Days(period) for period in value.split(",")]),
    FieldKind.CHOICE: lambda of, value: of.choices.get(value, value),
    FieldKind.CHOICES: lambda of, value: _series([of.choices.get(one, one) for one in value.split(",")]),
    FieldKind.YES_NO: lambda of, value: _YES_NO.get(value, value),
}
