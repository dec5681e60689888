"""What people write to the office."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Protocol

from mailer.model.feedback import Entry, Item, State


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """Which items are looked for; an empty condition fits all."""

    states: Collection[State] = ()
    publication: str = ""
    list: str = ""
    tag: str = ""
    assignee: str = ""
    """An address; compared without its case."""
    asker: str = ""
    """The key of a mailbox."""
    text: str = ""
    """Words that all stand in the subject, in a text, or in the asker's name or address, in any case."""


class FeedbackQueries(Protocol):
    """Items, and the entries of their history."""

    def add(self, item: Item, key: str) -> int:
        """Add an item of the mailbox ``key``, and return its number; that of ``item`` is ignored."""

    def item(self, number: int) -> Item | None: ...
    def find(self, wanted: Wanted, limit: int) -> list[Item]:
        """The newest items, the newest first."""

    def each_waiting(self) -> Iterator[Item]:
        """The items that wait for an answer, the oldest first."""

    def item_of_mail(self, message_ids: Collection[str]) -> int | None:
        """The item that has a mail with one of these Message-IDs in its history."""

    def change(self, number: int, now: datetime, **values: Any) -> None:
        """Change columns of the item."""

    def add_entry(self, entry: Entry, raw: bytes = b"") -> int:
        """Add an entry with its files and the original mail, and return its id; the ids in ``entry`` are ignored."""

    def entries(self, number: int) -> list[Entry]:
        """The history of an item, the oldest first."""

    def entry(self, entry_id: int) -> Entry | None: ...
    def raw(self, entry_id: int) -> bytes:
        """The original mail of an entry; empty if no mail brought it."""

    def counts(self, late_before: datetime) -> tuple[int, int]:
        """How many items wait, and how many of them have waited since before that time."""
