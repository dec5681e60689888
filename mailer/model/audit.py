"""The record: a hash chain of entries whose private parts can be erased, so that it still verifies.

docs/audit.md describes the format byte for byte. ``verify.py`` of an export is a second program that reads it.
"""

from __future__ import annotations

import json
import os
import re
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from hashlib import sha256
from json.encoder import encode_basestring_ascii
from typing import NamedTuple, TypeAlias

from mailer.errors import Refused

START = "0" * 64
"""What the first entry is linked to."""

SALT = 16
"""Octets of the salt of one field."""

SHOWN = 20
"""Hexadecimal digits of a link that mails show."""

FEWEST = 16
"""The fewest digits that prove a link."""

Rows: TypeAlias = "Mapping[str, Mapping[str, object]]"
"""Values of rows of the store: row, such as ``votes 12`` -> column -> value."""


class Head(NamedTuple):
    """The last entry of the record, by its number, and its link. Whoever knows it notices if the past is changed."""

    number: int
    link: str

    @property
    def short(self) -> str:
        """For commands: ``1204:3f2a9c81d4e5f6071b2c``."""
        return f"{self.number}:{self.link[:SHOWN]}"

    @property
    def groups(self) -> str:
        """The beginning of the link for people: ``3f2a 9c81 d4e5 f607 1b2c``."""
        return " ".join(self.link[start : start + 4] for start in range(0, SHOWN, 4))

    @property
    def values(self) -> dict[str, object]:
        """What a notice says of it."""
        return {"record_number": self.number, "record_link": self.groups if self.number else ""}


NO_ENTRY = Head(0, START)
"""The head of a record without entries."""


def parse_head(text: str) -> Head:
    """A head as ``Head.short`` or as a mail shows it: “Record: entry 1,204, 3f2a 9c81 …”. Raises Refused."""
    found = re.fullmatch(
        r"\D{0,60}?(?P<number>\d{1,3}(?:[.,'’\s]\d{3})+(?![0-9a-f])|\d{1,12})\s*[:,]\s*(?P<link>[0-9a-f][0-9a-f\s]*)[\s.]*",
        text.strip().lower(),
    )
    if found is None:
        raise Refused(
            f"“{text[:80]}” is no head of the record: give it as a mail shows it, such as “1204:3f2a 9c81 d4e5 f607”."
        )
    number, link = int(re.sub(r"\D", "", found["number"])), re.sub(r"\s", "", found["link"])
    if not FEWEST <= len(link) <= len(START):
        raise Refused(f"The head of entry {number} needs from {FEWEST} to {len(START)} hexadecimal digits.")
    return Head(number, link)


# --- how an entry is sealed ---


def canonical(value: object) -> str:
    """The one JSON text of a value: sorted names, no white space, and only ASCII characters."""
    if type(value) is str:
        return encode_basestring_ascii(value)
    if isinstance(value, dict | list | tuple):
        value = json.loads(json.dumps(value))  # names that are numbers become texts before they are sorted
    return json.dumps(value, sort_keys=True, separators=(",", ":"))


def stamp(at: datetime) -> str:
    """A time as the record has it: ``2026-11-28T12:00:00.000000Z``."""
    return f"{at.astimezone(UTC):%Y-%m-%dT%H:%M:%S.%f}Z"


@dataclass(frozen=True, slots=True)
class Content:
    """The private parts of an entry. None is a part that was erased, or None."""

    actor: str | None
    cause: str | None
    subject: str | None
    detail: Mapping[str, object]
    rows: Rows = field(default_factory=dict)

    @property
    def fields(self) -> dict[str, str]:
        """Each single value as canonical JSON, by name: ``actor``, ``detail/member``, ``rows/votes 12/choice``.

        The values of a list are fields of their own, because one person can be erased from it.
        """
        found = {
            "actor": canonical(self.actor),
            "cause": canonical(self.cause),
            "subject": canonical(self.subject),
        }
        for name, value in self.detail.items():
            if value and isinstance(value, list | tuple):
                for place, one in enumerate(value):
                    found[f"detail/{name}/{place}"] = canonical(one)
            else:
                found[f"detail/{name}"] = canonical(value)
        for row, columns in self.rows.items():
            for column, value in columns.items():
                found[f"rows/{row}/{column}"] = canonical(value)
        return found

    def without(self, names: Collection[str]) -> Content:
        """The content with these fields erased."""
        gone = set(names)
        detail: dict[str, object] = {}
        for name, value in self.detail.items():
            if value and isinstance(value, list | tuple):
                detail[name] = [None if f"detail/{name}/{place}" in gone else one for place, one in enumerate(value)]
            else:
                detail[name] = None if f"detail/{name}" in gone else value
        return Content(
            None if "actor" in gone else self.actor,
            None if "cause" in gone else self.cause,
            None if "subject" in gone else self.subject,
            detail,
            {
                row: {name: None if f"rows/{row}/{name}" in gone else value for name, value in columns.items()}
                for row, columns in self.rows.items()
            },
        )


Seals: TypeAlias = "Mapping[str, Sequence[str | None]]"
"""Name of a field -> its salt, or None if it was erased, and its hash; both in hexadecimal digits."""


def seal(content: Content) -> dict[str, list[str | None]]:
    """A new salt for each field, and the hash of salt and value."""
    fields = content.fields
    salts = os.urandom(SALT * len(fields))
    seals: dict[str, list[str | None]] = {}
    start = 0
    for name, text in fields.items():
        salt = salts[start : start + SALT]
        seals[name] = [salt.hex(), sha256(salt + text.encode()).hexdigest()]
        start += SALT
    return seals


def link_of(before: str, number: int, at: datetime, action: str, seals: Seals) -> str:
    """The link of an entry to the one before."""
    hashes = {name: sealed[1] for name, sealed in seals.items()}
    public = {"action": action, "at": stamp(at), "fields": hashes, "id": number}
    return sha256(f"{before}{json.dumps(public, sort_keys=True, separators=(',', ':'))}".encode()).hexdigest()


@dataclass(frozen=True, slots=True)
class Sealed:
    """An entry as the chain has it."""

    number: int
    at: datetime
    action: str
    content: Content
    seals: Seals
    link: str

    @property
    def erased(self) -> tuple[str, ...]:
        """The fields that were erased."""
        return tuple(name for name, (salt, _) in self.seals.items() if salt is None)


def exported(entry: Sealed, shown: bool) -> dict[str, object]:
    """An entry for others to check. What is not shown, or was erased, is there as its hash."""
    fields = entry.content.fields
    found: dict[str, dict[str, object]] = {}
    for name, (salt, digest) in entry.seals.items():
        if salt is None:
            found[name] = {"hash": digest, "erased": True}
        elif shown:
            found[name] = {"hash": digest, "salt": salt, "value": json.loads(fields.get(name, "null"))}
        else:
            found[name] = {"hash": digest}
    return {"id": entry.number, "at": stamp(entry.at), "action": entry.action, "fields": found, "link": entry.link}


# --- what is erased of a person ---

KEPT = frozenset(
    {
        *("list", "lists", "publications", "choice", "late", "counted", "outcome", "digest", "policy", "revision"),
        *("why", "fate", "state", "kind", "number", "item", "fingerprints"),
    }
)
"""Details that say nothing of a person whose name is gone."""

PEOPLE = ("member", "addressee", "by", "to", "sender")
"""Details that name whom an entry is about."""

THEIR_WORDS = frozenset({"address_key", "message_id", "comment", "sender", "reason", "how", "proof", "raw"})
"""Columns of a person's papers, votes and replies that have words of theirs, or name their mail provider."""

ERASABLE = THEIR_WORDS | {"note"}
"""Columns of recorded rows that may be erased. All others decide what was granted."""


def fields_about(content: Content, addresses: Sequence[str], rows: Collection[str] = ()) -> list[str]:
    """The fields that must be erased to forget the person with these addresses.

    Of an entry by or about them only what says nothing of a person is kept; of others, what has no address of theirs.
    Of ``rows``, which are theirs, what they chose and when is kept, because a grant may rest on it.
    """
    keys = [address.lower() for address in addresses]
    people = [content.actor, content.subject, *(content.detail.get(name) for name in PEOPLE)]
    theirs = any(str(one).lower() in keys for one in people)
    found = []
    for name, text in content.fields.items():
        part, _, rest = name.partition("/")
        if part == "rows":
            row, _, column = rest.rpartition("/")
            if column not in ERASABLE:
                continue
            words = row in rows and column in THEIR_WORDS
        else:
            words = theirs and part == "detail" and rest.partition("/")[0] not in KEPT and text[0] in '"{['
        if words or any(key in _folded(text) for key in keys):
            found.append(name)
    return found


def _folded(text: str) -> str:
    """All of a value's text in lower case; what JSON has escaped is readable."""
    return str(json.loads(text)).lower()


# --- whether it is as it was written ---


class Fault(NamedTuple):
    """Something that is not as it was recorded."""

    number: int
    """The entry; 0 if the fault is in none."""
    words: str


@dataclass(frozen=True, slots=True)
class Proven:
    """The result of checking the whole record."""

    head: Head
    erased: int
    """Fields that were erased."""
    rows: int
    """Rows of votes, grants and so on, that are as they were recorded."""
    faults: Sequence[Fault]

    @property
    def is_whole(self) -> bool:
        return not self.faults


class Chain:
    """Checks entries in their order. Call ``take`` with each, then ``end``."""

    def __init__(self) -> None:
        self._head = NO_ENTRY
        self._faults: list[Fault] = []
        self._erased = 0
        self._rows: dict[str, dict[str, tuple[object, int]]] = {}

    @property
    def head(self) -> Head:
        """The last entry that was taken."""
        return self._head

    def take(self, entry: Sealed) -> None:
        before = self._head
        expected = before.number + 1
        if entry.number != expected:
            missing = (
                f"entry {expected} is"
                if entry.number == expected + 1
                else f"entries {expected} to {entry.number - 1} are"
            )
            self._faults.append(Fault(entry.number, f"{missing} missing before it"))
        try:
            link = link_of(before.link, entry.number, entry.at, entry.action, entry.seals)
            self._check_fields(entry)
            self._note_rows(entry)
        except (ValueError, TypeError, KeyError, IndexError, AttributeError):
            link = ""
        if link != entry.link:
            self._faults.append(Fault(entry.number, f"it does not follow from entry {before.number}, or was changed"))
        self._head = Head(entry.number, entry.link)

    def stop(self) -> None:
        """The next entry cannot be read at all."""
        self._faults.append(Fault(self._head.number + 1, "it cannot be read, and neither can those after it"))

    def _check_fields(self, entry: Sealed) -> None:
        fields = entry.content.fields
        for name, (salt, digest) in entry.seals.items():
            text = fields.pop(name, None)
            if salt is None:
                self._erased += 1
                if text not in (None, "null"):
                    self._faults.append(Fault(entry.number, f"“{name}” was erased and has a value again"))
                if name.startswith("rows/") and name.rpartition("/")[2] not in ERASABLE:
                    self._faults.append(Fault(entry.number, f"“{name}” was erased, and nothing may erase it"))
            elif text is None or sha256(bytes.fromhex(salt) + text.encode()).hexdigest() != digest:
                self._faults.append(Fault(entry.number, f"“{name}” is not what was recorded"))
        for name in fields:
            self._faults.append(Fault(entry.number, f"“{name}” was added"))

    def _note_rows(self, entry: Sealed) -> None:
        for row, columns in entry.content.rows.items():
            known = self._rows.setdefault(row, {})
            for column, value in columns.items():
                erased = entry.seals.get(f"rows/{row}/{column}", (None,))[0] is None
                if erased:
                    known.setdefault(column, (ERASED, entry.number))
                    continue
                if column not in CHANGING.get(row.partition(" ")[0], ()) and column in known:
                    was, number = known[column]
                    if was not in (ERASED, value):
                        words = f"it changes {column} of {row}, which entry {number} had fixed"
                        self._faults.append(Fault(entry.number, words))
                known[column] = (value, entry.number)

    def end(self, rows: Rows) -> Proven:
        """Compare the rows of the store with what was recorded of them."""
        right = 0
        for row, columns in rows.items():
            recorded = self._rows.pop(row, None)
            if recorded is None:
                self._faults.append(Fault(0, f"{row} is in the store, and no entry recorded it"))
                continue
            wrong = [
                Fault(number, f"{column} of {row} is {shown(columns.get(column))}; it recorded {shown(value)}")
                for column, (value, number) in recorded.items()
                if value is not ERASED and columns.get(column) != value
            ]
            right += not wrong
            self._faults += wrong
        for row, recorded in self._rows.items():
            number = max((number for _, number in recorded.values()), default=0)
            self._faults.append(Fault(number, f"{row}, which it recorded, is not in the store any more"))
        return Proven(self._head, self._erased, right, sorted(self._faults, key=lambda fault: fault.number or 1 << 62))


def prove(entries: Iterable[Sealed], rows: Rows) -> Proven:
    """Check every entry, and compare ``rows``, which the store has now, with what was recorded of them."""
    chain = Chain()
    try:
        for entry in entries:
            chain.take(entry)
    except ValueError:  # JSON or a time that no mailer writes
        chain.stop()
    return chain.end(rows)


class _Erased:
    def __repr__(self) -> str:
        return "erased"


ERASED = _Erased()
"""The value of a column that was erased from the record."""

CHANGING: Mapping[str, frozenset[str]] = {
    "ballots": frozenset({"outcome", "deadline", "extended", "note"}),
    "papers": frozenset({"excused"}),
    "grants": frozenset({"lists", "seen_at", "voided_at"}),
    "mailings": frozenset({"lists"}),
}
"""Columns of recorded rows that may change after they were recorded, by table; a later entry has the new value."""


def shown(value: object) -> str:
    """A value as faults name it."""
    return "erased" if value is ERASED else canonical(value)[:80]


@dataclass(frozen=True, slots=True)
class Checked:
    """What became of a head that somebody has from a mail."""

    asked: Head
    found: bool
    words: str


class Restore(NamedTuple):
    """An entry that records a restore from a backup: the chain goes on after the backup's last entry."""

    number: int
    day: str
    lost: str
    """The head of the store that the backup replaced, as ``Head.short``; empty if it could not be read."""


def check_head(asked: Head, link: str | None, last: Head, restores: Sequence[Restore]) -> Checked:
    """Whether the record still has this head. ``link`` is that of the entry with its number, if there is one."""
    if link is not None and link.startswith(asked.link):
        return Checked(asked, True, f"Entry {asked.number:,} has this link.")
    if later := [restore for restore in restores if restore.number <= asked.number]:
        number, day, lost = later[-1]
        words = (
            f"Entries after {number - 1:,} are missing: the store was restored from a backup on {day}, and what was "
            "recorded between backup and restore is gone."
        )
        if lost and parse_head(lost).number == asked.number:
            same = asked.link.startswith(parse_head(lost).link) or parse_head(lost).link.startswith(asked.link)
            words += f" The store that it replaced ended with {'this' if same else 'another'} entry {asked.number:,}."
        return Checked(asked, False, words)
    if link is None:
        return Checked(
            asked, False, f"Entries after {last.number:,} are missing: the mail names entry {asked.number:,}."
        )
    return Checked(asked, False, f"Entry {asked.number:,} has another link: the record was rewritten at or before it.")
