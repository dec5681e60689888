"""A list as a document: its published versions, each with entries, columns and what has changed since the last one.

The entries are values: countries, languages and dates as codes. So a version can be printed in any language, stored,
and compared with another one.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from enum import StrEnum
from hashlib import sha256
from typing import Any, NamedTuple

from mailer.errors import Refused
from mailer.model.approvals import Outcome
from mailer.model.lists import ListKind
from mailer.model.questionnaires import FieldKind
from mailer.phrases import Phrase

SUBJECT = "list"
"""The kind of a version among the subjects of approvals, and among the documents that policies name."""

_WRITTEN = re.compile(r"([1-9]\d{0,3})\.(\d{1,4})", re.ASCII)


class ListVersion(NamedTuple):
    """The name of a published version: 1.0, then 1.1; 2.0 after a review."""

    major: int
    minor: int

    def __str__(self) -> str:
        return f"{self.major}.{self.minor}"

    @classmethod
    def parse(cls, written: str) -> ListVersion:
        """Raises ValueError for anything but two numbers with a dot between them."""
        found = _WRITTEN.fullmatch(written.strip())
        if found is None:
            raise ValueError(f"“{written}” is not a published version; they are called 1.0, 1.1, 2.0")
        return cls(int(found[1]), int(found[2]))

    @classmethod
    def after(cls, last: ListVersion | None, *, review: bool = False) -> ListVersion:
        """What the next version is called; ``review``: every entry has been looked at."""
        if last is None:
            return cls(1, 0)
        return cls(last.major + 1, 0) if review else cls(last.major, last.minor + 1)


@dataclass(frozen=True, slots=True)
class Column:
    """What is said of each entry."""

    key: str
    label: Phrase
    kind: FieldKind = FieldKind.TEXT
    choices: Mapping[str, Phrase] = field(default_factory=dict)
    """What people read for each value, of a kind with choices."""
    small: bool = False
    """Whether a table shows it below what the entry is called, and not in a column of its own."""


@dataclass(frozen=True, slots=True)
class Entry:
    """One row of a list: canonical values (model/questionnaires.py) by the keys of the columns."""

    id: str
    """The same in each version: ``organisation 5``, ``contact 12``, ``event 3``."""
    group: str
    """The country (ISO 3166-1 alpha-2), or empty."""
    values: Mapping[str, str]
    consents: Mapping[int, tuple[str, ...]] = field(default_factory=dict)
    """Which parts of a contact's own data it shows, by the contact's id (model/publishing.py)."""


class Change(StrEnum):
    """How an entry differs from the version before."""

    CAME = "came"
    LEFT = "left"
    CHANGED = "changed"


@dataclass(frozen=True, slots=True)
class EntryChange:
    """One entry that differs from the version before."""

    change: Change
    group: str
    name: str
    """Empty if it may not be published any more who that was."""
    fields: Mapping[str, str] = field(default_factory=dict)
    """The new values of what has changed, by the keys of the columns; ``COUNTRY`` is the group."""
    people: tuple[int, ...] = ()
    """The contacts whose own data it shows."""


COUNTRY = "country"
"""The key of the group among the fields of a change."""


@dataclass(frozen=True, slots=True)
class ListDocument:
    """One version of a list, or what the next one would be."""

    list: str
    title: str
    kind: ListKind
    version: ListVersion
    day: date
    """On which it was published, by the office's clock."""
    language: str
    """BCP 47; the one that it is published in."""
    columns: tuple[Column, ...]
    entries: tuple[Entry, ...]
    changes: tuple[EntryChange, ...] = ()
    since: ListVersion | None = None
    """The version that the changes are counted from; None for the first one."""
    hidden: int = 0
    """How many entries are not shown, because nobody has allowed it."""

    @property
    def people(self) -> set[int]:
        """The contacts whose own data it shows."""
        of_entries = {contact for entry in self.entries for contact in entry.consents}
        return of_entries.union(*(change.people for change in self.changes))

    @property
    def digest(self) -> str:
        """SHA-256 of its values, which every form of the document names."""
        return sha256(json.dumps(stored(self), sort_keys=True, separators=(",", ":")).encode()).hexdigest()

    def says_the_same(self, other: ListDocument) -> bool:
        """Whether both have the same entries, whatever they are called and dated."""
        return (self.title, self.columns, set(_contents(self)), self.hidden) == (
            other.title,
            other.columns,
            set(_contents(other)),
            other.hidden,
        )


class Issuer(NamedTuple):
    """Who publishes a list."""

    group: str
    address: str
    """Where to write about it."""


class Standing(NamedTuple):
    """How a printed document stands to what the board decides about."""

    draft: bool = False
    """Whether it is marked as one that nobody has granted."""
    original: str = ""
    """The language of the version that the board was asked about, if this is a translation of it."""


PUBLISHED = Standing()
"""The version itself."""


def _contents(document: ListDocument) -> Iterator[tuple[object, ...]]:
    keys = {column.key for column in document.columns}
    return (
        (entry.id, entry.group, *sorted((key, value) for key, value in entry.values.items() if key in keys))
        for entry in document.entries
    )


def name_of(entry: Entry, columns: Sequence[Column]) -> str:
    """What an entry is called: the first of its columns that says anything."""
    return next((entry.values[column.key] for column in columns if entry.values.get(column.key)), "")


def compared(
    old: Sequence[Entry], new: Sequence[Entry], columns: Sequence[Column], nameable: Iterable[str]
) -> tuple[EntryChange, ...]:
    """What has changed, in the order of the entries. Those that are gone are named if their id is ``nameable``."""
    before, after, named = {one.id: one for one in old}, {one.id: one for one in new}, set(nameable)
    found = []
    for entry in new:
        earlier = before.get(entry.id)
        if earlier is None:
            found.append(_change(Change.CAME, entry, columns))
        elif fields := _differing(earlier, entry, columns):
            found.append(_change(Change.CHANGED, entry, columns, fields))
    gone = (entry for entry in old if entry.id not in after)
    found += [
        _change(Change.LEFT, entry, columns) if entry.id in named else EntryChange(Change.LEFT, "", "")
        for entry in gone
    ]
    return tuple(found)


def _change(change: Change, entry: Entry, columns: Sequence[Column], fields: Mapping[str, str] = {}) -> EntryChange:
    return EntryChange(change, entry.group, name_of(entry, columns), fields, tuple(entry.consents))


class Difference(NamedTuple):
    """How an entry differs between two versions, for those who work on the list."""

    change: Change
    group: str
    name: str
    fields: Mapping[str, tuple[str, str]]
    """Old and new values by the keys of the columns; ``COUNTRY`` is the group."""


def differences(old: ListDocument, new: ListDocument) -> list[Difference]:
    """What differs, in the order of the entries; those that are gone last."""
    columns = list({column.key: column for column in (*old.columns, *new.columns)}.values())
    before, after = ({one.id: one for one in document.entries} for document in (old, new))
    found = []
    for entry in (*new.entries, *(one for one in old.entries if one.id not in after)):
        was, now, name = before.get(entry.id), after.get(entry.id), name_of(entry, columns)
        if was is None or now is None:
            found.append(Difference(Change.LEFT if was else Change.CAME, entry.group, name, {}))
        elif keys := _differing(was, now, columns):
            pairs = {key: (was.values.get(key, ""), now.values.get(key, "")) for key in keys}
            moved = {COUNTRY: (was.group, now.group)} if was.group != now.group else {}
            found.append(Difference(Change.CHANGED, entry.group, name, pairs | moved))
    return found


def _differing(old: Entry, new: Entry, columns: Sequence[Column]) -> dict[str, str]:
    keys = [column.key for column in columns]
    found = {key: new.values.get(key, "") for key in keys if old.values.get(key, "") != new.values.get(key, "")}
    return found if old.group == new.group else {**found, COUNTRY: new.group}


# --- versions ---


@dataclass(frozen=True, slots=True)
class Published:
    """A published version, frozen as it was."""

    id: int
    list: str
    version: ListVersion
    at: datetime
    changes: int
    """The number of the list's last change that it contains."""
    language: str
    digest: str
    """Of its document's values."""
    entries: int
    forms: str = ""
    """SHA-256 of the bytes of its forms; empty until they are made, and after they were erased."""
    exported_at: datetime | None = None
    """When its files were first written for the outside."""
    withdrawn_at: datetime | None = None
    reason: str = ""
    """Why it was withdrawn."""
    erased_at: datetime | None = None
    """When its bytes were erased, because somebody in it asked to be forgotten."""
    outcome: Outcome | None = None
    """Of the latest ballot about it."""

    @property
    def name(self) -> str:
        """Its name in logs and the audit trail: ``list presenters 1.0``."""
        return f"list {self.list} {self.version}"

    @property
    def stem(self) -> str:
        """The name of its files, without what they end in."""
        return f"{self.list}-{self.version}"


def find(versions: Iterable[Published], key: str, wanted: ListVersion | None) -> Published:
    """The version with this name, or the newest. Raises Refused if there is none."""
    known = list(versions)
    found = next((one for one in reversed(known) if wanted in (None, one.version)), None)
    if found is not None:
        return found
    if not known:
        raise Refused(f"No version of the list “{key}” is published: `mailer list publish {key}` makes 1.0.")
    names = ", ".join(str(one.version) for one in known)
    raise Refused(f"The list “{key}” has no published version {wanted}; there are {names}.")


TYPES: Mapping[str, str] = {
    "html": "text/html",
    "txt": "text/plain",
    "pdf": "application/pdf",
    "csv": "text/csv",
    "ics": "text/calendar",
    "vcf": "text/vcard",
}
"""Media types, by what the names of files end in."""


class Forms(NamedTuple):
    """A version as files, by what their names end in: html, txt, pdf, csv, and ics or vcf."""

    files: Mapping[str, bytes]
    pages: int
    """Of the PDF."""
    warnings: tuple[str, ...] = ()
    """What the PDF does not show as it is written; they are not stored."""

    @property
    def digest(self) -> str:
        """SHA-256 of all files: what a board is asked about."""
        whole = sha256()
        for name, content in sorted(self.files.items()):
            whole.update(f"{name} {len(content)}\n".encode())
            whole.update(content)
        return whole.hexdigest()

    def as_files(self, stem: str) -> dict[str, bytes]:
        return {f"{stem}.{ending}": content for ending, content in self.files.items()}


# --- stored ---


def stored(document: ListDocument) -> dict[str, Any]:
    """The document in JSON's types."""
    return {
        "list": document.list,
        "title": document.title,
        "kind": document.kind.value,
        "version": str(document.version),
        "day": document.day.isoformat(),
        "language": document.language,
        "columns": [
            [
                *(one.key, one.label.stored(), one.kind.value),
                *({key: label.stored() for key, label in one.choices.items()}, one.small),
            ]
            for one in document.columns
        ],
        "entries": [
            [one.id, one.group, dict(one.values), {str(id): list(parts) for id, parts in one.consents.items()}]
            for one in document.entries
        ],
        "changes": [
            [one.change.value, one.group, one.name, dict(one.fields), list(one.people)] for one in document.changes
        ],
        "since": str(document.since) if document.since else None,
        "hidden": document.hidden,
    }


def restored(value: Mapping[str, Any]) -> ListDocument:
    """The document that was ``stored``."""
    return ListDocument(
        list=value["list"],
        title=value["title"],
        kind=ListKind(value["kind"]),
        version=ListVersion.parse(value["version"]),
        day=date.fromisoformat(value["day"]),
        language=value["language"],
        columns=tuple(map(_column, value["columns"])),
        entries=tuple(
            Entry(id, group, values, {int(contact): tuple(parts) for contact, parts in consents.items()})
            for id, group, values, consents in value["entries"]
        ),
        changes=tuple(
            EntryChange(Change(change), group, name, fields, tuple(people))
            for change, group, name, fields, people in value["changes"]
        ),
        since=ListVersion.parse(value["since"]) if value["since"] else None,
        hidden=value["hidden"],
    )


def _column(stored: Sequence[Any]) -> Column:
    key, label, kind, choices, small = stored
    named = {choice: Phrase.restored(words) for choice, words in choices.items()}
    return Column(key, Phrase.restored(label), FieldKind(kind), named, small)


def without(document: ListDocument, contact: int) -> ListDocument:
    """The document without the entries and the names of changes that show data of the contact."""
    return replace(
        document,
        entries=tuple(entry for entry in document.entries if contact not in entry.consents),
        changes=tuple(EntryChange(one.change, "", "") if contact in one.people else one for one in document.changes),
    )
