"""The audit trail."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol


@dataclass(frozen=True, slots=True)
class AuditEntry:
    """A line of the audit trail."""

    at: datetime
    actor: str
    cause: str
    action: str
    subject: str
    detail: Mapping[str, object]


class AuditQueries(Protocol):
    """The audit trail: who caused which change, by which message."""

    def add(
        self, at: datetime, actor: str, cause: str, action: str, subject: str, detail: Mapping[str, object]
    ) -> None: ...
    def newest(self, limit: int, of: Collection[str] = (), since: datetime | None = None) -> list[AuditEntry]:
        """The newest ``limit`` entries, in the order in which they were written.

        ``of``: only entries with one of these texts, in any case, as subject or actor, or as a text in the detail.
        ``since``: only entries of this time or later.
        """
