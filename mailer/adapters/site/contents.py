"""What the pages of the site are about, and which of it a reader of a language gets."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import cached_property
from typing import NamedTuple

from mailer.model.event_entries import event_of
from mailer.model.events import Event
from mailer.model.issues import EditionRef, edition_for
from mailer.model.list_documents import Entry, ListDocument
from mailer.model.lists import ListKind
from mailer.model.site import EditionFacts, ShownDocument, ShownEdition, ShownList


class ToldEdition(NamedTuple):
    """An issue in one language, with what is said of it."""

    shown: ShownEdition
    facts: EditionFacts


class ToldDocument(NamedTuple):
    """A document in one language, with its beginning."""

    shown: ShownDocument
    summary: str
    files: tuple[str, ...] = ()
    """The names of the files that belong to it."""


class ToldList(NamedTuple):
    """A list with its entries, and what the names of its files end in."""

    shown: ShownList
    document: ListDocument
    endings: tuple[str, ...]


class ToldEvent(NamedTuple):
    """An event of a list."""

    number: str
    event: Event
    entry: Entry

    @property
    def languages(self) -> list[str]:
        return [one for one in self.entry.values.get("languages", "").split(",") if one]


@dataclass(frozen=True)
class Told:
    """All that the site says."""

    editions: Sequence[ToldEdition]
    """The newest first."""
    documents: Sequence[ToldDocument]
    lists: Sequence[ToldList]
    today: date

    def in_language(self, language: str, publication: str = "") -> list[ToldEdition]:
        """Each issue in the edition that a reader of this language gets, the newest first."""
        return [
            next(one for one in editions if one.shown.id == chosen)
            for editions in self._issues.values()
            if publication in ("", editions[0].shown.publication)
            for chosen in [
                _best([(one.shown.id, one.shown.language, one.shown.translation) for one in editions], language)
            ]
        ]

    @cached_property
    def _issues(self) -> dict[tuple[str, int], list[ToldEdition]]:
        found = defaultdict[tuple[str, int], list[ToldEdition]](list)
        for one in self.editions:
            found[one.shown.publication, one.shown.number].append(one)
        return found

    def editions_of(self, shown: ShownEdition) -> list[ToldEdition]:
        """All editions of the same issue."""
        return self._issues[shown.publication, shown.number]

    def documents_in(self, language: str) -> list[ToldDocument]:
        """Each document in the language that a reader of this language gets."""
        found = defaultdict[str, list[ToldDocument]](list)
        for one in self.documents:
            found[one.shown.key].append(one)
        return [
            next(one for one in all_of_it if one.shown.id == chosen)
            for all_of_it in found.values()
            for chosen in [_best([(one.shown.id, one.shown.language, 0) for one in all_of_it], language)]
        ]

    @cached_property
    def events(self) -> list[ToldEvent]:
        """By their first day."""
        found = {
            event.number: event
            for told in self.lists
            if told.document.kind is ListKind.EVENTS
            for event in _events(told)
        }
        return sorted(found.values(), key=lambda one: (one.event.starts, one.event.title))

    @cached_property
    def coming(self) -> list[ToldEvent]:
        return [one for one in self.events if one.event.ends >= self.today]

    @cached_property
    def people(self) -> list[tuple[ToldList, Entry]]:
        """The entries of lists of people and organisations."""
        return [
            (told, entry)
            for told in self.lists
            if told.document.kind is not ListKind.EVENTS
            for entry in told.document.entries
        ]

    @cached_property
    def languages(self) -> list[str]:
        """Those in which something was published, BCP 47."""
        used = [one.shown.language for one in self.editions] + [one.shown.language for one in self.documents]
        return list(dict.fromkeys(used))


def _events(told: ToldList) -> Iterator[ToldEvent]:
    at = datetime.combine(told.document.day, datetime.min.time()).astimezone()
    for entry in told.document.entries:
        yield ToldEvent(entry.id.rpartition(" ")[2], event_of(entry, at), entry)


def _best(known: Sequence[tuple[int, str, int]], language: str) -> int:
    """The id of the one that a reader of ``language`` gets; originals come first, by their translation's id."""
    refs = [EditionRef(id, tag, "") for id, tag, _ in sorted(known, key=lambda one: (one[2], one[0]))]
    return edition_for(refs, language).id
