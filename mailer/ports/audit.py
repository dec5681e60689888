"""The audit trail."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from mailer.model.audit import Head, Restore, Rows, Sealed


@dataclass(frozen=True, slots=True)
class AuditEntry:
    """A line of the audit trail. What was erased is empty."""

    at: datetime
    actor: str
    cause: str
    action: str
    subject: str
    detail: Mapping[str, object]
    number: int = 0
    """Its place in the chain, from 1."""
    erased: Sequence[str] = ()
    """The fields that were erased."""


class AuditQueries(Protocol):
    """The audit trail: who caused which change, by which message. It is a hash chain (``model/audit.py``)."""

    def add(
        self, at: datetime, actor: str, cause: str, action: str, subject: str, detail: Mapping[str, object]
    ) -> None:
        """Append an entry. It also records the ballots, papers, votes, grants and sends that this transaction wrote."""

    def newest(self, limit: int, of: Collection[str] = (), since: datetime | None = None) -> list[AuditEntry]:
        """The newest ``limit`` entries, in the order in which they were written.

        ``of``: only entries with one of these texts, in any case, as subject or actor, or as a text in the detail.
        ``since``: only entries of this time or later.
        """

    def head(self) -> Head:
        """The last entry."""

    def link(self, number: int) -> str | None:
        """The link of the entry with this number, if there is one."""

    def chain(self) -> Iterator[Sealed]:
        """All entries in their order, as the chain has them."""

    def rows(self) -> Rows:
        """What the store now has of the rows that entries record, such as ``votes 12``."""

    def exported(self, kind: str | None = None, subject_id: int = 0) -> dict[str, list[dict[str, object]]]:
        """All that the store has of ballots, papers, replies, votes, grants and sends, about one subject or about all.

        Rows by table, in JSON's types; files by their SHA-256.
        """

    def restores(self) -> list[Restore]:
        """Each restore from a backup, the day in UTC."""

    def erase(self, contact_id: int, addresses: Collection[str]) -> int:
        """Erase all that entries say of the person with these addresses; how many entries that changed.

        What they voted and when is kept, without their words.
        """
