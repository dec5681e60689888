"""A document of criteria as values: numbered clauses with paragraphs, lists, definitions, tables and a drawing.

Its words are phrases, so it can be printed in any language, stored, and compared with another version of itself.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, fields, is_dataclass, replace
from datetime import date, datetime, timedelta
from enum import StrEnum
from functools import reduce
from hashlib import sha256
from itertools import count
from typing import Any, NamedTuple, TypeAlias, TypeVar, cast

from mailer.model.approvals import Outcome
from mailer.phrases import Country, Language, Phrase, phrase


class Kind(StrEnum):
    """Which criteria."""

    DISCLOSURE = "disclosure"
    FEEDBACK = "feedback"


INTERIM = phrase("Interim until the next plenary")


@dataclass(frozen=True, slots=True)
class CriteriaRules:
    """What the configuration says of the documents themselves (``[criteria]``)."""

    status: str = INTERIM
    """For how long they hold."""
    reference: str = "C 1"
    """The number under which the group files the criteria for disclosure."""
    feedback_reference: str = "C 2"
    country: str = ""
    """Whose public holidays are no working days (ISO 3166), with a part of it: ``DE-BY``."""
    holidays: tuple[str, ...] = ()
    """Further days that are none (ISO 8601)."""


class Day(str):
    """A day (ISO 8601), which is written out in the language of the document."""

    __slots__ = ()


# --- The document ---


@dataclass(frozen=True, slots=True)
class Paragraph:
    text: str


@dataclass(frozen=True, slots=True)
class Items:
    """A list, a) b) c), which belongs to the paragraph above it."""

    items: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Definition:
    term: str
    meaning: str


@dataclass(frozen=True, slots=True)
class Table:
    caption: str
    head: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]


@dataclass(frozen=True, slots=True)
class Party:
    """One who hands on information, or gets it."""

    key: str
    name: str
    details: tuple[str, ...] = ()
    """Who that is, a line each."""


@dataclass(frozen=True, slots=True)
class Handover:
    """Who hands what to whom."""

    giver: str
    """The key of a party."""
    taker: str
    what: str
    """A sentence that names both."""


@dataclass(frozen=True, slots=True)
class Route:
    """The way that information takes, to be drawn from the first party down to the last one."""

    parties: tuple[Party, ...]
    handovers: tuple[Handover, ...]


@dataclass(frozen=True, slots=True)
class Figure:
    """A drawing with its key: a sentence for each arrow, by number."""

    caption: str
    route: Route
    head: tuple[str, str] = (phrase("Party"), phrase("Who that is"))
    """Of the table of the parties, where there is no drawing."""


Block: TypeAlias = Paragraph | Items | Definition | Table | Figure


@dataclass(frozen=True, slots=True)
class Clause:
    key: str
    """Names the clause in every version of the document, whatever its number is."""
    title: str
    blocks: tuple[Block, ...]
    level: int = 1
    """2 for a clause within the one above it."""
    annex: bool = False


PRINTED = Paragraph(
    phrase(
        "These criteria are printed from the rules by which the office works. A change of the rules is put to the "
        "board as a new version, which says clause by clause what differs from the one in force."
    )
)


def annex(title: str, caption: str, route: Route) -> Clause:
    """The clause with the drawing of a route."""
    return Clause("annex-route", title, (Figure(caption, route),), annex=True)


@dataclass(frozen=True, slots=True)
class Document:
    title: str
    group: str
    """Whose criteria they are."""
    reference: str
    """The number under which the group files it."""
    status: str
    secretariat: str
    """Where to write about it."""
    clauses: tuple[Clause, ...]

    @property
    def digest(self) -> str:
        """SHA-256 of its words in English, by which two documents are recognised as the same."""
        return sha256(repr(self).encode()).hexdigest()


_CLASSES = {
    made.__name__: made
    for made in (Document, Clause, Paragraph, Items, Definition, Table, Figure, Route, Party, Handover)
}

_VALUES = {made.__name__: made for made in (Country, Language, Day)}

T = TypeVar("T")


def mapped(value: T, say: Callable[[str], str]) -> T:
    """The document, or a part of it, with each of its texts as ``say`` has it."""
    made: object = value
    if isinstance(value, str):
        made = say(value)
    elif isinstance(value, tuple):
        made = tuple(mapped(one, say) for one in value)
    elif is_dataclass(value) and not isinstance(value, type):
        made = replace(value, **{field.name: mapped(getattr(value, field.name), say) for field in fields(value)})
    return cast("T", made)


def stored(value: object) -> Any:
    """The document, or a part of it, in JSON's types."""
    match value:
        case Phrase():
            values = {name: stored(one) for name, one in value.values.items()}
            return {"is": "phrase", "message": value.message, "plural": value.plural, "values": values}
        case Country() | Language() | Day():
            return {"is": type(value).__name__, "code": str(value)}
        case timedelta():
            return {"is": "timedelta", "seconds": value.total_seconds()}
        case tuple() | list():
            return [stored(one) for one in value]
        case _ if type(value).__name__ in _CLASSES:
            parts = {field.name: stored(getattr(value, field.name)) for field in fields(cast("Document", value))}
            return {"is": type(value).__name__, **parts}
    return value


def restored(value: Any) -> Any:
    """The document that was ``stored``."""
    match value:
        case {"is": "phrase", "message": message, "plural": plural, "values": values}:
            return Phrase(message, plural, **{name: restored(one) for name, one in values.items()})
        case {"is": "Country" | "Language" | "Day" as name, "code": code}:
            return _VALUES[name](code)
        case {"is": "timedelta", "seconds": seconds}:
            return timedelta(seconds=seconds)
        case {"is": name, **parts}:
            return _CLASSES[name](**{str(part): restored(one) for part, one in parts.items()})
        case list():
            return tuple(restored(one) for one in value)
    return value


# --- Numbers ---


def clause_numbers(clauses: Sequence[Clause]) -> Iterator[str]:
    """``1``, ``2``, ``2.1``, … and ``A`` for an annex, in the order of the clauses."""
    top = sub = annexes = 0
    for clause in clauses:
        if clause.annex:
            annexes += 1
            yield chr(ord("A") + annexes - 1)
        elif clause.level == 1:
            top, sub = top + 1, 0
            yield str(top)
        else:
            sub += 1
            yield f"{top}.{sub}"


def block_numbers(clauses: Sequence[Clause]) -> list[list[str]]:
    """The number of each block of each clause.

    Paragraphs and definitions are numbered within their clause, ``2.1``; tables in the document, ``1``; figures in
    their annex, ``A.1``. Lists belong to the paragraph above them and have none.
    """
    tables = count(1)
    found = []
    for clause, number in zip(clauses, clause_numbers(clauses), strict=True):
        paragraphs, figures = count(1), count(1)
        numbers = []
        for block in clause.blocks:
            match block:
                case Paragraph() | Definition():
                    numbers.append(f"{number}.{next(paragraphs)}")
                case Table():
                    numbers.append(str(next(tables)))
                case Figure():
                    numbers.append(f"{number}.{next(figures)}")
                case _:
                    numbers.append("")
        found.append(numbers)
    return found


# --- Words ---


def series(items: Sequence[str]) -> str:
    """“one, two and three”, as a phrase."""
    *before, last = items or ("",)
    return phrase("%(one)s and %(other)s", one=_listed(before), other=last) if before else last


def alternatives(items: Sequence[str]) -> str:
    """“one, two or three”, as a phrase."""
    *before, last = items or ("",)
    return phrase("%(one)s or %(other)s", one=_listed(before), other=last) if before else last


def _listed(items: Sequence[str]) -> str:
    first, *others = items
    return reduce(lambda one, other: phrase("%(one)s, %(other)s", one=one, other=other), others, first)


# --- Versions ---


class Printed(NamedTuple):
    """A document in its three forms."""

    html: str
    """A page that is whole by itself: its styles and its drawing are in it."""
    text: str
    """Lines of at most 72 characters."""
    pdf: bytes
    pages: int

    @property
    def digest(self) -> str:
        """SHA-256 of all that a board is shown."""
        whole = sha256()
        for part in (self.html.encode(), self.text.encode(), self.pdf):
            whole.update(len(part).to_bytes(8, "big"))
            whole.update(part)
        return whole.hexdigest()

    def as_files(self, stem: str) -> Mapping[str, bytes]:
        return {f"{stem}.html": self.html.encode(), f"{stem}.txt": self.text.encode(), f"{stem}.pdf": self.pdf}


@dataclass(frozen=True, slots=True)
class Label:
    """What a document says of itself: which version it is."""

    version: int
    day: date
    draft: bool
    """Whether nobody has put it to the board yet."""
    language: str
    """BCP 47; the one that it is printed in."""
    original: str
    """The one that the board is asked about."""
    replaces: int = 0
    """The version that is in force while this one is not; 0 if there is none."""


@dataclass(frozen=True, slots=True)
class Version:
    """A version that was put to a board, frozen as it was."""

    id: int
    kind: Kind
    number: int
    """1, 2, … of its kind."""
    language: str
    document: Document
    digest: str
    """Of its three forms."""
    submitted_at: datetime
    replaces: int
    adopted_at: datetime | None = None
    outcome: Outcome | None = None
    """Of the latest ballot about it."""

    @property
    def name(self) -> str:
        """Its name in logs and the audit trail: ``criteria 2``, ``feedback criteria 1``."""
        return f"{NAMES[self.kind]} {self.number}"

    @property
    def stem(self) -> str:
        """The name of its files, without what they end in."""
        return f"{NAMES[self.kind].replace(' ', '-')}-{self.number}"


SUBJECT = "criteria"
"""The kind of a version among the subjects of approvals, and among the documents that policies name."""

NAMES: Mapping[Kind, str] = {Kind.DISCLOSURE: "criteria", Kind.FEEDBACK: "feedback criteria"}
