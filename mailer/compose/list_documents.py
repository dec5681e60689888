"""A document of a list in the words of one language, ready for every form.

Its title block, its groups in the order of that language, and what has changed since the version before.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from functools import reduce
from itertools import groupby
from typing import NamedTuple, TypeVar

from mailer.compose.catalogue import Catalogue
from mailer.compose.criteria import said
from mailer.message import clean
from mailer.model.collation import collation_key
from mailer.model.list_documents import (
    COUNTRY,
    PUBLISHED,
    Change,
    Column,
    Difference,
    Entry,
    EntryChange,
    Issuer,
    ListDocument,
    Standing,
    name_of,
)
from mailer.model.lists import ListKind
from mailer.model.questionnaires import FieldKind
from mailer.phrases import Country, Language, Phrase, counted, phrase

T = TypeVar("T")

_LONGEST = 400
"""Characters of one cell."""

INDEXED = 8
"""From so many groups on, a document begins with an index of them."""

YES_NO = {"yes": phrase("yes"), "no": phrase("no")}


class Cell(NamedTuple):
    """What a table says of an entry in one column."""

    key: str
    label: str
    text: str
    link: str = ""
    """Where it leads, if it is an address."""
    small: bool = False
    """Whether a table shows it below the first cell."""


@dataclass(frozen=True, slots=True)
class Group:
    """Entries that stand together under a heading, which may be empty."""

    key: str
    title: str
    rows: tuple[tuple[Cell, ...], ...]
    countries: tuple[str, ...]
    """The code of each row's."""


@dataclass(frozen=True, slots=True)
class Part:
    """A table of the document."""

    key: str
    title: str
    """Empty if it is the only one."""
    groups: tuple[Group, ...]


class Changed(NamedTuple):
    """The entries with one kind of change."""

    title: str
    lines: tuple[tuple[str, str], ...]
    """A country and the names, each."""


@dataclass(frozen=True, slots=True)
class Shown:
    """A document, ready for every form."""

    title: str
    group: str
    version: str
    """``Version 1.0``, for the head of each page."""
    day: date
    language: str
    draft: str
    """Empty if it is none."""
    facts: tuple[tuple[str, str], ...]
    note: str
    changes_title: str
    """Empty for the first version."""
    changes: tuple[Changed, ...]
    parts: tuple[Part, ...]
    head: tuple[str, ...]
    index: tuple[tuple[str, str, str], ...]
    """Key, title and number of entries of each group; empty for a short document."""
    hidden: str
    empty: str
    """What stands instead of a table without entries."""

    @property
    def words(self) -> str:
        """All text around the entries, to look for characters that no font has."""
        changes = [text for one in self.changes for line in one.lines for text in (one.title, *line)]
        facts = [text for fact in self.facts for text in fact]
        titles = [text for part in self.parts for text in (part.title, *(group.title for group in part.groups))]
        return " ".join([self.title, self.group, self.note, *facts, *changes, *titles, *self.head, self.hidden])

    @property
    def entries(self) -> Iterator[tuple[str, str]]:
        """What each entry is called, and its text."""
        for part in self.parts:
            for group in part.groups:
                for row in group.rows:
                    name = next((cell.text for cell in row if cell.text), "")
                    yield f"{name} ({group.title})" if group.title else name, " ".join(cell.text for cell in row)


def printable_everywhere(text: str) -> bool:
    """HTML, text and CSV have every character."""
    return True


def shown(
    document: ListDocument,
    catalogue: Catalogue,
    issuer: Issuer,
    standing: Standing = PUBLISHED,
    is_printable: Callable[[str], bool] = printable_everywhere,
) -> Shown:
    """The document in the catalogue's language. What of its entries is not printable is a note that says so (D8)."""
    say = _Words(catalogue, is_printable)
    parts = tuple(_parts(document, say))
    groups = [group for part in parts for group in part.groups if group.title]
    index = [(one.key, one.title, catalogue.number(len(one.rows))) for one in groups] if len(groups) >= INDEXED else []
    return Shown(
        title=clean(document.title),
        group=clean(issuer.group),
        version=say(phrase("Version %(number)s", number=str(document.version))),
        day=document.day,
        language=catalogue.tag,
        draft=say(phrase("Draft")) if standing.draft else "",
        facts=tuple((say(name), say(value)) for name, value in _facts(document, issuer, catalogue, standing)),
        note=say(_note(document, standing)),
        changes_title=say(phrase("Changes since version %(number)s", number=str(document.since)))
        if document.since
        else "",
        changes=tuple(_changes(document, say)),
        parts=parts,
        head=tuple(say(column.label) for column in document.columns if not column.small),
        index=tuple(index),
        hidden=say(_hidden(document.hidden)),
        empty=say(phrase("There are no entries.")),
    )


def not_printable(label: Phrase) -> Phrase:
    """What a PDF says in the place of a text that no font has (D8)."""
    return phrase("(%(label)s: not printable here; see the web page or the mail)", label=label)


class _Words:
    """Says a phrase or a value in one language, as one clean line (C2)."""

    def __init__(self, catalogue: Catalogue, is_printable: Callable[[str], bool] = printable_everywhere) -> None:
        self.catalogue, self._is_printable = catalogue, is_printable

    def __call__(self, value: object) -> str:
        return clean(said(value, self.catalogue), _LONGEST)

    def ordered(self, lines: Iterable[tuple[str, str, T]]) -> list[tuple[str, str, T]]:
        """The lines by their countries and names."""
        return sorted(lines, key=lambda line: [collation_key(text, self.catalogue.tag) for text in line[:2]])

    def value(self, column: Column, value: str) -> str:
        """A value of an entry, as people read it."""
        return self.printed(column.label, clean(self._value(column, value), _LONGEST)) if value else ""

    def printed(self, label: Phrase, text: str) -> str:
        """``text``, or a note in its place if no font has it."""
        return text if self._is_printable(text) else self(not_printable(label))

    def _value(self, column: Column, value: str) -> str:
        catalogue = self.catalogue
        match column.kind:
            case FieldKind.COUNTRY:
                return self._list(catalogue.country(code) for code in value.split(","))
            case FieldKind.LANGUAGE | FieldKind.LANGUAGES:
                return self._list(catalogue.language(tag) for tag in value.split(","))
            case FieldKind.CHOICE | FieldKind.CHOICES:
                return self._list(said(column.choices.get(one, one), catalogue) for one in value.split(","))
            case FieldKind.DATE | FieldKind.PERIOD:
                return catalogue.days(value)
            case FieldKind.PERIODS:
                return self._list(catalogue.days(one) for one in value.split(","))
            case FieldKind.YES_NO:
                return said(YES_NO.get(value, value), catalogue)
            case FieldKind.URL:
                return value.removeprefix("https://").removeprefix("http://").removesuffix("/")
            case FieldKind.NUMBER if value.isdecimal():
                return catalogue.number(int(value))
        return value

    def both(self, one: str, other: str) -> str:
        return self._list([one, other])

    def _list(self, texts: Iterable[str]) -> str:
        """With commas alone, as in a table."""
        words = self.catalogue.gettext(phrase("%(before)s, %(last)s", before="", last="").message)
        return reduce(lambda before, last: words % {"before": before, "last": last}, texts)


# --- the title block ---


def _facts(
    document: ListDocument, issuer: Issuer, catalogue: Catalogue, standing: Standing
) -> Iterator[tuple[str, object]]:
    number: object = str(document.version)
    yield phrase("Version"), phrase("draft of version %(number)s", number=number) if standing.draft else number
    yield phrase("Date"), catalogue.day(document.day)
    yield phrase("Entries"), _extent(document)
    yield phrase("Language"), Language(catalogue.tag)
    yield phrase("Corrections to"), issuer.address
    yield phrase("Digest of the entries"), document.digest


def _extent(document: ListDocument) -> Phrase:
    """How many entries there are, and of how many countries."""
    countries = {entry.group for entry in document.entries if entry.group}
    entries = counted("%(count)s entry", "%(count)s entries", len(document.entries))
    if len(countries) < 2:
        return entries
    of = counted("from %(count)s country", "from %(count)s countries", len(countries))
    return phrase("%(entries)s %(of)s", entries=entries, of=of)


def _note(document: ListDocument, standing: Standing) -> str:
    if standing.draft:
        return phrase("This is a draft: it has not been approved, and is not to be passed on.")
    if standing.original:
        return phrase(
            "This is a translation, for information. The list is published in %(language)s.",
            language=Language(standing.original),
        )
    if document.kind is ListKind.EVENTS:
        return phrase("The dates are as their organisers have announced them.")
    return phrase("Each entry says what those concerned let be published.")


def _hidden(number: int) -> str:
    if not number:
        return ""
    return counted(
        "%(count)s further member is on this list and is not shown here, because they have not allowed it.",
        "%(count)s further members are on this list and are not shown here, because they have not allowed it.",
        number,
    )


# --- the changes ---


def _counted(change: Change, count: int) -> Phrase:
    match change:
        case Change.CAME:
            return counted("%(count)s new entry", "%(count)s new entries", count)
        case Change.CHANGED:
            return counted("%(count)s entry has changed", "%(count)s entries have changed", count)
        case Change.LEFT:
            return counted("%(count)s entry is gone", "%(count)s entries are gone", count)


def _changes(document: ListDocument, say: _Words) -> Iterator[Changed]:
    if document.since and not document.changes:
        yield Changed(say(phrase("No entry has changed.")), ())
    for change in (Change.CAME, Change.CHANGED, Change.LEFT):
        of_kind = [one for one in document.changes if one.change is change]
        if of_kind:
            yield Changed(say(_counted(change, len(of_kind))), tuple(_by_country(of_kind, document.columns, say)))


def _by_country(changes: Sequence[EntryChange], columns: Sequence[Column], say: _Words) -> Iterator[tuple[str, str]]:
    """A line for each country: who that is, and of what has changed the new values."""
    named = [(say(Country(one.group)), _named(one, columns, say)) for one in changes if one.name]
    ordered = sorted(named, key=lambda line: [collation_key(text, say.catalogue.tag) for text in line])
    for country, lines in groupby(ordered, key=lambda line: line[0]):
        yield country, "; ".join(name for _, name in lines)
    if unnamed := sum(not one.name for one in changes):
        yield "", say(counted("%(count)s that is not named", "%(count)s that are not named", unnamed))


def _named(change: EntryChange, columns: Sequence[Column], say: _Words) -> str:
    known = {column.key: column for column in columns}
    name = say.printed(columns[0].label if columns else phrase("Name"), clean(change.name, _LONGEST))
    new = []
    for key, value in change.fields.items():
        label = say(known[key].label) if key in known else say(phrase("Country"))
        words = say(Country(value)) if key == COUNTRY else say.value(known[key], value) if key in known else ""
        new.append(f"{label}: {words or say(phrase('no longer given'))}")
    return f"{name} ({', '.join(new)})" if new else name


def difference_lines(found: Sequence[Difference], columns: Sequence[Column], catalogue: Catalogue) -> Iterator[str]:
    """What differs between two versions, with old and new values, by country."""
    say, known = _Words(catalogue), {column.key: column for column in columns}
    for change in (Change.CAME, Change.CHANGED, Change.LEFT):
        of_kind = [(say(Country(one.group)), clean(one.name, _LONGEST), one) for one in found if one.change is change]
        if of_kind:
            yield say(_counted(change, len(of_kind)))
        for country, name, one in say.ordered(of_kind):
            yield f"  {country}: {name}" if country else f"  {name}"
            for key, pair in one.fields.items():
                column = known.get(key)
                label = say(column.label if column else phrase("Country"))
                old, new = (say.value(column, value) if column else say(Country(value)) for value in pair)
                yield f"    {label}: {old or '—'} → {new or '—'}"


# --- the entries ---


def _parts(document: ListDocument, say: _Words) -> Iterator[Part]:
    if document.kind is not ListKind.EVENTS:
        if document.entries:
            yield Part("entries", "", tuple(_countries(document, say)))
        return
    for key, title, entries in _times(document):
        if entries:
            yield Part(key, say(title), (_group(key, "", document, entries, say),))


def _times(document: ListDocument) -> Iterator[tuple[str, Phrase, list[Entry]]]:
    """Coming events, the next one first, and past ones, the last one first."""
    today = document.day.isoformat()
    ordered = sorted(document.entries, key=_dates)
    yield "coming", phrase("Coming events"), [one for one in ordered if _dates(one)[1] >= today]
    yield "past", phrase("Past events"), [one for one in reversed(ordered) if _dates(one)[1] < today]


def _dates(entry: Entry) -> tuple[str, str, str]:
    first, _, last = entry.values.get("dates", "").partition("/")
    return first, last or first, entry.id


def _countries(document: ListDocument, say: _Words) -> Iterator[Group]:
    """The countries by their names, those without one last; the entries of each by theirs."""
    names = {code: say(Country(code)) for code in {entry.group for entry in document.entries}}
    names[""] = say(phrase("Country not given")) if len(names) > 1 else ""
    tag = say.catalogue.tag
    ordered = sorted(
        document.entries,
        key=lambda entry: (
            not entry.group,
            collation_key(names[entry.group], tag),
            collation_key(name_of(entry, document.columns), tag),
            entry.id,
        ),
    )
    for code, entries in groupby(ordered, key=lambda entry: entry.group):
        yield _group(f"country-{code.lower() or 'none'}", names[code], document, list(entries), say)


def _group(key: str, title: str, document: ListDocument, entries: Sequence[Entry], say: _Words) -> Group:
    rows = tuple(_row(document, entry, say) for entry in entries)
    return Group(key, title, rows, tuple(entry.group for entry in entries))


def _row(document: ListDocument, entry: Entry, say: _Words) -> tuple[Cell, ...]:
    return tuple(
        Cell(column.key, say(column.label), _text(document, entry, column, say), _link(column, value), column.small)
        for column in document.columns
        for value in (entry.values.get(column.key, ""),)
    )


def _text(document: ListDocument, entry: Entry, column: Column, say: _Words) -> str:
    """What a cell says; events are not in groups by country, so their place names it."""
    text = say.value(column, entry.values.get(column.key, ""))
    if document.kind is ListKind.EVENTS and column.key == "place" and entry.group:
        return say.both(text, say(Country(entry.group))) if text else say(Country(entry.group))
    return text


def _link(column: Column, value: str) -> str:
    if column.kind is FieldKind.URL and value.startswith(("https://", "http://")):
        return value
    return f"mailto:{value}" if column.kind is FieldKind.ADDRESS and value and ";" not in value else ""


# --- CSV ---


def csv_rows(document: ListDocument, found: Shown, catalogue: Catalogue) -> list[list[str]]:
    """All columns, with the countries in two of their own; web addresses are whole."""
    say = _Words(catalogue)
    head = [say(phrase("Country")), say(phrase("Country code")), *(say(one.label) for one in document.columns)]
    return [
        head,
        *(
            [say(Country(code)), code, *(cell.link.removeprefix("mailto:") or cell.text for cell in row)]
            for part in found.parts
            for group in part.groups
            for row, code in zip(group.rows, group.countries, strict=True)
        ),
    ]
