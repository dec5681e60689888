"""Importing rows into a list: what an import would do, and doing it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from dataclasses import asdict
from itertools import islice
from typing import NamedTuple

from mailer import contacts, directory
from mailer.errors import Refused
from mailer.model.imports import UNKNOWN, Change, Entry, ImportOptions, Known, decide, merged
from mailer.model.list_file import Row
from mailer.model.list_undo import Before
from mailer.model.lists import Contact, Standing
from mailer.office import Office

BATCH = 500
"""How many rows are looked up and written at once."""

NAMES = 500
"""How many addresses an entry of the audit trail names."""

Tell = Callable[[Entry], object]
"""Gets each line of the difference: first the rows in their order, then those who are removed."""


class Difference(NamedTuple):
    """What an import would do."""

    counts: Counter[Change]
    before: int
    """Active members."""
    version: int
    """Of the list that was looked at."""

    @property
    def acts(self) -> bool:
        """Whether anything would change."""
        return any(self.counts[change] for change in Change if change.acts)


class _Decided(NamedTuple):
    """What becomes of one row."""

    row: Row
    known: Known
    change: Change


def _nobody(entry: Entry) -> None:
    """Tells nobody."""


def difference(
    office: Office, key: str, rows: Iterable[Row], options: ImportOptions, tell: Tell = _nobody
) -> Difference:
    """What an import would do to the list. Raises Refused if there is no such list."""
    office.rules.list_rules(key)
    counts: Counter[Change] = Counter()
    present: set[int] = set()
    for batch in _decided(office, key, rows, options):
        counts.update(decided.change for decided in batch)
        for entry in _entries(office, key, batch):
            tell(entry)
        _note_present(batch, options, present)
    for contact in _missing(office, key, options, present):
        counts[Change.REMOVE] += 1
        tell(_removal(contact))
    return Difference(counts, office.work.lists.count(key), office.work.lists.versions([key])[key])


def entries(office: Office, key: str, rows: Iterable[Row], options: ImportOptions) -> Iterator[Entry]:
    """The lines of the difference as they are found, so that those of a long list are never all in memory."""
    present: set[int] = set()
    for batch in _decided(office, key, rows, options):
        yield from _entries(office, key, batch)
        _note_present(batch, options, present)
    yield from map(_removal, _missing(office, key, options, present))


def import_rows(
    office: Office, key: str, rows: Iterable[Row], options: ImportOptions, version: int | None = None
) -> Counter[Change]:
    """Import the rows, as ``difference`` says at this moment.

    Raises Refused if members who are not among the rows would be removed, and the list is not of ``version`` any more:
    a person has agreed to remove those of that version.
    """
    rules, work = office.rules.list_rules(key), office.work
    if options.replace and version is not None and work.lists.versions([key])[key] != version:
        raise Refused(f"The list “{rules.key}” has changed meanwhile; nothing was imported. Look again, and repeat it.")
    counts: Counter[Change] = Counter()
    present: set[int] = set()
    names = _Names(office, key, options)
    work.list_documents.forget_before(key)  # only the last change of a list can be undone
    for batch in _decided(office, key, rows, options):
        counts.update(decided.change for decided in batch)
        present.update(_save(office, key, [decided for decided in batch if decided.change.acts]))
        names.add((decided.change, str(decided.row.address)) for decided in batch if decided.change.acts)
        _note_present(batch, options, present)
    missing = list(_missing(office, key, options, present))
    for start in range(0, len(missing), BATCH):
        some = missing[start : start + BATCH]
        work.imports.set_standings(key, [one.id for one in some], Standing.REMOVED, office.now, office.cause)
        names.add((Change.REMOVE, one.address) for one in some)
    counts[Change.REMOVE] += len(missing)
    names.end(counts)
    return counts


def _decided(office: Office, key: str, rows: Iterable[Row], options: ImportOptions) -> Iterator[list[_Decided]]:
    brought, remaining = office.rules.brought(key), iter(rows)
    while batch := list(islice(remaining, BATCH)):
        found = contacts.known(office, key, [row.address for row in batch])
        directory.know(office, batch, found)
        yield [
            _Decided(row, known, decide(row, known, brought, bool(options.bring_back)))
            for row in batch
            for known in (found.get(row.address.key, UNKNOWN),)
        ]


def _note_present(batch: Sequence[_Decided], options: ImportOptions, present: set[int]) -> None:
    """Remember which contacts are in the file, if the others are to be removed."""
    if options.replace:
        present.update(decided.known.contact.id for decided in batch if decided.known.contact)


def _missing(office: Office, key: str, options: ImportOptions, present: set[int]) -> Iterator[Contact]:
    """The members to remove."""
    if options.replace:
        yield from (contact for contact in office.work.imports.active(key) if contact.id not in present)


def _removal(contact: Contact) -> Entry:
    return Entry(Change.REMOVE, contact.address, contact.details.organisation or contact.details.name)


def _entries(office: Office, key: str, batch: Sequence[_Decided]) -> Iterator[Entry]:
    brought = office.rules.brought(key)
    for row, known, change in batch:
        if change is not Change.UNCHANGED:
            note = _note(office, known, change, [one for one in brought if one in known.left])
            yield Entry(change, str(row.address), row.details.organisation or row.details.name, note)


def _note(office: Office, known: Known, change: Change, left: Sequence[str]) -> str:
    """Why somebody stays away, or what they do not get."""
    match change:
        case Change.SUPPRESSED:
            return known.suppressed
        case Change.LEFT:
            return "left"
        case Change.FORGOTTEN:
            return "asked to be forgotten"
        case Change.MOVED:
            return f"now {known.moved_to}"
        case Change.BRING_BACK:
            was = f"was {known.moved_to}" if known.moved_to else "had left"
            return known.suppressed or ("had asked to be forgotten" if known.forgotten else was)
        case Change.ADD if left:
            return f"has left {', '.join(office.rules.named(left, []))}"
    return ""


def _save(office: Office, key: str, batch: Sequence[_Decided]) -> Collection[int]:
    """Save contacts and standings of the rows that change something. Returns the contacts' ids."""
    imports, back = office.work.imports, [decided for decided in batch if decided.change is Change.BRING_BACK]
    before = [_before(office, decided) for decided in batch]
    ids = imports.save([(decided.row, decided.known.contact) for decided in batch], office.now)
    joins = [
        ids[decided.row.address.key]
        for decided in batch
        if decided.change in (Change.ADD, Change.BRING_BACK) and decided.known.standing is not Standing.ACTIVE
    ]
    imports.set_standings(key, joins, Standing.ACTIVE, office.now, office.cause)
    changed = zip(before, batch, strict=True)
    kept = [one._replace(contact=ids[decided.row.address.key]) for one, decided in changed if one is not None]
    office.work.list_documents.keep_before(key, office.cause, kept, office.now)
    if back:
        contacts.welcome_back(office, [str(decided.row.address) for decided in back])
        imports.unsuppress([decided.row.address for decided in back])
        imports.opt_in([ids[decided.row.address.key] for decided in back], office.rules.brought(key))
    directory.complete(office, key, [(decided.row, ids[decided.row.address.key]) for decided in batch])
    return ids.values()


def _before(office: Office, decided: _Decided) -> Before | None:
    """What the row changes beside the list, as it was; None if that is nothing."""
    row, known, change = decided
    details: dict[str, list[str]] = {}
    if known.contact is not None:
        old, new = asdict(known.contact.details), asdict(merged(known.contact.details, row.details))
        details = {name: [str(old[name] or ""), str(new[name] or "")] for name in old if old[name] != new[name]}
    if change is not Change.BRING_BACK:
        return Before(0, details) if details else None
    why = None
    if stopped := office.work.suppressions.find(str(row.address)):
        why = {"cause": stopped.cause.value, "reason": stopped.reason, "since": stopped.since.isoformat()}
    return Before(0, details, tuple(sorted(known.left)), why, known.forgotten)


_PAST = {
    Change.ADD: "added",
    Change.BRING_BACK: "brought_back",
    Change.CHANGE: "changed",
    Change.REMOVE: "removed",
}


class _Names:
    """Writes who was added, changed, brought back and removed into the audit trail, a part at a time."""

    def __init__(self, office: Office, key: str, options: ImportOptions) -> None:
        self._office, self._key = office, key
        said = {"reason": options.bring_back, "consent": options.consent}
        self._reason = {name: words for name, words in said.items() if words}
        self._names: list[tuple[Change, str]] = []

    def add(self, names: Iterable[tuple[Change, str]]) -> None:
        self._names += names
        while len(self._names) > NAMES:
            self._office.record("imported", self._key, **self._named(self._names[:NAMES]), **self._reason)
            del self._names[:NAMES]

    def end(self, counts: Counter[Change]) -> None:
        """Write the rest, with the counts of the whole import."""
        done = {said: counts[change] for change, said in _PAST.items() if counts[change]}
        self._office.record("imported", self._key, counts=done, **self._named(self._names), **self._reason)

    @staticmethod
    def _named(names: Sequence[tuple[Change, str]]) -> dict[str, list[str]]:
        by_change = {said: [name for change, name in names if change is kind] for kind, said in _PAST.items()}
        return {said: named for said, named in by_change.items() if named}
